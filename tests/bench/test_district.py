"""The part of the bench about a whole district."""

from typing import Any

import pytest

from accounts.enums import Role
from enterprises.enums import RoundState
from enterprises.models import TierRound
from insights.models import MapCell
from portal.bench import district
from portal.bench.__main__ import PARTS, arguments, sizes
from portal.bench.pages import admin
from tests.factories.accounts import UserFactory
from tests.factories.insights import many, taxonomies
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: Any) -> None:
    areas, industries, park = taxonomies()
    many(8, subdistrict=areas[district.PLACE], park=park, industry=industries["I65"], employees=40)
    many(
        1,
        subdistrict=areas[district.PLACE],
        industry=industries["I65"],
        annual_revenue_cny=9_000_000_000,
        employees=900,
    )


def test_it_is_a_part() -> None:
    assert "district" in PARTS
    usual, quick = (sizes(arguments().parse_args(["--part", "district", *words])) for words in ([], ["--quick"]))
    assert (usual.matched, usual.asked) == (100_000, 50_000)
    assert quick.asked < usual.asked / 10


def test_its_tasks_leave_figures_and_a_line_each(world: None) -> None:
    lines = [district._timed(name, task) for name, task in district._tasks().items()]
    assert len(lines) == 3
    assert MapCell.objects.exists()
    assert all(float(line.split()[-1]) >= 0 for line in lines)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("leader", [True, False])
def test_its_pages_open_for_those_they_are_measured_for(world: None, language: str, leader: bool) -> None:
    if leader:
        UserFactory(roles=[Role.LEADER])
    for task in district._tasks().values():
        task()
    row = district._round()
    pages = district._pages(language, row)
    assert len({page.name for page in pages}) == len(pages) == 15 + leader
    by_cookie = {page.cookie for page in pages}
    assert len(by_cookie) >= 2 + leader
    visitor, centre = signed_in(UserFactory()), signed_in(admin())
    for page in pages:
        assert page.path.startswith(f"/{language}/")
        assert page.most == district.MOST
        client = centre if page.cookie else visitor
        assert client.get(page.path).status_code == 200, page.path


def test_its_round_proposes_by_the_rules_one_starts_with(world: None) -> None:
    row = district._round()
    assert row.proposals.filter(proposed="municipal").count() == 1
    assert TierRound.objects.get().state == RoundState.OPEN
