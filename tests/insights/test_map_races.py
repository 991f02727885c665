"""Two at once: figures counted twice at the same moment, a chain removed while a step is written."""

from typing import Any

import pytest

from insights import rollups, workflow
from insights.models import Chain, ChainStep, MapCell, MapPeriod
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import IndustryFactory
from tests.factories.insights import chain, many, taxonomies
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_counted_twice_at_once() -> None:
    areas, industries, _park = taxonomies()
    many(6, subdistrict=areas["310109014"], industry=industries["I65"], employees=9)
    rollups.refresh()
    before = MapCell.objects.count()
    results = race(MapPeriod.objects.all(), rollups.refresh, rollups.refresh)
    assert results == [1, 1]
    assert MapCell.objects.count() == before
    assert MapPeriod.objects.count() == 1


def test_a_step_of_a_chain_that_goes_or_a_chain_with_a_step_more() -> None:
    admin, row = UserFactory(roles=["admin"]), chain()
    step = ChainStep(chain=row, stream="down", name_zh_hans="新", name_en="New")
    results: list[Any] = race(
        Chain.objects.filter(pk=row.pk),
        lambda: workflow.keep_step(step, [IndustryFactory()], by=admin),
        lambda: workflow.drop_chain(row, by=admin),
    )
    assert results[1] is None
    assert isinstance(results[0], ChainStep) or "removed" in str(results[0])
    assert not ChainStep.objects.exists()
