"""The nearest publicity point: from what is known, in order, without inventing a position; its sheet to print."""

from datetime import time
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Park
from notices.models import Message
from outreach.models import Feedback, OpeningHours, PublicityPoint, Stock
from outreach.points import nearest, queries, workflow
from outreach.points.forms import PlaceForm
from tests.factories import outreach as make
from tests.factories.enterprises import SubdistrictFactory

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def point(north: str | None = None, east: str | None = None, **fields: Any) -> PublicityPoint:
    keeper = fields.pop("keeper", None)
    return PublicityPoint.objects.create(place=make.place(latitude=north, longitude=east, **fields), keeper=keeper)


def test_the_distance_is_as_the_crow_flies() -> None:
    assert nearest.distance((31.25, 121.5), (31.25, 121.5)) == 0
    assert nearest.distance((31.0, 121.5), (32.0, 121.5)) == pytest.approx(111.2, abs=0.1)
    assert nearest.distance((31.25, 121.4), (31.25, 121.5)) == pytest.approx(9.5, abs=0.1)


def test_the_nearest_first_then_the_same_subdistrict_then_the_others(client: Any) -> None:
    area: Any = SubdistrictFactory(**make.both(name="Harbour Road"))
    rows = {
        "unknown": point(),
        "same": point(subdistrict=area),
        "far": point("31.300000", "121.500000"),
        "here": point("31.250000", "121.500000", subdistrict=area),
    }
    start = nearest.origin("Harbour")
    assert start is not None
    found = nearest.sorted_from(list(rows.values()), start)
    assert [row for row, _words in found] == [rows[name] for name in ("here", "far", "same", "unknown")]
    assert [words.split(",")[0] for _row, words in found] == [
        "In the same subdistrict",
        "",
        "In the same subdistrict",
        "",
    ]
    exact = nearest.origin(str(rows["here"].place.name))
    assert exact is not None
    found = nearest.sorted_from(list(rows.values()), exact)
    assert [words.split(",")[0] for _row, words in found[:2]] == ["About 100 m away", "About 5.6 km away"]
    page = client.get(reverse("points:list"), {"near": "Harbour"}).content.decode()
    names = [str(rows[name].place.name) + "</a>" for name in ("here", "far", "same", "unknown")]
    assert [page.index(name) for name in names] == sorted(page.index(name) for name in names)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Old Dock", True),
        ("1 dock road", True),
        ("码头", True),
        ("North Tower", True),
        ("Nowhere", False),
        ("x", False),
        ("  ", False),
        ("%%", False),
    ],
)
def test_from_a_place_or_a_building_that_is_known(words: str, found: bool) -> None:
    make.place(name_en="Old Dock", name_zh_hans="老码头", address_en="1 Dock Road", latitude="31.25", longitude="121.5")
    area: Any = SubdistrictFactory()
    Park.objects.create(slug="tower", name_en="North Tower", name_zh_hans="北塔", subdistrict=area)
    make.place(name_en="Nowhere", active=False)
    start = nearest.origin(words)
    assert (start is not None) is found
    if start is not None:
        assert (start.at is None) is (words == "North Tower")


@pytest.mark.parametrize("near", ["", SCRIPT, "x" * 300, "%"])
def test_what_means_nothing_leaves_the_list_as_it_is(client: Any, near: str) -> None:
    row = point()
    page = client.get(reverse("points:list"), {"near": near}).content.decode()
    assert row.place.name in page
    assert SCRIPT not in page


def test_the_browsers_position_is_asked_for_only_where_one_is_known(client: Any) -> None:
    row = point()
    assert "nearest.js" not in client.get(reverse("points:list")).content.decode()
    row.place.latitude, row.place.longitude = "31.250000", "121.500000"
    row.place.save()
    page = client.get("/zh-hans" + reverse("points:list")[3:]).content.decode()
    assert "nearest.js" in page
    assert 'data-at="31.250000,121.500000"' in page


@pytest.mark.parametrize(
    ("north", "east", "wrong"),
    [("", "", ""), ("31.2", "121.5", ""), ("31.2", "", "longitude"), ("91", "1", "latitude")],
)
def test_both_or_neither_and_on_the_globe(north: str, east: str, wrong: str) -> None:
    said = {"name_zh_hans": "甲", "name_en": "A", "kind": "other", "latitude": north, "longitude": east}
    assert (wrong in PlaceForm(said).errors) is bool(wrong)
    assert PlaceForm(said).is_valid() is not bool(wrong)


def test_the_sheet_leads_to_the_newest_edition_of_each_guide(client: Any) -> None:
    row = point(directions_en=SCRIPT)
    guide, gone, taken = make.material(editions=2), make.material(), make.material()
    gone.withdrawn_at = timezone.now()
    gone.save()
    for material, copies in ((guide, 5), (gone, 5), (taken, 0)):
        edition = material.editions.get(number=1)
        Stock.objects.create(point=row, material=material, edition=edition, copies=copies)
    assert [each.number for each in queries.guides_of(row)] == [2]
    url = reverse("points:sheet", args=[row.place.slug])
    page = client.get(url).content.decode()
    assert guide.editions.get(number=2).code in page
    assert guide.editions.get(number=1).code not in page
    assert "Opening hours are not known." in page
    assert SCRIPT not in page
    OpeningHours.objects.create(place=row.place, weekday=0, opens=time(9), closes=time(17))
    assert "09:00–17:00" in client.get(url).content.decode()
    row.closed_on = "2026-01-01"
    row.save()
    assert client.get(url).status_code == 404


def test_feedback_is_told_to_who_looks_after_the_point_and_read_by_place(as_user: Any, client: Any) -> None:
    keeper = make.organiser()
    row, other = point(keeper=keeper), point()
    url = reverse("points:point", args=[row.place.slug])
    for said in ({"rating": 4, "text": SCRIPT}, {"rating": 2, "found": "no"}):
        assert client.post(url, said).status_code == 302
    workflow.say(other, Feedback(text="Of another place"))
    assert Message.objects.filter(recipient=keeper).count() == 1
    page = as_user(keeper).get(reverse("points:stock", args=[row.place.slug])).content.decode()
    assert "<dd>3.0</dd>" in page
    assert "alert(1)" in page
    assert SCRIPT not in page
    assert "Of another place" not in page
