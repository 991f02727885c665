"""Due dates in working days: how they are set, how they stand still, and how the page explains them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import calendar
from portal.core.calendar import local_day
from portal.core.workdays import Deadline
from stewards.enums import DONE_STATES, OPEN_STATES, EventKind, RequestState
from stewards.models import HelpRequest, RequestCategory
from stewards.standard.contact import first_contact
from stewards.standard.counting import due_after
from stewards.standard.rounds import begins
from stewards.standard.standing import Standing, standing
from stewards.standard.table import counting, terms
from stewards.timeline import Entry
from stewards.timewords import day_words, when_words


def standard_days(type: str, day: date, category: RequestCategory | None = None) -> int:
    """Working days that the service standard in force on that day gives the type, or its category."""
    return terms(type, day, category).days


@dataclass(frozen=True)
class Promise:
    """A due date and the working days it was counted from."""

    deadline: Deadline
    days: int
    contact_days: int = 1
    receipt_counts: bool = False

    def kept(self, fixed: date | None = None) -> dict[str, int | bool]:
        """What the event keeps that begins a round: how it counts, or that its day was promised as such."""
        facts = {"receipt_counts": self.receipt_counts, "fixed": fixed is not None}
        return {"contact_days": self.contact_days, **{name: True for name, holds in facts.items() if holds}}


def promise(type: str, received: datetime, category: RequestCategory | None = None) -> Promise:
    """The due date of a request of that type received at that moment, as the district counts."""
    day = local_day(received)
    promised, counts = terms(type, day, category), counting(day).receipt_counts
    due = due_after(day, promised.days, receipt_counts=counts)
    return Promise(due, promised.days, promised.contact, counts)


def moved_on(request: HelpRequest, until: datetime) -> Deadline:
    """The due date after the wait that began at `waiting_since`: later by the working days that passed."""
    assert request.due_on
    assert request.waiting_since
    working = calendar.current()
    paused = working.working_days_between(local_day(request.waiting_since), local_day(until))
    if paused <= 0:
        return Deadline(request.due_on, request.due_provisional)
    later = working.deadline(request.due_on, paused)
    return Deadline(later.day, request.due_provisional or later.provisional)


def days_left(request: HelpRequest, today: date | None = None) -> int:
    """Working days until the answer is due; negative when it is late. While we wait, as when the wait began."""
    assert request.due_on
    return standing_of(request, today).left


def standing_of(request: HelpRequest, today: date | None = None) -> Standing:
    """How the due date stands, in the one reckoning that every page uses."""
    assert request.due_on
    clock = local_day(request.waiting_since) if request.waiting_since else (today or local_day())
    return standing(request.due_on, clock, calendar.current())


def is_overdue(request: HelpRequest, today: date | None = None) -> bool:
    """Whether the answer is late: open, and the due day is over (or was, when we began to wait)."""
    return request.state in OPEN_STATES and request.due_on is not None and days_left(request, today) < 0


def explain(request: HelpRequest, today: date | None = None, entries: Sequence[Entry] = ()) -> list[str]:
    """What to tell the people who wait for the answer: due when, how long still, who holds it since when.

    With the entries of its timeline also: who gave it more time and why, and when a person was in touch.
    """
    if request.due_on is None or request.state not in (*OPEN_STATES, *DONE_STATES):
        return []
    if request.state in DONE_STATES:
        return [_answered_words(request)] if request.answered_at else []
    sentences = [_due_words(request), *_renewed_words(request)]
    if request.waiting_since:
        sentences += _waiting_words(request)
    else:
        sentences += [_left_words(days_left(request, today)), holder_words(request)]
    if request.due_provisional:
        sentences.append(provisional_words(request.due_on))
    return [*sentences, *_from_entries(request, today or local_day(), entries)]


def extensions(entries: Sequence[Entry]) -> list[Entry]:
    """Who gave the request more time in the round that runs, when and why."""
    last = max((place for place, entry in enumerate(entries) if begins(entry)), default=0)
    return [entry for entry in entries[last:] if entry.kind in (EventKind.EXTENDED, EventKind.COMPLEX)]


def _from_entries(request: HelpRequest, today: date, entries: Sequence[Entry]) -> list[str]:
    given = _("%(what)s (%(when)s). Reason: %(reason)s")
    sentences = [
        given % {"what": entry.title, "when": when_words(entry.at), "reason": entry.text}
        for entry in extensions(entries)
    ]
    contact = first_contact(request, entries) if entries else None
    return [*sentences, contact.words(today)] if contact else sentences


def due_words(due: date, days: int) -> str:
    """Friday 27 November 2026 (5 working days)."""
    words = ngettext("%(day)s (%(count)s working day)", "%(day)s (%(count)s working days)", days)
    return words % {"day": day_words(due), "count": days}


def provisional_words(due: date) -> str:
    text = _("This date is provisional: the working-day calendar for %(year)s is not published yet.")
    return text % {"year": due.year}


def holder_words(request: HelpRequest) -> str:
    """Who has it now and since when."""
    if request.state == RequestState.SUBMITTED or request.steward is None:
        return _("No steward has taken it yet; the service centre was told when you sent it.")
    if request.handler is None and request.department is not None:
        text = _("It is with %(department)s since %(when)s, to be taken by a handler; %(steward)s stays responsible.")
        names = {"department": request.department.name, "steward": request.steward.name}
        return text % {**names, "when": when_words(request.assigned_at or request.changed_at)}
    holder = request.handler or request.steward
    if request.state == RequestState.ASSIGNED:
        text, since = _("It is assigned to %(name)s since %(when)s."), request.assigned_at
    else:
        since = max(filter(None, (request.accepted_at, request.assigned_at)), default=None)  # a substitute took it over
        text = _("%(name)s has been working on it since %(when)s.")
    return text % {"name": holder.name, "when": when_words(since or request.changed_at)}


def _due_words(request: HelpRequest) -> str:
    assert request.due_on
    if request.waiting_since:
        return _("The answer was promised by %(due)s. This date moves on with every working day that we wait.") % {
            "due": due_words(request.due_on, request.promised_days)
        }
    return _("Answer due by %(due)s.") % {"due": due_words(request.due_on, request.promised_days)}


def _renewed_words(request: HelpRequest) -> list[str]:
    """The date that replaced a promise which could not be kept."""
    renewed = request.renewed_due_on
    if renewed is None:
        return []
    sentences = [
        _("New date for the answer: %(day)s.") % {"day": day_words(renewed)},
        _("The first promise is still counted as ours to keep."),
    ]
    return sentences if calendar.current().is_published(renewed.year) else [*sentences, provisional_words(renewed)]


def _left_words(left: int) -> str:
    if left > 0:
        return ngettext("%(count)s working day is left.", "%(count)s working days are left.", left) % {"count": left}
    if left == 0:
        return _("It is due today.")
    late = ngettext(
        "We are late, by %(count)s working day. We are sorry; the service centre sees it too.",
        "We are late, by %(count)s working days. We are sorry; the service centre sees it too.",
        -left,
    )
    return late % {"count": -left}


def _waiting_words(request: HelpRequest) -> list[str]:
    assert request.waiting_since
    since = {"when": when_words(request.waiting_since)}
    still = _("The clock has stood still since %(when)s, because we asked you a question and wait for your reply.")
    return [still % since, _left_words(days_left(request))]


def _answered_words(request: HelpRequest) -> str:
    assert request.due_on
    assert request.answered_at
    facts = {"when": when_words(request.answered_at), "due": day_words(request.due_on)}
    if local_day(request.answered_at) <= request.due_on:
        return _("Answered in time: %(when)s (due by %(due)s).") % facts
    return _("Answered later than promised: %(when)s (due by %(due)s).") % facts
