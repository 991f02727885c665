"""What `ranking.judge` says, in SQL: so that of thousands of resources only those that are shown are read.

`possible` are the conditions that rule out; `score` the weighted sum. tests/investment/test_scoring.py holds the two
together on random needs and resources.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FloatField, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from investment.enums import MONEY, Kind
from investment.ranking import (
    AREA_SLACK,
    FEE_ZERO,
    LATEST,
    LEARNT,
    NO_WISH,
    OPEN_TO_ALL,
    RENT_ZERO,
    UNKNOWN,
    WEIGHTS,
    Taste,
    Wish,
)

Sql = tuple[str, list[Any]]
T = "investment_resource"
COLUMN = {
    "place": f"{T}.subdistrict_id",
    "park": f"{T}.park_id",
    "fitout": f"{T}.fitout",
    "provider": f"{T}.provider_id::text",
}


def possible(wish: Wish) -> Q:
    """What no condition rules out."""
    found = Q(kind=wish.kind)
    parts = WEIGHTS[wish.kind]
    if wish.section:
        found &= Q(sections=[]) | Q(sections__contains=[wish.section])
    if "area" in parts:
        found &= _areas(wish)
        if wish.wanted_by:
            found &= Q(available_on=None) | Q(available_on__lte=wish.wanted_by + timedelta(days=LATEST))
    if "stage" in parts and wish.stage:
        found &= Q(stages=[]) | Q(stages__contains=[wish.stage])
    if wish.amount is not None and wish.kind in MONEY:
        found &= Q(ticket_min=None) | Q(ticket_min__lte=wish.amount)
    return found


def _areas(wish: Wish) -> Q:
    found = Q()
    if wish.area_from:
        found &= Q(area_m2=None) | Q(area_m2__gte=wish.area_from * (1 - AREA_SLACK) - 1e-6)
    if wish.area_to:
        most = wish.area_to * (1 + AREA_SLACK) + 1e-6
        found &= Q(_smallest=None) | Q(_smallest__lte=most)
    return found


def smallest() -> Coalesce:
    """The smallest part that can be had: `.alias(_smallest=smallest())` comes before `possible`."""
    return Coalesce(F("area_min_m2"), F("area_m2"))


def score(wish: Wish, taste: Taste, today: date, stale_after: int) -> RawSQL:
    """The weighted sum, as the pure function has it."""
    terms: list[str] = []
    values: list[Any] = []
    for name, weight in WEIGHTS[wish.kind].items():
        sql, params = _fresh(today, stale_after) if name == "fresh" else PARTS[name](wish)
        terms.append(f"{weight} * ({sql})")
        values += params
    for sql, params in _learnt(taste):
        terms.append(sql)
        values += params
    return RawSQL(" + ".join(terms), values, output_field=FloatField())  # noqa: S611


def _fresh(today: date, stale_after: int) -> Sql:
    """Days between two local dates, as the keeper counts them."""
    days = f"(%s::date - ({T}.confirmed_at AT TIME ZONE 'Asia/Shanghai')::date)"
    return f"GREATEST(0, 1 - {days}::float8 / %s)", [today, stale_after]


def _rent(wish: Wish) -> Sql:
    if wish.budget is None:
        return str(NO_WISH), []
    return _dear(f"{T}.rent_day", wish.budget, RENT_ZERO)


def _dear(column: str, most: float, zero: float) -> Sql:
    """Within what one wants to spend the cheaper the better; above it less, and nothing from `zero` on."""
    over = f"({column}::float8 / %s - 1)"
    sql = (
        f"CASE WHEN {column} IS NULL THEN {UNKNOWN} WHEN {over} > 0 THEN GREATEST(0, 0.8 * (1 - {over} / {zero})) "
        f"ELSE 0.8 - 0.2 * {over} END"
    )
    return sql, [float(most)] * 3


def _area(wish: Wish) -> Sql:
    if wish.area_from is None and wish.area_to is None:
        return str(NO_WISH), []
    short = f"GREATEST(0, 1 - {T}.area_m2::float8 / %s)" if wish.area_from else "0"
    large = f"GREATEST(0, COALESCE({T}.area_min_m2, {T}.area_m2)::float8 / %s - 1)" if wish.area_to else "0"
    params: list[Any] = [float(each) for each in (wish.area_from, wish.area_to) if each]
    ends = [
        f"{T}.area_m2 IS NULL THEN {UNKNOWN}",
        f"{short} > {AREA_SLACK + 1e-9} THEN 0",
        f"{large} > {AREA_SLACK + 1e-9} THEN 0",
        f"{short} > 0 THEN 1 - 5 * {short}",
    ]
    first, last = params[:1] if wish.area_from else [], params[-1:] if wish.area_to else []
    cases = " ".join(f"WHEN {end}" for end in ends)
    return f"CASE {cases} ELSE 1 - 5 * {large} END", [*first, *last, *first, *first, *last]


def _place(wish: Wish) -> Sql:
    if not wish.subdistricts:
        return str(NO_WISH), []
    column = COLUMN["place"]
    sql = f"CASE WHEN {column} IS NULL THEN {UNKNOWN} WHEN {column} = ANY(%s) THEN 1 ELSE 0 END"
    return sql, [sorted(wish.subdistricts)]


def _time(wish: Wish) -> Sql:
    if wish.wanted_by is None:
        return str(NO_WISH), []
    late = f"GREATEST(0, COALESCE({T}.available_on - %s::date, 0))"
    sql = f"CASE WHEN {late} > {LATEST} THEN 0 ELSE 1 - {late}::float8 / {LATEST} END"
    return sql, [wish.wanted_by] * 2


def _among(column: str, wanted: str) -> Sql:
    """Open to all, or to those that are named."""
    named = f"CASE WHEN {column} @> ARRAY[%s]::varchar[] THEN 1 ELSE 0 END" if wanted else str(UNKNOWN)
    return f"CASE WHEN cardinality({column}) = 0 THEN {OPEN_TO_ALL} ELSE {named} END", [wanted] if wanted else []


def _industry(wish: Wish) -> Sql:
    return _among(f"{T}.sections", wish.section)


def _stage(wish: Wish) -> Sql:
    return _among(f"{T}.stages", wish.stage)


def _amount(wish: Wish) -> Sql:
    if wish.amount is None:
        return str(NO_WISH), []
    if wish.kind in (Kind.TALENT, Kind.RND):
        return _dear(f"{T}.fee", float(wish.amount), FEE_ZERO)
    sql = (
        f"CASE WHEN {T}.ticket_min > %s THEN 0 WHEN {T}.ticket_max < %s THEN 0.8 * {T}.ticket_max::float8 / %s "
        f"WHEN {T}.ticket_min IS NULL AND {T}.ticket_max IS NULL THEN {UNKNOWN} ELSE 1 END"
    )
    return sql, [wish.amount] * 3


def _learnt(taste: Taste) -> list[Sql]:
    found: list[Sql] = [
        (f"CASE WHEN {COLUMN[name]} = %s THEN %s ELSE 0 END", [value, LEARNT[name] * signal])
        for (name, value), signal in sorted(taste.features.items())
    ]
    if taste.price is not None:
        found.append((f"CASE WHEN {T}.rent_day::float8 >= %s THEN -{LEARNT['price']} ELSE 0 END", [taste.price]))
    return found


PARTS: dict[str, Callable[[Wish], Sql]] = {
    "rent": _rent,
    "amount": _amount,
    "area": _area,
    "place": _place,
    "time": _time,
    "industry": _industry,
    "stage": _stage,
}
