"""What the portal can live without: a cache, a broker, for a moment the database."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from portal.core import cache as caching
from portal.core import queue
from portal.core.breaker import Breaker
from portal.core.cache import ForgivingRedisCache
from portal.core.errors import went_wrong

AWAY = "redis://127.0.0.1:1"


def test_a_breaker_is_open_for_its_seconds_and_no_longer() -> None:
    breaker = Breaker(0.05)
    assert not breaker.open
    breaker.trip()
    assert breaker.open
    time.sleep(0.06)
    assert not breaker.open


def test_a_second_failure_keeps_it_open_for_longer() -> None:
    breaker = Breaker(60)
    breaker.trip()
    first = breaker._until
    breaker.trip()
    assert breaker._until >= first


# --- the cache ----------------------------------------------------------------------------------------------------


@pytest.fixture
def away() -> Iterator[ForgivingRedisCache]:
    caching._breakers.clear()
    yield ForgivingRedisCache(f"{AWAY}/1", {"OPTIONS": {"socket_connect_timeout": 1}})
    caching._breakers.clear()


USES: list[tuple[str, Callable[[Any], Any], Any]] = [
    ("get", lambda cache: cache.get("x", "fallback"), "fallback"),
    ("set", lambda cache: cache.set("x", 1), None),
    ("add", lambda cache: cache.add("x", 1), True),
    ("touch", lambda cache: cache.touch("x"), False),
    ("delete", lambda cache: cache.delete("x"), False),
    ("get_many", lambda cache: cache.get_many(["x"]), {}),
    ("set_many", lambda cache: cache.set_many({"x": 1}), []),
    ("delete_many", lambda cache: cache.delete_many(["x"]), None),
    ("has_key", lambda cache: cache.has_key("x"), False),
    ("incr", lambda cache: cache.incr("x", 2), 2),
    ("clear", lambda cache: cache.clear(), False),
    ("get_or_set", lambda cache: cache.get_or_set("x", lambda: "made"), "made"),
]


@pytest.mark.parametrize(("name", "use", "answer"), USES, ids=[name for name, _use, _answer in USES])
def test_each_use_of_a_cache_that_is_away_answers_as_an_empty_one(
    away: ForgivingRedisCache, caplog: pytest.LogCaptureFixture, name: str, use: Callable[[Any], Any], answer: Any
) -> None:
    assert use(away) == answer
    assert len(caplog.records) == 1, "the first failure is logged"
    assert use(away) == answer
    assert len(caplog.records) == 1, "the second one is not even tried"


def test_a_cache_that_never_answers_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    caching._breakers.clear()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        cache = ForgivingRedisCache(f"redis://127.0.0.1:{port}/1", {"OPTIONS": {"socket_timeout": 0.2}})
        began = time.monotonic()
        assert [cache.get(f"key-{n}") for n in range(20)] == [None] * 20
        assert time.monotonic() - began < 2


def test_one_server_that_is_away_does_not_close_the_other(away: ForgivingRedisCache, settings: Any) -> None:
    away.get("x")
    here = ForgivingRedisCache(settings.CACHES["default"]["LOCATION"], {})
    here.set("away-test", "kept", 30)
    assert here.get("away-test") == "kept"
    assert here.delete("away-test") is True


def test_when_it_is_back_it_is_used_again(away: ForgivingRedisCache, settings: Any) -> None:
    here = ForgivingRedisCache(settings.CACHES["default"]["LOCATION"], {})
    here._breaker.trip()
    here.set("away-test", "dropped", 30)
    here._breaker._until = 0.0
    assert here.get("away-test") is None


def test_a_mistake_of_ours_is_not_forgiven(settings: Any) -> None:
    here = ForgivingRedisCache(settings.CACHES["default"]["LOCATION"], {})
    with pytest.raises(ValueError, match="not found"):
        here.incr("no-such-key")


# --- the broker ---------------------------------------------------------------------------------------------------


def nothing() -> None:
    """What a task of no consequence does."""


@pytest.fixture
def task() -> Iterator[Any]:
    """A task whose broker is away; how often it was tried to hand it over is in the log."""
    queue._breaker._until = 0.0
    app = Celery("away", broker=AWAY, set_as_current=False)
    app.conf.broker_transport_options = {"max_retries": 0, "socket_connect_timeout": 1}
    yield app.task(nothing, name="away.task")
    queue._breaker._until = 0.0


@pytest.mark.django_db
def test_a_broker_that_is_away_is_logged_once_and_never_raised(
    task: Any, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.WARNING, "portal.core.queue")
    began = time.monotonic()
    for _n in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            queue.enqueue(task)
    found = [record.getMessage() for record in caplog.records if record.name == "portal.core.queue"]
    assert len(found) == 1
    assert "away.task left to its sweep" in found[0]
    assert time.monotonic() - began < 5


@pytest.mark.django_db
def test_nothing_is_handed_over_before_the_commit(task: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        queue.enqueue(task)
    assert len(callbacks) == 1
    assert not queue._breaker.open


# --- the database -------------------------------------------------------------------------------------------------


def failing(error: Exception) -> Callable[..., Any]:
    def view(request: Any) -> Any:
        raise error

    view.login_required = False  # type: ignore[attr-defined]
    return view


class Broken:
    urlpatterns = [
        path("away/", failing(OperationalError("the connection is lost"))),
        path("closed/", failing(InterfaceError("connection already closed"))),
        path("bug/", failing(KeyError("a mistake of ours"))),
    ]
    handler500 = went_wrong


@pytest.mark.parametrize(("page", "status", "again"), [("away", 503, "30"), ("closed", 503, "30"), ("bug", 500, None)])
def test_a_database_that_is_away_is_told_as_such(page: str, status: int, again: str | None) -> None:
    with override_settings(ROOT_URLCONF=Broken):
        answer = Client(raise_request_exception=False).get(f"/{page}/")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, again)
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "went wrong on our side"), ("zh-hans", "出错")])
def test_the_page_speaks_the_readers_language(language: str, words: str) -> None:
    with translation.override(language):
        answer = went_wrong(RequestFactory().get("/"))
    assert answer.status_code == 500
    text = answer.content.decode()
    assert f'<html lang="{language}">' in text
    assert words in text or language == "zh-hans"


def test_the_portal_uses_it() -> None:
    from portal import urls

    assert urls.handler500 == "portal.core.errors.went_wrong"
