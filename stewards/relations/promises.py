"""What the promised day becomes when a request is sorted anew or put together with another one."""

from datetime import date, datetime, timedelta
from typing import Any

from portal.core import calendar
from portal.core.calendar import local_day
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, TimeAsk
from stewards.standard import deadlines
from stewards.standard.rounds import Round, round_of
from stewards.standard.table import terms


def shorter(request: HelpRequest, now: datetime) -> deadlines.Promise | None:
    """The promise of its type and category, where it is shorter than the one that was given; None otherwise.

    It counts from where the given one counts, and leaves at least the next working day. What a person has decided
    stays: a certain day, more time, a new date; so does what is late already.
    """
    if request.state not in OPEN_STATES or _is_decided(request) or deadlines.is_overdue(request):
        return None
    running, working = round_of(request), calendar.current()
    days = terms(request.type, running.began, request.category).days
    clock = local_day(request.waiting_since or now)
    late_by = working.working_days_between(running.due(days, working).day, working.add_working_days(clock, 1))
    days += max(late_by, 0)
    if running.is_fixed or days >= request.promised_days:
        return None
    return deadlines.Promise(running.due(days, working), days)


def _is_decided(request: HelpRequest) -> bool:
    if request.complex or request.renewed_due_on:
        return True
    return request.time_asks.filter(round=request.round, state=TimeAsk.State.APPROVED).exists()


def counted(request: HelpRequest, promise: dict[str, Any]) -> dict[str, Any]:
    """A promise that was given to another request, with its days as this one counts them, so that a new calendar
    finds the same day again; 0 for a day that lies before this one came in."""
    running = round_of(request)
    days = _days_until(running, date.fromisoformat(promise["due_on"]))
    return promise | {"promised_days": max(days, 0)}


def _days_until(running: Round, due: date) -> int:
    working = calendar.current()
    began = running.began - timedelta(days=running.receipt_counts)
    waited = sum(working.working_days_between(*pause) for pause in running.pauses)
    return working.working_days_between(began, due) - waited
