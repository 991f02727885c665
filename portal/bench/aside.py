"""The database as it is now, kept beside the one that grows, so that both sizes are measured in the same moments."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.db import connection
from psycopg import sql


@contextmanager
def copied() -> Iterator[str]:
    """The address of a copy of this database; the copy is gone at the end."""
    name = f"{connection.settings_dict['NAME']}_few"
    _run("DROP DATABASE IF EXISTS {copy}", name)
    _run("CREATE DATABASE {copy} TEMPLATE {own}", name)
    try:
        yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    finally:
        _run("DROP DATABASE {copy} WITH (FORCE)", name)


def _run(statement: str, name: str) -> None:
    """From outside of the database: nobody may be in one that is copied."""
    names = {"copy": sql.Identifier(name), "own": sql.Identifier(str(connection.settings_dict["NAME"]))}
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names))
