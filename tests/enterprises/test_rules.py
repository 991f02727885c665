"""Who may do what with an enterprise, and which enterprises a person acts for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.enums import Role
from enterprises import rules
from enterprises.models import Enterprise
from enterprises.queries import chosen, memberships_of
from portal.core.access import Allowed, Denied
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory

pytestmark = pytest.mark.django_db
STATES = ["claimed", "active", "rejected", "ended"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["owner", "member"])
def test_only_the_active_keep_the_record_and_only_owners_invite(role: str, state: str) -> None:
    membership = MembershipFactory(role=role, state=state)
    active = state == "active"
    assert bool(rules.may_edit(membership.user, membership.enterprise)) is active
    assert bool(rules.may_invite(membership.user, membership.enterprise)) is (active and role == "owner")


@pytest.mark.parametrize("role", Role.values)
def test_no_staff_role_opens_an_enterprise(role: str) -> None:
    enterprise, official = EnterpriseFactory(), UserFactory(roles=[role])
    assert not rules.may_edit(official, enterprise)
    assert not rules.may_invite(official, enterprise)
    assert bool(rules.may_decide_claims(official)) is (role == "admin")


def test_membership_of_one_is_none_of_another() -> None:
    membership = MembershipFactory()
    assert not rules.may_edit(membership.user, EnterpriseFactory())
    assert rules.membership_of(membership.user, membership.enterprise) == membership


def test_an_admin_switched_off_decides_nothing() -> None:
    assert not rules.may_decide_claims(UserFactory(roles=["admin"], is_active=False))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_refusal_is_a_sentence_in_the_language_of_the_page(language: str) -> None:
    person, enterprise = UserFactory(), EnterpriseFactory()
    with translation.override(language):
        for verdict in (
            rules.may_edit(person, enterprise),
            rules.may_invite(person, enterprise),
            rules.may_decide_claims(person),
        ):
            assert isinstance(verdict, Denied)
            assert str(verdict.reason).endswith("." if language == "en" else "。")


@pytest.mark.parametrize(
    ("roles", "all_of_them"), [([], False), *[([r], r in {"admin", "editor", "reviewer"}) for r in Role.values]]
)
def test_whose_records_can_be_seen(roles: list[str], all_of_them: bool) -> None:
    person = UserFactory(roles=roles)
    own = MembershipFactory(user=person).enterprise
    MembershipFactory(user=person, state="claimed")
    MembershipFactory(user=person, state="ended")
    EnterpriseFactory()
    seen = set(Enterprise.objects.visible_to(person))
    assert seen == (set(Enterprise.objects.all()) if all_of_them else {own})


def test_memberships_lead_with_the_oldest_and_leave_out_what_is_over(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    person = UserFactory()
    now = timezone.now()
    kept = [
        MembershipFactory(user=person, state=state, created_at=now - timedelta(days=age))
        for state, age in [("claimed", 1), ("active", 3), ("active", 2)]
    ]
    for state in ("rejected", "ended"):
        MembershipFactory(user=person, state=state)
    MembershipFactory()
    with django_assert_num_queries(1):
        found = memberships_of(person)
        assert all(membership.enterprise.pk for membership in found)
    assert found == [kept[1], kept[2], kept[0]]


class TestChosen:
    @staticmethod
    def pick(person: Any, query: str) -> Enterprise | None:
        return chosen(RequestFactory().get(f"/{query}"), memberships_of(person))

    def test_nobody_without_an_enterprise(self) -> None:
        assert self.pick(UserFactory(), "") is None
        assert self.pick(MembershipFactory(state="claimed").user, "") is None

    def test_the_first_unless_another_is_named(self) -> None:
        person = UserFactory()
        first, second = (MembershipFactory(user=person).enterprise for _each in range(2))
        assert self.pick(person, "") == first
        assert self.pick(person, "?enterprise=") == first
        assert self.pick(person, f"?enterprise={second.pk}") == second

    @pytest.mark.parametrize(
        "value", ["0", "-1", "x", "1e3", "٣", "９", "1%20", "9" * 40, "'--", "%00", "1&enterprise=x"]
    )
    def test_anything_else_does_not_exist(self, value: str) -> None:
        with pytest.raises(Http404):
            self.pick(MembershipFactory().user, f"?enterprise={value}")

    @pytest.mark.parametrize("state", ["claimed", "rejected", "ended"])
    def test_nor_does_one_where_the_person_is_not_active(self, state: str) -> None:
        person = UserFactory()
        MembershipFactory(user=person)
        other = MembershipFactory(user=person, state=state).enterprise
        with pytest.raises(Http404):
            self.pick(person, f"?enterprise={other.pk}")


def test_verdicts_read_as_yes_and_no() -> None:
    assert Allowed()
    assert not Denied("No.")
