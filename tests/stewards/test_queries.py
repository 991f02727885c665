"""Who looks after whom, who is told, which requests are a person's."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stewards import queries, workflow
from stewards.models import HelpRequest, Stewardship
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory
from tests.stewards.scene import Scene

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


class TestStewardOf:
    @pytest.fixture
    def enterprise(self) -> Any:
        return EnterpriseFactory(park=ParkFactory(), subdistrict=SubdistrictFactory())

    def covering(self, enterprise: Any, scope: str, **fields: Any) -> Stewardship:
        target = {"enterprise": None, scope: enterprise if scope == "enterprise" else getattr(enterprise, scope)}
        return StewardshipFactory(scope=scope, **{**target, **fields})

    def test_the_narrowest_wins(self, enterprise: Any, django_assert_num_queries: Any) -> None:
        assert queries.steward_of(enterprise) is None
        for scope in ("subdistrict", "park", "enterprise"):
            expected = self.covering(enterprise, scope)
            with django_assert_num_queries(1):
                found = queries.steward_of(enterprise)
                assert found
                assert found.steward.department
            assert found == expected

    def test_only_in_force(self, enterprise: Any) -> None:
        today = timezone.localdate()
        wide = self.covering(enterprise, "subdistrict")
        self.covering(enterprise, "enterprise", ends_on=today - timedelta(days=1))
        self.covering(enterprise, "park", starts_on=today + timedelta(days=1))
        assert queries.steward_of(enterprise) == wide
        last_day = self.covering(enterprise, "park", ends_on=today)
        assert queries.steward_of(enterprise) == last_day
        assert queries.steward_of(enterprise, today + timedelta(days=1)).scope == "park"  # type: ignore[union-attr]

    def test_of_two_the_later(self, enterprise: Any) -> None:
        self.covering(enterprise, "park", starts_on=TODAY - timedelta(days=9))
        later = self.covering(enterprise, "park", starts_on=TODAY - timedelta(days=2))
        assert queries.steward_of(enterprise) == later

    def test_people_who_left_look_after_nobody(self, enterprise: Any) -> None:
        self.covering(enterprise, "enterprise", steward=StewardFactory(is_active=False))
        assert queries.steward_of(enterprise) is None

    def test_others_and_nobody(self, enterprise: Any) -> None:
        self.covering(enterprise, "enterprise")
        self.covering(enterprise, "park")
        assert queries.steward_of(EnterpriseFactory()) is None
        assert queries.steward_of(None) is None


class TestAskedBy:
    def test_the_same_as_the_loader(self, scene: Scene) -> None:
        scene.draft()
        scene.request("accepted")
        HelpRequestFactory()
        HelpRequestFactory(asker=scene.outsider, enterprise=None)
        for person in (scene.owner, scene.colleague, scene.outsider, scene.steward, scene.admin):
            loader = set(HelpRequest.objects.of_member(person))
            assert set(queries.asked_by(person)) == loader
        assert queries.asked_by(scene.owner).count() == 2
        assert queries.asked_by(scene.colleague).count() == 1

    def test_a_member_that_left_sees_nothing_of_the_enterprise_any_more(self, scene: Scene) -> None:
        scene.request("accepted")
        without = HelpRequestFactory(asker=scene.owner, enterprise=None)
        scene.enterprise.memberships.update(state="ended")
        assert list(queries.asked_by(scene.owner)) == [without]
        assert not queries.asked_by(scene.colleague).exists()


class TestWhoIsTold:
    def test_the_asker(self, scene: Scene) -> None:
        assert queries.asking_people(scene.request()) == [scene.owner]

    def test_owners_when_the_asker_is_gone(self, scene: Scene) -> None:
        draft = workflow.save_draft(by=scene.colleague, enterprise=scene.enterprise, subject="s", body="b")
        asked = workflow.submit(draft, by=scene.colleague)
        assert queries.asking_people(asked) == [scene.colleague]
        second = MembershipFactory(enterprise=scene.enterprise).user
        MembershipFactory(enterprise=scene.enterprise, role="member")
        scene.colleague.is_active = False
        scene.colleague.save()
        asked.refresh_from_db()
        assert {person.pk for person in queries.asking_people(asked)} == {scene.owner.pk, second.pk}

    def test_nobody_when_a_person_without_enterprise_left(self) -> None:
        asked = HelpRequestFactory(enterprise=None, asker=UserFactory(is_active=False))
        assert queries.asking_people(asked) == []

    def test_handlers_of_a_department(self) -> None:
        handler = HandlerFactory()
        HandlerFactory(department=handler.department, is_active=False)
        UserFactory(roles=["steward"], department=handler.department)
        HandlerFactory()
        assert list(queries.handlers_of(handler.department_id)) == [handler]
