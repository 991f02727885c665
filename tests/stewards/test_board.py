"""The board, the calendar of due dates, and where the keys are explained."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from portal.core import calendar
from portal.core.workdays import Calendar
from stewards.deskwork import board
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
TUESDAY = date(2026, 2, 10)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Any:
    """Before the Spring Festival of 2026: Saturday the 14th is a make-up workday, the 15th begins the holiday."""
    with time_machine.travel(datetime(2026, 2, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_columns_by_state_the_most_urgent_first(as_user: AsUser) -> None:
    me, enterprise = StewardFactory(), EnterpriseFactory(name_en="Fictional <Ltd>")
    for days in (3, 1):
        accepted(me, enterprise=enterprise, subject=f"In {days}", due_on=TUESDAY + timedelta(days=days))
    accepted(StewardFactory(), subject="Somebody else's")
    HelpRequestFactory(subject="Nobody's")
    [column] = [column for column in board.columns(me) if column.cards]
    assert (column.state, [card.subject for card in column.cards]) == ("accepted", ["In 1", "In 3"])
    page = text(as_user(me).get("/en/desk/board/"))
    assert "Fictional &lt;Ltd&gt;" in page
    assert "due tomorrow" in page
    assert "Somebody else" not in page
    assert "Show all of them" not in page
    assert 'id="keys"' in page


def test_a_full_column_leads_to_the_list(as_user: AsUser) -> None:
    me = StewardFactory()
    enterprise, asker = EnterpriseFactory(), UserFactory()
    for _each in range(board.MOST_IN_COLUMN + 1):
        accepted(me, enterprise=enterprise, asker=asker)
    page = text(as_user(me).get("/en/desk/board/"))
    assert page.count("<li data-row>") == board.MOST_IN_COLUMN
    assert 'href="/en/desk/?tab=mine&amp;state=accepted">Show all of them' in page


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize(("path", "queries"), [("board", 7), ("calendar", 4)])
def test_queries_do_not_grow(
    as_user: AsUser, django_assert_num_queries: Any, path: str, queries: int, count: int
) -> None:
    me = StewardFactory()
    for n in range(count):
        accepted(me, due_on=TUESDAY + timedelta(days=n % 15), due_provisional=n == 0)
    client = as_user(me)
    calendar.current()
    with django_assert_num_queries(queries):  # session, person, and the rows: of each state; of the month and late
        page = text(client.get(f"/en/desk/{path}/"))
    assert page.count("<li data-row>") == min(count, 20 if path == "board" else 30)
    assert page.count("(provisional)") == 1


def test_the_month_says_what_the_weekday_does_not(as_user: AsUser) -> None:
    me = StewardFactory()
    accepted(me, subject="On <the> make-up day", due_on=date(2026, 2, 14))
    accepted(me, subject="In March", due_on=date(2026, 3, 12))
    client = as_user(me)
    page = text(client.get("/en/desk/calendar/"))
    assert "Due dates: February 2026" in page
    assert "In March" not in page
    assert "not published" not in page
    cell = page.partition('<time datetime="2026-02-14">')[2].partition("</td>")[0]
    assert "make-up workday" in cell
    assert "On &lt;the&gt; make-up day" in cell
    assert "day off" in page.partition('<time datetime="2026-02-16">')[2].partition("</td>")[0]
    assert "<b>today</b>" in page.partition('<time datetime="2026-02-10">')[2].partition("</td>")[0]
    assert "?month=2026-01" in page
    assert "?month=2026-03" in page
    assert "In March" in text(client.get("/en/desk/calendar/?month=2026-03"))
    later = text(client.get("/en/desk/calendar/?month=2031-12"))
    assert "The official working-day calendar of 2031 is not published yet" in later
    assert "?month=2032-01" in later


def test_what_is_late_stands_on_its_new_date_and_on_top(as_user: AsUser) -> None:
    """Wherever its first date was: in January, in the month shown, and promised anew for this month or the next."""
    me = StewardFactory()
    accepted(me, subject="Late since January", due_on=date(2026, 1, 20))
    accepted(me, subject="Promised anew", due_on=date(2026, 1, 29), renewed_due_on=date(2026, 2, 12))
    accepted(me, subject="Promised for March", due_on=date(2026, 2, 9), renewed_due_on=date(2026, 3, 4))
    asked = {"state": "waiting", "waiting_since": datetime(2026, 2, 2, tzinfo=ZoneInfo("UTC"))}
    HelpRequestFactory(subject="Their turn", due_on=date(2026, 2, 6), steward=me, handler=me, **asked)
    client = as_user(me)
    page = text(client.get("/en/desk/calendar/"))
    top, _table, grid = page.partition("<table")
    assert [name for name in ("since January", "anew", "for March", "Their turn") if name in top] == [
        *("since January", "anew", "for March")
    ]
    assert "working days overdue, new date" in top
    cells = {
        day: grid.partition(f'<time datetime="2026-02-{day}">')[2].partition("</td>")[0] for day in ("06", "09", "12")
    }
    assert "Promised anew" in cells["12"]
    assert "Their turn" in cells["06"]
    assert "Promised for March" not in grid
    march = text(client.get("/en/desk/calendar/?month=2026-03"))
    assert "Promised for March" in march
    assert 'id="late"' not in march
    january = text(client.get("/en/desk/calendar/?month=2026-01"))
    assert "Late since January" in january
    assert "Promised anew" not in january


def test_many_late_ones_lead_to_the_queue(as_user: AsUser, monkeypatch: Any) -> None:
    me = StewardFactory()
    monkeypatch.setattr(board, "MOST_LATE", 2)
    for n in range(3):
        accepted(me, subject=f"Late {n}", due_on=date(2026, 1, 20 + n))
    page = text(as_user(me).get("/en/desk/calendar/"))
    assert "?tab=mine&amp;due=overdue" in page
    assert "2+" in page
    assert "Late 2" not in page
    assert "Late 2" in text(as_user(me).get("/en/desk/?tab=mine&due=overdue"))


@pytest.mark.parametrize("odd", ["", "2026-13", "1999-01", "2026-02-01", "x", "２０２６-01", "2026-2"])
def test_odd_months_are_this_one(odd: str) -> None:
    assert board.month_of(odd, TUESDAY) == date(2026, 2, 1)


@pytest.mark.parametrize("first", [date(2026, 2, 1), date(2026, 3, 1), date(2027, 2, 1), date(2099, 12, 1)])
def test_weeks_are_whole_and_hold_the_month(first: date) -> None:
    shown = board.weeks(first, TUESDAY, Calendar())
    days = [day for week in shown for day in week]
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in shown)
    assert [day.day for day in days] == [days[0].day + timedelta(days=n) for n in range(len(days))]
    inside = [day.day for day in days if day.inside]
    assert inside[0] == first
    assert (inside[-1] + timedelta(days=1)).day == 1
    assert all(any(day.inside for day in week) for week in shown)


def test_too_many_are_cut_and_said_so(as_user: AsUser, monkeypatch: Any) -> None:
    me = StewardFactory()
    monkeypatch.setattr(board, "MOST_IN_MONTH", 2)
    for _each in range(3):
        accepted(me, due_on=TUESDAY)
    page = text(as_user(me).get("/en/desk/calendar/"))
    assert "Only the first 2 requests are shown." in page
    assert page.count("<li data-row>") == 2


def test_admins_see_all_that_is_open_others_nothing(as_user: AsUser) -> None:
    accepted(StewardFactory(), subject="Somebody's", due_on=TUESDAY)
    admin, handler = UserFactory(roles=["admin"]), HandlerFactory()
    for path in ("board", "calendar"):
        assert "Somebody&#x27;s" in text(as_user(admin).get(f"/en/desk/{path}/"))
        assert "Somebody" not in text(as_user(handler).get(f"/en/desk/{path}/"))
        for roles in ([], ["leader"], ["auditor"]):
            assert as_user(UserFactory(roles=roles)).get(f"/en/desk/{path}/").status_code == 404


def test_the_queue_explains_its_keys(as_user: AsUser) -> None:
    me = StewardFactory()
    accepted(me)
    page = text(as_user(me).get("/en/desk/"))
    assert 'id="keys" hidden' in page
    assert "js/keys" in page
    assert "next, previous request" in page
