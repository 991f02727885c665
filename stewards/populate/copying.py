"""COPY for models, blocks of keys, and the triggers, foreign keys and indexes that are in the way of many rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import Department, User
from enterprises.models import Enterprise, Membership, TitleGrant
from policies.models import Policy, Revision
from stewards.models import HelpRequest, Rating, RequestEvent, RequestPart, RequestTag, Stewardship

TABLES: tuple[type[Model], ...] = (
    *(Department, User, Enterprise, Membership, TitleGrant, Stewardship),
    *(Policy, Revision, HelpRequest, RequestEvent, Rating, RequestTag, RequestPart),
)


def keys(model: type[Model], count: int) -> range:
    """So many new primary keys in a row."""
    if not count:
        return range(0)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        first = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + count - 1])
    return range(first, first + count)


def copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Store the rows; the columns that are not named get the model's defaults.

    Nothing that makes the rows may ask the database: its connection is taken until the last one.
    """
    rest = [field for field in model._meta.concrete_fields if field.column not in columns and not field.primary_key]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    names = ", ".join(f'"{name}"' for name in (*columns, *(field.column for field in rest)))
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as target:
        for row in rows:
            target.write_row((*row, *defaults))
            count += 1
    return count


@contextmanager
def bulk() -> Iterator[None]:
    """Without triggers (the audit trail records what people do), and with the largest tables' foreign keys and indexes
    made at the end: a million checks one by one take minutes, one check of a million rows takes a second.

    In a transaction: when it fails, everything is as before.
    """
    check_keys()
    _triggers("DISABLE")
    _run("SET LOCAL maintenance_work_mem = '512MB'")
    yield
    check_keys()
    _triggers("ENABLE")


@contextmanager
def rebuilt(*models: type[Model]) -> Iterator[None]:
    """Foreign keys of and to the tables, and secondary indexes, are taken away, and made anew at the end."""
    check_keys()
    tables = [model._meta.db_table for model in models]
    kept = _rows(PIECES, {"tables": tables})
    for drop, _make in kept:
        _run(drop)
    yield
    check_keys()
    for _drop, make in kept:
        _run(make)


# Statements that drop and make each foreign key of or to the tables, and each index that no constraint needs.
PIECES = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[]) AND NOT indisunique
"""


def check_keys() -> None:
    """Check the foreign keys of the rows so far, which would otherwise wait for the end of the transaction."""
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    _run("SET CONSTRAINTS ALL DEFERRED")


def _triggers(act: str) -> None:
    for model in TABLES:
        _run(f'ALTER TABLE "{model._meta.db_table}" {act} TRIGGER USER')


def analyse() -> None:
    """Tell the planner what is there now."""
    _run("ANALYZE " + ", ".join(f'"{model._meta.db_table}"' for model in TABLES))


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
