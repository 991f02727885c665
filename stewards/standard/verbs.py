"""More time for a request: asked for with a reason, given or refused by another person, told to the enterprise."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from portal.core import calendar
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.workdays import Deadline
from stewards.acts import Act, acting, needed
from stewards.enums import EventKind
from stewards.models import HelpRequest, TimeAsk
from stewards.queries import asking_people
from stewards.standard import deadlines, messages, table
from stewards.standard.asks import pending_of
from stewards.standard.rounds import round_of
from stewards.standard.rules import leaders_of, may_settle
from stewards.timeline import both_names
from stewards.timewords import when_words
from stewards.transitions import Verb

Kind, State = TimeAsk.Kind, TimeAsk.State
MAX_REASON = 2_000
PRESSING = 1  # working days left, or fewer: who decides hears of it at once


def ask_time(
    request: HelpRequest, *, by: Any, kind: str, reason: str, days: int | None = None, seen: int | None = None
) -> HelpRequest:
    """Ask for more days, or for the approval as complex; the enterprise is told once it is given."""
    reason = _words(reason, _("Say why more time is needed: the enterprise reads the reason."))
    with acting(Verb.ASK_TIME, request, by=by, seen=seen) as act:
        now = act.request
        before = pending_of(now)
        if before is not None:
            words = _("%(name)s has asked for more time already (%(when)s); it is not decided yet.")
            raise Refused(words % {"name": before.asked_by.name, "when": when_words(before.asked_at)})
        ask = TimeAsk(request=now, round=now.round, kind=kind, reason=reason, asked_by=by, asked_at=act.now)
        ask.days, ask.for_leader = _asked_days(act, kind, days), _is_beyond(now, kind)
        _given(act, ask)
        assert now.due_on
        ask.due_before = now.due_on
        deciders = _deciders(ask)
        ask.save()
        data = {"ask": ask.pk, "more": ask.days if kind == Kind.EXTENSION else 0}
        act.record(EventKind.TIME_ASKED, text=reason, internal=True, data=data)
        act.tell(deciders, messages.asked, urgent=deadlines.days_left(now) <= PRESSING)
    return act.request


def grant_time(request: HelpRequest, *, by: Any, ask: TimeAsk, seen: int | None = None) -> HelpRequest:
    """Approve: the due date moves, and the enterprise is told from when to when, by whom and why."""
    with acting(Verb.GRANT_TIME, request, by=by, seen=seen) as act:
        chosen = _undecided(act, ask)
        now, before, due = act.request, act.request.due_on, _given(act, chosen)
        assert before
        is_complex = chosen.kind == Kind.COMPLEX
        act.change(due_on=due.day, due_provisional=due.provisional, renewed_due_on=None)
        act.change(promised_days=chosen.days + (0 if is_complex else now.promised_days))
        if is_complex:
            act.change(complex=True)
        _decide(act, chosen, State.APPROVED, due_before=before, due_after=due.day)
        dates = {"due_before": before.isoformat(), "due_after": due.day.isoformat()}
        data = {"ask": chosen.pk, "asker": both_names(chosen.asked_by), **dates}
        act.record(EventKind.COMPLEX if is_complex else EventKind.EXTENDED, text=chosen.reason, data=data)
        act.tell(asking_people(now), messages.given)
        act.tell(_concerned(act, chosen), messages.given_for_desk, urgent=True)
    return act.request


def refuse_time(request: HelpRequest, *, by: Any, ask: TimeAsk, word: str, seen: int | None = None) -> HelpRequest:
    """Refuse, with the reason; the promise to the enterprise stays."""
    word = _words(word, _("Say why it is refused: whoever asked reads it."))
    with acting(Verb.REFUSE_TIME, request, by=by, seen=seen) as act:
        chosen = _undecided(act, ask)
        _decide(act, chosen, State.REFUSED, word=word)
        data = {"ask": chosen.pk, "asker": both_names(chosen.asked_by)}
        act.record(EventKind.TIME_REFUSED, text=word, internal=True, data=data)
        act.tell(_concerned(act, chosen), messages.refused, urgent=True)
    return act.request


def _words(text: str, reason: str) -> str:
    if len(text) > MAX_REASON:
        raise Refused(_("This is too long: at most %(most)s characters.") % {"most": f"{MAX_REASON:,}"})
    return needed(text, reason)


def _asked_days(act: Act, kind: str, days: int | None) -> int:
    """So many working days more; for a complex request, as many as the standard gives it in all."""
    now = act.request
    if kind == Kind.COMPLEX:
        if now.complex:
            raise Refused(_("This request is approved as complex already."))
        return table.terms(now.type, round_of(now).began, now.category).complex
    longest = table.counting(local_day(act.now)).longest_extension
    if kind != Kind.EXTENSION or not isinstance(days, int) or not 1 <= days <= longest:
        words = ngettext("Ask for 1 working day.", "Ask for 1 to %(count)s working days.", longest)
        raise Refused(words % {"count": longest})
    return days


def _is_beyond(request: HelpRequest, kind: str) -> bool:
    """Whether the service centre has extended it as often as it may alone."""
    if kind == Kind.COMPLEX:
        return False
    given = request.time_asks.filter(kind=kind, state=State.APPROVED, round=request.round).count()
    return given >= table.counting(local_day()).extensions


def _given(act: Act, ask: TimeAsk) -> Deadline:
    """The due date that the ask would give; Refused where it gives nothing."""
    now, working = act.request, calendar.current()
    assert now.due_on
    is_complex = ask.kind == Kind.COMPLEX
    due = round_of(now).due(ask.days, working) if is_complex else working.deadline(now.due_on, ask.days)
    if due.day <= now.due_on:
        raise Refused(_("It would not give more time: the answer is due later already."))
    if not now.waiting_since and due.day < local_day(act.now):
        raise Refused(_("Even so it would be overdue already: ask for more days, or promise a new date."))
    return Deadline(due.day, due.provisional or (now.due_provisional and not is_complex))


def _deciders(ask: TimeAsk) -> list[User]:
    people = leaders_of(ask.request) if ask.for_leader else list(User.objects.with_role(Role.ADMIN))
    others = [person for person in people if person.pk != ask.asked_by_id]
    if not others:
        raise Refused(_("Nobody else can decide on it: the service centre needs a second person, or a linked leader."))
    return others


def _undecided(act: Act, ask: TimeAsk) -> TimeAsk:
    """The ask, its row locked, if it still waits for this person's decision."""
    rows = TimeAsk.objects.select_for_update(of=("self",)).select_related("asked_by", "decided_by")
    found = rows.filter(pk=ask.pk, request=act.request.pk).first()
    if found is None or found.round != act.request.round:
        raise Refused(_("There is nothing to decide: nobody asks for more time."))
    if found.state != State.PENDING:
        facts = {"name": found.decided_by and found.decided_by.name, "when": when_words(found.decided_at or act.now)}
        raise Refused(_("%(name)s has decided on it already (%(when)s).") % facts)
    found.request = act.request
    require(may_settle(act.by, found))
    return found


def _decide(act: Act, ask: TimeAsk, state: str, word: str = "", **dates: date) -> None:
    ask.state, ask.decided_by, ask.decided_at, ask.word = state, act.by, act.now, word
    for name, day in dates.items():
        setattr(ask, name, day)
    ask.save(update_fields=["state", "decided_by", "decided_at", "word", *dates])


def _concerned(act: Act, ask: TimeAsk) -> list[User | None]:
    return [ask.asked_by, act.request.steward, act.request.handler]
