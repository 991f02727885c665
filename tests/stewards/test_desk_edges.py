"""The desk's quicker ways at their edges: recording twice, searching again, views of leavers, months, full boards."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.core import calendar
from portal.core.access import Refused
from stewards.deskwork import board, canned, finding, saved
from stewards.models import CannedAnswer, HelpRequest, SavedView
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
RECORD = "/en/desk/record/"
VIEWS = "/en/desk/views/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def form(**changed: Any) -> dict[str, Any]:
    said = {
        "form_key": "6b0f0c52-8a1e-4a59-9a3e-0d7c7f6a1b11",
        "action": "record",
        "enterprise": "none",
        "channel": "phone",
        "name": "Ms Caller",
        "phone": "021-0000 0000",
        "type": "help",
        "subject": "Office space",
        "body": "Sixty square metres.",
        "language": "en",
    }
    return said | changed


# --- recording ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 1),
        ({"subject": "Another matter"}, 2),
        ({"body": "Eighty square metres."}, 2),
        ({"phone": "021-0000 0001"}, 2),
        ({"channel": "window"}, 2),
        ({"type": "complaint"}, 2),
    ],
    ids=["the same", "subject", "text", "telephone", "channel", "type"],
)
def test_going_back_for_the_next_caller_loses_nobody(as_user: AsUser, changed: dict[str, str], count: int) -> None:
    """The page that was gone back to has the key of the call before; a double click has it as well."""
    client = as_user(StewardFactory())
    first, second = (client.post(RECORD, form(**each)) for each in ({}, changed))
    assert (first["Location"] == second["Location"]) is (count == 1)
    assert HelpRequest.objects.count() == count


def test_somebody_elses_form_is_ones_own_call(as_user: AsUser) -> None:
    """Two with the same key, as after a copied address: nobody's request is shown to the other."""
    one = as_user(StewardFactory()).post(RECORD, form())
    other = as_user(HandlerFactory()).post(RECORD, form())
    assert one.status_code == 302
    assert "This form was used already. Please open a new one." in text(other)
    assert "Sixty square metres.</textarea>" in text(other)


def test_who_searches_again_no_longer_means_the_first(as_user: AsUser) -> None:
    """Its owner would read what another enterprise asks."""
    first, second = EnterpriseFactory(name_en="Zebra Fictional"), EnterpriseFactory(name_en="Giraffe Fictional")
    client = as_user(StewardFactory())
    for chosen, q, expected in (
        (first.pk, "giraffe", second.pk),
        (second.pk, "giraffe", second.pk),
        ("none", "zebra", first.pk),
        (first.pk, "nothing of the kind", first.pk),
        (first.pk, "", first.pk),
        ("", "fictional", None),
    ):
        page = text(client.post(RECORD, form(action="find", q=q, enterprise=chosen)))
        checked = [pk for pk in (first.pk, second.pk) if f'value="{pk}" required id="id_enterprise_0" checked' in page]
        assert checked == ([expected] if expected else []), q


def test_more_than_are_shown_is_said(as_user: AsUser) -> None:
    for n in range(finding.MOST_FOUND + 1):
        EnterpriseFactory(name_en=f"Zebra {n}")
    client = as_user(StewardFactory())
    page = text(client.post(RECORD, form(action="find", q="zebra", enterprise="")))
    assert "There are more than these" in page
    assert page.count('name="enterprise"') == finding.MOST_FOUND + 1
    page = text(client.post(RECORD, form(action="find", q="zebra 3", enterprise="")))
    assert "There are more than these" not in page


@pytest.mark.parametrize("q", ["\0", "%", "_", "\\", "'", pytest.param("x" * 10_000, id="long"), "\u202e", "😀"])
def test_whatever_is_searched_for_the_page_comes(as_user: AsUser, q: str) -> None:
    response = as_user(StewardFactory()).post(RECORD, form(action="find", q=q))
    assert response.status_code == 200
    assert "Sixty square metres.</textarea>" in text(response)


@pytest.mark.parametrize("name", ["subject", "body", "name", "phone"])
def test_null_bytes_are_refused_with_the_field(as_user: AsUser, name: str) -> None:
    page = text(as_user(StewardFactory()).post(RECORD, form(**{name: "a\0b"})))
    assert "Null characters are not allowed." in page
    assert not HelpRequest.objects.exists()


def test_recording_needs_few_queries_whatever_is_there(as_user: AsUser) -> None:
    client, counts = as_user(StewardFactory()), []
    for many in (1, 3, 30):
        for n in range(many):
            EnterpriseFactory(name_en=f"Zebra {many} {n}")
        with CaptureQueriesContext(connection) as queries:
            client.post(RECORD, form(action="find", q="zebra", enterprise=""))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_the_cursor_waits_in_the_search(as_user: AsUser) -> None:
    client = as_user(StewardFactory())
    assert 'name="q"' in text(client.get(RECORD))
    assert "autofocus" in text(client.get(RECORD))
    assert "autofocus" not in text(client.post(RECORD, form(subject="")))


# --- saved views --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["inactive", "moved"])
def test_a_view_that_somebody_left_behind_can_be_removed(as_user: AsUser, way: str) -> None:
    owner = StewardFactory()
    colleague, stranger = HandlerFactory(department=owner.department), HandlerFactory()
    view = saved.save(by=owner, name="Ours", query="tab=open", shared=True)
    assert "no longer in your department" not in text(as_user(colleague).get(VIEWS))
    if way == "inactive":
        owner.is_active = False
    else:
        owner.department = stranger.department
    owner.save()
    client = as_user(colleague)
    assert "no longer in your department" in text(client.get(VIEWS))
    assert "Ours" in text(client.get("/en/desk/"))
    assert client.post(f"{VIEWS}{view.pk}/", {"name": "Mine now"}).status_code == 404
    assert as_user(stranger).post(f"{VIEWS}{view.pk}/", {"remove": "yes"}).status_code == 404
    with pytest.raises(Refused):
        saved.remove(view, by=stranger)
    assert "is removed" in text(client.post(f"{VIEWS}{view.pk}/", {"remove": "yes"}, follow=True))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "tab=nothing",
        "tab=mine&state=closed",
        "type=wish&due=someday",
        "tag=9999999999999999999&category=x",
        "enterprise=%00",
        "q=%00%00",
        pytest.param("q=" + "%E7%A7%9F" * 100, id="long"),
        "cursor=garbage",
        "tab=mine&tab=open",
        "%%%",
        "<script>",
    ],
)
def test_a_view_with_filters_that_no_longer_fit_opens_and_says_so(as_user: AsUser, query: str) -> None:
    me = StewardFactory()
    view = saved.save(by=me, name="Old", query=query)
    response = as_user(me).get(f"/en/desk/?{view.query}")
    assert response.status_code == 200
    assert "<script>alert" not in text(response)


@pytest.mark.parametrize("name", ["\0", " \0 ", "\0Late\0"])
def test_names_of_views_hold_no_null_bytes(as_user: AsUser, name: str) -> None:
    me = StewardFactory()
    as_user(me).post(VIEWS + "keep/", {"name": name, "query": "tab=mine"})
    assert [view.name for view in SavedView.objects.all()] == (["Late"] if "Late" in name else [])


# --- canned answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("{number} {number}", "HK-1 HK-1"),
        ("100 % of {enterprise}, 50%s", "100 % of {due} Ltd, 50%s"),
        ("{phone}", "{phone}"),
        ("{policy}", "{policy}"),
        ("{steward}", "Stella"),
    ],
    ids=["twice", "percent signs", "no telephone", "no policy", "steward"],
)
def test_what_stands_for_what(written: str, sent: str) -> None:
    """What was put in is not read again: an enterprise may be called as a placeholder is."""
    asked = accepted(
        StewardFactory(name_en="Stella", phone=""), number="HK-1", enterprise=EnterpriseFactory(name_en="{due} Ltd")
    )
    kept = CannedAnswer(title_en="One", text_en=written, text_zh_hans="一")
    assert canned.filled(kept, asked) == sent


@pytest.mark.parametrize(("language", "start"), [("en", "Dear Rent"), ("zh-hans", "关于租金")])
def test_the_requests_language_decides_for_the_values_too(language: str, start: str) -> None:
    policy = PolicyFactory(title_en="Rent", title_zh_hans="租金")
    asked = accepted(language=language, policy=policy)
    kept = CannedAnswer(text_en="Dear {policy}", text_zh_hans="关于{policy}")
    assert canned.filled(kept, asked) == start


@pytest.mark.parametrize("chosen", ["", "0", "-1", "x", "9" * 30, "²", "\0"])
def test_a_canned_answer_that_is_not_there_leaves_the_text(chosen: str) -> None:
    assert canned.inserted("Typed.", chosen, accepted()) == "Typed."


@pytest.mark.parametrize(
    ("written", "count"),
    [("{{number}}", 2), ("{ number }", 1), ("{Number}", 1), ("{number", 1), ("}", 1), ("{}", 1), ("%(number)s", 0)],
)
def test_placeholders_that_do_not_exist_are_named(written: str, count: int) -> None:
    assert len(canned.faults(written)) == count


# --- board and calendar -------------------------------------------------------------------------------------------


def test_a_full_board_costs_what_an_empty_one_costs(as_user: AsUser) -> None:
    me, asker, enterprise = StewardFactory(), UserFactory(), EnterpriseFactory()
    client, now, counts = as_user(me), timezone.now(), []
    client.get("/en/desk/board/")
    for number in (1, 60):
        HelpRequest.objects.bulk_create(
            HelpRequest(
                number=f"B-{number}-{n}-{state}", state=state, subject="Card", steward=me, handler=me, asker=asker,
                enterprise=enterprise, submitted_at=now, due_on=timezone.localdate() + timedelta(days=n % 40),
            )
            for n in range(number)
            for state in ("assigned", "accepted", "in_progress")
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = text(client.get("/en/desk/board/"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert page.count("data-row") == 3 * board.MOST_IN_COLUMN
    assert page.count("Show all of them") == 3


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("2026-12", date(2026, 12, 1)),
        ("2027-01", date(2027, 1, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("2026-00", date(2026, 11, 1)),
        ("1999-12", date(2026, 11, 1)),
        ("2026-1", date(2026, 11, 1)),
        ("２０２６-12", date(2026, 11, 1)),
        ("2026-12-01", date(2026, 11, 1)),
        ("\0", date(2026, 11, 1)),
    ],
)
def test_months(asked: str, first: date) -> None:
    assert board.month_of(asked, date(2026, 11, 22)) == first


@pytest.mark.parametrize(
    ("month", "count", "monday", "sunday"),
    [
        (date(2026, 12, 1), 5, date(2026, 11, 30), date(2027, 1, 3)),
        (date(2027, 1, 1), 5, date(2026, 12, 28), date(2027, 1, 31)),
        (date(2027, 2, 1), 4, date(2027, 2, 1), date(2027, 2, 28)),
        (date(2028, 2, 1), 5, date(2028, 1, 31), date(2028, 3, 5)),
    ],
    ids=["december", "january", "four weeks", "leap year"],
)
def test_weeks_over_the_end_of_the_year(month: date, count: int, monday: date, sunday: date) -> None:
    shown = board.weeks(month, date(2026, 12, 31), calendar.current())
    assert (len(shown), shown[0][0].day, shown[-1][-1].day) == (count, monday, sunday)
    days = [day.day for week in shown for day in week]
    assert days == sorted(set(days))
    assert (
        sum(day.inside for week in shown for day in week) == ((month + timedelta(days=32)).replace(day=1) - month).days
    )


@time_machine.travel("2026-12-31 23:30+08:00", tick=False)
def test_the_last_evening_of_the_year(as_user: AsUser) -> None:
    me = StewardFactory()
    due = {"Tonight": date(2026, 12, 31), "New Year": date(2027, 1, 1), "Later": date(2027, 1, 4)}
    for subject, day in due.items():
        accepted(me, subject=subject, due_on=day)
    client = as_user(me)
    shown = {month: text(client.get(f"/en/desk/calendar/?month={month}")) for month in ("", "2027-01")}
    assert [[subject for subject in due if f">{subject}</a>" in page] for page in shown.values()] == [
        ["Tonight"],
        ["New Year", "Later"],
    ]
    assert "month=2027-01" in shown[""]
    assert "calendar of 2027 is not published" in shown["2027-01"]
    assert "2026年12月" in text(client.get("/zh-hans/desk/calendar/"))


def test_keys_are_listed_where_they_work(scene: Scene, as_user: AsUser) -> None:
    accepted(scene.steward, enterprise=scene.enterprise)
    client = as_user(scene.steward)
    for path in ("", "board/", "calendar/"):
        page = text(client.get(f"/en/desk/{path}"))
        assert [key for key in ("j", "k", "Enter", "x", "b", "n", "/", "?") if f"<kbd>{key}</kbd>" not in page] == []
        assert "js/keys" in page
    assert "data-new" in text(client.get("/en/desk/"))
    assert uuid.UUID(text(client.get("/en/desk/")).partition('name="key" value="')[2][:36])
