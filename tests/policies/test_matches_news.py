"""New matches reach the owners' digest once, and never at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import User
from enterprises.models import Enterprise, Membership
from notices import digests
from notices.models import DIGEST, Message, State
from policies import workflow
from policies.eligibility import announcing
from policies.matches import news, storing
from policies.models import Announcement, NewMatch, Policy
from policies.tasks import refresh_matches
from portal.core.calendar import local_day
from portal.schedule import PERIODIC
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
STAFF = {"field": "employees", "op": "gte", "value": 10}
SMALL = {"field": "employees", "op": "lte", "value": 5}


@pytest.fixture
def owner() -> Any:
    """Of Fits Ltd, which has three people and is known to the stored matches."""
    membership = MembershipFactory(
        enterprise__name_en="Fits Ltd", enterprise__employees=3, enterprise__verified_at=timezone.now()
    )
    storing.refresh_all()
    return membership


def later(hours: float = 1) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def grow(owner: Membership, employees: int | None = 12) -> None:
    Enterprise.objects.filter(pk=owner.enterprise_id).update(employees=employees)
    storing.refresh_all()


def told() -> list[Message]:
    return list(Message.objects.filter(kind="policy_match").order_by("pk"))


def test_one_policy_is_told_by_name(owner: Any) -> None:
    policy = PolicyFactory(criteria=[STAFF], title_en="Staff grant")
    storing.refresh_all()
    assert not NewMatch.objects.exists()
    grow(owner)
    assert news.tell() == 0  # it may be one step of several
    assert news.tell(later()) == 1
    (message,) = told()
    assert (message.recipient, message.state) == (owner.user, State.HELD)
    assert message.subject == "A policy that may fit you: Staff grant"
    assert message.body == "By what the portal knows today, Fits Ltd now meets all conditions of this policy."
    assert message.url == f"/en/policies/{policy.slug}/"
    assert news.tell(later(2)) == 0


def test_several_are_one_message_in_the_owners_language(owner: Any) -> None:
    User.objects.filter(pk=owner.user_id).update(language="zh-hans")
    Enterprise.objects.filter(pk=owner.enterprise_id).update(name_zh_hans="合适有限公司")
    PolicyFactory.create_batch(12, criteria=[STAFF])
    storing.refresh_all()
    grow(owner)
    assert news.tell(later()) == 1
    (message,) = told()
    assert "12" in message.subject
    assert "合适有限公司" in message.subject
    assert message.body.count("- 虚构政策") == news.MOST_LISTED
    assert message.url == f"/zh-hans/package/?enterprise={owner.enterprise_id}"


@pytest.mark.parametrize(
    "fields",
    [{"role": "member"}, {"state": "claimed"}, {"state": "ended"}, {"user__is_active": False}],
    ids=["member", "not verified", "left", "closed account"],
)
def test_only_active_owners_are_told(owner: Any, fields: dict[str, Any]) -> None:
    PolicyFactory(criteria=[STAFF])
    other = MembershipFactory(enterprise=owner.enterprise, **fields)
    storing.refresh_all()
    grow(owner)
    assert news.tell(later()) == 1
    assert not Message.objects.filter(recipient=other.user).exists()
    Membership.objects.filter(pk=owner.pk).update(state="ended")
    PolicyFactory(criteria=[SMALL])
    storing.refresh_all()
    grow(owner, 4)
    assert NewMatch.objects.count() == 1  # nobody is there to be told


def test_the_first_time_is_told_to_nobody(owner: Any) -> None:
    """Neither of an enterprise that has come in, nor of a policy that has."""
    PolicyFactory(criteria=[STAFF])
    storing.refresh_all()
    late = MembershipFactory(enterprise__employees=50, enterprise__verified_at=None)
    storing.refresh_all()
    Enterprise.objects.filter(pk=late.enterprise_id).update(verified_at=timezone.now())
    storing.refresh_all()
    PolicyFactory()
    Policy.objects.update(changed_at=timezone.now())
    storing.refresh_all()
    assert not NewMatch.objects.exists()


def test_what_no_longer_holds_is_forgotten_until_it_holds_again(owner: Any) -> None:
    PolicyFactory(criteria=[STAFF])
    storing.refresh_all()
    grow(owner)
    grow(owner, 4)
    assert news.tell(later()) == 0
    assert not NewMatch.objects.exists()
    grow(owner)
    assert news.tell(later()) == 1
    grow(owner, None)
    grow(owner)
    assert news.tell(later()) == 0  # the same version is told once
    Enterprise.objects.update(verified_at=None)
    NewMatch.objects.update(told_at=None)
    assert news.tell(later()) == 0
    assert not NewMatch.objects.exists()


def test_a_days_passing_is_told(owner: Any) -> None:
    today = local_day()
    Enterprise.objects.update(founded_on=today.replace(year=today.year - 3, day=1) + timedelta(days=40))
    PolicyFactory(criteria=[{"field": "founded_years", "op": "gte", "value": 3}])
    storing.refresh_all()
    assert storing.refresh_all(today + timedelta(days=60)) == 1
    assert NewMatch.objects.count() == 1


class TestBesideAnnouncing:
    """What a published version reaches is told by `announcing`; nobody hears of the same version from both."""

    def test_what_was_announced_is_no_news(self, owner: Any) -> None:
        revision = make.published(criteria=[STAFF])
        grow(owner)  # meets it after the version was published and before anybody is told
        storing.refresh_all()
        NewMatch.objects.get_or_create(enterprise=owner.enterprise, policy=revision.policy, version=1)
        assert news.tell(later()) == 0  # not before announcing is done
        assert NewMatch.objects.filter(told_at=None).count() == 1
        assert announcing.tell_due() == 1
        assert news.tell(later()) == 0
        assert NewMatch.objects.filter(told_at=None).count() == 0
        assert len(told()) == 1

    def test_who_meets_it_later_hears_it_from_here(self, owner: Any) -> None:
        make.published(criteria=[STAFF])
        storing.refresh_all()
        assert announcing.tell_due() == 0
        assert Announcement.objects.get().told_at
        grow(owner)
        assert news.tell(later()) == 1
        assert announcing.tell_due() == 0

    def test_a_change_of_record_and_version_at_once_is_not_lost(self, owner: Any) -> None:
        """By today's record it met the version before too, so announcing takes it for old; it is news all the same."""
        editor = make.editor()
        first = make.published(editor, criteria=[STAFF])
        storing.refresh_all()
        announcing.tell_due()
        Enterprise.objects.update(employees=30)
        revision = workflow.revise(first.policy, by=editor)
        workflow.publish(workflow.send_to_review(revision, by=editor), by=make.reviewer(), seen=0)
        storing.refresh_policy(first.policy_id)
        assert announcing.tell_due() == 0
        storing.refresh_all()
        assert news.tell(later()) == 1
        assert NewMatch.objects.get().version == 2


def test_each_owner_hears_what_is_new_to_them(owner: Any) -> None:
    policies = PolicyFactory.create_batch(2, criteria=[STAFF])
    other = MembershipFactory(enterprise=owner.enterprise)
    storing.refresh_all()
    key = f"reach:{policies[0].pk}:1:{owner.user_id}"
    Message.objects.create(
        key=key, recipient=owner.user, email="a@example.org", kind="policy", subject="s", body="Fits Ltd"
    )
    grow(owner)
    assert news.tell(later()) == 2
    subjects = {message.recipient_id: message.subject for message in told()}
    assert subjects[owner.user_id] == f"A policy that may fit you: {policies[1].title_en}"
    assert subjects[other.user_id] == "2 policies now fit Fits Ltd"


def test_of_two_enterprises_the_second_is_told_when_it_grows_into_it(owner: Any) -> None:
    """The publication was told for the first alone."""
    second = MembershipFactory(
        user=owner.user,
        enterprise__name_en="Second Ltd",
        enterprise__employees=3,
        enterprise__verified_at=timezone.now(),
    )
    Enterprise.objects.filter(pk=owner.enterprise_id).update(employees=12)
    make.published(criteria=[STAFF])
    storing.refresh_all()
    assert announcing.tell_due() == 1
    grow(second)
    assert news.tell(later()) == 1
    assert ["Second Ltd" in message.body for message in told()] == [False, True]


def test_it_is_part_of_one_digest_a_day_and_of_the_inbox(owner: Any, as_user: Any) -> None:
    """Two changes on a day, two lines of one mail; nothing goes out by itself."""
    PolicyFactory(criteria=[STAFF], title_en="Staff grant")
    PolicyFactory(criteria=[{**STAFF, "value": 50}], title_en="Large staff grant")
    storing.refresh_all()
    for employees, hours in ((12, 1), (60, 3)):
        grow(owner, employees)
        assert news.tell(later(hours)) == 1
    assert {message.state for message in told()} == {State.HELD}
    User.objects.update(digest_hour=0)
    assert digests.compose(datetime(2026, 11, 23, 12, tzinfo=UTC)) == 1
    digest = Message.objects.get(kind=DIGEST)
    for title in ("Staff grant", "Large staff grant"):
        assert f"A policy that may fit you: {title}" in digest.body
    assert "Staff grant" in as_user(owner.user).get("/en/messages/").content.decode()
    assert "Staff grant" not in as_user(MembershipFactory().user).get("/en/messages/").content.decode()


def test_one_task_of_beats_does_both(owner: Any) -> None:
    assert refresh_matches.name in {task for _name, task, _seconds in PERIODIC}
    PolicyFactory(criteria=[STAFF])
    refresh_matches()
    Enterprise.objects.update(employees=12)
    refresh_matches()
    assert NewMatch.objects.filter(told_at=None).count() == 1
    NewMatch.objects.update(found_at=later(-1))
    assert refresh_matches() == 1
    assert len(told()) == 1
    assert refresh_matches() == 0


def test_only_what_has_settled_is_told_and_for_each_enterprise_apart(owner: Any) -> None:
    """Somebody who owns two enterprises hears of each by its name."""
    second = MembershipFactory(
        user=owner.user,
        enterprise__name_en="Second Ltd",
        enterprise__employees=3,
        enterprise__verified_at=timezone.now(),
    )
    storing.refresh_all()
    for value in (10, 11):
        PolicyFactory(criteria=[{**STAFF, "value": value}])
    storing.refresh_all()
    for membership in (owner, second):
        grow(membership)
    NewMatch.objects.filter(enterprise=second.enterprise).update(found_at=later(1))
    assert news.tell(later(0.75)) == 1
    assert news.tell(later(2)) == 1
    assert [message.subject for message in told()] == ["2 policies now fit Fits Ltd", "2 policies now fit Second Ltd"]
    assert [message.url.rpartition("=")[2] for message in told()] == [
        str(owner.enterprise_id),
        str(second.enterprise_id),
    ]


def test_repealed_meanwhile_is_not_told(owner: Any) -> None:
    policy = PolicyFactory(criteria=[STAFF])
    storing.refresh_all()
    grow(owner)
    Policy.objects.filter(pk=policy.pk).update(repealed_on=local_day(), changed_at=timezone.now())
    assert news.tell(later()) == 0
    assert not NewMatch.objects.exists()


def test_time_that_is_up_leaves_the_rest_for_the_next_run(owner: Any) -> None:
    PolicyFactory(criteria=[STAFF])
    storing.refresh_all()
    grow(owner)
    assert news.tell(later(), seconds=-1) == 0
    with translation.override("zh-hans"):  # whatever language the worker is in
        assert news.tell(later()) == 1
    assert told()[0].language == "en"
    assert UserFactory().messages_received.count() == 0
