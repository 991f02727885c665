"""How often a policy was read, by day, week and language."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, Sum

from policies.figures.counting import is_counting
from policies.models import Policy, ViewCount
from portal.core.calendar import local_day

WEEKS = 12
DAYS = 14
CHART = 100  # the height of the highest bar
STEP = 30  # from one bar to the next
Days = dict[date, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or a week by its Monday."""

    first: date
    zh: int = 0
    en: int = 0

    @property
    def total(self) -> int:
        return self.zh + self.en


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the chart: the upper and lower part of its bar."""

    x: int
    zh_y: int
    zh_height: int
    en_y: int
    en_height: int


@dataclass(frozen=True, slots=True)
class Views:
    """since: the first day on which any policy was counted; total, zh, en: from then on. weeks, days: newest first."""

    since: date | None
    zh: int
    en: int
    weeks: list[Span]
    days: list[Span]
    counting: bool

    @property
    def total(self) -> int:
        return self.zh + self.en

    @property
    def bars(self) -> list[Bar]:
        """The weeks from left to right, as high as the busiest one allows."""
        most = max((week.total for week in self.weeks), default=0)
        return [_bar(n, week, most) for n, week in enumerate(reversed(self.weeks))] if most else []

    @property
    def width(self) -> int:
        return len(self.weeks) * STEP


def views_of(policy: Policy, today: date | None = None) -> Views:
    """Two queries, and a question to Valkey."""
    today = today or local_day()
    since = ViewCount.objects.aggregate(first=Min("day"))["first"]
    by_day = _by_day(policy)
    begin = since or today
    days = [Span(day, **_both(by_day, day, 1)) for day in _back(today, 1, DAYS) if day >= begin]
    monday = today - timedelta(days=today.weekday())
    first_week = begin - timedelta(days=begin.weekday())
    weeks = [Span(day, **_both(by_day, day, 7)) for day in _back(monday, 7, WEEKS) if day >= first_week]
    sums = {language: sum(each.get(language, 0) for each in by_day.values()) for language in ("zh-hans", "en")}
    return Views(since, sums["zh-hans"], sums["en"], weeks if since else [], days if since else [], is_counting())


def daily(policy: Policy) -> list[Span]:
    """Every day on which it was read, the oldest first."""
    by_day = _by_day(policy)
    return [Span(day, **_both(by_day, day, 1)) for day in by_day]


def _by_day(policy: Policy) -> Days:
    """Each day on which it was read, in order; by language, the runs of a day added up."""
    rows = ViewCount.objects.filter(policy=policy).values_list("day", "language").annotate(Sum("count"))
    by_day: Days = {}
    for day, language, count in rows.order_by("day"):
        by_day.setdefault(day, {})[language] = count
    return by_day


def _back(last: date, step: int, count: int) -> list[date]:
    return [last - timedelta(days=step * n) for n in range(count)]


def _both(by_day: Days, first: date, days: int) -> dict[str, int]:
    found = [by_day.get(first + timedelta(days=n), {}) for n in range(days)]
    return {"zh": sum(each.get("zh-hans", 0) for each in found), "en": sum(each.get("en", 0) for each in found)}


def _bar(place: int, week: Span, most: int) -> Bar:
    zh, en = (round(count * CHART / most) for count in (week.zh, week.en))
    return Bar(place * STEP + 3, CHART - zh, zh, CHART - zh - en, en)
