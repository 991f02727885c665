"""The order of a day's visits: by time, then by what is known of the way; on the page and in the calendar address."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement import peace, queries, route
from engagement.feeds import feed_of
from engagement.route import Point, Way
from enterprises.models import Subdistrict
from tests.factories.engagement import Scene, ahead, visit
from tests.factories.enterprises import EnterpriseFactory, ParkFactory

As = Callable[[Any], Client]
TEN = datetime(2026, 11, 25, 10)


def points(*rows: tuple[float, str, str]) -> list[Point]:
    """(hours after ten, building, subdistrict) in the order in which they were entered."""
    return [
        Point(n, n, TEN + timedelta(hours=hours), TEN + timedelta(hours=hours + 1), place, district)
        for n, (hours, place, district) in enumerate(rows)
    ]


CASES: dict[str, tuple[list[tuple[float, str, str]], list[int]]] = {
    "nothing": ([], []),
    "by time": ([(3, "A", "x"), (1, "B", "x"), (2, "C", "y")], [1, 2, 0]),
    "time goes before nearness": ([(0, "A", "x"), (2, "A", "x"), (1, "B", "y")], [0, 2, 1]),
    "the same building first": ([(0, "A", "x"), (1, "B", "x"), (1, "A", "x")], [0, 2, 1]),
    "then the same subdistrict": ([(0, "A", "x"), (1, "B", "y"), (1, "C", "x")], [0, 2, 1]),
    "step by step from where one is": ([(0, "A", "x"), (1, "B", "y"), (1, "C", "x"), (1, "B", "y")], [0, 2, 1, 3]),
    "unknown as it was entered": ([(0, "A", ""), (1, "B", ""), (1, "C", "")], [0, 1, 2]),
    "known before unknown": ([(0, "A", "x"), (1, "B", ""), (1, "C", "x")], [0, 2, 1]),
    "two unknown are not one place": ([(0, "A", ""), (1, "B", "x"), (1, "C", "")], [0, 1, 2]),
    "the first of the day as entered": ([(0, "B", "y"), (0, "A", "x"), (0, "B", "y")], [0, 2, 1]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_order(name: str) -> None:
    rows, expected = CASES[name]
    assert [point.key for point in route.ordered(points(*rows))] == expected


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ABC"), st.sampled_from(["", "x", "y"])), max_size=9))
def test_every_visit_once_never_before_an_earlier_one_and_always_the_same(rows: list[tuple[float, str, str]]) -> None:
    given_ = points(*rows)
    way = route.ordered(given_)
    assert sorted(point.key for point in way) == [point.key for point in given_]
    assert [point.begins for point in way] == sorted(point.begins for point in given_)
    assert route.ordered(reversed(given_)) == way
    legs = list(route.legs(given_))
    assert [point for leg in legs for point in leg.points] == way
    assert all(a.points[0].place != b.points[0].place for a, b in pairwise(legs))
    assert sum(not leg.back for leg in legs) == len({point.place for point in way})


def test_how_one_comes_from_stop_to_stop() -> None:
    rows = points((0, "A", "x"), (1, "B", "x"), (2, "C", "y"), (3, "D", ""), (4, "A", "x"), (5, "A", "x"))
    legs = list(route.legs(rows))
    assert [leg.way for leg in legs] == [Way.FIRST, Way.NEAR, Way.FAR, Way.UNKNOWN, Way.UNKNOWN]
    assert [leg.back for leg in legs] == [False, False, False, False, True]
    assert [len(leg.points) for leg in legs] == [1, 1, 1, 1, 2]
    assert not any(leg.chosen for leg in legs)
    assert [leg.chosen for leg in route.legs(points((0, "A", ""), (0, "B", ""), (2, "B", "")))] == [True, True]
    assert [leg.chosen for leg in route.legs(points((0, "A", ""), (0, "A", "")))] == [False], "one building, no choice"


def test_who_comes_late() -> None:
    assert route.late(points((0, "A", ""), (0.5, "B", ""), (1.5, "C", ""))) == {1}
    assert route.late(points((0, "A", ""), (1, "B", ""))) == set()
    long = [Point(0, 0, TEN, TEN + timedelta(hours=4), "A"), *points((1, "B", ""), (2, "C", ""))[1:]]
    assert route.late(long) == {1}


@pytest.mark.django_db
class TestThePlan:
    @pytest.fixture
    def day(self, scene: Scene) -> Any:
        """At ten in a park; at eleven, entered in this order: far away, somewhere, and near by."""
        near, far = Subdistrict.objects.order_by("pk")[:2] if Subdistrict.objects.count() > 1 else _subdistricts()
        day = ahead()
        park = ParkFactory(subdistrict=near)
        places = [(park, "10:00", near), (None, "11:00", far), (None, "11:00", None), (None, "11:00", near)]
        for n, (at_park, clock, district) in enumerate(places):
            own = EnterpriseFactory(park=at_park, subdistrict=district, address_en=f"№ {n}", address_zh_hans=f"№ {n}")
            where = f"{park.name}, 3" if at_park else own.address_en if district else "Somewhere"
            visit(own, scene.steward, day=day, clock=clock, place=where, purpose=f"Purpose {n}")
        return day

    def test_near_before_far_and_what_is_not_known_is_said(self, scene: Scene, as_user: As, day: Any) -> None:
        page = " ".join(
            as_user(scene.steward).get(reverse("visits:day"), {"day": day.isoformat()}).content.decode().split()
        )
        found = [page.index(f"Purpose {n}") for n in (0, 3, 1, 2)]
        assert found == sorted(found)
        assert page.count("In the same subdistrict as the stop before") == 1
        assert page.count("In another subdistrict than the stop before") == 1
        assert page.count("How far it is from the stop before is not known.") == 1
        assert page.count("this is the shorter way") == 1
        assert page.count("in the order in which it was entered") == 2

    def test_the_calendar_address_says_which_stop_it_is(self, scene: Scene, day: Any) -> None:
        visit(scene.enterprise, scene.steward, day=ahead(6), purpose="Alone")
        gone = visit(EnterpriseFactory(), scene.steward, "cancelled", day=day, clock="09:00", purpose="Gone")
        peace.make_feed(scene.steward)
        text = Client().get("/" + feed_of(scene.steward).split("/", 3)[3]).content.decode().replace("\r\n ", "")
        told = {part.split("SUMMARY:")[1][:9]: part for part in text.split("BEGIN:VEVENT")[1:]}
        assert [f"Stop {n} of 4" in told[f"Purpose {k}"] for n, k in ((1, 0), (2, 3), (3, 1), (4, 2))] == [True] * 4
        assert "Stop" not in next(part for words, part in told.items() if words.startswith("Alone"))
        assert "Stop" not in next(part for words, part in told.items() if words.startswith(gone.purpose))

    def test_an_enterprise_is_told_nothing_of_other_stops(self, scene: Scene, day: Any) -> None:
        visit(scene.enterprise, scene.steward, day=day)
        peace.make_feed(scene.owner, scene.enterprise)
        text = Client().get("/" + feed_of(scene.owner, scene.enterprise).split("/", 3)[3]).content.decode()
        assert "BEGIN:VEVENT" in text
        assert "Stop" not in text

    @pytest.mark.parametrize(
        ("place", "home"),
        [("№ 1", True), ("Fictional Park", True), ("Fictional Park, 9/F", True), ("Town hall", False), ("", False)],
    )
    def test_a_visit_elsewhere_is_not_taken_for_one_at_the_enterprise(self, place: str, home: bool) -> None:
        near, _far = _subdistricts()
        park = ParkFactory(subdistrict=near)
        own = EnterpriseFactory(park=park, address_en="№ 1")
        row = visit(own, None, place=place)
        assert queries.building_of(row) == (park.name if home else place)
        assert queries.subdistrict_of(row) == (near if home else None)


def _subdistricts() -> tuple[Subdistrict, Subdistrict]:
    made = [Subdistrict.objects.get_or_create(pk=f"99999900{n}", defaults={"name_en": f"№ {n}"})[0] for n in (1, 2)]
    return made[0], made[1]
