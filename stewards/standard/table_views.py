"""The service centre's pages of the service standard: what is in force, what comes, a new row, how days are counted."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from stewards.enums import RequestType
from stewards.models import CountingRule, ServiceStandard
from stewards.standard import keeping, table
from stewards.standard.forms import CountingForm, StandardForm

in_centre = roles_required(Role.ADMIN)


@require_safe
@in_centre
def standards(request: SignedInRequest) -> HttpResponse:
    """What is promised today and what comes."""
    today = local_day()
    rules = CountingRule.objects.order_by("-valid_from")
    context = {
        **keeping.overview(today),
        "today": today,
        "counting_coming": rules.filter(valid_from__gt=today).reverse(),
    }
    return render(request, "standard/table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def new(request: SignedInRequest) -> HttpResponse:
    """A row from a day on; before it is kept, what it would mean."""
    form = StandardForm(request.POST if request.method == "POST" else None, instance=_proposed(request.GET.get("row")))
    tried = None
    if request.method == "POST" and form.is_valid():
        row: ServiceStandard = form.instance
        if "try" in request.POST:
            tried = _meanings(row)
        else:
            try:
                keeping.keep_standard(row, by=request.user)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The standard is kept. It counts for what is received from that day on."))
                return redirect("centre:standards")
    return render(request, "standard/new.html", {"form": form, "tried": tried})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def counting(request: SignedInRequest) -> HttpResponse:
    """Whether the day of receipt counts, and how far the service centre may extend."""
    now = table.counting(local_day())
    initial = {name: getattr(now, name) for name in CountingForm.Meta.fields if name not in ("basis", "valid_from")}
    form = CountingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.keep_counting(form.instance, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The way of counting is kept. It holds from that day on."))
            return redirect("centre:standards")
    return render(request, "standard/counting.html", {"form": form, "now": now})


def _proposed(key: str | None) -> ServiceStandard:
    """A new row that begins with the figures of an old one."""
    known = ServiceStandard.objects.filter(pk=int(key)).first() if key and key.isdecimal() and len(key) < 10 else None
    row = known or ServiceStandard(type=RequestType.CONSULTATION, days=1)
    row.pk, row.basis = None, ""
    row._state.adding = True
    return row


def _meanings(row: ServiceStandard) -> dict[str, Any]:
    """Received today, and on the first day on which the row holds."""
    return {
        "type": row.get_type_display(),
        "rows": [
            keeping.meaning(table.terms_of(row), day, receipt_counts=table.counting(day).receipt_counts)
            for day in (local_day(), row.valid_from)
        ],
    }
