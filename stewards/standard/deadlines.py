"""Due dates in working days: how they are set, how they stand still, and how the page explains them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import calendar
from portal.core.calendar import local_day
from portal.core.workdays import Deadline
from stewards.enums import DONE_STATES, OPEN_STATES, RequestState
from stewards.models import HelpRequest, ServiceStandard
from stewards.timewords import day_words, when_words

# Only while the table has no row for the type; the table's first rows say the same.
STARTING_DAYS = {"consultation": 1, "suggestion": 1, "help": 5, "complaint": 5, "report": 5}


def standard_days(type: str, day: date) -> int:
    """Working days that the service standard in force on that day gives the type."""
    standards = ServiceStandard.objects.filter(type=type)
    days = standards.filter(valid_from__lte=day).order_by("-valid_from").values_list("days", flat=True).first()
    return STARTING_DAYS[type] if days is None else days


@dataclass(frozen=True)
class Promise:
    """A due date and the working days it was counted from."""

    deadline: Deadline
    days: int


def promise(type: str, received: datetime) -> Promise:
    """The due date of a request of that type received at that moment; the day of receipt does not count."""
    day = local_day(received)
    days = standard_days(type, day)
    return Promise(calendar.current().deadline(day, days), days)


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
    clock = local_day(request.waiting_since) if request.waiting_since else (today or local_day())
    left = calendar.current().working_days_between(clock, request.due_on)
    return min(left, -1) if request.due_on < clock else left


def is_overdue(request: HelpRequest, today: date | None = None) -> bool:
    """Whether the answer is late: open, and the due day is over (or was, when we began to wait)."""
    return request.state in OPEN_STATES and request.due_on is not None and days_left(request, today) < 0


def explain(request: HelpRequest, today: date | None = None) -> list[str]:
    """What to tell the people who wait for the answer: due when, how long still, who holds it since when."""
    if request.due_on is None or request.state not in (*OPEN_STATES, *DONE_STATES):
        return []
    if request.state in DONE_STATES:
        return [_answered_words(request)] if request.answered_at else []
    sentences = [_due_words(request)]
    if request.waiting_since:
        sentences += _waiting_words(request)
    else:
        sentences += [_left_words(days_left(request, today)), holder_words(request)]
    if request.due_provisional:
        sentences.append(provisional_words(request.due_on))
    return sentences


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
        text, since = _("%(name)s has been working on it since %(when)s."), request.accepted_at
    return text % {"name": holder.name, "when": when_words(since or request.changed_at)}


def _due_words(request: HelpRequest) -> str:
    assert request.due_on
    if request.waiting_since:
        return _("The answer was promised by %(due)s. This date moves on with every working day that we wait.") % {
            "due": due_words(request.due_on, request.promised_days)
        }
    return _("Answer due by %(due)s.") % {"due": due_words(request.due_on, request.promised_days)}


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
