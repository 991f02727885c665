"""Enterprise pages lead where they say: the second page of a list, the right one of several enterprises."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from enterprises.models import Enterprise, Invitation
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def text(response: Any) -> str:
    return str(response.content.decode())


def test_every_waiting_claim_can_be_reached(as_user: SignIn, admin_user: User) -> None:
    claims = MembershipFactory.create_batch(65, state="claimed")
    client, url, seen = as_user(admin_user), "/en/centre/claims/", []
    for _page in range(4):
        page = text(client.get(url))
        seen += [int(pk) for pk in re.findall(r'href="/en/centre/claims/(\d+)/"', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        url = "/en/centre/claims/" + following[1].replace("&amp;", "&")
    assert seen == [claim.pk for claim in claims]


@pytest.fixture
def two(as_user: SignIn) -> tuple[Client, Enterprise, Enterprise]:
    """An owner of two enterprises."""
    person = UserFactory()
    first, second = (MembershipFactory(user=person).enterprise for _n in range(2))
    return as_user(person), first, second


def test_after_removing_a_colleague_the_same_enterprise_is_shown(two: tuple[Client, Enterprise, Enterprise]) -> None:
    client, _first, second = two
    colleague = MembershipFactory(enterprise=second, role="member")
    response = client.post(f"/en/enterprise/people/{colleague.pk}/remove/")
    assert response.headers["Location"] == f"/en/enterprise/people/?enterprise={second.pk}"
    assert second.name_en in text(client.get(response.headers["Location"]))


def test_after_taking_an_invitation_back_too(two: tuple[Client, Enterprise, Enterprise]) -> None:
    client, _first, second = two
    client.post(f"/en/enterprise/people/?enterprise={second.pk}", {"email": "new@example.org"})
    invitation = Invitation.objects.get()
    assert invitation.enterprise == second
    response = client.post(f"/en/enterprise/invitations/{invitation.pk}/revoke/")
    assert response.headers["Location"] == f"/en/enterprise/people/?enterprise={second.pk}"


def test_inviting_stays_with_the_enterprise_chosen(two: tuple[Client, Enterprise, Enterprise]) -> None:
    client, first, second = two
    address = f"/en/enterprise/people/?enterprise={second.pk}"
    assert client.post(address, {"email": "new@example.org"}).headers["Location"] == address
    assert not first.invitations.exists()


def test_who_leaves_by_their_own_hand_lands_on_the_package(as_user: SignIn) -> None:
    owner = MembershipFactory()
    MembershipFactory(enterprise=owner.enterprise)
    response = as_user(owner.user).post(f"/en/enterprise/people/{owner.pk}/remove/")
    assert response.headers["Location"] == "/en/package/"


@pytest.mark.parametrize(("language", "words"), [("en", "5 January 2026"), ("zh-hans", "2026年1月5日")])
def test_the_day_of_a_fact_is_written_as_the_language_does(as_user: SignIn, language: str, words: str) -> None:
    sources = {"employees": {"source": "declared", "on": "2026-01-05"}, "titles": {"source": "declared"}}
    member = MembershipFactory(enterprise=EnterpriseFactory(employees=7, sources=sources))
    assert words in text(as_user(member.user).get(f"/{language}/enterprise/"))


@pytest.mark.parametrize(("ratio", "shown"), [("0.1000", "10"), ("0.0450", "4.5"), ("1", "100"), ("0", "0")])
def test_a_share_is_offered_for_change_as_people_write_it(as_user: SignIn, ratio: str, shown: str) -> None:
    member = MembershipFactory(enterprise=EnterpriseFactory(rd_expense_ratio=ratio))
    page = text(as_user(member.user).get("/en/enterprise/profile/size/"))
    assert re.search(rf'name="rd_percent" value="{shown}"', page)
