"""An official calendar as a file: looked at, confirmed once, and every due date that it moves counted anew once."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from portal.core import calendar
from portal.core.access import Refused
from portal.core.models import CalendarDay, CalendarYear
from stewards import workflow
from stewards.models import CalendarLoad, HelpRequest, RecomputedDue, RequestEvent
from stewards.standard import loading, recompute
from stewards.standard.calendar_file import read_file
from stewards.tasks import recompute_due_dates
from tests.factories.accounts import UserFactory
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.scene import Scene, last_mail
from tests.stewards.test_deadlines import at

AsUser = Callable[[Any], Client]
NOVEMBER = at(2026, 11, 22)
# the public holidays of 2027 by law, the days between them, and two make-up workdays: fictional, as the notice might be
OFF = [
    *("2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"),
    *("2027-04-05", "2027-05-01", "2027-05-02", "2027-05-03", "2027-06-09", "2027-09-15"),
    *("2027-10-01", "2027-10-02", "2027-10-03", "2027-10-04", "2027-10-05", "2027-10-06", "2027-10-07"),
]
WORKING = ["2027-01-30", "2027-02-20"]
ROWS = [*((day, "off") for day in OFF), *((day, "working") for day in WORKING)]
SOURCE = {"year": 2027, "source": "Notice 1 of 2026"}


def csv_of(*rows: tuple[str, str], head: str = "date,type") -> bytes:
    return "\n".join([head, *(f"{day},{kind}" for day, kind in rows)]).encode()


def file(data: bytes, name: str = "2027.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def book(*rows: tuple[Any, str]) -> bytes:
    sheet, stream = Workbook(), io.BytesIO()
    for row in (("Calendar of 2027", None), ("日期", "类型"), *rows):
        sheet.active.append(row)
    sheet.save(stream)
    return stream.getvalue()


def said(data: bytes, name: str = "2027.csv") -> dict[str, bool]:
    read = read_file(file(data, name), 2027)
    assert read.troubles == []
    return {day.isoformat(): works for day, (works, _row) in read.days.items()}


TWO = {"2027-01-01": False, "2027-01-30": True}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"date,type\n2027-01-01,off\n2027-01-30,working\n"),
        ("bom.csv", "﻿date;type;note\r\n2027/1/1;holiday;New Year\r\n\r\n2027.1.30;make-up workday;\r\n".encode()),
        ("gb18030.csv", "日期,类型,说明\n2027年1月1日,放假,元旦\n2027年1月30日,调休上班,\n".encode("gb18030")),
        ("utf16.txt", "日期\t是否工作日\n20270101\t否\n20270130\t是\n".encode("utf-16")),
        ("title.csv", b"Calendar\n\ndate,is_off_day\n2027-01-01,true\n2027-01-30,false\n"),
        ("twice.csv", b"date,type\n2027-01-01,off\n2027-01-01,off\n2027-01-30,working\n"),
        (
            "a.json",
            json.dumps(
                {
                    "year": 2027,
                    "days": [
                        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
                        {"name": "元旦", "date": "2027-01-30", "isOffDay": False},
                    ],
                }
            ).encode(),
        ),
        ("a.xlsx", book((date(2027, 1, 1), "休"), ("2027-01-30", "班"))),
    ],
)
def test_the_same_days_from_every_kind_of_file(name: str, data: bytes) -> None:
    assert said(data, name) == TWO


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        (("soon", "off"), [2, "date", "soon"]),
        (("2027-02-30", "off"), [2, "date", "2027-02-30"]),
        (("=A1", "off"), [2, "date", "=A1"]),
        (("46388", "off"), [2, "date", "46388"]),
        (("2026-12-31", "off"), [2, "year", "2026-12-31"]),
        (("2027-01-01", "perhaps"), [2, "kind", "perhaps"]),
        (("2027-01-01", ""), [2, "kind", ""]),
    ],
)
def test_rows_that_cannot_be_understood_are_named(row: tuple[str, str], trouble: list[Any]) -> None:
    assert read_file(file(csv_of(row)), 2027).troubles == [trouble]
    assert len(loading.trouble_words(*trouble[1:])) > 20


def test_two_rows_that_contradict_each_other() -> None:
    read = read_file(file(csv_of(("2027-01-01", "off"), ("2027-01-02", "off"), ("2027-01-01", "working"))), 2027)
    assert read.troubles == [[4, "twice", "2027-01-01 2"]]
    words = "2027-01-01 is there twice, once off and once working: see also row 2."
    assert loading.trouble_words("twice", "2027-01-01 2") == words


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"x" * (10 * 1024 * 1024), "larger than 1 MB"),
        ("a.csv", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(range(256)), "."),
        ("a.csv", b"MZ,\x01\x02 This program cannot be run\n", "a program or another binary file"),
        ("a.csv", b"PK\x03\x04 no workbook", "Please name it so"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "."),
        ("a.exe", b"date,type\n2027-01-01,off\n", "Please name it so"),
        ("a.csv", b"one,two\n1,2\n", "No row of headings"),
        ("a.csv", b"date,note\n2027-01-01,x\n", "No row of headings"),
        ("a.csv", b"date,type\n", "holds no row"),
        ("a.csv", b'date,type\n"2027-01-01,off\n', "a quotation mark is missing"),
        ("a.csv", b"date,type\n" + b"2027-01-01,off\n" * 1_005, "more than 1,000 rows"),
        ("a.json", b"{", "no JSON"),
        ("a.json", b'{"days": 5}', "must be a list of days"),
        ("a.json", b"[1]", "must be a list of days"),
        ("a.json", b"[" * 5_000, "no JSON"),
        ("a.pdf", b"%PDF-1.7", "no table"),
    ],
)
def test_files_that_are_no_calendar(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(file(data, name), 2027)
    assert reason in str(refused.value)


@pytest.mark.django_db
class TestPreview:
    def load(self, by: Any, *rows: tuple[str, str]) -> CalendarLoad:
        return loading.preview(file(csv_of(*(rows or ROWS))), **SOURCE, by=by)

    def codes(self, load: CalendarLoad) -> list[str]:
        return [code for _row, code, _value in load.troubles]

    def test_writes_nothing_but_itself(self, admin_user: Any) -> None:
        load = self.load(admin_user)
        assert (load.troubles, load.state, len(load.days)) == ([], "preview", 23)
        assert not CalendarYear.objects.exists()
        changes = {change.day.isoformat(): change.works for change in loading.changes(load)}
        assert changes["2027-01-30"] is changes["2027-02-20"] is True
        assert changes["2027-10-07"] is False
        assert "2027-05-01" not in changes, "an ordinary Saturday stays what it is"

    def test_half_a_year(self, admin_user: Any) -> None:
        exceptions = self.load(admin_user, *(row for row in ROWS if row[0] < "2027-07"))
        assert self.codes(exceptions) == ["holidays"]
        assert "2027-10-01" in exceptions.troubles[0][2]
        first = date(2027, 1, 1)
        days = [first + timedelta(days=n) for n in range(181)]
        listed = self.load(admin_user, *((d.isoformat(), "off" if d.weekday() > 4 else "working") for d in days))
        assert self.codes(listed) == ["gap", "holidays"]
        assert listed.troubles[0] == [0, "gap", "184 2027-07-01"]

    def test_the_column_the_wrong_way_round(self, admin_user: Any) -> None:
        days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
        turned = self.load(admin_user, *((d.isoformat(), "working" if d.weekday() > 4 else "off") for d in days))
        assert self.codes(turned) == ["holidays", "weekends"]

    def test_rows_that_are_wrong_keep_it_out(self, admin_user: Any) -> None:
        load = self.load(admin_user, *ROWS, ("2027-13-01", "off"))
        with pytest.raises(Refused, match="rows that are wrong"):
            loading.confirm(load, by=admin_user, seen=0)
        assert not CalendarYear.objects.exists()

    @pytest.mark.parametrize("roles", [[], ["steward", "leader", "auditor"]])
    def test_only_the_service_centre(self, admin_user: Any, roles: list[str]) -> None:
        other, load = UserFactory(roles=roles), self.load(admin_user)
        for act in (
            lambda: self.load(other),
            lambda: loading.confirm(load, by=other, seen=0),
            lambda: loading.drop(load, by=other),
        ):
            with pytest.raises(Refused, match="Only the service centre"):
                act()

    def test_confirmed_once_and_never_over_another_s(self, admin_user: Any) -> None:
        one, two = self.load(admin_user), self.load(admin_user)
        changes = len(loading.changes(one))
        assert changes > 1
        loading.confirm(one, by=admin_user, seen=0)
        assert set(CalendarDay.objects.filter(day__in=OFF).values_list("working", flat=True)) == {False}
        assert not CalendarDay.objects.get(day="2027-02-11").working
        assert CalendarDay.objects.get(day="2027-05-04").working, "the library guessed a day off; the notice gives none"
        assert CalendarYear.objects.get().source == "Notice 1 of 2026"
        with pytest.raises(Refused, match="in force already"):
            loading.confirm(one, by=admin_user, seen=0)
        with pytest.raises(Refused, match="changed meanwhile"):
            loading.confirm(two, by=admin_user, seen=0)
        loading.drop(two, by=admin_user)
        for act in (lambda: loading.confirm(two, by=admin_user, seen=one.pk), lambda: loading.drop(one, by=admin_user)):
            with pytest.raises(Refused, match="dropped"):
                act()
        one.refresh_from_db()
        assert (one.state, one.changed_days, one.confirmed_by) == ("confirmed", changes, admin_user)


@pytest.mark.django_db
class TestCountedAnew:
    @pytest.fixture
    def now(self) -> Any:
        with time_machine.travel(NOVEMBER) as travel:
            yield travel

    @pytest.fixture
    def asked(self, scene: Scene, now: Any) -> HelpRequest:
        """Sent on 28 January 2027, when nobody knew yet that the Saturday after is a make-up workday."""
        with time_machine.travel(at(2027, 1, 28)):
            return scene.request("accepted")

    def confirm(self, by: Any) -> CalendarLoad:
        load = loading.preview(file(csv_of(*ROWS)), **SOURCE, by=by)
        loading.confirm(load, by=by, seen=loading.latest(2027))
        load.refresh_from_db()
        calendar.forget()
        return load

    def test_moves_what_it_touches_with_a_note_and_tells(self, scene: Scene, asked: HelpRequest, now: Any) -> None:
        assert (asked.due_on, asked.due_provisional) == (date(2027, 2, 4), True)
        now.move_to(at(2027, 1, 29))
        load = self.confirm(scene.admin)
        assert recompute_due_dates() == 1
        asked.refresh_from_db()
        assert (asked.due_on, asked.due_provisional) == (date(2027, 2, 3), False)
        event = asked.events.latest("pk")
        assert (event.kind, event.data["due_before"]) == ("recomputed", "2027-02-04")
        assert event.data["due_on"] == "2027-02-03"
        assert "3 February 2027" in last_mail(scene.owner).body
        moved = RecomputedDue.objects.get()
        assert (moved.load, moved.request, moved.before, moved.after) == (
            *(load, asked), *(date(2027, 2, 4), date(2027, 2, 3)),
        )  # fmt: skip

    def test_twice_changes_nothing_more(self, scene: Scene, asked: HelpRequest, now: Any) -> None:
        now.move_to(at(2027, 1, 29))
        load = self.confirm(scene.admin)
        stale = CalendarLoad.objects.get(pk=load.pk)
        assert (recompute.settle(load), recompute.settle(stale), recompute_due_dates()) == (1, 0, 0)
        assert RequestEvent.objects.filter(kind="recomputed").count() == RecomputedDue.objects.count() == 1
        load.refresh_from_db()
        assert load.settled_at is None, "a second look follows, once every process has the new calendar"
        now.move_to(at(2027, 1, 29, 11))
        recompute_due_dates()
        load.refresh_from_db()
        assert load.settled_at is not None

    def test_what_was_promised_by_the_old_calendar_meanwhile_is_found(self, scene: Scene, now: Any) -> None:
        now.move_to(at(2027, 1, 28))
        load = self.confirm(scene.admin)
        recompute.settle(load)
        late = HelpRequestFactory(
            submitted_at=timezone.now(), promised_days=5, due_on=date(2027, 2, 4), enterprise=scene.enterprise
        )
        now.move_to(at(2027, 1, 28, 11))
        assert recompute.settle(CalendarLoad.objects.get()) == 1
        late.refresh_from_db()
        assert late.due_on == date(2027, 2, 3)

    def test_goes_on_where_it_was_stopped(self, scene: Scene, now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recompute, "BATCH", 2)
        now.move_to(at(2027, 1, 28))
        made = [
            HelpRequestFactory(promised_days=5, due_on=date(2027, 2, 4), enterprise=scene.enterprise, asker=scene.owner)
            for _n in range(5)
        ]
        load = self.confirm(scene.admin)
        stopped = CalendarLoad.objects.get(pk=load.pk)
        stopped.began_at, stopped.reached = timezone.now(), made[1].pk
        assert recompute.settle(stopped) == 3
        assert set(RecomputedDue.objects.values_list("request", flat=True)) == {request.pk for request in made[2:]}
        assert recompute.settle(CalendarLoad.objects.get()) == 2
        assert load.moved.count() == 5

    def test_more_time_and_waits_are_counted_in(self, scene: Scene, asked: HelpRequest, now: Any) -> None:
        with time_machine.travel(at(2027, 1, 29)):
            waiting = workflow.ask_back(asked, by=scene.steward, text="Since when?")
        with time_machine.travel(at(2027, 2, 1)):
            asked = workflow.reply(waiting, by=scene.owner, text="May.")
            workflow.ask_time(asked, by=scene.steward, kind="extension", days=2, reason="Long.")
            asked = workflow.grant_time(asked, by=scene.admin, ask=asked.time_asks.get())
            assert asked.due_on == date(2027, 2, 15), "5 + 1 waiting + 2, over the festival that the law fixes"
        self.confirm(scene.admin)
        recompute_due_dates()
        asked.refresh_from_db()
        assert asked.due_on == date(2027, 2, 16), "5 + 2 waiting + 2, over the festival of the notice"

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "answered", "answered_at": NOVEMBER},
            {"promised_days": 0},
            {"due_on": date(2026, 12, 31)},
            {"submitted_at": at(2028, 1, 1), "due_on": date(2028, 1, 10)},
        ],
    )
    def test_what_it_does_not_touch(self, scene: Scene, now: Any, fields: dict[str, Any]) -> None:
        given = {"submitted_at": at(2027, 1, 28), "promised_days": 5, "due_on": date(2027, 2, 4), **fields}
        request = HelpRequestFactory(**given, steward=scene.steward, enterprise=scene.enterprise)
        self.confirm(scene.admin)
        assert recompute_due_dates() == 0
        request.refresh_from_db()
        assert request.due_on == given["due_on"]

    def test_a_day_that_was_promised_as_such_stays(self, scene: Scene, now: Any) -> None:
        request = HelpRequestFactory(
            submitted_at=at(2027, 1, 28), promised_days=5, due_on=date(2027, 2, 4), enterprise=scene.enterprise
        )
        request.events.create(kind="submitted", at=at(2027, 1, 28), data={"fixed": True})
        self.confirm(scene.admin)
        assert recompute_due_dates() == 0

    @pytest.mark.parametrize("count", [3, 30])
    def test_what_stays_costs_two_queries_a_batch(
        self, scene: Scene, now: Any, count: int, django_assert_num_queries: Any
    ) -> None:
        HelpRequest.objects.bulk_create(
            HelpRequest(
                number=f"N-{n}", asker=scene.owner, state="submitted", subject="…", body="…", promised_days=5,
                submitted_at=at(2027, 3, 1), due_on=date(2027, 3, 8),
            )
            for n in range(count)
        )  # fmt: skip
        load = self.confirm(scene.admin)
        calendar.current()
        with django_assert_num_queries(6):  # begin, batch, its events, how far, no more, end
            assert recompute.settle(load) == 0


@pytest.mark.django_db
class TestPages:
    UPLOAD = "/en/centre/calendar/load/"

    @pytest.fixture
    def client(self, as_user: AsUser, admin_user: Any) -> Any:
        with time_machine.travel(NOVEMBER):
            yield as_user(admin_user)

    def send(self, client: Client, data: bytes = csv_of(*ROWS), name: str = "2027.csv", **change: Any) -> Any:
        return client.post(self.UPLOAD, {**SOURCE, "file": file(data, name), **change})

    def test_preview_confirm_and_the_count(self, client: Client) -> None:
        request = HelpRequestFactory(submitted_at=at(2027, 1, 28), promised_days=5, due_on=date(2027, 2, 4))
        url = self.send(client).url
        page = client.get(url).content.decode()
        assert "days change" in page
        assert "becomes a working day" in page
        assert "Open requests whose due date reaches this year: 1." in page
        assert not CalendarYear.objects.exists()
        load = CalendarLoad.objects.get()
        done = client.post(f"{url}confirm/", {"seen": "0"}, follow=True).content.decode()
        assert "The calendar of 2027 is in force." in done
        calendar.forget()
        recompute_due_dates()
        page = client.get(url).content.decode()
        assert "One due date moved" in page
        assert request.number in page
        assert "One due date moved" in client.get(url.replace("/en/", "/en/")).content.decode()
        listed = client.get("/en/centre/calendar/").content.decode()
        assert f"load/{load.pk}/" in listed
        assert "one due date moved" in listed
        again = client.post(f"{url}confirm/", {"seen": "0"}, follow=True).content.decode()
        assert "This calendar is in force already." in again

    def test_wrong_rows_are_named_and_there_is_no_button(self, client: Client) -> None:
        url = self.send(client, csv_of(*ROWS, ("2027-02-31", "off"), ("<b>", "off"))).url
        page = client.get(url).content.decode()
        assert "Row 25:" in page
        assert "“2027-02-31” is no day." in page
        assert "&lt;b&gt;" in page
        assert "confirm/" not in page
        assert client.get(f"/zh-hans{url[3:]}").status_code == 200

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"year": 1999}, "valid choice"),
            ({"source": ""}, "This field is required."),
            ({"file": ""}, "This field is required."),
            ({"file": ("a.csv", b"MZ\x01")}, "binary file"),
            ({"file": ("a.csv", b"")}, "The file is empty."),
        ],
    )
    def test_what_is_wrong_is_said(self, client: Client, change: Any, words: str) -> None:
        if isinstance(change.get("file"), tuple):
            name, data = change["file"]
            change = {"file": file(data, name)}
        assert words in self.send(client, **change).content.decode()
        assert not CalendarLoad.objects.exists()

    def test_dropped(self, client: Client) -> None:
        url = self.send(client).url
        assert "Nothing was changed." in client.post(f"{url}drop/", follow=True).content.decode()
        assert "dropped already" in client.post(f"{url}drop/", follow=True).content.decode()
        for seen in ("0", "x", "9" * 40):
            assert client.post(f"{url}confirm/", {"seen": seen}, follow=True).status_code == 200
        assert not CalendarYear.objects.exists()

    @pytest.mark.parametrize("role", ["steward", "leader", "auditor"])
    def test_for_others_there_is_nothing(self, client: Client, as_user: AsUser, role: str) -> None:
        url, other = self.send(client).url, as_user(UserFactory(roles=[role]))
        assert {other.get(each).status_code for each in (self.UPLOAD, url)} == {404}
        assert {other.post(f"{url}{act}/").status_code for act in ("confirm", "drop")} == {404}
