"""What the frame of every page offers: navigation by role, the other language, display settings."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from portal.home import context
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory

SignIn = Callable[[Any], Client]
LANGUAGES = ["en", "zh-hans"]


def offered(user: Any, path: str = "/en/", **cookies: str) -> dict[str, Any]:
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return context.page(request)


def addresses(user: Any) -> list[str]:
    return [entry["url"].removeprefix("/en/") for entry in offered(user)["nav"]]


@pytest.mark.parametrize(
    ("roles", "ways"),
    [
        (None, ["policies/", "package/", "requests/new/", "resources/", "map/", "open-government/"]),
        ([], ["package/", "policies/", "requests/", "enterprise/", "resources/", "open-government/"]),
        (["steward"], ["desk/", "visits/", "outreach/reception/", "map/", "policies/"]),
        (["handler"], ["desk/", "visits/", "outreach/reception/", "map/", "policies/"]),
        (["leader"], ["desk/", "visits/", "district/", "figures/", "centre/tiers/", "outreach/", "map/", "policies/"]),
        (["editor"], ["today/", "publishing/", "obstacles/", "outreach/", "resource-room/", "map/", "policies/"]),
        (["translator"], ["today/", "publishing/", "outreach/", "map/", "policies/"]),
        (
            ["reviewer"],
            [
                "today/",
                "publishing/",
                "obstacles/",
                "centre/tiers/",
                "outreach/",
                "resource-room/",
                "map/",
                "policies/",
            ],
        ),
        (["auditor"], ["audit/", "district/", "figures/", "centre/tiers/", "outreach/", "map/", "policies/"]),
        (
            ["admin"],
            [
                "centre/",
                "desk/",
                "visits/",
                "publishing/",
                "audit/",
                "outreach/",
                "resource-room/",
                "policies/",
            ],
        ),
        (
            ["steward", "editor"],
            [
                *("desk/", "visits/", "today/", "publishing/", "obstacles/"),
                *("outreach/", "resource-room/", "map/", "policies/"),
            ],
        ),
    ],
)
def test_each_role_has_its_own_ways(roles: list[str] | None, ways: list[str]) -> None:
    assert addresses(AnonymousUser() if roles is None else User(roles=roles)) == ways


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", *Role.values])
def test_every_way_offered_can_be_gone(as_user: SignIn, role: str) -> None:
    user = UserFactory(roles=[role] if role else [])
    client = as_user(user)
    for path in addresses(user):
        response = client.get(f"/en/{path}")
        assert response.status_code in (200, 302), path
        assert "/accounts/login/" not in response.headers.get("Location", ""), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ways_are_named_in_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        labels = [
            entry["label"] for entry in offered(User(roles=["admin", "steward", "editor"]), f"/{language}/")["nav"]
        ]
    assert len(set(labels)) == len(labels)
    assert all(bool(re.search(r"[\u4e00-\u9fff]", label)) == (language == "zh-hans") for label in labels)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/en/policies/", ["policies/"]),
        ("/en/policies/some-slug/", ["policies/"]),
        ("/en/requests/drafts/3/", ["requests/"]),
        ("/en/enterprise/people/", ["enterprise/"]),
        ("/en/", []),
        ("/en/policies-of-old/", []),
    ],
)
def test_where_one_is_is_marked(path: str, current: list[str]) -> None:
    marked = [entry["url"].removeprefix("/en/") for entry in offered(User(), path)["nav"] if entry["current"]]
    assert marked == current


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/en/", "/zh-hans/"),
        ("/en/policies/?q=rent&category=finance", "/zh-hans/policies/?q=rent&category=finance"),
        ("/en/policies/?q=%E7%A7%9F%E9%87%91", "/zh-hans/policies/?q=%E7%A7%9F%E9%87%91"),
        ("/en/no/such/page/", "/en/no/such/page/"),
    ],
)
def test_the_other_language_is_the_same_page(path: str, other: str) -> None:
    found = offered(AnonymousUser(), path)["other_language"]
    assert (found["code"], found["url"], found["label"]) == ("zh-hans", other, "中文")


@pytest.mark.parametrize(
    ("cookie", "size", "theme"),
    [
        ("", "normal", "auto"),
        ("large.dark", "large", "dark"),
        ("x-large.contrast", "x-large", "contrast"),
        ("small", "small", "auto"),
        (".light", "normal", "light"),
        ("huge.pink", "normal", "auto"),
        ('"><script>.x', "normal", "auto"),
        ("large.dark.more", "large", "auto"),
    ],
)
def test_only_known_display_settings_reach_the_page(cookie: str, size: str, theme: str) -> None:
    assert offered(AnonymousUser(), display=cookie)["display"] == {"size": size, "theme": theme}


def test_the_frame_costs_no_query(django_assert_num_queries: Callable[..., Any], db: None) -> None:
    user = User(roles=["admin"])
    with django_assert_num_queries(0):
        offered(user)


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/en/outreach/", ""),
        ("/en/outreach/events/", "Open government: desk"),
        ("/en/publishing/3/", "Publishing"),
        ("/en/partner/groups/", "Partner room"),
        ("/en/observer/", ""),
        ("/en/events/", ""),
        ("/en/", ""),
        ("/", ""),
        ("", ""),
    ],
)
def test_titles_behind_the_scenes_say_where_they_are(path: str, area: str) -> None:
    assert offered(User(), path or "/")["area"] == area


@pytest.mark.parametrize(
    ("method", "referer", "leads"),
    [
        ("get", "/en/events/?language=en", "/zh-hans/events/one/register/?q=1"),
        ("post", "/en/events/one/?q=2", "/zh-hans/events/one/?q=2"),
        ("post", "", "/zh-hans/events/one/register/?q=1"),
        ("post", "https://elsewhere.example/en/policies/", "/zh-hans/events/one/register/?q=1"),
    ],
)
def test_the_other_language_is_that_of_the_page_to_read(method: str, referer: str, leads: str) -> None:
    came = f"http://testserver{referer}" if referer.startswith("/") else referer
    request = getattr(RequestFactory(), method)("/en/events/one/register/?q=1", headers={"Referer": came})
    request.user = AnonymousUser()
    with translation.override("en"):
        assert context.page(request)["other_language"]["url"] == leads


def test_every_address_keeps_itself_and_its_query_in_the_other_language() -> None:
    """Those with numbers, names and keys in them too."""
    for name, args in (
        *((name, []) for name in ("home:search", "events:list", "points:list", "desk:queue", "policies:list")),
        *(("events:detail", ["one"]), ("bulletins:issue", ["b-1"]), ("outreach:guest", [uuid4()])),
        *(("bulletins:subscription", [uuid4()]), ("observers:certificate", [uuid4()]), ("reception:times", [3])),
    ):
        there, here = (reverse_in(language, name, args) for language in ("zh-hans", "en"))
        with translation.override("en"):
            assert (
                offered(AnonymousUser(), f"{here}?q=a%20b&page=2")["other_language"]["url"] == f"{there}?q=a%20b&page=2"
            )


def reverse_in(language: str, name: str, args: list[Any]) -> str:
    with translation.override(language):
        return reverse(name, args=args)


@pytest.mark.django_db
class TestLanding:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("role", ["", *Role.values])
    def test_nobody_is_led_to_a_page_that_is_not_theirs(self, as_user: SignIn, role: str, language: str) -> None:
        user = UserFactory(roles=[role] if role else [], language=language)
        client = as_user(user)
        target = client.get(f"/{language}/start/").headers["Location"]
        assert target.startswith(f"/{language}/")
        assert client.get(target).status_code == 200

    def test_a_leader_lands_where_overdue_requests_are_seen(self, as_user: SignIn) -> None:
        assert as_user(UserFactory(roles=["leader"])).get("/en/start/").headers["Location"] == "/en/desk/"

    def test_visitors_sign_in_first(self, client: Client) -> None:
        assert client.get("/en/start/").headers["Location"] == "/en/accounts/login/?next=/en/start/"


@pytest.mark.django_db
class TestPackageDoor:
    """Who finds which package behind the same address."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_newcomer_is_told_the_next_step(self, as_user: SignIn, language: str) -> None:
        html = as_user(UserFactory()).get(f"/{language}/package/").content.decode()
        assert f'href="/{language}/enterprise/claim/"' in html
        assert f'href="/{language}/requests/new/"' in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_claim_that_waits_is_named(self, as_user: SignIn, language: str) -> None:
        claim = MembershipFactory(state="claimed")
        name = claim.enterprise.name_en if language == "en" else claim.enterprise.name_zh_hans
        assert name in as_user(claim.user).get(f"/{language}/package/").content.decode()

    @pytest.mark.parametrize("state", ["claimed", "rejected", "ended"])
    def test_nothing_of_an_enterprise_is_shown_to_those_not_active(self, as_user: SignIn, state: str) -> None:
        other = MembershipFactory(state=state)
        client = as_user(other.user)
        assert client.get(f"/en/package/?enterprise={other.enterprise_id}").status_code == 404
        assert client.get("/en/package/print/").status_code == 404

    @pytest.mark.parametrize("role", Role.values)
    def test_officials_have_no_package(self, as_user: SignIn, role: str) -> None:
        assert as_user(UserFactory(roles=[role])).get("/en/package/").status_code == 404

    @pytest.mark.parametrize("number", ["0", "-1", "x", "2", "999999999999", "٣", "%00x"])
    def test_a_page_that_is_not_there_is_the_first(self, as_user: SignIn, number: str) -> None:
        response = as_user(MembershipFactory().user).get(f"/en/package/?page={number}")
        assert response.status_code == (400 if "%00" in number else 200)

    @pytest.mark.parametrize("path", ["package/", "package/print/", "audit/", ""])
    def test_they_are_for_reading(self, as_user: SignIn, admin_user: User, path: str) -> None:
        user = admin_user if path == "audit/" else MembershipFactory().user
        assert as_user(user).post(f"/en/{path}").status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_host_that_is_not_ours_is_refused_and_no_fault_of_ours(client: Client, method: str) -> None:
    assert getattr(client, method)("/en/requests/new/", headers={"Host": "elsewhere.example"}).status_code == 400
