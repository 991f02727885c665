"""Rows of the criteria form in the shape in which a browser sends them: those that are stored, and more of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from policies.eligibility.check import MAX_CONDITIONS
from policies.eligibility.fields import Condition
from policies.eligibility.form_tree import flat
from policies.eligibility.groups import ALL, ANY, items_of, kind_of
from policies.eligibility.vocabulary import shown_operator, shown_value

EMPTY_ROWS = 3
ROWS_IN_A_GROUP = 2
PREFIX = "criteria"
MOST_ROWS = 2 * MAX_CONDITIONS + 20  # with those that are still empty
CLAUSES = ("clause_zh", "clause_en")
KEY = re.compile(r"g\d{1,4}")


def initial_rows(criteria: Sequence[Condition]) -> list[dict[str, Any]]:
    return flat(criteria, _row_of)


def _row_of(item: Condition) -> tuple[dict[str, Any], Sequence[Condition]]:
    """One item as a row, and what the group holds."""
    clauses = {name: item.get(name, "") for name in CLAUSES}
    kind = kind_of(item)
    if kind:
        return {"kind": kind} | clauses, items_of(item)
    row = {"field": item["field"], "op": shown_operator(item["op"]), "value": shown_value(item), "stored": item["op"]}
    return row | clauses, []


def with_more(data: Any, more: str) -> Any:
    """What was sent with more rows.

    more: the button that asked for them: "group" for a new group, the key of a group for rows in it, such a key with
    a plus for a group in it, and anything else for rows of the list itself.
    """
    known = count_of(data)
    key = more.removesuffix("+")
    rows: list[dict[str, str]] = [{}] * EMPTY_ROWS
    if KEY.fullmatch(key) and key == more:
        rows = [{"group": key}] * ROWS_IN_A_GROUP
    elif KEY.fullmatch(key) or more == "group":
        new = _next_key(data)
        head = {"kind": ANY if more == "group" else ALL, "key": new, "group": "" if more == "group" else key}
        rows = [head, *[{"group": new}] * ROWS_IN_A_GROUP]
    if known + len(rows) <= MOST_ROWS or more == "1":
        for index, row in enumerate(rows, start=known):
            for name, value in row.items():
                data[f"{PREFIX}-{index}-{name}"] = value
        data[f"{PREFIX}-TOTAL_FORMS"] = str(known + len(rows))
    return data


def count_of(data: Any) -> int:
    """How many rows were sent."""
    count = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    return int(count) if count.isdecimal() and len(count) < 6 else 0


def _next_key(data: Any) -> str:
    used = [int(value[1:]) for name, value in data.items() if name.endswith("-key") and KEY.fullmatch(value)]
    return f"g{max(used, default=0) % 9999 + 1}"


def as_sent(rows: Sequence[Mapping[str, Any]], extra: int) -> dict[str, str]:
    """Rows in the shape in which a browser sends them."""
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(rows) + extra), f"{PREFIX}-INITIAL_FORMS": str(len(rows))}
    for index, row in enumerate(rows):
        data |= {f"{PREFIX}-{index}-{name}": str(value) for name, value in row.items()}
    return data
