"""The public list of policies: what may be asked of it by its address, and the page that answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.enums import Category, Level, SupportType
from policies.models import Policy, PolicyQuerySet
from policies.presenting import ROW_COLUMNS, SEARCH_COLUMNS
from policies.search import audience
from policies.search import index as searching
from policies.search.facets import AMOUNTS, Counts, Facets, facets, found_by, narrowed
from policies.search.meanings import meanings
from portal.core.meanings import Meanings
from portal.core.numbered import Numbered
from portal.core.search import MAX_QUERY, tsquery_text

PAGE_SIZE = 30
MOST = 1_000  # rows that can be paged through; who has more narrows the search
Options = Sequence[tuple[str, str | Promise]]
OPTIONS: Mapping[str, Options] = {
    "validity": [("all", _("All, expired ones too"))],
    "level": Level.choices,
    "category": Category.choices,
    "support": SupportType.choices,
    "industry": audience.INDUSTRY_OPTIONS,
    "size": audience.SIZE_OPTIONS,
    "amount": [(str(amount), "") for amount in AMOUNTS],
    "open": [("1", _("Open for application now"))],
    "soon": [("1", _("Closes within 30 days"))],
    "free": [("1", _("Enjoyed without application"))],
    "sort": [
        ("newest", _("Newest first")),
        ("closing", _("Closing soonest")),
        ("amount", _("Highest amount")),
        ("relevance", _("Best match")),
    ],
}


@dataclass
class Wanted:
    """What the address asks for. values: filter → a known value. ignored: what was not understood."""

    words: str = ""
    values: dict[str, str] = field(default_factory=dict)
    page: int = 1
    ignored: list[str] = field(default_factory=list)
    shortened: bool = False
    known: Facets | None = None

    @property
    def sort(self) -> str:
        asked = self.values.get("sort", "relevance" if self.words else "newest")
        return "newest" if asked == "relevance" and not self.words else asked

    @cached_property
    def meanings(self) -> Meanings:
        """The words with the same meaning, asked for once."""
        return meanings()

    @cached_property
    def tsquery(self) -> str | None:
        """What the words ask for; None without words."""
        return self.meanings.tsquery(self.words) if self.words else None

    def facets(self, day: date) -> Facets:
        """The policies by every choice, looked at once."""
        if self.known is None:
            self.known = facets(day)
        return self.known

    @property
    def query(self) -> Combinable | None:
        return searching.query_of(self.tsquery)

    @property
    def marked(self) -> str:
        """The words to be marked in what was found."""
        return self.meanings.widened(self.words) if self.words else ""

    @property
    def filtered(self) -> bool:
        return bool(self.words or set(self.values) - {"sort"})


def wanted_from(params: QueryDict) -> Wanted:
    """Read the address. Values it can't know are left out and named in `ignored`; foreign parameters are nothing."""
    wanted = Wanted()
    for name, options in OPTIONS.items():
        value = params.get(name, "")
        if value in {key for key, _label in options}:
            wanted.values[name] = value
        elif value:
            wanted.ignored.append(value)
    words = " ".join(params.get("q", "").split())
    wanted.shortened = len(words) > MAX_QUERY
    wanted.words = words[:MAX_QUERY]
    if wanted.words and tsquery_text(wanted.words) is None:
        wanted.ignored.append(wanted.words)
        wanted.words = ""
    page = params.get("page", "1")
    if page.isascii() and page.isdigit() and len(page) < 10 and 1 <= int(page) <= MOST // PAGE_SIZE + 1:
        wanted.page = int(page)
    elif page:
        wanted.ignored.append(page)
    wanted.ignored = [text[:40] for text in wanted.ignored]
    return wanted


def selected(wanted: Wanted, day: date) -> PolicyQuerySet:
    """The published policies that the address asks for, unordered."""
    policies = Policy.objects.published()
    for name, value in {"validity": "", **wanted.values}.items():
        if name in audience.FIELDS:
            policies = wanted.facets(day).without(policies, name, value)
        else:
            policies = narrowed(policies, name, value, day)
    return searching.searched(policies, wanted.query) if wanted.words else policies


def ordered(wanted: Wanted, day: date) -> QuerySet[Policy]:
    """The same in the order asked for, with the columns a list needs."""
    policies = selected(wanted, day)
    columns = SEARCH_COLUMNS if wanted.words else ROW_COLUMNS
    if wanted.sort == "relevance":
        return searching.ranked(policies, wanted.query).only(*columns)
    return policies.order_by(*_order(wanted.sort, day)).only(*columns)


def _order(sort: str, day: date) -> list[Any]:
    if sort == "amount":
        return [F("max_amount_cny").desc(nulls_last=True), "-pk"]
    if sort == "closing":
        turn = Case(
            When(window_closes__gte=day, then=Value(0)),
            When(window_closes__isnull=True, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return [turn, "window_closes", "-pk"]
    return NEWEST


NEWEST: list[Any] = ["-published_at", F("issued_on").desc(nulls_last=True), "-pk"]


@dataclass(frozen=True, slots=True)
class Page(Numbered):
    """One page of a list that is counted up to `MOST`. found: what the words find, before any filter."""

    rows: list[Policy]
    number: int
    last: int
    count: int
    more: bool
    facets: Facets
    found: int | None = None

    def counts(self, wanted: Wanted) -> Counts:
        """How many policies each choice of each filter would leave."""
        return self.facets.counts(wanted.values, self.found)


def page_of(wanted: Wanted, day: date) -> Page:
    """The rows of the page asked for; instead of a page beyond the last, which is noted, the first.

    Two queries (whether the counts still hold, the rows), with words two more (their meanings, what they find).
    """
    known = wanted.facets(day)
    found = found_by(wanted.tsquery) if wanted.words else None
    count = known.left(wanted.values, found)
    more, count = count > MOST, min(count, MOST)
    last = max(1, -(-count // PAGE_SIZE))
    if wanted.page > last:
        wanted.ignored.append(str(wanted.page))
        wanted.page = 1
    start = (wanted.page - 1) * PAGE_SIZE
    rows = list(ordered(wanted, day)[start : min(start + PAGE_SIZE, MOST)]) if count else []
    return Page(rows, wanted.page, last, count, more, known, found)
