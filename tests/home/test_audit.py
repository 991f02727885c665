"""The audit trail: read by auditors and admins only, with what changed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from enterprises.models import Enterprise
from policies.models import Policy
from portal.home.audit import PAGE_SIZE, SOURCES, trail
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def auditor(as_user: SignIn) -> Client:
    return as_user(UserFactory(roles=["auditor"]))


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/en/audit/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["editor"], ["reviewer"], ["leader"]])
def test_it_does_not_exist_for_others(as_user: SignIn, roles: list[str]) -> None:
    assert as_user(UserFactory(roles=roles)).get("/en/audit/").status_code == 404


def test_visitors_sign_in_first(client: Client) -> None:
    assert client.get("/en/audit/").status_code == 302


def test_what_changed_is_shown_with_old_and_new(auditor: Client, as_user: SignIn, admin_user: Any) -> None:
    policy = PolicyFactory(slug="award", title_en="Old words", max_amount_cny=5)
    Policy.objects.filter(pk=policy.pk).update(title_en="New words", max_amount_cny=6)
    text = page(auditor, "?of=policies")
    assert "<del>Old words</del> → <ins>New words</ins>" in text
    assert "Title (in English)" in text
    assert "Highest amount (CNY): <del>5</del> → <ins>6</ins>" in text
    assert "created" in text
    assert "award" in text
    assert "the portal" in text
    assert "New words" in page(as_user(admin_user))


def test_who_did_it_is_named(auditor: Client, as_user: SignIn) -> None:
    person = UserFactory(name_en="Mira Member")
    as_user(person).post("/en/accounts/language/", {"language": "zh-hans", "next": "/en/"})
    assert "Mira Member" in page(auditor, "?of=people")


def test_text_of_others_is_text_only(auditor: Client) -> None:
    enterprise = EnterpriseFactory()
    Enterprise.objects.filter(pk=enterprise.pk).update(name_en="<script>alert(1)</script>")
    text = page(auditor, "?of=enterprises")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("source", list(SOURCES))
def test_every_kind_of_record_can_be_read(auditor: Client, source: str) -> None:
    assert f'<option value="{source}" selected>' in page(auditor, f"?of={source}")


@pytest.mark.parametrize("query", ["?of=passwords", "?of=policies&before=x", "?before=99999999999999", "?object=-1"])
def test_an_address_that_means_nothing_shows_the_latest_policies(auditor: Client, query: str) -> None:
    PolicyFactory(slug="latest-one")
    assert "latest-one" in page(auditor, query)


def test_one_objects_history_alone(auditor: Client) -> None:
    first, _second = PolicyFactory(slug="first-one"), PolicyFactory(slug="second-one")
    text = page(auditor, f"?of=policies&object={first.pk}")
    assert "first-one" in text
    assert "second-one" not in text


def test_it_is_paged_from_the_newest_back() -> None:
    PolicyFactory.create_batch(PAGE_SIZE + 2)
    latest = trail("policies")
    assert len(latest.entries) == PAGE_SIZE
    earlier = trail("policies", before=str(latest.before))
    assert len(earlier.entries) == 2
    assert earlier.before is None
    ids = [entry.object_id for entry in (*latest.entries, *earlier.entries)]
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("size", [1, 3, 30])
def test_it_takes_a_constant_number_of_queries(
    auditor: Client, size: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for policy in PolicyFactory.create_batch(size):
        Policy.objects.filter(pk=policy.pk).update(title_en="Changed")
    with django_assert_num_queries(4):  # session, person, the rows, the rows before them
        page(auditor)


def test_nothing_can_be_sent_to_it(auditor: Client) -> None:
    assert auditor.post("/en/audit/").status_code == 405


def test_nothing_recorded_is_said(auditor: Client) -> None:
    assert "Nothing recorded" in page(auditor, "?of=ratings")


def test_a_pause_of_nothing_is_no_change() -> None:
    policy = PolicyFactory(contact_en=None)
    Policy.objects.filter(pk=policy.pk).update(contact_en="", benefit_en="New", benefit_zh_hans=None)
    changes = trail("policies").entries[0].changes
    assert [(change.column, change.new) for change in changes] == [("benefit_en", "New")]


@pytest.mark.parametrize(
    ("language", "label", "day", "moment"),
    [
        ("en", "Repealed on", "20 November 2026", "22 November 2026, 14:22"),
        ("zh-hans", "废止日期", "2026年11月20日", "2026年11月22日 14:22"),
    ],
)
def test_days_and_times_are_told_as_people_say_them(
    auditor: Client, language: str, label: str, day: str, moment: str
) -> None:
    policy = PolicyFactory()
    at = datetime(2026, 11, 22, 6, 22, 49, 53394, tzinfo=UTC)
    Policy.objects.filter(pk=policy.pk).update(repealed_on=date(2026, 11, 20), published_at=at, stale=["title_en"])
    response = auditor.get(f"/{language}/audit/?of=policies")
    text = response.content.decode()
    assert f"<ins>{day}</ins>" in text
    assert f'datetime="2026-11-22T14:22+08:00">{moment}</time></ins>' in text
    assert label in text
    assert "<code>stale</code>" in text
    assert "+00:00" not in text


def test_in_chinese_the_marks_are_full_width(auditor: Client) -> None:
    policy = PolicyFactory(title_en="Old")
    Policy.objects.filter(pk=policy.pk).update(title_en="New")
    text = auditor.get("/zh-hans/audit/?of=policies").content.decode()
    assert "标题（英文）：<del>Old</del> → <ins>New</ins>" in text


@pytest.mark.parametrize("value", ["<img src=x onerror=alert(1)>", "{{ 7|add:7 }}", "\u202eabc", "x" * 5_000], ids=len)
def test_whatever_was_typed_is_shortened_and_shown_as_text(auditor: Client, value: str) -> None:
    policy = PolicyFactory()
    Policy.objects.filter(pk=policy.pk).update(summary_en=value)
    text = page(auditor, "?of=policies")
    assert "<img src=x" not in text
    assert "<ins>14" not in text
    assert "x" * 121 not in text
