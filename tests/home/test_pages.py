"""The front page, each role's way in, and the statement on accessibility."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from outreach.newest import is_open
from portal.core.calendar import local_day
from stewards.models import ServiceStandard
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


def front(client: Client, language: str = "en") -> str:
    response = client.get(f"/{language}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_front_page_shows_the_ways_in(client: Client) -> None:
    text = front(client)
    for address in ("/en/policies/", "/en/package/", "/en/requests/new/", "#promise"):
        assert f'href="{address}"' in text
    assert '<form method="get" action="/en/search/"' in text
    assert text.count("<h1") == 1
    assert "No policy has been published yet." in text


def test_it_shows_the_newest_what_closes_soon_and_the_subjects(client: Client) -> None:
    day = local_day()
    PolicyFactory(title_en="Closes tomorrow", category="talent", window_closes=day + timedelta(days=1))
    PolicyFactory(title_en="Closed already", category="talent", window_closes=day - timedelta(days=1))
    PolicyFactory(title_en="Expired one", effective_to=day - timedelta(days=1), category="green")
    text = front(client)
    closing = text[text.index('id="closing"') : text.index('id="latest"')]
    assert "Closes tomorrow" in closing
    assert "Closed already" not in closing
    assert "Closed already" in text
    assert "Expired one" not in text
    assert '?category=talent">Talent <span class="number">2<' in text
    assert "category=green" not in text


def test_at_most_five_are_shown_and_the_newest_document_leads(client: Client) -> None:
    same = PolicyFactory(title_en="Of 2020", issued_on=date(2020, 1, 1)).published_at
    PolicyFactory(title_en="Of 2024", issued_on=date(2024, 1, 1), published_at=same)
    PolicyFactory(title_en="Undated", published_at=same)
    text = front(client)
    assert text.index("Of 2024") < text.index("Of 2020") < text.index("Undated")
    PolicyFactory.create_batch(5)
    assert "Of 2024" not in front(client)


def test_the_promise_is_the_standard_in_force_today(client: Client) -> None:
    day = local_day()
    ServiceStandard.objects.all().delete()
    assert "5 working days" in front(client)
    ServiceStandard.objects.create(type="help", days=7, valid_from=day - timedelta(days=30))
    ServiceStandard.objects.create(type="help", days=6, valid_from=day)
    ServiceStandard.objects.create(type="help", days=2, valid_from=day + timedelta(days=1))
    text = front(client)
    assert "6 working days" in text
    assert "7 working days" not in text
    assert "2 working days" not in text


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_front_page_takes_the_same_few_queries(
    client: Client, size: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    PolicyFactory.create_batch(size, window_closes=local_day())
    with django_assert_num_queries(7 + is_open("bulletins:list")):
        front(client)


def test_the_bare_address_leads_to_the_readers_language(client: Client) -> None:
    assert client.get("/", headers={"accept-language": "en"})["Location"] == "/en/"
    assert client.get("/", headers={"accept-language": "fr"})["Location"] == "/zh-hans/"


@pytest.mark.parametrize(
    ("roles", "address"),
    [
        ([], "/en/package/"),
        (["steward"], "/en/desk/"),
        (["handler"], "/en/desk/"),
        (["editor"], "/en/today/"),
        (["translator"], "/en/today/"),
        (["reviewer"], "/en/today/"),
        (["admin", "steward"], "/en/centre/"),
        (["auditor"], "/en/audit/"),
    ],
)
def test_each_role_lands_on_its_own_desk(as_user: Callable[[Any], Client], roles: list[str], address: str) -> None:
    assert as_user(UserFactory(roles=roles)).get("/en/start/")["Location"] == address


def test_the_statement_on_accessibility_can_be_read_by_everybody(client: Client) -> None:
    assert "WCAG 2.2" in client.get("/en/accessibility/").content.decode()
    assert "无障碍" in client.get("/zh-hans/accessibility/").content.decode()
