"""Registering, verifying, signing in, second factor, limits."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings

from accounts.models import User
from notices.models import Message
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
PASSWORD = "a-long-fictional-phrase"
SIGN_UP = {
    "email": "founder@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "name_zh": "虚构甲",
    "name_en": "",
}


def verified(**fields: Any) -> User:
    user = UserFactory(**fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_registering_sends_a_link_through_the_outbox_and_the_link_verifies(client: Client) -> None:
    response = client.post("/en/accounts/signup/", SIGN_UP)
    assert response.status_code == 302
    message = Message.objects.get(email="founder@example.org")
    assert message.state == "queued"
    link = re.search(r"/en/accounts/confirm-email/\S+", message.body)
    assert link
    client.get(link[0])
    assert not EmailAddress.objects.get().verified  # reading the link alone changes nothing
    client.post(link[0])
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("page", ["signup", "password/reset"])
def test_links_in_mail_lead_to_the_portal_whatever_host_was_asked(client: Client, page: str) -> None:
    """Every name in ALLOWED_HOSTS can be sent as Host by anybody; mail names the address in SITE_URL alone."""
    verified(email="known@example.org")
    with override_settings(SITE_URL="https://portal.example.org", ALLOWED_HOSTS=["*"]):
        for address in ("known@example.org", "new@example.org"):
            client.post(f"/en/accounts/{page}/", SIGN_UP | {"email": address}, headers={"host": "evil.example"})
    bodies = [message.body for message in Message.objects.all()]
    assert bodies
    for body in bodies:
        assert "https://portal.example.org/en/accounts/" in body
        assert "evil.example" not in body


def test_the_verification_mail_is_chinese_for_those_who_register_in_chinese(client: Client) -> None:
    client.post("/zh-hans/accounts/signup/", SIGN_UP)
    message = Message.objects.get()
    assert message.language == "zh-hans"
    assert re.search(r"[\u4e00-\u9fff]", message.subject)
    assert User.objects.get().language == "zh-hans"


def test_an_unverified_person_cannot_sign_in(client: Client) -> None:
    client.post("/en/accounts/signup/", SIGN_UP)
    client = Client()
    response = client.post("/en/accounts/login/", {"login": "founder@example.org", "password": PASSWORD})
    assert "confirm-email" in response.headers["Location"]
    assert client.get("/en/package/").status_code == 302


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": "nobody"}, "valid email address"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": "different-phrase"}, "same password"),
        ({"name_zh": ""}, "Give your name"),
        ({"name_zh": "长" * 5000}, "at most 80"),
    ],
)
def test_bad_sign_up_is_told_by_the_field_and_keeps_the_rest(
    client: Client, change: dict[str, str], message: str
) -> None:
    response = client.post("/en/accounts/signup/", SIGN_UP | change)
    text = response.content.decode()
    assert response.status_code == 200
    assert message in text
    assert not User.objects.exists()


def test_registering_with_a_known_address_tells_the_visitor_nothing(client: Client) -> None:
    verified(email="founder@example.org")
    response = client.post("/en/accounts/signup/", SIGN_UP)
    assert response.status_code == 302
    assert User.objects.count() == 1
    assert "already" in Message.objects.get().body.lower()


def test_signing_in_lands_on_the_own_desk(client: Client) -> None:
    verified(email="steward@example.org", roles=["steward"])
    response = client.post("/en/accounts/login/", {"login": "STEWARD@example.org", "password": PASSWORD})
    assert response.headers["Location"] == "/en/start/"
    assert client.get("/en/start/").headers["Location"] == "/en/desk/"


def test_wrong_passwords_are_limited(client: Client) -> None:
    verified(email="owner@example.org")
    texts = [
        client.post("/en/accounts/login/", {"login": "owner@example.org", "password": "wrong"}).content.decode()
        for _attempt in range(7)
    ]
    assert "Too many failed" in texts[-1]
    right = client.post("/en/accounts/login/", {"login": "owner@example.org", "password": PASSWORD})
    assert right.status_code != 302


@override_settings(REQUIRE_STAFF_MFA=True)
def test_staff_without_second_factor_set_one_up_first(as_user: Callable[[Any], Client]) -> None:
    client = as_user(UserFactory(roles=["steward"]))
    assert client.get("/en/desk/").headers["Location"] == "/en/accounts/2fa/"
    assert client.get("/en/accounts/2fa/").status_code == 200
    owner = as_user(UserFactory())
    assert owner.get("/en/enterprise/claim/").status_code == 200


@override_settings(REQUIRE_STAFF_MFA=True)
def test_staff_with_second_factor_pass(as_user: Callable[[Any], Client]) -> None:
    user = UserFactory(roles=["steward"])
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert as_user(user).get("/en/desk/").status_code == 200


@override_settings(REQUIRE_STAFF_MFA=True)
def test_staff_who_take_their_second_factor_away_set_up_another_one(as_user: Callable[[Any], Client]) -> None:
    user = UserFactory(roles=["steward"])
    factor = Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    client = as_user(user)
    assert client.get("/en/desk/").status_code == 200
    client.get("/en/accounts/2fa/")
    factor.delete()
    assert client.get("/en/desk/").headers["Location"] == "/en/accounts/2fa/"


@override_settings(REQUIRE_STAFF_MFA=True)
@pytest.mark.parametrize("path", ["/en/desk/?next=/accounts/", "/en/desk/x/accounts/", "/zh-hans/desk/"])
def test_an_address_that_only_looks_like_an_account_page_is_no_way_round(
    as_user: Callable[[Any], Client], path: str
) -> None:
    assert as_user(UserFactory(roles=["steward"])).get(path).headers["Location"].endswith("/accounts/2fa/")


def test_second_factor_secrets_are_not_stored_in_clear() -> None:
    adapter = get_adapter()
    stored = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert adapter.decrypt(stored) == "JBSWY3DPEHPK3PXP"
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]), pytest.raises(ValueError, match="another"):
        adapter.decrypt(stored)


def test_secrets_survive_a_change_of_key() -> None:
    from django.conf import settings

    stored = get_adapter().encrypt("secret")
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert get_adapter().decrypt(stored) == "secret"


def test_a_person_changes_their_settings(as_user: Callable[[Any], Client]) -> None:
    user = UserFactory()
    client = as_user(user)
    data = {"name_zh": "虚构乙", "name_en": "Yi", "phone": "021-00000000", "language": "zh-hans", "digest_hour": "8"}
    assert client.post("/en/accounts/settings/", data).status_code == 302
    user.refresh_from_db()
    assert (user.language, user.digest_hour) == ("zh-hans", 8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"digest_hour": "24"}, "less than or equal to 23"),
        ({"digest_hour": "-1"}, "greater than or equal to 0"),
        ({"digest_hour": "nine"}, "whole number"),
        ({"language": "fr"}, "valid choice"),
        ({"name_zh": "", "name_en": ""}, "Give your name"),
    ],
)
def test_bad_settings_are_told(as_user: Callable[[Any], Client], change: dict[str, str], message: str) -> None:
    data = {"name_zh": "虚构乙", "name_en": "Yi", "phone": "", "language": "en", "digest_hour": "8"} | change
    response = as_user(UserFactory()).post("/en/accounts/settings/", data)
    assert response.status_code == 200
    assert message in response.content.decode()


@pytest.mark.parametrize(
    ("following", "target"),
    [
        ("/en/policies/?q=rent", "/zh-hans/policies/?q=rent"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_the_language_switch_keeps_the_page_and_leads_nowhere_else(
    as_user: Callable[[Any], Client], following: str, target: str
) -> None:
    user = UserFactory()
    response = as_user(user).post("/en/accounts/language/", {"language": "zh-hans", "next": following})
    assert response.headers["Location"] == target
    user.refresh_from_db()
    assert user.language == "zh-hans"


def test_the_language_switch_works_for_visitors_and_bad_values(client: Client) -> None:
    response = client.post("/en/accounts/language/", {"language": "xx", "next": "/en/"})
    assert response.headers["Location"] == "/zh-hans/"
    assert client.get("/en/accounts/language/").status_code == 405
