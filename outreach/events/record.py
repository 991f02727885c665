"""Invitations to events on an enterprise's contact record: invited, declined, registered, came."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext

from engagement.elsewhere import Entry
from enterprises.models import Enterprise, Membership
from outreach.enums import OccasionState, RegistrationState
from outreach.models import Invitation, Registration
from portal.core.calendar import local_day

S = RegistrationState
HELD = (S.CONFIRMED, S.WAITING, S.MISSED)


def invitations() -> QuerySet[Invitation]:
    """Those that went out, each with whether somebody who acts for the enterprise has registered, or came."""
    people = Membership.objects.active().filter(enterprise=OuterRef(OuterRef("enterprise"))).values("user")
    theirs = Q(enterprise=OuterRef("enterprise")) | Q(user__in=people)
    seats = Registration.objects.filter(theirs, occasion=OuterRef("event__occasion"))
    rows = Invitation.objects.filter(held_back="").select_related("event__occasion")
    return rows.annotate(came=Exists(seats.filter(state=S.ATTENDED)), registered=Exists(seats.filter(state__in=HELD)))


def word_of(row: Invitation) -> str:
    """What became of it; whoever came after declining has come."""
    if row.came:  # type: ignore[attr-defined]
        return pgettext("invitation", "Attended")
    if row.registered:  # type: ignore[attr-defined]
        return pgettext("invitation", "Registered")
    if row.declined_at is not None:
        return pgettext("invitation", "Declined")
    if row.event.occasion.state == OccasionState.CANCELLED:
        return pgettext("invitation", "Invited; the event was cancelled")
    return pgettext("invitation", "Invited")


def entries(enterprise: Enterprise, most: int) -> list[Entry]:
    """The latest first; one query."""
    rows = invitations().filter(enterprise=enterprise).order_by("-at", "-pk")[:most]
    return [
        Entry(
            local_day(row.at), row.event.occasion.title, word_of(row), reverse("events:detail", args=[row.event.slug])
        )
        for row in rows
    ]
