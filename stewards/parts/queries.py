"""The lists of parts: what a person's department has to do, what a steward waits for, what the centre decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from portal.core.keyset import Order
from stewards.enums import OPEN_STATES, RequestState
from stewards.models import HelpRequest, HelpRequestQuerySet, PartState, RequestPart, RequestPartQuerySet
from stewards.models.part import AT_WORK

BY_DUE_DATE = (Order("due_on"), Order("id"))
NEWEST = (Order("id", desc=True),)


@dataclass(frozen=True)
class PartList:
    """One list of parts: what is in it for the person, in which order, and whose list it is."""

    label: str | Promise
    select: Callable[[Any], RequestPartQuerySet]
    empty: str | Promise
    order: tuple[Order, ...] = BY_DUE_DATE


def to_do(user: Any) -> RequestPartQuerySet:
    """What the person's department has been asked and has not done yet."""
    return RequestPart.objects.filter(department=user.department_id, state__in=AT_WORK)


def _asked(user: Any) -> RequestPartQuerySet:
    return RequestPart.objects.live().filter(request__steward=user, request__state__in=OPEN_STATES)


def _done(user: Any) -> RequestPartQuerySet:
    over = (PartState.ANSWERED, PartState.RETURNED, PartState.WITHDRAWN)
    return RequestPart.objects.filter(department=user.department_id, handler=user, state__in=over)


LISTS: dict[str, PartList] = {
    "department": PartList(_("Of my department"), to_do, _("Your department has no open part.")),
    "requests": PartList(_("Of my requests"), _asked, _("No department is at work on a request of yours.")),
    "decide": PartList(
        _("To decide"),
        lambda user: RequestPart.objects.filter(state=PartState.CENTRE),
        _("No part waits for a decision."),
    ),
    "open": PartList(_("All open"), lambda user: RequestPart.objects.live(), _("No part is open.")),
    "done": PartList(_("Done by me"), _done, _("You have not finished a part yet."), NEWEST),
}


def pressing(user: Any) -> RequestPartQuerySet | None:
    """What the number beside “Parts” counts: the first of the person's lists."""
    names = lists_for(user)
    return LISTS[names[0]].select(user) if names else None


def lists_for(user: Any) -> list[str]:
    """The names of the lists that make sense for the person, their own first."""
    works = user.has_role(Role.STEWARD, Role.HANDLER) and bool(user.department_id)
    names = ["department"] if works and user.has_role(Role.HANDLER) else []
    if user.has_role(Role.STEWARD):
        names.append("requests")
    if user.has_role(Role.ADMIN):
        names += ["decide", "open"]
    if works and not user.has_role(Role.HANDLER):
        names.append("department")
    return [*names, "done"] if works else names


def undecided() -> HelpRequestQuerySet:
    """Whole requests that were returned too often: the service centre decides who takes them."""
    often = HelpRequest.objects.filter(state=RequestState.ASSIGNED, returns__gte=settings.RETURNS_TO_CENTRE)
    return often.filter(handler=None, department=None).order_by("due_on", "pk")
