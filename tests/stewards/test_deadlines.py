"""Due dates in working days of mainland China, and the sentences that explain them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from portal.core import calendar
from portal.core.models import CalendarDay, CalendarYear
from stewards import numbers, workflow
from stewards.models import HelpRequest, NumberSeries, ServiceStandard
from stewards.standard import deadlines, recompute, table
from stewards.timewords import day_words, when_words
from tests.stewards.scene import Scene, last_mail, mails

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def request(**fields: Any) -> HelpRequest:
    return HelpRequest(**{"state": "accepted", "due_on": date(2026, 6, 8), "promised_days": 5, **fields})


@pytest.mark.django_db
class TestStandard:
    def test_the_starting_values_are_rows(self) -> None:
        rows = dict(ServiceStandard.objects.values_list("type", "days"))
        assert rows == {"consultation": 1, "suggestion": 1, "help": 5, "complaint": 5, "report": 5}
        assert rows == table.STARTING_DAYS
        assert set(ServiceStandard.objects.values_list("valid_from", flat=True)) == {date(2023, 1, 1)}

    def test_the_latest_that_has_begun(self) -> None:
        ServiceStandard.objects.create(type="help", days=4, valid_from=date(2026, 3, 1))
        days = [deadlines.standard_days("help", date(2026, m, 1)) for m in (2, 3, 4)]
        assert days == [5, 4, 4]
        assert deadlines.standard_days("complaint", date(2026, 4, 1)) == 5

    def test_without_rows_the_starting_value(self) -> None:
        ServiceStandard.objects.all().delete()
        assert deadlines.standard_days("consultation", date(2026, 1, 1)) == 1

    @pytest.mark.parametrize(
        ("type", "days", "due"),
        [("consultation", 1, date(2026, 2, 14)), ("help", 5, date(2026, 2, 27)), ("complaint", 15, date(2026, 3, 12))],
    )
    def test_golden_cases(self, type: str, days: int, due: date) -> None:
        """From Friday 13 February 2026: +1 is the make-up Saturday, +5 lies beyond the spring festival."""
        ServiceStandard.objects.filter(type=type).update(days=days)
        promise = deadlines.promise(type, at(2026, 2, 13))
        assert (promise.deadline.day, promise.days, promise.deadline.provisional) == (due, days, False)

    def test_the_day_of_receipt_is_the_district_s(self) -> None:
        """Half past midnight in Shanghai is the day before in Greenwich."""
        received = datetime(2026, 6, 1, 16, 30, tzinfo=ZoneInfo("UTC"))
        assert deadlines.promise("consultation", received).deadline.day == date(2026, 6, 3)


@pytest.mark.django_db
class TestLeft:
    @pytest.mark.parametrize(
        ("today", "left", "overdue"),
        [(1, 5, False), (5, 1, False), (6, 1, False), (8, 0, False), (9, -1, True), (10, -2, True)],
    )
    def test_counts_down(self, today: int, left: int, overdue: bool) -> None:
        day = date(2026, 6, today)
        assert deadlines.days_left(request(), day) == left
        assert deadlines.is_overdue(request(), day) is overdue

    def test_late_even_on_the_weekend_after(self) -> None:
        asked = request(due_on=date(2026, 6, 5))
        assert deadlines.days_left(asked, date(2026, 6, 6)) == -1
        assert deadlines.is_overdue(asked, date(2026, 6, 6))

    def test_stands_still_while_the_enterprise_is_asked(self) -> None:
        asked = request(state="waiting", waiting_since=at(2026, 6, 3))
        assert deadlines.days_left(asked, date(2026, 9, 1)) == 3
        assert not deadlines.is_overdue(asked, date(2026, 9, 1))

    def test_what_was_late_before_the_question_stays_late(self) -> None:
        asked = request(state="waiting", waiting_since=at(2026, 6, 10))
        assert deadlines.is_overdue(asked, date(2026, 6, 10))

    @pytest.mark.parametrize("state", ["answered", "rated", "closed", "withdrawn", "not_accepted"])
    def test_what_is_over_is_never_overdue(self, state: str) -> None:
        assert not deadlines.is_overdue(request(state=state), date(2027, 1, 1))

    def test_drafts_have_no_date(self) -> None:
        assert not deadlines.is_overdue(HelpRequest(state="draft"))
        assert deadlines.explain(HelpRequest(state="draft")) == []


class TestExplain:
    def explain(self, asked: HelpRequest, now: datetime) -> list[str]:
        with time_machine.travel(now):
            return deadlines.explain(asked)

    def test_due_and_who_has_it(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 6, 1)):
            asked = scene.request("accepted")
        assert self.explain(asked, at(2026, 6, 1, 11)) == [
            "Answer due by Monday 8 June 2026 (5 working days).",
            "5 working days are left.",
            "Stella Steward has been working on it since 10:00.",
        ]
        assert self.explain(asked, at(2026, 6, 5))[1:] == [
            "1 working day is left.",
            "Stella Steward has been working on it since 1 June 2026, 10:00.",
        ]
        assert self.explain(asked, at(2026, 6, 8))[1] == "It is due today."
        assert self.explain(asked, at(2026, 6, 9))[1].startswith("We are late, by 1 working day. We are sorry")
        assert self.explain(asked, at(2026, 6, 12))[1].startswith("We are late, by 4 working days.")

    def test_one_day(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 11, 26)):
            asked = scene.request("assigned", type="consultation")
            assert deadlines.explain(asked) == [
                "Answer due by Friday 27 November 2026 (1 working day).",
                "1 working day is left.",
                "It is assigned to Stella Steward since 10:00.",
            ]

    def test_in_chinese(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 6, 1)):
            asked = scene.request("accepted")
            with translation.override("zh-hans"):
                assert "2026年6月8日" in deadlines.explain(asked)[0]

    def test_waiting_says_since_when_and_why(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 6, 3)):
            asked = scene.request("waiting")
        due, still, left = self.explain(asked, at(2026, 6, 20))
        assert due.startswith("The answer was promised by Wednesday 10 June 2026 (5 working days).")
        assert still.startswith("The clock has stood still since 3 June 2026, 10:00, because we asked you a question")
        assert left == "5 working days are left."

    def test_nobody_yet(self, scene: Scene) -> None:
        assert deadlines.explain(scene.request("submitted"))[-1].startswith("No steward has taken it yet")

    def test_with_a_department(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 6, 1)):
            asked = scene.request("accepted")
            asked = workflow.refer(asked, by=scene.steward, department=scene.tax, reason="Tax.")
            words = f"It is with {scene.tax.name_en} since 10:00, to be taken by a handler; Stella Steward stays"
            words += " responsible."
            assert deadlines.explain(asked)[-1] == words
            asked = workflow.accept(asked, by=scene.handler)
            assert deadlines.explain(asked)[-1] == "Hanna Handler has been working on it since 10:00."

    def test_provisional_is_said(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 12, 30)):
            asked = scene.request()
            assert deadlines.explain(asked)[-1] == (
                "This date is provisional: the working-day calendar for 2027 is not published yet."
            )

    def test_afterwards(self, scene: Scene) -> None:
        with time_machine.travel(at(2026, 6, 1)):
            asked = scene.request("accepted")
        with time_machine.travel(at(2026, 6, 8)):
            answered = workflow.answer(asked, by=scene.steward, text="Yes.")
            assert deadlines.explain(answered) == ["Answered in time: 10:00 (due by Monday 8 June 2026)."]
        answered.answered_at = at(2026, 6, 9)
        assert self.explain(answered, at(2026, 6, 9))[0].startswith("Answered later than promised")

    @pytest.mark.parametrize("state", ["not_accepted", "withdrawn"])
    def test_nothing_to_say_about_what_needs_no_answer(self, scene: Scene, state: str) -> None:
        assert deadlines.explain(scene.request(state)) == []


class TestRecompute:
    @pytest.fixture
    def asked(self, scene: Scene) -> HelpRequest:
        """Due after the turn of the year, when nobody knows the next year's holidays yet."""
        with time_machine.travel(at(2026, 12, 30)):
            return scene.request("accepted")

    def publish(self, *off: date) -> None:
        CalendarYear.objects.create(year=2027)
        CalendarDay.objects.bulk_create(CalendarDay(day=day, working=False) for day in off)
        calendar.forget()

    def test_nothing_before_the_calendar_is_there(self, asked: HelpRequest) -> None:
        assert recompute.recompute_provisional() == 0
        assert HelpRequest.objects.get().due_provisional

    def test_settles_and_tells_when_the_day_moved(self, scene: Scene, asked: HelpRequest) -> None:
        assert asked.due_on
        self.publish(asked.due_on)
        before = asked.due_on
        assert recompute.recompute_provisional() == 1
        asked.refresh_from_db()
        assert (asked.due_provisional, asked.due_on > before) == (False, True)
        assert asked.events.order_by("pk").last().data["due_on"] == asked.due_on.isoformat()  # type: ignore[union-attr]
        assert mails(scene.owner)[-1] == ("request.recomputed", "held")
        assert day_words(asked.due_on) in last_mail(scene.owner).body
        assert recompute.recompute_provisional() == 0

    def test_says_nothing_when_the_day_stays(self, scene: Scene, asked: HelpRequest) -> None:
        self.publish()
        assert recompute.recompute_due(asked)
        assert mails(scene.owner)[-1][0] == "request.accepted"
        assert not recompute.recompute_due(asked)

    def test_counts_the_days_we_waited(self, scene: Scene, asked: HelpRequest) -> None:
        with time_machine.travel(at(2026, 12, 30)):
            waiting = workflow.ask_back(asked, by=scene.steward, text="When?")
        with time_machine.travel(at(2027, 1, 12)):
            asked = workflow.reply(waiting, by=scene.owner, text="Now.")
        moved = asked.due_on
        self.publish()
        recompute.recompute_provisional()
        asked.refresh_from_db()
        assert asked.due_on == moved


@pytest.mark.django_db
class TestNumbers:
    def test_reserving_many(self) -> None:
        assert numbers.reserve(2026, 3) == range(1, 4)
        assert numbers.next_number(date(2026, 5, 5)) == "HK-2026-000004"
        assert NumberSeries.objects.get().last == 4

    def test_a_million_still_counts_on(self) -> None:
        assert numbers.number_of(2026, 1_234_567) == "HK-2026-1234567"


def test_words_for_days_and_times() -> None:
    with time_machine.travel(at(2026, 6, 1, 15)):
        assert when_words(at(2026, 6, 1, 9) + timedelta(minutes=3)) == "09:03"
        assert when_words(at(2026, 5, 31, 9)) == "31 May 2026, 09:00"
    assert day_words(date(2026, 11, 27)) == "Friday 27 November 2026"
