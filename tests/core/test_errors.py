"""What somebody wrote is given back where the page is no longer theirs, and to nobody what they may not see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.stewards import HelpRequestFactory

AsUser = Callable[[Any], Client]
TYPED = {"text": "租金补贴 <b>three</b> pages", "csrfmiddlewaretoken": "t o k e n", "seen": "3"}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["answer", "ask_back", "note", "refer"])
def test_a_request_that_went_to_somebody_else_while_one_wrote(as_user: AsUser, verb: str) -> None:
    me, other = HandlerFactory(), StewardFactory()
    asked = HelpRequestFactory(state="in_progress", number="HK-2026-000009", steward=other, handler=other)
    theirs, nobodys = (
        as_user(me).post(f"/en/desk/{number}/{verb}/", TYPED) for number in (asked.number, "HK-2026-999999")
    )
    for response in (theirs, nobodys):
        assert response.status_code == 404
        page = response.content.decode()
        assert "What you wrote was not saved." in page
        assert "租金补贴 &lt;b&gt;three&lt;/b&gt; pages" in page
        assert "t o k e n" not in page
    told = [response.content.decode().partition("<main")[2].partition("</main>")[0] for response in (theirs, nobodys)]
    assert told[0] == told[1], "nothing tells which of them exists"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The texts of a form may have 2 MB together."), ("zh-hans", "一份表单的文字合计不得超过2 MB")],
)
def test_megabytes_of_text_are_too_long_and_said_to_be(as_user: AsUser, language: str, words: str) -> None:
    response = as_user(UserFactory()).post(f"/{language}/requests/new/", {"subject": "x", "body": "长" * 1_000_000})
    assert response.status_code == 413
    assert words in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/no-such-page/", "/en/policies/none-of-this-name/"])
def test_where_nothing_was_written_nothing_is_given_back(as_user: AsUser, path: str) -> None:
    client = as_user(UserFactory())
    assert "What you wrote" not in client.get(path).content.decode()
    response = client.post("/en/no-such-page/", TYPED)
    assert response.status_code == 404
    assert "租金补贴" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/plain", False),
        ("text/plain, */*;q=0.5", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("image/avif,image/webp,*/*;q=0.8", True),
        ("application/json", True),
        ("", True),
        (None, True),
    ],
)
def test_who_reads_plain_text_gets_one_line(as_user: AsUser, accept: str | None, page: bool) -> None:
    headers = {} if accept is None else {"accept": accept}
    response = as_user(UserFactory()).get("/zh-hans/no-such-page/", headers=headers)
    assert response.status_code == 404
    assert ("<main" in response.content.decode()) == page
    if not page:
        assert (response["Content-Type"], response.content.decode()) == ("text/plain; charset=utf-8", "页面不存在")


@pytest.mark.django_db
def test_one_leaves_an_enterprise_by_oneself_and_the_last_owner_cannot(as_user: AsUser) -> None:
    owner = MembershipFactory()
    member = MembershipFactory(enterprise=owner.enterprise, role="member")
    client = as_user(member.user)
    people = client.get("/en/enterprise/people/").content.decode()
    assert people.count("Leave this enterprise") == 1
    assert f"/people/{owner.pk}/remove/" not in people
    refused = client.post(f"/en/enterprise/people/{owner.pk}/remove/", follow=True)
    assert "Only an owner of the enterprise can" in refused.content.decode()
    left = client.post(f"/en/enterprise/people/{member.pk}/remove/", follow=True)
    assert f"You no longer act for {owner.enterprise.name_en}." in left.content.decode()
    member.refresh_from_db()
    assert member.state == "ended"
    assert client.post(f"/en/enterprise/people/{member.pk}/remove/").status_code == 404
    stays = as_user(owner.user).post(f"/en/enterprise/people/{owner.pk}/remove/", follow=True)
    assert "keeps at least one owner" in stays.content.decode()


@pytest.mark.parametrize(
    ("site", "kept", "told"),
    [
        ("https://portal.example", False, set()),
        ("http://localhost:8000", False, {"portal.W001"}),
        ("http://portal.example", True, {"portal.W001", "portal.W002"}),
        ("https://portal.example", True, {"portal.W002"}),
    ],
)
def test_before_it_goes_out_one_is_told_what_is_not_set(settings: Any, site: str, kept: bool, told: set[str]) -> None:
    settings.SITE_URL, settings.EMAIL_KEPT_IN_PORTAL = site, kept
    found = {str(message.id) for message in run_checks(include_deployment_checks=True)}
    assert {name for name in found if name.startswith("portal.")} == told
