"""A whole request that was referred comes back, or is given to a department for good by the service centre."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Department, User
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.acts import acting, needed
from stewards.assignment.finding import cover
from stewards.enums import EventKind
from stewards.messages import referred, referred_to_you
from stewards.models import HelpRequest
from stewards.parts import messages
from stewards.queries import asking_people, handlers_of
from stewards.timeline import both_names
from stewards.transitions import Verb


def give_back(request: HelpRequest, *, by: Any, reason: str, seen: int | None = None) -> HelpRequest:
    """The department is not the right one: its steward has it again, or the service centre once it was too often."""
    reason = needed(reason, _("Say why your department cannot do it."))
    with acting(Verb.GIVE_BACK, request, by=by, seen=seen) as act:
        now = act.request
        from_there = both_names(now.department)
        often = now.returns + 1 >= settings.RETURNS_TO_CENTRE
        home = now.steward.department if now.steward and not often else None
        act.change(returns=now.returns + 1, assigned_at=act.now, accepted_at=None)
        act.change(department=home, handler=None if often else now.steward)
        away = cover(act, local_day(act.now))
        data = {"department": from_there, "returns": now.returns, **away}
        act.record(EventKind.GIVEN_BACK, text=reason, internal=True, data=data)
        act.tell([now.steward, now.handler], messages.given_back, urgent=True)
        if often:
            act.tell(User.objects.with_role(Role.ADMIN), messages.nobodys, urgent=True)
    return act.request


def decide(
    request: HelpRequest, *, by: Any, department: Department, reason: str, seen: int | None = None
) -> HelpRequest:
    """The service centre says which department takes the whole request; it cannot be returned from there."""
    reason = needed(reason, _("Say why it is this department's."))
    with acting(Verb.DECIDE, request, by=by, seen=seen) as act:
        if not handlers_of(department.pk).exists():
            words = _("%(department)s has nobody yet who takes requests in this portal.")
            raise Refused(words % {"department": department.name})
        act.change(department=department, handler=None, assigned_at=act.now, accepted_at=None)
        act.record(EventKind.DECIDED, text=reason, data={"department": both_names(department)})
        act.tell(handlers_of(department.pk), referred_to_you, urgent=True)
        act.tell([act.request.steward], referred_to_you)
        act.tell(asking_people(act.request), referred)
    return act.request
