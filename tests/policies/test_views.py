"""Policies as everybody reads them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from policies.content import content_of
from policies.models import Policy, Revision
from policies.search.index import refresh_search
from portal.core.calendar import local_day
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, SubdistrictFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen

pytestmark = pytest.mark.django_db
DISTRICT = {"field": "district", "op": "eq", "value": "310109"}
RD = {"field": "rd_expense_ratio", "op": "gte", "value": 0.03, "clause_en": "Article 11 (5)", "clause_zh": "第十一条"}
STAFF = {"field": "employees", "op": "gte", "value": 100}


def page(client: Client, address: str, status: int = 200, **params: str) -> str:
    response = client.get(address + ("?" + urlencode(params) if params else ""))
    assert response.status_code == status, response.status_code
    return response.content.decode()


def searchable(**fields: Any) -> Policy:
    policy = PolicyFactory(**fields)
    refresh_search(policy)
    return policy


# --- the list -----------------------------------------------------------------------------------------------------


def test_visitors_see_what_is_in_force_with_its_plain_facts(client: Client) -> None:
    PolicyFactory(
        title_en="Award for growth",
        max_amount_cny=200_000,
        window_closes=local_day() + timedelta(days=3),
        confidence="low",
        mode="no_application",
    )
    text = page(client, "/en/policies/")
    for words in ("Award for growth", "In force", "up to CNY 200,000", "3 days left", "Fictional Commission"):
        assert words in text
    for words in ("partly inferred", "Enjoyed without application", "1 policy"):
        assert words in text


def test_the_same_list_in_chinese(client: Client) -> None:
    PolicyFactory(title_zh_hans="成长奖励", max_amount_cny=200_000)
    text = page(client, "/zh-hans/policies/")
    assert "成长奖励" in text
    assert "20万元" in text
    assert "Fictional Commission" not in text


def test_hits_are_marked_also_where_only_the_other_language_has_them(client: Client) -> None:
    searchable(title_en="Award for high-tech firms", summary_en="A long word about it", summary_zh_hans="高新技术")
    assert "<mark>high</mark>-<mark>tech</mark>" in page(client, "/en/policies/", q="high-tech")
    assert '<p lang="zh-hans"><mark>高新技术</mark></p>' in page(client, "/en/policies/", q="高新技术")


def test_text_of_policies_is_text_and_nothing_else(client: Client) -> None:
    searchable(title_en="<script>alert(1)</script>", summary_en="<b>bold</b> summary")
    for address in ("/en/policies/?q=summary", "/en/policies/"):
        text = page(client, address)
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
        assert "<b>bold" not in text


def test_drafts_are_not_there(client: Client) -> None:
    draft = searchable(slug="secret", title_en="Secret draft", published_at=None)
    for address in ("/en/policies/", "/en/policies/?validity=all", "/en/policies/?q=secret", "/en/"):
        assert "Secret draft" not in page(client, address)
    Revision.objects.create(policy=draft, content=content_of(draft), author=UserFactory())
    page(client, "/en/policies/secret/", 404)
    page(client, "/en/policies/secret/versions/1/", 404)


def test_an_address_that_asks_for_what_does_not_exist_is_answered_with_a_note(client: Client) -> None:
    PolicyFactory(title_en="Still here")
    text = page(client, "/en/policies/", level="galactic", page="77", category='"><script>')
    assert "Still here" in text
    assert "The address asked for “galactic”, which does not exist here. It was left out." in text
    assert "“77”" in text
    assert escape('"><script>') in text


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "²", "٣", "9" * 5_000, "000000001" + "9" * 5_000, "000000001999"])
def test_whatever_page_is_asked_for_the_first_one_answers(client: Client, number: str) -> None:
    PolicyFactory(title_en="Still here")
    text = page(client, "/en/policies/", page=number)
    assert "Still here" in text
    assert "which does not exist here" in text


def test_an_empty_answer_helps_on(client: Client) -> None:
    PolicyFactory(effective_to=local_day() - timedelta(days=1))
    text = page(client, "/en/policies/", category="talent")
    assert "No policy answers all of this" in text
    assert 'href="/en/policies/"' in text
    assert "validity=all" in text
    assert "/en/requests/new/" in text


@pytest.mark.parametrize(
    "words", ["😀😀", "\u202egnp.exe", "x" * 5_000, "虹" * 5_000, "a & b | !c <-> 'd'", "%00", "\\"]
)
def test_whatever_is_searched_for_is_answered(client: Client, words: str) -> None:
    searchable()
    page(client, "/en/policies/", q=words)


def test_a_nul_in_the_search_is_refused(client: Client) -> None:
    page(client, "/en/policies/", 400, q="a\x00b")


def test_the_list_is_only_read(client: Client) -> None:
    policy = PolicyFactory()
    for address in ("/en/policies/", f"/en/policies/{policy.slug}/"):
        assert client.post(address).status_code == 405


def test_filters_stay_when_paging(client: Client) -> None:
    PolicyFactory.create_batch(31, category="talent")
    text = page(client, "/en/policies/", category="talent")
    assert "category=talent&amp;page=2" in text
    assert '<option value="talent" selected>' in text
    assert "Page 1 of 2" in text


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_list_takes_two_queries_of_a_visitor(
    client: Client, size: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    PolicyFactory.create_batch(size, max_amount_cny=5, window_closes=local_day())
    page(client, "/en/policies/")  # the counts are kept until a policy changes
    with django_assert_num_queries(2):
        page(client, "/en/policies/")


# --- one policy ---------------------------------------------------------------------------------------------------


def test_a_policy_page_says_it_all(client: Client) -> None:
    PolicyFactory(
        slug="award",
        document_number="虹府规〔2024〕5号",
        max_amount_cny=200_000,
        criteria=[DISTRICT, RD],
        benefit_en="Two hundred thousand",
        how_to_apply_en="Bring the form",
        materials_en="Form\nLicence",
        contact_en="Fictional desk 021-1",
        department=DepartmentFactory(name_en="Fictional Bureau"),
        source_url="https://example.org/5",
        source_note="Issuing body or document number inferred.",
        confidence="low",
        translated=["title_en"],
    )
    text = page(client, "/en/policies/award/")
    for words in (
        *("In force", "虹府规〔2024〕5号", "CNY 200,000", "Registered in Hongkou District", "Article 11 (5)"),
        *("R&amp;D spending of at least 3% of revenue", "Two hundred thousand", "Bring the form", "<li>Licence</li>"),
        *("Fictional desk 021-1", "Fictional Bureau", 'href="https://example.org/5"', "partly inferred"),
        *("Issuing body or document number inferred.", "The title on this page is our own translation."),
        *("the Chinese text prevails", "/en/requests/new/?policy=award", 'href="/zh-hans/policies/award/"'),
    ):
        assert words in text, words
    assert "Compared with" not in text
    chinese = page(client, "/zh-hans/policies/award/")
    assert "第十一条" in chinese
    assert "发文机关或文号系推断所得。" in chinese
    assert "Issuing body or document number" not in chinese


def test_a_text_missing_in_one_language_is_shown_in_the_other_and_marked(client: Client) -> None:
    PolicyFactory(slug="half", title_en="", benefit_zh_hans="只有中文", benefit_en="")
    text = page(client, "/en/policies/half/")
    assert '<h1 lang="zh-hans">' in text
    assert '<div lang="zh-hans"><p>只有中文</p></div>' in text
    assert text.count("Not yet available in English; the Chinese text is shown.") == 2
    assert "暂无中文" not in page(client, "/zh-hans/policies/half/")


def test_a_stale_translation_is_said_to_be_out_of_date(client: Client) -> None:
    PolicyFactory(slug="stale", benefit_en="Old words", benefit_zh_hans="新内容", stale=["benefit_en"])
    text = page(client, "/en/policies/stale/")
    assert "Out of date" in text
    assert "The Chinese text prevails." in text
    assert "译文待更新" not in page(client, "/zh-hans/policies/stale/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repealed_on": local_day()}, "This policy was repealed on"),
        ({"effective_to": local_day() - timedelta(days=1)}, "Expired"),
        ({"effective_from": local_day() + timedelta(days=2)}, "Not yet in force"),
        ({"window_closes": local_day() - timedelta(days=1)}, "Applications closed on"),
        ({"window_opens": local_day() + timedelta(days=2)}, "Applications open on"),
        ({"window_opens": local_day()}, "Applications open since"),
    ],
)
def test_validity_and_window_are_said_in_words(client: Client, fields: dict[str, Any], words: str) -> None:
    PolicyFactory(slug="dated", **fields)
    assert words in page(client, "/en/policies/dated/")


def test_a_replaced_policy_leads_on(client: Client) -> None:
    new = PolicyFactory(slug="new", title_en="The new one")
    PolicyFactory(slug="old", replaced_by=new)
    text = page(client, "/en/policies/old/")
    assert "This policy has been replaced." in text
    assert 'href="/en/policies/new/">The new one' in text
    assert "Replaced" in text


def test_an_enterprise_sees_how_each_condition_stands(as_user: Callable[[Any], Client]) -> None:
    PolicyFactory(slug="award", criteria=[DISTRICT, RD, STAFF])
    member = MembershipFactory(enterprise=EnterpriseFactory(employees=46))
    text = page(as_user(member.user), "/en/policies/award/")
    assert "Compared with what the portal knows of Fictional Enterprise" in text
    for words in (">met<", ">unknown<", ">not met<", "Your record: 46 employees", "Your record: Hongkou District"):
        assert words in text, words
    assert f"/en/enterprise/profile/size/?enterprise={member.enterprise_id}" in text


def test_conditions_are_compared_only_with_ones_own_enterprise(as_user: Callable[[Any], Client]) -> None:
    PolicyFactory(slug="award", criteria=[STAFF])
    other = EnterpriseFactory(name_en="Other Ltd", employees=4321)
    mine = MembershipFactory(enterprise__employees=7)
    second = MembershipFactory(user=mine.user, enterprise__employees=8)
    client = as_user(mine.user)
    assert "Your record: 7 employees" in page(client, "/en/policies/award/")
    assert "8 employees" in page(client, "/en/policies/award/", enterprise=str(second.enterprise_id))
    for wanted in (str(other.pk), "x", "99999999999999999999"):
        page(client, "/en/policies/award/", 404, enterprise=wanted)
    waiting = MembershipFactory(enterprise=other, state="claimed")
    assert "4,321" not in page(as_user(waiting.user), "/en/policies/award/")
    assert "Your record" not in page(as_user(StewardFactory()), "/en/policies/award/")


def test_a_policy_page_takes_a_constant_number_of_queries(
    client: Client, as_user: Callable[[Any], Client], django_assert_num_queries: Callable[..., Any]
) -> None:
    SubdistrictFactory()
    place = {"field": "subdistrict", "op": "in", "value": ["310109014", "310109018"]}
    member = as_user(MembershipFactory().user)
    for size in (1, 3, 30):
        policy = PolicyFactory(criteria=[place] * size)
        for number in range(1, size + 1):
            Revision.objects.create(policy=policy, state="published", number=number, content=content_of(policy))
        with django_assert_num_queries(8):  # the policy, versions, names, files, questions; what excludes what, kept
            page(client, f"/en/policies/{policy.slug}/")
        with django_assert_num_queries(12):  # and session, person, memberships, titles, whether it is followed
            page(member, f"/en/policies/{policy.slug}/")


# --- versions -----------------------------------------------------------------------------------------------------


@pytest.fixture
def changed() -> Policy:
    """A policy whose second version is current."""
    policy = PolicyFactory(slug="award", title_en="Old title", max_amount_cny=100, benefit_en="Up to 100 a year")
    times = {"decided_at": timezone.now()}
    Revision.objects.create(policy=policy, state="published", number=1, content=content_of(policy), **times)
    policy.title_en, policy.max_amount_cny, policy.benefit_en, policy.version = "New title", 200, "Up to 200 a year", 2
    policy.save()
    Revision.objects.create(policy=policy, state="published", number=2, content=content_of(policy), **times)
    return policy


@pytest.mark.usefixtures("changed")
def test_every_published_version_stays_readable(client: Client) -> None:
    old = page(client, "/en/policies/award/versions/1/")
    assert "Old title" in old
    assert "CNY 100" in old
    assert "This is an old version" in old
    assert 'href="/en/policies/award/"' in old
    current = page(client, "/en/policies/award/versions/2/")
    assert "This is the current version." in current
    assert "Version 1" in page(client, "/en/policies/award/")


@pytest.mark.usefixtures("changed")
def test_a_version_says_what_it_changed(client: Client) -> None:
    text = seen(page(client, "/en/policies/award/versions/2/"))
    assert "<del>100</del><ins>200</ins>" in text
    assert "Support standard" in text
    assert "<del>CNY 100</del> <ins>CNY 200</ins>" in text
    assert "Changed with this version" not in page(client, "/en/policies/award/versions/1/")


def test_only_published_versions_can_be_read(client: Client, changed: Policy) -> None:
    for state in ("draft", "discarded"):
        number = {"draft": 3, "discarded": 4}[state]
        Revision.objects.create(policy=changed, state=state, number=number, content={}, author=UserFactory())
        page(client, f"/en/policies/award/versions/{number}/", 404)
    page(client, "/en/policies/award/versions/99999999999/", 404)
