"""The district at a glance: numbers equal to a recount, links only to what the reader may open."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insights.performance import district, flow
from policies.models import MissedSearch, ViewCount
from portal.core.calendar import local_day
from stewards.models import CoverageGap, HelpRequest
from stewards.rating import rollups
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.rating import answered
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
PAGE = "/en/district/"


@pytest.fixture
def admin() -> Any:
    return UserFactory(roles=["admin"])


@pytest.fixture
def leader() -> Any:
    return UserFactory(roles=["leader"])


def numbers(user: Any, code: str) -> dict[str, Any]:
    found = {group.code: group for group in district.groups(user, local_day())}
    return {str(each.name): each for each in found[code].numbers}


def old(days: int, **facts: Any) -> HelpRequest:
    """An accepted request that was received so many days ago."""
    row = accepted()
    HelpRequest.objects.filter(pk=row.pk).update(submitted_at=timezone.now() - timedelta(days=days), **facts)
    return row


# --- numbers ------------------------------------------------------------------------------------------------------


def test_the_backlog_is_that_of_the_queue(admin: Any) -> None:
    today = local_day()
    accepted(due_on=today - timedelta(days=1))
    accepted(due_on=today + timedelta(days=3))
    accepted(due_on=today + timedelta(days=40))
    HelpRequestFactory(due_on=today + timedelta(days=1))
    answered()
    found = {name: each.value for name, each in numbers(admin, "requests").items()}
    assert found["Open requests"] == HelpRequest.objects.open().count() == 4
    assert found["Overdue"] == 1
    assert found["In nobody's hands"] == 1
    assert found["Due within seven days"] == 2  # that in nobody's hands too
    assert found["Waiting for the enterprise"] == 0


def test_ages_add_up_to_what_is_open(admin: Any) -> None:
    for days in (0, 7, 8, 30, 31, 90):
        old(days)
    found = numbers(admin, "ages")
    assert [each.value for each in list(found.values())[:3]] == [2, 2, 2]
    oldest = found["The oldest was received on"]
    assert oldest.value.date() == (timezone.now() - timedelta(days=90)).date()


def test_of_nothing_there_is_nothing(admin: Any) -> None:
    found = numbers(admin, "ages")
    assert found["The oldest was received on"].shown == "–"
    assert {each.value for each in list(found.values())[:3]} == {0}


def test_gaps_are_told(admin: Any) -> None:
    EnterpriseFactory(tier="district")
    CoverageGap.objects.create(subject="consultation", place="310109014")
    CoverageGap.objects.create(subject="help", place="310109014", closed_at=timezone.now())
    found = numbers(admin, "gaps")
    assert str(found["Key enterprises without a steward"].value) == "1"
    assert found["Subjects that nobody could take"].value == 1


def test_what_came_in_and_went_out(admin: Any) -> None:
    for _n in range(3):
        answered()
    accepted()
    rollups.refresh()
    flow.count()
    latest, *before = district.months(local_day())
    assert (latest.received, latest.answered) == (4, 3)
    assert {(month.received, month.answered) for month in before} == {(0, 0)}
    assert len(before) == district.MONTHS - 1


def test_what_is_read_most_and_not_found() -> None:
    today, often, seldom = local_day(), PolicyFactory(), PolicyFactory()
    for policy, count, day in ((often, 9, today), (seldom, 4, today), (seldom, 90, today - timedelta(days=31))):
        ViewCount.objects.create(policy=policy, day=day, language="en", run="a", count=count)
    for words, count in (("visa rent", 3), ("仓库", 7)):
        MissedSearch.objects.create(words=words, language="en", count=count, last_day=today)
    assert [(policy, many) for policy, many, _url in district.most_read(today)] == [(often, 9), (seldom, 4)]
    assert district.missed(today) == [("仓库", 7, "en"), ("visa rent", 3, "en")]


# --- links --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin", "leader", "auditor"])
def test_every_link_of_the_page_opens(as_user: Sign, role: str) -> None:
    department = DepartmentFactory()
    old(9, department=department, due_on=local_day() - timedelta(days=2))
    policy = PolicyFactory()
    ViewCount.objects.create(policy=policy, day=local_day(), language="en", run="a", count=1)
    MissedSearch.objects.create(words="rent", language="en", count=2, last_day=local_day())
    rollups.refresh()
    flow.count()
    client = as_user(UserFactory(roles=[role]))
    page = client.get(PAGE)
    content = page.content.decode()
    main = content[content.index("<main") : content.index("</main>")]
    links = {part.partition('"')[0].replace("&amp;", "&") for part in main.split('href="')[1:]}
    assert len(links) > 8
    broken = {link: status for link in links if link[0] == "/" and (status := client.get(link).status_code) != 200}
    assert broken == {}


def test_a_number_leads_to_as_many_rows(as_user: Sign, admin: Any) -> None:
    for days in (1, 2, 3):
        accepted(due_on=local_day() - timedelta(days=days))
    accepted(due_on=local_day() + timedelta(days=2))
    client = as_user(admin)
    for name, many in (("Open requests", 4), ("Overdue", 3), ("Due within seven days", 1)):
        each = numbers(admin, "requests")[name]
        assert each.value == many
        assert len(client.get(each.url).context["page"]) == many, name


def test_an_auditor_has_numbers_without_lists_that_are_not_theirs() -> None:
    auditor = UserFactory(roles=["auditor"])
    accepted()
    assert {each.url for each in numbers(auditor, "requests").values()} == {""}
    assert numbers(auditor, "requests")["Open requests"].value == 1


def test_a_leader_is_led_to_the_tabs_a_leader_has(leader: Any) -> None:
    found = numbers(leader, "requests")
    assert found["Overdue"].url.endswith("tab=overdue")
    assert found["In nobody's hands"].url == ""


# --- the page and its files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "The district at a glance"), ("zh-hans", "全区概览")])
def test_in_both_languages(as_user: Sign, admin: Any, language: str, words: str) -> None:
    page = as_user(admin).get(f"/{language}/district/").content.decode()
    assert f"<h1>{words}</h1>" in page


@pytest.mark.parametrize("role", ["", "steward", "handler", "editor", "translator", "reviewer"])
def test_it_is_not_there_for_others(as_user: Sign, role: str) -> None:
    client = as_user(UserFactory(roles=[role] if role else []))
    assert client.get(PAGE).status_code == 404
    assert client.get(reverse("insights:district-file", args=["csv"])).status_code == 404


def test_visitors_are_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("count", [1, 3, 30])
def test_its_queries_do_not_grow(as_user: Sign, admin: Any, django_assert_max_num_queries: Any, count: int) -> None:
    for n in range(count):
        old(n, department=DepartmentFactory())
        MissedSearch.objects.create(words=f"w{n}", language="en", count=2, last_day=local_day())
        ViewCount.objects.create(policy=PolicyFactory(), day=local_day(), language="en", run="a", count=n)
    rollups.refresh()
    flow.count()
    client = as_user(admin)
    client.get(PAGE)
    with django_assert_max_num_queries(43):
        client.get(PAGE)


def test_the_files_hold_the_numbers(as_user: Sign, admin: Any) -> None:
    accepted()
    flow.count()
    client = as_user(admin)
    found = json.loads(client.get(reverse("insights:district-file", args=["json"])).content)
    assert ["Open requests", "1"] in found["numbers"]["requests"]
    assert len(found["months"]) == district.MONTHS
    text = client.get(reverse("insights:district-file", args=["csv"])).content.decode("utf-8-sig")
    assert ["requests", "Open requests", "1"] in list(csv.reader(io.StringIO(text)))
    assert client.get(reverse("insights:district-file", args=["xlsx"])).content[:2] == b"PK"
    assert client.get(reverse("insights:district-file", args=["pdf"])).status_code == 404
