"""Statements that PostgreSQL plans once for each connection: for pages whose planning costs more than their reading.

A statement is made once, of a queryset with stand-ins where one use differs from the next. Everything else is written
into it as it is, so that partial indexes fit. psycopg keeps the prepared ones of a connection, a hundred at most.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language
from psycopg import Cursor
from psycopg.types.numeric import Int8

# Stand-ins: values that no row has.
USER, DEPARTMENT, KEY, *OTHERS = (-(2**61) - n for n in range(12))
TEXT, TEXT_2 = "\ue000text\ue000", "\ue000words\ue000"
DAY, TODAY, NEXT_DAY = date(4990, 1, 1), date(4990, 1, 2), date(4990, 1, 3)
MOMENT = datetime(4990, 1, 4, tzinfo=UTC)
_STAND_INS = (USER, DEPARTMENT, KEY, *OTHERS, TEXT, TEXT_2, DAY, TODAY, NEXT_DAY, MOMENT)


class _Preparing(Cursor[Any]):
    """Django's own cursor writes values into the statement, which is then another one each time."""

    def execute(self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: Any = None) -> Any:
        return super().execute(query, params, prepare=True, binary=binary)


class Prepared:
    """A statement, made of SQL and its values, some of which are stand-ins."""

    def __init__(self, sql: str, params: Sequence[Any]) -> None:
        self._sql, self._params = sql, params

    @cached_property
    def _text(self) -> tuple[str, list[Any]]:
        """The statement with marks where the stand-ins were, and which stood at each."""
        write = connection.ops.compose_sql  # type: ignore[attr-defined]
        written = {write("%s", [each]).strip(): each for each in _STAND_INS}
        text = write(self._sql, self._params).replace("%", "%%")
        marks = re.compile("|".join(map(re.escape, written)))
        return marks.sub("%s", text), [written[found] for found in marks.findall(text)]

    def rows(self, values: Mapping[Any, Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names of the columns, and the rows with these values for the stand-ins; one query."""
        text, places = self._text
        connection.close_if_health_check_failed()  # as Django's cursor does: it may be a request's first statement
        connection.ensure_connection()
        link = connection.connection
        link.prepare_threshold = link.prepare_threshold or 5  # Django's own cursor prepares nothing whatever it says
        with connection._prepare_cursor(_Preparing(link)) as cursor:  # type: ignore[attr-defined]
            cursor.execute(text, [_typed(values[place]) for place in places])
            return [column.name for column in cursor.description], cursor.fetchall()


def _typed(value: Any) -> Any:
    """A key is a bigint however small: another type would be another statement."""
    return Int8(value) if isinstance(value, int) else value


class Kept:
    """A queryset with stand-ins, written as SQL once. It may select related rows and prefetch others."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(queryset.db)
        self.statement = Prepared(*self.compiler.as_sql())

    def all(self, values: Mapping[Any, Any]) -> list[Any]:
        """What the queryset gives with these values for the stand-ins."""
        again: Any = self.queryset.all()
        again.query.get_compiler = lambda *_args, **_kwargs: _Served(self.compiler, self.statement.rows(values)[1])
        return list(again)


class _Served:
    """A compiler of a queryset, as far as iterating asks for it, that has its rows already."""

    def __init__(self, compiler: Any, rows: list[tuple[Any, ...]]) -> None:
        self.rows, self.compiler = rows, compiler
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map

    def execute_sql(self, *_args: Any, **_kwargs: Any) -> list[list[tuple[Any, ...]]]:
        return [self.rows]

    def results_iter(self, results: Any = None, tuple_expected: bool = False, **_how: Any) -> Any:
        return self.compiler.results_iter([self.rows], tuple_expected=tuple_expected)


@lru_cache(maxsize=1_000)
def _kept(make: Callable[..., QuerySet[Any, Any]], _language: str | None, *kind: Any) -> Kept:
    return Kept(make(*kind))


def kept(make: Callable[..., QuerySet[Any, Any]], *kind: Any) -> Kept:
    """The queryset that `make` gives for such a kind, made once in each language. `make` is a function of a module;
    all that changes its conditions, but for the stand-ins' values, is the kind."""
    return _kept(make, get_language(), *kind)
