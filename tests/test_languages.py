"""The whole house in both languages: catalogues complete, and no page shows words of the other language."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.urls import reverse
from django.utils import translation

from portal.core import bilingual, catalogues
from tests.factories import insights, investment, outreach_rooms
from tests.test_access_matrix import PEOPLE, TABLE, World

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NO_PAGES = {
    *("root", "publishing:consultation-export", "requests:attachment", "requests:why"),
    *("policies:calendar", "policies:dates", "policies:attachment"),
}
NO_PAGES |= {"publishing:import-template", "publishing:export"}
NO_PAGES |= {"rating:figures-file"} | outreach_rooms.NO_PAGES | investment.NO_PAGES | insights.NO_PAGES
NO_PAGES |= {"registry:wrong", "tiers:file", "calendars:visits", "policies:interpretation-file", "policies:captions"}
# Fragments, sheets that are framed, and the same form filled in a second time.
NO_TITLES = {
    "desk:present",
    "desk:follow-ups",
    "home:views-file",
    "policies:suggest",
    "policies:feed",
    "requests:draft",
}
UNSEEN = {"script", "style", "template", "time", "datalist"}  # what may be typed is offered in both languages
LATIN = re.compile(r"[A-Za-z]{3,}(?:[ ’'-]+[A-Za-z]{3,})+")
HAN = re.compile(r"[\u4e00-\u9fff]+")
# Names of things and languages that stay as they are, addresses and short names in addresses.
KEPT = re.compile(r"\S+@\S+|https?://\S+|Django|PostgreSQL|GB/T|PDF|CSV|English|中文|WebAuthn|TOTP|[a-z]+-[a-z]+\b")


class Words(HTMLParser):
    """The words of a page outside elements that are marked as being in another language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.found = language, [""]
        self.open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marked = dict(attrs).get("lang")
        foreign = tag in UNSEEN or (marked is not None and marked[:2] != self.language[:2])
        if tag not in VOID:
            self.open.append(foreign)
        if not any(self.open):
            self.found += [
                v for k, v in attrs if v and k in {"aria-label", "title", "placeholder", "alt", "data-label"}
            ]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.found.append(data)


def foreign_words(html: str, language: str) -> list[str]:
    """What a page shows in the other language without saying so."""
    parser = Words(language)
    parser.feed(html)
    pattern = HAN if language == "en" else LATIN
    return [hit for text in parser.found for hit in pattern.findall(KEPT.sub("", text))]


def test_the_search_for_foreign_words_finds_them() -> None:
    assert foreign_words("<p>Hello <b>政策</b></p>", "en") == ["政策"]
    assert foreign_words('<p>Hello <b lang="zh-Hans">政策</b></p>', "en") == []
    assert foreign_words('<p>政策 <b title="Read more">x</b></p>', "zh-hans") == ["Read more"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_no_page_shows_words_of_the_other_language(language: str, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    with translation.override(language):
        world = World()
        urls = {
            name: reverse(name, args=world.arguments.get(name))
            for name, (method, _kinds) in TABLE.items()
            if method == "G" and name not in NO_PAGES and not name.startswith("open:")
        }
    wrong, titles = {}, defaultdict(set)
    for kind in ("v", *PEOPLE):
        client = world.client(kind)
        for place, (name, url) in enumerate(urls.items()):
            readers = TABLE[name][1].partition("/")[0]
            # The first who may read it; the last in one of the languages, in turn.
            last = readers[-1:] if (place % 2 == 0) == (language == "en") else readers[:1]
            if kind in {readers[:1], last} and name not in wrong:
                response = client.get(url)
                if response.status_code != 200:
                    continue
                text = response.content.decode()
                titles[kind, text[text.find("<title>") : text.find("</title>")]].add(name)
                if hits := foreign_words(text, language):
                    wrong[name] = hits[:5]
    assert wrong == {}
    same = [sorted(pages - NO_TITLES) for pages in titles.values() if len(pages - NO_TITLES) > 1]
    assert same == []  # each title is that of one page, among those which one person may read


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_catalogues_are_complete(locale: str) -> None:
    assert list(catalogues.faults(catalogues.read(catalogues.path_of(locale)))) == []


def test_faults_are_found() -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("plain", "")
    catalogue.add("with %(name)s", "没有名字")
    catalogue.add("good %(name)s", "好%(name)s")
    catalogue.add("fuzzy", "模糊", flags=["fuzzy"])
    catalogue.add(("%(count)s thing", "%(count)s things"), ("%(number)s件",))
    told = list(catalogues.faults(catalogue))
    assert [fault.partition(":")[0] for fault in told] == [
        "not translated",
        "placeholders differ",
        "fuzzy",
        "placeholders differ",
    ]


def test_columns_and_other_language() -> None:
    assert bilingual.columns("title") == ("title_zh_hans", "title_en")
    assert [bilingual.other(language) for language in bilingual.LANGUAGES] == ["en", "zh-hans"]
    with bilingual.speaking("zh-hans"):
        assert bilingual.current() == "zh-hans"
    with bilingual.speaking("tlh"):
        assert bilingual.current() == "zh-hans"
