"""The rule engine once more, as SQL: the same conditions for all enterprises in one statement.

SQL's booleans have the three values that criteria need: TRUE is met, FALSE is not met, NULL is unknown; AND gives the
worst of them and OR the best, as `criteria.evaluate` does with lists and groups. Every fact is an expression over the
columns from which `matching.facts_of` takes it, so that nothing is stored twice; the size class is a column already,
kept by `enterprises.workflow.describe`. Values are parameters, never text of the statement.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left, NullIf
from django.db.models.lookups import Exact, GreaterThanOrEqual, In, LessThan, LessThanOrEqual

from enterprises.models import Enterprise, TitleGrant
from policies.eligibility.fields import FIELDS, FLAG, NUMBER, OPERATORS, PREFIX, TAGS, Condition, values_of
from policies.eligibility.groups import ANY, items_of, kind_of

Verdict = Any  # an expression that is TRUE, FALSE or NULL
KEYS = {"subdistrict": "subdistrict_id", "park": "park_id"}  # of the text fields, those that are keys and never empty


def condition_sql(condition: Condition, day: date) -> Verdict:
    """One condition or group, for the enterprise in the row. ValueError for an unknown field or operator."""
    kind = kind_of(condition)
    if kind:
        return _together(items_of(condition), day, Q.OR if kind == ANY else Q.AND)
    name, op = str(condition.get("field")), str(condition.get("op"))
    if name not in FIELDS or op not in OPERATORS[FIELDS[name].kind]:
        raise ValueError(f"no such condition: {name!r} {op!r}")
    values = values_of(condition)
    if name == "founded_years":
        return _years(op, values[0], day)
    return BY_KIND.get(FIELDS[name].kind, _text)(name, op, values, day)


def criteria_sql(criteria: Sequence[Condition], day: date) -> Verdict:
    """All conditions together; TRUE when there is none."""
    return _together(criteria, day, Q.AND) if criteria else Value(True, BooleanField())


def _together(items: Sequence[Condition], day: date, connector: str) -> Verdict:
    if not items:
        raise ValueError("an empty group")
    parts = Q(*(condition_sql(each, day) for each in items), _connector=connector)
    return ExpressionWrapper(parts, BooleanField(null=True))


def surely(verdict: Verdict) -> Verdict:
    """Whether it is met for certain: never NULL."""
    return Coalesce(verdict, Value(False, BooleanField()))


def matching(criteria: Sequence[Condition], day: date) -> "QuerySet[Enterprise]":
    """The verified enterprises that meet all conditions on that day; nobody who has left or closed."""
    verified = Enterprise.objects.operating().filter(verified_at__isnull=False)
    return verified.filter(criteria_sql(criteria, day)) if criteria else verified


def _text(name: str, _op: str, values: Sequence[str], _day: date) -> Verdict:
    fact = F(KEYS[name]) if name in KEYS else NullIf(F(name), Value(""))
    return In(fact, list(values))


def _flag(name: str, _op: str, values: Sequence[bool], _day: date) -> Verdict:
    return Exact(F(name), Value(values[0], BooleanField()))


def _prefix(_name: str, _op: str, prefixes: Sequence[str], _day: date) -> Verdict:
    """Met by a code that begins with one of them; unknown where the code itself is the beginning of one."""
    code = F("industry_id")
    met = Q()
    for length in sorted({len(prefix) for prefix in prefixes}):
        met |= Q(In(Left(code, length), [prefix for prefix in prefixes if len(prefix) == length]))
    coarse = sorted({prefix[:length] for prefix in prefixes for length in range(len(prefix) + 1)})
    return Case(
        When(met, then=Value(True)),
        When(Q(industry__isnull=True) | Q(In(code, coarse)), then=Value(None)),
        default=Value(False),
        output_field=BooleanField(null=True),
    )


def _tags(_name: str, _op: str, codes: Sequence[str], day: date) -> Verdict:
    """Met by a title held that day; not met only where the enterprise has named all it holds."""
    held = TitleGrant.objects.filter(
        Q(granted_on__isnull=True) | Q(granted_on__lte=day),
        Q(expires_on__isnull=True) | Q(expires_on__gte=day),
        enterprise=OuterRef("pk"),
        title__in=codes,
    )
    return Case(
        When(Exists(held), then=Value(True)),
        When(titles_known=True, then=Value(False)),
        default=Value(None),
        output_field=BooleanField(null=True),
    )


COMPARISONS: Mapping[str, Callable[[Combinable, Any], Any]] = {
    "eq": Exact,
    "gte": GreaterThanOrEqual,
    "lte": LessThanOrEqual,
}


def _number(name: str, op: str, values: Sequence[Any], _day: date) -> Verdict:
    """Bounds that are no integers are compared as people write them: 0.03 is 0.03."""
    bound = values[0]
    exact = Value(bound, BigIntegerField()) if isinstance(bound, int) else Value(Decimal(str(bound)), DecimalField())
    return COMPARISONS[op](F(name), exact)


BY_KIND: Mapping[str, Callable[[str, str, Sequence[Any], date], Verdict]] = {
    FLAG: _flag,
    NUMBER: _number,
    PREFIX: _prefix,
    TAGS: _tags,
}


def _years(op: str, bound: float, day: date) -> Verdict:
    """Full years since founding, as a comparison with the last day of founding that gives them."""
    if op == "gte":
        return _years_reach(math.ceil(bound), day)
    if op == "lte":
        return _not(_years_reach(math.floor(bound) + 1, day))
    if bound != int(bound):
        return _not(_years_reach(0, day))
    return ExpressionWrapper(
        Q(_years_reach(int(bound), day), _not(_years_reach(int(bound) + 1, day))), BooleanField(null=True)
    )


def _years_reach(years: int, day: date) -> Verdict:
    """Whether there are that many; a founding still to come counts as none."""
    if years <= 0:
        return LessThanOrEqual(F("founded_on"), Value(date.max))
    if day.year - years < date.min.year:
        return LessThan(F("founded_on"), Value(date.min))
    return LessThanOrEqual(F("founded_on"), Value(_years_before(day, years)))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February, in a year without
        return day.replace(year=day.year - years, day=28)


def _not(verdict: Verdict) -> Verdict:
    """FALSE for TRUE, TRUE for FALSE, NULL for NULL."""
    return Exact(verdict, Value(False))
