"""The demonstration's records are plainly made up; what was merged stands, and its round waits for somebody else."""

from typing import Any

import pytest

from accounts.enums import Role
from enterprises.models import Enterprise, MergeRecord, Segment, Tagging, TierRound
from policies.models import Package
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.records_story import POLICIES, TAGGED, TWICE, WAN, records_acts
from portal.demo.story import Story
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, SubdistrictFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
FACTS: dict[str, dict[str, Any]] = {
    "stars": {"tier": "district", "annual_revenue_cny": 8_600 * WAN, "employees": 128},
    "nordic": {"tier": ""},
    "jianghai": {"tier": "municipal", "annual_revenue_cny": 215_000 * WAN, "employees": 1_240},
    "pacific": {"tier": "municipal", "annual_revenue_cny": 96_000 * WAN, "employees": 410},
    "cloudsail": {"tier": "", "annual_revenue_cny": 900 * WAN},
    "green": {"tier": "subdistrict", "employees": 76, "annual_revenue_cny": 4_800 * WAN},
}


@pytest.fixture
def story() -> Story:
    place = SubdistrictFactory()
    people = {"zhou": UserFactory(roles=[Role.ADMIN]), "zheng": UserFactory(roles=[Role.EDITOR])}
    made = Story(
        people=people, enterprises={key: EnterpriseFactory(subdistrict=place, **facts) for key, facts in FACTS.items()}
    )
    for slug in POLICIES:
        PolicyFactory(slug=slug)
    clock = Clock()
    for act in records_acts(made, clock):
        with clock.at(act.moment):
            act.happen()
    return made


def test_one_record_is_merged_days_ago(story: Story) -> None:
    record = MergeRecord.objects.get()
    assert (record.keep, record.drop.name_en) == (story.enterprises["green"], TWICE["name_en"])
    assert local_day(record.at) < local_day()


def test_a_tag_and_a_package_for_key_enterprises(story: Story) -> None:
    assert {row.enterprise for row in Tagging.objects.all()} == {story.enterprises[key] for key in TAGGED}
    package = Package.objects.get()
    assert (package.segment, package.items.count()) == (Segment.objects.get(), len(POLICIES))
    assert list(Package.objects.for_enterprise(story.enterprises["stars"])) == [package]
    assert list(Package.objects.for_enterprise(story.enterprises["nordic"])) == []


def test_a_round_waits_for_somebody_else(story: Story) -> None:
    row = TierRound.objects.get()
    assert (row.state, row.opened_by) == ("in_review", story.people["zhou"])
    by_hand = row.proposals.get(enterprise=story.enterprises["pacific"])
    assert (by_hand.computed, by_hand.proposed) == ("district", "municipal")
    assert row.proposals.get(enterprise=story.enterprises["cloudsail"]).proposed == "subdistrict"
    assert {enterprise.tier for enterprise in Enterprise.objects.all()} == {"", "subdistrict", "district", "municipal"}


def test_its_names_are_plainly_fictional_in_both_languages() -> None:
    assert "虚构" in TWICE["name_zh_hans"]
    assert "fictional" in TWICE["name_en"]
