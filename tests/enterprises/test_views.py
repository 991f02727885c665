"""Claim, profile steps, colleagues, and the service centre's verification, over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from enterprises.models import Enterprise, Invitation, Membership
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, ParkFactory, TitleFactory

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
CLAIM = {"credit_code": CODE, "name_zh_hans": "虚构星辰科技有限公司", "name_en": "", "evidence": "Legal representative"}
SignIn = Callable[[Any], Client]


def test_an_owner_claims_and_an_admin_confirms(as_user: SignIn, admin_user: User) -> None:
    person = UserFactory()
    response = as_user(person).post("/en/enterprise/claim/", CLAIM)
    assert response.status_code == 302
    membership = Membership.objects.get(user=person)
    admin = as_user(admin_user)
    assert "虚构星辰科技有限公司" in admin.get("/en/centre/claims/").content.decode()
    assert "Legal representative" in admin.get(f"/en/centre/claims/{membership.pk}/").content.decode()
    admin.post(f"/en/centre/claims/{membership.pk}/", {"confirm": "1", "note": ""})
    membership.refresh_from_db()
    assert membership.state == "active"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("91350100M000100Y4Z", "cannot stand there"),
        ("91350100M000100Y44", "check digit does not fit"),
        ("9135", "this one has 4"),
        ("", "This field is required"),
        ("91350100M000100Y4\u202e3", None),
    ],
)
def test_a_wrong_credit_code_is_explained_and_kept(as_user: SignIn, code: str, message: str | None) -> None:
    response = as_user(UserFactory()).post("/en/enterprise/claim/", CLAIM | {"credit_code": code})
    if message is None:  # invisible characters are cleaned away: the code itself is right
        assert response.status_code == 302
        return
    text = response.content.decode()
    assert message in text
    assert "Legal representative" in text
    assert not Enterprise.objects.exists()


def test_codes_are_read_in_full_width_and_with_spaces(as_user: SignIn) -> None:
    as_user(UserFactory()).post("/en/enterprise/claim/", CLAIM | {"credit_code": "９１３５０１００ m000100y43"})
    assert Enterprise.objects.get().credit_code == CODE


def test_a_new_enterprise_needs_a_chinese_name(as_user: SignIn) -> None:
    response = as_user(UserFactory()).post("/en/enterprise/claim/", CLAIM | {"name_zh_hans": ""})
    assert "give its Chinese name" in response.content.decode()


def test_a_duplicate_claim_is_told_by_the_field(as_user: SignIn) -> None:
    client = as_user(UserFactory())
    client.post("/en/enterprise/claim/", CLAIM)
    assert "already claimed" in client.post("/en/enterprise/claim/", CLAIM).content.decode()
    assert Membership.objects.count() == 1


def test_long_names_and_scripts_do_no_harm(as_user: SignIn) -> None:
    client = as_user(UserFactory())
    assert "at most 200" in client.post("/en/enterprise/claim/", CLAIM | {"name_zh_hans": "长" * 5000}).content.decode()
    evil = "<script>alert(1)</script>😀\u202e"
    client.post("/en/enterprise/claim/", CLAIM | {"evidence": evil, "name_zh_hans": evil})
    page = client.get("/en/enterprise/claim/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["editor"], ["reviewer"], ["leader"], ["auditor"]])
def test_claims_are_the_admins_business(as_user: SignIn, roles: list[str]) -> None:
    claim = MembershipFactory(state="claimed")
    client = as_user(UserFactory(roles=roles))
    assert client.get("/en/centre/claims/").status_code == 404
    assert client.get(f"/en/centre/claims/{claim.pk}/").status_code == 404
    assert client.post(f"/en/centre/claims/{claim.pk}/", {"confirm": "1"}).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "claimed"


def test_not_confirming_without_reason_is_told_by_the_field(as_user: SignIn, admin_user: User) -> None:
    claim = MembershipFactory(state="claimed")
    response = as_user(admin_user).post(f"/en/centre/claims/{claim.pk}/", {"reject": "1", "note": ""})
    assert "Say why" in response.content.decode()


def test_a_claim_somebody_else_decided_is_told(as_user: SignIn, admin_user: User) -> None:
    claim = MembershipFactory(state="active", decided_by=admin_user)
    other = UserFactory(roles=["admin"])
    response = as_user(other).post(f"/en/centre/claims/{claim.pk}/", {"reject": "1", "note": "No"})
    assert "Ada Admin has already decided" in response.content.decode()


@pytest.mark.parametrize(("rows", "queries"), [(1, 5), (3, 5), (30, 5)])
def test_claims_list_takes_a_constant_number_of_queries(
    as_user: SignIn, admin_user: User, rows: int, queries: int, django_assert_num_queries: Any
) -> None:
    MembershipFactory.create_batch(rows, state="claimed")
    client = as_user(admin_user)
    client.get("/en/centre/claims/")
    with django_assert_num_queries(queries - 2):
        client.get("/en/centre/claims/")


def owner_client(as_user: SignIn, **fields: Any) -> tuple[Client, Enterprise]:
    membership = MembershipFactory(enterprise=EnterpriseFactory(**fields))
    return as_user(membership.user), membership.enterprise


def test_without_an_enterprise_the_profile_leads_to_the_claim(as_user: SignIn) -> None:
    assert as_user(UserFactory()).get("/en/enterprise/").headers["Location"] == "/en/enterprise/claim/"


def test_officials_have_no_enterprise_profile(as_user: SignIn, admin_user: User) -> None:
    assert as_user(admin_user).get("/en/enterprise/").status_code == 404
    assert as_user(admin_user).get("/en/enterprise/claim/").status_code == 404


def test_the_profile_says_what_is_unknown_and_where_facts_come_from(as_user: SignIn) -> None:
    sources = {"employees": {"source": "verified", "on": "2026-01-05"}}
    client, _enterprise = owner_client(as_user, employees=1234, sources=sources)
    text = client.get("/en/enterprise/").content.decode()
    assert "1,234" in text
    assert 'verified, <time datetime="2026-01-05">5 January 2026</time>' in text
    assert "facts are unknown" in text


def test_each_step_saves_and_leads_to_the_next(as_user: SignIn) -> None:
    client, enterprise = owner_client(as_user)
    IndustryFactory(code="I65")
    ParkFactory(slug="fictional-park")
    TitleFactory(code="srdi")
    identity = {
        "name_zh_hans": "新名",
        "name_en": "New",
        "founded_on": "2020-02-29",
        "ownership": "foreign",
        "listed": "no",
    }
    size = {"employees": "50", "annual_revenue_cny": "12000000", "assets_cny": "", "rd_percent": "4.5"}
    place = {"district": "310109", "park": "fictional-park", "address_zh_hans": "虚构路1号", "address_en": ""}
    answers = [
        client.post("/en/enterprise/profile/identity/", identity),
        client.post("/en/enterprise/profile/industry/", {"industry": "I65"}),
        client.post("/en/enterprise/profile/size/", size),
        client.post("/en/enterprise/profile/place/", place),
        client.post(
            "/en/enterprise/profile/titles/", {"has-srdi": "on", "granted-srdi": "2025-01-01", "complete": "on"}
        ),
    ]
    assert [a.headers["Location"].rstrip("/").rpartition("/")[2] for a in answers] == [
        "industry",
        "size",
        "place",
        "titles",
        "enterprise",
    ]
    enterprise.refresh_from_db()
    assert (enterprise.founded_on, enterprise.listed, enterprise.size) == (date(2020, 2, 29), False, "small")
    assert str(enterprise.rd_expense_ratio) == "0.0450"
    assert enterprise.title_grants.get().granted_on == date(2025, 1, 1)
    text = client.get("/en/enterprise/").content.decode()
    assert "4.5%" in text
    assert "50" in text


@pytest.mark.parametrize(
    ("step", "data", "message"),
    [
        ("identity", {"name_zh_hans": "x", "founded_on": "2999-01-01"}, "lies in the future"),
        ("identity", {"name_zh_hans": "x", "founded_on": "1066-01-01"}, "check the year"),
        ("identity", {"name_zh_hans": "x", "founded_on": "31.12.20"}, "valid date"),
        ("identity", {"name_zh_hans": ""}, "required"),
        ("identity", {"name_zh_hans": "长" * 5000}, "at most 200"),
        ("industry", {"industry": "Z99"}, "valid choice"),
        ("size", {"employees": "-1"}, "greater than or equal to 0"),
        ("size", {"employees": "99999999999"}, "less than or equal to"),
        ("size", {"rd_percent": "101"}, "less than or equal to 100"),
        ("size", {"annual_revenue_cny": "many"}, "whole number"),
        ("place", {"subdistrict": "1"}, "valid choice"),
        ("titles", {"has-srdi": "on", "granted-srdi": "2025-01-02", "expires-srdi": "2025-01-01"}, "before the date"),
        ("titles", {"granted-srdi": "2025-01-02"}, "Tick the title"),
    ],
)
def test_bad_facts_are_told_by_the_field(as_user: SignIn, step: str, data: dict[str, str], message: str) -> None:
    TitleFactory(code="srdi")
    client, _enterprise = owner_client(as_user)
    response = client.post(f"/en/enterprise/profile/{step}/", data)
    assert response.status_code == 200
    assert message in response.content.decode()


def test_save_and_finish_leads_back(as_user: SignIn) -> None:
    client, _enterprise = owner_client(as_user)
    response = client.post("/en/enterprise/profile/size/", {"employees": "7", "finish": "1"})
    assert response.headers["Location"] == "/en/enterprise/"


def test_an_unknown_step_does_not_exist(as_user: SignIn) -> None:
    client, _enterprise = owner_client(as_user)
    assert client.get("/en/enterprise/profile/nothing/").status_code == 404


def test_another_enterprise_in_the_address_does_not_exist(as_user: SignIn) -> None:
    client, _enterprise = owner_client(as_user)
    other = EnterpriseFactory()
    for path in ("", "people/", "profile/size/"):
        assert client.get(f"/en/enterprise/{path}?enterprise={other.pk}").status_code == 404
    assert client.get("/en/enterprise/?enterprise=abc").status_code == 404


def test_several_enterprises_can_be_chosen(as_user: SignIn) -> None:
    person = UserFactory()
    MembershipFactory(user=person)
    second = MembershipFactory(user=person).enterprise
    text = as_user(person).get(f"/en/enterprise/?enterprise={second.pk}").content.decode()
    assert f"<h1>{second.name_en}</h1>" in text


def test_an_owner_invites_by_mail_and_the_colleague_joins(as_user: SignIn) -> None:
    client, enterprise = owner_client(as_user)
    assert client.post("/en/enterprise/people/", {"email": "new@example.org"}).status_code == 302
    token = Invitation.objects.get().token
    colleague = as_user(UserFactory(email="new@example.org"))
    assert enterprise.name_en in colleague.get(f"/en/enterprise/join/{token}/").content.decode()
    assert colleague.post(f"/en/enterprise/join/{token}/").status_code == 302
    assert enterprise.memberships.count() == 2
    assert "no longer valid" in colleague.post(f"/en/enterprise/join/{token}/").content.decode()


def test_the_invitation_waits_behind_the_sign_in(client: Client) -> None:
    response = client.get("/en/enterprise/join/anything/")
    assert response.status_code == 302
    assert "/accounts/login/" in response.headers["Location"]


def test_bad_addresses_and_repeats_are_told_by_the_field(as_user: SignIn) -> None:
    client, _enterprise = owner_client(as_user)
    assert "valid email" in client.post("/en/enterprise/people/", {"email": "nobody"}).content.decode()
    client.post("/en/enterprise/people/", {"email": "a@example.org"})
    assert "still open" in client.post("/en/enterprise/people/", {"email": "a@example.org"}).content.decode()


def test_a_plain_member_sees_why_they_cannot_invite(as_user: SignIn) -> None:
    member = MembershipFactory(role="member")
    text = as_user(member.user).get("/en/enterprise/people/").content.decode()
    assert "Only an owner" in text
    as_user(member.user).post("/en/enterprise/people/", {"email": "a@example.org"})
    assert not Invitation.objects.exists()


def test_removing_and_revoking(as_user: SignIn) -> None:
    client, enterprise = owner_client(as_user)
    member = MembershipFactory(enterprise=enterprise, role="member")
    client.post("/en/enterprise/people/", {"email": "a@example.org"})
    client.post(f"/en/enterprise/people/{member.pk}/remove/")
    client.post(f"/en/enterprise/invitations/{Invitation.objects.get().pk}/revoke/")
    member.refresh_from_db()
    assert member.state == "ended"
    assert Invitation.objects.get().revoked_at is not None


def test_strangers_remove_and_revoke_nothing(as_user: SignIn) -> None:
    _client, enterprise = owner_client(as_user)
    owner, member = enterprise.memberships.get(), MembershipFactory(enterprise=enterprise, role="member")
    stranger = as_user(MembershipFactory().user)
    assert stranger.post(f"/en/enterprise/people/{member.pk}/remove/").status_code == 404
    plain = as_user(member.user)
    plain.post(f"/en/enterprise/people/{owner.pk}/remove/")
    owner.refresh_from_db()
    assert owner.state == "active"


def test_the_claim_page_is_chinese_in_chinese(as_user: SignIn) -> None:
    text = as_user(UserFactory()).get("/zh-hans/enterprise/claim/").content.decode()
    assert "认领企业" in text
    assert "Claim your enterprise" not in text
