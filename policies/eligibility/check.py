"""Checks criteria before they are stored: vocabulary, types, and conditions that can never hold together."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from policies.eligibility.fields import (
    FIELDS,
    FLAG,
    KEYS,
    LIST_OPERATORS,
    NUMBER,
    OPERATORS,
    OPTIONAL_KEYS,
    PREFIX,
    TAGS,
    Condition,
    Field,
    values_of,
)

MAX_CONDITIONS = 50
MAX_VALUES = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the condition's place in the list (from 0; -1 for the list itself), its field, and words."""

    index: int
    field: str
    message: str


def validate(criteria: object) -> list[Problem]:
    """Everything wrong with criteria as decoded from JSON; empty when they may be stored.

    Messages are in the active language. Contradictions are looked for only among conditions that are well formed.
    """
    if not isinstance(criteria, list):
        return [Problem(-1, "", _("The criteria must be a list of conditions."))]
    if len(criteria) > MAX_CONDITIONS:
        return [Problem(-1, "", _("At most %(limit)s conditions are possible.") % {"limit": MAX_CONDITIONS})]
    problems = []
    sound: list[tuple[int, Condition]] = []
    for index, condition in enumerate(criteria):
        message = _fault(condition)
        if message:
            name = condition.get("field") if isinstance(condition, dict) else ""
            problems.append(Problem(index, name if isinstance(name, str) else "", message))
        else:
            sound.append((index, condition))
    problems.extend(_contradictions(sound))
    return sorted(problems, key=lambda problem: problem.index)


def _fault(condition: object) -> str:
    """What is wrong with one condition on its own, in words; "" when nothing is."""
    if not isinstance(condition, dict):
        return _("A condition must have a field, an operator and a value.")
    name, op = condition.get("field"), condition.get("op")
    if not isinstance(name, str) or name not in FIELDS:
        return _("There is no field named “%(field)s”.") % {"field": str(name)[:50]}
    if not isinstance(op, str) or op not in OPERATORS[FIELDS[name].kind]:
        return _("The operator “%(operator)s” cannot be used with this field.") % {"operator": str(op)[:50]}
    if "value" not in condition:
        return _("The value is missing.")
    if not set(condition) <= KEYS or not all(isinstance(condition[k], str) for k in OPTIONAL_KEYS & set(condition)):
        return _("A condition holds only a field, an operator, a value and the text of its clause.")
    return _value_fault(FIELDS[name], op, condition["value"])


def _value_fault(field: Field, op: str, value: object) -> str:
    if op not in LIST_OPERATORS:
        return _item_fault(field, value)
    if not isinstance(value, list):
        return _("The value must be a list.")
    if not value:
        return _("The list of values is empty.")
    if len(value) > MAX_VALUES:
        return _("At most %(limit)s values are possible.") % {"limit": MAX_VALUES}
    return next(filter(None, (_item_fault(field, item) for item in value)), "")


def _item_fault(field: Field, value: object) -> str:
    if field.kind == FLAG:
        return "" if isinstance(value, bool) else _("The value must be yes or no.")
    if field.kind == NUMBER:
        return _number_fault(field, value)
    if isinstance(value, str) and field.pattern and field.pattern.fullmatch(value):
        return ""
    return _("“%(value)s” is not a valid code for this field.") % {"value": str(value)[:50]}


def _number_fault(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return _("The value must be a number.")
    if field.whole and not isinstance(value, int):
        return _("The value must be a whole number.")
    if value < 0 or (field.ceiling is not None and value > field.ceiling):
        return _("The value must lie between 0 and %(limit)s.") % {"limit": field.ceiling}
    return ""


def _contradictions(conditions: list[tuple[int, Condition]]) -> Iterator[Problem]:
    """Pairs on one field that no enterprise can meet at once; reported on the later of the two."""
    for place, (index, condition) in enumerate(conditions):
        for earlier, other in conditions[:place]:
            if other["field"] == condition["field"] and not _compatible(other, condition):
                message = _("This condition contradicts condition %(number)s.") % {"number": earlier + 1}
                yield Problem(index, condition["field"], message)
                break


def _compatible(one: Condition, other: Condition) -> bool:
    kind = FIELDS[one["field"]].kind
    if kind == TAGS:
        return True
    if kind == NUMBER:
        (low, high), (other_low, other_high) = _range(one), _range(other)
        return bool(max(low, other_low) <= min(high, other_high))
    pairs = [(a, b) for a in values_of(one) for b in values_of(other)]
    if kind == PREFIX:
        return any(a.startswith(b) or b.startswith(a) for a, b in pairs)
    return any(a == b for a, b in pairs)


def _range(condition: Condition) -> tuple[Any, Any]:
    value, op = condition["value"], condition["op"]
    return (-math.inf if op == "lte" else value, math.inf if op == "gte" else value)
