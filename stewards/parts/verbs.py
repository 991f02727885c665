"""What is done to the parts of a request: its steward gives, moves and withdraws them, departments do or return them.

As with every verb of a request: under the lock of its row, `by` the person, `seen` the version that the page showed (of
the part; of the request for `add`), Refused with a sentence when it may not be.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Department, User
from portal.core.access import Refused, require
from stewards.acts import Act, acting, needed
from stewards.assignment.queries import leave_of
from stewards.enums import EventKind
from stewards.files import Upload
from stewards.models import HelpRequest, PartState, RequestEvent, RequestPart
from stewards.parts import dates, messages, rules, standing
from stewards.queries import asking_people, handlers_of
from stewards.timeline import both_names, sentence
from stewards.transitions import Verb

K = EventKind


class PartAct:
    """One verb at work on a locked part; its request is `act.request`."""

    def __init__(self, act: Act, part: RequestPart) -> None:
        self.act, self.part = act, part

    def change(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.part, name, value)
        self.part.lock_version += 1
        self.part.save(update_fields=[*fields, "lock_version"])

    def record(self, kind: EventKind, text: str = "", *, uploads: Iterable[Upload] = (), **data: Any) -> RequestEvent:
        """An entry for the desk alone, with what is needed to find it again from the part."""
        about = {"part": self.part.pk, "part_version": self.part.lock_version}
        names = {"department": both_names(self.part.department)}
        return self.act.record(kind, text=text, internal=True, uploads=uploads, data={**about, **names, **data})


@contextmanager
def working_on(verb: Verb, part: RequestPart, *, by: Any, seen: int | None) -> Iterator[PartAct]:
    with acting(verb, part.request, by=by) as act:
        now = RequestPart.objects.select_related("department", "handler").get(pk=part.pk)
        now.request = act.request
        verdict = rules.may(by, verb, now)
        if seen is not None and seen != now.lock_version:
            happened = _what_happened(now, by, seen)
            reason = verdict.reason or _("Nothing was changed: please look again and decide anew.")
            raise Refused(_("%(happened)s %(reason)s") % {"happened": happened, "reason": reason})
        require(verdict)
        yield PartAct(act, now)


def add(
    request: HelpRequest, *, by: Any, department: Department, asked: str, due_on: date, seen: int | None = None
) -> RequestPart:
    """Ask a department for a part; the enterprise is told which, and that its steward stays responsible."""
    asked = needed(asked, _("Write what the department is asked to do."))
    with acting(Verb.ADD_PART, request, by=by, seen=seen) as act:
        _free(act.request, department)
        part = RequestPart.objects.create(
            request=act.request,
            department=department,
            asked=asked,
            due_on=dates.checked(act.request, due_on),
            round=act.request.round,
            created_at=act.now,
            assigned_at=act.now,
        )
        given = {"part": part.pk, "department": both_names(department), "due_on": due_on.isoformat(), "words": asked}
        act.record(K.PART_ADDED, data=given)
        act.tell(handlers_of(department.pk), messages.new_part(part), urgent=True)
        act.tell(asking_people(act.request), messages.at_work(part))
    return part


def accept(part: RequestPart, *, by: Any, seen: int | None = None) -> RequestPart:
    """Somebody of the department takes it on; what a colleague left behind as well."""
    with working_on(Verb.ACCEPT_PART, part, by=by, seen=seen) as doing:
        doing.change(state=PartState.ACCEPTED, handler=by, accepted_at=doing.act.now)
        doing.record(K.PART_TAKEN)
        doing.act.tell([doing.act.request.steward], messages.taken(doing.part))
    return doing.part


def answer(
    part: RequestPart, *, by: Any, text: str, files: Iterable[Upload] = (), seen: int | None = None
) -> RequestPart:
    """The department's answer, for the steward; with the last one the steward can answer the enterprise."""
    text = needed(text, _("Write the answer of your department."))
    with working_on(Verb.ANSWER_PART, part, by=by, seen=seen) as doing:
        doing.change(state=PartState.ANSWERED, answer=text, reason="", answered_at=doing.act.now)
        doing.record(K.PART_ANSWER, text, uploads=files)
        left = standing.live(doing.act.request)
        doing.act.tell([doing.act.request.steward], messages.answered(doing.part, len(left)), urgent=not left)
    return doing.part


def give_back(part: RequestPart, *, by: Any, reason: str, seen: int | None = None) -> RequestPart:
    """Not this department's: back to the steward, or, once it has been too often, to the service centre."""
    reason = needed(reason, _("Say why your department cannot do it."))
    with working_on(Verb.RETURN_PART, part, by=by, seen=seen) as doing:
        request = doing.act.request
        doing.act.change(returns=request.returns + 1)
        often = request.returns >= settings.RETURNS_TO_CENTRE
        doing.change(state=PartState.CENTRE if often else PartState.RETURNED, handler=by, reason=reason)
        doing.record(K.PART_RETURN, reason, returns=request.returns)
        doing.act.tell([request.steward], messages.returned(doing.part), urgent=True)
        if often:
            doing.act.tell(User.objects.with_role(Role.ADMIN), messages.to_decide(doing.part), urgent=True)
    return doing.part


def transfer(
    part: RequestPart, *, by: Any, department: Department, reason: str, seen: int | None = None
) -> RequestPart:
    """Another department's: it goes there directly, with the same due date, and the enterprise is told."""
    reason = needed(reason, _("Say why it is another department's."))
    with working_on(Verb.TRANSFER_PART, part, by=by, seen=seen) as doing:
        request, before = doing.act.request, doing.part.department
        _free(request, department)
        passed = request.events.filter(kind=K.PART_PASSED, data__part=part.pk, data__before_id=department.pk)
        if passed.exists():
            words = _("%(department)s has passed this part on already: return it to the steward instead.")
            raise Refused(words % {"department": department.name})
        _hand_to(doing, department, reason=reason, transfers=doing.part.transfers + 1)
        names = {"before": both_names(before), "before_id": before.pk, "department": both_names(department)}
        doing.act.record(K.PART_PASSED, data={"part": part.pk, **names, "words": reason})
        doing.act.tell(handlers_of(department.pk), messages.new_part(doing.part), urgent=True)
        doing.act.tell([request.steward], messages.passed(doing.part))
        doing.act.tell(asking_people(request), messages.at_work(doing.part))
    return doing.part


def decide(
    part: RequestPart, *, by: Any, department: Department, reason: str, due_on: date, seen: int | None = None
) -> RequestPart:
    """The service centre says whose it is; from there it cannot come back."""
    reason = needed(reason, _("Say why it is this department's."))
    with working_on(Verb.DECIDE_PART, part, by=by, seen=seen) as doing:
        request = doing.act.request
        if department.pk != doing.part.department_id:
            _free(request, department)
        _hand_to(doing, department, reason=reason, final=True, due_on=dates.checked(request, due_on))
        doing.record(K.PART_GIVEN, reason, due_on=due_on.isoformat())
        doing.act.tell(handlers_of(department.pk), messages.new_part(doing.part), urgent=True)
        doing.act.tell([request.steward], messages.decided(doing.part))
        doing.act.tell(asking_people(request), messages.at_work(doing.part))
    return doing.part


def send_back(part: RequestPart, *, by: Any, reason: str, due_on: date, seen: int | None = None) -> RequestPart:
    """The answer is not enough: the same handler goes on, or the department where that one has left."""
    reason = needed(reason, _("Say what is missing."))
    with working_on(Verb.SEND_PART_BACK, part, by=by, seen=seen) as doing:
        request, now = doing.act.request, doing.part
        _free(request, now.department)
        there = now.handler is not None and now.handler.is_active and now.handler.department_id == now.department_id
        there = there and leave_of(now.handler_id) is None
        kept = {"state": PartState.ACCEPTED} if there else {"state": PartState.OPEN, "handler": None}
        due = dates.checked(request, due_on)
        doing.change(**kept, reason=reason, due_on=due, round=request.round, answered_at=None)
        doing.record(K.PART_BACK, reason, due_on=due.isoformat())
        people = [now.handler] if there else handlers_of(now.department_id)
        doing.act.tell(people, messages.sent_back(now), urgent=True)
    return doing.part


def withdraw(part: RequestPart, *, by: Any, reason: str, seen: int | None = None) -> RequestPart:
    """The department need not go on; the steward says why."""
    reason = needed(reason, _("Say why the part is no longer needed."))
    with working_on(Verb.WITHDRAW_PART, part, by=by, seen=seen) as doing:
        people = messages.at_part(doing.part)
        doing.change(state=PartState.WITHDRAWN, reason=reason)
        doing.record(K.PART_GONE, reason)
        doing.act.tell(people, messages.withdrawn(doing.part))
    return doing.part


def move(part: RequestPart, *, by: Any, due_on: date, reason: str, seen: int | None = None) -> RequestPart:
    """Another due date within that of the request."""
    reason = needed(reason, _("Say why the date changes."))
    with working_on(Verb.MOVE_PART, part, by=by, seen=seen) as doing:
        doing.change(due_on=dates.checked(doing.act.request, due_on))
        doing.record(K.PART_DUE, reason, due_on=due_on.isoformat())
        doing.act.tell(messages.at_part(doing.part), messages.moved(doing.part))
    return doing.part


def _free(request: HelpRequest, department: Department) -> None:
    """Refused where the department has a part of this request already, or nobody who could take one."""
    if any(part.department_id == department.pk for part in standing.live(request)):
        raise Refused(_("%(department)s is at work on this request already.") % {"department": department.name})
    if not handlers_of(department.pk).exists():
        words = _("%(department)s has nobody yet who takes requests in this portal.")
        raise Refused(words % {"department": department.name})


def _hand_to(doing: PartAct, department: Department, **fields: Any) -> None:
    anew = {"state": PartState.OPEN, "handler": None, "accepted_at": None, "assigned_at": doing.act.now}
    doing.change(department=department, **anew, **fields)


def _what_happened(part: RequestPart, by: Any, seen: int) -> str:
    """The latest thing that was done to the part since the version that the page showed."""
    events = part.request.events.filter(data__part=part.pk).select_related("actor").order_by("-pk")
    event = events.first()
    if event is None:
        return _("This part has changed since you opened it.")
    return sentence(event, by)
