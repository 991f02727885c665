"""The contact guard's numbers and quiet periods, set by the service centre; and the calendar address of staff."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from engagement import peace
from engagement.deskside import visitors
from engagement.enums import STARTING, STARTING_WHY, Limit
from engagement.forms import LimitForm, QuietForm
from engagement.models import GuardLimit, QuietPeriod
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day

in_centre = roles_required(Role.ADMIN)


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def guard(request: SignedInRequest) -> HttpResponse:
    """What holds now, what is to come, and two forms."""
    sent = request.POST if request.method == "POST" else None
    quiet = "quiet" in request.POST
    limit_form = LimitForm(None if quiet else sent, initial={"valid_from": local_day()})
    quiet_form = QuietForm(sent if quiet else None, prefix="quiet")
    form = quiet_form if quiet else limit_form
    status = 422 if sent else 200
    if sent and form.is_valid():
        try:
            _save(form, request)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("visits:guard")
    context = {
        "rows": _limits(local_day()),
        "form": limit_form,
        "quiet_form": quiet_form,
        "periods": QuietPeriod.objects.filter(last__gte=local_day()),
    }
    return render(request, "visits/guard.html", context, status=status)


def _save(form: Any, request: SignedInRequest) -> None:
    data = form.cleaned_data
    if isinstance(form, LimitForm):
        peace.set_limit(by=request.user, **data)
        return
    names = {name: data[name] for name in ("name_zh_hans", "name_en")}
    peace.set_quiet_period(names=names, first=data["first"], last=data["last"], by=request.user)


@require_POST
@in_centre
def drop_quiet(request: SignedInRequest, pk: int) -> HttpResponse:
    peace.drop_quiet_period(get_object_or_404(QuietPeriod, pk=pk), by=request.user)
    messages.success(request, _("The quiet period is taken out."))
    return redirect("visits:guard")


def _limits(today: date) -> list[dict[str, Any]]:
    """Each number: what holds today, since when and why, and what is to come."""
    rows: dict[str, list[GuardLimit]] = {}
    for row in GuardLimit.objects.select_related("by").order_by("valid_from"):
        rows.setdefault(row.code, []).append(row)
    found = []
    for limit in Limit:
        known = rows.get(limit, [])
        now = next((row for row in reversed(known) if row.valid_from <= today), None)
        coming = [row for row in known if row.valid_from > today]
        value = now.value if now else STARTING[limit]
        why = now.reason if now else STARTING_WHY[limit]
        told = {"why": why, "by": now and now.by, "since": now and now.valid_from}
        found.append({"label": limit.label, "value": value, "coming": coming, **told})
    return found


@require_POST
@visitors
def feed(request: SignedInRequest) -> HttpResponse:
    """Make or revoke one's own calendar address."""
    if "revoke" in request.POST:
        peace.revoke_feed(request.user)
    else:
        peace.make_feed(request.user)
    return redirect("visits:list")
