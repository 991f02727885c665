"""Promises at the borders: midnight, year ends, leap days, holidays, pauses, more time after more time, rounds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest
import time_machine

from portal.core import calendar
from portal.core.access import Refused
from portal.core.models import CalendarDay
from stewards import workflow
from stewards.escalation import promises
from stewards.models import (
    CountingRule,
    HelpRequest,
    LeaderLink,
    RequestCategory,
    ServiceStandard,
    TimeAsk,
)
from stewards.standard import deadlines, recompute, table
from stewards.standard.rounds import round_of
from tests.factories.accounts import UserFactory
from tests.stewards.scene import Scene
from tests.stewards.test_deadlines import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(at(2026, 6, 1), tick=False) as travel:
        yield travel


def now(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


RECEIVED = [  # the moment, the type, when it is due
    ("last second of a day", utc(2026, 6, 1, 15, 59, 59), "help", date(2026, 6, 8)),
    ("first second of the next", utc(2026, 6, 1, 16), "help", date(2026, 6, 9)),
    ("Saturday is Friday in London", utc(2026, 6, 5, 17), "consultation", date(2026, 6, 8)),
    ("Sunday night", utc(2026, 6, 7, 15, 59), "consultation", date(2026, 6, 8)),
    ("Monday, one second past midnight", utc(2026, 6, 7, 16, 0, 1), "consultation", date(2026, 6, 9)),
    ("last second of the year", utc(2025, 12, 31, 15, 59, 59), "consultation", date(2026, 1, 4)),
    ("New Year in Shanghai, not in London", utc(2025, 12, 31, 16), "consultation", date(2026, 1, 4)),
    ("on a holiday", utc(2026, 10, 3, 2), "consultation", date(2026, 10, 8)),
    ("on a make-up Saturday", utc(2026, 2, 14, 2), "consultation", date(2026, 2, 24)),
    ("the evening before a make-up Saturday", utc(2026, 2, 13, 15), "consultation", date(2026, 2, 14)),
    ("the day before a leap day", utc(2028, 2, 28, 2), "consultation", date(2028, 2, 29)),
    ("on a leap day", utc(2028, 2, 29, 2), "consultation", date(2028, 3, 1)),
    ("no leap day in 2100", utc(2100, 2, 26, 2), "consultation", date(2100, 3, 1)),
]


def test_the_day_of_receipt_is_the_one_in_shanghai(subtests: pytest.Subtests) -> None:
    for name, moment, type, due in RECEIVED:
        with subtests.test(name):
            promise = deadlines.promise(type, moment)
            assert promise.deadline.day == due
            assert promise.deadline.provisional is (due.year > 2026)


def test_the_number_is_of_the_year_in_shanghai(scene: Scene) -> None:
    for moment, year in (
        (utc(2025, 12, 31, 15, 59, 59), 2025),
        (utc(2025, 12, 31, 16), 2026),
        (utc(2026, 1, 1, 0), 2026),
    ):
        with time_machine.travel(moment, tick=False):
            assert str(scene.request("submitted").number).startswith(f"HK-{year}-")


class TestTable:
    """The row that is in force on the day of receipt, by the district's calendar day."""

    @pytest.mark.parametrize(
        ("received", "days"),
        [
            (utc(2026, 6, 9, 15, 59, 59), 5),
            (utc(2026, 6, 9, 16), 2),
            (utc(2026, 6, 19, 15, 59, 59), 2),
            (utc(2026, 6, 19, 16), 9),
        ],
        ids=["last second before", "first second of a row", "last second of it", "first second of the next"],
    )
    def test_the_border_of_two_rows(self, received: datetime, days: int) -> None:
        for begins, count in ((date(2026, 6, 10), 2), (date(2026, 6, 20), 9)):
            ServiceStandard.objects.create(type="help", days=count, valid_from=begins)
        assert deadlines.promise("help", received).days == days

    @pytest.mark.parametrize(("day", "days"), [(9, 3), (10, 5), (11, 5), (20, 7)])
    def test_a_category_s_row_that_ended_yesterday(self, day: int, days: int) -> None:
        taxes = RequestCategory.objects.create(name_en="Taxes")
        for begins, count, active in ((1, 3, True), (10, 3, False), (20, 7, True)):
            row = {"days": count, "active": active, "valid_from": date(2026, 6, begins)}
            ServiceStandard.objects.create(type="help", category=taxes, **row)
        assert deadlines.standard_days("help", date(2026, 6, day), taxes) == days

    def test_overlapping_rows_of_three_widths(self, subtests: pytest.Subtests) -> None:
        """The narrowest wins whichever began later."""
        wide = RequestCategory.objects.create(name_en="Taxes")
        narrow = RequestCategory.objects.create(name_en="Refunds", parent=wide)
        other = RequestCategory.objects.create(name_en="Rent")
        for category, days, month in ((narrow, 2, 1), (wide, 3, 2), (None, 4, 3)):
            ServiceStandard.objects.create(type="help", category=category, days=days, valid_from=date(2026, month, 1))
        for category, days in ((narrow, 2), (wide, 3), (None, 4), (other, 4)):
            with subtests.test(category=str(category)):
                assert deadlines.standard_days("help", date(2026, 6, 1), category) == days
                assert deadlines.standard_days("report", date(2026, 6, 1), category) == 5
        assert deadlines.standard_days("help", date(2026, 1, 31), wide) == 5, "before its own row begins"

    @pytest.mark.parametrize("type", ["consultation", "help", "complaint", "report", "suggestion"])
    def test_a_type_without_a_row(self, type: str) -> None:
        ServiceStandard.objects.filter(type=type).delete()
        found = table.terms(type, date(2026, 6, 1))
        assert (found.days, found.complex, found.contact) == (table.STARTING_DAYS[type], 15, 1)

    def test_how_days_are_counted_changes_on_its_day(self) -> None:
        CountingRule.objects.create(receipt_counts=True, valid_from=date(2026, 6, 10))
        dues = [deadlines.promise("help", at(2026, 6, day)).deadline.day.day for day in (9, 10)]
        assert dues == [16, 16]
        assert deadlines.promise("consultation", at(2026, 6, 13)).deadline.day == date(2026, 6, 15), "not on a Saturday"


class TestPauses:
    """The clock stands still by whole working days, from the day of the question to the day of the reply."""

    PAUSES: ClassVar = {  # from and until when, as (day of June 2026, hour); and the day on which it is due then
        "the same day": ([((1, 11), (1, 15))], 8),
        "overnight": ([((1, 11), (2, 9))], 9),
        "over midnight": ([((1, 23), (2, 0))], 9),
        "Friday to Saturday": ([((5, 17), (6, 9))], 8),
        "Friday to Monday": ([((5, 17), (8, 9))], 9),
        "a weekend": ([((6, 10), (7, 10))], 8),
        "three times within a day": ([((1, 11), (1, 12)), ((1, 13), (1, 14)), ((2, 9), (2, 10))], 8),
        "two nights": ([((1, 11), (2, 9)), ((2, 10), (3, 9))], 10),
        "a week": ([((1, 11), (8, 9))], 15),
    }

    def test_so_many_days(self, scene: Scene, clock: Any, subtests: pytest.Subtests) -> None:
        received = [(name, scene.request("accepted")) for name in self.PAUSES]
        for name, asked in received:
            pauses, due = self.PAUSES[name]
            with subtests.test(name):
                for (day, hour), (until, then) in pauses:
                    clock.move_to(at(2026, 6, day, hour))
                    asked = workflow.ask_back(asked, by=scene.steward, text="Since when?")
                    assert not deadlines.is_overdue(asked)
                    clock.move_to(at(2026, 6, until, then))
                    asked = workflow.reply(asked, by=scene.owner, text="Since May.")
                assert asked.due_on == date(2026, 6, due)
                anew = round_of(asked).due(asked.promised_days, calendar.current())
                assert anew.day == asked.due_on, "counted anew it is the same"

    def test_over_a_change_of_the_calendar(self, scene: Scene, clock: Any) -> None:
        """Two of the days on which we waited become days off: they no longer count as waited, nor as days to go."""
        asked = workflow.ask_back(scene.request("accepted"), by=scene.steward, text="Since when?")
        clock.move_to(at(2026, 6, 4))
        asked = workflow.reply(asked, by=scene.owner, text="Since May.")
        assert asked.due_on == date(2026, 6, 11)
        CalendarDay.objects.bulk_create(CalendarDay(day=date(2026, 6, day), working=False) for day in (2, 3))
        calendar.forget()
        assert round_of(asked).due(asked.promised_days, calendar.current()).day == date(2026, 6, 11)
        CalendarDay.objects.create(day=date(2026, 6, 9), working=False)
        calendar.forget()
        assert round_of(asked).due(asked.promised_days, calendar.current()).day == date(2026, 6, 12)

    def test_that_runs_while_it_is_counted_anew(self, scene: Scene, clock: Any) -> None:
        asked = workflow.ask_back(scene.request("accepted"), by=scene.steward, text="Since when?")
        clock.move_to(at(2026, 6, 3))
        CalendarDay.objects.create(day=date(2026, 6, 5), working=False)
        calendar.forget()
        HelpRequest.objects.filter(pk=asked.pk).update(due_provisional=True)
        assert recompute.recompute_due(asked)
        assert now(asked).due_on == date(2026, 6, 9), "without the wait, which is not over"
        replied = workflow.reply(now(asked), by=scene.owner, text="Since May.")
        assert replied.due_on == date(2026, 6, 11)

    def test_what_was_late_stays_late(self, scene: Scene, clock: Any) -> None:
        asked = scene.request("accepted")
        clock.move_to(at(2026, 6, 9, 9))
        asked = workflow.ask_back(asked, by=scene.steward, text="Since when?")
        clock.move_to(at(2026, 6, 10))
        asked = workflow.reply(asked, by=scene.owner, text="Since May.")
        assert (asked.due_on, deadlines.days_left(asked)) == (date(2026, 6, 9), -1)


class TestToday:
    """How the due date stands where today is no working day."""

    @pytest.mark.parametrize(
        ("due", "today", "left"),
        [
            (date(2026, 9, 30), date(2026, 9, 30), 0),
            (date(2026, 9, 30), date(2026, 10, 1), -1),
            (date(2026, 9, 30), date(2026, 10, 7), -1),
            (date(2026, 9, 30), date(2026, 10, 8), -1),
            (date(2026, 9, 30), date(2026, 10, 9), -2),
            (date(2026, 10, 8), date(2026, 10, 1), 1),
            (date(2026, 10, 8), date(2026, 10, 7), 1),
            (date(2026, 2, 14), date(2026, 2, 14), 0),
            (date(2026, 2, 14), date(2026, 2, 15), -1),
            (date(2026, 1, 4), date(2025, 12, 31), 1),
            (date(2028, 2, 29), date(2028, 2, 28), 1),
            (date(2026, 10, 3), date(2026, 10, 3), 0),
            (date(2026, 10, 3), date(2026, 10, 2), 1),
            (date(2026, 10, 3), date(2026, 10, 4), -1),
        ],
    )
    def test_is_a_holiday(self, due: date, today: date, left: int) -> None:
        asked = HelpRequest(state="accepted", due_on=due, promised_days=5)
        assert deadlines.days_left(asked, today) == left
        assert deadlines.is_overdue(asked, today) is (left < 0)

    @pytest.mark.parametrize(("hour", "late"), [(15, False), (16, True)])
    def test_late_begins_at_midnight_in_shanghai(self, clock: Any, hour: int, late: bool) -> None:
        clock.move_to(utc(2026, 6, 8, hour, 59 if hour == 15 else 0))
        assert deadlines.is_overdue(HelpRequest(state="accepted", due_on=date(2026, 6, 8), promised_days=5)) is late


class TestMoreTime:
    @pytest.fixture
    def asked(self, scene: Scene, clock: Any) -> HelpRequest:
        """Due on Monday 8 June."""
        return scene.request("accepted")

    @pytest.fixture
    def leader(self, scene: Scene) -> Any:
        found = UserFactory(roles=["leader"])
        LeaderLink.objects.create(leader=found, enterprise=scene.enterprise, starts_on=date(2026, 1, 1))
        return found

    def given(self, scene: Scene, asked: HelpRequest, kind: str, days: int | None, by: Any = None) -> HelpRequest:
        workflow.ask_time(now(asked), by=scene.steward, kind=kind, days=days, reason="A tax matter.")
        return workflow.grant_time(now(asked), by=by or scene.admin, ask=TimeAsk.objects.latest("pk"))

    def test_two_extensions_add_up_and_the_second_is_the_leader_s(
        self, scene: Scene, asked: HelpRequest, leader: Any
    ) -> None:
        self.given(scene, asked, "extension", 3)
        done = self.given(scene, asked, "extension", 2, by=leader)
        assert (done.due_on, done.promised_days) == (date(2026, 6, 15), 10)
        assert round_of(done).due(10, calendar.current()).day == done.due_on

    def test_extension_then_complex_counts_from_the_receipt(self, scene: Scene, asked: HelpRequest) -> None:
        self.given(scene, asked, "extension", 3)
        done = self.given(scene, asked, "complex", None)
        assert (done.due_on, done.promised_days, done.complex) == (date(2026, 6, 23), 15, True)

    def test_complex_then_extension_adds_to_it(self, scene: Scene, asked: HelpRequest) -> None:
        self.given(scene, asked, "complex", None)
        done = self.given(scene, asked, "extension", 2)
        assert (done.due_on, done.promised_days) == (date(2026, 6, 25), 17)

    def test_complex_gives_nothing_where_an_extension_gave_as_much(self, scene: Scene, asked: HelpRequest) -> None:
        self.given(scene, asked, "extension", 12)
        with pytest.raises(Refused, match="due later already"):
            self.given(scene, asked, "complex", None)

    def test_approved_after_the_due_date(self, scene: Scene, clock: Any, subtests: pytest.Subtests) -> None:
        """Only where it is not late even so."""
        cases = [(9, 1, 9), (9, 3, 11), (11, 3, 11), (12, 3, None), (10, 1, None)]
        received = [scene.request("accepted") for _case in cases]
        for asked, (day, days, due) in zip(received, cases, strict=True):
            with subtests.test(day=day, days=days):
                clock.move_to(at(2026, 6, 8, 17))
                workflow.ask_time(asked, by=scene.steward, kind="extension", days=days, reason="A tax matter.")
                clock.move_to(at(2026, 6, day))
                ask = TimeAsk.objects.latest("pk")
                if due is None:
                    with pytest.raises(Refused, match="Even so it would be overdue already"):
                        workflow.grant_time(now(asked), by=scene.admin, ask=ask)
                    assert (now(asked).due_on, now(ask).state) == (date(2026, 6, 8), "pending")
                else:
                    assert workflow.grant_time(now(asked), by=scene.admin, ask=ask).due_on == date(2026, 6, due)

    def test_while_the_enterprise_is_asked(self, scene: Scene, asked: HelpRequest, clock: Any) -> None:
        workflow.ask_back(asked, by=scene.steward, text="Since when?")
        done = self.given(scene, asked, "extension", 2)
        assert done.due_on == date(2026, 6, 10)
        clock.move_to(at(2026, 6, 3))
        replied = workflow.reply(now(asked), by=scene.owner, text="Since May.")
        assert replied.due_on == date(2026, 6, 12)
        assert round_of(replied).due(replied.promised_days, calendar.current()).day == replied.due_on

    @pytest.mark.parametrize("how", ["reopen", "unheard"])
    def test_complex_ends_with_its_round(self, scene: Scene, asked: HelpRequest, clock: Any, how: str) -> None:
        self.given(scene, asked, "complex", None)
        workflow.answer(now(asked), by=scene.steward, text="Apply online.")
        clock.move_to(at(2026, 6, 15))
        if how == "reopen":
            again = workflow.reopen(now(asked), by=scene.owner, reason="Not settled.")
        else:
            again = workflow.unheard(now(asked), by=scene.owner)
        assert (again.complex, again.round) == (False, 2)
        days, due = (5, date(2026, 6, 23)) if how == "reopen" else (3, date(2026, 6, 18))
        assert (again.promised_days, again.due_on) == (days, due)
        done = self.given(scene, asked, "complex", None)
        assert (done.complex, done.due_on) == (True, date(2026, 7, 7)), "15 from the day it was opened again"

    def test_extensions_are_counted_anew_in_a_round(self, scene: Scene, asked: HelpRequest) -> None:
        self.given(scene, asked, "extension", 3)
        workflow.answer(now(asked), by=scene.steward, text="Apply online.")
        workflow.reopen(now(asked), by=scene.owner, reason="Not settled.")
        assert self.given(scene, asked, "extension", 3).due_on == date(2026, 6, 11)


class TestNewDate:
    @pytest.mark.parametrize(
        ("days", "furthest"), [(1, date(2026, 6, 2)), (60, date(2026, 8, 25)), (90, date(2026, 10, 12))]
    )
    def test_as_far_as_the_district_says(self, clock: Any, days: int, furthest: date) -> None:
        CountingRule.objects.create(furthest_new_date=days, valid_from=date(2026, 6, 1))
        assert promises.furthest() == furthest

    def test_sixty_working_days_to_begin_with(self, clock: Any) -> None:
        assert promises.furthest() == date(2026, 8, 25)
        CountingRule.objects.create(furthest_new_date=1, valid_from=date(2026, 6, 2))
        assert promises.furthest_days() == 60, "tomorrow's rule is tomorrow's"

    @pytest.mark.parametrize(
        ("days", "words"),
        [(1, "must be the next working day"), (10, "must be within 10 working days")],
    )
    def test_beyond_it_is_refused_in_words(self, scene: Scene, clock: Any, days: int, words: str) -> None:
        asked = scene.request("accepted")
        CountingRule.objects.create(furthest_new_date=days, valid_from=date(2026, 6, 9))
        clock.move_to(at(2026, 6, 9))
        with pytest.raises(Refused, match=words):
            workflow.renew(asked, by=scene.steward, day=date(2026, 6, 30), reason="It takes longer.")
        done = workflow.renew(asked, by=scene.steward, day=date(2026, 6, 10), reason="It takes longer.")
        assert done.renewed_due_on == date(2026, 6, 10)
