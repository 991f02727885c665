"""The SQL says what the pure function says: on generated needs and resources, for every kind."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from investment.enums import MONEY, SPACE, Fitout, Kind, Stage
from investment.models import Resource
from investment.ranking import Taste, Wish, judge, learn
from investment.recommending import offer_of
from investment.scoring import possible, score, smallest
from portal.core.calendar import local_day
from tests.factories import investment as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import ParkFactory, SubdistrictFactory

pytestmark = pytest.mark.django_db
SECTIONS, PLACES = "CIM", ("310109014", "310109018")
STALE = 60


def some(rng: Random, value: Any) -> Any:
    """The value, or nothing."""
    return value if rng.random() < 0.75 else None


def offers(rng: Random, kind: str, count: int) -> list[Resource]:
    provider, author = make.provider(), UserFactory()
    for place in PLACES:
        SubdistrictFactory(code=place)
    park, rows = ParkFactory(), []
    for _n in range(count):
        facts: dict[str, Any] = {"kind": kind, "days": rng.randint(0, 90)}
        facts["sections"] = rng.sample(SECTIONS, rng.choice([0, 0, 1, 2]))
        facts |= {"area_m2": None, "rent": None, "rent_day": None}
        if kind in SPACE:
            area, rent = some(rng, rng.randint(50, 600)), some(rng, rng.randint(200, 900) / 100)
            facts |= {"area_m2": area, "rent": rent, "rent_day": rent, "fitout": rng.choice(["", *Fitout.values])}
            facts["area_min_m2"] = rng.randint(20, area) if area and area > 300 else None
            facts["available_on"] = some(rng, local_day() + timedelta(days=rng.randint(-20, 200)))
            facts["park"] = some(rng, park)
        if kind not in MONEY:
            facts["subdistrict_id"] = some(rng, rng.choice(PLACES))
            facts["fee"] = some(rng, rng.randint(5, 40) * 10_000)
        if kind in MONEY:
            least = rng.randint(1, 30) * 100_000
            facts |= {"ticket_min": some(rng, least), "ticket_max": some(rng, least + rng.randint(0, 20) * 100_000)}
        if kind in (*MONEY, Kind.INCUBATOR):
            facts["stages"] = rng.sample(Stage.values, rng.choice([0, 1, 3]))
        rows.append(make.resource(provider, author=author, **facts))
    return rows


def wishes(rng: Random, kind: str) -> Wish:
    least = some(rng, rng.randint(60, 400))
    return Wish(
        kind=kind,
        section=some(rng, rng.choice(SECTIONS)) or "",
        area_from=least if kind in SPACE else None,
        area_to=some(rng, (least or 200) + rng.randint(0, 300)) if kind in SPACE else None,
        budget=some(rng, rng.randint(250, 700) / 100) if kind in SPACE else None,
        wanted_by=some(rng, local_day() + timedelta(days=rng.randint(0, 60))) if kind in SPACE else None,
        subdistricts=frozenset(rng.sample(PLACES, rng.choice([0, 1]))) if kind in SPACE else frozenset(),
        stage=(some(rng, rng.choice(Stage.values)) or "") if kind in (*MONEY, Kind.INCUBATOR) else "",
        amount=some(rng, rng.randint(1, 40) * 100_000) if kind not in SPACE else None,
    )


@pytest.mark.parametrize("kind", Kind.values)
def test_score_and_conditions_are_those_of_the_pure_function(kind: str) -> None:
    rng, today = Random(f"{kind} 7"), local_day()
    rows = offers(rng, kind, 25)
    for turn in range(8):
        wish = wishes(rng, kind)
        marks = [(offer_of(row, today), rng.choice([-1.0, 1.0, 0.2]), rng.choice(["place", "price", "other"]))
                 for row in rng.sample(rows, 4)]  # fmt: skip
        taste = learn(marks) if turn % 2 else Taste()
        found = Resource.objects.alias(_smallest=smallest()).annotate(_score=score(wish, taste, today, STALE))
        told = {row.pk: row._score for row in found}
        fine = set(found.filter(possible(wish)).values_list("pk", flat=True))
        for row in rows:
            verdict = judge(wish, offer_of(Resource.objects.get(pk=row.pk), today), taste, stale_after=STALE)
            assert told[row.pk] == pytest.approx(verdict.score), (wish, row.pk)
            assert (row.pk in fine) == (not verdict.ruled_out), (wish, verdict.ruled_out)
