"""Generated resources: any number, the same again, plausible, and of no use to a real need without their marks."""

from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from investment.enums import MONEY, SERVICE, SPACE
from investment.lacking import lacking
from investment.models import Provider, Resource
from investment.populate import MARK, populate
from investment.recommending import recommended
from portal.core.calendar import local_day
from tests.factories import investment as make
from tests.factories.enterprises import ParkFactory, SubdistrictFactory

pytestmark = pytest.mark.django_db


def facts() -> list[tuple[Any, ...]]:
    names = ("title_en", "kind", "area_m2", "rent", "ticket_min", "fee", "state", "subdistrict_id")
    return list(Resource.objects.filter(provider__website__startswith=MARK).order_by("pk").values_list(*names))


def test_the_same_seed_gives_the_same_rows_in_place_of_the_old_ones() -> None:
    SubdistrictFactory(), ParkFactory()
    own = make.resource()
    populate(60, seed=3, day=local_day())
    first = facts()
    assert len(first) == populate(60, seed=3, day=local_day()) == 60
    assert facts() == first
    populate(30, seed=4, day=local_day())
    assert facts() != first[:30]
    assert Resource.objects.count() == 31
    assert Resource.objects.filter(pk=own.pk).exists()


def test_they_are_plausible_and_say_that_they_are_made_up() -> None:
    SubdistrictFactory()
    populate(200, seed=1, day=local_day())
    rows = list(Resource.objects.select_related("provider"))
    for row in rows:
        assert lacking(row) == [], (row.kind, lacking(row))
        assert row.is_space == (row.area_m2 is not None) == (row.kind in SPACE)
        assert row.is_money == (row.ticket_min is not None) == (row.kind in MONEY)
        assert row.is_service == (row.fee is not None) == (row.kind in SERVICE)
        assert "ictional" in row.title_en
        assert "虚构" in row.title_zh_hans
    states = Counter(row.state for row in rows)
    assert states["published"] > 3 * states["withdrawn"] > 0
    assert recommended(make.need(), {}).best


@pytest.mark.parametrize(("count", "providers"), [(0, 0), (1, 1), (25, 1), (26, 2)])
def test_so_many_and_no_more(count: int, providers: int, capsys: Any) -> None:
    SubdistrictFactory()
    assert populate(count, seed=1, day=local_day()) == count
    assert Provider.objects.count() == providers


def test_the_command(capsys: Any) -> None:
    call_command("populate_resources", count=12, seed=2)
    assert "Made 12 resources." in capsys.readouterr().out
    with pytest.raises(CommandError, match="negative"):
        call_command("populate_resources", count=-1)
    assert Resource.objects.count() == 12
