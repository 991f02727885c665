"""Keyset pagination: a page begins after a row, not after a number of rows, so the last page is as quick as the first.

A cursor is an opaque word for addresses: the direction and the order's values of one row. Whoever forges one gets the
first page; it grants nothing, since the queryset it is applied to is already limited to what the person may see.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Field, Func, Q, QuerySet, Subquery, Value
from django.db.models.expressions import OrderBy
from django.utils import timezone

Row = TypeVar("Row")
MAX_CURSOR = 2000


@dataclass(frozen=True, slots=True)
class Order:
    """One column of the order. A column that may be null must say `nulls_last`: its nulls then end the list."""

    field: str
    desc: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A row's values of the order's columns, and whether what lies before it is asked for."""

    back: bool
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page and the cursors of its neighbours (None where there is none)."""

    rows: list[Row]
    next_cursor: str | None
    prev_cursor: str | None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paginate(
    queryset: QuerySet[Any, Row],
    *,
    order: Sequence[Order],
    cursor: str | None = None,
    size: int = 30,
    among: Sequence[QuerySet[Any, Any]] = (),
    fetch: Callable[[Place | None], list[Row]] | None = None,
) -> Page[Row]:
    """One page of an unsliced queryset, in one query. `order` must end with a unique column, such as the pk.

    A cursor that is malformed, forged, of another order, or that leads beyond either end gives the first page.
    Order columns of related tables ("enterprise__name") need select_related. ValueError for an order that cannot work.

    among: lists that together are the one to be paged, overlapping or not, each with an index of its own for the order.
    The first rows of each are found there, and `queryset`, which narrows nothing then, reads no others.
    fetch: reads the rows of `window` by other means: `size` and one more.
    """
    if size < 1:
        raise ValueError("a page has at least one row")
    columns = [_column(queryset, each) for each in order]
    _require_workable(columns, order)
    fetch = fetch or (lambda place: list(window(queryset, order=order, place=place, most=size + 1, among=among)))
    place = _decode(cursor, columns, order) if cursor else None
    rows = fetch(place)
    if not rows and place is not None:
        place, rows = None, fetch(None)
    more, rows = len(rows) > size, rows[:size]
    if place is None:
        return _page(rows, order, before=False, after=more)
    if place.back:
        return _page(rows[::-1], order, before=more, after=True)
    return _page(rows, order, before=True, after=more)


def window(
    queryset: QuerySet[Any, Row],
    *,
    order: Sequence[Order],
    place: Place | None,
    most: int,
    among: Sequence[QuerySet[Any, Any]] = (),
) -> QuerySet[Any, Row]:
    """The first rows beyond a place, nearest first; see `paginate`."""
    back = place is not None and place.back
    columns = [_column(queryset, each) for each in order]
    beyond = _beyond(order, columns, place.values, back) if place else Q()
    orders = _order_by(order, back)
    if not among:
        return queryset.filter(beyond).order_by(*orders)[:most]
    return queryset.filter(first_of(among, order=order, place=place, most=most)).order_by(*orders)[:most]


def first_of(among: Sequence[QuerySet[Any, Any]], *, order: Sequence[Order], place: Place | None, most: int) -> Func:
    """The condition that the pk is one of the first beyond a place, of all these lists together."""
    lists = [_places(each, order, place, most) for each in among]
    return _First(F("pk"), *(Subquery(each) for each in lists), order=_order_in_words(order, place), most=most)


def _places(
    queryset: QuerySet[Any, Any], order: Sequence[Order], place: Place | None, most: int, **more: Any
) -> QuerySet[Any, Any]:
    """Pks of a list's first rows beyond a place, as `place_0`, and what they are ordered by, as `place_1` and so on."""
    back = place is not None and place.back
    if place:
        queryset = queryset.filter(_beyond(order, [_column(queryset, each) for each in order], place.values, back))
    named = {f"place_{n}": F(each) for n, each in enumerate(("pk", *(each.field for each in order)))}
    return queryset.order_by(*_order_by(order, back)).values(**named, **more)[:most]


def _order_in_words(order: Sequence[Order], place: Place | None) -> str:
    """The order of what `_places` gives."""
    back = place is not None and place.back
    nulls = {(True, False): " NULLS LAST", (True, True): " NULLS FIRST"}
    return ", ".join(
        f"place_{n}{' DESC' if each.desc != back else ''}{nulls.get((each.nulls_last, back), '')}"
        for n, each in enumerate(order, 1)
    )


class _First(Func):
    """pk = ANY(ARRAY(the first of the lists together)): what is in several of them is there once."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, order: str, most: int) -> None:
        super().__init__(*expressions)
        self.order, self.most = order, most

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        column, *lists = self.get_source_expressions()
        sql, params = _together(lists, compiler, self.order, self.most)
        return f"{compiler.compile(column)[0]} = ANY(ARRAY({sql}))", params


def _together(
    lists: Sequence[Any], compiler: Any, order: str, most: int, columns: str = "place_0"
) -> tuple[str, list[Any]]:
    """The statement for the first rows of lists, each of them in order; EmptyResultSet where none can hold any."""
    compiled: list[tuple[str, Any]] = []
    for each in lists:
        with suppress(EmptyResultSet):
            compiled.append(compiler.compile(each))
    if not compiled:
        raise EmptyResultSet
    united = " UNION ".join(sql for sql, _values in compiled)
    params = [value for _sql, values in compiled for value in values]
    return f"SELECT {columns} FROM ({united}) AS lists ORDER BY {order} LIMIT {most}", params  # noqa: S608 - by the ORM


class _Found(_First):
    """pk = ANY(those that hold the words among the next in the list; where they are too few, among all that hold them).

    Its lists: of rows that come next, each with whether it holds the words; then as many of rows that do.
    """

    def __init__(self, *expressions: Any, near: int, **how: Any) -> None:
        super().__init__(*expressions, **how)
        self.near = near

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        column, *lists = self.get_source_expressions()
        half = len(lists) // 2
        near, values = _together(lists[:half], compiler, self.order, self.near, "*")
        holding, more = _together(lists[half:], compiler, self.order, self.most)
        sql = (
            f"WITH near AS MATERIALIZED ({near}) "  # noqa: S608
            f"SELECT CASE WHEN (SELECT count(*) FROM near) < {self.near} "
            f"OR (SELECT count(*) FROM near WHERE holds) >= {self.most} "
            f"THEN ARRAY(SELECT place_0 FROM near WHERE holds ORDER BY {self.order} LIMIT {self.most}) "
            f"ELSE ARRAY({holding}) END"
        )
        return f"{compiler.compile(column)[0]} = ANY(({sql})::bigint[])", values + more


def first_holding(
    among: Sequence[QuerySet[Any, Any]],
    holds: Any,
    holding: Sequence[QuerySet[Any, Any]],
    *,
    order: Sequence[Order],
    place: Place | None,
    most: int,
    near: int,
) -> Func:
    """The condition that the pk is one of the first beyond a place of which `holds` is true, of all the lists together.

    They are looked for among the next `near` rows of the lists. Only where those are not enough, `holding` is asked:
    the same lists narrowed to such rows by an index that finds them all but knows no order.
    """
    next_ones = [_places(each, order, place, near, holds=holds) for each in among]
    found = [_places(each, order, place, most) for each in holding]
    lists = [Subquery(each) for each in (*next_ones, *found)]
    return _Found(F("pk"), *lists, order=_order_in_words(order, place), most=most, near=near)


def pk_in_any(querysets: Sequence[QuerySet[Any, Any]]) -> Func:
    """The condition that the pk is in one of these lists, which are read first: then an index looks the rows up."""
    return value_in_any("pk", querysets)


def value_in_any(column: str, querysets: Sequence[QuerySet[Any, Any]]) -> Func:
    """The same for another column."""
    return _Among(F(column), *map(ArraySubquery, querysets))


class _Among(Func):
    """pk = ANY(ARRAY(SELECT …) || ARRAY(SELECT …))"""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        parts = [compiler.compile(each) for each in self.get_source_expressions()]
        (column, _none), lists = parts[0], parts[1:]
        params = [value for _sql, values in lists for value in values]
        return f"{column} = ANY({' || '.join(sql for sql, _values in lists)})", params


def capped_count(queryset: QuerySet[Any, Any], cap: int = 1000) -> tuple[int, bool]:
    """How many rows there are, counted no further than `cap`; and whether there are more ("1,000+")."""
    counted = queryset.order_by().values("pk")[: cap + 1].count()
    return min(counted, cap), counted > cap


def _column(queryset: QuerySet[Any, Any], order: Order) -> Field[Any, Any]:
    """The model field (or the output field of an annotation) behind a column of the order."""
    annotation = queryset.query.annotations.get(order.field)
    if annotation is not None:
        return annotation.output_field
    model: Any = queryset.model
    field: Any = None
    for part in order.field.split("__"):
        try:
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist as error:
            raise ValueError(f"no such column: {order.field}") from error
        model = getattr(field, "related_model", None) or model
    return getattr(field, "target_field", field)


def _require_workable(columns: Sequence[Field[Any, Any]], order: Sequence[Order]) -> None:
    if not order or not columns[-1].unique or "__" in order[-1].field:
        raise ValueError("the order must end with a unique column")
    for column, each in zip(columns, order, strict=True):
        if column.null and not each.nulls_last:
            raise ValueError(f"{each.field} may be null: say nulls_last")


def _order_by(order: Sequence[Order], back: bool) -> list[OrderBy]:
    """The order, or the order backwards; nulls are named only where there may be some, so that indexes fit."""
    return [
        OrderBy(
            F(each.field),
            descending=each.desc != back,
            nulls_last=True if each.nulls_last and not back else None,
            nulls_first=True if each.nulls_last and back else None,
        )
        for each in order
    ]


def _beyond(order: Sequence[Order], columns: Sequence[Field[Any, Any]], values: Sequence[Any], back: bool) -> Any:
    """The condition "comes after this place" (before it, going back).

    One direction without nulls is a row comparison, which an index answers outright. Anything else is written out
    as OR, with the first column's bound before it so that an index finds the beginning.
    """
    if len({each.desc for each in order}) == 1 and not any(each.nulls_last for each in order):
        here = Func(*(F(each.field) for each in order), function="ROW")
        there = Func(*(Value(v, output_field=c) for v, c in zip(values, columns, strict=True)), function="ROW")
        sign = " < " if order[0].desc != back else " > "
        return Func(here, there, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField())
    condition, level = Q(pk__in=[]), Q()
    for each, value in zip(order, values, strict=True):
        condition |= level & _after(each, value, back)
        level &= _level(each, value)
    first, value = order[0], values[0]
    return condition if first.nulls_last else condition & (_after(first, value, back) | _level(first, value))


def _level(order: Order, value: Any) -> Q:
    return Q(**{f"{order.field}__isnull": True}) if value is None else Q(**{order.field: value})


def _after(order: Order, value: Any, back: bool) -> Q:
    """The rows of one column that come after the value (before it, going back)."""
    missing = Q(**{f"{order.field}__isnull": True})
    if value is None:
        return ~missing if back else Q(pk__in=[])
    beyond = Q(**{f"{order.field}__{'lt' if order.desc != back else 'gt'}": value})
    return beyond | missing if order.nulls_last and not back else beyond


def _page(rows: list[Row], order: Sequence[Order], *, before: bool, after: bool) -> Page[Row]:
    return Page(
        rows,
        next_cursor=_encode("n", rows[-1], order) if rows and after else None,
        prev_cursor=_encode("p", rows[0], order) if rows and before else None,
    )


def _value_of(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = None if row is None else getattr(row, part)
    return getattr(row, "pk", row)


def _encode(direction: str, row: Any, order: Sequence[Order]) -> str:
    values = [_as_json(_value_of(row, each.field)) for each in order]
    text = json.dumps([direction, *values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _decode(cursor: str, columns: Sequence[Field[Any, Any]], order: Sequence[Order]) -> Place | None:
    """The place a cursor names; None for anything that this order did not make."""
    if len(cursor) > MAX_CURSOR:
        return None
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(content, list) or len(content) != len(order) + 1 or content[0] not in ("n", "p"):
            return None
        values = [_as_value(*each) for each in zip(content[1:], columns, order, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, ArithmeticError, binascii.Error, ValidationError):
        return None
    return Place(content[0] == "p", values)


def _as_value(raw: Any, column: Field[Any, Any], order: Order) -> Any:
    """A decoded value as the column's own type; ValueError or ValidationError for what the column cannot hold."""
    if raw is None:
        if order.nulls_last:
            return None
        raise ValueError("null")
    if not isinstance(raw, bool | int | float | str):
        raise ValueError("not a plain value")
    value = column.to_python(raw)
    if isinstance(value, str) and ("\x00" in value or _has_surrogate(value)):
        raise ValueError("not a text")
    if isinstance(value, int | float | Decimal) and not math.isfinite(value):
        raise ValueError("not a number")
    if isinstance(value, datetime) and timezone.is_naive(value):
        raise ValueError("no time zone")
    return value


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)
