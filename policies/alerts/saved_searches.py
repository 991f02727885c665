"""Saved searches: what of an address is kept, how a search is called, and what all of a person's find, in one query."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse

from policies.models import Policy, PolicyQuerySet, SavedSearch
from policies.search.filtering import choice_word
from policies.search.meanings import meanings
from policies.search.queries import Wanted, selected, wanted_from
from portal.core.calendar import local_day
from portal.core.meanings import Meanings

NAME_LENGTH = 100
NOT_ASKED = {"sort", "validity"}  # they say how much of everything is shown, not what is looked for
Query = Mapping[str, Any]


def query_of(params: QueryDict) -> dict[str, Any]:
    """What an address asks for, the same however it is written; empty when it asks for nothing in particular."""
    wanted = wanted_from(params)
    query: dict[str, Any] = {name: value for name, value in sorted(wanted.values.items()) if name != "sort"}
    if wanted.words:
        query["q"] = wanted.words
    return query if set(query) - NOT_ASKED else {}


def address_of(query: Query) -> str:
    """The list of policies as the search shows it, the newest first."""
    return f"{reverse('policies:list')}?{urlencode({**query, 'sort': 'newest'}, doseq=True)}"


def wanted_of(query: Query) -> Wanted:
    return wanted_from(QueryDict(urlencode(query, doseq=True)))


def words_of(wanted: Wanted) -> str:
    """The search in words, which is also the name proposed for it."""
    parts = [wanted.words] if wanted.words else []
    for name, value in wanted.values.items():
        if name not in NOT_ASKED:
            parts.append(choice_word(name, value))
    return " · ".join(parts)[:NAME_LENGTH]


def called(search: SavedSearch) -> str:
    """Its name; without one of the person's choice the words of the active language."""
    return search.name or words_of(wanted_of(search.query))


def found_by(search: SavedSearch, day: date, known: Meanings) -> PolicyQuerySet:
    """What it finds; nothing when none of what it once asked for is known any more."""
    wanted = wanted_of(search.query)
    wanted.meanings = known
    return selected(wanted, day) if set(wanted.values) - NOT_ASKED or wanted.words else Policy.objects.none()


def new_since(moment: datetime, day: date, until: datetime | None = None) -> Q:
    """Published after that moment, or published before and in force only since."""
    news = Q(published_at__gt=moment)
    if until:
        news &= Q(published_at__lte=until)
    return news | Q(published_at__lte=moment, effective_from__gt=local_day(moment), effective_from__lte=day)


def each_of(parts: Iterable[tuple[int, PolicyQuerySet]], *columns: str) -> "QuerySet[Any, Any]":
    """Rows (number, *columns) of several lists in one query."""
    rows = [
        policies.annotate(which=Value(number, IntegerField())).values_list("which", *columns)
        for number, policies in parts
    ]
    return rows[0].union(*rows[1:], all=True)


def counts_for(searches: Iterable[SavedSearch], day: date) -> dict[int, tuple[int, int]]:
    """Search → how many it finds, and how many of them are new since it was last told (else saved). One query."""
    rows, known = [], meanings()
    for search in searches:
        new = Count("pk", filter=new_since(search.told_at or search.since, day))
        which = found_by(search, day, known).order_by().annotate(which=Value(search.pk, IntegerField()))
        rows.append(which.values("which").annotate(n=Count("pk"), new=new).values_list("which", "n", "new"))
    if not rows:
        return {}
    return {which: (n, new) for which, n, new in rows[0].union(*rows[1:], all=True)}
