"""What a record lacks, and what each fact would bring: how many policies ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from enterprises.queries import chosen, memberships_of
from enterprises.records import completeness
from policies.eligibility.asked import asking
from portal.core.calendar import local_day

# The columns from which the conditions of policies take their facts; the size class follows from three of them.
CRITERIA: Mapping[str, tuple[str, ...]] = {
    "founded_on": ("founded_years",),
    "industry": ("industry_code", "size"),
    "employees": ("employees", "size"),
    "annual_revenue_cny": ("annual_revenue_cny", "size"),
    "assets_cny": ("size",),
    **{name: (name,) for name in ("ownership", "listed", "rd_expense_ratio", "district", "subdistrict", "titles")},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A missing fact; policies: how many in force have a condition on it."""

    label: str
    step: str
    policies: int


@dataclass(frozen=True, slots=True)
class Complete:
    percent: int
    lacking: list[Wanted]


def of(enterprise: Enterprise, day: date) -> Complete:
    """What most policies ask for first; one small query unless a policy was changed since."""
    found = completeness.of(enterprise)
    counts = asking([_criteria(enterprise, each.field) for each in found.lacking], day)
    rows = [Wanted(each.label, each.step, count) for each, count in zip(found.lacking, counts, strict=True)]
    return Complete(found.percent, sorted(rows, key=lambda row: -row.policies))


def _criteria(enterprise: Enterprise, field: str) -> list[str]:
    """Where the size class is known already, nothing more is to be learned of it."""
    return [name for name in CRITERIA.get(field, ()) if name != "size" or not enterprise.size]


@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """For those who act for the enterprise; the profile shows the middle of this page."""
    enterprise = chosen(request, memberships_of(request.user))
    if enterprise is None:
        raise Http404
    context = {"enterprise": enterprise, "completeness": of(enterprise, local_day())}
    return render(request, "home/missing.html", context)
