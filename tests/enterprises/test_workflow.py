"""Claims, decisions, invitations, facts."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.models import User
from enterprises import workflow
from enterprises.models import Enterprise, Invitation, Membership
from notices.models import Message
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, TitleFactory

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
NAMES = {"name_zh_hans": "虚构星辰科技有限公司", "name_en": "Fictional Stars Ltd"}


def claim(by: Any, code: str = CODE) -> Membership:
    return workflow.claim(by=by, credit_code=code, names=NAMES, evidence="Legal representative")


def test_claiming_an_unknown_code_makes_the_enterprise_and_tells_the_admins(admin_user: User) -> None:
    membership = claim(UserFactory())
    assert membership.state == "claimed"
    assert membership.enterprise.name_zh_hans == NAMES["name_zh_hans"]
    assert membership.enterprise.verified_at is None
    assert membership.enterprise.sources["name_en"]["source"] == "declared"
    assert Message.objects.filter(recipient=admin_user, kind="claim").count() == 1


def test_claiming_a_known_code_keeps_its_record() -> None:
    enterprise = EnterpriseFactory(credit_code=CODE, name_zh_hans="原名")
    membership = claim(UserFactory())
    assert membership.enterprise == enterprise
    assert Enterprise.objects.get().name_zh_hans == "原名"


def test_a_second_claim_of_the_same_person_is_refused() -> None:
    person = UserFactory()
    claim(person)
    with pytest.raises(Refused, match="already claimed"):
        claim(person)
    assert Membership.objects.count() == 1


def test_two_people_may_claim_the_same_enterprise() -> None:
    assert claim(UserFactory()).enterprise == claim(UserFactory()).enterprise


def test_a_rejected_person_may_claim_again(admin_user: User) -> None:
    person = UserFactory()
    workflow.decide(claim(person), by=admin_user, confirm=False, note="Please send the authorisation.")
    assert claim(person).state == "claimed"


def test_confirming_makes_the_person_act_for_the_verified_enterprise(admin_user: User) -> None:
    membership = workflow.decide(claim(UserFactory()), by=admin_user, confirm=True)
    assert (membership.state, membership.decided_by) == ("active", admin_user)
    assert Enterprise.objects.get().verified_at is not None
    message = Message.objects.get(recipient=membership.user)
    assert message.state == "queued"
    assert "now act for" in message.subject


def test_the_decision_reaches_the_person_in_their_language(admin_user: User) -> None:
    membership = claim(UserFactory(language="zh-hans"))
    workflow.decide(membership, by=admin_user, confirm=True)
    message = Message.objects.get(recipient=membership.user)
    assert message.language == "zh-hans"
    assert NAMES["name_zh_hans"] in message.subject
    assert message.url.startswith("/zh-hans/")


def test_not_confirming_needs_a_reason(admin_user: User) -> None:
    membership = claim(UserFactory())
    with pytest.raises(Refused, match="Say why"):
        workflow.decide(membership, by=admin_user, confirm=False, note="  ")
    membership.refresh_from_db()
    assert membership.state == "claimed"


def test_the_second_admin_is_told_who_decided(admin_user: User) -> None:
    membership = claim(UserFactory())
    workflow.decide(membership, by=admin_user, confirm=True)
    with pytest.raises(Refused, match="Ada Admin has already decided"):
        workflow.decide(membership, by=UserFactory(roles=["admin"]), confirm=False, note="No")
    membership.refresh_from_db()
    assert membership.state == "active"


@pytest.mark.parametrize("roles", [[], ["steward"], ["editor"], ["auditor"]])
def test_only_admins_decide(roles: list[str]) -> None:
    membership = claim(UserFactory())
    with pytest.raises(Refused, match="service centre"):
        workflow.decide(membership, by=UserFactory(roles=roles), confirm=True)


def test_facts_are_saved_with_source_day_and_size_class() -> None:
    membership = MembershipFactory()
    IndustryFactory(code="I65")
    facts = {"industry_id": "I65", "employees": 120, "annual_revenue_cny": 20_000_000}
    with time_machine.travel("2026-03-02 10:00+08:00", tick=False):
        row = workflow.describe(membership.enterprise, by=membership.user, facts=facts)
    row.refresh_from_db()
    assert row.size == "medium"
    assert row.sources["employees"] == {"source": "declared", "on": "2026-03-02"}


def test_clearing_a_fact_clears_its_source() -> None:
    membership = MembershipFactory()
    row = workflow.describe(membership.enterprise, by=membership.user, facts={"employees": 3})
    row = workflow.describe(row, by=membership.user, facts={"employees": None})
    assert row.employees is None
    assert "employees" not in row.sources


def test_strangers_describe_nothing() -> None:
    with pytest.raises(Refused):
        workflow.describe(EnterpriseFactory(), by=UserFactory(), facts={"employees": 3})


def test_an_ended_member_describes_nothing() -> None:
    membership = MembershipFactory(state="ended")
    with pytest.raises(Refused):
        workflow.describe(membership.enterprise, by=membership.user, facts={"employees": 3})


def test_titles_are_replaced_as_a_whole() -> None:
    membership = MembershipFactory()
    TitleFactory(code="srdi")
    TitleFactory(code="little_giant")
    grant = {"granted_on": date(2025, 1, 1), "expires_on": None}
    workflow.set_titles(membership.enterprise, by=membership.user, grants={"srdi": grant}, complete=False)
    workflow.set_titles(membership.enterprise, by=membership.user, grants={"little_giant": grant}, complete=True)
    membership.enterprise.refresh_from_db()
    assert [g.title_id for g in membership.enterprise.title_grants.all()] == ["little_giant"]
    assert membership.enterprise.titles_known


def test_an_invited_colleague_joins_once() -> None:
    owner = MembershipFactory()
    invitation = workflow.invite(owner.enterprise, by=owner.user, email="Colleague@Example.org")
    assert invitation.token in Message.objects.get(email="colleague@example.org").body
    colleague = UserFactory(email="colleague@example.org")
    membership = workflow.accept_invitation(invitation, by=colleague)
    assert (membership.state, membership.role) == ("active", "member")
    with pytest.raises(Refused, match="no longer valid"):
        workflow.accept_invitation(invitation, by=colleague)


def test_an_invitation_is_written_in_the_receivers_language_where_it_is_known() -> None:
    owner = MembershipFactory()
    UserFactory(email="known@example.org", language="zh-hans")
    with translation.override("en"):
        for address in ("known@example.org", "new@example.org"):
            workflow.invite(owner.enterprise, by=owner.user, email=address)
    known, new = (Message.objects.get(email=f"{name}@example.org") for name in ("known", "new"))
    assert (known.language, new.language) == ("zh-hans", "en")
    assert "/zh-hans/enterprise/join/" in known.body
    assert "邀请" in known.subject
    assert "invites you" in new.subject


def test_an_invitation_is_for_its_address_only() -> None:
    owner = MembershipFactory()
    invitation = workflow.invite(owner.enterprise, by=owner.user, email="colleague@example.org")
    with pytest.raises(Refused, match="another e-mail address"):
        workflow.accept_invitation(invitation, by=UserFactory())


def test_an_old_or_revoked_invitation_is_refused() -> None:
    owner = MembershipFactory()
    colleague = UserFactory(email="colleague@example.org")
    old = workflow.invite(owner.enterprise, by=owner.user, email=colleague.email)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    with pytest.raises(Refused, match="no longer valid"):
        workflow.accept_invitation(old, by=colleague)
    fresh = workflow.invite(owner.enterprise, by=owner.user, email=colleague.email)
    workflow.revoke_invitation(fresh, by=owner.user)
    with pytest.raises(Refused, match="no longer valid"):
        workflow.accept_invitation(fresh, by=colleague)


def test_one_open_invitation_an_address() -> None:
    owner = MembershipFactory()
    workflow.invite(owner.enterprise, by=owner.user, email="colleague@example.org")
    with pytest.raises(Refused, match="still open"):
        workflow.invite(owner.enterprise, by=owner.user, email="COLLEAGUE@example.org")


def test_members_who_are_not_owners_cannot_invite() -> None:
    member = MembershipFactory(role="member")
    with pytest.raises(Refused, match="owner"):
        workflow.invite(member.enterprise, by=member.user, email="x@example.org")


def test_someone_who_acts_already_is_not_invited() -> None:
    owner = MembershipFactory()
    with pytest.raises(Refused, match="already acts"):
        workflow.invite(owner.enterprise, by=owner.user, email=owner.user.email.upper())


def test_the_last_owner_stays() -> None:
    owner = MembershipFactory()
    with pytest.raises(Refused, match="at least one owner"):
        workflow.end_membership(owner, by=owner.user)
    MembershipFactory(enterprise=owner.enterprise, role="owner")
    workflow.end_membership(owner, by=owner.user)
    owner.refresh_from_db()
    assert owner.state == "ended"
