"""The kept figures against a full recount, after random histories; run twice and late."""

import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from portal.core.calendar import local_day
from stewards import tasks
from stewards.models import ChangedDay, DayFigures, FiguresCounted, HelpRequest, MonthFigures, Rating, RequestCategory
from stewards.rating import rollups
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory

pytestmark = pytest.mark.django_db
STATES = (
    *("draft", "submitted", "assigned", "accepted", "in_progress", "waiting", "answered", "rated", "closed"),
    *("not_accepted", "withdrawn", "merged"),
)
FIRST = date(2026, 8, 30)
Cell = tuple[Any, ...]


def at(day: date) -> Any:
    return time_machine.travel(timezone.make_aware(datetime.combine(day, time(10))), tick=False)


def recount() -> dict[Cell, tuple[int, ...]]:
    """Every request looked at, one by one, in plain Python."""
    cells: dict[Cell, Counter[str]] = {}
    for request in HelpRequest.objects.prefetch_related("ratings"):
        if request.state in ("draft", "not_accepted", "withdrawn", "merged"):
            continue
        assert request.submitted_at
        assert request.due_on
        key = (local_day(request.submitted_at), request.department_id, request.steward_id, request.type)
        counts = cells.setdefault((*key, request.category_id), Counter())
        late = request.state in ("submitted", "assigned", "accepted", "in_progress") and request.due_on < local_day()
        told = sorted(request.ratings.all(), key=lambda rating: rating.round)
        counts["needed"] += 1
        counts["answered"] += request.answered_at is not None or request.round > 1
        counts["due"] += request.answered_at is not None or late
        counts["in_time"] += request.answered_at is not None and local_day(request.answered_at) <= request.due_on
        if told and told[-1].written_by_id:
            counts["told"] += 1
            counts["told_content"] += told[-1].score >= 4
        elif told:
            counts["rated"] += 1
            counts["solved"] += told[-1].solved
            counts["content"] += told[-1].score >= 4
    return {key: tuple(counts[name] for name in rollups.COUNTS) for key, counts in cells.items()}


def kept() -> dict[Cell, tuple[int, ...]]:
    rows = DayFigures.objects.values_list("day", "department", "steward", "type", "category", *rollups.COUNTS)
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def months(dimension: str, type: str = "") -> dict[tuple[date, str], tuple[int, ...]]:
    rows = MonthFigures.objects.filter(dimension=dimension, type=type)
    return {(row[0], row[1]): tuple(row[2:]) for row in rows.values_list("month", "key", *rollups.COUNTS)}


def summed(cells: dict[Cell, tuple[int, ...]], place: int) -> dict[tuple[date, str], tuple[int, ...]]:
    """The cells of a recount by month and one of their parts."""
    sums: dict[tuple[date, str], tuple[int, ...]] = {}
    for key, counts in cells.items():
        name = (key[0].replace(day=1), str(key[place] or 0))
        sums[name] = tuple(map(sum, zip(sums.get(name, (0,) * len(rollups.COUNTS)), counts, strict=True)))
    return sums


class History:
    """Requests that are made, changed, rated and taken away at random, always the same for a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.departments = [None, *(DepartmentFactory(code=f"d{n}") for n in range(2))]
        self.stewards = [StewardFactory() for _n in range(2)]
        self.categories = [None, *(RequestCategory.objects.create(name_en=f"C{n}") for n in range(2))]
        self.asker, self.count = UserFactory(), 0

    def values(self) -> dict[str, Any]:
        rng = self.rng
        state = rng.choice(STATES)
        day = FIRST + timedelta(days=rng.randrange(35))
        moment = timezone.make_aware(datetime.combine(day, time(rng.choice((0, 9, 23)), 59)))
        answered = state in ("answered", "rated", "closed") or (state in ("accepted", "waiting") and rng.random() < 0.2)
        return {
            "state": state,
            "submitted_at": None if state == "draft" else moment,
            "due_on": None if state == "draft" else day + timedelta(days=rng.randrange(12)),
            "answered_at": moment + timedelta(days=rng.randrange(14)) if answered else None,
            "waiting_since": moment if state == "waiting" else None,
            "round": rng.choice((1, 1, 2)),
            "steward": rng.choice(self.stewards),
            "department": rng.choice(self.departments),
            "category": rng.choice(self.categories),
            "type": rng.choice(("help", "consultation")),
        }

    def make(self, count: int) -> None:
        rows = []
        for _n in range(count):
            self.count += 1
            rows.append(HelpRequest(number=f"K-{self.count:05d}", asker=self.asker, **self.values()))
        HelpRequest.objects.bulk_create(rows)

    def go_on(self) -> None:
        """Some are changed, moved to another steward or day, rated, rated again, taken away; some are new."""
        rng, keys = self.rng, list(HelpRequest.objects.order_by("pk").values_list("pk", flat=True))
        for pk in rng.sample(keys, 12):
            HelpRequest.objects.filter(pk=pk).update(**self.values())
        for pk in rng.sample(keys, 12):
            facts = {"score": rng.randrange(1, 6), "solved": rng.random() < 0.5, "rated_by": self.asker}
            facts["written_by"] = rng.choice((None, None, self.stewards[0]))
            Rating.objects.update_or_create(request_id=pk, round=rng.choice((1, 2)), defaults=facts)
        gone = rng.sample(keys, 2)
        Rating.objects.filter(request__in=gone).delete()
        HelpRequest.objects.filter(pk__in=gone).delete()
        self.make(5)


@pytest.mark.parametrize("seed", [1, 2])
def test_they_agree_with_a_full_recount_after_a_random_history(seed: int) -> None:
    history, expected = History(seed), {}
    history.make(60)
    for day in (date(2026, 9, 10), date(2026, 9, 11), date(2026, 10, 3)):  # the last one late by weeks
        with at(day):
            history.go_on()
            tasks.refresh_figures()
            expected = recount()
            assert kept() == expected
            for place, dimension in enumerate(("department", "steward", "type", "category"), start=1):
                assert months(dimension) == summed(expected, place)
            of_help = {key: counts for key, counts in expected.items() if key[3] == "help"}
            assert months("steward", "help") == summed(of_help, 2)
    assert expected
    DayFigures.objects.all().delete()
    with at(date(2026, 10, 3)):
        rollups.rebuild()
    assert kept() == expected
    assert not ChangedDay.objects.exists()


def test_a_second_run_changes_nothing() -> None:
    History(4).make(20)
    assert tasks.refresh_figures() > 0
    before = list(DayFigures.objects.order_by("pk").values())
    assert tasks.refresh_figures() == 0
    assert list(DayFigures.objects.order_by("pk").values()) == before


def test_only_the_days_that_changed_are_counted_anew() -> None:
    History(5).make(30)
    tasks.refresh_figures()
    before = dict(DayFigures.objects.values_list("pk", "day"))
    one = HelpRequest.objects.filter(state="answered").earliest("pk")
    HelpRequest.objects.filter(pk=one.pk).update(type="complaint")
    assert tasks.refresh_figures() == 1
    gone = {before[pk] for pk in set(before) - set(DayFigures.objects.values_list("pk", flat=True))}
    assert gone == {local_day(one.submitted_at)}  # type: ignore[arg-type]
    assert DayFigures.objects.filter(type="complaint").count() == 1


def test_what_becomes_late_by_itself_is_counted() -> None:
    facts = {"number": "K-1", "asker": UserFactory(), "steward": StewardFactory(), "state": "accepted"}
    with at(date(2026, 9, 10)):
        HelpRequest.objects.create(**facts, submitted_at=timezone.now(), due_on=date(2026, 9, 11))
        tasks.refresh_figures()
        assert DayFigures.objects.get().due == 0
    with at(date(2026, 9, 11)):
        assert tasks.refresh_figures() == 0  # the last day itself is not late
    with at(date(2026, 9, 20)):  # beat was away for a week
        assert tasks.refresh_figures() == 1
        assert (DayFigures.objects.get().due, DayFigures.objects.get().in_time) == (1, 0)
        assert FiguresCounted.objects.get().late_before == date(2026, 9, 20)


def test_a_change_that_is_rolled_back_leaves_no_mark() -> None:
    History(6).make(3)
    ChangedDay.objects.all().delete()
    mark = transaction.savepoint()
    HelpRequest.objects.update(type="report")
    assert ChangedDay.objects.exists()
    transaction.savepoint_rollback(mark)
    assert not ChangedDay.objects.exists()


def test_drafts_mark_nothing_and_one_statement_marks_a_day_once() -> None:
    asker = UserFactory()
    HelpRequest.objects.create(asker=asker)
    assert not ChangedDay.objects.exists()
    facts = {"asker": asker, "state": "submitted", "submitted_at": timezone.now(), "due_on": FIRST}
    HelpRequest.objects.bulk_create(HelpRequest(number=f"K-{n}", **facts) for n in range(4))
    assert list(ChangedDay.objects.values_list("day", flat=True)) == [local_day()]


def test_many_days_are_taken_in_batches(monkeypatch: Any) -> None:
    monkeypatch.setattr(rollups, "MOST_DAYS", 3)
    History(7).make(20)
    tasks.refresh_figures()
    assert kept() == recount()
    assert not ChangedDay.objects.exists()


def test_days_in_a_row_are_read_in_one_go() -> None:
    spans = rollups._spans([FIRST + timedelta(days=n) for n in (0, 1, 2, 5, 7, 8)])
    assert [(b - a).days for a, b in spans] == [2, 0, 1]
    assert rollups._spans([]) == []


def test_the_index_by_day_of_receipt_is_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'request_received'")
        assert "(submitted_at)" in cursor.fetchone()[0]
