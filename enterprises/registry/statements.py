"""The statements over the rows of an extract, made from the record's columns. Each takes `extract` and the lines beyond
`after` up to `upto`; none looks at one row alone."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection

from enterprises.models import Enterprise, RegistryRow
from enterprises.registry.columns import COLUMNS

FIELDS = tuple(dict.fromkeys(column.field for column in COLUMNS if column.field != "credit_code"))
SIZED = ("industry_id", "employees", "annual_revenue_cny", "assets_cny")
TABLE, ROWS = Enterprise._meta.db_table, RegistryRow._meta.db_table
SPAN = "r.extract_id = %(extract)s AND r.line > %(after)s AND r.line <= %(upto)s"
# The untranslated columns hold what the Chinese ones hold.
BESIDE = {"name": "name_zh_hans", "address": "address_zh_hans", "operating_address": "operating_address_zh_hans"}
_COLUMNS: dict[str, Any] = {str(field.column): field for field in Enterprise._meta.concrete_fields}
REASON = "企业登记数据 · business registry"  # of a standing that the registry says

MARK_TWICE = f"""
UPDATE {ROWS} r SET kind = 'twice' FROM (
    SELECT id, row_number() OVER (PARTITION BY credit_code ORDER BY line) AS nth FROM {ROWS}
     WHERE extract_id = %(extract)s AND kind <> 'wrong') AS found
 WHERE r.id = found.id AND found.nth > 1"""  # noqa: S608 - constants
# From here on nobody else changes these records, so that what is compared once more is what is written over.
HOLD = f"""
SELECT e.id FROM {TABLE} e WHERE e.id IN (SELECT r.enterprise_id FROM {ROWS} r WHERE {SPAN} AND r.kind = 'changed')
 ORDER BY e.id FOR NO KEY UPDATE OF e"""  # noqa: S608 - constants
STANDING = f"""
SELECT r.enterprise_id FROM {ROWS} r WHERE {SPAN} AND r.kind = 'changed' AND r.changes ? 'standing'"""  # noqa: S608
_NAME = "regexp_replace(lower(normalize({}, NFKC)), '[\\s()·.,-]|有限责任公司|股份有限公司|有限公司|co|ltd', '', 'g')"
DOUBT = f"""
UPDATE {ROWS} r SET kind = 'doubtful', enterprise_id = e.id
  FROM (SELECT DISTINCT ON (plain) {_NAME.format("name_zh_hans")} AS plain, id FROM {TABLE}
         WHERE merged_into_id IS NULL ORDER BY plain, id) AS e
 WHERE {SPAN} AND r.kind = 'new' AND e.plain = {_NAME.format("r.facts ->> 'name_zh_hans'")}"""  # noqa: S608 - constants


def source_of(column: str) -> str:
    """The key under which `sources` of a record keeps where the column's fact came from."""
    return str(_COLUMNS[column].name)


def _differs(column: str) -> str:
    return f"r.facts ->> '{column}' <> coalesce(e.{column}::text, '')"


def _stays(column: str) -> str:
    """A known fact that was verified, or that the enterprise itself has declared since the day of the extract."""
    told = f"e.sources -> '{source_of(column)}'"
    young = f"{told} ->> 'source' = 'declared' AND {told} ->> 'on' > %(day)s"
    known = f"e.{column} IS NOT NULL AND e.{column}::text <> ''"
    return f"coalesce({known} AND ({told} ->> 'source' = 'verified' OR {young}), false)"


def _object(value: Callable[[str], str]) -> str:
    """One JSON object of the record's columns for which `value` is not null."""
    each = ", ".join(f"'{column}', {value(column)}" for column in FIELDS)
    return f"jsonb_strip_nulls(jsonb_build_object({each}))"


def _change(column: str) -> str:
    return f"CASE WHEN {_differs(column)} THEN CASE WHEN NOT {_stays(column)} THEN r.facts -> '{column}' END END"


def _kept(column: str) -> str:
    return f"CASE WHEN {_differs(column)} THEN CASE WHEN {_stays(column)} THEN r.facts -> '{column}' END END"


@cache
def compare() -> str:
    """Which record each row is about, and what it would change there; for rows of the kinds `compared`. Where that
    record was merged into another one, the enterprise is known under another code: the row changes nothing."""
    return f"""
UPDATE {ROWS} r SET enterprise_id = found.target, kind = found.kind, changes = found.changes, kept = found.kept
  FROM (SELECT id, target, CASE WHEN merged THEN '{{}}' ELSE changes END AS changes,
               CASE WHEN merged THEN '{{}}' ELSE kept END AS kept,
               CASE WHEN merged THEN 'doubtful' WHEN changes = '{{}}' THEN 'same' ELSE 'changed' END AS kind
          FROM (SELECT r.id, e.id AS target, e.merged_into_id IS NOT NULL AS merged, {_object(_change)} AS changes,
                       {_object(_kept)} AS kept
                  FROM {ROWS} r JOIN {TABLE} e ON e.credit_code = r.credit_code
                 WHERE {SPAN} AND r.kind = ANY(%(compared)s) OFFSET 0) AS pair) AS found
 WHERE r.id = found.id AND (r.enterprise_id, r.kind, r.changes, r.kept)
       IS DISTINCT FROM (found.target, found.kind, found.changes, found.kept)"""  # noqa: S608 - constants


def _typed(facts: str, column: str) -> str:
    return f"({facts} ->> '{BESIDE.get(column, column)}')::{_COLUMNS[column].db_type(connection)}"


def _sources(facts: str) -> str:
    """`sources` of the columns that these facts name."""
    each = ", ".join(f"'{source_of(name)}', CASE WHEN {facts} ? '{name}' THEN %(source)s::jsonb END" for name in FIELDS)
    return f"jsonb_strip_nulls(jsonb_build_object({each}))"


@cache
def insert() -> str:
    """Rows of the kinds `taken` as new records; `base` holds what a record begins with."""
    values = {name: _typed("r.facts", name) for name in (*FIELDS, *BESIDE)}
    for name, value in values.items():
        if not _COLUMNS[name].null:
            values[name] = f"coalesce({value}, '{_COLUMNS[name].get_default()}')"
    values |= {"credit_code": "r.credit_code", "size": "r.facts ->> 'size'", "sources": _sources("r.facts")}
    values["standing_on"] = "CASE WHEN r.facts ->> 'standing' <> 'active' THEN %(day)s::date END"
    values |= {name: f"%({name})s" for name in begins() if name not in values}
    return f"""
INSERT INTO {TABLE} ({", ".join(values)})
SELECT {", ".join(values.values())} FROM {ROWS} r
 WHERE {SPAN} AND r.kind = ANY(%(taken)s)
    ON CONFLICT (credit_code) DO NOTHING"""  # noqa: S608 - constants


def begins() -> dict[str, Any]:
    """What the columns of a new record hold that no extract fills, as parameters."""
    found = {name: field.get_default() for name, field in _COLUMNS.items() if not field.has_db_default()}
    return {name: value for name, value in found.items() if value is not None and not isinstance(value, dict)}


@cache
def update() -> str:
    """The changes of rows whose records are held."""
    names = (*FIELDS, *BESIDE, "size")
    sets = [
        f"{name} = CASE WHEN r.changes ? '{BESIDE.get(name, name)}' THEN {_typed('r.changes', name)} ELSE e.{name} END"
        for name in names
    ]
    told = {"standing_on": "%(day)s::date", "standing_reason": f"'{REASON}'"}
    sets += [
        f"{name} = CASE WHEN r.changes ? 'standing' THEN {value} ELSE e.{name} END" for name, value in told.items()
    ]
    return f"""
UPDATE {TABLE} e SET {", ".join(sets)}, sources = e.sources || {_sources("r.changes")}
  FROM {ROWS} r
 WHERE {SPAN} AND r.kind = 'changed' AND e.id = r.enterprise_id AND e.credit_code = r.credit_code
   AND e.merged_into_id IS NULL"""  # noqa: S608 - constants


@cache
def sized() -> str:
    """Of rows that change an input of the size class: the class now, and its inputs as they would be."""
    inputs = ", ".join(f"coalesce({_typed('r.changes', name)}, e.{name})" for name in SIZED)
    return f"""
SELECT r.id, e.size, {inputs} FROM {ROWS} r JOIN {TABLE} e ON e.id = r.enterprise_id
 WHERE {SPAN} AND r.kind = 'changed' AND r.changes ?| %(sized)s"""  # noqa: S608 - constants


SET_SIZE = f"""
UPDATE {ROWS} r SET changes = r.changes || jsonb_build_object('size', found.size)
  FROM unnest(%(ids)s::bigint[], %(sizes)s::text[]) AS found (id, size) WHERE r.id = found.id"""  # noqa: S608
