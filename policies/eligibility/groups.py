"""Groups of conditions: {"any": [items…]} is met when one of its items is, {"all": [items…]} when all of them are.

An item of a policy's criteria is a condition or a group; the items of a group are the same again, to a depth of
MAX_DEPTH groups. The list of criteria itself is as an "all". Groups may carry the text of their clause, as conditions
do. Helpers that everything shares which reads criteria.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from policies.eligibility.fields import OPTIONAL_KEYS, Condition

ANY, ALL = "any", "all"
KINDS = (ANY, ALL)
MAX_DEPTH = 2


def kind_of(item: Condition) -> str:
    """ "any" or "all" for a group, "" for a condition."""
    if "field" in item:
        return ""
    return ANY if ANY in item else ALL if ALL in item else ""


def items_of(item: Condition) -> list[Condition]:
    """What a group holds; nothing for a condition."""
    kind = kind_of(item)
    return list(item[kind]) if kind else []


def leaves(criteria: Iterable[Condition]) -> Iterator[Condition]:
    """The conditions alone, those of groups in the place of the group."""
    for item in criteria:
        if kind_of(item):
            yield from leaves(items_of(item))
        else:
            yield item


def walk(criteria: Iterable[Condition]) -> Iterator[Condition]:
    """Groups and conditions, each group before what it holds."""
    for item in criteria:
        yield item
        yield from walk(items_of(item))


def fields_in(item: Condition) -> list[str]:
    """The fields that an item speaks of, each once, in their order."""
    return list(dict.fromkeys(str(each["field"]) for each in leaves([item])))


def bare(item: Condition) -> dict[str, Any]:
    """An item without the words of its clauses."""
    kind = kind_of(item)
    if kind:
        return {kind: [bare(each) for each in items_of(item)]}
    return {key: value for key, value in item.items() if key not in OPTIONAL_KEYS}
