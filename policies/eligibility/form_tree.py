"""Rows of the criteria form as the tree that they make: which row stands in which group, and what it says as data.

Every row is sent flat, in any order. A row that is a group has a key, and the rows in it name that key; so a row is
moved by choosing another group, and what is wrong with one row loses none of the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from policies.eligibility.groups import MAX_DEPTH

Place = tuple[int, ...]
Item = dict[str, Any]


@dataclass
class Node:
    """One row of the form. lost: it names a group that holds itself. number: how people count it; "" for empty rows."""

    form: forms.Form
    kind: str
    key: str
    parent: str
    nodes: "list[Node]" = field(default_factory=list)
    lost: bool = False
    number: str = ""
    depth: int = 1

    @property
    def removed(self) -> bool:
        return bool(self.form["DELETE"].value()) if "DELETE" in self.form.fields else False

    @property
    def filled(self) -> bool:
        """Whether there is anything in it; a group always counts."""
        return bool(self.kind or self.form["field"].value() or self.form["value"].value())

    @property
    def may_hold_groups(self) -> bool:
        return self.depth < MAX_DEPTH


Made = dict[Place, tuple[Node, Item]]


def tree_of(rows: Iterable[forms.Form]) -> list[Node]:
    """The rows that stand in no group, those that are filled in first; rows of groups in theirs."""
    nodes = [_node(form) for form in rows]
    groups = {node.key: node for node in nodes if node.kind and node.key}
    roots: list[Node] = []
    for node in nodes:
        parent = groups.get(node.parent)
        node.lost = parent is not None and _holds_itself(node, groups)
        (roots if parent is None or node.lost else parent.nodes).append(node)
    _number(roots, "", 1)
    return roots


def _node(form: forms.Form) -> Node:
    kind, key, parent = (str(form[name].value() or "") for name in ("kind", "key", "group"))
    return Node(form, kind, key, parent)


def _holds_itself(node: Node, groups: Mapping[str, Node]) -> bool:
    seen: list[str] = []
    above = groups.get(node.parent)
    while above is not None and above.key not in seen:
        if above is node:
            return True
        seen.append(above.key)
        above = groups.get(above.parent)
    return False


def _number(nodes: list[Node], above: str, depth: int) -> None:
    nodes.sort(key=lambda node: not node.filled)
    counted = [node for node in nodes if node.filled and not node.removed]
    for place, node in enumerate(counted, start=1):
        node.number = f"{above}{place}"
    for node in nodes:
        node.depth = depth
        _number(node.nodes, f"{node.number}." if node.number else "", depth + 1)


def every(nodes: Iterable[Node]) -> Iterator[Node]:
    """All nodes, each group before what it holds."""
    for node in nodes:
        yield node
        yield from every(node.nodes)


def removed_forms(nodes: Iterable[Node], above: bool = False) -> Iterator[forms.Form]:
    """The rows that are to be removed; with a group, all it holds."""
    for node in nodes:
        gone = above or node.removed
        if gone:
            yield node.form
        yield from removed_forms(node.nodes, gone)


def as_data(nodes: Iterable[Node], made: Made, above: Place = ()) -> list[Item]:
    """Criteria as they are stored, and in `made` the row and the item at each place; no empty or removed rows."""
    items: list[Item] = []
    for node in nodes:
        place = (*above, len(items))
        item = None if node.removed else _item(node, made, place)
        if item is not None:
            made[place] = node, item
            items.append(item)
    return items


def _item(node: Node, made: Made, place: Place) -> Item | None:
    form: Any = node.form
    if node.kind:
        return {node.kind: as_data(node.nodes, made, place)} | form.clauses
    condition: Item | None = form.condition
    return condition


def flat(criteria: Sequence[Mapping[str, Any]], row_of: Any) -> list[dict[str, Any]]:
    """Criteria → rows as they are sent: `row_of` tells a condition or group alone, keys and groups are added."""
    rows: list[dict[str, Any]] = []
    _flatten(criteria, "", rows, row_of)
    return rows


def _flatten(items: Iterable[Mapping[str, Any]], group: str, rows: list[dict[str, Any]], row_of: Any) -> None:
    for item in items:
        row, held = row_of(item)
        key = f"g{len(rows) + 1}" if held else ""
        rows.append(row | {"group": group} | ({"key": key} if held else {}))
        _flatten(held, key, rows, row_of)
