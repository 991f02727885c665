"""Calendar files as they really come: encodings, separators, two years, make-up days on weekdays; and golden cases."""

import json
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import calendar
from portal.core.access import Refused
from portal.core.models import CalendarYear
from portal.core.workdays import Calendar
from stewards.models import CalendarLoad, HelpRequest, RequestEvent
from stewards.standard import loading, recompute
from stewards.standard.calendar_file import day_of, read_file
from stewards.standard.working_days import publish
from stewards.tasks import recompute_due_dates
from tests.factories.accounts import UserFactory
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.test_calendar_load import OFF, ROWS, SOURCE, TWO, csv_of, file, said
from tests.stewards.test_concurrency import at_once
from tests.stewards.test_deadlines import at

PLAIN = "date,type\n2027-01-01,off\n2027-01-30,working\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("gb18030", b""),
        ("gbk", b""),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-be", b"\xfe\xff"),
    ],
)
def test_every_encoding_with_every_line_end(encoding: str, mark: bytes, end: str) -> None:
    text = PLAIN.replace("type", "类型").replace("off", "放假").replace("working", "调休上班").replace("\n", end)
    assert said(mark + text.encode(encoding)) == TWO


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        "Calendar, of 2027, as published, on paper\n" + PLAIN.replace(",", ";"),
        "date;type;note\n2027-01-01;off;New Year, first of three, with visits\n2027-01-30;working;before, not after\n",
        "date,type,note\n2027-01-01,off,a;b;c;d;e\n2027-01-30,working,f;g;h;i;j\n",
        'date,type,note\n2027-01-01,off,"one\ntwo"\n2027-01-30,working,"a ""word"""\n',
        "\n\n , \n" + PLAIN + "\n , \n\n",
        PLAIN.replace("date,type", " Date , TYPE "),
        PLAIN.replace("-", "/"),
        PLAIN.replace("-0", "-"),
        PLAIN.replace(",off", " 00:00:00,off").replace(",working", "T00:00,working"),
        PLAIN.replace("2027-01-01", "２０２７年１月１日"),
    ],
    ids=[
        *("semicolon", "tab", "bar", "Excel's sep", "title with commas", "notes with commas", "notes with semicolons"),
        *("quoted", "empty rows", "spaces", "slashes", "short", "midnight", "full width"),
    ],
)
def test_what_spreadsheets_write(text: str) -> None:
    assert said(text.encode()) == TWO


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2027-02-28", date(2027, 2, 28)),
        ("2028-02-29", date(2028, 2, 29)),
        ("2027-02-29", None),
        ("2100-02-29", None),
        ("2027-1-1 0:00:00", date(2027, 1, 1)),
        ("2027-01-01T00:00:00.000", date(2027, 1, 1)),
        ("2027-01-01T08:00", None),
        ("2027-01-01 周五", None),
        ("01/02/2027", None),
        ("20270101", date(2027, 1, 1)),
        (20270101, date(2027, 1, 1)),
        ("0000-01-01", None),
        ("99999-01-01", None),
        (True, None),
        (46023.5, None),
        (None, None),
        (["2027-01-01"], None),
        ("2027-01-01\x00", None),
        ("2027–01–01", None),
        ("٢٠٢٧-٠١-٠١", date(2027, 1, 1)),
    ],
)
def test_what_is_a_day(value: Any, day: date | None) -> None:
    assert day_of(value) == day


@pytest.mark.parametrize(
    ("kind", "day", "trouble"),
    [
        ("调休", "2027-02-11", "weekday"),
        ("补班", "2027-02-11", "weekday"),
        ("make-up workday", "2027-02-11", "weekday"),
        ("working", "2027-02-11", None),
        ("上班", "2027-02-11", None),
        ("调休", "2027-02-20", None),
        ("make_up", "2027-02-21", None),
    ],
)
def test_a_make_up_day_on_a_weekday_is_asked_about(kind: str, day: str, trouble: str | None) -> None:
    """“调休” is written for the day off as well as for the day that makes up for it: nothing is guessed."""
    troubles = read_file(file(csv_of((day, kind))), 2027).troubles
    assert [code for _row, code, _value in troubles] == ([trouble] if trouble else [])
    if troubles:
        assert loading.trouble_words(*troubles[0][1:]).startswith(f"{day} is no weekend but is called “{kind}”")


@pytest.mark.parametrize(
    ("rows", "troubles"),
    [
        ([("2027-01-01", "off")] * 3, []),
        ([("2027-01-01", "off"), ("2027/1/1", "holiday")], []),
        ([("2027-01-01", "off"), ("2027-01-01", "working")], [[3, "twice", "2027-01-01 2"]]),
        (
            [("2027-01-01", "off"), ("2027-01-01", "working"), ("2027-01-01", "working")],
            [[3, "twice", "2027-01-01 2"], [4, "twice", "2027-01-01 2"]],
        ),
    ],
    ids=["the same", "written otherwise", "at odds", "twice at odds"],
)
def test_a_day_more_than_once(rows: Any, troubles: Any) -> None:
    assert read_file(file(csv_of(*rows)), 2027).troubles == troubles


@pytest.mark.parametrize(
    "value",
    [
        {"date": "2027-01-01", "isOffDay": "maybe"},
        {"date": "2027-01-01"},
        {"date": "2027-01-01", "type": "off", "working": "yes"},
        {"date": "2027-01-01", "type": {"a": 1}},
        {"date": "2027-01-01", "type": None},
    ],
)
def test_json_that_says_nothing_or_two_things(value: dict[str, Any]) -> None:
    troubles = read_file(file(json.dumps([value]).encode(), "a.json"), 2027).troubles
    assert [code for _row, code, _value in troubles] == ["kind"]


@settings(max_examples=60)
@given(st.binary(max_size=200) | st.text(max_size=120).map(lambda text: f"date,type\n{text}".encode()))
def test_whatever_is_sent_is_read_or_refused_in_words(data: bytes) -> None:
    try:
        found = read_file(file(data), 2027)
    except Refused as refused:
        words, days = [str(refused)], set()
    else:
        words, days = [loading.trouble_words(code, value) for _row, code, value in found.troubles], set(found.days)
    assert {day.year for day in days} <= {2027}
    assert all(len(each) > 10 for each in words)


@pytest.mark.django_db
class TestManyTroubles:
    def troubles(self, by: Any, rows: Any) -> list[list[Any]]:
        return list(loading.preview(file(csv_of(*rows)), **SOURCE, by=by).troubles)

    def test_two_years_in_a_file_are_one_trouble(self, admin_user: Any) -> None:
        both = [*ROWS, *((day.replace("2027", "2028"), kind) for day, kind in ROWS)]
        assert self.troubles(admin_user, both) == [[25, "years", "23 2028"]]
        words = "23 rows lie in another year (2028): a file holds the calendar of one year."
        assert loading.trouble_words("years", "23 2028") == words

    @pytest.mark.parametrize("mark", ["\\u0000", "\\ud800", "\\u001b[31m", "\\udc00x"])
    def test_marks_that_the_database_cannot_keep(self, admin_user: Any, mark: str) -> None:
        """A JSON file can write NUL and half characters behind a backslash."""
        data = f'[{{"date": "{mark}", "type": "off"}}, {{"date": "2027-01-01", "type": "{mark}"}}]'.encode()
        load = loading.preview(file(data, "a.json"), **SOURCE, by=admin_user)
        load.refresh_from_db()
        assert [code for _row, code, _value in load.troubles] == ["date", "kind"]

    def test_last_years_file(self, admin_user: Any) -> None:
        rows = [((date(2026, 1, 1) + timedelta(days=n)).isoformat(), "off") for n in range(365)]
        assert self.troubles(admin_user, rows) == [[2, "years", "365 2026"]]

    def test_hundreds_of_wrong_rows_are_counted(self, admin_user: Any) -> None:
        found = self.troubles(admin_user, [("soon", "off")] * 500)
        assert (len(found), found[0], found[-1]) == (31, [2, "date", "soon"], [0, "more", "470"])
        assert loading.trouble_words("more", "470") == "Besides, rows that are wrong: 470."


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once(subtests: pytest.Subtests) -> None:
    """One goes into force; the other is told to look again."""
    one, two = UserFactory(roles=["admin"]), UserFactory(roles=["admin"])

    def confirmed(load: CalendarLoad, by: Any, seen: int) -> Any:
        return lambda: loading.confirm(load, by=by, seen=seen)

    for other in ("the same", "another file", "by hand"):
        with subtests.test(other=other):
            seen, before = loading.latest(2027), CalendarLoad.objects.filter(state="confirmed").count()
            first = loading.preview(file(csv_of(*ROWS)), **SOURCE, by=one)
            second = first if other == "the same" else loading.preview(file(csv_of(*ROWS)), **SOURCE, by=two)
            by_hand = partial(publish, 2027, off=[date(2027, 1, 4)], working=[], source="By hand", by=two)
            outcomes = at_once(
                confirmed(first, one, seen), by_hand if other == "by hand" else confirmed(second, two, seen)
            )
            refused = sum(isinstance(each, Refused) for each in outcomes)
            assert CalendarYear.objects.filter(year=2027).count() == 1
            assert CalendarLoad.objects.filter(state="confirmed").count() == before + 2 - refused
            assert refused == 1 or other == "by hand"


@pytest.mark.django_db
class TestPromisedAsSuch:
    """A day that was promised on a visit is no count of days; it stays, and becomes official with its year."""

    def fixed(self, **fields: Any) -> HelpRequest:
        given = {"submitted_at": at(2026, 12, 28), "promised_days": 5, "due_on": date(2027, 1, 8), **fields}
        request = HelpRequestFactory(due_provisional=True, **given)
        request.events.create(kind="submitted", at=at(2026, 12, 28), data={"fixed": True})
        return request

    @pytest.mark.parametrize("days", [0, 5])
    def test_is_settled_where_it_is(self, admin_user: Any, days: int) -> None:
        request = self.fixed(promised_days=days)
        recompute_due_dates()
        request.refresh_from_db()
        assert request.due_provisional, "2027 is not published yet"
        publish(2027, off=[date(2027, 1, 8)], working=[], source="№ 1", by=admin_user)
        calendar.forget()
        assert recompute_due_dates() == 1
        request.refresh_from_db()
        assert (request.due_on, request.due_provisional) == (date(2027, 1, 8), False)
        assert RequestEvent.objects.get(kind="recomputed").data == {"version": 1, "due_on": "2027-01-08"}
        assert not recompute.anything_to_settle()
        assert recompute_due_dates() == 0

    def test_says_nothing_to_anybody(self, admin_user: Any) -> None:
        request = self.fixed()
        publish(2027, off=[], working=[], source="№ 1", by=admin_user)
        calendar.forget()
        recompute_due_dates()
        assert not request.asker.messages_received.exists()


GOLDEN = [  # domain.md, and the borders around it
    (date(2026, 2, 13), 1, date(2026, 2, 14)),
    (date(2026, 2, 13), 5, date(2026, 2, 27)),
    (date(2026, 2, 13), 15, date(2026, 3, 12)),
    (date(2026, 2, 14), 1, date(2026, 2, 24)),
    (date(2026, 2, 15), 1, date(2026, 2, 24)),
    (date(2025, 12, 31), 1, date(2026, 1, 4)),
    (date(2026, 1, 1), 1, date(2026, 1, 4)),
    (date(2026, 9, 30), 1, date(2026, 10, 8)),
    (date(2024, 2, 28), 1, date(2024, 2, 29)),
    (date(2024, 2, 29), 1, date(2024, 3, 1)),
    (date(2023, 2, 28), 1, date(2023, 3, 1)),
]


@pytest.mark.parametrize(("received", "days", "due"), GOLDEN, ids=[f"{day}+{n}" for day, n, _due in GOLDEN])
def test_golden_cases(received: date, days: int, due: date) -> None:
    working = Calendar()
    assert working.deadline(received, days).day == due
    assert working.working_days_between(received, due) == days
    assert working.is_working(due)


DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@settings(max_examples=80)
@given(DAYS, st.integers(1, 90), st.integers(0, 40))
def test_counting_adds_up(day: date, first: int, then: int) -> None:
    """Over year ends, leap days and holidays: so many and then so many more are as many together."""
    working = Calendar()
    due = working.add_working_days(day, first)
    assert working.add_working_days(due, then) == working.add_working_days(day, first + then)
    assert working.working_days_between(due, day) == -first
    assert due - day >= timedelta(days=first)


@settings(max_examples=40)
@given(DAYS, st.integers(1, 30), st.sets(st.integers(1, 40), max_size=6))
def test_a_day_off_more_never_makes_it_due_earlier(day: date, days: int, off: set[int]) -> None:
    plain, fewer = Calendar(), Calendar({day + timedelta(days=n): False for n in off})
    assert fewer.add_working_days(day, days) >= plain.add_working_days(day, days)


@pytest.mark.parametrize(
    ("began", "days", "provisional"),
    [
        (date(2026, 12, 24), 3, False),
        (date(2026, 12, 31), 1, True),
        (date(2026, 1, 1), 90, False),
        (date(1999, 12, 31), 1, True),
        (date(2027, 6, 1), 5, True),
    ],
)
def test_provisional_from_the_first_year_that_is_not_published(began: date, days: int, provisional: bool) -> None:
    assert Calendar().deadline(began, days).provisional is provisional
    assert not Calendar(published=[1999, 2027]).deadline(began, days).provisional


def test_the_fictional_notice_holds_every_statutory_holiday() -> None:
    assert {day.isoformat() for day in loading.statutory(2027) if day.weekday() < 5} <= set(OFF)
