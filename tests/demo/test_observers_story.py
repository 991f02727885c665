"""The demo's batch of observers, told by the real verbs."""

import pytest

from accounts.enums import Role
from outreach.models import Observation, Observer
from portal.demo.clock import Clock
from portal.demo.outreach import observers
from portal.demo.story import Story
from tests.factories import outreach as make
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.assignment import StewardProfileFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rotation", [True, False])
def test_one_reply_is_published_and_one_is_open(rotation: bool) -> None:
    if rotation:
        StewardProfileFactory(languages=["zh-hans", "en"])
    handler = UserFactory(roles=[Role.HANDLER], department=DepartmentFactory())
    people = {"zheng": make.organiser(), "xu": make.reviewer(), "wu": handler, "chen": StewardFactory()}
    people |= {"zhou": UserFactory(roles=[Role.ADMIN]), "clara": UserFactory(), "fang": UserFactory()}
    clock = Clock()
    for act in observers.acts(Story(people=people), clock):
        with clock.at(act.moment):
            act.happen()
    assert Observer.objects.count() == 2
    states = Observation.objects.order_by("pk").values_list("state", "request__state")
    assert list(states) == [("published", "answered"), ("sent", "assigned" if rotation else "submitted")]
