"""Shared fixtures. Real PostgreSQL and Valkey, started by bin/test; nothing of our own is replaced."""

import gc
import importlib
import os
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

from portal.core import calendar
from tests.factories.accounts import UserFactory

SEEDS = ("0002_reminder_rules", "0003_service_standards", "0006_parts", "0011_escalation")
# What takes longest begins first, or one of the two processes of bin/test waits for the other at the end.
SLOW_FIRST = (
    *("tests/deploy/test_demo.py", "tests/browser/", "tests/deploy/test_outages.py", "tests/deploy/test_embedded.py"),
    *("tests/deploy/", "tests/stewards/test_processes.py", "tests/test_languages.py", "tests/test_access_matrix.py"),
)


def pytest_configure() -> None:
    """A cache for each process of bin/test: one that is emptied, or counts sign-ins, is nobody else's."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    cached = settings.CACHES["default"]
    gc.set_threshold(50_000, 20, 100)  # thousands of short tests: look for garbage less often
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0  # a browser's idle connection would keep its database's alive
    cached["LOCATION"] = re.sub(r"(db=|/)1$", rf"\g<1>{8 + number}", cached["LOCATION"])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(SLOW_FIRST) if item.nodeid.startswith(start)), len(SLOW_FIRST))

    items.sort(key=place)


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
        database = settings.DATABASES["default"]
        database.setdefault("TEST", {})["NAME"] = f"test_portal_{suffix}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"


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

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def admin_user(db: None) -> Any:
    return UserFactory(roles=["admin"], name_en="Ada Admin")
