"""The account pages stand in the portal's frame, in both languages, without inline code."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u4e00-\u9fff]")
OUTSIDE = ["login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/1-none/",
           "password/reset/key/done/", "confirm-email/", "confirm-email/none/", "inactive/"]  # fmt: skip
INSIDE = ["logout/", "email/", "password/change/", "2fa/", "2fa/webauthn/", "reauthenticate/"]
GUARDED = ["2fa/totp/activate/", "2fa/webauthn/add/"]


@pytest.fixture
def person() -> Any:
    person = UserFactory(email="owner@example.org", name_zh="", name_en="Olive Owner")
    person.set_password("Long-enough-77")
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def page(client: Client, path: str, language: str = "en") -> str:
    response = client.get(f"/{language}/accounts/{path}")
    assert response.status_code == 200, (path, response.status_code, response.headers.get("Location"))
    return response.content.decode()


def in_our_frame(html: str, language: str) -> None:
    assert html.count("<h1") == 1
    assert f'<html lang="{language}"' in html
    assert 'class="site-header"' in html
    assert '<a class="skip" href="#main">' in html
    assert " style=" not in html
    title = re.search(r"<title>(.*?)</title>", html, re.S)
    assert title is not None
    assert not title[1].startswith(" ·"), "the title says which page it is"
    for script in re.findall(r"<script\b[^>]*>", html):
        assert " src=" in script or 'type="application/json"' in script
    for box in re.findall(r'<input\b[^>]*\bid="([^"]+)"', html):
        hidden = re.search(rf'<input type="hidden"[^>]*id="{box}"', html)
        assert hidden or f'for="{box}"' in html, f"{box} has no label"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_before_signing_in(client: Client, path: str, language: str) -> None:
    in_our_frame(page(client, path, language), language)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", INSIDE)
def test_pages_of_ones_own_account(client: Client, person: Any, path: str, language: str) -> None:
    client.force_login(person)
    in_our_frame(page(client, path, language), language)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", GUARDED)
def test_setting_up_a_second_step_after_saying_again_who_it_is(
    client: Client, person: Any, path: str, language: str
) -> None:
    client.force_login(person)
    asked = client.get(f"/{language}/accounts/{path}")
    assert asked.headers["Location"].startswith(f"/{language}/accounts/reauthenticate/")
    client.post(f"/{language}/accounts/reauthenticate/", {"password": "Long-enough-77"})
    in_our_frame(page(client, path, language), language)


@pytest.mark.parametrize("path", OUTSIDE)
def test_an_english_account_page_has_no_chinese_but_the_way_there(client: Client, path: str) -> None:
    html = page(client, path)
    html = re.sub(r'<(\w+)[^>]*\blang="zh-hans"[^>]*>.*?</\1>', "", html.split("<body>")[1], flags=re.S)
    assert HAN.findall(html) == []


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_chinese_account_page_has_a_chinese_heading(client: Client, path: str) -> None:
    heading = re.search(r"<h1>(.*?)</h1>", page(client, path, "zh-hans"), re.S)
    assert heading is not None
    assert HAN.search(heading[1])


def test_signing_in_with_nothing_names_both_fields(client: Client) -> None:
    html = client.post("/en/accounts/login/", {}).content.decode()
    assert "2 things need your attention" in html
    assert 'href="#id_login"' in html
    assert 'aria-invalid="true"' in html


def test_the_sign_in_page_offers_no_person_outside_the_demonstration(client: Client) -> None:
    html = page(client, "login/")
    assert "Choose a person" not in html
    assert "demo-strip" not in html


def test_visitors_change_language_by_link_and_members_by_form(client: Client, person: Any) -> None:
    html = page(client, "password/reset/")
    assert re.search(r'<a class="tool" href="/zh-hans/accounts/password/reset/" lang="zh-hans"', html)
    client.force_login(person)
    html = page(client, "email/")
    assert 'action="/en/accounts/language/"' in html
    assert 'name="next" value="/zh-hans/accounts/email/"' in html


def test_the_cookie_of_the_display_settings_dresses_the_page(client: Client) -> None:
    assert 'data-size="normal" data-theme="auto"' in page(client, "login/")
    client.cookies["display"] = "large.dark"
    assert 'data-size="large" data-theme="dark"' in page(client, "login/")
    client.cookies["display"] = '"><script>.x'
    assert 'data-size="normal" data-theme="auto"' in page(client, "login/")


def test_the_account_menu_signs_out_by_post(client: Client, person: Any) -> None:
    client.force_login(person)
    html = page(client, "email/")
    assert re.search(r'<form method="post" action="/en/accounts/logout/">', html)
    client.post("/en/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_page_that_is_not_there_keeps_the_frame(client: Client) -> None:
    response = client.get("/en/no/such/page/")
    assert response.status_code == 404
    html = response.content.decode()
    assert "<h1>Page not found</h1>" in html
    assert 'class="site-header"' in html
