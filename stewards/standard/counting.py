"""Counting forward from the day of receipt, the way the district counts."""

from datetime import date, timedelta

from portal.core import calendar
from portal.core.workdays import Calendar, Deadline
from stewards.standard import table


def due_after(received: date, days: int, *, receipt_counts: bool, working: Calendar | None = None) -> Deadline:
    """The last of so many working days. The day of receipt is the first of them only where it counts, and is one."""
    working = working or calendar.current()
    return working.deadline(received - timedelta(days=1) if receipt_counts else received, days)


def due_from(received: date, days: int) -> Deadline:
    """The same, by the district's rule of that day. One query."""
    return due_after(received, days, receipt_counts=table.counting(received).receipt_counts)
