"""What the account pages write: mail, messages, and the words of somebody whose session ended while writing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from notices.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
PASSWORD = "a-long-fictional-phrase"
SIGN_UP = {
    "email": "founder@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "name_zh": "虚构甲",
    "name_en": "",
}
PORTAL = {"en": "Hongkou Enterprise Service Portal", "zh-hans": "虹口企业服务门户"}
LANGUAGES = ["en", "zh-hans"]
SignIn = Callable[[Any], Client]


def known(**fields: Any) -> User:
    user = UserFactory(**fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def register(client: Client, language: str) -> None:
    client.post(f"/{language}/accounts/signup/", SIGN_UP)


def register_again(client: Client, language: str) -> None:
    known(email=SIGN_UP["email"])
    register(client, language)


def forget(client: Client, language: str) -> None:
    known(email=SIGN_UP["email"])
    client.post(f"/{language}/accounts/password/reset/", {"email": SIGN_UP["email"]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("act", "address"),
    [
        (register, "/accounts/confirm-email/"),
        (register_again, "/accounts/password/reset/"),
        (forget, "/password/reset/key/"),
    ],
)
def test_account_mail_names_the_portal_and_speaks_one_language(
    client: Client, act: Callable[[Client, str], None], address: str, language: str
) -> None:
    act(client, language)
    message = Message.objects.get()
    assert PORTAL[language] in message.body
    assert address in message.body
    assert not re.search(r"  |Hello from !| on \.|来自的|用户 | ！|\n\n\n", message.body), message.body
    words = re.sub(r"\S*(https?:|@)\S*|虚构甲", "", message.subject + message.body)
    assert not re.search(r"[\u4e00-\u9fff]" if language == "en" else r"[A-Za-z]", words), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_carries_a_link_that_can_be_followed(client: Client, language: str) -> None:
    forget(client, language)
    link = re.search(r"https?://[^/\s]+(/\S+)", Message.objects.get().body)
    assert link
    assert client.get(link[1], follow=True).status_code == 200


def said(client: Client, path: str) -> list[str]:
    return [str(message) for message in client.get(path).context["messages"]]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "You are signed in as Jia."), ("zh-hans", "您已登录：虚构甲。")]
)
def test_signing_in_is_told_in_plain_words(client: Client, language: str, words: str) -> None:
    user = known(email="owner@example.org", name_zh="虚构甲", name_en="Jia")
    client.post(f"/{language}/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert said(client, f"/{language}/package/") == [words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_of_an_account_is_told_in_the_language_of_the_page(client: Client, language: str) -> None:
    told = []
    register(client, language)
    told += said(client, f"/{language}/")
    link = re.search(r"/\S+/accounts/confirm-email/\S+", Message.objects.get().body)
    assert link
    path = re.sub(r"^.*?//[^/]+", "", link[0])
    client.post(path)
    told += said(client, f"/{language}/")
    client.post(f"/{language}/accounts/login/", {"login": SIGN_UP["email"], "password": PASSWORD})
    client.get(f"/{language}/")
    new = {"oldpassword": PASSWORD, "password1": PASSWORD + "2", "password2": PASSWORD + "2"}
    client.post(f"/{language}/accounts/password/change/", new)
    told += said(client, f"/{language}/")
    assert len(told) >= 3
    for sentence in told:
        plain = sentence.replace(SIGN_UP["email"], "").replace(SIGN_UP["name_zh"], "")
        assert bool(re.search(r"[\u4e00-\u9fff]", plain)) == (language == "zh-hans"), sentence
        assert "Email" not in plain, sentence
        assert sentence.endswith("." if language == "en" else "。"), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["requests/new/", "enterprise/claim/"])
def test_what_was_written_survives_the_end_of_the_session(client: Client, path: str, language: str) -> None:
    typed = {"subject": "减免房租", "body": "First line\r\n<script>alert(1)</script>", "evidence": "Head of office"}
    response = client.post(
        f"/{language}/{path}", {**typed, "csrfmiddlewaretoken": "t o k e n", "password": "my secret"}
    )
    text = response.content.decode()
    assert response.status_code == 401
    for words in ("减免房租", "First line", "&lt;script&gt;alert(1)", "Head of office"):
        assert words in text
    for secret in ("t o k e n", "my secret", "<script>alert"):
        assert secret not in text
    assert f"/{language}/accounts/login/?next=/{language}/{path}" in text


def test_a_click_without_words_leads_to_the_sign_in(client: Client) -> None:
    membership = MembershipFactory()
    response = client.post(f"/en/enterprise/people/{membership.pk}/remove/", {"seen": "3"})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/en/accounts/login/?next=")


def test_saving_by_itself_answers_no_page_to_somebody_signed_out(client: Client) -> None:
    data = {"body": "Some words", "action": "autosave"}
    response = client.post("/en/requests/new/", data, headers={"HX-Request": "true"})
    assert response.status_code == 401


@pytest.mark.parametrize("field", ["name_zh", "name_en"])
def test_names_cannot_turn_the_rest_of_the_line_around(as_user: SignIn, field: str) -> None:
    user = UserFactory()
    data = {"name_zh": "", "name_en": "", "phone": "", "language": "en", "digest_hour": "8"}
    as_user(user).post("/en/accounts/settings/", data | {field: " \u202egro.elpmaxe@nimda \u200b\u2066"})
    user.refresh_from_db()
    assert getattr(user, field) == "gro.elpmaxe@nimda"
    response = as_user(user).post("/en/accounts/settings/", data | {field: "\u200b\u202e \u200b"})
    assert "Give your name" in response.content.decode()


def test_saving_ones_settings_leaves_what_others_changed_meanwhile(as_user: SignIn) -> None:
    """An admin gives a role between the reading and the writing of the row."""
    user = UserFactory()
    from accounts.forms import PersonForm

    data = {"name_zh": "虚构乙", "name_en": "", "phone": "", "language": "en", "digest_hour": "8"}
    form = PersonForm(data, instance=user)
    User.objects.filter(pk=user.pk).update(roles=["steward"])
    assert form.is_valid()
    form.save()
    user.refresh_from_db()
    assert (user.roles, user.name_zh) == (["steward"], "虚构乙")
