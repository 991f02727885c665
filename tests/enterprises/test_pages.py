"""Every page of an enterprise: for whom it exists, in both languages, at a constant price."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Enterprise, Invitation, Membership
from notices.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, ParkFactory, TitleFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
HAN = re.compile(r"[\u4e00-\u9fff]")
STEPS = ["identity", "industry", "size", "place", "titles"]
PAGES = ["", "people/", *(f"profile/{step}/" for step in STEPS)]
LANGUAGES = ["en", "zh-hans"]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def words(response: Any) -> str:
    """What a reader sees of the page itself, without the frame."""
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"<[^>]+>", " ", main)


@pytest.mark.parametrize("where", PAGES)
def test_the_pages_exist_for_members_alone(as_user: SignIn, client: Client, where: str) -> None:
    member = MembershipFactory(role="member")
    enterprise = member.enterprise
    path = f"/en/enterprise/{where}?enterprise={enterprise.pk}"
    assert as_user(member.user).get(path).status_code == 200
    assert client.get(path).headers["Location"].startswith("/en/accounts/login/?next=/en/enterprise/")
    for state in ("claimed", "rejected", "ended"):
        assert as_user(MembershipFactory(enterprise=enterprise, state=state).user).get(path).status_code == 404, state
    assert as_user(MembershipFactory().user).get(path).status_code == 404
    for role in Role.values:
        assert as_user(UserFactory(roles=[role])).get(path).status_code == 404, role


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", ["claim/", *PAGES])
def test_each_page_speaks_one_language(as_user: SignIn, where: str, language: str) -> None:
    enterprise = EnterpriseFactory(name_zh_hans="", name_en="Stars") if language == "en" else EnterpriseFactory()
    member = MembershipFactory(enterprise=enterprise, user=UserFactory(name_zh="" if language == "en" else "虚构甲"))
    text = words(as_user(member.user).get(f"/{language}/enterprise/{where}"))
    if language == "en":
        assert HAN.findall(text) == []
    else:
        assert len(HAN.findall(text)) > 20
        assert re.findall(r"\b(the|of|your|unknown|Save|Back)\b", text) == []


@pytest.mark.parametrize("field", ["name_zh_hans", "name_en", "address_zh_hans", "address_en"])
def test_markup_in_the_record_is_only_text(as_user: SignIn, field: str) -> None:
    member = MembershipFactory(enterprise=EnterpriseFactory(**{field: EVIL}))
    client = as_user(member.user)
    for page in [*PAGES, "../package/", "../package/print/", "../requests/new/"]:
        html = client.get(f"/en/enterprise/{page}".replace("enterprise/../", "")).content.decode()
        assert "<script>alert" not in html, page
        assert "<img src=x" not in html, page


def test_markup_in_names_of_people_is_only_text(as_user: SignIn, admin_user: User) -> None:
    owner = MembershipFactory(user=UserFactory(name_en=EVIL))
    claim = MembershipFactory(
        enterprise=owner.enterprise, state="claimed", user=UserFactory(name_en=EVIL), evidence=EVIL
    )
    client = as_user(admin_user)
    pages = [as_user(owner.user).get("/en/enterprise/people/"), client.get("/en/centre/claims/")]
    for response in [*pages, client.get(f"/en/centre/claims/{claim.pk}/")]:
        html = response.content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html


@pytest.mark.parametrize("step", ["identity", "size", "place"])
def test_a_refused_step_keeps_what_was_typed_and_saves_nothing(as_user: SignIn, step: str) -> None:
    bad = {
        "identity": {"name_zh_hans": "新名", "founded_on": "2999-01-01"},
        "size": {"employees": "12", "rd_percent": "101"},
        "place": {"district": "nowhere", "address_en": "1 New Road"},
    }[step]
    member = MembershipFactory()
    before = Enterprise.objects.values().get()
    html = as_user(member.user).post(f"/en/enterprise/profile/{step}/", bad).content.decode()
    for value in set(bad.values()) - {"nowhere"}:
        assert value in html
    assert 'aria-invalid="true"' in html
    assert Enterprise.objects.values().get() == before


def test_the_same_form_sent_again_changes_nothing(as_user: SignIn) -> None:
    member = MembershipFactory()
    client = as_user(member.user)
    once = []
    for _click in range(2):
        assert client.post("/en/enterprise/profile/size/", {"employees": "12"}).status_code == 302
        once.append(Enterprise.objects.values().get())
    assert once[0] == once[1]
    assert once[0]["employees"] == 12


def test_a_step_of_another_tab_is_not_undone(as_user: SignIn) -> None:
    """Each step writes its own facts alone."""
    member = MembershipFactory()
    client = as_user(member.user)
    client.post("/en/enterprise/profile/size/", {"employees": "12"})
    client.post("/en/enterprise/profile/place/", {"district": "other"})
    stored = Enterprise.objects.get()
    assert (stored.employees, stored.district) == (12, "other")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("where", ["claim/", "people/", "profile/size/"])
def test_other_methods_are_not_taken(as_user: SignIn, where: str, method: str) -> None:
    client = as_user(MembershipFactory().user)
    assert getattr(client, method)(f"/en/enterprise/{where}").status_code == 405


@pytest.mark.parametrize("act", ["people/{pk}/remove/", "invitations/{pk}/revoke/"])
def test_what_changes_something_is_no_link(as_user: SignIn, act: str) -> None:
    membership = MembershipFactory()
    assert as_user(membership.user).get(f"/en/enterprise/{act.format(pk=membership.pk)}").status_code == 405


def test_the_last_owner_is_told_why_they_stay(as_user: SignIn) -> None:
    owner = MembershipFactory()
    response = as_user(owner.user).post(f"/en/enterprise/people/{owner.pk}/remove/", follow=True)
    assert "at least one owner" in response.content.decode()
    owner.refresh_from_db()
    assert owner.state == "active"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_invitation_is_written_in_the_language_of_the_page_for_strangers(as_user: SignIn, language: str) -> None:
    owner = MembershipFactory(user=UserFactory(language="zh-hans"))
    as_user(owner.user).post(f"/{language}/enterprise/people/", {"email": "new@example.org"})
    message = Message.objects.get(email="new@example.org")
    assert message.language == language
    assert f"/{language}/enterprise/join/" in message.body


@pytest.mark.parametrize(("theirs", "where"), [("en", "zh-hans"), ("zh-hans", "en")])
def test_and_in_their_own_for_those_we_know(as_user: SignIn, theirs: str, where: str) -> None:
    colleague = UserFactory(language=theirs)
    as_user(MembershipFactory().user).post(f"/{where}/enterprise/people/", {"email": colleague.email.upper()})
    message = Message.objects.get(recipient=colleague)
    assert message.language == theirs
    assert bool(HAN.search(message.subject.replace("虚构", ""))) == (theirs == "zh-hans")


@pytest.mark.parametrize("token", ["x", "0", "%2e%2e", "a" * 500, "😀"])
def test_an_invented_invitation_does_not_exist(as_user: SignIn, token: str) -> None:
    assert as_user(UserFactory()).get(f"/en/enterprise/join/{token}/").status_code == 404
    assert as_user(UserFactory()).post(f"/en/enterprise/join/{token}/").status_code == 404


def test_somebody_elses_invitation_can_be_read_but_not_used(as_user: SignIn) -> None:
    client = as_user(MembershipFactory().user)
    client.post("/en/enterprise/people/", {"email": "new@example.org"})
    path = f"/en/enterprise/join/{Invitation.objects.get().token}/"
    thief = as_user(UserFactory())
    assert thief.get(path).status_code == 200
    assert "another e-mail address" in thief.post(path).content.decode()
    assert Membership.objects.count() == 1


def test_the_admins_page_of_a_claim_that_is_not_there(as_user: SignIn, admin_user: User) -> None:
    client = as_user(admin_user)
    assert client.get("/en/centre/claims/999999/").status_code == 404
    assert client.post("/en/centre/claims/999999/", {"confirm": "1"}).status_code == 404
    assert client.get("/en/centre/claims/99999999999999999999/").status_code == 404


def test_a_decided_claim_offers_no_decision(as_user: SignIn, admin_user: User) -> None:
    claim = MembershipFactory(state="rejected", decided_by=admin_user, decision_note="Send the authorisation")
    html = as_user(admin_user).get(f"/en/centre/claims/{claim.pk}/").content.decode()
    assert "Ada Admin" in html
    assert 'name="confirm"' not in html


def test_neither_button_means_no_decision_without_reason(as_user: SignIn, admin_user: User) -> None:
    claim = MembershipFactory(state="claimed")
    as_user(admin_user).post(f"/en/centre/claims/{claim.pk}/", {"note": ""})
    claim.refresh_from_db()
    assert claim.state == "claimed"


class TestPrice:
    """Sign-in takes two queries (session, person); the rest is the page's own."""

    @staticmethod
    def counted(assert_num: Callable[..., Any], client: Client, path: str, most: int) -> None:
        client.get(path)  # what is kept per process is there already
        with assert_num(most):
            assert client.get(path).status_code == 200

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_people(self, as_user: SignIn, rows: int, django_assert_num_queries: Any) -> None:
        owner = MembershipFactory()
        MembershipFactory.create_batch(rows, enterprise=owner.enterprise, role="member")
        client = as_user(owner.user)
        for number in range(rows):
            client.post("/en/enterprise/people/", {"email": f"guest{number}@example.org"})
        self.counted(django_assert_num_queries, client, "/en/enterprise/people/", 6)

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_profile(self, as_user: SignIn, rows: int, django_assert_num_queries: Any) -> None:
        owner = MembershipFactory(enterprise=EnterpriseFactory(industry=IndustryFactory(), park=ParkFactory()))
        for number in range(rows):
            owner.enterprise.title_grants.create(title=TitleFactory(code=f"title-{number}"))
            MembershipFactory(user=owner.user)
        self.counted(django_assert_num_queries, as_user(owner.user), "/en/enterprise/", 5)

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_titles(self, as_user: SignIn, rows: int, django_assert_num_queries: Any) -> None:
        owner = MembershipFactory()
        for number in range(rows):
            owner.enterprise.title_grants.create(title=TitleFactory(code=f"title-{number}"))
        self.counted(django_assert_num_queries, as_user(owner.user), "/en/enterprise/profile/titles/", 5)

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_one_claim(self, as_user: SignIn, admin_user: User, rows: int, django_assert_num_queries: Any) -> None:
        claim = MembershipFactory(state="claimed")
        MembershipFactory.create_batch(rows, enterprise=claim.enterprise)
        self.counted(django_assert_num_queries, as_user(admin_user), f"/en/centre/claims/{claim.pk}/", 4)
