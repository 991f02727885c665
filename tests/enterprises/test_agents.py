"""Agents act for an enterprise by a mandate: asked in with its last day, without rights from the day after on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from enterprises import workflow
from enterprises.models import Enterprise, Membership
from enterprises.queries import memberships_of
from enterprises.rules import may_edit, may_invite
from enterprises.tasks import end_mandates
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import rules
from stewards.models import HelpRequest
from stewards.queries import asked_by, asking_people
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]


def day(days: int) -> date:
    return local_day() + timedelta(days=days)


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(user=UserFactory(name_en="Olive Owner"))


@pytest.fixture
def agent(owner: Membership) -> Membership:
    """Joined by an invitation; the mandate ends in ten days."""
    person = UserFactory(name_en="Ann Accountant")
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=person.email, until=day(10))
    return workflow.accept_invitation(invitation, by=person)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_agent_asks_and_follows_and_keeps_nothing(owner: Membership, agent: Membership) -> None:
    enterprise, person = owner.enterprise, agent.user
    assert (agent.role, agent.until, agent.state) == ("agent", day(10), "active")
    assert list(Enterprise.objects.of_member(person)) == [enterprise]
    assert rules.may_write_for(person, enterprise)
    assert "its own people keep its record" in str(may_edit(person, enterprise).reason)
    assert not may_invite(person, enterprise)
    asked = accepted(enterprise=enterprise, asker=person)
    assert asking_people(asked) == [person]
    assert rules.may(person, "withdraw", asked)


@pytest.mark.parametrize(("later", "acts"), [(10, True), (11, False)])
def test_rights_end_with_the_day_whether_or_not_a_task_runs(
    owner: Membership, agent: Membership, later: int, acts: bool
) -> None:
    enterprise, person = owner.enterprise, agent.user
    asked = accepted(enterprise=enterprise, asker=person)
    with time_machine.travel(timezone.now() + timedelta(days=later)):
        assert Enterprise.objects.of_member(person).exists() is acts
        assert HelpRequest.objects.of_member(person).exists() is acts
        assert asked_by(person).exists() is acts
        assert [m.enterprise for m in memberships_of(person)] == [enterprise] * acts
        assert bool(rules.may_write_for(person, enterprise)) is bool(rules.may(person, "reply", asked)) is acts
        assert asking_people(asked) == [person if acts else owner.user]


def test_the_task_ends_it_once_and_tells_both(owner: Membership, agent: Membership) -> None:
    assert end_mandates() == 0
    with time_machine.travel(timezone.now() + timedelta(days=11)):
        assert [end_mandates(), end_mandates()] == [1, 0]
    agent.refresh_from_db()
    owner.refresh_from_db()
    assert (agent.state, owner.state) == ("ended", "active")
    for person in (agent.user, owner.user):
        told = person.messages_received.get(kind="mandate")
        assert "Ann Accountant acted for" in told.body
        assert told.state == "held"


@pytest.mark.parametrize(("days", "fine"), [(0, False), (-1, False), (1, True), (731, True), (732, False)])
def test_how_long_a_mandate_may_be(owner: Membership, days: int, fine: bool) -> None:
    if fine:
        assert workflow.invite(owner.enterprise, by=owner.user, email="a@example.org", until=day(days)).until
        return
    with pytest.raises(Refused, match="within two years"):
        workflow.invite(owner.enterprise, by=owner.user, email="a@example.org", until=day(days))


@pytest.mark.parametrize(("until", "after"), [(20, ("agent", 20)), (None, ("member", None))])
def test_prolonging_or_taking_in(
    owner: Membership, agent: Membership, until: int | None, after: tuple[str, int | None]
) -> None:
    last = day(until) if until else None
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=agent.user.email, until=last)
    again = workflow.accept_invitation(invitation, by=agent.user)
    assert (again.pk, again.role, again.until) == (agent.pk, after[0], last)


def test_members_are_not_made_agents_and_late_invitations_not_taken(owner: Membership) -> None:
    member = MembershipFactory(enterprise=owner.enterprise, role="member")
    with pytest.raises(Refused, match="already acts"):
        workflow.invite(owner.enterprise, by=owner.user, email=member.user.email, until=day(5))
    person = UserFactory()
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=person.email, until=day(1))
    with time_machine.travel(timezone.now() + timedelta(days=2)), pytest.raises(Refused, match="has ended"):
        workflow.accept_invitation(invitation, by=person)
    assert not person.memberships.exists()


def test_who_left_comes_back_as_an_agent(owner: Membership) -> None:
    left = MembershipFactory(enterprise=owner.enterprise, role="member", state="ended")
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=left.user.email, until=day(5))
    assert workflow.accept_invitation(invitation, by=left.user).role == "agent"


@pytest.mark.parametrize(("role", "days"), [("agent", None), ("member", 5), ("owner", 5)])
def test_the_database_knows_that_mandates_end(owner: Membership, role: str, days: int | None) -> None:
    with pytest.raises(IntegrityError, match="an_agent_and_nobody_else"), transaction.atomic():
        MembershipFactory(enterprise=owner.enterprise, role=role, until=day(days) if days else None)


def test_on_the_page_of_the_people(owner: Membership, agent: Membership, as_user: AsUser) -> None:
    client = as_user(owner.user)
    page = text(client.get("/en/enterprise/people/"))
    assert "Agent with a mandate" in page
    assert "mandate until" in page
    data = {"email": "new@example.org", "until": day(-3).isoformat()}
    assert "within two years" in text(client.post("/en/enterprise/people/", data))
    page = text(client.post("/en/enterprise/people/", {**data, "until": day(3).isoformat()}, follow=True))
    assert "new@example.org" in page
    assert owner.enterprise.invitations.get(email="new@example.org").until == day(3)
    theirs = text(as_user(agent.user).get("/en/requests/new/"))
    assert owner.enterprise.name_en in theirs
