"""The calendar in force: the library's days, corrected by the service centre's, kept for a minute."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from portal.core import calendar
from portal.core.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 2, 13)


@pytest.mark.parametrize(("days", "due"), [(1, date(2026, 2, 14)), (5, date(2026, 2, 27)), (15, date(2026, 3, 12))])
def test_the_golden_cases_without_any_correction(days: int, due: date) -> None:
    assert calendar.current().deadline(FRIDAY, days).day == due


def test_a_day_off_by_decree_moves_a_deadline() -> None:
    CalendarDay.objects.create(day=date(2026, 2, 14), working=False, note="Snow")
    assert calendar.current().deadline(FRIDAY, 1).day == date(2026, 2, 24)


def test_a_make_up_day_by_decree_brings_it_forward() -> None:
    CalendarDay.objects.create(day=date(2026, 3, 7), working=True)
    assert calendar.current().deadline(date(2026, 3, 6), 1).day == date(2026, 3, 7)


def test_a_year_that_is_loaded_makes_deadlines_final() -> None:
    assert calendar.current().deadline(date(2026, 12, 30), 5).provisional
    CalendarYear.objects.create(year=2027, source="State Council")
    calendar.forget()
    assert not calendar.current().deadline(date(2026, 12, 30), 5).provisional


def test_it_is_read_once_a_minute(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(2):
        first = calendar.current()
        assert calendar.current() is first
    CalendarDay.objects.create(day=date(2026, 2, 14), working=False)
    assert calendar.current().is_working(date(2026, 2, 14)), "kept until the minute is over"
    calendar.forget()
    assert not calendar.current().is_working(date(2026, 2, 14))


def test_after_a_minute_it_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar.current()
    CalendarDay.objects.create(day=date(2026, 2, 14), working=False)
    later = calendar.time.monotonic() + 61
    monkeypatch.setattr(calendar.time, "monotonic", lambda: later)
    assert not calendar.current().is_working(date(2026, 2, 14))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_shanghai(moment: datetime, day: date) -> None:
    assert calendar.local_day(moment) == day
    with time_machine.travel(moment, tick=False):
        assert calendar.local_day() == day


@pytest.mark.parametrize(("row", "text"), [
    (CalendarDay(day=date(2026, 1, 4), working=True), "2026-01-04: working"),
    (CalendarDay(day=date(2026, 1, 5), working=False), "2026-01-05: off"),
    (CalendarYear(year=2027), "2027"),
])  # fmt: skip
def test_rows_read_plainly(row: Any, text: str) -> None:
    assert str(row) == text
