"""The floors of matching, written the plain way: one hand-written statement for a policy, sets and COPY for all.

They know only the kinds of conditions that `manage.py populate` makes, and do nothing but the core of the work: no
locks, no comparison with what was stored, nobody told. They are the measure, not a place to optimise.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection

PAIRS = "CREATE TEMPORARY TABLE IF NOT EXISTS bench_pairs (policy bigint, enterprise bigint)"
SETS = "CREATE TEMPORARY TABLE IF NOT EXISTS bench_sets (policy bigint, met bytea STORAGE EXTERNAL)"
STORE = "INSERT INTO bench_pairs SELECT %s, e.id FROM enterprises_enterprise e WHERE e.verified_at IS NOT NULL AND "
COLUMNS = {"industry_code": "industry_id", "founded_years": "founded_on"}
FIELDS = (
    *("district", "size", "ownership", "industry_code", "founded_years", "employees", "annual_revenue_cny"),
    "rd_expense_ratio",
)
DIGITS = b"01" + bytes(254)
Condition = Mapping[str, Any]


def run(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def store_policy(policy: int, criteria: Sequence[Condition], day: date) -> None:
    """Who meets it, stored: one statement."""
    parts = [_sql(each, day) for each in criteria]
    values = [value for _text, of_part in parts for value in of_part]
    run(STORE + " AND ".join(text for text, _values in parts), [policy, *values])


def _sql(condition: Condition, day: date) -> tuple[str, list[Any]]:
    name, op, value = condition["field"], condition["op"], condition["value"]
    values = value if isinstance(value, list) else [value]
    if name == "titles":
        held = "EXISTS (SELECT FROM enterprises_titlegrant t WHERE t.enterprise_id = e.id AND t.title_id = ANY(%s))"
        return held, [values]
    if name == "industry_code":
        return "e.industry_id LIKE ANY(%s)", [[f"{each}%" for each in values]]
    if name == "founded_years":
        if op == "gte":
            return "e.founded_on <= %s", [day.replace(year=day.year - value)]
        return "e.founded_on > %s", [day.replace(year=day.year - value - 1)]
    if op in ("gte", "lte"):
        return f"e.{name} {'>=' if op == 'gte' else '<='} %s", [value]
    return f"e.{name} = ANY(%s)", [values]


def store_all(policies: Sequence[tuple[int, Sequence[Condition]]], day: date) -> int:
    """Everything at once, in memory: each distinct condition one set, the policies' sets stored by COPY; how many
    matches."""
    conditions = {_key(each): each for _policy, criteria in policies for each in criteria}
    facts = _facts()
    values = {name: _by_value(facts[name]) for name in ("district", "size", "ownership", "industry_code", "titles")}
    sets = {key: _set(each, facts, values, day) for key, each in conditions.items()}
    count = 0
    with connection.cursor() as cursor, cursor.copy("COPY bench_sets FROM STDIN (FORMAT BINARY)") as target:
        target.set_types(("int8", "bytea"))
        for policy, criteria in policies:
            met = -1
            for each in criteria:
                met &= sets[_key(each)]
            count += met.bit_count()
            target.write_row((policy, met.to_bytes((met.bit_length() + 7) // 8, "little")))
    return count


def _key(condition: Condition) -> tuple[Any, ...]:
    return condition["field"], condition["op"], str(condition["value"])


def _facts() -> dict[str, Sequence[Any]]:
    """Field → the fact of each verified enterprise; the titles of each as a tuple."""
    names = ", ".join(COLUMNS.get(name, name) for name in FIELDS)
    rows = run(f"SELECT id, {names} FROM enterprises_enterprise WHERE verified_at IS NOT NULL")  # noqa: S608
    keys, *columns = zip(*rows, strict=True)
    held: dict[int, list[str]] = {}
    for enterprise, title in run("SELECT enterprise_id, title_id FROM enterprises_titlegrant"):
        held.setdefault(enterprise, []).append(title)
    return {**dict(zip(FIELDS, columns, strict=True)), "titles": [held.get(key, ()) for key in keys]}


def _by_value(column: Sequence[Any]) -> dict[Any, int]:
    """Value → the places in the column that have it."""
    places = defaultdict(list)
    for place, value in enumerate(column):
        for each in (value,) if isinstance(value, str | None) else value:
            places[each].append(place)
    return {value: _bits(len(column), held) for value, held in places.items()}


def _bits(size: int, places: Sequence[int]) -> int:
    digits = bytearray(b"0") * size
    for place in places:
        digits[place] = 49  # "1"
    return int(digits, 2)


def _set(condition: Condition, facts: Mapping[str, Any], values: Mapping[str, Any], day: date) -> int:
    name, op, wanted = condition["field"], condition["op"], condition["value"]
    if name in values:
        codes = wanted if isinstance(wanted, list) else [wanted]
        if name == "industry_code":
            codes = [code for code in values[name] if code and code.startswith(tuple(codes))]
        return reduce(or_, (values[name].get(code, 0) for code in codes), 0)
    more = op == "gte"
    if name == "founded_years":
        more, wanted = op == "lte", day.replace(year=day.year - wanted - (op == "lte"))
        wanted += timedelta(days=op == "lte")
    bound: Any = Decimal(str(wanted)) if isinstance(wanted, float) else wanted
    nothing = {int: (-1, 10**18), Decimal: (Decimal(-1), Decimal(9)), date: (date.min, date.max)}[type(bound)][not more]
    filled = [nothing if fact is None else fact for fact in facts[name]]
    holds = bound.__le__ if more else bound.__ge__
    return int(bytes(map(holds, filled)).translate(DIGITS), 2)
