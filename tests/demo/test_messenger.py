"""The demo's messenger: what is signed is shown once, nothing else is taken."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.cache import cache
from django.test import Client
from django.urls import include, path

from notices.models import Delivery, Endpoint
from notices.webhooks import body_of, signature
from notices.workflow import send_test
from portal import urls as portal_urls
from portal.demo import messenger
from tests.factories.accounts import UserFactory

urlpatterns = [*portal_urls.urlpatterns, *i18n_patterns(path("demo/", include("portal.demo.urls")))]
handler404 = portal_urls.handler404
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.usefixtures("fresh_cache")]
TAKE, PAGE = "/en/demo/messenger/take/", "/en/demo/messenger/"


@pytest.fixture
def endpoint(settings: Any) -> Endpoint:
    settings.SITE_URL = "http://127.0.0.1:8000"
    return messenger.connect()


def facts(**changed: Any) -> bytes:
    said = {"id": str(uuid4()), "to": "a@example.org", "language": "en", "subject": "S", "text": "T", "url": ""}
    return json.dumps({**said, **changed}).encode()


def send(endpoint: Endpoint, body: bytes, *, header: str | None = None, at: float = 0) -> int:
    signed = signature(endpoint.secret, body, int(time.time() + at))
    answer = Client(enforce_csrf_checks=True).post(
        TAKE,
        body,
        content_type="application/json",
        headers={"X-Portal-Signature": signed if header is None else header},
    )
    return answer.status_code


def subjects() -> list[str]:
    return [each["subject"] for each in cache.get(messenger.TAKEN, [])]


def test_what_the_portal_sends_is_taken_and_shown(endpoint: Endpoint, admin_user: Any, as_user: Any) -> None:
    send_test(endpoint, by=admin_user)
    body = body_of(Delivery.objects.select_related("message__recipient").get())
    assert (send(endpoint, body), send(endpoint, body)) == (204, 204)
    assert subjects() == ["A test message of the portal"], "a repeat is told by its number"
    page = as_user(admin_user).get(PAGE).content.decode()
    assert "A test message of the portal" in page
    assert "signature checked" in page
    assert f"/centre/messages/channels/{endpoint.pk}/" in page


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nothing",
        "t=,v1=",
        "t=1",
        "t=1,v1=abc",
        "t=99999999999999999999,v1=abc",
        "t=-5,v1=abc",
        "t=٣,v1=abc",
        "v1=abc,t=1",
        "t=1,v1=密",
        ",,,,",
    ],
)
def test_what_is_not_signed_is_not_taken(endpoint: Endpoint, header: str) -> None:
    assert not messenger.signed(endpoint.secret, header, b"{}", time.time())


def test_a_wrong_word_in_a_signed_text_or_another_secret(endpoint: Endpoint) -> None:
    body = facts()
    right = signature(endpoint.secret, body, int(time.time()))
    assert send(endpoint, facts(subject="Another"), header=right) == 401
    assert send(endpoint, body, header=signature("another secret", body, int(time.time()))) == 401
    assert send(endpoint, body, header=right.replace("t=", "t=0")) == 401
    assert subjects() == []


@pytest.mark.parametrize(("at", "status"), [(-301, 401), (-299, 204), (0, 204), (299, 204), (302, 401)])
def test_what_was_signed_long_ago_is_a_replay(endpoint: Endpoint, at: int, status: int) -> None:
    assert send(endpoint, facts(), at=at) == status


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"{}", b'{"id": "1"}', b"\xff\xfe", b'{"id": 5}'],
    ids=["empty", "list", "null", "broken", "no-facts", "odd-id", "bytes", "number"],
)
def test_signed_nonsense_is_refused(endpoint: Endpoint, body: bytes) -> None:
    assert send(endpoint, body) == 400
    assert subjects() == []


def test_long_ones_and_those_to_nobody_are_refused(endpoint: Endpoint) -> None:
    assert send(endpoint, facts(text="x" * messenger.LONGEST)) == 413
    Endpoint.objects.update(active=False)
    assert send(endpoint, facts()) == 410


def test_the_latest_are_kept(endpoint: Endpoint) -> None:
    for n in range(messenger.MOST + 2):
        assert send(endpoint, facts(subject=f"n{n}")) == 204
    assert len(subjects()) == messenger.MOST
    assert subjects()[0] == f"n{messenger.MOST + 1}"


def test_markup_in_a_message_is_text(endpoint: Endpoint, admin_user: Any, as_user: Any) -> None:
    send(endpoint, facts(subject="<script>alert(1)</script>", text="<b>x</b>\n\ny", url="javascript:alert(1)"))
    page = as_user(admin_user).get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert "javascript:" not in page


class TestPage:
    @pytest.mark.parametrize(("roles", "status"), [([], 404), (["steward"], 404), (["leader"], 404), (["admin"], 200)])
    def test_is_the_service_centres(self, roles: list[str], status: int, as_user: Any) -> None:
        client = as_user(UserFactory(roles=roles))
        assert client.get(PAGE).status_code == status
        assert client.post(PAGE).status_code == (302 if status == 200 else 404)

    def test_connects_again_at_another_address(
        self, endpoint: Endpoint, admin_user: Any, as_user: Any, settings: Any
    ) -> None:
        client = as_user(admin_user)
        assert "Connect the portal" not in client.get(PAGE).content.decode()
        settings.SITE_URL = "http://127.0.0.1:9000"
        assert "Connect the portal" in client.get(PAGE).content.decode()
        client.post(PAGE)
        again = Endpoint.objects.get()
        assert (again.pk, again.url) == (endpoint.pk, "http://127.0.0.1:9000/en/demo/messenger/take/")
        assert again.secret == endpoint.secret

    def test_before_anything_came(self, admin_user: Any, as_user: Any) -> None:
        page = as_user(admin_user).get(PAGE).content.decode()
        assert "Nothing has come yet" in page
        assert "Connect the portal" in page

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_taking_is_by_post_alone(self, method: str) -> None:
        assert getattr(Client(), method)(TAKE).status_code == 405
