"""The service package: who looks after us, what fits and why, what is open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enterprises.models import Membership
from policies.models import Package, PackageItem
from portal.core.calendar import local_day
from portal.home.package import FITTING, NEARLY
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
DISTRICT = {"field": "district", "op": "eq", "value": "310109"}
RD = {"field": "rd_expense_ratio", "op": "gte", "value": 0.03}
STAFF = {"field": "employees", "op": "gte", "value": 10}
LISTED = {"field": "listed", "op": "eq", "value": True}


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(enterprise=EnterpriseFactory(name_en="Lantern Ltd", name_zh_hans="灯笼公司", employees=46))


def page(client: Client, address: str = "/en/package/", status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def handed_over(**fields: Any) -> Package:
    names = {"title_en": "Chosen for you", "title_zh_hans": "为您挑选"}
    return Package.objects.create(
        **{**names, "state": "handed_over", "author": UserFactory(), "theme": "finance"} | fields
    )


def test_policies_that_fit_are_shown_with_their_reasons(as_user: SignIn, member: Membership) -> None:
    PolicyFactory(slug="fits", title_en="Fitting award", criteria=[DISTRICT, STAFF], max_amount_cny=200_000)
    PolicyFactory(title_en="Too big for us", criteria=[{**STAFF, "value": 1000}])
    text = page(as_user(member.user))
    assert "Lantern Ltd" in text
    assert "1 policy fits" in text
    assert "Why: all 2 conditions met" in text
    assert "At least 10 employees" in text
    assert "Your record: 46 employees" in text
    assert f"/en/policies/fits/?enterprise={member.enterprise_id}" in text
    assert "Too big for us" not in text
    assert "1 policy does not fit" in text
    assert "Number of employees: rules out 1 policy" in text


def test_what_one_fact_would_settle_is_asked_first(as_user: SignIn, member: Membership) -> None:
    PolicyFactory.create_batch(2, criteria=[RD])
    PolicyFactory(title_en="For listed ones", criteria=[DISTRICT, LISTED])
    PolicyFactory(title_en="Two unknown", criteria=[RD, LISTED])
    text = page(as_user(member.user))
    assert "What share of your revenue do you spend on R&amp;D?" in text
    assert "Your answer settles whether 2 policies fit." in text
    assert f'href="/en/enterprise/profile/size/?enterprise={member.enterprise_id}">Answer it' in text
    assert 'Listed company <span class="number">(1)' in text
    assert "Possible: one fact is missing" in text
    assert "Missing: Listed company" in text
    assert "Two unknown" not in text
    assert "for 1 several facts are missing" in text


def test_a_policy_for_everybody_says_that_nothing_was_checked(as_user: SignIn, member: Membership) -> None:
    PolicyFactory(title_en="For all", criteria=[])
    text = page(as_user(member.user))
    assert "For all" in text
    assert "No conditions are recorded" in text


def test_nothing_fits_yet_leads_to_the_record(as_user: SignIn, member: Membership) -> None:
    text = page(as_user(member.user))
    assert "Nothing fits yet with certainty" in text
    assert f"/en/enterprise/?enterprise={member.enterprise_id}" in text
    assert "One question" not in text


def test_drafts_and_what_is_over_do_not_fit(as_user: SignIn, member: Membership) -> None:
    PolicyFactory(title_en="Secret draft", published_at=None)
    PolicyFactory(title_en="Long over", effective_to=local_day() - timedelta(days=1))
    text = page(as_user(member.user))
    assert "Secret draft" not in text
    assert "Long over" not in text


def test_the_steward_is_a_named_person_with_a_telephone(as_user: SignIn, member: Membership) -> None:
    steward = StewardFactory(name_en="Shen Jiayi", name_zh="沈佳怡", phone="021-00000001")
    assert "No steward is named for you yet" in page(as_user(member.user))
    StewardshipFactory(enterprise=member.enterprise, steward=steward)
    text = page(as_user(member.user))
    assert "Shen Jiayi" in text
    assert 'href="tel:021-00000001"' in text
    assert "沈佳怡" in page(as_user(member.user), "/zh-hans/package/")


def test_packages_put_together_for_us_are_shown_and_others_not(as_user: SignIn, member: Membership) -> None:
    policy = PolicyFactory(title_en="In the package")
    ours = handed_over(enterprise=member.enterprise)
    PackageItem.objects.create(package=ours, policy=policy, note_en="Suits you")
    PackageItem.objects.create(package=ours, policy=PolicyFactory(title_en="Draft in it", published_at=None))
    handed_over(title_en="By theme")
    handed_over(title_en="Not yet handed over", state="draft", enterprise=member.enterprise)
    handed_over(title_en="Taken back", state="withdrawn", enterprise=member.enterprise)
    handed_over(title_en="For others", enterprise=EnterpriseFactory())
    text = page(as_user(member.user))
    for words in ("Chosen for you", "In the package", "Suits you", "for your enterprise", "By theme"):
        assert words in text, words
    for words in ("Not yet handed over", "Taken back", "For others", "Draft in it"):
        assert words not in text, words


def test_open_requests_are_shown_with_state_and_day(as_user: SignIn, member: Membership) -> None:
    HelpRequestFactory(enterprise=member.enterprise, subject="Ours is open", number="R-1", due_on=local_day())
    HelpRequestFactory(enterprise=EnterpriseFactory(), subject="Not ours")
    HelpRequestFactory(enterprise=member.enterprise, subject="A draft", state="draft", number=None, due_on=None)
    HelpRequestFactory(enterprise=member.enterprise, subject="Withdrawn one", state="withdrawn")
    text = page(as_user(member.user))
    assert "Ours is open" in text
    assert "/en/requests/R-1/" in text
    for words in ("Not ours", "A draft", "Withdrawn one"):
        assert words not in text, words


# --- who may see it -----------------------------------------------------------------------------------------------


def test_another_enterprises_package_does_not_exist(as_user: SignIn, member: Membership) -> None:
    other = EnterpriseFactory()
    for address in ("/en/package/", "/en/package/print/"):
        for wanted in (other.pk, "x", "0", "9" * 30):
            page(as_user(member.user), f"{address}?enterprise={wanted}", 404)


@pytest.mark.parametrize("state", ["claimed", "rejected", "ended"])
def test_only_active_members_see_it(as_user: SignIn, state: str) -> None:
    PolicyFactory(criteria=[])
    member = MembershipFactory(state=state)
    text = page(as_user(member.user))
    assert ("being verified" in text) is (state == "claimed")
    assert ("/en/enterprise/claim/" in text) is (state != "claimed")
    page(as_user(member.user), f"/en/package/?enterprise={member.enterprise_id}", 404)
    page(as_user(member.user), "/en/package/print/", 404)


def test_a_person_without_an_enterprise_is_told_what_to_do(as_user: SignIn) -> None:
    text = page(as_user(UserFactory()))
    assert "Claim your enterprise" in text
    assert "/en/requests/new/" in text


def test_visitors_sign_in_first_and_officials_have_none(client: Client, as_user: SignIn) -> None:
    response = client.get("/en/package/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
    page(as_user(StewardFactory()), status=404)


def test_one_of_several_enterprises_is_chosen(as_user: SignIn, member: Membership) -> None:
    second = MembershipFactory(user=member.user, enterprise__name_en="Kite Ltd", role="member")
    waiting = MembershipFactory(user=member.user, enterprise__name_en="Waiting Ltd", state="claimed")
    client = as_user(member.user)
    first = page(client)
    assert '<p class="lead">Lantern Ltd' in first
    assert "Your claim for Waiting Ltd is being verified" in first
    assert '<p class="lead">Kite Ltd' in page(client, f"/en/package/?enterprise={second.enterprise_id}")
    page(client, f"/en/package/?enterprise={waiting.enterprise_id}", 404)


# --- pages, print, cost -------------------------------------------------------------------------------------------


def test_many_fitting_policies_come_in_pages(as_user: SignIn, member: Membership) -> None:
    PolicyFactory.create_batch(FITTING + 1, criteria=[DISTRICT])
    PolicyFactory.create_batch(NEARLY + 1, criteria=[RD])
    client = as_user(member.user)
    first = page(client)
    assert f"{FITTING + 1} policies fit" in first
    assert first.count("Why: 1 condition met") == FITTING
    assert f"{NEARLY} of {NEARLY + 1} are shown." in first
    assert page(client, "/en/package/?page=2").count("Why: 1 condition met") == 1
    for odd in ("0", "3", "-1", "x", "²", "9" * 40):
        assert page(client, f"/en/package/?page={odd}").count("Why: 1 condition met") == FITTING


def test_the_leaflet_holds_both_languages(as_user: SignIn, member: Membership) -> None:
    StewardshipFactory(enterprise=member.enterprise, steward=StewardFactory(name_en="Shen Jiayi", name_zh="沈佳怡"))
    PolicyFactory(
        slug="fits",
        title_en="Fitting award",
        title_zh_hans="合适的奖励",
        benefit_en="Two hundred",
        benefit_zh_hans="二十万",
        max_amount_cny=200_000,
        criteria=[DISTRICT],
    )
    PolicyFactory(title_en="Does not fit", criteria=[{**STAFF, "value": 1000}])
    for language in ("en", "zh-hans"):
        text = page(as_user(member.user), f"/{language}/package/print/")
        for words in ("Fitting award", "合适的奖励", "Two hundred", "二十万", "Shen Jiayi", "沈佳怡", "最高20万元"):
            assert words in text, words
        assert "/en/policies/fits/" in text
        assert "/zh-hans/policies/fits/" in text
        assert text.count("<h1") == 1
        assert 'lang="zh-hans"><' in text.replace("\n", "")
        assert "Does not fit" not in text


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_package_takes_a_constant_number_of_queries(
    as_user: SignIn, size: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    enterprise = EnterpriseFactory(employees=46, subdistrict=SubdistrictFactory(), park=ParkFactory())
    member = MembershipFactory(enterprise=enterprise)
    StewardshipFactory(enterprise=enterprise)
    place = {"field": "subdistrict", "op": "eq", "value": "310109014"}
    policies = PolicyFactory.create_batch(size, criteria=[DISTRICT, place])
    PolicyFactory.create_batch(size, criteria=[RD])
    for number in range(size):
        given = handed_over(enterprise=enterprise, title_en=f"Package {number}")
        PackageItem.objects.create(package=given, policy=policies[number])
        HelpRequestFactory(enterprise=enterprise, asker=member.user)
    client = as_user(member.user)
    page(client)
    with django_assert_num_queries(14):
        page(client)
    with django_assert_num_queries(7):
        page(client, "/en/package/print/")
