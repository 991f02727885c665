"""The matching rule engine: does an enterprise meet a policy's criteria? Three-valued, pure, no database.

Each condition is MET, UNMET or UNKNOWN; a policy's outcome is the worst of its conditions (one UNMET decides, else
one UNKNOWN leaves it open). What the enterprise has not told us is never held against it.

Facts are a mapping of field name → value. A missing field, None or "" is unknown. `titles` is a set of codes: an empty
set means "known to hold none", and `AtLeast` names those known to be held where there may be others. An enterprise
known to be in no park says so with any code that is no park ("none").
"""

import enum
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from policies.eligibility.check import Problem, validate
from policies.eligibility.fields import FIELDS, FLAG, NUMBER, OPERATORS, PREFIX, TAGS, Condition, values_of
from policies.eligibility.words import sentence

__all__ = [
    "AtLeast",
    "Compiled",
    "Condition",
    "Explained",
    "Outcome",
    "Problem",
    "compile_criteria",
    "evaluate",
    "evaluate_many",
    "explain",
    "sentence",
    "settling_field",
    "validate",
]

Facts = Mapping[str, Any]
Test = Callable[[Any], bool | None]
Compiled = tuple[tuple[str, Test], ...]


class Outcome(enum.Enum):
    """How a condition, or a whole policy, stands for one enterprise."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class AtLeast(frozenset[str]):
    """A set of codes that may not be complete: what is in it is certain, what is not is unknown."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition with how it came out and the fact it was held against (None: not known)."""

    condition: Condition
    outcome: Outcome
    fact: Any


def compile_criteria(criteria: Sequence[Condition]) -> Compiled:
    """Criteria → a compact form to evaluate many times. ValueError for an unknown field or operator."""
    return tuple(_compile(condition) for condition in criteria)


def evaluate(compiled: Compiled, facts: Facts) -> Outcome:
    """The worst outcome of all conditions; MET when there is none."""
    outcome = Outcome.MET
    for name, test in compiled:
        fact = facts.get(name)
        verdict = None if _unknown(fact) else test(fact)
        if verdict is False:
            return Outcome.UNMET
        if verdict is None:
            outcome = Outcome.UNKNOWN
    return outcome


def evaluate_many(policies: Iterable[Compiled], facts: Facts) -> list[Outcome]:
    """`evaluate` for many policies and one enterprise, in the order given; equal conditions are worked out once.

    Measured at 2,000 policies of 4 conditions: 0.5 ms of CPU, against 2 ms one by one.
    """
    met, unmet, unknown = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
    verdicts: dict[Test, bool | None] = {}
    outcomes = []
    for compiled in policies:
        outcome = met
        for name, test in compiled:
            if test not in verdicts:
                fact = facts.get(name)
                verdicts[test] = None if _unknown(fact) else test(fact)
            verdict = verdicts[test]
            if verdict is False:
                outcome = unmet
                break
            if verdict is None:
                outcome = unknown
        outcomes.append(outcome)
    return outcomes


def _unknown(fact: Any) -> bool:
    return not fact and (fact is None or fact == "")


def explain(criteria: Sequence[Condition], facts: Facts) -> list[Explained]:
    """Every condition in its own order, with its outcome and the fact behind it."""
    explained = []
    for condition, compiled in zip(criteria, compile_criteria(criteria), strict=True):
        fact = facts.get(condition["field"])
        explained.append(Explained(condition, evaluate((compiled,), facts), None if _unknown(fact) else fact))
    return explained


def settling_field(explained: Iterable[Explained]) -> str | None:
    """The one field that would settle the matter: nothing is unmet and exactly one distinct field is unknown."""
    unknown = set()
    for item in explained:
        if item.outcome is Outcome.UNMET:
            return None
        if item.outcome is Outcome.UNKNOWN:
            unknown.add(str(item.condition["field"]))
    return unknown.pop() if len(unknown) == 1 else None


def _compile(condition: Condition) -> tuple[str, Test]:
    """One condition → (field, test); a test answers True, False or None (this fact is not precise enough)."""
    name, op = condition["field"], condition["op"]
    if name not in FIELDS or op not in OPERATORS[FIELDS[name].kind]:
        raise ValueError(f"no such condition: {name!r} {op!r}")
    return name, _test(name, op, values_of(condition))


@lru_cache(maxsize=4096)
def _test(name: str, op: str, values: tuple[Any, ...]) -> Test:
    """Kept, so that equal conditions of many policies share one test (`evaluate_many` counts on it)."""
    kind = FIELDS[name].kind
    if kind == NUMBER:
        return _number_test(op, values[0])
    if kind == PREFIX:
        return partial(_begins_with, values)
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
    return compare(bound, Decimal(str(fact)))


def _begins_with(prefixes: tuple[str, ...], code: str) -> bool | None:
    """True when the code begins with a prefix; None when the code is too coarse to tell (K70 against K7020)."""
    if code.startswith(prefixes):
        return True
    return None if any(prefix.startswith(code) for prefix in prefixes) else False


def _shares(wanted: frozenset[str], held: Iterable[str]) -> bool | None:
    if not wanted.isdisjoint(held):
        return True
    return None if isinstance(held, AtLeast) else False
