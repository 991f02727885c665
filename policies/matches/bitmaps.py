"""Many policies held against a whole shard of enterprises at once: every condition is one set of enterprises (an
integer), every policy a few “and” and “or” of them.

Only what is met for certain counts, so a fact that is not known is in no set. Values are put into classes that no
condition can tell apart, and the engine judges each class once: what a condition means is said there alone.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from enterprises.models import Enterprise, TitleGrant
from enterprises.models.base import OPERATING
from policies.changes import Stamp, stamp
from policies.eligibility.criteria import Test, compile_criteria
from policies.eligibility.fields import FIELDS, NUMBER, Condition, values_of
from policies.eligibility.groups import ANY, items_of, kind_of
from policies.matches.bits import SHARD, set_of
from policies.models import Policy

# Where the facts stand that `eligibility.matching.facts_of` takes; titles are in a table of their own.
COLUMNS: Mapping[str, str] = {
    "district": "district",
    "subdistrict": "subdistrict_id",
    "industry_code": "industry_id",
    "size": "size",
    "ownership": "ownership",
    "founded_years": "founded_on",
    "employees": "employees",
    "annual_revenue_cny": "annual_revenue_cny",
    "rd_expense_ratio": "rd_expense_ratio",
    "listed": "listed",
    "park": "park_id",
}
Tree = Any  # the number of a condition, or (whether one is enough, the trees of what the group holds)
Bound = int | Decimal
Classes = dict[Any, tuple[Any, list[int]]]  # class of values → one of them, and which enterprises have any of them


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A policy as it was when the plan was made."""

    policy: int
    version: int
    changed_at: datetime
    tree: Tree


@dataclass(slots=True)
class Plan:
    """The policies in force on a day, each distinct condition once and under a number."""

    day: date
    rules: list[Rule] = field(default_factory=list)
    conditions: list[Test] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)  # by what the condition says
    of_field: dict[str, list[int]] = field(default_factory=dict)
    bounds: dict[str, list[Bound]] = field(default_factory=dict)  # by field, in order
    judged: dict[Any, list[int]] = field(default_factory=dict)  # (field, class of values) → conditions it meets

    def met_by(self, name: str, known_as: Any, value: Any) -> list[int]:
        """The conditions that a value meets; `known_as` is the class it stands for."""
        found = self.judged.get((name, known_as))
        if found is None:
            found = self.judged[name, known_as] = [n for n in self.of_field[name] if self.conditions[n](value) is True]
        return found


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the verified enterprises of a shard, by field."""

    everyone: int
    classes: dict[str, Classes]


def plan_for(day: date) -> Plan:
    """One small query unless a policy was changed since."""
    return _plan(stamp(), day)


@lru_cache(maxsize=1)
def _plan(_stamp: Stamp, day: date) -> Plan:
    plan = Plan(day)
    limits: defaultdict[str, set[Bound]] = defaultdict(set)
    rows = Policy.objects.in_force(day).order_by("pk").values_list("pk", "version", "changed_at", "criteria")
    for policy, version, changed_at, criteria in rows:
        tree = (False, tuple(_tree(plan, item, limits) for item in criteria))
        plan.rules.append(Rule(policy, version, changed_at, tree))
    plan.bounds = {name: sorted(values) for name, values in limits.items()}
    return plan


def _tree(plan: Plan, item: Condition, limits: Mapping[str, set[Bound]]) -> Tree:
    kind = kind_of(item)
    if kind:
        return kind == ANY, tuple(_tree(plan, each, limits) for each in items_of(item))
    name, values = item["field"], values_of(item)
    says = (name, item["op"], values)
    if says not in plan.numbers:
        plan.numbers[says] = len(plan.conditions)
        plan.of_field.setdefault(name, []).append(len(plan.conditions))
        ((_name, test),) = compile_criteria([item])
        plan.conditions.append(test)
        if FIELDS[name].kind == NUMBER:
            limits[name].update(value if isinstance(value, int) else Decimal(str(value)) for value in values)
    return plan.numbers[says]


def facts_in(shard: int, plan: Plan) -> Facts:
    """Two queries."""
    names = [name for name in plan.of_field if name in COLUMNS]
    ours: QuerySet[Enterprise] = QuerySet(Enterprise).filter(
        pk__gte=shard * SHARD, pk__lt=(shard + 1) * SHARD
    )  # no names: no languages
    ours = ours.filter(verified_at__isnull=False, standing__in=OPERATING, merged_into__isnull=True)
    rows = fetched(ours.values_list("pk", *(COLUMNS[name] for name in names)))
    keys, *columns = list(zip(*rows, strict=True)) or [(), *(() for _name in names)]
    places = [key % SHARD for key in keys]
    values = {name: _classes(name, places, column, plan) for name, column in zip(names, columns, strict=True)}
    if "titles" in plan.of_field:
        values["titles"] = _titles(shard, plan.day)
    return Facts(set_of(places), values)


def fetched(rows: "QuerySet[Any, Any]") -> list[tuple[Any, ...]]:
    """The rows as the driver has them, all at once."""
    with connection.cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        return cursor.fetchall()


def _classes(name: str, places: Sequence[int], column: Sequence[Any], plan: Plan) -> Classes:
    if name == "founded_years":
        column = [None if when is None else _years(when, plan.day) for when in column]
    if name in plan.bounds:
        return _ranged(places, column, plan.bounds[name])
    found: defaultdict[Any, list[int]] = defaultdict(list)
    for place, value in zip(places, column, strict=True):
        found[value].append(place)
    return {value: (value, held) for value, held in found.items() if value is not None and value != ""}


def _ranged(places: Sequence[int], column: Sequence[Any], bounds: Sequence[Bound]) -> Classes:
    """Numbers between the same two bounds are of one class, those that are a bound of another."""
    found: Classes = {}
    for place, value in zip(places, column, strict=True):
        if value is None:
            continue
        at = bisect_left(bounds, value)
        known_as = 2 * at + (at < len(bounds) and bounds[at] == value)
        if known_as in found:
            found[known_as][1].append(place)
        else:
            found[known_as] = value, [place]
    return found


@lru_cache(maxsize=30_000)
def _years(founded: date, day: date) -> int:
    """Full years, as `eligibility.matching` has them."""
    return max(0, day.year - founded.year - ((day.month, day.day) < (founded.month, founded.day)))


def _titles(shard: int, day: date) -> Classes:
    """By each title held that day: a condition on titles is met by any one of them."""
    grants = TitleGrant.objects.filter(
        Q(granted_on__isnull=True) | Q(granted_on__lte=day),
        Q(expires_on__isnull=True) | Q(expires_on__gte=day),
        enterprise__gte=shard * SHARD,
        enterprise__lt=(shard + 1) * SHARD,
    )
    found: Classes = {}
    for key, title in fetched(grants.values_list("enterprise_id", "title_id")):
        found.setdefault(title, (frozenset({title}), []))[1].append(key % SHARD)
    return found


def met_in(facts: Facts, plan: Plan) -> Iterator[tuple[Rule, int]]:
    """Each policy with the enterprises that meet it."""
    met = [0] * len(plan.conditions)
    for name, classes in facts.classes.items():
        for known_as, (value, places) in classes.items():
            some = set_of(places) & facts.everyone
            for number in plan.met_by(name, known_as, value):
                met[number] |= some
    for rule in plan.rules:
        yield rule, _together(rule.tree, met, facts.everyone)


def _together(tree: Tree, met: Sequence[int], everyone: int) -> int:
    if isinstance(tree, int):
        return met[tree]
    one_is_enough, items = tree
    if one_is_enough:
        some = 0
        for item in items:
            some |= met[item] if isinstance(item, int) else _together(item, met, everyone)
        return some
    for item in items:
        everyone &= met[item] if isinstance(item, int) else _together(item, met, everyone)
    return everyone
