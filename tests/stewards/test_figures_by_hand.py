"""The statistics page against twelve requests counted by hand: four rates apart, months of the district's clock, no
division by nothing, small counts, every filter."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.core.calendar import local_day
from stewards.models import DayFigures, HelpRequest, Rating, RequestCategory
from stewards.rating import figures, rollups
from stewards.rating.figures import RATES, Asked, Rate, Row, suppressed
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday noon in Shanghai
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def day(month: int, n: int) -> datetime:
    return datetime(2026, month, n, 2, 0, tzinfo=UTC)


class Desk:
    """Two departments. Each line of `live` is one request; what it adds to each rate stands beside it."""

    def __init__(self) -> None:
        self.tax = DepartmentFactory(code="tax", name_en="Tax")
        self.trade = DepartmentFactory(code="trade", name_en="=Trade")  # a formula, if a spreadsheet took it for one
        self.stella, self.bob = StewardFactory(name_en="Stella Steward"), StewardFactory(name_en="Bob Steward")
        self.rent = RequestCategory.objects.create(name_en="Rent", name_zh_hans="租金")
        self.enterprise, self.asker = EnterpriseFactory(), UserFactory()
        self.live()

    def add(self, state: str, sent: datetime, due: date, answered: datetime | None = None, **more: Any) -> HelpRequest:
        trade = more.pop("trade", False)
        ratings = more.pop("ratings", [])
        given = {
            "enterprise": self.enterprise, "asker": self.asker, "state": state, "submitted_at": sent, "due_on": due,
            "answered_at": answered, "round": more.pop("round", 1), "type": more.pop("type", "help"),
            "waiting_since": sent if state == "waiting" else None,
            "department": self.trade if trade else self.tax, "steward": self.bob if trade else self.stella, **more,
        }  # fmt: skip
        made = HelpRequestFactory(**given)
        for n, (score, solved) in enumerate(ratings, 1):
            Rating.objects.create(request=made, round=n, score=score, solved=solved, rated_by=self.asker)
        return made

    def live(self) -> None:
        of, due = self.add, date(2026, 11, 10)
        of("closed", day(11, 2), due, day(11, 9), ratings=[(5, True)])  # in time, solved, content
        of("closed", day(11, 2), due, day(11, 10), ratings=[(4, False)])  # in time on the last day, content, not solved
        of("rated", day(11, 3), due, day(11, 11), ratings=[(1, False)])  # late
        of("rated", day(11, 3), due, day(11, 4), ratings=[(1, False), (5, True)], round=2)  # the last word counts
        of("answered", day(11, 3), due, day(11, 12))  # late, not rated
        of("in_progress", day(11, 4), due, category=self.rent)  # late without an answer
        of("in_progress", day(11, 4), date(2026, 11, 27))  # not due yet
        of("in_progress", day(11, 5), date(2026, 11, 27), round=2)  # answered once, open again
        of("closed", day(11, 5), due, day(11, 6), type="complaint", trade=True, ratings=[(2, True)])
        of("waiting", day(10, 9), date(2026, 10, 20), type="complaint", trade=True)  # the enterprise's turn: not late
        for state in ("withdrawn", "not_accepted", "merged"):
            of(state, day(11, 5), due, ratings=[])
        HelpRequest.objects.create(asker=self.asker, enterprise=self.enterprise, subject="Draft")


@pytest.fixture
def desk() -> Any:
    with time_machine.travel(NOW, tick=False):
        made = Desk()
        rollups.refresh()
        yield made


def rates(row: Row) -> dict[str, tuple[int, int]]:
    found = {rate.definition.code: (rate.part, rate.whole) for rate in row.rates}
    return {code: counts for code, counts in found.items() if code != "spoken" or counts != (0, 0)}


def report(first: date = OCTOBER, last: date = NOVEMBER, **narrowed: Any) -> figures.Report:
    return figures.report(Asked(first, last, narrowed), whole=True)


def test_all_together(desk: Desk) -> None:
    assert rates(report().total) == {
        "response": (7, 10), "on_time": (4, 7), "resolution": (3, 5), "satisfaction": (3, 5),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"type": "help"}, {"response": (6, 8), "on_time": (3, 6), "resolution": (2, 4), "satisfaction": (3, 4)}),
        ({"type": "complaint"}, {"response": (1, 2), "on_time": (1, 1), "resolution": (1, 1), "satisfaction": (0, 1)}),
        ({"department": "tax"}, {"response": (6, 8), "on_time": (3, 6), "resolution": (2, 4), "satisfaction": (3, 4)}),
        ({"department": "trade", "type": "help"}, None),
        ({"steward": "bob", "type": "complaint"},
         {"response": (1, 2), "on_time": (1, 1), "resolution": (1, 1), "satisfaction": (0, 1)}),
        ({"category": "rent"}, {"response": (0, 1), "on_time": (0, 1), "resolution": (0, 0), "satisfaction": (0, 0)}),
    ],
    ids=["help", "complaint", "tax", "nothing", "steward and type", "category"],
)  # fmt: skip
def test_each_filter(desk: Desk, narrowed: dict[str, str], expected: dict[str, tuple[int, int]] | None) -> None:
    keys = {name: value if name == "type" else str(getattr(desk, value).pk) for name, value in narrowed.items()}
    total = rates(report(**keys).total)
    assert total == (expected or dict.fromkeys(total, (0, 0)))


def test_every_table_adds_up_to_the_whole(desk: Desk) -> None:
    found = report()
    for name, rows in found.tables.items():
        added = {count: sum(row.counts[count] for row in rows) for count in rollups.COUNTS}
        assert added == found.total.counts, name
    assert [row.label for row in found.tables["month"]] == ["2026-10", "2026-11"]
    assert {row.label for row in found.tables["category"]} == {"Rent", "no category"}


def test_both_ways_of_reading_agree(desk: Desk) -> None:
    """Kept months where nothing or a type narrows, kept days otherwise: two statements, one truth."""
    for kind in ("help", "complaint"):
        by_month = report(type=kind).total.counts
        by_day = [report(type=kind, department=str(d.pk)).total.counts for d in (desk.tax, desk.trade)]
        assert by_month == {name: sum(each[name] for each in by_day) for name in rollups.COUNTS}


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), OCTOBER),  # a second before midnight in Shanghai
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), NOVEMBER),  # midnight there, still October in Greenwich
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), NOVEMBER),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), date(2026, 3, 1)),
    ],
    ids=["before midnight", "midnight", "end of november", "new year", "february"],
)
def test_months_are_the_district_s(moment: datetime, month: date) -> None:
    with time_machine.travel(moment + timedelta(hours=1), tick=False):
        HelpRequestFactory(submitted_at=moment, due_on=local_day())
        rollups.refresh()
        for last in (OCTOBER, NOVEMBER, date(2026, 12, 1), date(2027, 1, 1), date(2026, 3, 1)):
            assert report(last, last).total.counts["needed"] == (last == month)
            assert report(last, last, type="help").total.counts["needed"] == (last == month)
        assert DayFigures.objects.get().day == local_day(moment)


@pytest.mark.parametrize(("late", "expected"), [(0, (1, 1)), (1, (0, 1))], ids=["last minute", "midnight"])
def test_in_time_to_the_last_minute_of_the_last_day(late: int, expected: tuple[int, int]) -> None:
    with time_machine.travel(NOW, tick=False):
        answered = datetime(2026, 11, 10, 15, 59, tzinfo=UTC) + timedelta(minutes=late)
        steward = StewardFactory()
        HelpRequestFactory(
            state="closed", submitted_at=day(11, 3), due_on=date(2026, 11, 10), answered_at=answered, steward=steward
        )
        rollups.refresh()
        assert rates(report().total)["on_time"] == expected


def test_late_by_the_clock_alone(desk: Desk) -> None:
    assert rates(report().total)["on_time"] == (4, 7)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        rollups.refresh()
        assert rates(report().total)["on_time"] == (4, 9)  # two more became late; the one that waits did not


@pytest.mark.parametrize("whole", range(3))
@pytest.mark.parametrize("hidden", [True, False])
def test_nothing_divides_by_nothing(whole: int, hidden: bool) -> None:
    for definition in RATES:
        percent = Rate(definition, whole, whole, hidden).percent
        assert percent == (100.0 if whole and not hidden else None)


def test_an_empty_district(as_user: Callable[[Any], Client], admin_user: Any) -> None:
    rollups.refresh()
    assert rates(report().total) == dict.fromkeys(("response", "on_time", "resolution", "satisfaction"), (0, 0))
    for path in ("/en/figures/", "/zh-hans/figures/", "/en/figures/file.csv", "/en/figures/?type=complaint&steward=1"):
        assert as_user(admin_user).get(path).status_code == 200


@pytest.mark.parametrize(
    ("rated", "shown"),
    [([5], [5]), ([4], []), ([0, 9], [0, 9]), ([4, 9], []), ([4, 9, 12], [12]), ([1, 2, 9], [9]), ([3, 3, 3], [])],
    ids=["five", "four", "none", "one small", "next smallest", "two small", "all small"],
)
def test_no_small_count_can_be_worked_back(rated: list[int], shown: list[int]) -> None:
    rows = [
        Row(str(n), str(n), {**dict.fromkeys(rollups.COUNTS, 0), "rated": n_rated}) for n, n_rated in enumerate(rated)
    ]
    found = suppressed(rows)
    assert [row.counts["rated"] for row in found if not row.hidden] == shown
    assert all(rate.hidden == (row.hidden and rate.definition.by_rating) for row in found for rate in row.rates)


def test_what_was_written_down_is_counted_apart(desk: Desk) -> None:
    """A caller's word by telephone changes no rate of those who rated themselves, in either way of reading."""
    before = rates(report().total)
    for score in (5, 2):
        made = desk.add("rated", day(11, 6), date(2026, 11, 10), day(11, 7))
        Rating.objects.create(request=made, round=1, score=score, solved=True, rated_by=desk.asker, written_by=desk.bob)
    rollups.refresh()
    for total in (report().total, report(type="help").total, report(department=str(desk.tax.pk)).total):
        assert rates(total)["spoken"] == (1, 2)
    found = rates(report().total)
    assert (found["resolution"], found["satisfaction"]) == (before["resolution"], before["satisfaction"])
    assert found["response"] == (9, 12)
    [small] = suppressed([report().total])
    assert (small.told_hidden, small.hidden, small.rates[-1].percent) == (True, False, None)


@pytest.mark.parametrize("role", ["leader", "auditor", "admin"])
def test_who_sees_small_counts(desk: Desk, role: str, as_user: Callable[[Any], Client]) -> None:
    client = as_user(UserFactory(roles=[role]))
    page = client.get("/en/figures/?first=2026-10&last=2026-11").content.decode()
    assert ("too few ratings" in page) is (role != "admin")
    rows = list(csv.reader(io.StringIO(client.get("/en/figures/file.csv?first=2026-10").content.decode("utf-8-sig"))))
    whole = rows[1]
    assert whole[2:8] == ["7", "10", "70.0", "4", "7", "57.1"]
    assert whole[8:14] == ["3", "5", "60.0", "3", "5", "60.0"]
    tax = next(row for row in rows if row[1:2] == ["Tax"])
    assert tax[8:14] == ["", "", "<5", "", "", "<5"]
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert "'=Trade" in [row[1] for row in rows if len(row) > 1]
