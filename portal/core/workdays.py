"""Working days of mainland China: weekends, public holidays and make-up workdays (调休), as pure arithmetic.

The service standard counts in working days and the day of receipt does not count. The base is the `holidays`
library; overrides (from the database, see portal.core.calendar) win over it.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays

# The State Council publishes a year's calendar in the November before. The library answers later years silently,
# with the statutory holidays but without make-up days, so nothing after this year may be taken for official.
LIBRARY_PUBLISHED_THROUGH = 2026
LIBRARY_BEGINS = 2000


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due day; provisional when the span touches a year whose calendar is not published yet."""

    day: date
    provisional: bool


class _Year(NamedTuple):
    first: int  # ordinal of 1 January
    upto: tuple[int, ...]  # working days of the year up to and including its n-th day (from 0)
    days: tuple[int, ...]  # ordinals of the working days


@lru_cache(maxsize=256)
def _library_days(year: int) -> frozenset[date]:
    """The year's working days as the library knows them; plain Monday to Friday where it knows nothing."""
    china = holidays.country_holidays("CN", years=[year])
    makeup: set[date] = getattr(china, "weekend_workdays", set())
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in days if day in makeup or (day.weekday() < 5 and not dict.__contains__(china, day)))


class Calendar:
    """An immutable working-day calendar, safe to share between threads and quick for hundreds of thousands of calls.

    overrides: day → is it a working day; they win over the library. published: years whose official calendar is
    known besides those of the library (2000 to 2026).
    """

    __slots__ = ("_lock", "_overrides", "_published", "_years")

    def __init__(self, overrides: Mapping[date, bool] | None = None, published: Iterable[int] = ()) -> None:
        self._overrides = dict(overrides or {})
        self._published = frozenset(published)
        self._years: dict[int, _Year] = {}
        self._lock = threading.Lock()

    def is_published(self, year: int) -> bool:
        """Is the year's calendar official, make-up days included?"""
        return LIBRARY_BEGINS <= year <= LIBRARY_PUBLISHED_THROUGH or year in self._published

    def is_working(self, day: date) -> bool:
        """Is this a working day?"""
        known = self._overrides.get(day)
        return day in _library_days(day.year) if known is None else known

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself does not count; `day` itself for 0. ValueError for n < 0.

        OverflowError beyond the year 9999.
        """
        if n < 0:
            raise ValueError("working days to add must be 0 or more")
        if n == 0:
            return day
        year = day.year
        wanted = n + self._year(year).upto[day.toordinal() - self._year(year).first]
        while wanted > len(self._year(year).days):
            wanted -= len(self._year(year).days)
            year += 1
            if year > date.max.year:
                raise OverflowError("no working day that far ahead")
        return date.fromordinal(self._year(year).days[wanted - 1])

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when b lies before a (those after b up to a)."""
        if b < a:
            return -self.working_days_between(b, a)
        count = sum(len(self._year(year).days) for year in range(a.year, b.year))
        return count + self._count_to(b) - self._count_to(a)

    def deadline(self, day: date, n: int) -> Deadline:
        """The n-th working day after `day`, and whether it may still move when a year's calendar is published."""
        due = self.add_working_days(day, n)
        return Deadline(due, not all(self.is_published(year) for year in range(day.year, due.year + 1)))

    def _count_to(self, day: date) -> int:
        year = self._year(day.year)
        return year.upto[day.toordinal() - year.first]

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            with self._lock:
                year = self._years.setdefault(number, self._make_year(number))
        return year

    def _make_year(self, number: int) -> _Year:
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        days = tuple(n for n in range(first, last + 1) if self.is_working(date.fromordinal(n)))
        return _Year(first, tuple(bisect_right(days, n) for n in range(first, last + 1)), days)
