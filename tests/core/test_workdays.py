"""Working days of mainland China: the golden cases, make-up days, overrides, unpublished years, and the laws of it."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.workdays import LIBRARY_PUBLISHED_THROUGH, Calendar, Deadline

CALENDAR = Calendar()
FRIDAY = date(2026, 2, 13)


@pytest.mark.parametrize(
    ("n", "due"),
    [
        (0, FRIDAY),
        (1, date(2026, 2, 14)),  # a Saturday worked for the Spring Festival
        (2, date(2026, 2, 24)),
        (3, date(2026, 2, 25)),
        (5, date(2026, 2, 27)),
        (6, date(2026, 2, 28)),  # another Saturday worked
        (15, date(2026, 3, 12)),
    ],
)
def test_golden_cases(n, due):
    assert CALENDAR.add_working_days(FRIDAY, n) == due
    assert CALENDAR.working_days_between(FRIDAY, due) == n
    assert CALENDAR.deadline(FRIDAY, n) == Deadline(due, provisional=False)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 12), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2025, 1, 26), True),
        (date(2025, 10, 8), False),
        (date(2024, 2, 4), True),
        (date(2024, 2, 18), True),
        (date(2023, 4, 23), True),
    ],
)
def test_single_days(day, working):
    assert CALENDAR.is_working(day) is working


def test_a_day_off_as_the_start_counts_from_the_next_working_day():
    assert CALENDAR.add_working_days(date(2026, 2, 16), 1) == date(2026, 2, 24)
    assert CALENDAR.add_working_days(date(2026, 10, 3), 1) == date(2026, 10, 8)


def test_over_the_turn_of_a_year():
    assert CALENDAR.add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 4)  # a Sunday worked
    assert CALENDAR.working_days_between(date(2024, 12, 31), date(2026, 1, 4)) == 249


def test_negative_days_are_refused():
    with pytest.raises(ValueError, match="0 or more"):
        CALENDAR.add_working_days(FRIDAY, -1)


def test_the_end_of_time_is_an_error_not_a_loop():
    with pytest.raises(OverflowError):
        CALENDAR.add_working_days(date(9999, 12, 30), 400)


def test_backwards_is_negative():
    assert CALENDAR.working_days_between(date(2026, 2, 27), FRIDAY) == -5


def test_overrides_win_both_ways():
    calendar = Calendar({date(2026, 2, 14): False, date(2026, 2, 15): True})
    assert calendar.add_working_days(FRIDAY, 1) == date(2026, 2, 15)
    assert not calendar.is_working(date(2026, 2, 14))
    assert CALENDAR.is_working(date(2026, 2, 14))


def test_a_calendar_does_not_follow_the_mapping_it_was_made_from():
    overrides = {date(2026, 2, 14): False}
    calendar = Calendar(overrides)
    overrides.clear()
    assert not calendar.is_working(date(2026, 2, 14))


@pytest.mark.parametrize(
    ("start", "n", "published", "provisional"),
    [
        (date(2026, 12, 30), 1, (), False),
        (date(2026, 12, 30), 3, (), True),
        (date(2026, 12, 30), 3, (2027,), False),
        (date(2027, 3, 1), 0, (), True),
        (date(2027, 3, 1), 5, (2027,), False),
        (date(2026, 12, 30), 300, (2027,), True),
        (date(1999, 12, 1), 5, (), True),
    ],
)
def test_a_deadline_in_an_unpublished_year_is_provisional(start, n, published, provisional):
    assert Calendar(published=published).deadline(start, n).provisional is provisional


def test_loading_the_calendar_moves_a_provisional_deadline():
    before = Calendar().deadline(date(2026, 12, 31), 1)
    loaded = {date(2027, 1, 3): True}  # a Sunday made a working day
    after = Calendar(loaded, published={2027}).deadline(date(2026, 12, 31), 1)
    assert before == Deadline(date(2027, 1, 4), provisional=True)
    assert after == Deadline(date(2027, 1, 3), provisional=False)


def test_the_library_has_make_up_days_for_every_year_taken_as_published():
    """Guards the constant against a library that has lost a year."""
    for year in range(2020, LIBRARY_PUBLISHED_THROUGH + 1):
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
        assert any(day.weekday() >= 5 and CALENDAR.is_working(day) for day in days), year


DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))
SPANS = st.integers(0, 600)
CALENDARS = st.builds(
    Calendar, st.dictionaries(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.booleans(), max_size=40)
)


@given(CALENDARS, DAYS, SPANS)
def test_between_undoes_add(calendar, day, n):
    due = calendar.add_working_days(day, n)
    assert calendar.working_days_between(day, due) == n
    assert n == 0 or calendar.is_working(due)


@given(CALENDARS, DAYS, SPANS)
def test_add_is_strictly_monotone_in_n_and_steps_compose(calendar, day, n):
    due = calendar.add_working_days(day, n)
    following = calendar.add_working_days(day, n + 1)
    assert following > due
    assert calendar.add_working_days(due, 1) == following


@given(CALENDARS, DAYS, DAYS, st.integers(1, 300))
def test_add_is_monotone_in_the_day(calendar, one, other, n):
    early, late = sorted([one, other])
    assert calendar.add_working_days(early, n) <= calendar.add_working_days(late, n)


@given(CALENDARS, DAYS, st.integers(0, 120))
def test_between_counts_what_is_working(calendar, day, span):
    end = day + timedelta(days=span)
    counted = sum(calendar.is_working(day + timedelta(days=n + 1)) for n in range(span))
    assert calendar.working_days_between(day, end) == counted
    assert calendar.working_days_between(end, day) == -counted


def test_a_hundred_thousand_deadlines_in_under_a_second():
    calendar = Calendar()
    calendar.deadline(FRIDAY, 15)
    start = time.process_time()
    for n in range(100_000):
        calendar.deadline(FRIDAY, n % 20)
    assert time.process_time() - start < 1
