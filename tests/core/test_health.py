"""The probes: /healthz says that the process answers, /readyz what it needs."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portal.core.tasks import HEARTBEAT_KEY, HEARTBEAT_MAX_AGE, heartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]


def test_the_process_answers_without_a_query(client: Client, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok", "text/plain")


@pytest.mark.parametrize("host", ["10.0.0.7", "portal.example", "127.0.0.1:8000", "[::1]"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_may_call_by_any_name(client: Client, host: str, path: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["only.example"]
    settings.SECURE_SSL_REDIRECT = True
    heartbeat()
    response = client.get(path, headers={"host": host})
    assert response.status_code == 200
    assert not response.cookies


def test_other_pages_still_look_at_the_name(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["only.example"]
    assert client.get("/en/", headers={"host": "other.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/", "/en/healthz", "/healthzz"])
def test_nothing_else_is_a_probe(client: Client, path: str) -> None:
    assert b'"database"' not in client.get(path).content
    assert client.get(path).content != b"ok"


@pytest.mark.parametrize(
    ("age", "status"),
    [(0, 200), (HEARTBEAT_MAX_AGE - 5, 200), (HEARTBEAT_MAX_AGE + 5, 503), (900, 503), (-5, 200), (-3_600, 503)],
)
def test_the_worker_must_have_been_seen_lately(client: Client, age: int, status: int) -> None:
    cache.set(HEARTBEAT_KEY, time.time() - age, timeout=1200)
    response = client.get("/readyz")
    assert response.status_code == status
    assert (response.json()["worker"] == "ok") == (status == 200)


def test_a_worker_never_seen_is_said_to_be_missing(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (503, "no heartbeat")


def test_the_heartbeat_is_the_moment_of_now() -> None:
    heartbeat()
    assert time.time() - cache.get(HEARTBEAT_KEY) < 5


def test_without_valkey_it_says_so(client: Client, settings: Any) -> None:
    heartbeat()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["valkey"], response.json()["database"]) == (503, "unreachable", "ok")


def test_a_probe_tells_no_secrets(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:hidden-word@127.0.0.1:1/0"
    text = client.get("/readyz").content.decode()
    assert "hidden-word" not in text
    assert connection.settings_dict["NAME"] not in text
