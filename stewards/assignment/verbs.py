"""Handing the work over while a steward is away, and back: the steward stays responsible all the time."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from portal.core.access import Refused
from stewards.acts import acting
from stewards.assignment import finding, messages
from stewards.enums import OPEN_STATES, EventKind
from stewards.models import HelpRequest, Leave, StandIn
from stewards.queries import asking_people
from stewards.timeline import both_names
from stewards.transitions import Verb


def hand_over(request: HelpRequest, *, to: User, leave: Leave, by: Any, seen: int | None = None) -> HelpRequest:
    """A substitute works on the request until the leave ends; the enterprise is told who answers meanwhile."""
    if not to.has_role(Role.STEWARD):
        raise Refused(_("%(name)s is not a service steward.") % {"name": to.name})
    with acting(Verb.HAND_OVER, request, by=by, seen=seen) as act:
        if act.request.handler_id == to.pk:
            raise Refused(_("%(name)s has this request already.") % {"name": to.name})
        finding.stand_in(act, leave, to)
        names = {"steward": both_names(to), "holder": both_names(leave.person)}
        act.record(EventKind.HANDED_OVER, data={**names, **finding.told(leave, to)})
        act.tell(asking_people(act.request), messages.answers_meanwhile)
    return act.request


def hand_back(stand_in: StandIn, *, by: Any, seen: int | None = None) -> HelpRequest:
    """The steward is back and works on it again, unless it went somewhere else meanwhile."""
    with acting(Verb.HAND_BACK, stand_in.request, by=by, seen=seen) as act:
        request, steward = act.request, act.request.steward
        closed = StandIn.objects.filter(pk=stand_in.pk, until__isnull=True).update(until=act.now)
        stood_in = (stand_in.leave.person_id, stand_in.person_id)
        if not closed or steward is None or (request.steward_id, request.handler_id) != stood_in:
            raise Refused(_("This request is no longer with the substitute."))
        act.change(handler=steward, department=steward.department or request.department, assigned_at=act.now)
        is_open = request.state in OPEN_STATES
        act.record(EventKind.HANDED_BACK, internal=not is_open, data={"steward": both_names(steward)})
        if is_open:
            act.tell(asking_people(request), messages.is_back)
    return act.request
