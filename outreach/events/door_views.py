"""Who comes: the list, letting in by code, attendance."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from outreach import registering
from outreach.enums import OccasionState
from outreach.events import queries
from outreach.events.desk_views import crumbs, loaded, organising, reading
from outreach.events.forms import WalkInForm
from outreach.models import Occasion
from outreach.registering import Guest
from outreach.rules import may_organise
from outreach.timewords import when_plain
from portal.core import bilingual
from portal.core.access import Refused

MOST_GUESTS = 2_000


@reading
@require_safe
def guests(request: SignedInRequest, pk: int) -> HttpResponse:
    """Names for the door; printed without addresses."""
    row = loaded(pk)
    rows = queries.guests(row)[:MOST_GUESTS]
    context = {"occasion": row, "when": when_plain(row), "rows": rows, "crumbs": crumbs(row)}
    return render(request, "outreach/events/guests.html", context)


@reading
@require_safe
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    row = loaded(pk)
    context = {"occasion": row, "when": when_plain(row), "figures": queries.figures(row), "crumbs": crumbs(row)}
    return render(request, "outreach/events/report.html", context)


@organising
@require_safe
def door(request: SignedInRequest, pk: int) -> HttpResponse:
    return _door(request, loaded(pk), WalkInForm())


@organising
@require_POST
def check_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """By the code that was typed or read by a camera."""
    row = loaded(pk)
    try:
        came = registering.check_in(row, request.POST.get("code", "")[:20], by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        facts = {"name": came.name, "seats": came.seats}
        messages.success(request, _("Welcome: %(name)s (%(seats)s).") % facts)
    return redirect("events:door", pk)


@organising
@require_POST
def walk_in(request: SignedInRequest, pk: int) -> HttpResponse:
    row = loaded(pk)
    form = WalkInForm(request.POST)
    if form.is_valid():
        guest = Guest(name=form.cleaned_data["name"], email=form.cleaned_data["email"], language=bilingual.current())
        try:
            registering.walk_in(row, guest=guest, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Let in: %(name)s.") % {"name": guest.name})
            return redirect("events:door", pk)
    return _door(request, row, form)


def _door(request: SignedInRequest, row: Occasion, form: WalkInForm) -> HttpResponse:
    context = {
        "occasion": row,
        "when": when_plain(row),
        "figures": queries.figures(row),
        "form": form,
        "code": request.GET.get("code", "")[:20],
        "is_today": row.state == OccasionState.PUBLISHED and row.is_today,
        "may_organise": bool(may_organise(request.user)),
        "crumbs": crumbs(row),
    }
    return render(request, "outreach/events/door.html", context, status=422 if form.errors else 200)
