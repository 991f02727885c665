"""One search over everything that everybody may read, in groups; both languages are found from either.

Policies are found by their index, as on their own list. All else is small: its names are looked through.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, Window
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from policies import presenting
from policies.search.nothing_found import help_for
from policies.search.queries import Wanted, page_of, wanted_from
from portal.core import bilingual
from portal.core.search import MAX_QUERY, segments, snippet, terms_of, tokens

SHOWN, ALL = 5, 50
MOST_TERMS = 8
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a group says of a thing that was found."""

    url: str
    title: str
    text: str = ""
    meta: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of the search. rows: what everybody may read. fields: texts in both languages. room: of outreach."""

    name: str
    label: Any
    rows: Callable[[date], Any]
    fields: tuple[str, ...]
    tell: Callable[[Any], Told]
    room: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """title and text: pieces (text, is_hit)."""

    url: str
    title: Pieces
    text: Pieces
    meta: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """all: where the rest is, when there is more than is shown."""

    name: str
    label: Any
    hits: list[Hit]
    count: int
    all: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. only: the name of one group, or ""."""

    words: str
    only: str = ""
    terms: list[str] = field(default_factory=list)


def asked_from(params: QueryDict, names: Iterable[str]) -> Asked:
    """Read the address; what is not known is as if it were not said."""
    words = " ".join(params.get("q", "")[: 4 * MAX_QUERY].split())[:MAX_QUERY]
    only = params.get("only", "")
    return Asked(words, only if only in names else "", [_stem(term) for term in terms_of(words)[:MOST_TERMS]])


def _wanted(asked: Asked) -> Wanted:
    params = QueryDict(mutable=True)
    params["q"] = asked.words
    return wanted_from(params)


def helps(asked: Asked, day: date) -> dict[str, Any]:
    """For a search that found nothing of any kind: what was probably meant, and each word by itself."""
    wanted = _wanted(asked)
    return help_for(wanted, page_of(wanted, day))


def policies(asked: Asked, label: Any, day: date) -> Group:
    """As their own list finds them; the list has all of them."""
    wanted = _wanted(asked)
    page = page_of(wanted, day)
    rows = presenting.rows_of(page.rows[:SHOWN], day, wanted.marked)
    hits = [
        Hit(reverse("policies:detail", args=[row.policy.slug]), row.title, row.summary, row.validity.text)
        for row in rows
    ]
    more = f"{reverse('policies:list')}?{urlencode({'q': asked.words})}" if page.count > SHOWN else ""
    return Group("policies", label, hits, page.count, more)


def found(kind: Kind, asked: Asked, day: date) -> Group:
    """Those that hold every word, in whatever of their texts; one query."""
    most = ALL if asked.only else SHOWN
    rows = kind.rows(day)
    columns = [column for name in kind.fields for column in bilingual.columns(name)]
    for term in asked.terms:
        rows = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": term}) for column in columns)))
    loaded = list(rows.annotate(found_count=Window(Count("*")))[:most])
    count = loaded[0].found_count if loaded else 0
    more = ""
    if count > most and not asked.only:
        more = f"{reverse('home:search')}?{urlencode({'q': asked.words, 'only': kind.name})}"
    return Group(kind.name, kind.label, [_hit(kind.tell(row), asked.words) for row in loaded], count, more)


def _hit(told: Told, words: str) -> Hit:
    return Hit(told.url, segments(told.title, words), snippet(told.text, words), told.meta)


def _stem(term: str) -> str:
    """A word without what its plural changes: "policies" finds "policy"."""
    if not (term.isascii() and term.isalpha()):
        return term
    stem = tokens(term)[0]
    return stem[:-1] if len(stem) > 4 and stem.endswith("y") else stem
