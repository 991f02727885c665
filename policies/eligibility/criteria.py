"""The matching rule engine: does an enterprise meet a policy's criteria? Three-valued, pure, no database.

Each condition is MET, UNMET or UNKNOWN; a policy's outcome is the worst of its items (one UNMET decides, else one
UNKNOWN leaves it open). An item is a condition or a group (see `groups`): "all" is the worst of what it holds, "any"
the best (one MET decides, else one UNKNOWN leaves it open). What the enterprise has not told us is never held against
it.

Facts are a mapping of field name → value. A missing field, None or "" is unknown. `titles` is a set of codes: an empty
set means "known to hold none", and `AtLeast` names those known to be held where there may be others. An enterprise
known to be in no park says so with any code that is no park ("none").
"""

import enum
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from policies.eligibility.check import Problem, validate
from policies.eligibility.fields import FIELDS, FLAG, NUMBER, OPERATORS, PREFIX, TAGS, Condition, values_of
from policies.eligibility.groups import ANY, items_of, kind_of
from policies.eligibility.words import sentence

__all__ = [
    "AtLeast",
    "Compiled",
    "Condition",
    "Explained",
    "Outcome",
    "Problem",
    "compile_criteria",
    "enough_in",
    "evaluate",
    "evaluate_many",
    "explain",
    "is_unknown",
    "missing_in",
    "ruled_out_by",
    "sentence",
    "settling_field",
    "validate",
    "verdict_of",
]

Facts = Mapping[str, Any]
Test = Callable[[Any], bool | None]
Compiled = tuple[tuple[str, Test], ...]  # (field, test of its fact), or ("", a Group, which tests all facts)


class Outcome(enum.Enum):
    """How a condition, or a whole policy, stands for one enterprise."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


OUTCOMES = {True: Outcome.MET, False: Outcome.UNMET, None: Outcome.UNKNOWN}


class AtLeast(frozenset[str]):
    """A set of codes that may not be complete: what is in it is certain, what is not is unknown."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One item with how it came out; the fact a condition was held against (None: not known), what a group holds."""

    condition: Condition
    outcome: Outcome
    fact: Any
    items: "tuple[Explained, ...]" = ()


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A compiled group: called with the facts, as a test is with one fact."""

    decisive: bool  # the verdict of one item that decides: True for "any", False for "all"
    items: Compiled

    def __call__(self, facts: Facts) -> bool | None:
        verdict: bool | None = not self.decisive
        for name, test in self.items:
            found = verdict_of(name, test, facts)
            if found is self.decisive:
                return found
            if found is None:
                verdict = None
        return verdict


def compile_criteria(criteria: Sequence[Condition]) -> Compiled:
    """Criteria → a compact form to evaluate many times. ValueError for an unknown field, operator or empty group."""
    return tuple(_compile(item) for item in criteria)


def verdict_of(name: str, test: Test, facts: Facts) -> bool | None:
    """How one compiled item stands: True is met, False is not met, None is unknown."""
    if not name:
        return test(facts)
    fact = facts.get(name)
    return None if is_unknown(fact) else test(fact)


def evaluate(compiled: Compiled, facts: Facts) -> Outcome:
    """The worst outcome of all items; MET when there is none."""
    outcome = Outcome.MET
    for name, test in compiled:
        verdict = verdict_of(name, test, facts)
        if verdict is False:
            return Outcome.UNMET
        if verdict is None:
            outcome = Outcome.UNKNOWN
    return outcome


def evaluate_many(policies: Iterable[Compiled], facts: Facts) -> list[Outcome]:
    """`evaluate` for many policies and one enterprise, in the order given; equal items are worked out once.

    Measured at 2,000 policies of 4 conditions: 0.5 ms of CPU, against 2 ms one by one.
    """
    met, unmet, unknown = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
    verdicts: dict[Test, bool | None] = {}
    outcomes = []
    for compiled in policies:
        outcome = met
        for name, test in compiled:
            if test not in verdicts:
                verdicts[test] = verdict_of(name, test, facts)
            verdict = verdicts[test]
            if verdict is False:
                outcome = unmet
                break
            if verdict is None:
                outcome = unknown
        outcomes.append(outcome)
    return outcomes


def is_unknown(fact: Any) -> bool:
    """Whether the portal does not know; an empty set is known, nothing being in it."""
    return not fact and (fact is None or fact == "")


def missing_in(name: str, test: Test, facts: Facts) -> list[str]:
    """The fields still unknown that leave an item open, each once; none for an item that is decided."""
    if verdict_of(name, test, facts) is not None:
        return []
    if not isinstance(test, Group):
        return [name]
    return list(dict.fromkeys(field for each in test.items for field in missing_in(*each, facts)))


def enough_in(name: str, test: Test, facts: Facts) -> frozenset[str]:
    """The fields each of which may meet an open item alone; of "any" one open condition is enough."""
    if not isinstance(test, Group):
        return frozenset({name})
    parts = [enough_in(*each, facts) for each in test.items if verdict_of(*each, facts) is None]
    return frozenset.union(*parts) if test.decisive else frozenset.intersection(*parts)


def ruled_out_by(name: str, test: Test, facts: Facts) -> str:
    """The field of the first condition that an unmet item fails by."""
    while isinstance(test, Group):
        name, test = next(each for each in test.items if verdict_of(*each, facts) is False)
    return name


def explain(criteria: Sequence[Condition], facts: Facts) -> list[Explained]:
    """Every item in its own order, with its outcome and the fact behind it."""
    parts = zip(criteria, compile_criteria(criteria), strict=True)
    return [_explained(item, name, test, facts) for item, (name, test) in parts]


def _explained(item: Condition, name: str, test: Test, facts: Facts) -> Explained:
    outcome = OUTCOMES[verdict_of(name, test, facts)]
    if isinstance(test, Group):
        parts = zip(items_of(item), test.items, strict=True)
        held = tuple(_explained(each, part[0], part[1], facts) for each, part in parts)
        return Explained(item, outcome, None, held)
    fact = facts.get(name)
    return Explained(item, outcome, None if is_unknown(fact) else fact)


def settling_field(explained: Iterable[Explained]) -> str | None:
    """The one field that would settle the matter: nothing is unmet and exactly one distinct field is unknown."""
    items = list(explained)
    if any(item.outcome is Outcome.UNMET for item in items):
        return None
    unknown = set(_open_fields(items))
    return unknown.pop() if len(unknown) == 1 else None


def _open_fields(items: Iterable[Explained]) -> Iterator[str]:
    """Of what is unknown alone: in a group that is decided, nothing is open any more."""
    for item in items:
        if item.outcome is Outcome.UNKNOWN:
            yield from _open_fields(item.items) if item.items else [str(item.condition["field"])]


def _compile(condition: Condition) -> tuple[str, Test]:
    """One item → (field, test); a test answers True, False or None (this fact is not precise enough)."""
    kind = kind_of(condition)
    if kind:
        items = compile_criteria(items_of(condition))
        if not items:
            raise ValueError("an empty group")
        return "", _group(kind == ANY, items)
    name, op = str(condition.get("field")), str(condition.get("op"))
    if name not in FIELDS or op not in OPERATORS[FIELDS[name].kind]:
        raise ValueError(f"no such condition: {name!r} {op!r}")
    return name, _test(name, op, values_of(condition))


@lru_cache(maxsize=4096)
def _group(decisive: bool, items: Compiled) -> Group:
    """Kept for the same reason as tests are."""
    return Group(decisive, items)


@lru_cache(maxsize=4096)
def _test(name: str, op: str, values: tuple[Any, ...]) -> Test:
    """Kept, so that equal conditions of many policies share one test (`evaluate_many` counts on it)."""
    kind = FIELDS[name].kind
    if kind == NUMBER:
        return _number_test(op, values[0])
    if kind == PREFIX:
        coarser = frozenset(code[:length] for code in values for length in range(1, len(code)))
        return partial(_begins_with, values, coarser)
    if kind == TAGS:
        return partial(_shares, frozenset(values))
    return partial(operator.is_, values[0]) if kind == FLAG else partial(operator.contains, frozenset(values))


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    # the bound comes first: partial(le, 10)(fact) is 10 <= fact
    "eq": operator.eq,
    "gte": operator.le,
    "lte": operator.ge,
}


def _number_test(op: str, bound: Any) -> Test:
    compare = COMPARISONS[op]
    if isinstance(bound, int):
        return partial(compare, bound)
    return partial(_compare_exactly, compare, Decimal(str(bound)))


def _compare_exactly(compare: Callable[[Any, Any], bool], bound: Decimal, fact: Any) -> bool:
    """Compares as people write the numbers: 0.03 is 0.03, whether it came as float or as Decimal."""
    return compare(bound, _exact(fact))


@lru_cache(maxsize=256)
def _exact(fact: Any) -> Decimal:
    return Decimal(str(fact))


def _begins_with(prefixes: tuple[str, ...], coarser: frozenset[str], code: str) -> bool | None:
    """True when the code begins with a prefix; None when the code is too coarse to tell (K70 against K7020)."""
    if code.startswith(prefixes):
        return True
    return None if code in coarser else False


def _shares(wanted: frozenset[str], held: Iterable[str]) -> bool | None:
    if not wanted.isdisjoint(held):
        return True
    return None if isinstance(held, AtLeast) else False
