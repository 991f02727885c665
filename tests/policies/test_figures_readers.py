"""Whose visits are views: told by what a browser says of itself, without looking at who it is."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.enums import Role
from accounts.models import User
from policies.figures.counting import BOTS, is_reader
from policies.figures.rules import sees_figures

PEOPLE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50",
    "Mozilla/5.0 (Linux; Android 14; HarmonyOS) AppleWebKit Chrome/114.0 HuaweiBrowser/15.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 13; zh-cn) AppleWebKit/537.36 UCBrowser/15.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 Edg/130.0",
)
PROGRAMS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@example.org)",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/142.0",
    "Mozilla/5.0 (compatible; archive.org_bot)",
    "facebookexternalhit/1.1",
    "curl/8.5.0",
    "Wget/1.21.4",
    "python-requests/2.32",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "Apache-HttpClient/5.3 (Java/21.0)",
    "FeedFetcher/1.0",
    "meta-externalagent/1.1",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0",
    "Scrapy/2.11 (+https://scrapy.example)",
    "PostmanRuntime/7.43",
    "node",
)


def visit(agent: str = PEOPLE[0], user: Any = None, **headers: str) -> bool:
    sent = {"User-Agent": agent, **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = RequestFactory().get("/en/policies/award/", headers=sent)
    request.user = user or AnonymousUser()
    return is_reader(request)


@pytest.mark.parametrize("agent", PEOPLE)
def test_browsers_are_read_by_people(agent: str) -> None:
    assert visit(agent)
    assert visit(agent, Sec_Purpose="")


@pytest.mark.parametrize("agent", ["", *PROGRAMS])
def test_programs_are_not(agent: str) -> None:
    assert not visit(agent)
    assert not visit(agent.upper())


def test_only_the_beginning_of_what_a_browser_says_is_read() -> None:
    assert visit("Mozilla/5.0 " + "x" * 5_000 + " Googlebot/2.1")
    assert BOTS.search("bot")
    assert not BOTS.search("bottle")


@pytest.mark.parametrize(
    "headers", [{"Sec_Purpose": "prefetch"}, {"Sec_Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_what_is_loaded_ahead_of_time_is_not_read(headers: dict[str, str]) -> None:
    assert not visit(**headers)


@pytest.mark.parametrize("role", ["", *Role.values])
def test_officials_do_not_count_and_some_of_them_see_the_figures(role: str) -> None:
    somebody = User(roles=[role] if role else [], is_active=True)
    assert visit(user=somebody) == (not role)
    assert sees_figures(somebody) == (role in {"editor", "translator", "reviewer", "admin", "leader", "auditor"})


def test_visitors_see_no_figures() -> None:
    assert not sees_figures(AnonymousUser())
    assert not sees_figures(User(roles=["admin"], is_active=False))
