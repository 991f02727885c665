"""Handing the work over while somebody is away, and back: the steward stays responsible all the time."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from portal.core.access import Refused
from stewards.acts import acting
from stewards.assignment import finding, messages
from stewards.assignment.queries import can_stand_in, colleagues, in_same_department
from stewards.enums import OPEN_STATES, EventKind, RequestState
from stewards.models import HelpRequest, Leave, PartState, RequestPart, StandIn
from stewards.parts.verbs import working_on
from stewards.queries import asking_people
from stewards.timeline import both_names
from stewards.transitions import Verb


def hand_over(request: HelpRequest, *, to: User | None, leave: Leave, by: Any, seen: int | None = None) -> HelpRequest:
    """A substitute works on the request until the leave ends; the enterprise is told who answers meanwhile.

    Without one, what was referred to the department of whoever is away waits there for somebody to take it."""
    if to is not None and not can_stand_in(leave.person, to):
        raise Refused(_("%(name)s cannot stand in for %(holder)s.") % {"name": to.name, "holder": leave.person.name})
    with acting(Verb.HAND_OVER, request, by=by, seen=seen) as act:
        if to is not None and act.request.handler_id == to.pk:
            raise Refused(_("%(name)s has this request already.") % {"name": to.name})
        finding.stand_in(act, leave, to)
        if to is None and act.request.state != RequestState.WAITING:
            act.change(state=RequestState.ASSIGNED, accepted_at=None)
        names = {"steward": both_names(to or leave.person.department), "holder": both_names(leave.person)}
        act.record(EventKind.HANDED_OVER, data={**names, **finding.told(leave, to)})
        act.tell(asking_people(act.request), messages.answers_meanwhile)
        if to is None:
            act.tell(colleagues(leave.person), messages.falls_to_department, urgent=True)
    return act.request


def hand_back(stand_in: StandIn, *, by: Any, seen: int | None = None) -> HelpRequest:
    """Whoever was away works on it again, unless it went somewhere else meanwhile."""
    with acting(Verb.HAND_BACK, stand_in.request, by=by, seen=seen) as act:
        request, person = act.request, stand_in.leave.person
        if not _ends(stand_in, act.now) or not _lies_with(request, stand_in):
            raise Refused(_("This request is no longer with the substitute."))
        act.change(handler=person, department=person.department or request.department, assigned_at=act.now)
        is_open = request.state in OPEN_STATES
        act.record(EventKind.HANDED_BACK, internal=not is_open, data={"steward": both_names(person)})
        if is_open:
            act.tell(asking_people(request), messages.is_back)
    return act.request


def hand_part(part: RequestPart, *, to: User | None, leave: Leave, by: Any) -> RequestPart:
    """A colleague does the part until the leave ends; without one the whole department has it again."""
    with working_on(Verb.HAND_PART, part, by=by, seen=None) as doing:
        StandIn.objects.filter(part=part.pk, until__isnull=True).update(until=doing.act.now)
        if to is not None:
            StandIn.objects.create(
                request=doing.act.request, part=doing.part, leave=leave, person=to, since=doing.act.now
            )
            doing.change(handler=to)
        else:
            doing.change(state=PartState.OPEN, handler=None, accepted_at=None, assigned_at=doing.act.now)
        names: dict[str, Any] = {"steward": both_names(to or doing.part.department), "holder": both_names(leave.person)}
        doing.record(EventKind.HANDED_OVER, **names, **finding.told(leave, to))
        people = [to] if to else list(colleagues(leave.person))
        doing.act.tell(people, messages.part_falls_to_you(doing.part), urgent=True)
    return doing.part


def hand_part_back(stand_in: StandIn, *, by: Any) -> RequestPart:
    """Whoever was away does the part again, if it is not done yet."""
    assert stand_in.part
    with working_on(Verb.HAND_PART, stand_in.part, by=by, seen=None) as doing:
        person = stand_in.leave.person
        if not _ends(stand_in, doing.act.now) or doing.part.handler_id != stand_in.person_id:
            raise Refused(_("This part is no longer with the substitute."))
        doing.change(handler=person)
        doing.record(EventKind.HANDED_BACK, steward=both_names(person))
    return doing.part


def _ends(stand_in: StandIn, now: Any) -> int:
    return StandIn.objects.filter(pk=stand_in.pk, until__isnull=True).update(until=now)


def _lies_with(request: HelpRequest, stand_in: StandIn) -> bool:
    """Whether the substitute still has it in the place of whoever was away, and not because it was given to them."""
    person, other = stand_in.leave.person, stand_in.person
    if request.handler_id != other.pk or request.steward_id == other.pk:
        return False
    referred = in_same_department(person, other) and request.department_id == person.department_id
    return request.steward_id == person.pk or referred
