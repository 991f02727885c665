"""The demonstration's resources are made by the verbs, at their moments, and are plainly made up."""

import pytest

from accounts.enums import Role
from enterprises.loading import load_taxonomies
from investment.models import Need, Provider, Resource
from investment.recommending import recommended
from notices.models import Message
from portal.demo.clock import Clock
from portal.demo.investment_story import investment_acts
from portal.demo.story import Story
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory


@pytest.mark.django_db
def test_the_story_of_the_resources() -> None:
    load_taxonomies()
    enterprise = EnterpriseFactory()
    people = {
        "zheng": UserFactory(roles=[Role.EDITOR]),
        "xu": UserFactory(roles=[Role.REVIEWER]),
        "tan": UserFactory(),
        "emma": MembershipFactory(enterprise=enterprise).user,
    }
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=people["tan"], email=people["tan"].email, verified=True)
    story, clock = Story(people=people, enterprises={"nordic": enterprise}), Clock()
    for act in sorted(investment_acts(story, clock), key=lambda act: act.moment):
        with clock.at(act.moment):
            act.happen()
    for row in [*Resource.objects.all(), *Provider.objects.all()]:
        texts = (row.name_en, row.name_zh_hans) if isinstance(row, Provider) else (row.title_en, row.title_zh_hans)
        assert "ictional" in texts[0]
        assert "虚构" in texts[1]
    states = {row.state for row in Resource.objects.all()}
    assert states == {"published", "stale", "in_review"}
    assert Resource.objects.get(state="stale").title_en.startswith("Fictional Tower L")
    assert Message.objects.filter(recipient=people["tan"], kind="resource.hidden").count() == 1
    found = recommended(Need.objects.get(), {})
    assert len(found.best) >= 3
    assert found.others
    assert len(found.declined) == len(found.shortlist) == 1
    assert all(told.pros and not told.ruled_out for told in found.best)
