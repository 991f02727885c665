"""What the acts on an enterprise say and post: to whom, in whose language, at once or in the digest."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.models import User
from enterprises import workflow
from enterprises.models import Enterprise, Membership
from notices.models import Message, State
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, TitleFactory

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
HAN = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = ["en", "zh-hans"]


def claim(by: Any, name_en: str = "Stars", name_zh: str = "虚构星辰") -> Membership:
    names = {"name_zh_hans": name_zh, "name_en": name_en}
    return workflow.claim(by=by, credit_code=CODE, names=names, evidence="Legal representative")


def speaks(text: str, language: str) -> bool:
    """Whether a text without names is in the language, and in it alone."""
    plain = re.sub(
        r"https?://\S+|Person \d+|Fictional Enterprise \d+ Ltd|虚构\w*?\d+(有限公司)?|Stars|虚构星辰", "", text
    )
    return bool(HAN.search(plain)) == (language == "zh-hans") and bool(re.search("[a-z]{3}", plain)) == (
        language == "en"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_admin_reads_of_a_claim_in_their_own_language_and_digest(language: str) -> None:
    admin = UserFactory(roles=["admin"], language=language)
    UserFactory(roles=["admin"], is_active=False)
    UserFactory(roles=["steward"])
    with translation.override("en" if language == "zh-hans" else "zh-hans"):
        membership = claim(UserFactory())
    message = Message.objects.get(kind="claim")
    assert (message.recipient, message.state, message.language) == (admin, State.HELD, language)
    assert speaks(f"{message.subject} {message.body}", language), message.subject
    assert message.url == f"/{language}/centre/claims/{membership.pk}/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("confirm", [True, False])
def test_the_claimant_hears_at_once_in_their_language(confirm: bool, language: str, admin_user: User) -> None:
    membership = claim(UserFactory(language=language))
    note = "请补充授权书。" if language == "zh-hans" else "Please add the authorisation."
    workflow.decide(membership, by=admin_user, confirm=confirm, note=note)
    message = Message.objects.get(kind="claim-decided")
    assert (message.recipient, message.state) == (membership.user, State.QUEUED)
    assert speaks(f"{message.subject} {message.body}", language), message.subject
    assert (note in message.body) is not confirm
    assert message.url == f"/{language}/{'package' if confirm else 'enterprise/claim'}/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "act",
    [
        lambda s: workflow.claim(by=s.user, credit_code=CODE, names={}, evidence="Again"),
        lambda s: workflow.decide(s, by=UserFactory(roles=["admin"]), confirm=True),
        lambda s: workflow.decide(s, by=s.user, confirm=True),
        lambda s: workflow.decide(MembershipFactory(state="claimed"), by=UserFactory(roles=["admin"]), confirm=False),
        lambda s: workflow.describe(EnterpriseFactory(), by=s.user, facts={"employees": 1}),
        lambda s: workflow.set_titles(EnterpriseFactory(), by=s.user, grants={}, complete=True),
        lambda s: workflow.invite(EnterpriseFactory(), by=s.user, email="a@example.org"),
        lambda s: workflow.invite(s.enterprise, by=s.user, email=s.user.email),
        lambda s: workflow.end_membership(s, by=s.user),
    ],
    ids=[
        "claim twice",
        "decided",
        "not admin",
        "no reason",
        "describe",
        "titles",
        "invite",
        "invite self",
        "last owner",
    ],
)
def test_each_refusal_is_a_sentence_in_the_readers_language(act: Callable[[Any], Any], language: str) -> None:
    member = MembershipFactory(enterprise=EnterpriseFactory(credit_code=CODE))
    before = (Enterprise.objects.count(), Message.objects.count(), Membership.objects.filter(state="active").count())
    with translation.override(language), pytest.raises(Refused) as refused:
        act(member)
    assert str(refused.value).endswith("." if language == "en" else "。")
    assert speaks(str(refused.value), language), str(refused.value)
    assert Message.objects.count() == before[1]
    assert Membership.objects.filter(state="active").count() == before[2]


def test_a_refused_claim_posts_nothing_to_the_admins(admin_user: User) -> None:
    person = UserFactory()
    claim(person)
    with pytest.raises(Refused):
        claim(person)
    assert Message.objects.filter(recipient=admin_user).count() == 1


def test_the_name_of_a_verified_enterprise_is_not_taken_from_a_claim() -> None:
    EnterpriseFactory(credit_code=CODE, name_zh_hans="原名", name_en="Original", verified_at=timezone.now())
    claim(UserFactory(), name_en="Evil", name_zh="冒名")
    assert Enterprise.objects.values_list("name_zh_hans", "name_en").get() == ("原名", "Original")


def test_confirming_a_second_person_keeps_the_first_day_of_verification(admin_user: User) -> None:
    with time_machine.travel("2026-03-02 10:00+08:00", tick=False):
        workflow.decide(claim(UserFactory()), by=admin_user, confirm=True)
    first = Enterprise.objects.get().verified_at
    workflow.decide(claim(UserFactory()), by=admin_user, confirm=True)
    assert Enterprise.objects.get().verified_at == first
    assert Membership.objects.filter(state="active").count() == 2


@pytest.mark.parametrize(
    ("facts", "size"),
    [
        ({"employees": 300, "annual_revenue_cny": 100_000_000}, "large"),
        ({"employees": 299, "annual_revenue_cny": 100_000_000}, "medium"),
        ({"employees": 300, "annual_revenue_cny": 99_999_999}, "medium"),
        ({"employees": 10, "annual_revenue_cny": 500_000}, "small"),
        ({"employees": 9, "annual_revenue_cny": 500_000}, "micro"),
        ({"employees": 300}, ""),
        ({}, ""),
    ],
)
def test_the_size_class_follows_the_facts(facts: dict[str, int], size: str) -> None:
    IndustryFactory(code="I65")
    member = MembershipFactory(enterprise=EnterpriseFactory(industry_id="I65", size="large"))
    assert workflow.describe(member.enterprise, by=member.user, facts=facts).size == size


def test_only_what_changed_is_written_and_dated() -> None:
    member = MembershipFactory()
    with time_machine.travel("2026-03-02 10:00+08:00", tick=False):
        workflow.describe(member.enterprise, by=member.user, facts={"employees": 5, "listed": False})
    with time_machine.travel("2026-04-01 10:00+08:00", tick=False):
        row = workflow.describe(member.enterprise, by=member.user, facts={"employees": 5, "listed": True})
    assert {name: row.sources[name]["on"] for name in ("employees", "listed")} == {
        "employees": "2026-03-02",
        "listed": "2026-04-01",
    }


def test_a_verified_fact_that_is_changed_is_only_declared() -> None:
    sources = {"employees": {"source": "verified", "on": "2026-01-05"}}
    member = MembershipFactory(enterprise=EnterpriseFactory(employees=5, sources=sources))
    assert workflow.describe(member.enterprise, by=member.user, facts={"employees": 5}).sources == sources
    row = workflow.describe(member.enterprise, by=member.user, facts={"employees": 6})
    assert row.sources["employees"]["source"] == "declared"


def test_titles_taken_away_and_given_again_keep_their_dates_apart() -> None:
    member = MembershipFactory()
    TitleFactory(code="srdi")
    for day in (date(2024, 1, 1), date(2025, 1, 1)):
        grants = {"srdi": {"granted_on": day, "expires_on": None}}
        workflow.set_titles(member.enterprise, by=member.user, grants=grants, complete=False)
    assert member.enterprise.title_grants.get().granted_on == date(2025, 1, 1)
    workflow.set_titles(member.enterprise, by=member.user, grants={}, complete=True)
    assert not member.enterprise.title_grants.exists()


@pytest.mark.parametrize(("days", "open_still"), [(13, True), (15, False)])
def test_an_invitation_lasts_two_weeks(days: int, open_still: bool) -> None:
    owner, colleague = MembershipFactory(), UserFactory()
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=colleague.email)
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        if open_still:
            assert workflow.accept_invitation(invitation, by=colleague).state == "active"
        else:
            with pytest.raises(Refused, match="no longer valid"):
                workflow.accept_invitation(invitation, by=colleague)
            assert workflow.invite(owner.enterprise, by=owner.user, email=colleague.email).pk != invitation.pk


@pytest.mark.parametrize(
    ("state", "after"), [("claimed", "member"), ("rejected", "member"), ("ended", "member"), ("active", "owner")]
)
def test_an_invitation_makes_a_member_of_whoever_was_not_active(state: str, after: str) -> None:
    owner = MembershipFactory()
    colleague = UserFactory()
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=colleague.email)
    MembershipFactory(enterprise=owner.enterprise, user=colleague, state=state, role="owner")
    joined = workflow.accept_invitation(invitation, by=colleague)
    assert (joined.state, joined.role) == ("active", after)
