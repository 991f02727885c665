"""Atom, iCalendar, the sitemap, and what search engines read on a policy's page."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone, translation

from policies.models import Policy
from policies.opendata.calendar_file import calendar_of, escaped, folded
from policies.opendata.feeds import atom
from portal.core.calendar import local_day
from tests.factories.policies import PolicyFactory

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SITE = "http://localhost:8000"
NASTY = "A & B <script>alert(1)</script> ]]> \x0b\x08 “引号” \ufffe😀"


def feed(client: Client, address: str = "/en/policies/feed.xml") -> ElementTree.Element:
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def told(element: ElementTree.Element, name: str) -> str:
    return element.findtext(ATOM + name) or ""


# --- Atom ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_feed_has_what_atom_asks_for(client: Client) -> None:
    now = timezone.now()
    PolicyFactory(slug="old", title_en="Amended", published_at=now - timedelta(days=90), changed_at=now)
    PolicyFactory(slug="new", changed_at=now - timedelta(hours=1))
    PolicyFactory(published_at=None, changed_at=now + timedelta(hours=1))
    root = feed(client)
    assert (root.tag, root.get(LANG)) == (f"{ATOM}feed", "en")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{SITE}/en/policies/feed.xml", "alternate": f"{SITE}/en/policies/"}
    entries = root.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}link").get("href") for entry in entries] == [  # type: ignore[union-attr]
        f"{SITE}/en/policies/old/",
        f"{SITE}/en/policies/new/",
    ]
    assert told(root, "updated") == told(entries[0], "updated") > told(entries[0], "published")
    for element in (root, *entries):
        assert told(element, "title")
        assert told(element, "id").startswith("tag:localhost,2026:polic")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", told(element, "updated"))
        assert element.find(f"{ATOM}author/{ATOM}name") is not None
    assert [each.get("label") for each in entries[0].findall(f"{ATOM}category")] == ["Finance", "District", "Subsidy"]


@pytest.mark.django_db
def test_entries_keep_their_names_and_languages_have_their_own(client: Client) -> None:
    policy = PolicyFactory(title_en="Before")
    before = told(feed(client).find(f"{ATOM}entry"), "id")  # type: ignore[arg-type]
    Policy.objects.update(title_en="After", changed_at=timezone.now(), version=2)
    root, chinese = feed(client), feed(client, "/zh-hans/policies/feed.xml")
    assert told(root.find(f"{ATOM}entry"), "id") == before == f"tag:localhost,2026:policy:{policy.pk}:en"  # type: ignore[arg-type]
    assert told(chinese.find(f"{ATOM}entry"), "id") != before  # type: ignore[arg-type]
    assert chinese.get(LANG) == "zh-Hans"
    assert told(chinese, "title") == "虹口区惠企政策"


@pytest.mark.django_db
def test_a_feed_of_one_category(client: Client) -> None:
    PolicyFactory(category="talent", title_en="For talent")
    PolicyFactory(category="green")
    root = feed(client, "/en/policies/feed.xml?category=talent&x=1")
    assert [told(entry, "title") for entry in root.findall(f"{ATOM}entry")] == ["For talent"]
    assert root.find(f"{ATOM}link").get("href") == f"{SITE}/en/policies/feed.xml?category=talent"  # type: ignore[union-attr]
    assert told(root, "title") == "Policies for enterprises in Hongkou: Talent"
    for odd in ("galactic", '"><script>', "", "😀"):
        everything = feed(client, f"/en/policies/feed.xml?category={odd}")
        assert len(everything.findall(f"{ATOM}entry")) == 2
        assert told(everything, "id") != told(root, "id")
    assert client.get("/en/policies/feed.xml?category=%00").status_code == 400


@pytest.mark.django_db
def test_whatever_people_wrote_stays_text(client: Client) -> None:
    PolicyFactory(title_en=NASTY, summary_en="", summary_zh_hans="只有<b>中文", issuer_en="A\x1bB")
    entry = feed(client).find(f"{ATOM}entry")
    assert entry is not None
    assert told(entry, "title") == "A & B <script>alert(1)</script> ]]>  “引号” 😀"
    summary = entry.find(f"{ATOM}summary")
    assert summary is not None
    assert (summary.text, summary.get(LANG), summary.get("type")) == ("只有<b>中文", "zh-Hans", "text")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "AB"


@pytest.mark.django_db
def test_what_no_longer_applies_says_so_first(client: Client) -> None:
    PolicyFactory(repealed_on=local_day(), summary_en="Much money")
    summary = told(feed(client).find(f"{ATOM}entry"), "summary")  # type: ignore[arg-type]
    assert summary.startswith("This policy was repealed on ")
    assert summary.endswith("\nMuch money")


def test_a_feed_without_entries_does_not_change() -> None:
    assert atom([], "") == atom([], "")
    assert "<updated>2026-01-01T08:00:00+08:00</updated>" in atom([], "green")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/policies/feed.xml", "/en/policies/calendar.ics", "/sitemap.xml"])
def test_they_take_as_many_queries_for_one_policy_as_for_many(
    client: Client, django_assert_num_queries: Callable[..., Any], address: str
) -> None:
    for count in (1, 4):
        new = PolicyFactory(window_closes=local_day())
        PolicyFactory.create_batch(count, window_closes=local_day(), replaced_by=new)
        with django_assert_num_queries(2):  # the stamp, the policies
            client.get(address)


# --- iCalendar ----------------------------------------------------------------------------------------------------


def events(text: str) -> list[dict[str, str]]:
    """The file read as RFC 5545 says: lines joined, names and values apart."""
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    found: list[dict[str, str]] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            found[-1][name] = value
    return found


@pytest.mark.django_db
def test_a_window_is_whole_days_with_its_end_left_out(client: Client) -> None:
    opens, closes = date(2026, 2, 27), date(2026, 2, 28)
    policy = PolicyFactory(slug="award", title_en="Award; big, too", window_opens=opens, window_closes=closes)
    response = client.get("/en/policies/award/calendar.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="award.ics"'
    event = events(response.content.decode())[0]
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20260227", "20260301")
    assert event["UID"] == f"policy-{policy.pk}@localhost"
    assert event["DTSTAMP"] == f"{policy.changed_at:%Y%m%dT%H%M%SZ}"
    assert event["SUMMARY"] == "Applications: Award\\; big\\, too"
    assert event["DESCRIPTION"] == f"A fictional summary.\\n{SITE}/en/policies/award/"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", "0")


@pytest.mark.django_db
def test_windows_of_which_one_day_is_known(client: Client) -> None:
    soon = local_day() + timedelta(days=9)
    PolicyFactory(slug="closing", title_en="A", window_closes=soon)
    PolicyFactory(slug="opening", title_en="B", window_opens=soon, category="talent")
    PolicyFactory(slug="none")
    PolicyFactory(slug="closed", window_closes=local_day() - timedelta(days=366))
    first, second = events(client.get("/en/policies/calendar.ics").content.decode())
    assert (first["SUMMARY"], second["SUMMARY"]) == ("Last day to apply: A", "Applications open: B")
    assert first["DTSTART;VALUE=DATE"] == f"{soon:%Y%m%d}"
    assert first["DTEND;VALUE=DATE"] == f"{soon + timedelta(days=1):%Y%m%d}"
    only = events(client.get("/en/policies/calendar.ics?category=talent").content.decode())
    assert [event["SUMMARY"] for event in only] == ["Applications open: B"]
    assert len(events(client.get("/en/policies/calendar.ics?category=%22galactic").content.decode())) == 2
    assert client.get("/en/policies/none/calendar.ics").status_code == 404
    assert client.get("/en/policies/closing/").content.decode().count("Add to calendar") == 1
    for slug in ("none", "closed"):
        assert "Add to calendar" not in client.get(f"/en/policies/{slug}/").content.decode()


@pytest.mark.django_db
def test_a_repealed_window_is_cancelled_and_a_draft_has_none(client: Client) -> None:
    PolicyFactory(slug="gone", repealed_on=local_day(), window_closes=local_day())
    PolicyFactory(slug="draft", published_at=None, window_closes=local_day())
    assert events(client.get("/en/policies/calendar.ics").content.decode()) == []
    assert events(client.get("/en/policies/calendar.ics?validity=all").content.decode())[0]["STATUS"] == "CANCELLED"
    assert client.get("/en/policies/draft/calendar.ics").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_long_chinese_titles_are_folded_between_characters(language: str) -> None:
    title = "关于支持虹口区航运企业" * 20 + "😀"
    policy = Policy(slug="x", title_zh_hans=title, window_closes=date(2026, 12, 31), changed_at=timezone.now())
    with translation.override(language):
        event = events(calendar_of([policy], date(2026, 1, 1)))[0]
    assert event["SUMMARY"].endswith(title)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("one\r\ntwo\rthree\nfour", "one\\ntwo\\nthree\\nfour"),
        ("END:VCALENDAR\r\nX:1", "END:VCALENDAR\\nX:1"),
        ("a\x00\x07\x7fb\tc", "ab c"),
        ("\\n", "\\\\n"),
    ],
)
def test_values_are_escaped(text: str, value: str) -> None:
    assert escaped(text) == value


@pytest.mark.parametrize("line", ["", "a" * 75, "a" * 76, "虹" * 25, "a" + "虹" * 100, "😀" * 40])
def test_folded_lines_join_again(line: str) -> None:
    text = folded(line)
    assert text.replace("\r\n ", "") == line
    assert all(len(part.encode()) <= 75 for part in text.split("\r\n"))
    assert ("\r\n" in text) == (len(line.encode()) > 75)


# --- search engines -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_sitemap_names_every_public_page_in_both_languages(client: Client) -> None:
    PolicyFactory(slug="award", changed_at=timezone.now() - timedelta(days=400))
    PolicyFactory(slug="draft", published_at=None)
    paths = ["", "policies/", "open-data/", "accessibility/", "for-you/", "open-government/", "policies/award/"]
    paths += [f"{room}/" for room in ("partners", "events", "reception", "points", "observers", "bulletins")]
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = {entry.findtext(f"{MAP}loc", ""): entry for entry in root}
    for language, tag in (("en", "en"), ("zh-hans", "zh-Hans")):
        for path in paths:
            entry = found.pop(f"{SITE}/{language}/{path}")
            others = {link.get("hreflang"): link.get("href") for link in entry if link.tag.endswith("link")}
            assert others == {"en": f"{SITE}/en/{path}", "zh-Hans": f"{SITE}/zh-hans/{path}"}
            assert others[tag] == entry.findtext(f"{MAP}loc")
    assert found == {}
    for path in paths:
        assert client.get(f"/en/{path}").status_code == 200


@pytest.mark.django_db
def test_robots_are_told_where_the_sitemap_is_and_what_is_private(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert f"\nSitemap: {SITE}/sitemap.xml\n" in text
    assert "Disallow: /*/accounts/\n" in text
    assert "Disallow: /*/policies/\n" not in text


class Head(HTMLParser):
    """Links of the head, and microdata: (type, property) → content."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.data: dict[tuple[str, str], str] = {}
        self.types = [""]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and "rel" in given:
            self.links.append((given["rel"], given.get("hreflang") or given.get("type", ""), given["href"]))
        if "itemprop" in given:
            self.data[self.types[-1], given["itemprop"]] = given.get("content") or given.get("href", "")
        if "itemscope" in given:
            self.types.append(given["itemtype"].removeprefix("https://schema.org/"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and len(self.types) > 2:
            self.types.pop()


@pytest.mark.django_db
def test_a_policys_page_tells_machines_what_it_is(client: Client) -> None:
    policy = PolicyFactory(
        slug="award",
        title_en='Award "for" <b>growth</b>',
        document_number="虹府规〔2024〕5号",
        issued_on=date(2024, 5, 1),
        effective_from=date(2024, 6, 1),
        source_url="https://example.org/5",
    )
    page = Head(client.get("/en/policies/award/?utm=1").content.decode())
    for link in (
        ("canonical", "", f"{SITE}/en/policies/award/"),
        ("alternate", "en", f"{SITE}/en/policies/award/"),
        ("alternate", "zh-hans", f"{SITE}/zh-hans/policies/award/"),
        ("alternate", "x-default", f"{SITE}/p/{policy.pk}"),
        ("alternate", "application/atom+xml", "/en/policies/feed.xml"),
        ("alternate", "application/atom+xml", "/en/policies/feed.xml?category=finance"),
        ("alternate", "application/json", "/api/v1/policies/award/"),
        ("shortlink", "", f"{SITE}/p/{policy.pk}"),
    ):
        assert link in page.links, link
    service, law = "GovernmentService", "Legislation"
    assert page.data[service, "name"] == page.data[law, "name"] == 'Award "for" <b>growth</b>'
    assert page.data[service, "serviceType"] == "Subsidy"
    assert page.data["GovernmentOrganization", "name"] == "Fictional Commission"
    assert page.data[law, "legislationIdentifier"] == "虹府规〔2024〕5号"
    assert page.data[law, "legislationDate"] == "2024-05-01"
    assert page.data[law, "temporalCoverage"] == "2024-06-01/.."
    assert page.data[law, "legislationLegalForce"] == "https://schema.org/InForce"
    Policy.objects.update(repealed_on=local_day())
    gone = Head(client.get("/zh-hans/policies/award/").content.decode())
    assert gone.data[law, "legislationLegalForce"] == "https://schema.org/NotInForce"
    assert gone.links[0] == ("icon", "image/svg+xml", "/static/img/mark.svg")
    listed = Head(client.get("/en/policies/?category=talent&page=1").content.decode()).links
    assert ("canonical", "", f"{SITE}/en/policies/") in listed
    assert ("alternate", "application/atom+xml", "/en/policies/feed.xml?category=talent") in listed
