"""From where a request's due date counts: the day its round began, and the days on which we waited."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.calendar import local_day
from portal.core.workdays import Calendar, Deadline
from stewards.enums import BEGINNINGS, EventKind
from stewards.models import HelpRequest, RequestEvent
from stewards.standard.counting import due_after


@dataclass(frozen=True)
class Round:
    """The round that runs now; `pauses` are the days from which to which the enterprise was asked."""

    began: date
    pauses: tuple[tuple[date, date], ...] = ()
    receipt_counts: bool = False
    is_fixed: bool = False  # a certain day was promised, not a number of working days

    def due(self, days: int, working: Calendar) -> Deadline:
        """The due date of so many promised working days, in that calendar."""
        paused = sum(working.working_days_between(*pause) for pause in self.pauses)
        return due_after(self.began, days + paused, receipt_counts=self.receipt_counts, working=working)


def round_of(request: HelpRequest, events: list[RequestEvent] | None = None) -> Round:
    """By the events of the request, which may be given (oldest first); one query otherwise."""
    assert request.submitted_at
    found = list(request.events.order_by("pk")) if events is None else events
    last = max((place for place, event in enumerate(found) if begins(event)), default=-1)
    began = found[last].at if last >= 0 else request.submitted_at
    data = found[last].data if last >= 0 else {}
    pauses = tuple(_pause(event.data) for event in found[last + 1 :] if "paused_from" in event.data)
    return Round(local_day(began), pauses, bool(data.get("receipt_counts")), bool(data.get("fixed")))


def begins(entry: Any) -> bool:
    """Whether an event or entry of the timeline begins a round: “Nobody has contacted me” only where it reopens."""
    return entry.kind in BEGINNINGS and (entry.kind != EventKind.UNHEARD or "round" in entry.data)


def _pause(data: dict[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(data["paused_from"]), date.fromisoformat(data["paused_to"])
