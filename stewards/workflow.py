"""What staff do with a request, one verb an act; what the enterprise does is in stewards/asking/verbs.py.

Every verb takes `by` (the person) and, from a page, `seen` (the lock_version the page showed), returns the request as
it is afterwards, and raises Refused with a sentence for the person when it may not be.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Department, User
from portal.core.access import Refused
from stewards import messages
from stewards.acts import acting, needed, resume
from stewards.asking.verbs import discard, rate, reopen, reply, save_draft, submit, withdraw
from stewards.enums import EventKind, Ground, RequestState
from stewards.files import Upload
from stewards.models import HelpRequest
from stewards.queries import asking_people, handlers_of
from stewards.timeline import both_names
from stewards.transitions import Verb

__all__ = [
    "accept", "answer", "ask_back", "assign", "close", "contact", "decline", "discard", "note", "rate", "refer",
    "reopen", "reply", "save_draft", "submit", "withdraw",
]  # fmt: skip


def assign(request: HelpRequest, *, steward: User, by: Any, note: str = "", seen: int | None = None) -> HelpRequest:
    """Give the request to a steward, the first or another one, who is then responsible for it."""
    if not steward.has_role(Role.STEWARD):
        raise Refused(_("%(name)s is not a service steward.") % {"name": steward.name})
    with acting(Verb.ASSIGN, request, by=by, seen=seen) as act:
        before, first = act.request.steward, act.request.steward is None
        act.change(steward=steward, handler=steward, department=steward.department, assigned_at=act.now)
        if act.request.state != RequestState.WAITING:
            act.change(accepted_at=None)
        act.record(EventKind.ASSIGNED, data={"steward": both_names(steward)})
        act.tell([steward], messages.new_on_desk, urgent=True)
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


def note(request: HelpRequest, *, by: Any, text: str, files: Iterable[Upload] = ()) -> HelpRequest:
    """A word among colleagues; the enterprise never sees it."""
    text = needed(text, _("Write the note."))
    with acting(Verb.NOTE, request, by=by) as act:
        act.record(EventKind.NOTE, text=text, internal=True, uploads=files)
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
    request: HelpRequest, *, by: Any, text: str, files: Iterable[Upload] = (), seen: int | None = None
) -> HelpRequest:
    """The answer to the enterprise."""
    text = needed(text, _("Write the answer."))
    with acting(Verb.ANSWER, request, by=by, seen=seen) as act:
        paused = resume(act)
        act.change(answered_at=act.now)
        act.record(EventKind.ANSWERED, text=text, uploads=files, data={"round": act.request.round, **paused})
        act.tell(asking_people(act.request), messages.answered, urgent=True)
        act.tell([act.request.steward], messages.answered_for_steward)
    return act.request


def close(request: HelpRequest, *, by: Any, seen: int | None = None) -> HelpRequest:
    """The matter is settled; the enterprise can still open it again."""
    with acting(Verb.CLOSE, request, by=by, seen=seen) as act:
        act.change(closed_at=act.now)
        act.record(EventKind.CLOSED)
        act.tell(asking_people(act.request), messages.closed)
    return act.request


def decline(request: HelpRequest, *, by: Any, ground: str, where_instead: str, seen: int | None = None) -> HelpRequest:
    """Not accept the request: only on one of the legal grounds, and never without saying where to go instead."""
    if ground not in Ground.values:
        raise Refused(_("Choose the ground on which the request cannot be accepted."))
    where_instead = needed(where_instead, _("Say where the enterprise can go instead."))
    with acting(Verb.DECLINE, request, by=by, seen=seen) as act:
        act.change(ground=ground)
        act.record(EventKind.NOT_ACCEPTED, text=where_instead, data={"ground": ground})
        act.tell(asking_people(act.request), messages.declined, urgent=True)
    return act.request
