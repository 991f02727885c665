"""The forms of an account, its adapter, and the way in to a new portal."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import translation

from accounts.adapter import AccountAdapter
from accounts.enums import DESK_ROLES, PUBLISHING_ROLES, Role
from accounts.forms import PersonForm, SignupForm
from accounts.models import User
from notices.models import Message
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
SETTINGS = {"name_zh": "虚构乙", "name_en": "", "phone": "", "language": "en", "digest_hour": "8"}


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (("虚构甲", ""), None),
        (("", "Jia"), None),
        (("Jia", "虚构甲"), None),
        (("", ""), "name_zh"),
        (("  ", "\u200b\u202e"), "name_zh"),
        (("长" * 81, ""), "name_zh"),
        (("", "x" * 5000), "name_en"),
        (("a\x00b", ""), "name_zh"),
        (("👩\u200d🔬", ""), None),
        (("<script>", ""), None),
    ],
)
def test_one_name_of_two_is_enough(names: tuple[str, str], field: str | None) -> None:
    data = {"name_zh": names[0], "name_en": names[1]}
    for form in (SignupForm(data), PersonForm(SETTINGS | data, instance=UserFactory())):
        form.is_valid()
        assert list(form.errors) == ([field] if field else [])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_missing_name_is_told_in_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        sentence = str(SignupForm({}).errors["name_zh"][0])
    assert sentence.endswith("." if language == "en" else "。")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"digest_hour": "0"}, None),
        ({"digest_hour": "23"}, None),
        ({"digest_hour": "24"}, "digest_hour"),
        ({"digest_hour": "-1"}, "digest_hour"),
        ({"digest_hour": ""}, "digest_hour"),
        ({"digest_hour": "noon"}, "digest_hour"),
        ({"language": ""}, "language"),
        ({"language": "zh"}, "language"),
        ({"phone": "x" * 41}, "phone"),
        ({"phone": "021-5555 5555 转 8"}, None),
    ],
)
def test_settings(change: dict[str, str], field: str | None) -> None:
    form = PersonForm(SETTINGS | change, instance=UserFactory())
    form.is_valid()
    assert list(form.errors) == ([field] if field else [])


@pytest.mark.parametrize(
    "stolen", [{"roles": "admin"}, {"email": "x@example.org"}, {"is_active": ""}, {"department": "1"}]
)
def test_settings_take_nothing_else(as_user: SignIn, stolen: dict[str, str]) -> None:
    user = UserFactory()
    before = User.objects.values("roles", "email", "is_active", "department").get()
    assert as_user(user).post("/en/accounts/settings/", SETTINGS | stolen).status_code == 302
    assert User.objects.values("roles", "email", "is_active", "department").get() == before


@pytest.mark.parametrize(("language", "words"), [("en", "Your settings are saved."), ("zh-hans", "设置已保存")])
def test_saved_settings_answer_in_the_language_just_chosen(as_user: SignIn, language: str, words: str) -> None:
    client = as_user(UserFactory(language="en"))
    response = client.post("/en/accounts/settings/", SETTINGS | {"language": language})
    assert response.headers["Location"] == f"/{language}/accounts/settings/"
    assert words in client.get(response.headers["Location"]).content.decode()


def test_refused_settings_leave_the_person_as_they_were(as_user: SignIn) -> None:
    user = UserFactory(name_zh="旧名", name_en="")
    response = as_user(user).post("/en/accounts/settings/", SETTINGS | {"name_zh": "新名", "digest_hour": "99"})
    assert "新名" in response.content.decode()
    user.refresh_from_db()
    assert user.name_zh == "旧名"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_account_mail_goes_into_the_outbox_in_the_active_language(language: str) -> None:
    from allauth.core import context

    request = RequestFactory().get("/")
    with translation.override(language), context.request_context(request):
        AccountAdapter(request).send_mail(
            "account/email/password_reset_key", "new@example.org", {"password_reset_url": "https://portal.example/x"}
        )
    message = Message.objects.get()
    assert (message.email, message.kind, message.language) == ("new@example.org", "password_reset_key", language)
    assert "https://portal.example/x" in message.body
    assert "&" not in message.body
    assert "\n" not in message.subject


@pytest.mark.parametrize("code", ["en", "zh-hans", "fr"])
def test_who_registers_is_written_to_in_the_language_of_the_page(client: Client, code: str) -> None:
    page = "zh-hans" if code == "fr" else code
    password = "a-long-fictional-phrase"
    data = {"email": "a@example.org", "password1": password, "password2": password, "name_en": "A", "name_zh": ""}
    client.cookies["django_language"] = code
    client.post(f"/{page}/accounts/signup/", data)
    assert User.objects.get().language == page


class TestMakeAdmin:
    @staticmethod
    def run(email: str) -> str:
        out = io.StringIO()
        call_command("make_admin", email, stdout=out)
        return out.getvalue()

    def test_a_new_person_can_set_a_password(self) -> None:
        assert "Forgot your password?" in self.run("Boss@Example.org")
        user = User.objects.get()
        assert (user.email, user.roles) == ("boss@example.org", ["admin"])
        assert EmailAddress.objects.get(user=user).verified
        assert not user.check_password("")

    def test_somebody_known_keeps_their_other_roles(self) -> None:
        user = UserFactory(email="boss@example.org", roles=["editor"])
        assert "new" not in self.run("BOSS@example.org")
        user.refresh_from_db()
        assert user.roles == ["editor", "admin"]

    def test_twice_is_once(self) -> None:
        self.run("boss@example.org")
        self.run("boss@example.org")
        assert User.objects.get().roles == ["admin"]

    @pytest.mark.parametrize("email", ["boss", "", "boss@", "a b@example.org", "boss@example.org\n"])
    def test_no_address_makes_nobody(self, email: str) -> None:
        with pytest.raises(CommandError, match="no e-mail address"):
            self.run(email)
        assert not User.objects.exists()

    def test_somebody_switched_off_stays_off(self) -> None:
        user = UserFactory(email="boss@example.org", is_active=False)
        with pytest.raises(CommandError, match="switched off"):
            self.run(user.email)
        user.refresh_from_db()
        assert user.roles == []


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.REQUIRE_STAFF_MFA = True

    @pytest.mark.parametrize("role", Role.values)
    def test_each_role_is_asked_and_told_why(self, as_user: SignIn, role: str) -> None:
        client = as_user(UserFactory(roles=[role]))
        response = client.get("/zh-hans/policies/")
        assert response.headers["Location"] == "/zh-hans/accounts/2fa/"
        assert any(
            "\u4e00" <= letter <= "\u9fff" for letter in client.get(response.headers["Location"]).content.decode()
        )

    def test_taking_it_away_is_noticed_in_the_same_session(self, as_user: SignIn) -> None:
        user = UserFactory(roles=["auditor"])
        factor = Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
        client = as_user(user)
        assert client.get("/en/audit/").status_code == 200
        factor.delete()
        client.get("/en/accounts/2fa/")
        assert client.get("/en/audit/").headers["Location"] == "/en/accounts/2fa/"

    def test_visitors_and_enterprises_are_not_asked(self, client: Client, as_user: SignIn) -> None:
        assert client.get("/en/policies/").status_code == 200
        assert as_user(UserFactory()).get("/en/policies/").status_code == 200


def test_the_groups_of_roles_are_roles() -> None:
    assert {*DESK_ROLES, *PUBLISHING_ROLES} < set(Role)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_role_has_its_name(language: str) -> None:
    with translation.override(language):
        labels = [str(label) for label in Role.labels]
    assert len(set(labels)) == len(labels)
    assert all(("\u4e00" <= label[0] <= "\u9fff") == (language == "zh-hans") for label in labels)
