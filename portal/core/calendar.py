"""The calendar in force: the library's, corrected by the database. Kept for a minute in each process."""

import time
from datetime import date, datetime

from django.utils import timezone

from portal.core.models import CalendarDay, CalendarYear
from portal.core.workdays import Calendar

_KEEP_SECONDS = 60.0
_kept: tuple[float, Calendar] | None = None


def current() -> Calendar:
    """The working-day calendar with the database's corrections; at most a minute old."""
    global _kept  # noqa: PLW0603 - one small cache per process
    if _kept is None or time.monotonic() - _kept[0] > _KEEP_SECONDS:
        overrides = dict(CalendarDay.objects.values_list("day", "working"))
        years = frozenset(CalendarYear.objects.values_list("year", flat=True))
        _kept = (time.monotonic(), Calendar(overrides=overrides, published=years))
    return _kept[1]


def forget() -> None:
    """Drop the kept calendar, after its rows were changed."""
    global _kept  # noqa: PLW0603
    _kept = None


def local_day(moment: datetime | None = None) -> date:
    """The district's calendar day of a moment (default: now)."""
    return timezone.localdate(moment)
