"""The demonstration's events, made by the verbs at their moments: invitations, a group, a question made a request."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import Role
from outreach import registering
from outreach.enums import RegistrationState
from outreach.models import Event, Invitation, Registration
from portal.demo.clock import Clock
from portal.demo.outreach import events, partners
from portal.demo.story import Story
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


def test_the_story_of_the_events() -> None:
    names = ("lin", "emma", "tang", "shen", "jiang", "ma", "tan")
    people: dict[str, Any] = {name: UserFactory() for name in names} | {"zheng": UserFactory(roles=[Role.EDITOR])}
    make.contact(make.partner(slug=partners.SLUG), user=people["tan"])
    make.place()
    PolicyFactory(slug=events.ABOUT["How to apply for start-up rent support"][0], criteria=[
        {"field": "district", "op": "eq", "value": "310109"}])  # fmt: skip
    MembershipFactory(enterprise__verified_at=timezone.now())
    clock = Clock()
    for act in sorted(events.acts(Story(people=people), clock), key=lambda act: act.moment):
        with clock.at(act.moment):
            act.happen()
    assert Event.objects.count() == 5
    titles = [each.event.occasion.title_en for each in Invitation.objects.order_by("pk")]
    assert titles == ["How to apply for start-up rent support (demo)", "Policies for foreign-invested firms (demo)"]
    assert Registration.objects.get(partner__isnull=False).seats == 6
    assert HelpRequest.objects.get().asker == people["tang"]
    both = Event.objects.get(format="both").occasion
    assert registering.free_places(both) == 0
    assert list(both.registrations.filter(online=True).values_list("user", flat=True)) == [people["emma"].pk]
    past: Any = Event.objects.get(occasion__title_en__startswith="Questions on")
    assert past.summary_en
    states = past.occasion.registrations.values_list("state", flat=True)
    assert sorted(states) == sorted([RegistrationState.ATTENDED] * 3 + [RegistrationState.MISSED])
