"""Sessions are found as Django finds them, by one statement that is planned once."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DataError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from portal.core.sessions import SessionStore
from tests.factories.accounts import UserFactory
from tests.signing import session_of, signed_in

pytestmark = pytest.mark.django_db


def kept(**values: Any) -> str:
    store = SessionStore()
    store.update(values)
    store.save()
    assert store.session_key
    return store.session_key


def read(key: str | None) -> tuple[dict[str, Any], str | None]:
    """What is in the session of a key, and the key that the store goes on with; as Django reads it."""
    found = []
    for kind in (SessionStore, db.SessionStore):
        store = kind(key)
        found.append((dict(store.items()), store.session_key))
    assert found[0] == found[1]
    return found[0]


def test_the_portal_uses_it() -> None:
    assert SessionStore.__module__ == settings.SESSION_ENGINE


def test_what_is_kept_is_found_by_its_key_alone() -> None:
    one, other = kept(name="林晓", number=1), kept(number=2)
    assert read(one) == ({"name": "林晓", "number": 1}, one)
    assert read(other) == ({"number": 2}, other)
    for _again in range(2):
        assert SessionStore(one)["number"] == 1


@pytest.mark.parametrize(("left", "found"), [(60, True), (1, True), (-1, False), (-86_400, False)])
def test_a_session_has_an_end(left: int, found: bool) -> None:
    key = kept(number=1)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(seconds=left))
    assert read(key) == (({"number": 1}, key) if found else ({}, None))


@pytest.mark.parametrize("key", [None, "", "short", "z" * 32, "'; DROP TABLE django_session; --", "%s" * 20, "键" * 40])
def test_no_other_key_finds_one(key: str | None) -> None:
    kept(number=1)
    assert read(key) == ({}, None)


def test_a_key_that_is_no_text_fails_as_ever() -> None:
    for kind in (SessionStore, db.SessionStore):
        with pytest.raises(DataError, match="NUL"), transaction.atomic():
            kind("\x00" * 32).load()


def test_what_is_changed_or_taken_away_is_so_at_once() -> None:
    key = kept(number=1)
    store = SessionStore(key)
    store["number"] = 2
    store.save()
    assert read(key) == ({"number": 2}, key)
    store.flush()
    assert read(key) == ({}, None)


def test_damaged_data_is_an_empty_session() -> None:
    key = kept(number=1)
    Session.objects.filter(pk=key).update(session_data="damaged")
    assert read(key) == ({}, key)


def test_one_query_in_any_language(django_assert_num_queries: Any) -> None:
    key = kept(number=1)
    for language in ("en", "zh-hans", "en"):
        with translation.override(language), django_assert_num_queries(1):
            assert SessionStore(key)["number"] == 1


def test_people_stay_signed_in_until_they_leave() -> None:
    user = UserFactory()
    client = signed_in(user)
    assert client.get("/en/messages/").status_code == 200
    client.post("/en/accounts/logout/")
    assert client.get("/en/messages/").status_code == 302
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    assert again.get("/en/messages/").status_code == 200
    Session.objects.all().delete()
    assert again.get("/en/messages/").status_code == 302


def test_it_is_prepared_on_a_new_connection_too() -> None:
    key = kept(number=1)
    connection.connection.execute("DEALLOCATE ALL")
    connection.connection._prepared._names.clear()
    assert SessionStore(key)["number"] == 1
