"""A changed rule tried on the past: each reminder goes to whoever held the request then, by the audit trail."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portal.core import bilingual
from stewards.models import HelpRequest, ReminderRule, RequestEvent, RequestPart
from stewards.reminding.replay import Replay, replay
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.parts import taken
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(datetime(2026, 11, 25, 10))
WED = NOW.date()
DAY = timedelta(days=1)


def late(days: int = 10, **fields: Any) -> HelpRequest:
    steward = fields.pop("steward", None) or StewardFactory()
    facts = {"handler": steward, "steward": steward, "state": "in_progress", "enterprise": None}
    return HelpRequestFactory(**{**facts, "due_on": WED - days * DAY, "submitted_at": NOW - 30 * DAY, **fields})


def held(asked: HelpRequest, ago: int, **then: Any) -> None:
    """A row of the audit trail: how the request stood from so many days ago on. The trail itself only grows."""
    row = {field: getattr(asked, f"{field}_id") for field in ("steward", "handler", "department")}
    row |= {"state": asked.state}
    row |= {name: value.pk if hasattr(value, "pk") else value for name, value in then.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stewards_helprequestevent (pgh_created_at, pgh_label, pgh_obj_id, id, number, type, subject, "
            "body, language, state, steward_id, handler_id, department_id, asker_id, created_at, due_provisional, "
            "promised_days, round, ground, channel, complex, returns, changed_at, lock_version) "
            "VALUES (%s, 'update', %s, %s, %s, 'help', '', '', 'en', %s, %s, %s, %s, %s, now(), false, 5, 1, '', "
            "'portal', false, 0, now(), 0)",
            [
                NOW - ago * DAY, asked.pk, asked.pk, asked.number, row["state"],
                row["steward"], row["handler"], row["department"], asked.asker_id,
            ],
        )  # fmt: skip


def tried(code: str, days: int, months: int = 3) -> Replay:
    return replay(ReminderRule.objects.get(code=code), days=days, active=True, months=months, now=NOW)


def people(found: Replay) -> dict[Any, tuple[int, int]]:
    return {person.who: (person.asis, person.changed) for person in found.people}


def test_who_held_it_then_and_not_who_holds_it_now() -> None:
    then, now = StewardFactory(), StewardFactory()
    asked = late(steward=now)
    held(asked, 29, steward=then, handler=then)
    assert people(tried("overdue", 2)) == {then: (1, 1)}


def test_the_latest_row_before_the_day_counts() -> None:
    first, second, third = (StewardFactory() for _n in range(3))
    asked = late(steward=third)
    for ago, who in ((29, first), (12, second), (3, third)):
        held(asked, ago, steward=who, handler=who)
    assert people(tried("overdue", 1)) == {second: (1, 1)}
    assert people(tried("overdue", 7)) == {third: (1, 1)}, "with these numbers it falls on a day when the third has it"


def test_where_the_trail_does_not_reach_back_today_s_holder_stands_in() -> None:
    asked = late()
    held(asked, 1, steward=StewardFactory(), handler=None)
    assert people(tried("overdue", 2)) == {asked.steward: (1, 1)}


@pytest.mark.parametrize(
    ("then", "who"),
    [
        ({"steward": None, "handler": None}, {"admin"}),
        ({"handler": "handler"}, {"steward", "handler"}),
        ({"handler": "gone"}, {"steward"}),
        ({"steward": "gone", "handler": "handler"}, {"admin", "handler"}),
        ({}, {"steward"}),
    ],
    ids=["nobody", "handler", "handler-left", "steward-left", "own"],
)
def test_each_kind_of_receiver_as_it_was_then(then: dict[str, Any], who: set[str], admin_user: Any) -> None:
    cast = {"handler": HandlerFactory(), "gone": StewardFactory(is_active=False), "admin": admin_user}
    asked = late()
    cast["steward"] = asked.steward
    held(asked, 29, **{name: cast.get(value) if value else None for name, value in then.items()})
    assert set(people(tried("overdue", 2))) == {cast[name] for name in who}


def test_what_was_to_be_accepted_lay_with_whoever_stood_in_then() -> None:
    """The state of that day decides: today it is long accepted."""
    away, standing_in = StewardFactory(), StewardFactory()
    asked = late(-9, steward=away, state="in_progress")
    held(asked, 20, state="assigned", steward=away, handler=standing_in)
    for kind, ago in (("assigned", 12), ("accepted", 5)):
        RequestEvent.objects.create(request=asked, kind=kind, at=NOW - ago * DAY)
    assert people(tried("unaccepted", 1)) == {standing_in: (1, 1)}


def test_a_leader_s_department_as_it_was_then() -> None:
    mine, other = DepartmentFactory(), DepartmentFactory()
    leader = UserFactory(roles=["leader"], department=mine)
    asked = late(20, department=other)
    held(asked, 29, department=mine)
    assert people(tried("overdue-leader", 7)) == {leader: (1, 1)}


def test_the_enterprise_s_people_are_today_s() -> None:
    member = MembershipFactory()
    asked = late(enterprise=member.enterprise, asker=member.user)
    held(asked, 29, steward=StewardFactory())
    assert people(tried("late-enterprise", 2)) == {member.user: (1, 1)}


class TestParts:
    """Each late part counts once for its own people, and once for the steward."""

    def test_two_parts_of_one_request(self) -> None:
        asked = late(-9)
        first, second = HandlerFactory(), HandlerFactory(department=DepartmentFactory())
        for handler in (first, second):
            taken(asked, handler, due_on=WED - 9 * DAY)
        found = tried("part-overdue", 2)
        assert people(found) == {first: (1, 1), second: (1, 1), asked.steward: (2, 2)}

    def test_a_part_that_was_answered_in_time(self) -> None:
        asked = late(-9)
        part = taken(asked, HandlerFactory(), due_on=WED - 9 * DAY)
        RequestPart.objects.filter(pk=part.pk).update(state="answered", answer="x", answered_at=NOW - 9 * DAY)
        assert people(tried("part-overdue", 2)) == {}


def test_every_rule_can_be_replayed_with_and_without_a_trail(admin_user: Any, subtests: pytest.Subtests) -> None:
    """The columns that a rule's receivers ask for are all in what the replay lays under them."""
    UserFactory(roles=["leader"])
    asked = late(attention_at=NOW - 9 * DAY)
    held(asked, 29)
    for rule in ReminderRule.objects.order_by("pk"):
        with subtests.test(rule.code):
            found = replay(rule, days=2, active=True, months=1, now=NOW)
            assert found.asis >= 0
            assert not found.cut


def test_nothing_is_written(django_assert_max_num_queries: Any) -> None:
    asked = late()
    held(asked, 29)
    rows = asked.audit_rows.count()
    with django_assert_max_num_queries(12):
        tried("overdue", 2)
    assert asked.audit_rows.count() == rows


@pytest.mark.parametrize(("language", "words"), [("en", "by the audit trail"), ("zh-hans", "审计记录")])
def test_the_page_says_what_it_assumes(language: str, words: str, as_user: Any, admin_user: Any) -> None:
    with time_machine.travel(NOW), bilingual.speaking(language):
        late()
        data = {"days": 2, "active": "on", "months": "3", "try": "yes"}
        page = as_user(admin_user).post(f"/{language}/centre/reminders/rules/overdue/", data).content.decode()
    assert words in page
