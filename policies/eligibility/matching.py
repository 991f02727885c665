"""Which policies fit an enterprise: its facts held against the criteria of all policies in force.

The compiled criteria are kept in each process and read anew when a policy was changed (`changed_at`), the day changed,
or they are a few minutes old; so 2,000 policies cost one small query and about a millisecond a request.

Policies are places in a list, most useful first, and a set of them is a number whose bits are those places: each
distinct condition is judged once and counted for all policies that hold it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import compress
from typing import Any, TypeVar

from enterprises.models import Enterprise
from policies.changes import Stamp, stamp
from policies.eligibility.criteria import (
    AtLeast,
    Compiled,
    Test,
    compile_criteria,
    enough_in,
    is_unknown,
    missing_in,
    ruled_out_by,
    verdict_of,
)
from policies.eligibility.fields import FIELDS
from policies.models import Policy

DIGITS = bytes.maketrans(b"01", b"\0\1")
Item = TypeVar("Item")
COLUMNS = ("pk", "criteria", "window_opens", "window_closes", "max_amount_cny")


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy's compiled criteria."""

    policy: int
    compiled: Compiled


@dataclass(frozen=True, slots=True)
class Turn:
    """What a field is asked in the n-th conditions of some policies: each distinct test, and who asks it."""

    field: str  # "" for groups
    policies: int
    tests: list[tuple[Test, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The policies in force and what they ask: all first conditions, then all second ones, and so on."""

    rules: list[Rule]
    policies: list[int]
    places: range
    turns: list[Turn]


@dataclass(slots=True)
class Matches:
    """Policies by how they stand, the most useful first.

    met: all conditions hold. nearly: nothing speaks against it and one field would settle it (policy → field).
    unclear: several fields are unknown. unmet: how many policies fail, by the field that rules them out; a group
    that fails counts once, by the first of its conditions. enough: how many of the unclear ones a field may add by
    itself, though its answer need not settle them: those with a group of which one condition is enough.
    """

    met: list[int] = field(default_factory=list)
    nearly: dict[int, str] = field(default_factory=dict)
    unclear: list[int] = field(default_factory=list)
    unmet: Counter[str] = field(default_factory=Counter)
    enough: Counter[str] = field(default_factory=Counter)


def facts_of(enterprise: Enterprise, day: date) -> dict[str, Any]:
    """What the portal knows of the enterprise on that day, as criteria speak of it; one query."""
    ratio = enterprise.rd_expense_ratio
    return {
        "district": enterprise.district,
        "subdistrict": enterprise.subdistrict_id,
        "industry_code": enterprise.industry_id,
        "size": enterprise.size,
        "ownership": enterprise.ownership,
        "founded_years": _years(enterprise.founded_on, day),
        "employees": enterprise.employees,
        "annual_revenue_cny": enterprise.annual_revenue_cny,
        "rd_expense_ratio": None if ratio is None else float(ratio),
        "titles": _titles(enterprise, day),
        "listed": enterprise.listed,
        "park": enterprise.park_id,
    }


def _years(founded: date | None, day: date) -> int | None:
    """Full years since founding; a founding still to come counts as none."""
    if founded is None:
        return None
    return max(0, day.year - founded.year - ((day.month, day.day) < (founded.month, founded.day)))


def _titles(enterprise: Enterprise, day: date) -> frozenset[str]:
    """Titles valid that day. Unless the enterprise said that its list is complete, there may be others."""
    held = [
        grant.title_id
        for grant in enterprise.title_grants.all()
        if (grant.granted_on is None or grant.granted_on <= day)
        and (grant.expires_on is None or grant.expires_on >= day)
    ]
    return frozenset(held) if enterprise.titles_known else AtLeast(held)


def rules(day: date) -> list[Rule]:
    """The policies in force that day, the most useful first; one small query unless something changed."""
    return _plan(stamp(), day).rules


@lru_cache(maxsize=2)
def _plan(_stamp: Stamp, day: date) -> Plan:
    rows = list(Policy.objects.in_force(day).values(*COLUMNS))
    rows.sort(key=lambda row: _usefulness(row, day))
    found = [Rule(row["pk"], compile_criteria(row["criteria"])) for row in rows]
    return Plan(found, [rule.policy for rule in found], range(len(found)), list(_turns(found)))


def _turns(found: Sequence[Rule]) -> Iterator[Turn]:
    for turn in range(max((len(rule.compiled) for rule in found), default=0)):
        asked: defaultdict[str, defaultdict[Test, int]] = defaultdict(lambda: defaultdict(int))
        for place, rule in enumerate(found):
            for name, test in rule.compiled[turn : turn + 1]:
                asked[name][test] |= 1 << place
        yield from (Turn(name, sum(tests.values()), list(tests.items())) for name, tests in asked.items())


def _usefulness(row: Mapping[str, Any], day: date) -> tuple[int, date, bool, int, int]:
    """Open windows first, the one that closes soonest leading; closed ones last; then conditions, amount, newest."""
    opens, closes = row["window_opens"], row["window_closes"]
    turn = 1
    if closes:
        turn = 2 if closes < day else int(bool(opens and opens > day))
    soon = closes if turn == 0 else date.max
    return turn, soon, not row["criteria"], -(row["max_amount_cny"] or 0), -row["pk"]


def match(enterprise: Enterprise, day: date) -> Matches:
    """How every policy in force stands for the enterprise; two queries."""
    return match_facts(facts_of(enterprise, day), day)


def match_facts(facts: Mapping[str, Any], day: date) -> Matches:
    """The same for facts at hand."""
    plan = _plan(stamp(), day)
    judged = Judged((1 << len(plan.policies)) - 1)
    for turn in plan.turns:
        if not turn.field:
            judged.groups(turn, facts)
        elif is_unknown(fact := facts.get(turn.field)):
            judged.waiting[turn.field] |= turn.policies
        else:
            judged.conditions(turn, fact)
    return _sorted(plan, judged, facts)


@dataclass(slots=True)
class Judged:
    """How the policies stand, as sets; one that is ruled out may still be among those that wait."""

    left: int  # those that nothing rules out
    grouped: int = 0  # those with a group that waits
    waiting: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))  # by field
    unmet: Counter[str] = field(default_factory=Counter)

    def conditions(self, turn: Turn, fact: Any) -> None:
        failed = 0
        for test, policies in turn.tests:
            verdict = test(fact)
            if verdict is False:
                failed |= policies
            elif verdict is None:
                self.waiting[turn.field] |= policies
        self._rule_out(failed, turn.field)

    def groups(self, turn: Turn, facts: Mapping[str, Any]) -> None:
        for group, policies in turn.tests:
            verdict = group(facts)
            if verdict is False:
                self._rule_out(policies, ruled_out_by("", group, facts))
            elif verdict is None:
                self.grouped |= policies
                for name in missing_in("", group, facts):
                    self.waiting[name] |= policies

    def _rule_out(self, policies: int, name: str) -> None:
        if failed := policies & self.left:
            self.unmet[name] += failed.bit_count()
            self.left ^= failed


def _sorted(plan: Plan, judged: Judged, facts: Mapping[str, Any]) -> Matches:
    once = several = 0
    for policies in judged.waiting.values():
        several |= once & policies
        once |= policies
    single, several = judged.left & once & ~several, judged.left & several
    settled = [(n, name) for name, held in judged.waiting.items() for n in _of(plan.places, single & held)]
    enough: Counter[str] = Counter()
    for rule in _of(plan.rules, several & judged.grouped):
        enough.update(_enough_for(rule.compiled, facts))
    return Matches(
        met=list(_of(plan.policies, judged.left & ~once)),
        nearly={plan.policies[n]: name for n, name in sorted(settled)},
        unclear=list(_of(plan.policies, several)),
        unmet=judged.unmet,
        enough=enough,
    )


def _of(items: Iterable[Item], places: int) -> Iterator[Item]:
    """The items at the places of a set, in their order."""
    return compress(items, f"{places:b}".encode().translate(DIGITS)[::-1])


def _enough_for(compiled: Compiled, facts: Mapping[str, Any]) -> frozenset[str]:
    """The fields that alone may meet all that is open."""
    parts = [enough_in(name, test, facts) for name, test in compiled if verdict_of(name, test, facts) is None]
    return frozenset.intersection(*parts)


def most_useful_field(matches: Matches) -> tuple[str, int] | None:
    """The profile field that would settle the most policies, and how many; None when nothing is open."""
    counts = Counter(matches.nearly.values())
    if not counts:
        return None
    best = max(counts, key=lambda name: (counts[name], -list(FIELDS).index(name)))
    return best, counts[best]
