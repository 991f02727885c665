"""Groups of partners: places kept for them at events that they hold together with the district."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from outreach import registering
from outreach.enums import RegistrationState
from outreach.events import queries
from outreach.events.forms import GroupForm
from outreach.models import EventPartner, Partner, Registration
from outreach.registering import Guest
from outreach.rules import may_speak_for
from outreach.timewords import when_plain
from portal.core.access import Refused

SHOWN = 50


@require_safe
def groups(request: SignedInRequest) -> HttpResponse:
    """A contact: coming events with places kept for groups, of each partner they speak for."""
    return _groups(request)


@require_POST
def group(request: SignedInRequest, slug: str) -> HttpResponse:
    """Register a partner's group, or give its places back."""
    partner = _chosen(request)
    row = get_object_or_404(_for_groups([partner]), event__slug=slug)
    form = GroupForm(request.POST)
    try:
        if request.POST.get("verb") == "cancel":
            registering.cancel(get_object_or_404(_held(partner), occasion=row))
            messages.success(request, _("The group's places are given back."))
            return redirect("events:groups")
        if not form.is_valid():
            return _groups(request, {(row.pk, partner.pk): form})
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
    user, said = request.user, form.cleaned_data
    known: dict[str, Any] = {"name": user.name, "email": user.email, "language": user.language, "user": user}
    return Guest(**known, partner=partner, seats=said["seats"], needs=said["needs"])


def _partners(request: SignedInRequest) -> list[Partner]:
    found = list(Partner.objects.of_contact(request.user).order_by("pk"))
    if not found:
        raise Http404
    return found


def _chosen(request: SignedInRequest) -> Partner:
    """The partner named by the form; who speaks for one alone need not name it."""
    own = _partners(request)
    wanted = request.POST.get("partner") or (str(own[0].pk) if len(own) == 1 else "")
    partner = next((each for each in own if str(each.pk) == wanted), None)
    if partner is None or not may_speak_for(request.user, partner):
        raise Http404
    return partner


def _for_groups(partners: list[Partner]) -> Any:
    found = queries.coming(queries.events().shown())
    together = EventPartner.objects.filter(partner__in=partners).values("event")
    return found.filter(event__group_places__gt=0, event__in=together, starts_at__isnull=False)


def _held(*partners: Partner) -> Any:
    return Registration.objects.filter(partner__in=partners).exclude(state=RegistrationState.CANCELLED)


def _groups(request: SignedInRequest, forms: dict[tuple[int, int], GroupForm] | None = None) -> HttpResponse:
    partners = _partners(request)
    listed = list(_for_groups(partners).order_by("day", "pk")[:SHOWN])
    together = set(EventPartner.objects.filter(event__in=[each.pk for each in listed]).values_list("event", "partner"))
    own = {(each.occasion_id, each.partner_id): each for each in _held(*partners).filter(occasion__in=listed)}
    rows = [
        {
            "occasion": each,
            "partner": partner,
            "key": f"{each.pk}-{partner.pk}",
            "when": when_plain(each),
            "own": own.get((each.pk, partner.pk)),
            "free": registering.free_places(each, group=True),
            "form": (forms or {}).get((each.pk, partner.pk)) or GroupForm(auto_id=f"group{each.pk}_{partner.pk}_%s"),
        }
        for each in listed
        for partner in partners
        if (each.pk, partner.pk) in together
    ]
    context = {"partners": partners, "rows": rows}
    return render(request, "outreach/events/groups.html", context, status=422 if forms else 200)
