"""An extract in the database: its rows by COPY, what each would change by SQL over all of them, and taking them over in
batches. No statement looks at one row alone."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.core.cache import cache
from django.db import connection

from enterprises import size
from enterprises.models import RegistryImport, RegistryRow
from enterprises.models.registry import RowKind
from enterprises.registry import statements
from enterprises.registry.columns import COLUMNS, Column, Known, facts_of, recognised, written
from enterprises.registry.reading import MOST_ROWS, Unreadable, rows_of
from enterprises.registry.statements import ROWS, SIZED
from portal.core.calendar import local_day

BATCH = 5_000
MOST_CELLS = 60
NEEDED = {column.field for column in COLUMNS if column.required}
_NONE = ("[]", "[]")
_END = 2**31 - 1
_JUDGED = ["new", "doubtful", "changed", "same"]


def headed(rows: Iterator[Any]) -> tuple[int, dict[int, Column], list[str]]:
    """The line of the headings, which column stands where, and the headings that nobody knows."""
    line, headings = next(((n, row) for n, row in enumerate(rows, start=1) if any(map(written, row))), (1, ()))
    columns, unknown = recognised(headings)
    if not {column.field for column in columns.values()} >= NEEDED:
        raise Unreadable("columns")
    return line, columns, unknown


def read_in(extract: RegistryImport) -> int:
    """All rows of the file, judged and compared; returns how many. Unreadable says why the file as a whole is none."""
    RegistryRow.objects.filter(extract=extract).delete()
    with extract.file.open("rb") as file, connection.cursor() as cursor:
        rows = rows_of(cast(BinaryIO, file))
        line, columns, extract.unknown_columns = headed(rows)
        many = _copied(cursor, extract, _judged(enumerate(rows, start=line + 1), columns, Known.read(local_day())))
        if not many:
            raise Unreadable("empty")
        cursor.execute(f"ANALYZE {ROWS}")
        whole = _span(extract, 0, _END) | {"compared": ["new"]}
        for statement in (statements.MARK_TWICE, statements.compare(), statements.DOUBT):
            cursor.execute(statement, whole)
        _resize(cursor, whole)
        cursor.execute(f"SELECT kind, count(*) FROM {ROWS} WHERE extract_id = %s GROUP BY kind", [extract.pk])  # noqa: S608
        extract.counts = dict(cursor.fetchall())
    return many


def _copied(cursor: Any, extract: RegistryImport, rows: Iterator[tuple[Any, ...]]) -> int:
    names = "extract_id, line, kind, credit_code, facts, changes, kept, problems, cells"
    many = 0
    with connection.wrap_database_errors, cursor.copy(f"COPY {ROWS} ({names}) FROM STDIN") as copy:
        for many, row in enumerate(rows, start=1):
            if many > MOST_ROWS:
                raise Unreadable("rows")
            if many % BATCH == 0:
                tell(extract, many)
            copy.write_row((extract.pk, *row))
    return many


def tell(extract: RegistryImport, many: int) -> None:
    """How many rows were read so far: others can't see them before all are there."""
    cache.set(f"extract:{extract.pk}", many, 3_600)


def told(extract: RegistryImport) -> int:
    return int(cache.get(f"extract:{extract.pk}") or 0)


def _judged(rows: Iterator[Any], columns: dict[int, Column], known: Known) -> Iterator[tuple[Any, ...]]:
    """Rows as they are stored; empty ones are passed over, but counted as lines."""
    for line, cells in rows:
        if not any(map(written, cells)):
            continue
        facts, problems = facts_of(cells, columns, known)
        facts["size"] = size.size_class(*(facts.get(name) for name in SIZED)) or ""
        kind = RowKind.WRONG if problems else RowKind.NEW
        told = _NONE
        if problems:
            told = json.dumps(problems), json.dumps([written(cell)[:200] for cell in cells[:MOST_CELLS]])
        yield line, kind, facts.get("credit_code", ""), json.dumps(facts), "{}", "{}", *told


def take_over(extract: RegistryImport, after: int) -> tuple[int, Counter[str], list[int]]:
    """The next batch of rows beyond a line: compared once more, since records may have changed meanwhile, and written.
    Returns the last line (`after` itself where nothing is left), what was done, and whose standing changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(line) FROM (SELECT line FROM {ROWS} WHERE extract_id = %s AND line > %s "  # noqa: S608
            f"ORDER BY line LIMIT {BATCH}) AS next",
            [extract.pk, after],
        )
        (upto,) = cursor.fetchone()
        if upto is None:
            return after, Counter(), []
        span = _span(extract, after, upto) | {
            "source": json.dumps({"source": "registry", "on": extract.extract_on.isoformat()}),
            "taken": ["new", "doubtful"] if extract.take_doubtful else ["new"],
        }
        # Where nothing is set, each row's triggers raise and catch an error to find that out.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
        cursor.execute(statements.compare(), span | {"compared": _JUDGED})
        cursor.execute(statements.HOLD, span)
        if cursor.rowcount:
            cursor.execute(statements.compare(), span | {"compared": ["changed"]})
            _resize(cursor, span)
        cursor.execute(statements.insert(), statements.begins() | span)
        done = Counter(new=cursor.rowcount)
        cursor.execute(statements.update(), span)
        done["changed"] = cursor.rowcount
        cursor.execute(statements.STANDING, span)
        return int(upto), done, [pk for (pk,) in cursor.fetchall()]


def _resize(cursor: Any, span: dict[str, Any]) -> None:
    """The size class by the 2011 standard, where a change of its inputs changes it, is a change of its own."""
    cursor.execute(statements.sized(), span | {"sized": list(SIZED)})
    judged = ((key, now, size.size_class(*facts) or "") for key, now, *facts in cursor.fetchall())
    changed = [(key, found) for key, now, found in judged if found != now]
    if changed:
        ids, sizes = zip(*changed, strict=True)
        cursor.execute(statements.SET_SIZE, {"ids": list(ids), "sizes": list(sizes)})


def _span(extract: RegistryImport, after: int, upto: int) -> dict[str, Any]:
    return {"extract": extract.pk, "after": after, "upto": upto, "day": extract.extract_on.isoformat()}
