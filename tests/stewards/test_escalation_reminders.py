"""The rules about lateness and instructions, the replay of a changed rule, and the ledger of one request."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import Message
from portal.core.calendar import current
from stewards.models import HelpRequest, Instruction, LeaderLink, Reminder, ReminderRule, RequestEvent
from stewards.reminding import replay as module
from stewards.reminding.ledger import cycle_words
from stewards.reminding.replay import TooMuch, fires_on, replay
from stewards.reminding.sweep import sweep
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db

WED = date(2026, 11, 25)
NOW = timezone.make_aware(datetime(2026, 11, 25, 10))
DAY = timedelta(days=1)


def late(days: int = 1, **fields: Any) -> HelpRequest:
    steward = fields.pop("steward", None) or StewardFactory()
    facts = {"handler": steward, "steward": steward, "state": "in_progress", "enterprise": None}
    return HelpRequestFactory(**{**facts, "due_on": WED - days * DAY, "submitted_at": NOW - 30 * DAY, **fields})


def sent(**filters: Any) -> list[str]:
    return sorted(Reminder.objects.filter(**filters).values_list("rule__code", flat=True))


def test_the_enterprise_hears_of_lateness_first_and_the_steward_is_asked_for_a_date() -> None:
    asked = late()
    assert (sweep(NOW), sweep(NOW), sweep(NOW + timedelta(hours=3))) == (2, 0, 0)
    assert sent(recipient=asked.asker) == ["late-enterprise"]
    assert sent(recipient=asked.steward) == ["overdue"]
    honest, question = Message.objects.get(recipient=asked.asker), Message.objects.get(recipient=asked.steward)
    assert honest.state == question.state == "queued"
    assert "asked at the same time to give you a new date" in honest.body
    assert "set a new date" in question.body


def test_after_a_new_date_the_enterprise_is_told_only_when_that_is_missed_too() -> None:
    asked = late(5, renewed_due_on=WED)
    sweep(NOW)
    assert sent(recipient=asked.asker) == []
    sweep(NOW + DAY)
    assert sent(recipient=asked.asker) == ["renewed-enterprise"]
    assert "renewed" in sent(recipient=asked.steward)
    HelpRequest.objects.update(renewed_due_on=WED + 5 * DAY)
    sweep(NOW + 2 * DAY)
    assert sent(recipient=asked.asker) == ["renewed-enterprise"]


def test_a_long_outage_says_it_once() -> None:
    asked = late(20)
    sweep(NOW)
    assert sent(recipient=asked.asker) == ["overdue-enterprise"]


def test_an_instruction_without_a_report_is_asked_for_and_a_told_solution_is_not() -> None:
    since, leader = NOW - 5 * DAY, UserFactory(roles=["leader"], department=HandlerFactory().department)
    asked = late(-9, attention_at=since)
    given = Instruction.objects.create(request=asked, leader=leader, text="Call.", created_at=since)
    closed = {"state": "closed", "closed_at": NOW - 20 * DAY, "answered_at": NOW - 22 * DAY}
    silent, told = late(-9, **closed), late(-9, **closed)
    RequestEvent.objects.create(request=told, kind="lasted", at=NOW - 15 * DAY)
    assert sweep(NOW) == 2
    assert (sent(request=asked), sent(request=silent), sent(request=told)) == (["unreported"], ["lasting"], [])
    given.report, given.reported_by, given.reported_at = "Done.", asked.steward, NOW
    given.save()
    Reminder.objects.all().delete()
    assert sweep(NOW) == 1


def test_a_linked_leader_is_told_of_their_enterprises_and_nobody_elses() -> None:
    enterprise = EnterpriseFactory(tier="district")
    linked, of_tier, gone, anywhere = (UserFactory(roles=["leader"]) for _n in range(4))
    begins = {"starts_on": WED - 30 * DAY}
    LeaderLink.objects.create(leader=linked, enterprise=enterprise, **begins)
    LeaderLink.objects.create(leader=of_tier, scope="tier", tier="municipal", **begins)
    LeaderLink.objects.create(leader=gone, enterprise=EnterpriseFactory(), **begins)
    asked = late(20, enterprise=enterprise)
    sweep(NOW)
    told = Reminder.objects.filter(request=asked, rule__code="overdue-leader").values_list("recipient", flat=True)
    assert set(told) == {linked.pk, anywhere.pk}


@pytest.mark.parametrize(
    ("days", "working", "day", "fires"),
    [
        (1, True, date(2026, 11, 20), date(2026, 11, 23)),  # Friday's on Monday
        (1, True, date(2026, 2, 13), date(2026, 2, 14)),  # a make-up Saturday
        (-1, True, date(2026, 11, 25), date(2026, 11, 24)),
        (-1, True, date(2026, 11, 23), date(2026, 11, 20)),  # Monday's already on Friday
        (10, False, date(2026, 11, 14), date(2026, 11, 24)),
    ],
)
def test_on_which_day_a_rule_fires(days: int, working: bool, day: date, fires: date) -> None:
    assert fires_on(ReminderRule(days=days, working_days=working), day, current()) == fires


def rule(code: str) -> ReminderRule:
    return ReminderRule.objects.get(code=code)


def tried(code: str, days: int, *, active: bool = True, months: int = 3) -> module.Replay:
    return replay(rule(code), days=days, active=active, months=months, now=NOW)


def test_the_replay_tells_who_would_have_received_fewer() -> None:
    busy, calm = StewardFactory(), StewardFactory()
    for days, steward in ((10, busy), (10, busy), (10, calm)):
        late(days, steward=steward)
    late(20, steward=busy, answered_at=NOW - 19 * DAY, state="answered")  # answered a day late: by the old rule only
    late(200, steward=calm)  # before the months that are tried
    found = tried("overdue", 3)
    assert (found.asis, found.changed, found.more) == (4, 3, -1)
    assert {person.who: (person.asis, person.changed) for person in found.people} == {busy: (3, 2), calm: (1, 1)}
    assert found.people[0].who == busy
    assert [(each.asis, each.changed) for each in found.sample][-1] == (date(2026, 11, 6), None)
    assert len(found.sample) == 4
    assert not Message.objects.exists()


def test_the_replay_of_a_rule_out_of_use_and_of_shorter_time() -> None:
    late(10)
    assert (tried("overdue", 1, active=False).asis, tried("overdue", 1, active=False).changed) == (1, 0)
    assert (tried("overdue-enterprise", 3).asis, tried("overdue-enterprise", 3).changed) == (1, 1)
    assert (tried("overdue-enterprise", 90).changed, tried("overdue", 1).sample) == (0, [])
    assert (tried("due-tomorrow", 1).asis, tried("due-tomorrow", 4).changed) == (1, 1)


SPELLS = {  # rule → what began twelve days ago, what ended it three days later, and the state today
    "unaccepted": ("assigned", "accepted", "accepted"),
    "waiting": ("asked_back", "replied", "in_progress"),
    "unrated": ("answered", "rated", "rated"),
    "unreported": ("instructed", "reported", "in_progress"),
}


@pytest.mark.parametrize("code", SPELLS)
def test_the_replay_reads_from_when_to_when_in_the_timeline(code: str) -> None:
    begins, ends, state = SPELLS[code]
    asked = late(-9, state=state, answered_at=NOW if state == "rated" else None)
    for kind, ago in ((begins, 12), (ends, 7)):
        RequestEvent.objects.create(request=asked, kind=kind, at=NOW - ago * DAY)
    assert tried(code, 1).changed == 1
    assert tried(code, 9).changed == 0


def test_the_replay_counts_each_admin_and_the_enterprises_people(admin_user: Any) -> None:
    second = UserFactory(roles=["admin"])
    member = MembershipFactory()
    late(10, enterprise=member.enterprise, asker=member.user)
    found = tried("overdue-admin", 4)
    assert {person.who for person in found.people} == {admin_user, second}
    assert [person.who for person in tried("late-enterprise", 2).people] == [member.user]


def test_the_replay_takes_the_same_queries_for_many_and_gives_up_in_time(monkeypatch: Any) -> None:
    steward = StewardFactory()
    late(steward=steward)
    tried("overdue", 3)  # the calendar is read once a minute
    with CaptureQueriesContext(module.connection) as few:
        tried("overdue", 3)
    for _n in range(12):
        late(steward=steward)
    with CaptureQueriesContext(module.connection) as many:
        tried("overdue", 3)
    assert len(few) == len(many)
    monkeypatch.setattr(module, "_REPLAY", "SELECT pg_sleep(2)")
    monkeypatch.setattr(module, "SECONDS", 0.05)
    with pytest.raises(TooMuch):
        tried("overdue", 3)


def test_rows_beyond_the_limits_are_said(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MOST_SPELLS", 3)
    monkeypatch.setattr(module, "MOST_PEOPLE", 2)
    for _n in range(4):
        late(10)
    found = tried("overdue", 3)
    assert (found.cut, found.asis, len(found.people), found.more_people) == (True, 3, 2, 1)


def remember(asked: HelpRequest, code: str, who: Any, cycle: str = "2026-11-24") -> Reminder:
    message = Message.objects.create(
        key=f"{code}{who.pk}", recipient=who, email="a@example.org", kind=f"reminder.{code}", language="en", subject="S"
    )
    return Reminder.objects.create(request=asked, rule=rule(code), cycle=cycle, recipient=who, message=message)


@pytest.fixture
def told(admin_user: Any) -> dict[str, Any]:
    """A late request, and what its people were told."""
    member = MembershipFactory()
    asked = late(enterprise=member.enterprise, asker=member.user)
    entries = [remember(asked, code, who) for code, who in (("overdue", asked.steward), ("waiting", member.user))]
    return {"asked": asked, "owner": member.user, "entries": entries, "admin": admin_user}


def test_the_ledger_of_a_request_tells_the_desk_all_and_the_enterprise_its_own(told: Any, as_user: Any) -> None:
    asked = told["asked"]
    desk = as_user(asked.steward).get(f"/en/desk/{asked.number}/reminders/").content.decode()
    assert "its last day has passed without an answer" in desk
    assert "1 working day after the due date" in desk
    assert told["owner"].name in desk
    own = as_user(told["owner"]).get(f"/en/requests/{asked.number}/reminders/").content.decode()
    assert "It is your turn in your own request" in own
    assert "its last day has passed" not in own
    assert asked.steward.name not in own
    for who, room in ((told["owner"], "desk"), (UserFactory(), "requests"), (HandlerFactory(), "desk")):
        assert as_user(who).get(f"/en/{room}/{asked.number}/reminders/").status_code == 404


def test_from_a_message_to_its_reason_and_only_for_its_receiver(told: Any, as_user: Any) -> None:
    number, (to_steward, to_owner) = told["asked"].number, told["entries"]
    for who, entry, room in ((told["asked"].steward, to_steward, "desk"), (told["owner"], to_owner, "requests")):
        page = as_user(who).get(f"/en/messages/{entry.message_id}/")
        assert "Why did I get this?" in page.content.decode()
        why = as_user(who).get(f"/en/requests/why/{entry.message_id}/")
        assert why["Location"] == f"/en/{room}/{number}/reminders/#r{entry.pk}"
    assert as_user(told["admin"]).get(f"/en/requests/why/{to_owner.message_id}/").status_code == 404
    told["asked"].enterprise.memberships.all().delete()
    assert as_user(told["owner"]).get(f"/en/requests/why/{to_owner.message_id}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_ledger_takes_a_constant_number_of_queries(
    count: int, told: Any, as_user: Any, django_assert_num_queries: Any
) -> None:
    client, asked = as_user(told["admin"]), told["asked"]
    for n in range(count):
        Reminder.objects.create(
            request=asked, rule=rule("overdue"), cycle=str(WED + n * DAY), recipient=asked.steward, message=None
        )
    with django_assert_num_queries(4):
        assert client.get(f"/en/desk/{asked.number}/reminders/").status_code == 200


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        ("2", "round 2"),
        ("2026-11-24", "24 November 2026"),
        ("2026-11-24T20:00:00.000000", "25 November 2026"),  # in Shanghai
        ("odd", "odd"),
    ],
)
def test_cycles_in_words(cycle: str, words: str) -> None:
    assert cycle_words(ReminderRule(), cycle) == words
