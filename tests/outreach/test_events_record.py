"""Invitations to events on the enterprise's contact record and timeline: what became of each."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from engagement import elsewhere
from outreach.events import inviting, record
from outreach.models import Invitation
from tests.factories import outreach as make
from tests.factories.enterprises import MembershipFactory

pytestmark = pytest.mark.django_db


def invited(member: Any, **fields: Any) -> Invitation:
    known = {"event": make.event(), "enterprise": member.enterprise, "by": make.organiser()}
    return Invitation.objects.create(**{**known, **fields})


def words(member: Any) -> list[str]:
    return [entry.words for entry in record.entries(member.enterprise, 20)]


@pytest.mark.parametrize(
    ("state", "declined", "word"),
    [
        ("", False, "Invited"),
        ("", True, "Declined"),
        ("confirmed", False, "Registered"),
        ("waiting", False, "Registered"),
        ("cancelled", False, "Invited"),
        ("unverified", False, "Invited"),
        ("attended", False, "Attended"),
        ("attended", True, "Attended"),
    ],
)
def test_what_became_of_an_invitation(state: str, declined: bool, word: str) -> None:
    member = MembershipFactory()
    row = invited(member, declined_at=timezone.now() if declined else None)
    make.registration(row.event.occasion, "attended", user=MembershipFactory().user)  # of another enterprise
    if state:
        make.registration(row.event.occasion, state, user=member.user)
    assert words(member) == [word]


def test_registered_for_the_enterprise_cancelled_and_held_back() -> None:
    member = MembershipFactory()
    row = invited(member)
    make.registration(row.event.occasion, enterprise=member.enterprise)
    invited(member, held_back="not_now")
    invited(member, event=make.event(state="cancelled"))
    assert words(member) == ["Invited; the event was cancelled", "Registered"]
    assert words(MembershipFactory()) == []


def test_on_the_contact_record_never_counted(as_user: Any) -> None:
    member = MembershipFactory()
    row = invited(member)
    inviting.decline(row.event, by=member.user)
    page = as_user(member.user).get(reverse("contacts:record")).content.decode()
    part = page.split('id="invitations"')[1]
    assert "Declined" in part
    assert row.event.occasion.title in part
    assert "<dd>0</dd>" in page
    assert 'id="invitations"' not in as_user(MembershipFactory().user).get(reverse("contacts:record")).content.decode()


def test_on_the_timeline_of_the_enterprise(as_user: Any) -> None:
    member = MembershipFactory()
    row = invited(member)
    page = as_user(member.user).get(reverse("home:own-story")).content.decode()
    assert "Invitation to an event: Invited" in page
    assert row.event.occasion.title in page


def test_the_same_number_of_queries_however_many() -> None:
    member, counts = MembershipFactory(), []
    enterprise: Any = member.enterprise
    for more in (1, 2, 27):
        for _n in range(more):
            invited(member)
        with CaptureQueriesContext(connection) as asked:
            shown = elsewhere.entries_of(enterprise)
        counts.append((len(asked), len(shown)))
    assert counts == [(1, 1), (1, 3), (1, 20)]
