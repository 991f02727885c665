"""Checks criteria before they are stored: vocabulary, types, groups, and conditions that can never hold together."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from policies.eligibility.conflicts import Place, contradictions, numbered, repetitions
from policies.eligibility.fields import (
    FIELDS,
    FLAG,
    KEYS,
    LIST_OPERATORS,
    NUMBER,
    OPERATORS,
    OPTIONAL_KEYS,
    Condition,
    Field,
)
from policies.eligibility.groups import MAX_DEPTH, kind_of

MAX_CONDITIONS = 50  # those in groups, and the groups themselves, count too
MAX_VALUES = 200
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half an emoji


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the item's place in the list (from 0; -1 for the list itself), its field, and words.

    place: the same for an item inside a group, from the outside in; () for the list itself.
    """

    index: int
    field: str
    message: str
    place: Place = ()

    @property
    def number(self) -> str:
        """The place as people count: "3.1"; "" for the list itself."""
        return numbered(self.place)


def validate(criteria: object) -> list[Problem]:
    """Everything wrong with criteria as decoded from JSON; empty when they may be stored.

    Messages are in the active language. Contradictions are looked for only among conditions that are well formed.
    """
    if not isinstance(criteria, list):
        return [Problem(-1, "", _("The criteria must be a list of conditions."))]
    if _count(criteria) > MAX_CONDITIONS:
        return [Problem(-1, "", _("At most %(limit)s conditions are possible.") % {"limit": MAX_CONDITIONS})]
    problems: list[Problem] = []
    sound: dict[Place, Condition] = {}
    for place, item in _placed(criteria):
        message = _fault(item, len(place))
        if message:
            problems.append(_problem(place, item, message))
        elif isinstance(item, dict):
            sound[place] = item
    broken = {problem.place for problem in problems}
    whole = {place: item for place, item in sound.items() if not any(each[: len(place)] == place for each in broken)}
    for place, message in (*repetitions(whole), *contradictions(whole)):
        problems.append(_problem(place, whole[place], message))
    return sorted(problems, key=lambda problem: problem.place)


def _problem(place: Place, item: object, message: str) -> Problem:
    name = item.get("field") if isinstance(item, dict) else ""
    return Problem(place[0], name if isinstance(name, str) else "", message, place)


def _count(items: Sequence[object], depth: int = 0) -> int:
    """How many items there are at all depths that are read; stops counting where it is too much anyway."""
    count = len(items)
    for item in items if count <= MAX_CONDITIONS and depth < MAX_DEPTH else ():
        count += _count(_held(item), depth + 1)
    return count


def _held(item: object) -> Sequence[object]:
    """What a group holds, as far as it is a list."""
    held = item.get(kind_of(item)) if isinstance(item, dict) else None
    return held if isinstance(held, list) else ()


def _placed(items: Sequence[object], above: Place = ()) -> Iterator[tuple[Place, object]]:
    """Every item with its place, as deep as groups may be."""
    for index, item in enumerate(items):
        place = (*above, index)
        yield place, item
        if len(place) <= MAX_DEPTH:
            yield from _placed(_held(item), place)


def _fault(item: object, depth: int) -> str:
    """What is wrong with one item on its own, in words; "" when nothing is."""
    if not isinstance(item, dict):
        return _("A condition must have a field, an operator and a value.")
    return _group_fault(item, depth) if kind_of(item) else _condition_fault(item)


def _group_fault(group: Condition, depth: int) -> str:
    kind = kind_of(group)
    if not set(group) <= {kind} | OPTIONAL_KEYS or not _clauses_are_text(group):
        return _("A group holds only its conditions, under “any” or “all”, and the text of its clause.")
    if depth > MAX_DEPTH:
        return _("Groups can be %(limit)s deep at most.") % {"limit": MAX_DEPTH}
    held = group[kind]
    if not isinstance(held, list):
        return _("The conditions of a group must be a list.")
    if len(held) < 2:
        return _("A group needs at least two conditions.") if held else _("The group is empty.")
    return ""


def _clauses_are_text(item: Condition) -> bool:
    texts = [item[key] for key in OPTIONAL_KEYS & set(item)]
    return all(isinstance(text, str) and not UNSTORABLE.search(text) for text in texts)


def _condition_fault(condition: Condition) -> str:
    name, op = condition.get("field"), condition.get("op")
    if not isinstance(name, str) or name not in FIELDS:
        return _("There is no field named “%(field)s”.") % {"field": str(name)[:50]}
    if not isinstance(op, str) or op not in OPERATORS[FIELDS[name].kind]:
        return _("The operator “%(operator)s” cannot be used with this field.") % {"operator": str(op)[:50]}
    if "value" not in condition:
        return _("The value is missing.")
    if not set(condition) <= KEYS or not _clauses_are_text(condition):
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
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _("The value must be a number.")
    if isinstance(value, float) and not math.isfinite(value):
        return _("The value must be a number.")
    if field.whole and not isinstance(value, int):
        return _("The value must be a whole number.")
    if value < 0 or (field.ceiling is not None and value > field.ceiling):
        return _("The value must lie between 0 and %(limit)s.") % {"limit": field.ceiling}
    return ""
