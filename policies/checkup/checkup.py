"""The check-up: how every policy in force stands for one enterprise, what it is worth at most, and what to ask next.

Amounts and exclusions of all policies are kept in each process until a policy changes; what is explained, and read
from the database, is only what a page shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies import presenting
from policies.changes import Stamp, stamp
from policies.checkup.questions import Missing
from policies.checkup.stacking import TITLES, Conflicts, conflicts_at
from policies.checkup.totals import Totals, totals_of
from policies.eligibility.criteria import missing_in
from policies.eligibility.fields import FIELDS
from policies.eligibility.matching import Matches, match_facts, most_useful_field, rules
from policies.eligibility.naming import codes_in, codes_of, names_of
from policies.enums import Mode
from policies.models import Policy
from policies.presenting import ROW_COLUMNS, Row, Shown
from portal.core.numbered import Numbered

Facts = Mapping[str, Any]
SIZE = 15
LOOKED_AT = 200  # unclear policies whose missing facts are counted where no single fact settles any
TABS: Mapping[str, str | Promise] = {
    "met": _("Met"),
    "nearly": _("One fact is missing"),
    "unclear": _("Unclear"),
    "unmet": _("Not met"),
}


@dataclass(frozen=True, slots=True)
class Offers:
    """What the totals need of the policies in force: amounts, those without application, those closed for it."""

    most: Mapping[int, int | None]
    free: frozenset[int]
    closed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Found:
    """A policy of the list. settles: the one fact that would; out: the condition that rules it out."""

    row: Row
    conditions: list[Shown]
    rivals: list[Policy]
    settles: Missing | None = None
    out: Shown | None = None

    @property
    def free(self) -> bool:
        return self.row.policy.mode == Mode.NO_APPLICATION

    @property
    def calculable(self) -> bool:
        return bool(self.row.policy.terms)


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask first. adds: whether the answer alone can add `count` policies, or only narrows them down."""

    missing: Missing
    adds: bool
    others: Sequence[Missing]


@dataclass(frozen=True, slots=True)
class CheckUp(Numbered):
    """One page of one tab, with what is said above all of them. free: those met without application."""

    show: str
    counts: Mapping[str, int]
    free: int
    totals: Totals
    question: Question | None
    found: list[Found]
    number: int
    last: int


@lru_cache(maxsize=2)
def _offers(_stamp: Stamp, day: date) -> Offers:
    rows = list(Policy.objects.in_force(day).values_list("pk", "max_amount_cny", "mode", "window_closes"))
    free = frozenset(pk for pk, _most, mode, _closes in rows if mode == Mode.NO_APPLICATION)
    closed = frozenset(pk for pk, _most, _mode, closes in rows if closes and closes < day) - free
    return Offers({pk: most for pk, most, _mode, _closes in rows}, free, closed)


def check_up(facts: Facts, day: date, show: str = "", page: str = "") -> CheckUp:
    """Match all, explain one page. Four queries, and one for the titles of excluded policies where a row has any."""
    matches, now = match_facts(facts, day), stamp()
    known, excluded = _offers(now, day), conflicts_at(now)
    counts = _counts(matches)
    show = show if show in TABS else next((name for name in TABS if counts[name]), "met")
    question = _question(matches, facts, day)
    ids = _listed(show, matches, known, question, day)
    last = max(1, -(-len(ids) // SIZE))
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 and 1 <= int(page) <= last else 1
    return CheckUp(
        show=show,
        counts=counts,
        free=len(known.free.intersection(matches.met)),
        totals=totals_of({policy: known.most.get(policy) for policy in matches.met}, excluded, known.closed),
        question=question,
        found=list(_found(ids[(number - 1) * SIZE : number * SIZE], matches, facts, excluded, day)),
        number=number,
        last=last,
    )


def _counts(matches: Matches) -> dict[str, int]:
    sizes = (len(matches.met), len(matches.nearly), len(matches.unclear), matches.unmet.total())
    return dict(zip(TABS, sizes, strict=True))


def _listed(show: str, matches: Matches, known: Offers, question: Question | None, day: date) -> list[int]:
    """The tab's policies in order: enjoyed without application first; of nearly met ones those the question settles."""
    if show == "unmet":
        open_ones = {*matches.met, *matches.nearly, *matches.unclear}
        return [rule.policy for rule in rules(day) if rule.policy not in open_ones]
    asked = question.missing.field if question else ""
    if show != "nearly":
        return _free_first(matches.met if show == "met" else matches.unclear, known)
    settled = [policy for policy, name in matches.nearly.items() if name == asked]
    others = [policy for policy, name in matches.nearly.items() if name != asked]
    return [*_free_first(settled, known), *_free_first(others, known)]


def _free_first(ids: list[int], known: Offers) -> list[int]:
    free = known.free
    return [*(policy for policy in ids if policy in free), *(policy for policy in ids if policy not in free)]


def _question(matches: Matches, facts: Facts, day: date) -> Question | None:
    """The field that alone settles most policies; where none does, the one that alone may add most.

    Where none may, the one that most unclear ones wait for.
    """
    best, adds = most_useful_field(matches), Counter(matches.nearly.values()) + matches.enough
    if adds:
        name = best[0] if best else _first(adds)
        others = [Missing(other, count) for other, count in adds.most_common() if other != name]
        return Question(Missing(name, adds[name]), True, others)
    waiting = set(islice(matches.unclear, LOOKED_AT))
    open_rules = (rule for rule in rules(day) if rule.policy in waiting) if waiting else ()
    counts = Counter(name for rule in open_rules for name in _open(rule.compiled, facts))
    return Question(Missing(_first(counts), counts[_first(counts)]), False, []) if counts else None


def _first(counts: Counter[str]) -> str:
    """The field that counts most; of several the first."""
    return max(counts, key=lambda name: (counts[name], -list(FIELDS).index(name)))


def _open(compiled: Iterable[tuple[str, Any]], facts: Facts) -> set[str]:
    return {name for each in compiled for name in missing_in(*each, facts)}


def _found(ids: Sequence[int], matches: Matches, facts: Facts, excluded: Conflicts, day: date) -> Iterator[Found]:
    """The rows of a page with every condition explained."""
    loaded = Policy.objects.only(*ROW_COLUMNS, "criteria", "terms").in_bulk(ids)
    policies = [loaded[pk] for pk in ids if pk in loaded]
    names = names_of(codes_in(each for policy in policies for each in policy.criteria) | codes_of(facts))
    rivals = _rivals(policies, matches, excluded)
    for policy in policies:
        conditions = presenting.conditions_for(policy.criteria, facts, names)
        yield Found(
            presenting.row_of(policy, day),
            conditions,
            rivals.get(policy.pk, []),
            Missing(matches.nearly[policy.pk], 1) if policy.pk in matches.nearly else None,
            next((each for each in conditions if each.outcome == "unmet"), None),
        )


def _rivals(policies: Sequence[Policy], matches: Matches, excluded: Conflicts) -> dict[int, list[Policy]]:
    """Of each policy that is open to the enterprise, those open to it that cannot be had beside it."""
    can_be = {*matches.met, *matches.nearly, *matches.unclear}
    clashes = {policy.pk: excluded.get(policy.pk, frozenset()) & can_be for policy in policies if policy.pk in can_be}
    wanted = set().union(*clashes.values())
    titles = Policy.objects.only(*TITLES).in_bulk(wanted) if wanted else {}
    return {pk: [titles[other] for other in sorted(others) if other in titles] for pk, others in clashes.items()}
