"""Two at the same moment, each with a connection of their own."""

from typing import Any

import pytest

from engagement import workflow
from engagement.acts import GuardRefused
from engagement.models import Visit
from portal.core.access import Refused
from tests.factories.engagement import Scene, ahead, wanted
from tests.stewards.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_bookings_of_a_week_one_wins_and_the_other_is_offered_to_join() -> None:
    scene = Scene()
    day = ahead()
    results = at_once(
        lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(day)),
        lambda: workflow.plan(scene.enterprise, by=scene.handler, wanted=wanted(day, purpose="Tax")),
        lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(day)),  # a double click
        lambda: workflow.plan(scene.enterprise, by=scene.admin, wanted=wanted(day, clock="14:00")),
    )
    stored = Visit.objects.get()
    refusals: list[Any] = [each for each in results if isinstance(each, GuardRefused)]
    assert {each.pk for each in results if isinstance(each, Visit)} == {stored.pk}
    assert {each.verdict.join.key for each in refusals} == {stored.pk}
    assert len(refusals) == (2 if stored.organiser == scene.steward else 3)


def test_of_two_who_join_at_once_each_joins_once() -> None:
    scene = Scene()
    visit = scene.visit()
    results = at_once(*[lambda: workflow.join(visit, by=scene.handler, topic="Tax")] * 3)
    assert sum(isinstance(each, Refused) for each in results) == 2
    assert visit.participants.count() == 2
    assert Visit.objects.filter(state="merged").count() == 1
