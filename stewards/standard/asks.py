"""Reads of who asks for more time: on one request, and in the list of those who decide."""

from typing import Any

from django.db.models import Q

from accounts.enums import Role
from accounts.models import User
from portal.core.prepared import KEY, kept
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, LeaderLink, TimeAsk, TimeAskQuerySet

MOST_DECIDED = 20


def pending_of(request: HelpRequest) -> TimeAsk | None:
    """The ask on the request that nobody has decided on; at most one query."""
    if request.state not in OPEN_STATES:
        return None
    return next((ask for ask in kept(_pending).all({KEY: request.pk}) if ask.round == request.round), None)


def _pending() -> TimeAskQuerySet:
    asks = TimeAsk.objects.filter(request=KEY, state=TimeAsk.State.PENDING)
    return asks.select_related("asked_by").order_by("pk")


def visible_to(user: Any) -> TimeAskQuerySet:
    """What an admin or leader may look at: admins all, leaders what they are to decide or have decided."""
    asks = TimeAsk.objects.select_related("request__enterprise", "request__asker", "asked_by", "decided_by")
    if user.has_role(Role.ADMIN):
        return asks
    links = LeaderLink.objects.all().current()
    linked = links.filter(leader__in=User.objects.with_role(Role.LEADER)).enterprises()
    theirs = Q(request__enterprise__in=links.filter(leader=user).enterprises())
    nobodys = Q(request__enterprise__isnull=True) | ~Q(request__enterprise__in=linked)
    return asks.filter(Q(for_leader=True) & (theirs | nobodys) | Q(decided_by=user))


def decided(user: Any) -> list[TimeAsk]:
    """The latest decisions."""
    settled = visible_to(user).exclude(state=TimeAsk.State.PENDING)
    return list(settled.order_by("-decided_at", "-pk")[:MOST_DECIDED])
