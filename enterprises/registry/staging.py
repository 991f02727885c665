"""An extract in the database: its rows by COPY, what each would change by SQL over all of them, and taking them over in
batches. No statement looks at one row alone."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.db import connection

from enterprises import size
from enterprises.models import Enterprise, RegistryImport, RegistryRow
from enterprises.models.registry import RowKind
from enterprises.registry.columns import COLUMNS, Known, facts_of, recognised, written
from enterprises.registry.reading import MOST_ROWS, Unreadable, rows_of
from portal.core.calendar import local_day

BATCH = 5_000
MOST_CELLS = 60
FIELDS = tuple(dict.fromkeys(column.field for column in COLUMNS))
_TABLE, _ROWS = Enterprise._meta.db_table, RegistryRow._meta.db_table
_SIZED = ("industry_id", "employees", "annual_revenue_cny", "assets_cny")
# The untranslated columns hold what the Chinese ones hold.
_BESIDE = {"name": "name_zh_hans", "address": "address_zh_hans"}

_MARK_TWICE = f"""
UPDATE {_ROWS} r SET kind = 'twice' FROM (
    SELECT id, row_number() OVER (PARTITION BY credit_code ORDER BY line) AS nth FROM {_ROWS}
     WHERE extract_id = %(extract)s AND kind <> 'wrong') AS found
 WHERE r.id = found.id AND found.nth > 1"""  # noqa: S608 - constants
_MATCH = f"""
UPDATE {_ROWS} r SET enterprise_id = coalesce(e.merged_into_id, e.id) FROM {_TABLE} e
 WHERE r.extract_id = %(extract)s AND r.line > %(after)s AND r.line <= %(upto)s
   AND r.kind NOT IN ('wrong', 'twice') AND e.credit_code = r.credit_code"""  # noqa: S608 - constants
# A verified fact stays, and what the enterprise itself has declared since the day of the extract.
_COMPARE = f"""
UPDATE {_ROWS} r SET changes = found.changes, kept = found.kept,
       kind = CASE WHEN found.changes = '{{}}' THEN 'same' ELSE 'changed' END
  FROM (SELECT id, coalesce(jsonb_object_agg(k, v) FILTER (WHERE differs AND NOT stays), '{{}}') AS changes,
               coalesce(jsonb_object_agg(k, v) FILTER (WHERE differs AND stays), '{{}}') AS kept
          FROM (SELECT pair.id, f.k, f.v, pair.now -> f.k IS DISTINCT FROM f.v AS differs,
                       coalesce(pair.now -> f.k NOT IN ('null', '""') AND (pair.sources -> f.k ->> 'source' = 'verified'
                       OR pair.sources -> f.k ->> 'source' = 'declared'
                          AND pair.sources -> f.k ->> 'on' > %(day)s), false) AS stays
                  FROM (SELECT r.id, r.facts, to_jsonb(e) AS now, e.sources FROM {_ROWS} r
                          JOIN {_TABLE} e ON e.id = r.enterprise_id
                         WHERE r.extract_id = %(extract)s AND r.line > %(after)s AND r.line <= %(upto)s
                           AND r.kind IN ('new', 'changed', 'same', 'doubtful') AND r.credit_code = e.credit_code
                        OFFSET 0) AS pair
                 CROSS JOIN LATERAL jsonb_each(pair.facts - 'size') AS f (k, v)) AS each
         GROUP BY id) AS found
 WHERE r.id = found.id"""  # noqa: S608 - constants
_NAME = "regexp_replace(lower(normalize({}, NFKC)), '[\\s()·.,-]|有限责任公司|股份有限公司|有限公司|co|ltd', '', 'g')"
_DOUBT = f"""
UPDATE {_ROWS} r SET kind = 'doubtful', enterprise_id = e.id
  FROM (SELECT DISTINCT ON (plain) {_NAME.format("name_zh_hans")} AS plain, id FROM {_TABLE}
         WHERE merged_into_id IS NULL ORDER BY plain, id) AS e
 WHERE r.extract_id = %(extract)s AND r.kind = 'new' AND r.enterprise_id IS NULL
   AND e.plain = {_NAME.format("r.facts ->> 'name_zh_hans'")}"""  # noqa: S608 - constants
_INSERT = """
INSERT INTO {table} ({columns})
SELECT {values} FROM {rows} r
 CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, %(base)s::jsonb || r.facts || jsonb_build_object(
       'name', r.facts -> 'name_zh_hans', 'address', coalesce(r.facts ->> 'address_zh_hans', ''), 'sources',
       (SELECT jsonb_object_agg(k, %(source)s::jsonb) FROM jsonb_object_keys(r.facts - 'size') AS k))) AS p
 WHERE r.extract_id = %(extract)s AND r.line > %(after)s AND r.line <= %(upto)s AND r.kind = ANY(%(kinds)s)
    ON CONFLICT (credit_code) DO NOTHING"""
_UPDATE = """
UPDATE {table} e SET {sets}, sources = e.sources || p.told FROM (
    SELECT o.id AS target, p.*, (SELECT jsonb_object_agg(k, %(source)s::jsonb) FROM jsonb_object_keys(r.changes) AS k)
           AS told
      FROM {rows} r JOIN {table} o ON o.id = r.enterprise_id
     CROSS JOIN LATERAL jsonb_populate_record(o, r.changes) AS p
     WHERE r.extract_id = %(extract)s AND r.line > %(after)s AND r.line <= %(upto)s AND r.kind = 'changed') AS p
 WHERE e.id = p.target"""


def read_in(extract: RegistryImport) -> int:
    """All rows of the file, judged and compared; returns how many. Unreadable says why the file as a whole is none."""
    RegistryRow.objects.filter(extract=extract).delete()
    with extract.file.open("rb") as file, connection.cursor() as cursor:
        rows = rows_of(cast(BinaryIO, file))
        columns, extract.unknown_columns = recognised(next((row for row in rows if any(row)), ()))
        if not {"credit_code", "name_zh_hans"} <= {column.field for column in columns.values()}:
            raise Unreadable("columns")
        known, many = Known.read(local_day()), 0
        names = "extract_id, line, kind, credit_code, facts, changes, kept, problems, cells"
        with cursor.copy(f"COPY {_ROWS} ({names}) FROM STDIN") as copy:
            for many, row in enumerate(_judged(rows, columns, known), start=1):
                if many > MOST_ROWS:
                    raise Unreadable("rows")
                copy.write_row((extract.pk, *row))
        if not many:
            raise Unreadable("empty")
        cursor.execute(f"ANALYZE {_ROWS}")
        whole = _span(extract, 0, 2**31 - 1)
        for statement in (_MARK_TWICE, _MATCH, _COMPARE, _DOUBT):
            cursor.execute(statement, whole)
        cursor.execute(f"SELECT kind, count(*) FROM {_ROWS} WHERE extract_id = %s GROUP BY kind", [extract.pk])  # noqa: S608
        extract.counts = dict(cursor.fetchall())
    return many


def _judged(rows: Iterator[Any], columns: Any, known: Known) -> Iterator[tuple[Any, ...]]:
    """Rows as they are stored; empty ones are passed over, but counted as lines."""
    for line, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        facts, problems = facts_of(cells, columns, known)
        facts["size"] = size.size_class(*(facts.get(name) for name in _SIZED)) or ""
        kind = RowKind.WRONG if problems else RowKind.NEW
        kept = [written(cell)[:200] for cell in cells[:MOST_CELLS]] if problems else []
        yield (
            line,
            kind,
            facts.get("credit_code", ""),
            json.dumps(facts),
            "{}",
            "{}",
            json.dumps(problems),
            json.dumps(kept),
        )


def take_over(extract: RegistryImport, after: int) -> tuple[int, Counter[str]]:
    """The next batch of rows beyond a line: compared once more, since records may have changed meanwhile, and written.
    Returns the last line (`after` itself where nothing is left) and what was done."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(line) FROM (SELECT line FROM {_ROWS} WHERE extract_id = %s AND line > %s "  # noqa: S608
            f"ORDER BY line LIMIT {BATCH}) AS next",
            [extract.pk, after],
        )
        (upto,) = cursor.fetchone()
        if upto is None:
            return after, Counter()
        span = _span(extract, after, upto) | {
            "source": json.dumps({"source": "registry", "on": extract.extract_on.isoformat()}),
            "kinds": ["new", "doubtful"] if extract.take_doubtful else ["new"],
            "base": json.dumps(_blank()),
        }
        # Where nothing is set, each row's triggers raise and catch an error to find that out.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
        for statement in (_MATCH, _COMPARE):
            cursor.execute(statement, span)
        cursor.execute(_filled(_INSERT), span)
        done = Counter(new=cursor.rowcount)
        cursor.execute(_filled(_UPDATE), span)
        done["changed"] = cursor.rowcount
        _resize(cursor, span)
    return int(upto), done


def _resize(cursor: Any, span: dict[str, Any]) -> None:
    """The size class of changed records, by the 2011 standard."""
    cursor.execute(
        f"SELECT e.id, e.size, {', '.join(f'e.{name}' for name in _SIZED)} FROM {_ROWS} r "  # noqa: S608
        f"JOIN {_TABLE} e ON e.id = r.enterprise_id WHERE r.extract_id = %(extract)s AND r.line > %(after)s "
        f"AND r.line <= %(upto)s AND r.kind = 'changed' AND r.changes ?| %(sized)s",
        span | {"sized": list(_SIZED)},
    )
    judged = [(key, now, size.size_class(*facts) or "") for key, now, *facts in cursor.fetchall()]
    changed = [(key, found) for key, now, found in judged if found != now]
    if changed:
        cursor.execute(
            f"UPDATE {_TABLE} e SET size = n.size "  # noqa: S608
            "FROM unnest(%s::bigint[], %s::text[]) AS n (id, size) WHERE e.id = n.id",
            [[key for key, _size in changed], [found for _key, found in changed]],
        )


def _span(extract: RegistryImport, after: int, upto: int) -> dict[str, Any]:
    return {"extract": extract.pk, "after": after, "upto": upto, "day": extract.extract_on.isoformat()}


def _blank() -> dict[str, Any]:
    """A record of which nothing is known, by its columns."""
    row = Enterprise()
    found = {field.column: field.value_from_object(row) for field in Enterprise._meta.concrete_fields}
    return json.loads(json.dumps({name: value for name, value in found.items() if name != "id"}, default=str))


def _filled(statement: str) -> str:
    columns = [str(field.column) for field in Enterprise._meta.concrete_fields if field.column != "id"]
    names = [*FIELDS, *_BESIDE]
    sets = ", ".join(f"{name} = coalesce(p.{_BESIDE.get(name, name)}, e.{name})" for name in names[1:])
    values = ", ".join(f"p.{name}" for name in columns)
    return statement.format(table=_TABLE, rows=_ROWS, columns=", ".join(columns), values=values, sets=sets)
