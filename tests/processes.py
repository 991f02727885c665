"""For tests with real processes: a database of their own, and commands run against it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
from django.conf import settings
from django.db import connections


@contextmanager
def own_database(suffix: str) -> Iterator[str]:
    """A copy of the test database that this process and its children use; commits there trouble no other test.

    Yields its address for DATABASE_URL. Use inside django_db_blocker.unblock().
    """
    connection = connections["default"]
    template = connection.settings_dict["NAME"]
    assert template.startswith("test_"), "the test database is not set up"
    name = f"{template}_{suffix}"
    url = urlsplit(os.environ["DATABASE_URL"])

    def address(database: str) -> str:
        return urlunsplit(url._replace(path=f"/{database}"))

    connection.close()
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connection.settings_dict["NAME"] = name
        try:
            yield address(name)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = template
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(*command: str, **environment: str) -> subprocess.Popen[str]:
    """A Python process of the portal, e.g. start("manage.py", "run_sweep", DATABASE_URL=…)."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PORTAL_MODE": "test", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Return soon after the condition holds; fail when it never does. Asked less often the longer it takes."""
    until, pause = time.monotonic() + seconds, 0.005
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(pause)
        pause = min(pause * 1.15, 0.1)


def finished(process: subprocess.Popen[str]) -> str:
    """What the process said, once it has ended well."""
    output, _none = process.communicate(timeout=90)
    assert process.returncode == 0, output
    return output


@contextmanager
def other_database(address: str) -> Iterator[None]:
    """The test's own queries go to the database at this address. Use inside django_db_blocker.unblock()."""
    connection = connections["default"]
    mine = dict(connection.settings_dict)
    connection.close()
    theirs = dj_database_url.parse(address)
    connection.settings_dict.update(
        {key: theirs[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(mine)
