"""Languages, reads that do not write, bad text, health, the cache that may be away."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.test import Client, RequestFactory, override_settings

from accounts.models import Department
from portal.core.cache import ForgivingRedisCache
from portal.core.middleware import ReadOnlyGetMiddleware, WroteOnGet
from portal.core.tasks import HEARTBEAT_KEY, heartbeat
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_the_bare_address_leads_to_the_readers_language(client: Client) -> None:
    assert client.get("/", headers={"accept-language": "en-GB"}).headers["Location"] == "/en/"
    assert client.get("/", headers={"accept-language": "zh-CN"}).headers["Location"] == "/zh-hans/"
    assert client.get("/", headers={"accept-language": "fr"}).headers["Location"] == "/zh-hans/"


def test_the_language_of_the_address_is_remembered(client: Client) -> None:
    client.get("/en/")
    assert client.get("/", headers={"accept-language": "zh-CN"}).headers["Location"] == "/en/"


def test_unknown_languages_and_pages_are_404(client: Client) -> None:
    assert client.get("/fr/policies/").status_code == 404
    assert client.get("/en/nothing-here/").status_code == 404


def guarded(method: str, act: Callable[[], Any]) -> Any:
    request = getattr(RequestFactory(), method)("/")
    return ReadOnlyGetMiddleware(lambda _request: act())(request)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_get_that_writes_is_refused(method: str) -> None:
    with pytest.raises(WroteOnGet):
        guarded(method, lambda: Department.objects.create(code="x"))
    with pytest.raises(WroteOnGet):
        guarded(method, lambda: Department.objects.filter(code="x").update(phone="1"))


def test_a_post_writes_and_a_get_reads() -> None:
    guarded("post", lambda: Department.objects.create(code="x"))
    assert guarded("get", Department.objects.count) == 1


def test_a_nul_in_the_address_is_a_bad_request(client: Client) -> None:
    assert client.get("/en/policies/?q=%00").status_code == 400


def test_a_nul_in_a_form_is_a_bad_request_where_no_field_looks_at_it(as_user: Callable[[Any], Client]) -> None:
    owner, editor = as_user(UserFactory()), as_user(UserFactory(roles=["editor"]))
    assert owner.post("/en/requests/new/", {"policy": "a\x00", "action": "keep"}).status_code == 400
    sent = {"title_en": "x", "theme": "", "enterprise_name": "a\x00"}
    response = editor.post("/zh-hans/publishing/packages/new/", sent)
    assert response.status_code == 400
    assert "返回" in response.content.decode()


@pytest.mark.parametrize("path", ["/en/package/", "/en/requests/", "/en/desk/", "/en/publishing/", "/en/centre/"])
def test_private_pages_ask_visitors_to_sign_in(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/en/accounts/login/?next={path}"


def test_the_process_answers_without_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_ready_when_everything_is_there(client: Client) -> None:
    heartbeat()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "valkey": "ok", "worker": "ok"}


def test_not_ready_without_a_fresh_heartbeat(client: Client) -> None:
    cache.delete(HEARTBEAT_KEY)
    assert client.get("/readyz").json()["worker"] == "no heartbeat"
    cache.set(HEARTBEAT_KEY, time.time() - 500, 600)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "500 s ago" in response.json()["worker"]


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_not_ready_without_valkey(client: Client) -> None:
    assert client.get("/readyz").json()["valkey"] == "unreachable"


def test_the_cache_may_be_away() -> None:
    away = ForgivingRedisCache("redis://127.0.0.1:1/1", {"OPTIONS": {"socket_connect_timeout": 1}})
    assert away.get("x", "fallback") == "fallback"
    assert away.set("x", 1) is None
    assert away.add("x", 1) is True
    assert away.get_many(["x"]) == {}
    assert away.incr("x") == 1
    assert away.delete("x") is False
    assert away.has_key("x") is False
    assert away.touch("x") is False
    assert away.set_many({"x": 1}) == []
    assert away.delete_many(["x"]) is None
    assert away.clear() is False


def test_the_cache_is_ours() -> None:
    assert isinstance(caches["default"], ForgivingRedisCache)


def test_pages_carry_a_strict_policy(client: Client) -> None:
    policy = client.get("/en/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_broken_connection_is_replaced(client: Client) -> None:
    """A database that vanishes for a second costs no more than the requests of that second."""
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True


def test_language_of_a_signed_in_page_is_that_of_its_address(as_user: Callable[[Any], Client]) -> None:
    client = as_user(UserFactory(language="en"))
    text = client.get("/zh-hans/").content.decode()
    assert '<html lang="zh-hans"' in text.lower()
