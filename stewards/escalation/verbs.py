"""What makes somebody above look at a request, and what tells the enterprise that we are late."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from portal.core import calendar
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards.acts import Act, acting, needed
from stewards.asking.verbs import reopen
from stewards.assignment.finding import cover
from stewards.enums import EventKind
from stewards.escalation import messages, promises, rules
from stewards.models import HelpRequest, Instruction, Supervision
from stewards.queries import asking_people
from stewards.transitions import Verb

MAX_TEXT = 2_000


def instruct(request: HelpRequest, *, by: Any, text: str, seen: int | None = None) -> HelpRequest:
    """A leader says what shall be done (批示); steward and handler are told at once and report back."""
    text = _words(text, _("Write the instruction."))
    with acting(Verb.INSTRUCT, request, by=by, seen=seen) as act:
        Instruction.objects.create(request=act.request, leader=by, text=text, created_at=act.now)
        act.change(attention_at=act.request.attention_at or act.now)
        act.record(EventKind.INSTRUCTED, text=text, internal=True)
        act.tell(_in_charge(act.request), messages.instructed, urgent=True)
    return act.request


def report(
    request: HelpRequest, *, by: Any, text: str, instruction: Instruction | None = None, seen: int | None = None
) -> HelpRequest:
    """What was done about an instruction, by default about the oldest that is open; its leader is told at once."""
    text = _words(text, _("Write what was done."))
    with acting(Verb.REPORT, request, by=by, seen=seen) as act:
        waiting = list(act.request.instructions.select_related("leader").filter(reported_at__isnull=True))
        chosen = next((each for each in waiting if instruction is None or each.pk == instruction.pk), None)
        if chosen is None:
            raise Refused(_("This instruction has been reported on already."))
        chosen.report, chosen.reported_by, chosen.reported_at = text, by, act.now
        chosen.save(update_fields=["report", "reported_by", "reported_at"])
        rest = [each.created_at for each in waiting if each.pk != chosen.pk]
        act.change(attention_at=min(rest, default=None))  # what is open from here on has its own reminder
        act.record(EventKind.REPORTED, text=text, internal=True)
        act.tell([chosen.leader], messages.reported, urgent=True)
    return act.request


def supervise(request: HelpRequest, *, by: Any, reason: str, seen: int | None = None) -> HelpRequest:
    """Supervised handling (督办): due within three working days, or earlier where it was promised earlier."""
    reason = _words(reason, _("Say why the request is put under supervised handling."))
    with acting(Verb.SUPERVISE, request, by=by, seen=seen) as act:
        before, sooner = act.request.due_on, _sooner(act)
        act.change(supervised_at=act.now)
        due = act.request.due_on
        assert due
        Supervision.objects.create(request=act.request, ordered_by=by, reason=reason, created_at=act.now, due_on=due)
        moved = {"due_on": due.isoformat(), "due_before": before.isoformat()} if before and sooner else {}
        act.record(EventKind.SUPERVISED, data=moved)
        told = [*_in_charge(act.request), *(_admins() if not by.has_role(Role.ADMIN) else [])]
        act.tell(told, messages.supervised(reason), urgent=True)
        if sooner:
            act.tell(asking_people(act.request), messages.sooner)
    return act.request


def release(request: HelpRequest, *, by: Any, word: str, seen: int | None = None) -> HelpRequest:
    """The service centre ends the supervised handling with a word; the due date stays."""
    word = _words(word, _("Say how it ended."))
    with acting(Verb.RELEASE, request, by=by, seen=seen) as act:
        running = act.request.supervisions.select_related("ordered_by").filter(ended_at__isnull=True).first()
        if running is not None:
            running.ended_by, running.ended_at, running.word = by, act.now, word
            running.save(update_fields=["ended_by", "ended_at", "word"])
        act.change(supervised_at=None)
        act.record(EventKind.RELEASED, text=word, internal=True)
        ordered = [running.ordered_by] if running else []
        act.tell([*_in_charge(act.request), *ordered], messages.released)
    return act.request


def renew(request: HelpRequest, *, by: Any, day: date, reason: str, seen: int | None = None) -> HelpRequest:
    """A new date for a promise that cannot be kept: told at once; the first promise stays and counts as broken."""
    reason = _words(reason, _("Tell the enterprise why it takes longer."))
    with acting(Verb.RENEW, request, by=by, seen=seen) as act:
        require(rules.new_date(act.request, day))
        act.change(renewed_due_on=day)
        act.record(EventKind.RENEWED, text=reason, data={"due_on": day.isoformat()})
        act.tell(asking_people(act.request), messages.renewed, urgent=True)
        act.tell([act.request.steward], messages.renewed_for_desk)
    return act.request


def unheard(request: HelpRequest, *, by: Any, text: str = "", seen: int | None = None) -> HelpRequest:
    """“Nobody has contacted me”: service centre and steward know at once, and what counted as done is open again."""
    if len(text) > MAX_TEXT:
        raise Refused(_too_long())
    with acting(Verb.UNHEARD, request, by=by, seen=seen) as act:
        done = act.request.answered_at is not None
        data = _again(act) if done else {}
        act.record(EventKind.UNHEARD, text=text.strip(), data={"reopened": done, **data})
        act.tell([*_in_charge(act.request), *_admins()], messages.unheard, urgent=True)
    return act.request


def lasted(request: HelpRequest, *, by: Any, yes: bool, text: str = "", seen: int | None = None) -> HelpRequest:
    """Whether the solution holds, some days after closing; if not, the request is open again in the same go."""
    with transaction.atomic():
        with acting(Verb.LASTED, request, by=by, seen=seen) as act:
            act.record(EventKind.LASTED, data={"lasted": yes})
        if yes:
            return act.request
        words = text.strip()[:MAX_TEXT] or _("The solution has not lasted.")
        return reopen(act.request, by=by, reason=words)


def _words(text: str, reason: str) -> str:
    text = needed(text, reason)
    if len(text) > MAX_TEXT:
        raise Refused(_too_long())
    return text


def _too_long() -> str:
    return _("The text is too long: at most %(most)s characters.") % {"most": MAX_TEXT}


def _in_charge(request: HelpRequest) -> list[User]:
    """Steward and handler; while there is neither, the service centre."""
    people = [person for person in (request.steward, request.handler) if person is not None and person.is_active]
    return people or _admins()


def _admins() -> list[User]:
    return list(User.objects.with_role(Role.ADMIN))


def _sooner(act: Act) -> bool:
    """Bring the due date forward to the days of supervision; whether it moved."""
    request, today = act.request, local_day(act.now)
    assert request.due_on
    assert request.submitted_at
    due, _days = promises.supervised(request, today)
    if due.day >= request.due_on:
        return False
    shorter = calendar.current().working_days_between(due.day, request.due_on)
    act.change(due_on=due.day, due_provisional=due.provisional, promised_days=max(request.promised_days - shorter, 0))
    return True


def _again(act: Act) -> dict[str, Any]:
    """A new round, due like a re-check."""
    now = act.request
    due, days = promises.supervised(now, local_day(act.now))
    act.change(round=now.round + 1, answered_at=None, closed_at=None, handler=now.handler or now.steward)
    act.change(renewed_due_on=None, due_on=due.day, due_provisional=due.provisional)
    act.change(promised_days=days, complex=False)
    return {"round": now.round, "due_on": due.day.isoformat(), **cover(act, local_day(act.now))}
