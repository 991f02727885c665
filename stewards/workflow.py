"""What staff do with a request, one verb an act; what the enterprise does is in stewards/asking/verbs.py.

Every verb takes `by` (the person) and, from a page, `seen` (the lock_version the page showed), returns the request as
it is afterwards, and raises Refused with a sentence for the person when it may not be.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Department, User
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import messages
from stewards.acts import acting, needed, resume
from stewards.asking.verbs import discard, reopen, reply, save_draft, submit, withdraw
from stewards.assignment.finding import cover
from stewards.declining import grounds
from stewards.enums import EventKind, RequestState
from stewards.escalation.verbs import instruct, lasted, release, renew, report, supervise, unheard
from stewards.files import Upload
from stewards.models import HelpRequest
from stewards.parts import messages as part_messages
from stewards.parts.passing_on import pass_on
from stewards.parts.referral import decide, give_back
from stewards.queries import asking_people, handlers_of
from stewards.rating.messages import answered_to
from stewards.rating.rated import invite_caller, rate, write_rating
from stewards.relations import mentions, watching
from stewards.relations import messages as relation_messages
from stewards.standard.verbs import ask_time, grant_time, refuse_time
from stewards.timeline import both_names
from stewards.transitions import Verb

__all__ = [
    "accept",
    "answer",
    "ask_back",
    "ask_time",
    "assign",
    "close",
    "contact",
    "decide",
    "decline",
    "discard",
    "give_back",
    "grant_time",
    "instruct",
    "lasted",
    "note",
    "rate",
    "refer",
    "refuse_time",
    "release",
    "renew",
    "reopen",
    "reply",
    "report",
    "save_draft",
    "submit",
    "supervise",
    "unheard",
    "withdraw",
    "write_rating",
]  # fmt: skip


def assign(
    request: HelpRequest,
    *,
    steward: User,
    by: Any,
    note: str = "",
    seen: int | None = None,
    why: dict[str, Any] | None = None,
) -> HelpRequest:
    """Give the request to a steward, the first or another one, who is then responsible for it. `why`: by rotation."""
    if not steward.has_role(Role.STEWARD):
        raise Refused(_("%(name)s is not a service steward.") % {"name": steward.name})
    with acting(Verb.ASSIGN, request, by=by, seen=seen) as act:
        before, first = act.request.steward, act.request.steward is None
        act.change(steward=steward, handler=steward, department=steward.department, assigned_at=act.now)
        if act.request.state != RequestState.WAITING:
            act.change(accepted_at=None)
        away = cover(act, local_day(act.now))
        act.record(EventKind.ASSIGNED, data={"steward": both_names(steward), **(why or {}), **away})
        act.tell([steward, act.request.handler], messages.new_on_desk, urgent=True)
        if before != steward:
            act.tell([before], messages.taken_away)
            act.tell(asking_people(act.request), messages.assigned, urgent=first)
        if note.strip():
            act.record(EventKind.NOTE, text=note.strip(), internal=True)
    return act.request


def accept(request: HelpRequest, *, by: Any, seen: int | None = None) -> HelpRequest:
    """Take the request on: who accepts first has it, everybody else is told who did. Its steward can take it back."""
    with acting(Verb.ACCEPT, request, by=by, seen=seen) as act:
        if act.request.steward is None:
            act.change(steward=by)
        act.change(handler=by, department=by.department or act.request.department, accepted_at=act.now)
        if act.request.assigned_at is None:
            act.change(assigned_at=act.now)
        act.record(EventKind.ACCEPTED)
        act.tell(asking_people(act.request), messages.accepted)
    return act.request


def contact(
    request: HelpRequest, *, by: Any, text: str, files: Iterable[Upload] = (), seen: int | None = None
) -> HelpRequest:
    """Write to the enterprise; counts as the first contact."""
    text = needed(text, _("Write what the enterprise should know."))
    with acting(Verb.CONTACT, request, by=by, seen=seen) as act:
        act.record(EventKind.CONTACTED, text=text, uploads=files)
        act.tell(asking_people(act.request), messages.contacted, urgent=True)
    return act.request


def ask_back(
    request: HelpRequest, *, by: Any, text: str, files: Iterable[Upload] = (), seen: int | None = None
) -> HelpRequest:
    """Ask the enterprise something without which it cannot go on; the clock stands still until the reply."""
    text = needed(text, _("Write your question to the enterprise."))
    with acting(Verb.ASK_BACK, request, by=by, seen=seen) as act:
        act.change(waiting_since=act.now)
        act.record(EventKind.ASKED_BACK, text=text, uploads=files)
        act.tell(asking_people(act.request), messages.asked_back, urgent=True)
    return act.request


def note(
    request: HelpRequest, *, by: Any, text: str, files: Iterable[Upload] = (), also: Iterable[User] = ()
) -> HelpRequest:
    """A word among colleagues, some of whom (`also`) are told of it; the enterprise never sees it."""
    text = needed(text, _("Write the note."))
    with acting(Verb.NOTE, request, by=by) as act:
        told = mentions.told_of(act.request, also, by)
        act.record(EventKind.NOTE, text=text, internal=True, uploads=files, data=mentions.kept(told))
        act.tell(told, relation_messages.mentioned)
        act.tell(watching.watchers_of(act.request), relation_messages.watched)
    return act.request


def refer(
    request: HelpRequest, *, by: Any, department: Department, reason: str, seen: int | None = None
) -> HelpRequest:
    """Hand the work to a department; the steward stays responsible and can take it back by `accept`."""
    reason = needed(reason, _("Say why you refer the request."))
    with acting(Verb.REFER, request, by=by, seen=seen) as act:
        if department.pk == act.request.department_id:
            raise Refused(_("The request is already with %(department)s.") % {"department": department.name})
        act.change(department=department, handler=None, assigned_at=act.now, accepted_at=None)
        act.record(EventKind.REFERRED, text=reason, data={"department": both_names(department)})
        act.tell(handlers_of(department.pk), messages.referred_to_you, urgent=True)
        act.tell(asking_people(act.request), messages.referred)
    return act.request


def answer(
    request: HelpRequest,
    *,
    by: Any,
    text: str,
    files: Iterable[Upload] = (),
    cards: Iterable[dict[str, Any]] = (),
    part_files: Collection[str] = (),
    seen: int | None = None,
) -> HelpRequest:
    """The answer to the enterprise; `cards` are its follow-ups (stewards/deskwork/cards.py), `part_files` the keys of
    files of departments that go with it."""
    text = needed(text, _("Write the answer."))
    with acting(Verb.ANSWER, request, by=by, seen=seen) as act:
        paused = resume(act)
        act.change(answered_at=act.now)
        facts = {"round": act.request.round, **({"cards": list(cards)} if cards else {})}
        event = act.record(EventKind.ANSWERED, text=text, uploads=files, data={**facts, **paused})
        pass_on(act.request, event, part_files)
        for person in asking_people(act.request):
            act.tell([person], answered_to(person), urgent=True)
        act.tell([act.request.steward], messages.answered_for_steward)
        act.tell(watching.watchers_of(act.request), relation_messages.watched)
        invite_caller(act)
    return act.request


def close(request: HelpRequest, *, by: Any, seen: int | None = None) -> HelpRequest:
    """The matter is settled; the enterprise can still open it again."""
    with acting(Verb.CLOSE, request, by=by, seen=seen) as act:
        act.change(closed_at=act.now)
        act.record(EventKind.CLOSED)
        act.tell(asking_people(act.request), messages.closed)
    return act.request


def decline(
    request: HelpRequest, *, by: Any, ground: str, where_instead: str, law: str = "", seen: int | None = None
) -> HelpRequest:
    """Not accept the request: only on one of the legal grounds, and never without saying where to go instead."""
    with acting(Verb.DECLINE, request, by=by, seen=seen) as act:
        kept = grounds(act.request, ground, where_instead, law)
        act.change(ground=ground)
        act.record(EventKind.NOT_ACCEPTED, text=where_instead.strip(), data=kept)
        act.tell(asking_people(act.request), messages.declined, urgent=True)
        part_messages.tell_over(act)
    return act.request
