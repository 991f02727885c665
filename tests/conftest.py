"""Shared fixtures. Real PostgreSQL and Valkey, started by bin/test; nothing of our own is replaced."""

import fcntl
import gc
import importlib
import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from django.utils import translation
from psycopg import sql
from psycopg._preparing import PrepareManager
from pytest_django.plugin import blocking_manager_key

from portal.core import calendar, minute
from tests.factories.accounts import UserFactory
from tests.sharing import FileByFile, tell_less
from tests.signing import signed_in

LASTING = {"django_content_type", "auth_permission"}  # written from the models, in each database alike
SEEDS = ("0002_reminder_rules", "0003_service_standards", "0006_parts", "0011_escalation")
# What takes longest begins first, or one of the two processes of bin/test waits for the other at the end.
SLOW_FIRST = (
    *("tests/deploy/test_demo.py", "tests/browser/", "tests/deploy/test_outages.py", "tests/deploy/test_embedded.py"),
    *("tests/deploy/", "tests/stewards/test_processes.py", "tests/test_languages.py", "tests/test_access_matrix.py"),
)


def pytest_configure(config: pytest.Config) -> None:
    """A cache for each process of bin/test: one that is emptied, or counts sign-ins, is nobody else's."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    cached = settings.CACHES["default"]
    gc.set_threshold(50_000, 20, 100)  # thousands of short tests: look for garbage less often
    PrepareManager.clear = lambda self: False  # each test ends with a ROLLBACK, which unmakes no plan
    minute.SECONDS = 0  # what is counted once a minute would show one test's rows to the next
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0  # a browser's idle connection would keep its database's alive
    tell_less(config)
    cached["LOCATION"] = re.sub(r"(db=|/)1$", rf"\g<1>{8 + number}", cached["LOCATION"])


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Side by side, each process starts reading at another place, and finds the rest compiled by the others."""
    number, count = (
        int(os.environ.get(f"PYTEST_XDIST_WORKER{what}", "0").removeprefix("gw")) for what in ("", "_COUNT")
    )
    if not count or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    root = session.config.rootpath
    files = sorted(root.glob("tests/**/test_*.py"))
    first = len(files) * number // count
    for file in (*files[first:], *files[:first]):
        with suppress(Exception, pytest.skip.Exception):  # told when its turn comes
            importlib.import_module(".".join(file.relative_to(root).with_suffix("").parts))


def pytest_collection_finish() -> None:
    gc.freeze()  # thousands of tests stay to the end: not to be looked through again


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(SLOW_FIRST) if item.nodeid.startswith(start)), len(SLOW_FIRST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile | None:
    return FileByFile(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_make_parametrize_id(val: object) -> str | None:
    """File contents are no names: a zip made a second later would have another one in the other worker."""
    return "bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """A test with real transactions empties every table at its end: put back what the migrations had put there."""
    result = yield
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction") and nextitem is not None:  # after the last there are no tables
        with item.config.stash[blocking_manager_key].unblock():
            for name in SEEDS:
                importlib.import_module(f"stewards.migrations.{name}").seed(apps, None)
    return result


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    suffix = os.environ.get("PYTEST_DB_SUFFIX")
    if suffix:
        _tests_database()["NAME"] = f"test_portal_{suffix}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"


@pytest.fixture(scope="session")
def django_db_setup(_template: None, django_db_setup: None, django_db_blocker: Any) -> None:
    """As usual; side by side, each process copies what the first has migrated."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):  # only such a role may let triggers rest
            connection.ops.sql_flush = _emptying


def _emptying(style: object, tables: list[str], **options: object) -> list[sql.Composable]:
    """What empties the tables after a test with real transactions: to truncate them all makes a thousand files anew.

    Most are empty: only the others are touched, with the triggers (foreign keys, rows that are only added) at rest.
    """
    if not tables:
        return []
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [name for (name,) in cursor.fetchall()]
    deletions = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in filled if name not in LASTING]
    return [sql.SQL("SET LOCAL session_replication_role = replica"), *deletions]


@pytest.fixture(scope="session")
def _template(
    django_db_modify_db_settings: None,
    django_test_environment: None,
    django_db_keepdb: bool,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ or django_db_keepdb:
        return
    mine, name = _tests_database(), f"test_portal_{os.environ.get('PYTEST_DB_SUFFIX', 'run')}_template"
    made = tmp_path_factory.getbasetemp().parent / "template"  # a directory of this run alone
    with Path(f"{made}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with django_db_blocker.unblock():
                _migrate(name)
            made.touch()
    mine["TEMPLATE"] = name


def _migrate(name: str) -> None:
    database, mine = connection.settings_dict, _tests_database()
    own, mine["NAME"] = (database["NAME"], mine.get("NAME")), name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    settings.DATABASES["default"]["NAME"] = database["NAME"] = own[0]
    mine["NAME"] = own[1]


def _tests_database() -> dict[str, Any]:
    found: dict[str, Any] = connection.settings_dict["TEST"]
    return found


@pytest.fixture(scope="session", autouse=True)
def _media(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A directory for each test costs more than most of them; those that look into theirs name one."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session", autouse=True)
def _pages_are_noted(django_test_environment: None) -> None:
    """`response.context` is that of the page: Django's own would be copied for each part that it includes, too."""

    def rendered(self: Template, context: Any) -> Any:
        if context.template is self:
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    Template._render = rendered  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Texts are asserted in English unless a test says otherwise."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _fresh_state() -> Iterator[None]:
    calendar.forget()
    yield
    calendar.forget()


@pytest.fixture
def fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def as_user() -> Callable[[Any], Client]:
    """A signed-in client for a person."""

    return signed_in


@pytest.fixture
def admin_user(db: None) -> Any:
    return UserFactory(roles=["admin"], name_en="Ada Admin")
