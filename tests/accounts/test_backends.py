"""The person of a session is the one that Django would find, in one statement planned once."""

from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.backends import Backend
from accounts.models import User
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.signing import PASSWORD, signed_in, with_password

pytestmark = pytest.mark.django_db


def test_the_portal_uses_it() -> None:
    assert settings.AUTHENTICATION_BACKENDS == ["accounts.backends.Backend"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("active", [True, False])
def test_everybody_is_found_as_django_finds_them(language: str, active: bool) -> None:
    mine = UserFactory(
        roles=["admin", "steward"], department=DepartmentFactory(), name_zh="林晓", language=language, is_active=active
    )
    UserFactory()
    with translation.override(language):
        found, wanted = Backend().get_user(mine.pk), AuthenticationBackend().get_user(mine.pk)
    assert found == wanted
    assert (found is None) == (not active)
    if found:
        plain = User.objects.get(pk=mine.pk)
        names = [field.attname for field in User._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(plain, name) for name in names]
        assert (found._state.adding, found._state.db) == (False, "default")


@pytest.mark.parametrize("pk", [0, -1, 2**40, -(2**61)])
def test_nobody_else_is(pk: int) -> None:
    UserFactory()
    assert Backend().get_user(pk) is None


def test_one_query_and_never_a_person_of_before(django_assert_num_queries: Any) -> None:
    user = UserFactory(name_en="Old")
    for name in ("One", "Two"):
        User.objects.filter(pk=user.pk).update(name_en=name)
        with django_assert_num_queries(1):
            found = Backend().get_user(user.pk)
        assert found is not None
        assert found.name_en == name
    found.name_en = "Three"
    found.save(update_fields=["name_en"])
    assert User.objects.get(pk=user.pk).name_en == "Three"


def test_who_is_made_inactive_is_out_with_the_next_page() -> None:
    user = UserFactory()
    client = signed_in(user)
    assert client.get("/en/messages/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/en/messages/").status_code == 302


def test_signing_in_by_the_form_leads_to_it() -> None:
    user, client = with_password(UserFactory()), Client()
    client.post("/en/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_backend"] == "accounts.backends.Backend"
    assert client.get("/en/messages/").status_code == 200
