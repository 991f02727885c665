"""Conditions that cannot hold together, and groups that say the same twice: what is wrong between sound items."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from policies.eligibility.fields import FIELDS, NUMBER, PREFIX, TAGS, Condition, values_of
from policies.eligibility.groups import ANY, items_of, kind_of

Place = tuple[int, ...]  # where an item stands, from the outside in: in the 3rd item the 1st is (2, 0)
Sound = Mapping[Place, Condition]
Fault = tuple[Place, str]


def numbered(place: Place) -> str:
    """A place as people count: "3.1"."""
    return ".".join(str(each + 1) for each in place)


def repetitions(sound: Sound) -> Iterator[Fault]:
    """An item of a group, and a group, that says the same as one beside it."""
    for place, item in sound.items():
        for index in range(place[-1]):
            earlier = sound.get((*place[:-1], index))
            inside = len(place) > 1 or kind_of(item)
            if inside and earlier is not None and _essence(earlier) == _essence(item):
                number = numbered((*place[:-1], index))
                yield place, _("This says the same as condition %(number)s.") % {"number": number}
                break


def _essence(item: Condition) -> str:
    """What an item demands, whatever the order and the clauses."""
    kind = kind_of(item)
    if kind:
        return f"{kind}({','.join(sorted(_essence(each) for each in items_of(item)))})"
    return f"{item['field']} {item['op']} {sorted(map(repr, values_of(item)))}"


def contradictions(sound: Sound) -> Iterator[Fault]:
    """Conditions on one field that no enterprise can meet at once; reported on the last of them.

    What stands in an "any" must be possible together with all that is demanded in any case. Two that are only
    possibilities each, in one "any" or in two, need not agree.
    """
    plain = [(place, item) for place, item in sound.items() if not kind_of(item) and _stands(sound, place)]
    for number, (place, condition) in enumerate(plain):
        kin = [(at, other) for at, other in plain[:number] if other["field"] == condition["field"]]
        earlier = _opponent(sound, kin, place, condition)
        if earlier is not None:
            yield place, _("This condition contradicts condition %(number)s.") % {"number": numbered(earlier)}


def _opponent(sound: Sound, kin: Sequence[tuple[Place, Condition]], place: Place, condition: Condition) -> Place | None:
    """The first condition before it that leaves nothing to be met, with those that are demanded in any case."""
    kind, left = FIELDS[condition["field"]].kind, _possible(condition)
    for at, other in kin if kind != TAGS else ():
        if not _hold_together(sound, at, place):
            continue
        rest = _narrowed(kind, left, _possible(other))
        if not rest:
            return at
        left = left if _optional(sound, at, _shared(at, place)) else rest
    return None


def _stands(sound: Sound, place: Place) -> bool:
    """Whether all groups around it are sound too."""
    return all(place[:depth] in sound for depth in range(1, len(place)))


def _hold_together(sound: Sound, one: Place, other: Place) -> bool:
    """Whether one is demanded wherever the other is: no "any" lies between it and the group that holds both."""
    shared = _shared(one, other)
    if shared and kind_of(sound[one[:shared]]) == ANY:
        return False
    return not all(_optional(sound, place, shared) for place in (one, other))


def _shared(one: Place, other: Place) -> int:
    """How deep the groups lie that hold both."""
    return next(depth for depth, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)


def _optional(sound: Sound, place: Place, shared: int) -> bool:
    return any(kind_of(sound[place[:depth]]) == ANY for depth in range(shared + 1, len(place)))


def _possible(condition: Condition) -> Any:
    """What a condition lets through: from the lowest to the highest number, or a set of values."""
    values, op = values_of(condition), condition["op"]
    if FIELDS[condition["field"]].kind == NUMBER:
        return (-math.inf if op == "lte" else values[0], math.inf if op == "gte" else values[0])
    return frozenset(values)


def _narrowed(kind: str, one: Any, other: Any) -> Any:
    """What both let through; nothing where they exclude each other."""
    if kind == NUMBER:
        low, high = max(one[0], other[0]), min(one[1], other[1])
        return (low, high) if low <= high else None
    if kind == PREFIX:
        pairs = [(a, b) for a in one for b in other]
        return frozenset(max(a, b, key=len) for a, b in pairs if a.startswith(b) or b.startswith(a))
    return one & other
