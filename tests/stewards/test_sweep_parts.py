"""Late parts: each is reminded of, of every person that it lies with, in one sweep; and rules that change meanwhile."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import Message
from portal.core import bilingual
from stewards.models import HelpRequest, Reminder, ReminderRule, RequestPart
from stewards.reminding import sweep as module
from stewards.reminding.ledger import cycle_words
from stewards.reminding.sweep import sweep
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory
from tests.factories.parts import RequestPartFactory, done, taken
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(datetime(2026, 11, 25, 10))
TODAY = NOW.date()
LATE = TODAY - timedelta(days=2)


@pytest.fixture
def asked() -> HelpRequest:
    """A request in time, so that only its parts can be late."""
    steward = StewardFactory()
    facts = {"handler": steward, "steward": steward, "state": "in_progress", "enterprise": None}
    return HelpRequestFactory(due_on=TODAY + timedelta(days=9), submitted_at=NOW - timedelta(days=9), **facts)


@pytest.fixture(autouse=True)
def _rules(request: pytest.FixtureRequest, db: None) -> None:
    """Only the rules that the test is about."""
    about = {TestRuleEditedWhileASweepRuns: ["overdue"], None: ["part-overdue"]}.get(request.cls)
    if about:
        ReminderRule.objects.exclude(code__in=about).update(active=False)


def told(person: Any) -> list[str]:
    return list(Message.objects.filter(recipient=person).order_by("pk").values_list("body", flat=True))


def test_two_late_parts_are_two_reminders_in_one_sweep(asked: HelpRequest) -> None:
    first, second = HandlerFactory(), HandlerFactory(department=DepartmentFactory(name_en="Ecology Bureau"))
    taken(asked, first, due_on=LATE, asked="Measure the dust.")
    taken(asked, second, due_on=LATE - timedelta(days=1), asked="Close the road.")
    assert (sweep(NOW), sweep(NOW)) == (4, 0)
    assert len(told(asked.steward)) == 2, "one a part"
    ((own,), (other,)) = (told(first), told(second))
    assert "Measure the dust." in own
    assert "Close the road." not in own
    assert "Ecology Bureau, due on 22 November 2026: Close the road." in other
    assert Reminder.objects.values("cycle").distinct().count() == 2


@pytest.mark.parametrize("people", [1, 3])
def test_everybody_who_could_accept_an_open_part_hears_of_it_at_once(asked: HelpRequest, people: int) -> None:
    department = DepartmentFactory()
    able = [HandlerFactory(department=department) for _n in range(people)]
    HandlerFactory(department=department, is_active=False)
    StewardFactory(department=department)  # not a handler
    RequestPartFactory(request=asked, department=department, due_on=LATE)
    assert sweep(NOW) == people + 1
    assert [len(told(person)) for person in able] == [1] * people


def test_one_person_with_parts_of_several_requests_gets_each(asked: HelpRequest) -> None:
    handler = HandlerFactory()
    for _n in range(3):
        another = HelpRequestFactory(
            steward=asked.steward, handler=asked.steward, state="in_progress", enterprise=None, due_on=asked.due_on
        )
        taken(another, handler, due_on=LATE)
    assert sweep(NOW) == 6
    assert len(told(handler)) == 3


@pytest.mark.parametrize(
    ("what", "reminders"),
    [("done", 0), ("due today", 0), ("withdrawn", 0), ("with the centre", 0), ("waiting", 0), ("late", 2)],
)
def test_only_a_part_that_a_department_has_is_late(asked: HelpRequest, what: str, reminders: int) -> None:
    handler = HandlerFactory()
    if what == "done":
        done(asked, handler, due_on=LATE)
    else:
        part = taken(asked, handler, due_on=TODAY if what == "due today" else LATE)
        state = {"withdrawn": "withdrawn", "with the centre": "centre"}.get(what, part.state)
        RequestPart.objects.filter(pk=part.pk).update(state=state)
    if what == "waiting":
        HelpRequest.objects.update(state="waiting", waiting_since=NOW)
    assert sweep(NOW) == reminders


def test_a_new_day_for_the_part_is_a_new_cycle_and_the_old_day_again_is_not(asked: HelpRequest) -> None:
    part = taken(asked, HandlerFactory(), due_on=LATE)
    assert sweep(NOW) == 2
    for day, posted in ((TODAY - timedelta(days=1), 2), (LATE, 0)):
        RequestPart.objects.filter(pk=part.pk).update(due_on=day)
        assert sweep(NOW) == posted


@pytest.mark.parametrize("parts", [1, 3, 30])
def test_many_parts_take_as_many_queries_as_one(asked: HelpRequest, parts: int) -> None:
    handlers = [HandlerFactory(department=DepartmentFactory()) for _n in range(parts)]
    RequestPart.objects.bulk_create(
        RequestPart(
            request=asked, department=h.department, handler=h, state="accepted", due_on=LATE, asked="x",
            accepted_at=NOW,
        )
        for h in handlers
    )  # fmt: skip
    rule = ReminderRule.objects.get(code="part-overdue")
    ReminderRule.objects.exclude(pk=rule.pk).update(active=False)
    sweep(NOW - timedelta(days=30))  # the calendar is read
    with CaptureQueriesContext(connection) as seen:
        assert sweep(NOW) == 2 * parts
    assert len(seen) <= 34


class TestCycleWords:
    """What a reminder was about, in the words of the page."""

    @pytest.mark.parametrize(
        ("cycle", "english", "chinese"),
        [
            ("part 123456 2026-11-20", "a department's part, due on 20 November 2026", "2026年11月20日"),
            ("2026-11-20", "20 November 2026", "2026年11月20日"),
            ("2026-11-20T16:00:00.000001", "21 November 2026", "2026年11月21日"),  # the district's day
            ("3", "round 3", "3"),
        ],
    )
    def test_words(self, cycle: str, english: str, chinese: str) -> None:
        rule = ReminderRule(code="overdue")
        with bilingual.speaking("en"):
            assert cycle_words(rule, cycle) == english
        with bilingual.speaking("zh-hans"):
            assert chinese in cycle_words(rule, cycle)
            assert "part" not in cycle_words(rule, cycle)


class TestRuleEditedWhileASweepRuns:
    """What an admin saves holds from the next batch on, not only from the next sweep."""

    @pytest.fixture
    def many(self, monkeypatch: Any) -> list[HelpRequest]:
        monkeypatch.setattr(module, "BATCH", 2)
        steward = StewardFactory()
        facts = {"handler": steward, "steward": steward, "state": "in_progress", "enterprise": None}
        facts |= {"due_on": LATE, "renewed_due_on": TODAY + timedelta(days=9)}
        return [HelpRequestFactory(**facts) for _n in range(6)]

    @pytest.mark.parametrize(
        "change",
        [{"active": False}, {"days": 3}, {"audience": "admin"}, {"urgent": False}],
        ids=["off", "days", "audience", "urgent"],
    )
    def test_the_rest_of_the_sweep_is_left(self, many: list[HelpRequest], monkeypatch: Any, change: Any) -> None:
        post_rows = module.post_rows

        def and_then_changed(told: Any, **how: Any) -> None:
            post_rows(told, **how)
            ReminderRule.objects.filter(code="overdue").update(**change)

        monkeypatch.setattr(module, "post_rows", and_then_changed)
        assert sweep(NOW) == 2, "the batch under way"
        assert Reminder.objects.count() == Message.objects.count() == 2

    def test_off_and_on_again_sends_what_is_still_due_and_nothing_twice(self, many: list[HelpRequest]) -> None:
        rule = ReminderRule.objects.filter(code="overdue")
        rule.update(active=False)
        assert sweep(NOW) == 0
        rule.update(active=True)
        HelpRequest.objects.filter(pk__in=[many[0].pk, many[1].pk]).update(state="answered", answered_at=NOW)
        assert (sweep(NOW), sweep(NOW)) == (4, 0)
        rule.update(active=False)
        rule.update(active=True)
        assert sweep(NOW) == 0

    @pytest.mark.parametrize("days", [2, 90])
    def test_other_days_do_not_send_what_was_sent(self, many: list[HelpRequest], days: int) -> None:
        assert sweep(NOW) == 6
        ReminderRule.objects.filter(code="overdue").update(days=days)
        assert sweep(NOW) == 0

    def test_a_request_that_is_settled_between_finding_and_locking_is_left_out(
        self, many: list[HelpRequest], monkeypatch: Any
    ) -> None:
        stands, turns = module._stands, iter(range(99))

        def and_one_is_answered(rule: ReminderRule) -> bool:
            if next(turns) == 0:
                HelpRequest.objects.filter(pk=many[0].pk).update(state="answered", answered_at=NOW)
            return stands(rule)

        monkeypatch.setattr(module, "_stands", and_one_is_answered)
        assert sweep(NOW) == 5
        assert not Reminder.objects.filter(request=many[0]).exists()


class TestNewDate:
    """No two messages contradict each other about the date."""

    def late(self, days: int, **fields: Any) -> HelpRequest:
        steward = StewardFactory()
        facts = {"handler": steward, "steward": steward, "state": "in_progress", "enterprise": None}
        return HelpRequestFactory(due_on=TODAY - timedelta(days=days), **{**facts, **fields})

    @pytest.mark.parametrize(
        ("renewed", "days", "code", "said"),
        [
            (None, 5, "overdue-admin", "has not been given a new date yet"),
            (9, 5, "overdue-admin", "has been told a new date: 4 December 2026"),
            (9, 1, "overdue", "has been told a new date: 4 December 2026"),
            (9, 20, "overdue-enterprise", "The new date that we gave you is 4 December 2026"),
            (None, 20, "overdue-enterprise", "those in charge of the service have been told"),
        ],
    )
    def test_lines(self, renewed: int | None, days: int, code: str, said: str, admin_user: Any) -> None:
        self.late(days, renewed_due_on=renewed and TODAY + timedelta(days=renewed))
        sweep(NOW)
        assert said in Message.objects.get(kind=f"reminder.{code}").body

    def test_without_any_new_date_everybody_hears_in_their_turn(self, admin_user: Any) -> None:
        asked = self.late(0)
        seen: list[tuple[int, list[str]]] = []
        for ahead in (0, 1, 2, 5, 9, 10):  # Wednesday, Thursday, Friday, Monday, Friday, Saturday
            before = set(Reminder.objects.values_list("pk", flat=True))
            sweep(NOW + timedelta(days=ahead))
            new = Reminder.objects.exclude(pk__in=before).order_by("rule__code").values_list("rule__code", flat=True)
            if new:
                seen.append((ahead, list(new)))
        assert seen == [
            (0, ["due-tomorrow"]),
            (1, ["late-enterprise", "overdue"]),
            (5, ["overdue-admin"]),  # the third working day, over a weekend
            (9, ["overdue-enterprise", "overdue-leader"]),
        ], "where no leader is linked, the service centre stands in"
        assert set(Message.objects.filter(recipient=asked.asker).values_list("language", flat=True)) == {"en"}
        assert date.fromisoformat(Reminder.objects.first().cycle) == TODAY
