"""Two published versions of a policy held against each other: field by field, in both languages, only what differs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from policies.content import COLUMNS, TEXT_COLUMNS, TEXTS
from policies.enums import RevisionState
from policies.labels import choice_label, column_label, field_label, listed
from policies.models import Policy, Revision
from policies.publishing.differences import Mark
from policies.publishing.side_by_side import Fact, Pair, criteria_of, facts_of, pairs_of
from portal.core import bilingual
from portal.core.keyset import Order, Page, paginate

Content = Mapping[str, Any]
Lines = dict[str, list[list[Mark]]]
PAGE_SIZE = 30
SHOWN = 40  # characters of a parameter that is no number


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. pairs: texts; facts: plain facts in words; criteria: conditions by language, where any differ."""

    pairs: list[Pair]
    facts: list[Fact]
    criteria: Lines

    def __bool__(self) -> bool:
        return bool(self.pairs or self.facts or self.criteria)


def comparison_of(before: Content, after: Content) -> Comparison:
    """Five queries at most, for the names of departments and codes, whatever the contents."""
    pairs = [pair for pair in pairs_of(after, [], base=before) if any(side.changed for side in pair.sides)]
    facts = [fact for fact in facts_of(after, before) if fact.changed] + _extra_facts(before, after)
    differ = (before.get("criteria") or []) != (after.get("criteria") or [])
    return Comparison(pairs, facts, criteria_of(after, before) if differ else {})


def _extra_facts(before: Content, after: Content) -> list[Fact]:
    """What the review page doesn't list among the facts."""
    words = {
        "confidence": lambda value: choice_label("confidence", value),
        "translated": lambda value: listed(column for column in TEXT_COLUMNS if column in (value or [])),
    }
    facts = []
    for column, said in words.items():
        old, new = said(before.get(column)), said(after.get(column))
        if old != new:
            facts.append(Fact(column_label(column), new, old, changed=True))
    return facts


def changed_fields(before: Content, after: Content) -> list[str]:
    """Names of what differs; a text's language is named where only one of them changed."""
    changed = {column for column in COLUMNS if (before.get(column) or None) != (after.get(column) or None)}
    names = []
    for name in TEXTS:
        columns = [column for column in bilingual.columns(name) if column in changed]
        names += [field_label(name)] if len(columns) == 2 else [column_label(column) for column in columns]
    return names + [column_label(column) for column in COLUMNS if column in changed and column not in TEXT_COLUMNS]


# --- versions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """A published version in the list. changes: names of fields; first: there was none before it."""

    number: int
    published: datetime | None
    changes: list[str]
    first: bool


def published_versions(policy: Policy) -> "QuerySet[Revision]":
    return Revision.objects.filter(policy=policy, state=RevisionState.PUBLISHED)


def versions_page(policy: Policy, cursor: str | None) -> tuple[Page[Revision], list[Version]]:
    """A page of versions, newest first, each with what it changed; two queries."""
    rows = published_versions(policy).only("number", "decided_at", "content")
    order = [Order("number", desc=True, nulls_last=True), Order("id", desc=True)]
    page = paginate(rows, order=order, cursor=cursor, size=PAGE_SIZE)
    last = page.rows[-1].number if page.rows else None
    older = rows.filter(number__lt=last).order_by("-number").first() if page.next_cursor else None
    befores = [*page.rows[1:], older]
    return page, [_version(row, before) for row, before in zip(page.rows, befores, strict=False)]


def _version(row: Revision, before: Revision | None) -> Version:
    changes = changed_fields(before.content, row.content) if before else []
    return Version(row.number or 0, row.decided_at, changes, before is None)


@dataclass
class Asked:
    """Which two versions the address asks for: both, or neither and a sentence why. older < newer."""

    older: int | None = None
    newer: int | None = None
    problems: list[str] = field(default_factory=list)
    turned: bool = False

    @property
    def both(self) -> bool:
        return self.older is not None and self.newer is not None


def asked_for(params: QueryDict, numbers: list[int]) -> Asked:
    """Read `from` and `to`; without either the two newest versions. numbers: those there are, newest first."""
    if len(numbers) < 2:
        return Asked(problems=[_("There is only one version so far: nothing to compare it with.")] * bool(numbers))
    if not params.get("from") and not params.get("to"):
        return Asked(older=numbers[1], newer=numbers[0])
    asked = Asked()
    first, second = (_number(params.get(name, ""), numbers, asked) for name in ("from", "to"))
    if first is None or second is None:
        return asked
    if first == second:
        asked.problems = [_("You chose version %(number)s twice. Choose two different ones.") % {"number": first}]
        return asked
    asked.older, asked.newer, asked.turned = min(first, second), max(first, second), first > second
    return asked


def _number(text: str, numbers: list[int], asked: Asked) -> int | None:
    text = text.strip()
    problem = ""
    if not text:
        problem = _("Choose two versions.")
    elif not (text.isascii() and text.isdecimal() and len(text) < 10):
        problem = _("“%(text)s” is not the number of a version.") % {"text": text[:SHOWN]}
    elif int(text) not in numbers:
        problem = _("There is no version %(number)s of this policy.") % {"number": int(text)}
    if problem and problem not in asked.problems:
        asked.problems.append(problem)
    return None if problem else int(text)
