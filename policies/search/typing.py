"""What may be meant while one types: titles, words that officials keep, document numbers.

The titles of policies in force are kept in each process as one long text, which is looked through in less than a
millisecond; a suggestion costs two small queries, which say whether anything has changed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.changes import Stamp, stamp
from policies.models import Policy
from policies.search.filtering import address
from policies.search.meanings import meanings
from portal.core import bilingual
from portal.core.search import normalise, segments, tsquery_text

MOST = 8
MOST_WORDS = 3
LONGEST = 60  # characters of what is typed that are looked at
LOOKED_AT = 400  # places in the titles that are weighed
_UNTOLD = re.compile(r"[\W_]+")
Entry = tuple[str, str, str]  # short name, the title (of numbers: both, on two lines), document number


@dataclass(frozen=True, slots=True)
class Suggestion:
    """pieces: the text with what was typed marked. lang: set where it is not the page's. note: what it is."""

    pieces: list[tuple[str, bool]]
    url: str
    note: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of one language, or the numbers of documents. text: a line for each entry, as it is compared."""

    entries: list[Entry]
    text: str
    starts: list[int]

    @classmethod
    def of(cls, entries: Iterable[Entry], lines: Iterable[str]) -> "Titles":
        kept, text, starts = [], ["\n"], []
        at = 1
        for entry, line in zip(entries, lines, strict=True):
            if line:
                kept.append(entry)
                starts.append(at)
                text.append(f"{line}\n")
                at += len(line) + 1
        return cls(kept, "".join(text), starts)

    def like(self, typed: str) -> Iterator[Entry]:
        """Those that begin with it, then those with a word that does, then those that hold it; as they stand."""
        begin: list[int] = []
        word: list[int] = []
        inside: list[int] = []
        for number, at in self._places(typed):
            before = self.text[at - 1]
            kind = begin if before == "\n" else inside if before.isascii() and before.isalnum() else word
            kind.append(number)
        yield from (self.entries[number] for number in (*begin, *word, *inside))

    def _places(self, typed: str) -> Iterator[tuple[int, int]]:
        """(number of the line, place): lines that begin with it first, each line once."""
        seen: set[int] = set()
        for sought, shift in ((f"\n{typed}", 1), (typed, 0)):
            at, looked = self.text.find(sought), 0
            while at >= 0 and looked < LOOKED_AT:
                number = _line_of(self.starts, at + shift)
                if number not in seen:
                    seen.add(number)
                    yield number, at + shift
                at, looked = self.text.find(sought, at + 1), looked + 1


def _line_of(starts: list[int], at: int) -> int:
    return bisect_right(starts, at) - 1


def suggestions(typed: str, day: date) -> list[Suggestion]:
    """At most `MOST`; none for what holds no letter or digit, whatever else was typed."""
    text = normalise(" ".join(typed[:LONGEST].split()))[:LONGEST]
    if tsquery_text(text) is None:
        return []
    known = _known(stamp(), day)
    found = _numbers(known["number"], text)
    found += _words(text)[:MOST_WORDS]
    own = bilingual.current()
    for language in (own, bilingual.other(own)):
        lang = "" if language == own else language
        for slug, title, number in known[language].like(text):
            url = reverse("policies:detail", args=[slug])
            if len(found) < MOST and all(each.url != url for each in found):
                found.append(Suggestion(segments(title, text), url, number, lang))
    return found[:MOST]


def _numbers(known: Titles, text: str) -> list[Suggestion]:
    """Policies whose document number holds what was typed, however it was bracketed."""
    compact = _UNTOLD.sub("", text)
    if len(compact) < 2 or not any(char.isdigit() or char in "号字发规" for char in compact):
        return []
    pairs = zip(range(MOST // 2), known.like(compact), strict=False)
    return [
        Suggestion([(number, True)], reverse("policies:detail", args=[slug]), _own_title(titles))
        for _n, (slug, titles, number) in pairs
    ]


def _own_title(titles: str) -> str:
    chinese, _line, english = titles.partition("\n")
    return english if bilingual.current() == "en" else chinese


def _words(text: str) -> list[Suggestion]:
    """Words that officials keep, which a search understands; those of the page's script first."""
    words = [word for word in meanings().words if text in normalise(word) and text != normalise(word)]
    english = bilingual.current() == "en"
    words.sort(key=lambda word: (word.isascii() != english, not normalise(word).startswith(text), len(word)))
    note = _("search for this")
    return [
        Suggestion(segments(word, text), address(word, {}), note, language if language != bilingual.current() else "")
        for word, language in ((word, "en" if word.isascii() else "zh-hans") for word in words)
    ]


@lru_cache(maxsize=2)
def _known(_stamp: Stamp, day: date) -> dict[str, Titles]:
    """Of the policies in force, the newest first; one query."""
    newest = Policy.objects.in_force(day).order_by("-published_at", "-pk")
    rows = list(newest.values_list("slug", "title_zh_hans", "title_en", "document_number"))
    known = {}
    for language, column in (("zh-hans", 1), ("en", 2)):
        entries = [(row[0], row[column] or "", row[3]) for row in rows]
        known[language] = Titles.of(entries, (normalise(" ".join(entry[1].split())) for entry in entries))
    numbered = [(row[0], f"{row[1] or row[2]}\n{row[2] or row[1]}", row[3]) for row in rows]
    known["number"] = Titles.of(numbered, (_UNTOLD.sub("", normalise(entry[2])) for entry in numbered))
    return known
