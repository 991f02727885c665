"""The fact that nobody has filled in: one line in the owners' digest, once for each field and month."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise
from notices import digests
from notices.models import DIGEST, Message, Wish
from policies.matches import missing
from policies.matches.missing import tell
from policies.models import Policy
from policies.tasks import tell_missing
from portal.schedule import PERIODIC
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]

NOVEMBER = timezone.make_aware(datetime(2026, 11, 23, 10))
DECEMBER = timezone.make_aware(datetime(2026, 12, 1, 10))
STAFF = {"field": "employees", "op": "gte", "value": 10}
LISTED = {"field": "listed", "op": "eq", "value": True}
REVENUE = {"field": "annual_revenue_cny", "op": "gte", "value": 500_000}


@pytest.fixture
def owner() -> Any:
    return MembershipFactory(
        enterprise__name_en="Gap Ltd", enterprise__name_zh_hans="缺项公司", enterprise__employees=None
    )


def policies(*criteria: dict[str, Any], count: int = 1) -> None:
    for _n in range(count):
        PolicyFactory(criteria=list(criteria))


def again(now: datetime = NOVEMBER) -> int:
    """The same month from its beginning, as after the cache was lost."""
    cache.clear()
    return tell(now)


def subjects() -> list[str]:
    return list(Message.objects.filter(kind="policy_missing").order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("count", "subject"),
    [
        (1, "“Number of employees” of Gap Ltd is not filled in: 1 policy waits for it"),
        (7, "“Number of employees” of Gap Ltd is not filled in: 7 policies wait for it"),
    ],
)
def test_names_the_field_and_how_many_policies_wait(owner: Any, count: int, subject: str) -> None:
    policies(STAFF, count=count)
    assert tell(NOVEMBER) == 1
    message = Message.objects.get()
    assert (message.subject, message.state, message.recipient) == (subject, "held", owner.user)
    assert message.url.startswith("/en/enterprise/profile/")
    assert "switch this hint off" in message.body


def test_in_chinese_alone(owner: Any) -> None:
    User.objects.update(language="zh-hans")
    policies(STAFF, count=2)
    tell(NOVEMBER)
    message = Message.objects.get()
    assert "缺项公司" in message.subject
    assert not [letter for letter in message.subject + message.body if letter.isascii() and letter.isalpha()]


def test_stands_in_the_digest_and_never_goes_out_by_itself(owner: Any) -> None:
    policies(STAFF)
    with time_machine.travel(NOVEMBER):
        tell()
        assert digests.compose() == 1
    (digest,) = Message.objects.filter(kind=DIGEST)
    assert digest.body.count("Number of employees") == 1
    assert Message.objects.filter(state="queued").get() == digest


@pytest.mark.parametrize(
    ("criteria", "told"),
    [
        ([], 0),  # fits everybody
        ([{**STAFF, "field": "founded_years"}], 1),
        ([STAFF, LISTED], 0),  # two are unknown: no single field settles it
        ([STAFF, {"field": "district", "op": "eq", "value": "999999"}], 0),  # ruled out by what is known
    ],
    ids=["none", "one", "two", "ruled-out"],
)
def test_only_what_one_field_would_settle(owner: Any, criteria: list[Any], told: int) -> None:
    Enterprise.objects.update(founded_on=None, listed=None, district="310109")
    PolicyFactory(criteria=criteria)
    assert tell(NOVEMBER) == told


def test_the_field_that_settles_most(owner: Any) -> None:
    Enterprise.objects.update(listed=None)
    policies(STAFF, count=2)
    policies(LISTED, count=3)
    tell(NOVEMBER)
    assert "Listed company" in subjects()[0]
    assert "3 policies" in subjects()[0]


class TestOnce:
    def test_a_field_and_month(self, owner: Any) -> None:
        policies(STAFF)
        assert [tell(NOVEMBER), tell(NOVEMBER), again(), again(), again(DECEMBER), again(DECEMBER)] == [
            1,
            0,
            0,
            0,
            1,
            0,
        ]

    def test_another_field_may_be_told_in_the_same_month(self, owner: Any) -> None:
        Enterprise.objects.update(listed=None)
        policies(STAFF, count=2)
        policies(LISTED)
        assert again() == 1
        Enterprise.objects.update(employees=50)
        assert again() == 1
        assert [subject.split("”")[0] for subject in subjects()] == ["“Number of employees", "“Listed company"]

    def test_what_is_filled_in_or_no_longer_asked_is_not_told_again(self, owner: Any) -> None:
        policies(STAFF)
        Enterprise.objects.update(employees=3)
        assert again() == 0
        Enterprise.objects.update(employees=None)
        Policy.objects.update(criteria=[], changed_at=timezone.now())
        assert again() == 0

    def test_another_count_is_no_other_hint(self, owner: Any) -> None:
        policies(STAFF)
        assert again() == 1
        policies(STAFF)
        assert again() == 0


class TestWhom:
    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({}, 1),
            ({"role": "member"}, 0),
            ({"state": "claimed"}, 0),
            ({"state": "removed"}, 0),
            ({"user__is_active": False}, 0),
            ({"user__language": "zh-hans"}, 1),
        ],
        ids=["owner", "member", "claimed", "removed", "left", "chinese"],
    )
    def test_active_owners(self, fields: dict[str, Any], told: int) -> None:
        MembershipFactory(enterprise__employees=None, **fields)
        policies(STAFF)
        assert tell(NOVEMBER) == told

    def test_all_owners_and_each_of_their_enterprises(self, owner: Any) -> None:
        MembershipFactory(enterprise=owner.enterprise, user=UserFactory(), role="owner")
        MembershipFactory(user=owner.user, enterprise__employees=None)
        policies(STAFF)
        assert tell(NOVEMBER) == 3

    def test_nobody_who_does_not_wish_it(self, owner: Any) -> None:
        other = MembershipFactory(enterprise=owner.enterprise, user=UserFactory(), role="owner")
        Wish.objects.create(user=owner.user, hints=False)
        policies(STAFF)
        assert again() == 1
        assert Message.objects.get().recipient == other.user
        Wish.objects.update(hints=True)
        assert again() == 1

    def test_portal_only_is_kept_out_of_the_digest(self, owner: Any) -> None:
        Wish.objects.create(user=owner.user, kept=["policy"])
        policies(STAFF)
        assert tell(NOVEMBER) == 1
        assert Message.objects.get().state == "kept"

    @pytest.mark.parametrize(("roles", "offered"), [([], True), (["steward"], False)])
    def test_the_wish_is_offered_to_enterprises(self, roles: list[str], offered: bool, as_user: Any) -> None:
        person = UserFactory(roles=roles)
        client = as_user(person)
        assert ('name="hints"' in client.get("/en/messages/preferences/").content.decode()) is offered
        client.post("/en/messages/preferences/", {"quiet_from": ""})
        assert Wish.objects.get(user=person).hints is not offered


class TestPieces:
    def test_goes_on_where_it_stopped(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(missing, "BATCH", 2)
        for _n in range(5):
            MembershipFactory(enterprise__employees=None)
        policies(STAFF)
        looked: list[int] = []
        match = missing.match
        monkeypatch.setattr(missing, "match", lambda each, day: (looked.append(each.pk), match(each, day))[1])
        assert tell(NOVEMBER, seconds=0) == 0
        assert tell(NOVEMBER) == 5
        assert tell(NOVEMBER) == 0
        assert len(looked) == 5, "nobody is looked at twice in a month"

    def test_an_enterprise_that_comes_later_is_looked_at(self, owner: Any) -> None:
        policies(STAFF)
        assert tell(NOVEMBER) == 1
        MembershipFactory(enterprise=EnterpriseFactory(employees=None))
        assert tell(NOVEMBER + timedelta(hours=1)) == 1

    def test_beat_asks_for_it(self, owner: Any) -> None:
        assert ("missing", "policies.tasks.tell_missing", 3_600.0) in PERIODIC
        policies(REVENUE)
        Enterprise.objects.update(annual_revenue_cny=None)
        assert tell_missing() == 1
