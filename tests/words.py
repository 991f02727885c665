"""What pages say: whether words of the other language stand there unmarked, and whether two have the same title."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from typing import Any

from tests.factories import insights, investment, outreach_rooms

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


class Pages:
    """Pages in one language, as they are opened by those who may read them."""

    def __init__(self, language: str, table: dict[str, tuple[str, str]]) -> None:
        self.language, self.wrong, self.titles = language, dict[str, list[str]](), defaultdict[Any, set[str]](set)
        self.readers = {
            name: kinds.partition("/")[0]
            for name, (method, kinds) in table.items()
            if method == "G" and name not in NO_PAGES and not name.startswith("open:")
        }
        self.places = {name: place for place, name in enumerate(self.readers)}

    def wanted(self, name: str, kind: str) -> bool:
        """The first who may read it looks; the last in one of the languages, in turn."""
        if name not in self.readers or name in self.wrong:
            return False
        readers = self.readers[name]
        last = readers[-1:] if (self.places[name] % 2 == 0) == (self.language == "en") else readers[:1]
        return kind in {readers[:1], last}

    def look(self, name: str, kind: str, response: Any) -> None:
        if response.status_code != 200:
            return
        text = response.content.decode()
        self.titles[kind, text[text.find("<title>") : text.find("</title>")]].add(name)
        if hits := foreign_words(text, self.language):
            self.wrong[name] = hits[:5]

    def faults(self) -> list[Any]:
        """Words of the other language by page, and titles that one person sees on several pages."""
        same = [sorted(pages - NO_TITLES) for pages in self.titles.values() if len(pages - NO_TITLES) > 1]
        return [*self.wrong.items(), *same]
