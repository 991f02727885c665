"""What the rooms above do with an enterprise that is gone, and with a record that was merged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from engagement.queries import silent
from engagement.reach import looked_after
from engagement.surveys.choosing import Audience, choose, why_words
from enterprises.models import Enterprise
from insights import periods, rollups
from insights.models import ALL, MapCell
from outreach.events import inviting
from policies.eligibility.reach import reach_of
from policies.matches import missing
from policies.matches.figures import matches_of
from policies.matches.storing import refresh_enterprise
from portal.core.calendar import local_day
from stewards.centre.overview import key_enterprises
from stewards.models import LeaderLink, Stewardship
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory
from tests.factories.insights import earlier, quarters_ago
from tests.factories.policies import PolicyFactory
from tests.factories.records import merged
from tests.outreach.test_events_desk import invited

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
GONE = ["left", "closed", "merged"]
HERE = [{"field": "district", "op": "in", "value": ["310109"]}]


def go(row: Enterprise, how: str) -> None:
    """As the verbs leave it."""
    if how == "merged":
        merged(EnterpriseFactory(district="other"), row)
    else:
        Enterprise.objects.filter(pk=row.pk).update(standing=how, standing_on=local_day() - timedelta(days=1))
    row.refresh_from_db()


def everywhere(first: Any) -> int:
    cell = MapCell.objects.filter(period=first, area=ALL, park=ALL, section=ALL, division=ALL).first()
    return cell.enterprises if cell else 0


class TestFigures:
    @pytest.mark.parametrize("how", GONE)
    def test_not_counted_from_then_on_and_still_in_the_quarters_before(self, how: str) -> None:
        row, stays = EnterpriseFactory(), EnterpriseFactory()
        for each in (row, stays):
            earlier(each, quarters_ago(2))
        go(row, how)
        now = periods.quarter_of(local_day())
        before = periods.before(now)
        for first in (now, before):
            rollups.count(first)
        assert (everywhere(now), everywhere(before)) == (1, 2)

    def test_one_that_had_left_then_is_not_in_that_quarter_though_it_came_back(self) -> None:
        row = EnterpriseFactory()
        earlier(row, quarters_ago(3))
        earlier(row, quarters_ago(1), standing="left")
        now = periods.quarter_of(local_day())
        before = periods.before(now)
        for first in (now, before, periods.before(before)):
            rollups.count(first)
        assert [everywhere(each) for each in (now, before, periods.before(before))] == [1, 0, 1]

    def test_who_plans_to_leave_counts(self) -> None:
        go(EnterpriseFactory(), "leaving")
        rollups.count(now := periods.quarter_of(local_day()))
        assert everywhere(now) == 1


class TestPolicies:
    @pytest.mark.parametrize("how", GONE)
    def test_reach_and_counts_leave_it_out(self, how: str) -> None:
        rows = [EnterpriseFactory(verified_at=timezone.now()) for _n in range(6)]
        policy = PolicyFactory(criteria=HERE)
        for row in rows:
            refresh_enterprise(row)
        assert (reach_of(HERE, local_day()).met, matches_of(policy).total) == (6, 5)
        for row in rows[:2]:
            go(row, how)
        assert reach_of(HERE, local_day()).met == 4
        assert matches_of(policy).total is None  # fewer than five

    @pytest.mark.parametrize("how", ["left", "closed"])
    def test_no_hint_of_what_is_missing(self, how: str) -> None:
        PolicyFactory(criteria=[{"field": "employees", "op": "gte", "value": 1}])
        member = MembershipFactory(enterprise=EnterpriseFactory(verified_at=timezone.now()))
        go(member.enterprise, how)
        assert missing.tell() == 0


class TestInvitations:
    @pytest.mark.parametrize("how", ["left", "closed"])
    def test_to_events(self, how: str) -> None:
        event, members = invited()
        before = [each.enterprise for each in inviting.candidates(event)]
        go(members[0].enterprise, how)
        after = [each.enterprise for each in inviting.candidates(event)]
        assert set(before) - set(after) == {members[0].enterprise}

    @pytest.mark.parametrize("how", ["left", "closed"])
    def test_to_surveys_with_the_reason(self, how: str) -> None:
        member = MembershipFactory(enterprise=EnterpriseFactory(tier="district"))
        go(member.enterprise, how)
        chosen = choose(Audience(tiers=("district",)))
        assert chosen.going == []
        assert chosen.left == {"gone": [member.enterprise]}
        assert why_words("gone") != "gone"

    def test_a_merged_record_is_not_even_spared(self) -> None:
        row = EnterpriseFactory(tier="district")
        go(row, "merged")
        chosen = choose(Audience(tiers=("district",)))
        assert row not in [each for rows in chosen.left.values() for each in rows]


class TestLists:
    @pytest.mark.parametrize("how", GONE)
    def test_of_key_enterprises_and_of_silence(self, how: str) -> None:
        row = EnterpriseFactory(tier="district")
        assert list(key_enterprises()) == list(silent(local_day())) == [row]
        go(row, how)
        assert not key_enterprises().filter(pk=row.pk).exists()
        assert not silent(local_day()).filter(pk=row.pk).exists()

    def test_a_merged_record_is_nobodys(self) -> None:
        park, steward = ParkFactory(), StewardFactory()
        row, stays = EnterpriseFactory(park=park, tier="district"), EnterpriseFactory(park=park, tier="district")
        Stewardship.objects.create(steward=steward, scope="park", park=park, starts_on=local_day())
        leader = UserFactory(roles=[Role.LEADER])
        LeaderLink.objects.create(leader=leader, scope="tier", tier="district", starts_on=local_day())
        go(row, "merged")
        assert list(looked_after(steward)) == [stays]
        assert list(LeaderLink.objects.enterprises()) == [stays]

    def test_one_that_has_left_is_still_found_and_looked_after(self, as_user: SignIn) -> None:
        """Its requests go on: somebody has to be able to write one down."""
        row = EnterpriseFactory(name_en="Comet Ltd")
        steward = StewardFactory()
        Stewardship.objects.create(steward=steward, enterprise=row, starts_on=local_day())
        go(row, "left")
        assert list(Enterprise.objects.found_by("comet")) == [row]
        assert list(looked_after(steward)) == [row]
        assert as_user(steward).get(f"/en/desk/enterprises/{row.pk}/").status_code == 200

    def test_of_stewards_without_the_merged(self, as_user: SignIn) -> None:
        row = EnterpriseFactory(name_en="Comet Ltd")
        client = as_user(UserFactory(roles=[Role.ADMIN]))
        assert "Comet Ltd" in client.get("/en/centre/stewards/?show=all").content.decode()
        go(row, "merged")
        assert "Comet Ltd" not in client.get("/en/centre/stewards/?show=all").content.decode()
