"""Weeks begin on Monday, and nothing before the first count is told as if nobody had read."""

from datetime import date, timedelta
from typing import Any

import pytest

from policies.figures import views_of as telling
from policies.figures.views_of import CHART, DAYS, STEP, WEEKS, Span, Views, daily, views_of
from policies.models import Policy, ViewCount
from tests.factories.policies import PolicyFactory

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)


@pytest.fixture
def policy(db: None) -> Policy:
    return PolicyFactory()


def count(policy: Policy, day: date, language: str = "en", number: int = 1, run: str = "r") -> None:
    ViewCount.objects.create(policy=policy, day=day, language=language, count=number, run=run)


def told(*weeks: tuple[int, int]) -> Views:
    """Newest first, without a database."""
    spans = [Span(MONDAY - timedelta(weeks=n), zh, en) for n, (zh, en) in enumerate(weeks)]
    return Views(MONDAY, sum(w[0] for w in weeks), sum(w[1] for w in weeks), spans, [], True)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (MONDAY, MONDAY),
        (date(2026, 11, 18), MONDAY),
        (SUNDAY, MONDAY),
        (SUNDAY + timedelta(days=1), date(2026, 11, 23)),
        (date(2026, 1, 1), date(2025, 12, 29)),
    ],
)
def test_the_week_of_a_day(policy: Policy, today: date, first: date) -> None:
    count(policy, today)
    views = views_of(policy, today)
    assert [week.first for week in views.weeks] == [first]
    assert views.weeks[0].total == 1


def test_the_days_of_a_week_are_added_up(policy: Policy) -> None:
    for ago in range(7):
        count(policy, SUNDAY - timedelta(days=ago), "en", ago)
        count(policy, SUNDAY - timedelta(days=ago), "zh-hans", 2)
    count(policy, SUNDAY - timedelta(days=7), "en", 100)
    this, last = views_of(policy, SUNDAY).weeks
    assert (this.zh, this.en, this.total) == (14, 21, 35)
    assert (last.zh, last.en) == (0, 100)


def test_it_begins_where_counting_began(policy: Policy) -> None:
    count(PolicyFactory(), SUNDAY - timedelta(days=9))
    count(policy, SUNDAY)
    views = views_of(policy, SUNDAY)
    assert views.since == SUNDAY - timedelta(days=9)
    assert [week.first for week in views.weeks] == [MONDAY, MONDAY - timedelta(days=7)]
    assert len(views.days) == 10
    assert [span.total for span in views.days[:2]] == [1, 0]


def test_no_more_weeks_and_days_than_fit(policy: Policy) -> None:
    count(policy, SUNDAY - timedelta(days=400), number=7)
    views = views_of(policy, SUNDAY)
    assert (len(views.weeks), len(views.days)) == (WEEKS, DAYS)
    assert views.total == 7
    assert views.bars == []  # none of the weeks that are shown has a view
    assert [span.first for span in daily(policy)] == [SUNDAY - timedelta(days=400)]


def test_runs_of_a_day_are_one_day(policy: Policy) -> None:
    for number, run in enumerate(("a", "b", "c"), start=1):
        count(policy, SUNDAY, "zh-hans", number, run)
    assert [(span.zh, span.en) for span in daily(policy)] == [(6, 0)]


@pytest.mark.parametrize(
    ("weeks", "heights"),
    [
        ([(1, 0)], [(CHART, 0)]),
        ([(0, 1)], [(0, CHART)]),
        ([(1, 1)], [(50, 50)]),
        ([(10, 0), (5, 5), (0, 1)], [(0, 10), (50, 50), (CHART, 0)]),
        ([(1_000_000, 0), (1, 0)], [(0, 0), (CHART, 0)]),
        ([(0, 0), (3, 0)], [(CHART, 0), (0, 0)]),
        ([(0, 0)], []),
        ([], []),
    ],
)
def test_bars(weeks: list[tuple[int, int]], heights: list[tuple[int, int]]) -> None:
    views = told(*weeks)
    assert [(bar.zh_height, bar.en_height) for bar in views.bars] == heights
    assert views.width == len(weeks) * STEP
    for bar in views.bars:
        assert bar.en_y + bar.en_height == bar.zh_y
        assert bar.zh_y + bar.zh_height == CHART
        assert bar.en_y >= -1
        assert 0 < bar.x < views.width


def test_a_span_counts_both_languages() -> None:
    assert Span(MONDAY).total == 0
    assert Span(MONDAY, zh=2, en=3).total == 5
    assert told((2, 3), (1, 0)).total == 6


def test_the_helpers_go_back_in_steps() -> None:
    assert telling._back(SUNDAY, 7, 3) == [SUNDAY, SUNDAY - timedelta(days=7), SUNDAY - timedelta(days=14)]
    days: Any = {MONDAY: {"en": 2}, SUNDAY: {"zh-hans": 3, "en": 1}}
    assert telling._both(days, MONDAY, 7) == {"zh": 3, "en": 3}
    assert telling._both(days, MONDAY, 6) == {"zh": 0, "en": 2}
