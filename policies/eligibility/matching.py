"""Which policies fit an enterprise: its facts held against the criteria of all policies in force.

The compiled criteria are kept in each process and read anew when a policy was changed (`changed_at`), the day changed,
or they are a few minutes old; so 2,000 policies cost one small query and about two milliseconds a request.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from enterprises.models import Enterprise
from policies.changes import Stamp, stamp
from policies.eligibility.criteria import (
    AtLeast,
    Compiled,
    Test,
    compile_criteria,
    enough_in,
    missing_in,
    ruled_out_by,
    verdict_of,
)
from policies.eligibility.fields import FIELDS
from policies.models import Policy

BITS = {name: 1 << place for place, name in enumerate(FIELDS)}  # a set of fields is a number
NAMES = {bit: name for name, bit in BITS.items()}
# How an item stands; the fields that would settle it, or the one that rules it out; the fields that alone may meet it.
Seen = tuple[bool | None, int, frozenset[str]]
COLUMNS = ("pk", "criteria", "window_opens", "window_closes", "max_amount_cny")


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy's compiled criteria."""

    policy: int
    compiled: Compiled


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
    return _rules(stamp(), day)


@lru_cache(maxsize=2)
def _rules(_stamp: Stamp, day: date) -> list[Rule]:
    rows = list(Policy.objects.in_force(day).values(*COLUMNS))
    rows.sort(key=lambda row: _usefulness(row, day))
    return [Rule(row["pk"], compile_criteria(row["criteria"])) for row in rows]


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
    """The same for facts at hand. Each distinct condition, and each distinct group, is worked out once."""
    matches = Matches()
    seen: dict[Test, Seen] = {}
    for rule in rules(day):
        unknown, grouped = 0, False
        for name, test in rule.compiled:
            if test not in seen:
                seen[test] = _look_at(name, test, facts)
            verdict, bits, _enough = seen[test]
            if verdict is None:
                unknown |= bits
                grouped = grouped or not name
            elif not verdict:
                matches.unmet[NAMES[bits]] += 1
                break
        else:
            if not unknown:
                matches.met.append(rule.policy)
            elif unknown in NAMES:
                matches.nearly[rule.policy] = NAMES[unknown]
            else:
                matches.unclear.append(rule.policy)
                if grouped:
                    matches.enough.update(_enough_for(rule.compiled, seen))
    return matches


def _enough_for(compiled: Compiled, seen: Mapping[Test, Seen]) -> frozenset[str]:
    """The fields that alone may meet all that is open."""
    common: frozenset[str] | None = None
    for _name, test in compiled:
        verdict, _bits, enough = seen[test]
        if verdict is None:
            common = enough if common is None else common & enough
            if not common:
                break
    return common or frozenset()


def _look_at(name: str, test: Test, facts: Mapping[str, Any]) -> Seen:
    verdict = verdict_of(name, test, facts)
    if verdict is None:
        bits = sum(BITS[field] for field in missing_in(name, test, facts))
        return None, bits, enough_in(name, test, facts)
    return verdict, 0 if verdict else BITS[ruled_out_by(name, test, facts)], frozenset()


def most_useful_field(matches: Matches) -> tuple[str, int] | None:
    """The profile field that would settle the most policies, and how many; None when nothing is open."""
    counts = Counter(matches.nearly.values())
    if not counts:
        return None
    best = max(counts, key=lambda name: (counts[name], -list(FIELDS).index(name)))
    return best, counts[best]
