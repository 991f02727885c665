"""The profile as it is read: figures, sources and days in words, names that cannot disturb the page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from enterprises.models import Enterprise, Invitation
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
SOURCES = {"employees": {"source": "verified", "on": "2026-01-05"}}


def owner(as_user: SignIn, **fields: Any) -> tuple[Client, Enterprise]:
    membership = MembershipFactory(enterprise=EnterpriseFactory(**fields))
    return as_user(membership.user), membership.enterprise


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "verified, 5 January 2026"), ("zh-hans", "已核实，2026年1月5日")],
)
def test_the_source_of_a_fact_is_told_with_its_day(as_user: SignIn, language: str, words: str) -> None:
    client, _enterprise = owner(as_user, employees=3, sources=SOURCES)
    text = re.sub(r"<[^>]+>", "", client.get(f"/{language}/enterprise/").content.decode())
    assert words in text
    assert "2026-01-05" not in text


@pytest.mark.parametrize("text", ["\u202elive\u202c Ltd", "\u2066live Ltd", "\u200b live Ltd\ufeff"])
def test_an_enterprise_name_cannot_turn_the_rest_of_the_line_around(as_user: SignIn, text: str) -> None:
    client, enterprise = owner(as_user)
    client.post("/en/enterprise/profile/identity/", {"name_zh_hans": text, "name_en": text})
    enterprise.refresh_from_db()
    assert (enterprise.name_zh_hans, enterprise.name_en) == ("live Ltd", "live Ltd")


def test_a_name_of_invisible_characters_is_no_name(as_user: SignIn) -> None:
    client, _enterprise = owner(as_user)
    assert (
        "required" in client.post("/en/enterprise/profile/identity/", {"name_zh_hans": "\u200b\u202e"}).content.decode()
    )


def test_emoji_with_joiners_stay_whole(as_user: SignIn) -> None:
    client, enterprise = owner(as_user)
    client.post("/en/enterprise/profile/identity/", {"name_zh_hans": "👩\u200d🔬工坊"})
    enterprise.refresh_from_db()
    assert enterprise.name_zh_hans == "👩\u200d🔬工坊"


@pytest.mark.parametrize("step", ["identity", "industry", "place"])
def test_an_own_fact_left_out_reads_as_not_filled_in(as_user: SignIn, step: str) -> None:
    client, _enterprise = owner(as_user)
    text = client.get(f"/zh-hans/enterprise/profile/{step}/").content.decode()
    assert "未填写" in text
    assert "未载明" not in text


def test_the_current_step_is_marked_once(as_user: SignIn) -> None:
    client, _enterprise = owner(as_user)
    text = client.get("/en/enterprise/profile/size/").content.decode()
    assert re.findall(r'<li aria-current="step">\s*<a href="([^"]+)"', text) == ["/en/enterprise/profile/size/"]


@pytest.mark.parametrize("path", ["claim/", "", "people/"])
def test_chinese_pages_use_chinese_punctuation(as_user: SignIn, path: str) -> None:
    membership = MembershipFactory()
    MembershipFactory(user=membership.user, state="claimed")
    text = as_user(membership.user).get(f"/zh-hans/enterprise/{path}").content.decode()
    plain = re.sub(r"<[^>]+>", "", text.partition("<main")[2].partition("</main")[0])
    assert re.findall(r"[\u4e00-\u9fff]+[:,.;](?=\s|$)", plain) == []


def test_people_have_a_personal_name_in_chinese(as_user: SignIn) -> None:
    client, _enterprise = owner(as_user)
    text = client.get("/zh-hans/enterprise/people/").content.decode()
    assert "姓名" in text
    assert "名称" not in text


def test_an_invitation_that_was_used_meanwhile_is_not_said_to_be_taken_back(as_user: SignIn) -> None:
    client, _enterprise = owner(as_user)
    client.post("/en/enterprise/people/", {"email": "a@example.org"})
    invitation = Invitation.objects.get()
    as_user(UserFactory(email="a@example.org")).post(f"/en/enterprise/join/{invitation.token}/")
    text = client.post(f"/en/enterprise/invitations/{invitation.pk}/revoke/", follow=True).content.decode()
    assert "The invitation is taken back" not in text
    assert "no longer open" in text


def test_the_leaflet_tells_level_and_amount(as_user: SignIn) -> None:
    PolicyFactory(max_amount_cny=500_000, criteria=[])
    client, _enterprise = owner(as_user)
    text = re.sub(r"\s+", " ", client.get("/en/package/print/").content.decode())
    assert "District · up to CNY 500,000" in text
    assert "区级 · 最高50万元" in text
