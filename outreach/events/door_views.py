"""Who comes: those invited, the list, letting in by code, attendance. And groups of partners."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from outreach import registering
from outreach.enums import OccasionState, RegistrationState
from outreach.events import queries
from outreach.events.desk_views import crumbs, loaded, organising, reading
from outreach.events.forms import GroupForm, WalkInForm
from outreach.models import Occasion, Partner, Registration
from outreach.registering import Guest
from outreach.rules import may_organise, may_speak_for
from outreach.timewords import when_plain
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.calendar import local_day

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
        "is_today": row.state == OccasionState.PUBLISHED and row.day == local_day(),
        "may_organise": bool(may_organise(request.user)),
        "crumbs": crumbs(row),
    }
    return render(request, "outreach/events/door.html", context, status=422 if form.errors else 200)


@require_safe
def groups(request: SignedInRequest) -> HttpResponse:
    """A partner's contact: coming events with places kept for groups, and the group that is registered."""
    return _groups(request)


@require_POST
def group(request: SignedInRequest, slug: str) -> HttpResponse:
    """Register the partner's group, or give its places back."""
    partner = _partner(request)
    row = get_object_or_404(_for_groups(partner), event__slug=slug)
    own = _own(row, partner)
    try:
        if request.POST.get("verb") == "cancel":
            if own is None:
                raise Http404
            registering.cancel(own)
            messages.success(request, _("The group's places are given back."))
            return redirect("events:groups")
        form = GroupForm(request.POST)
        if not form.is_valid():
            return _groups(request, {row.pk: form})
        made = registering.register(row, guest=_guest(request, partner, form))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("events:groups")
    waits = made.state == RegistrationState.WAITING
    messages.success(
        request, _("Your group is on the waiting list.") if waits else _("Your group's places are reserved.")
    )
    return redirect("events:groups")


def _guest(request: SignedInRequest, partner: Partner, form: GroupForm) -> Guest:
    user = request.user
    return Guest(
        name=user.name,
        email=user.email,
        language=user.language,
        user=user,
        partner=partner,
        seats=form.cleaned_data["seats"],
        needs=form.cleaned_data["needs"],
    )


def _partner(request: SignedInRequest) -> Partner:
    partner = Partner.objects.of_contact(request.user).order_by("pk").first()
    if partner is None or not may_speak_for(request.user, partner):
        raise Http404
    return partner


def _for_groups(partner: Partner) -> Any:
    found = queries.coming(queries.events().shown())
    return found.filter(event__group_places__gt=0, event__partners__partner=partner, starts_at__isnull=False)


def _own(row: Occasion, partner: Partner) -> Registration | None:
    return row.registrations.filter(partner=partner).exclude(state=RegistrationState.CANCELLED).first()


def _groups(request: SignedInRequest, forms: dict[int, GroupForm] | None = None) -> HttpResponse:
    partner = _partner(request)
    listed = list(_for_groups(partner).order_by("day", "pk")[:50])
    held = Registration.objects.filter(occasion__in=listed, partner=partner)
    own = {each.occasion_id: each for each in held.exclude(state=RegistrationState.CANCELLED)}
    rows = [
        {
            "occasion": each,
            "when": when_plain(each),
            "own": own.get(each.pk),
            "free": registering.free_places(each, group=True),
            "form": (forms or {}).get(each.pk) or GroupForm(auto_id=f"group{each.pk}_%s"),
        }
        for each in listed
    ]
    context = {"partner": partner, "rows": rows}
    return render(request, "outreach/events/groups.html", context, status=422 if forms else 200)
