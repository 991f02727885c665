"""Records of the portal that an answer's follow-ups can point to.

Each kind knows how to look for its records and what is to be said of one today. Policies are known here; an app above
adds its own kinds when it starts (`register`), so that nothing here imports it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from policies.enums import Validity
from policies.models import Policy
from policies.search.queries import ordered, wanted_from
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.search import MAX_QUERY, terms_of

FOUND = 4  # of each kind, as somebody types
MOST_TERMS = 8
Kept = dict[str, Any]
Row = tuple[str, str, str]  # field, name, words
_HERE = re.compile(r"/(zh-hans|en)/.{1,200}")
_TOKEN = re.compile(r"([a-z]{1,20}):([-\w]{1,120})")


@dataclass(frozen=True, slots=True)
class Record:
    """What there is to say of it today, in the page's language. note: why it is not as one would expect it, such as
    “cancelled”; url: empty while nothing can be read. at, until: for programs; status: of schema.org."""

    ref: str
    titles: Mapping[str, str]
    url: str = ""
    note: str = ""
    rows: tuple[Row, ...] = ()
    at: str = ""
    until: str = ""
    status: str = ""

    @property
    def title(self) -> str:
        return titled(self.titles) or self.ref


@dataclass(frozen=True, slots=True)
class Kind:
    """view, argument: its page's address, which tells a record by itself. schema: of schema.org. gone: what is said of
    one that nobody can read any more. search: by words, what can be recommended now. resolve: whatever was."""

    name: str
    label: Any
    view: str
    argument: str
    schema: str
    gone: Any
    search: Callable[[str], Iterable[Record]]
    resolve: Callable[[Collection[str]], Iterable[Record]]


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Called once, when an app starts; the order is that of the page."""
    _KINDS.update({kind.name: kind for kind in kinds})


def kind_of(name: str) -> Kind | None:
    return _KINDS.get(name)


def search(words: str) -> list[tuple[Kind, Record]]:
    """The first few of each kind that answer the words; nothing without words."""
    asked = " ".join(words[: 4 * MAX_QUERY].split())[:MAX_QUERY]
    return [(kind, record) for kind in _KINDS.values() for record in kind.search(asked)] if asked else []


def resolve_all(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Record]:
    """(kind, ref) → what it is today, for those that can be read; the queries of a kind are made once."""
    refs: dict[str, set[str]] = {}
    for name, ref in wanted:
        refs.setdefault(name, set()).add(ref)
    known = ((kind, refs[name]) for name, kind in _KINDS.items() if name in refs)
    return {(kind.name, record.ref): record for kind, own in known for record in kind.resolve(own)}


def keep(name: str, record: Record) -> Kept:
    """As it is kept with an answer: what it is, and what it was called then."""
    return {"kind": name, "ref": record.ref, "titles": dict(record.titles)}


def ref_of(card: Kept) -> str:
    """Of a kept card that points to a record; policies were kept by their slug at first."""
    return str(card.get("ref") or card.get("slug") or "")


def token_of(name: str, record: Record) -> str:
    return f"{name}:{record.ref}"


def from_token(token: str) -> tuple[str, str] | None:
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2]) if found and found[1] in _KINDS else None


def from_address(address: str) -> tuple[str, str] | None:
    """(kind, ref) of the record whose page in this portal it is, in either language."""
    parts = urlsplit(address)
    found = _HERE.fullmatch(parts.path) if parts.netloc in ("", urlsplit(settings.SITE_URL).netloc) else None
    if not found:
        return None
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    with bilingual.speaking(found[1]):
        try:
            match = resolve(path)
        except Resolver404:
            return None
    kinds = (kind for kind in _KINDS.values() if kind.view == match.view_name)
    return next(((kind.name, str(match.kwargs[kind.argument])) for kind in kinds), None)


def named(rows: Any, fields: Iterable[str], words: str) -> Any:
    """Rows that hold every word in one of these texts, in whatever language."""
    columns = [column for name in fields for column in bilingual.columns(name)]
    for term in terms_of(words)[:MOST_TERMS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": term}) for column in columns)))
    return rows


def titles_of(row: Any, field: str = "title") -> dict[str, str]:
    columns = bilingual.columns(field)
    return {language: getattr(row, name) or "" for language, name in zip(bilingual.LANGUAGES, columns, strict=True)}


def titled(titles: Mapping[str, str]) -> str:
    """In the page's language, or else in the other one."""
    now = bilingual.current()
    return titles.get(now) or titles.get(bilingual.other(now)) or ""


def _policies(words: str) -> Iterable[Record]:
    asked = QueryDict(mutable=True)
    asked["q"] = words
    return map(_policy, ordered(wanted_from(asked), local_day())[:FOUND])


def _policies_by(refs: Collection[str]) -> Iterable[Record]:
    return map(_policy, Policy.objects.published().filter(slug__in=refs))


def _policy(row: Policy) -> Record:
    validity = row.validity_on(local_day())
    note = "" if validity == Validity.IN_FORCE else str(validity.label)
    return Record(row.slug, titles_of(row), reverse("policies:detail", args=[row.slug]), note)


register(
    Kind(
        "policy",
        _("Policy"),
        "policies:detail",
        "slug",
        "GovernmentService",
        _("This policy has been withdrawn since."),
        _policies,
        _policies_by,
    )
)
