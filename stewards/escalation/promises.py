"""The days that escalation counts with, as the service standard's table says."""

from datetime import date
from typing import Any

from portal.core import calendar
from portal.core.calendar import local_day
from portal.core.workdays import Deadline
from stewards.models import HelpRequest
from stewards.standard.counting import due_after
from stewards.standard.table import counting, terms


def contact_due(request: HelpRequest, sent: dict[str, Any]) -> date:
    """The last day for the first contact; `sent` are the facts that the request's first event keeps."""
    assert request.submitted_at
    counts = bool(sent.get("receipt_counts"))
    return due_after(local_day(request.submitted_at), sent.get("contact_days", 1), receipt_counts=counts).day


def supervised(request: HelpRequest, day: date) -> tuple[Deadline, int]:
    """Until when what is supervised or checked again is due, and in how many working days."""
    days = terms(request.type, day, request.category).supervised
    return calendar.current().deadline(day, days), days


def next_working_day(day: date | None = None) -> date:
    return calendar.current().add_working_days(day or local_day(), 1)


def furthest_days(day: date | None = None) -> int:
    """So many working days ahead a new date may lie, as the district counts on that day. One query."""
    return counting(day or local_day()).furthest_new_date


def furthest(day: date | None = None) -> date:
    day = day or local_day()
    return calendar.current().add_working_days(day, furthest_days(day))
