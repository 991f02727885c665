"""Shared fixtures. Real PostgreSQL and Valkey, started by bin/test; nothing of our own is replaced."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from portal.core import calendar
from tests.factories.accounts import UserFactory


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
