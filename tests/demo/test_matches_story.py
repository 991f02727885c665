"""The demo's owner who has a new title hears which policies fit now, days ago and once."""

import pytest
from django.utils import timezone

from notices.models import Message, State
from policies.models import NewMatch
from portal.demo.clock import Clock
from portal.demo.matches_story import OWNER, TITLE, TOLD, WHO, matches_acts
from portal.demo.story import Story
from tests.factories.enterprises import MembershipFactory, TitleFactory
from tests.factories.policies import PolicyFactory


@pytest.mark.django_db
def test_the_owner_is_told_in_the_digest_of_that_day() -> None:
    TitleFactory(code=TITLE)
    for code in ("little_giant", TITLE):
        PolicyFactory(criteria=[{"field": "titles", "op": "contains", "value": code}])
    owner = MembershipFactory(enterprise__verified_at=timezone.now())
    owner.enterprise.title_grants.create(title=TitleFactory(code="little_giant"))
    story = Story(people={OWNER: owner.user}, enterprises={WHO: owner.enterprise})
    clock = Clock()
    for act in matches_acts(story, clock):
        with clock.at(act.moment):
            act.happen()
    message = Message.objects.get(kind="policy_match")
    assert (message.recipient, message.state) == (owner.user, State.HELD)
    assert message.created_at == clock.moment(TOLD, "07:00")
    assert NewMatch.objects.get().told_at == message.created_at
    assert owner.enterprise.title_grants.count() == 2
