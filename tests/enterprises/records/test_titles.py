"""That a title ends: owners hear 90 and 30 days before, once each, in the digest, however late the task runs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise, Membership, TitleGrant, TitleNotice
from enterprises.records import titles
from enterprises.tasks import remind_of_titles
from notices.models import Message, State
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, TitleFactory, TitleGrantFactory
from tests.factories.records import merged

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def owner() -> Membership:
    member: Membership = MembershipFactory(
        enterprise=EnterpriseFactory(name_en="Stars Ltd"), user=UserFactory(language="en")
    )
    return member


def ending(owner: Membership, days: int, **fields: Any) -> TitleGrant:
    made: TitleGrant = TitleGrantFactory(enterprise=owner.enterprise, expires_on=TODAY + timedelta(days=days), **fields)
    return made


def told(person: User) -> list[Message]:
    return list(Message.objects.filter(recipient=person, kind="title").order_by("pk"))


@pytest.mark.parametrize(
    ("days", "notices"),
    [(-1, []), (0, [30]), (1, [30]), (30, [30]), (31, [90]), (90, [90]), (91, []), (400, [])],
)
def test_when(owner: Membership, days: int, notices: list[int]) -> None:
    ending(owner, days)
    assert titles.remind(TODAY) == len(notices)
    assert list(TitleNotice.objects.values_list("days", flat=True)) == notices
    assert len(told(owner.user)) == len(notices)


def test_once_each_whatever_the_task_does(owner: Membership) -> None:
    grant = ending(owner, 90)
    counts = [titles.remind(TODAY + timedelta(days=n)) for n in (0, 0, 1, 40, 60, 60, 75, 90, 91, 200)]
    assert counts == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert list(TitleNotice.objects.order_by("pk").values_list("grant", "days")) == [(grant.pk, 90), (grant.pk, 30)]


def test_what_was_missed_is_told_late_and_not_twice(owner: Membership) -> None:
    """The task stood still over both days: one message tells of the end."""
    ending(owner, 90)
    assert titles.remind(TODAY + timedelta(days=70)) == 1
    assert titles.remind(TODAY + timedelta(days=71)) == 0
    assert len(told(owner.user)) == 1


def test_in_the_digest_in_the_own_language_with_the_way_to_the_step(owner: Membership) -> None:
    ending(owner, 20)
    chinese = MembershipFactory(enterprise=owner.enterprise, user=UserFactory(language="zh-hans"))
    titles.remind(TODAY)
    message = told(owner.user)[0]
    assert message.subject == "A title ends soon: High-tech enterprise"
    assert "of Stars Ltd is valid until 21 June 2026" in message.body
    assert message.state == State.HELD
    assert message.url == f"/en/enterprise/profile/titles/?enterprise={owner.enterprise_id}"
    assert "高新技术企业" in told(chinese.user)[0].subject


def test_only_owners_hear(owner: Membership) -> None:
    others = [
        MembershipFactory(enterprise=owner.enterprise, role="member"),
        MembershipFactory(enterprise=owner.enterprise, state="ended"),
        MembershipFactory(enterprise=owner.enterprise, state="claimed"),
        MembershipFactory(enterprise=owner.enterprise, user=UserFactory(is_active=False)),
    ]
    ending(owner, 20)
    titles.remind(TODAY)
    assert [len(told(each.user)) for each in others] == [0, 0, 0, 0]
    assert len(told(owner.user)) == 1


def test_without_an_owner_it_waits_for_one() -> None:
    grant = TitleGrantFactory(expires_on=TODAY + timedelta(days=20))
    assert titles.remind(TODAY) == 0
    owner = MembershipFactory(enterprise=grant.enterprise)
    assert titles.remind(TODAY) == 1
    assert len(told(owner.user)) == 1


def test_a_title_that_was_renewed_is_told_of_anew(owner: Membership) -> None:
    grant = ending(owner, 20)
    titles.remind(TODAY)
    TitleGrant.objects.filter(pk=grant.pk).update(expires_on=TODAY + timedelta(days=380))
    assert titles.remind(TODAY) == 0
    assert titles.remind(TODAY + timedelta(days=300)) == 1
    assert len(told(owner.user)) == 2


def test_titles_without_an_end_and_of_who_is_gone_are_left_alone(owner: Membership) -> None:
    TitleGrantFactory(enterprise=owner.enterprise, expires_on=None)
    ending(owner, 20, title=TitleFactory(code="srdi"))
    Enterprise.objects.filter(pk=owner.enterprise_id).update(standing="closed")
    assert titles.remind(TODAY) == 0
    Enterprise.objects.filter(pk=owner.enterprise_id).update(standing="leaving")
    assert titles.remind(TODAY) == 1


def test_a_title_left_behind_by_a_merge_is_nobodys(owner: Membership) -> None:
    other = EnterpriseFactory()
    MembershipFactory(enterprise=other, user=owner.user)
    for row in (owner.enterprise, other):
        TitleGrantFactory(enterprise=row, expires_on=local_day() + timedelta(days=20))
    merged(owner.enterprise, other)
    assert remind_of_titles() == 1
    assert len(told(owner.user)) == 1


def test_many_are_all_told(owner: Membership) -> None:
    for number in range(12):
        ending(owner, 10 + number, title=TitleFactory(code=f"title-{number}"))
    assert titles.remind(TODAY) == 12
    assert TitleNotice.objects.filter(at__lte=timezone.now()).count() == 12
