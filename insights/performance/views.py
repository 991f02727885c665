"""How the service does, for everybody: the four rates apart, over the last twelve months, with their definitions."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from insights.models import Report, ReportState
from insights.performance import district, files
from insights.performance.facts import put_together, shown
from insights.performance.flow import months_until
from portal.core.access import roles_required
from portal.core.calendar import local_day
from portal.core.minute import once_a_minute
from stewards.figures import FEW
from stewards.models import FiguresCounted
from stewards.rating import figures

MONTHS, LATEST = 12, 6
TABLES = ("department", "category", "type")


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    facts = kept_facts()
    latest = Report.objects.filter(state=ReportState.PUBLISHED).order_by("-month", "-edition").distinct("month")
    context: dict[str, Any] = {
        "facts": facts,
        "it": shown(facts),
        "few": FEW,
        "counted_at": FiguresCounted.objects.values_list("counted_at", flat=True).first(),
        "reports": list(latest.defer("facts")[:LATEST]),
        "kinds": files.KINDS,
    }
    return render(request, "insights/performance.html", context)


@require_safe
@login_not_required
def file(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in files.KINDS:
        raise Http404
    facts = kept_facts()
    return files.answer(kind, facts, f"performance-{facts['first']}-{facts['last']}")


def kept_facts() -> dict[str, Any]:
    """Of the last twelve months, the running one included; the same for everybody, counted at most a minute ago."""
    months = list(months_until(local_day().replace(day=1), MONTHS))
    return once_a_minute(f"performance-{months[0]}", lambda: put_together(months[-1], months[0]))[0]


@require_safe
@roles_required(*district.READERS)
def at_a_glance(request: SignedInRequest) -> HttpResponse:
    """The district's numbers, each with the list behind it."""
    day, whole = local_day(), request.user.has_role(Role.ADMIN)
    report = district.rates(day, whole=whole)
    context: dict[str, Any] = {
        "groups": district.groups(request.user, day),
        "months": district.months(day),
        "rates": figures.RATES,
        "total": report.total,
        "tables": [(name, figures.DIMENSIONS[name], district.rows_of(report, name, day)) for name in TABLES],
        "read": district.most_read(day),
        "missed": district.missed(day),
        "searches": request.user.has_role(Role.ADMIN),
        "all_figures": reverse("rating:figures"),
        "few": FEW,
    }
    return render(request, "insights/district.html", context)


@require_safe
@roles_required(*district.READERS)
def district_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """The numbers of the page; small ones stay out of it, since a file leaves the house."""
    if kind not in files.KINDS:
        raise Http404
    day = local_day()
    numbers = {
        group.code: [[str(each.name), each.shown] for each in group.numbers]
        for group in district.groups(request.user, day)
    }
    months = [[f"{each.month:%Y-%m}", each.received, each.answered] for each in district.months(day)]
    return files.district(kind, numbers, months, f"district-{day}")
