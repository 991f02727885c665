"""Short links, their QR codes, and the list that partners show on their own sites."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import segno
from django.test import Client

from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


@pytest.mark.parametrize(
    ("language", "cookie", "leads"),
    [
        ("en-GB", "", "en"),
        ("zh-CN", "", "zh-hans"),
        ("fr", "", "zh-hans"),
        ("zh-CN", "en", "en"),
        ("", "tlh", "zh-hans"),
    ],
)
def test_a_short_link_leads_to_the_page_in_the_readers_language(
    client: Client, language: str, cookie: str, leads: str
) -> None:
    policy = PolicyFactory(slug="award")
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get(f"/p/{policy.pk}", headers={"accept-language": language})
    assert (response.status_code, response.headers["Location"]) == (302, f"/{leads}/policies/award/")
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    assert "public" not in response.headers.get("Cache-Control", "")
    assert dict(response.cookies) == {}


def test_what_is_not_published_has_none(client: Client) -> None:
    draft = PolicyFactory(published_at=None)
    for number in (draft.pk, 0, 10**9, "9" * 25, "9" * 5000, "x", "-1", "1.5", "%00"):
        for address in (f"/p/{number}", f"/p/{number}.svg"):
            assert client.get(address).status_code in ({400} if number == "%00" else {404}), address
    gone = PolicyFactory(repealed_on=local_day())
    assert client.get(f"/p/{gone.pk}").status_code == 302, "on paper it lives on"


def test_the_qr_code_is_a_picture_of_the_short_link(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://portal.example"
    policy = PolicyFactory(slug="award")
    response = client.get(f"/p/{policy.pk}.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(response.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == f"https://portal.example/p/{policy.pk}"
    wide, high = segno.make(f"https://portal.example/p/{policy.pk}", error="m", micro=False).symbol_size(4, 4)
    assert root.get("viewBox") == f"0 0 {wide} {high}"
    assert not re.search(rb"<script|style=|\son\w+=", response.content)
    page = client.get("/en/policies/award/").content.decode()
    assert page.count(f'src="/p/{policy.pk}.svg"') == 2, "one on the screen, one on paper"
    assert f">https://portal.example/p/{policy.pk}</a>" in page


# --- on partners' sites -------------------------------------------------------------------------------------------


def test_the_list_for_partners_is_bare_and_leads_here(client: Client) -> None:
    PolicyFactory(slug="award", title_en="Award <script>", category="talent", max_amount_cny=200_000)
    PolicyFactory(slug="other", category="green")
    PolicyFactory(slug="gone", category="talent", effective_to=local_day() - timedelta(days=1))
    text = client.get("/en/policies/embed/?category=talent").content.decode()
    assert "Award &lt;script&gt;" in text
    assert "up to CNY 200,000" in text
    links = re.findall(r"<a [^>]*>", text)
    assert [re.findall('href="(.*?)"', link)[0] for link in links] == [
        "/en/policies/award/",
        f"{SITE}/en/policies/?category=talent",
    ]
    assert all('target="_blank" rel="noopener"' in link for link in links)
    for absent in ("<nav", "<script", "<form", "csrf", "<header", "<footer"):
        assert absent not in text
    asked = client.get("/en/policies/embed/", {"q": "a&b=c <d>"}).content.decode()
    assert f'href="{SITE}/en/policies/?q=a%26b%3Dc+%3Cd%3E"' in asked
    assert '<html lang="zh-hans"' in client.get("/zh-hans/policies/embed/").content.decode()


@pytest.mark.parametrize(
    "query", ["category=galactic", "category=%22%3E%3Cscript%3E", "q=%F0%9F%98%80", "page=99", "x=1"]
)
def test_filters_it_does_not_know_are_left_out(client: Client, query: str) -> None:
    PolicyFactory(title_en="Still here")
    text = client.get(f"/en/policies/embed/?{query}").content.decode()
    assert "Still here" in text
    assert "galactic" not in text
    assert client.get("/en/policies/embed/?category=%00").status_code == 400


def test_nobody_may_frame_anything_unless_told_so(client: Client) -> None:
    response = client.get("/en/policies/embed/")
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_partners_may_frame_the_list_and_nothing_else(as_user: Callable[[Any], Client], settings: Any) -> None:
    settings.EMBED_ALLOWED = ["https://park.example", "https://www.association.example"]
    policy = PolicyFactory(slug="award")
    client = as_user(UserFactory())
    response = client.get("/en/policies/embed/")
    rules = response.headers["Content-Security-Policy"]
    assert "frame-ancestors https://park.example https://www.association.example" in rules
    assert "default-src 'self'" in rules
    assert "X-Frame-Options" not in response.headers
    assert "Vary" not in response.headers
    for address in (
        "/en/",
        "/en/policies/",
        "/en/policies/award/",
        "/en/open-data/",
        f"/p/{policy.pk}.svg",
        "/api/v1/",
    ):
        other = client.get(address)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"], address
        assert other.headers["X-Frame-Options"] == "DENY", address
    again = client.get("/en/policies/embed/", headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 304
    assert "park.example" in again.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in again.headers


def test_an_empty_list_says_so(client: Client) -> None:
    assert "No policy answers all of this" in client.get("/en/policies/embed/?category=green").content.decode()
