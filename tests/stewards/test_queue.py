"""The queue: who sees which requests in which tab, filters from the address, order, pages, words and counts."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone, translation

from portal.core import calendar
from stewards.desk.filters import Filters
from stewards.desk.queue import CAP, TABS, Viewer, counts, tabs_for
from stewards.desk.rows import DueWords, Row, read
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.queries import search_words
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Any:
    with time_machine.travel(datetime(2026, 11, 24, 10, tzinfo=SHANGHAI), tick=False):
        yield


def viewer(user: Any) -> Viewer:
    return Viewer.on(user, calendar.local_day(), calendar.current())


def rows(user: Any, tab: str, **address: str) -> list[Row]:
    who = viewer(user)
    filters = Filters.read(address, TABS[tab])
    assert not filters.notes
    return list(read(tab, who, calendar.current(), None, filters))


def subjects(user: Any, tab: str, **address: str) -> list[str]:
    return [row.subject for row in rows(user, tab, **address)]


def waiting(**fields: Any) -> HelpRequest:
    request = accepted(**fields)
    HelpRequest.objects.filter(pk=request.pk).update(state="waiting", waiting_since=timezone.now() - timedelta(days=3))
    return request


def answered(state: str = "answered", **fields: Any) -> HelpRequest:
    request = accepted(**fields)
    HelpRequest.objects.filter(pk=request.pk).update(state=state, answered_at=timezone.now())
    return request


# --- who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "department", "expected"),
    [
        (["steward"], True, ["mine", "department", "unassigned", "overdue", "waiting", "answered", "all"]),
        (["handler"], True, ["mine", "department", "overdue", "waiting", "answered", "all"]),
        (["handler"], False, ["mine", "overdue", "waiting", "answered", "all"]),
        (["leader"], True, ["overdue", "all"]),
        (["admin"], True, ["open", "unassigned", "overdue", "waiting", "answered", "all"]),
        (["admin", "steward"], False, ["mine", "open", "unassigned", "overdue", "waiting", "answered", "all"]),
    ],
)
def test_tabs_by_role(roles: list[str], department: bool, expected: list[str]) -> None:
    user = UserFactory(roles=roles, department=DepartmentFactory() if department else None)
    assert tabs_for(user) == expected


def test_steward_sees_their_own_their_departments_and_what_nobody_holds() -> None:
    me, elsewhere = StewardFactory(), StewardFactory(department=DepartmentFactory(code="elsewhere"))
    accepted(steward=me, subject="mine")
    accepted(steward=StewardFactory(department=me.department), subject="a colleague's")
    accepted(steward=elsewhere, subject="another department's")
    HelpRequestFactory(subject="nobody's")
    HelpRequestFactory(subject="a draft", state="draft")

    assert subjects(me, "mine") == ["mine"]
    assert sorted(subjects(me, "department")) == ["a colleague's", "mine"]
    assert subjects(me, "unassigned") == ["nobody's"]
    assert sorted(subjects(me, "all")) == ["a colleague's", "mine", "nobody's"]


def test_handler_sees_what_was_referred_to_the_department_and_nothing_unassigned() -> None:
    handler = HandlerFactory()
    HelpRequestFactory(subject="nobody's")
    referred = accepted(subject="referred")
    HelpRequest.objects.filter(pk=referred.pk).update(state="assigned", handler=None, department=handler.department)

    assert subjects(handler, "mine") == []
    assert subjects(handler, "department") == subjects(handler, "all") == ["referred"]
    assert subjects(handler, "unassigned") == []


def test_steward_keeps_seeing_what_a_department_handles_for_them() -> None:
    me, handler = StewardFactory(), HandlerFactory()
    request = accepted(steward=me, subject="referred")
    HelpRequest.objects.filter(pk=request.pk).update(handler=handler, department=handler.department)
    assert subjects(me, "mine") == subjects(handler, "mine") == ["referred"]
    assert subjects(me, "department") == []


def test_admin_sees_everything_but_drafts(admin_user: Any) -> None:
    accepted(subject="held")
    HelpRequestFactory(subject="nobody's")
    answered(subject="done", state="closed")
    HelpRequestFactory(subject="a draft", state="draft")
    assert sorted(subjects(admin_user, "open")) == ["held", "nobody's"]
    assert sorted(subjects(admin_user, "all")) == ["done", "held", "nobody's"]


def test_leader_sees_what_is_overdue_in_their_department_and_what_they_were_told_of() -> None:
    department = DepartmentFactory()
    linked, everywhere = UserFactory(roles=["leader"], department=department), UserFactory(roles=["leader"])
    late = TUESDAY - timedelta(days=9)
    accepted(steward=StewardFactory(department=department), due_on=late, subject="ours, late")
    accepted(steward=StewardFactory(department=department), due_on=TUESDAY, subject="ours, in time")
    accepted(due_on=late, subject="theirs, late")
    told = answered(due_on=late, subject="answered since")
    Reminder.objects.create(request=told, rule=ReminderRule.objects.all()[0], cycle="1", recipient=linked)
    assert subjects(linked, "overdue") == ["ours, late"]
    assert subjects(linked, "all") == ["answered since", "ours, late"]
    assert sorted(subjects(everywhere, "all")) == ["ours, late", "theirs, late"]
    assert counts(viewer(linked)) == {"overdue": 1}
    assert subjects(UserFactory(roles=["leader", "admin"]), "all")[0] == "answered since"


@pytest.mark.parametrize("roles", [[], ["auditor"], ["editor"]])
def test_others_see_nothing_in_any_tab(roles: list[str]) -> None:
    HelpRequestFactory()
    user = UserFactory(roles=roles)
    for tab in ("open", "unassigned", "overdue", "all"):
        assert subjects(user, tab) == []


def test_overdue_is_the_past_due_day_while_it_is_our_turn() -> None:
    me = StewardFactory()
    accepted(steward=me, subject="yesterday", due_on=TUESDAY - timedelta(days=1))
    accepted(steward=me, subject="today", due_on=TUESDAY)
    waiting(steward=me, subject="their turn", due_on=TUESDAY - timedelta(days=5))
    answered(steward=me, subject="answered late", due_on=TUESDAY - timedelta(days=5))
    assert subjects(me, "overdue") == ["yesterday"]
    assert subjects(me, "waiting") == ["their turn"]
    assert subjects(me, "mine", due="overdue") == ["yesterday"]


def test_answered_tab_is_newest_first_and_ends_with_closing() -> None:
    me = StewardFactory()
    old = answered(steward=me, subject="older")
    HelpRequest.objects.filter(pk=old.pk).update(answered_at=timezone.now() - timedelta(days=2))
    answered(steward=me, subject="rated today", state="rated")
    answered(steward=me, subject="closed", state="closed")
    assert subjects(me, "answered") == ["rated today", "older"]


# --- filters ------------------------------------------------------------------------------------------------------


def test_filters_by_type_state_and_enterprise() -> None:
    me = StewardFactory()
    known = EnterpriseFactory(
        name_zh_hans="海燕软件有限公司", name_en="Petrel Software Ltd", credit_code="91310109KJJCL55G70"
    )
    accepted(steward=me, subject="one", type="complaint", enterprise=known)
    waiting(steward=me, subject="two", type="help")

    assert subjects(me, "mine", type="complaint") == ["one"]
    assert subjects(me, "mine", state="waiting") == ["two"]
    for text in ("海燕", "petrel", "91310109kjj", "  Petrel   Software "):
        assert subjects(me, "mine", enterprise=text) == ["one"]
    assert subjects(me, "mine", enterprise="petrel", type="help") == []
    assert subjects(me, "mine", enterprise="%") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("subsidy", True),
        ("Subsidies", True),
        ("租金补贴", True),
        ("补贴", True),
        ("rent 补贴", True),
        ("gold", False),
        ("HK-2026-000123", True),
        ("hk-2026-0001", True),
        ("HK-2026-000124", False),
        ("000123", True),
    ],
)
def test_finds_by_number_and_by_words_of_both_languages(words: str, found: bool) -> None:
    me = StewardFactory()
    request = accepted(steward=me, number="HK-2026-000123", subject="Rent subsidy 租金补贴", body="How much?")
    HelpRequest.objects.update(search=search_words(request.number or "", request.subject, request.body))
    accepted(steward=me)
    assert subjects(me, "mine", q=words) == ([request.subject] if found else [])


def test_filters_by_due_day() -> None:
    me = StewardFactory()
    for days in (-1, 0, 1, 3, 7, 14, 15):
        accepted(steward=me, subject=str(days), due_on=TUESDAY + timedelta(days=days))
    waiting(steward=me, subject="their turn", due_on=TUESDAY)
    assert subjects(me, "mine", due="next") == ["0", "1"]
    assert subjects(me, "mine", due="3") == ["0", "1", "3"]
    assert subjects(me, "mine", due="7") == ["0", "1", "3", "7"]
    assert subjects(me, "mine", due="14") == ["0", "1", "3", "7", "14"]


def test_next_working_day_looks_across_the_weekend() -> None:
    with time_machine.travel(datetime(2026, 11, 27, 10, tzinfo=SHANGHAI), tick=False):  # a Friday
        me = StewardFactory()
        accepted(steward=me, subject="monday", due_on=date(2026, 11, 30))
        accepted(steward=me, subject="tuesday", due_on=date(2026, 12, 1))
        assert subjects(me, "mine", due="next") == ["monday"]


@pytest.mark.parametrize(
    ("tab", "address", "note"),
    [
        ("mine", {"type": "nonsense"}, "The filter “Type” does not know “nonsense” here; it was left out."),
        ("mine", {"state": "closed"}, "The filter “State” does not know “closed” here; it was left out."),
        ("mine", {"state": "draft"}, "The filter “State” does not know “draft” here; it was left out."),
        ("all", {"state": "draft"}, "The filter “State” does not know “draft” here; it was left out."),
        ("mine", {"due": "-5"}, "The filter “Due” does not know “-5” here; it was left out."),
        ("mine", {"due": "9" * 50}, f"The filter “Due” does not know “{'9' * 40}” here; it was left out."),
        ("mine", {"q": "?!…"}, "There is nothing to search for in “?!…”; it was left out."),
        ("mine", {"q": "x" * 101}, "“Number or words” was cut to 100 characters."),
        ("mine", {"enterprise": "x" * 101}, "“Enterprise” was cut to 100 characters."),
    ],
)
def test_values_that_are_not_known_are_left_out_and_said_so(tab: str, address: dict[str, str], note: str) -> None:
    filters = Filters.read(address, TABS[tab])
    assert filters.notes == [note]
    assert filters.any is (note.endswith("characters."))


@pytest.mark.parametrize("text", ["'; DROP TABLE x;--", "\\", "'", "a & | b:*", "<script>", "😀 rent", "‮rtl", "%_"])
def test_strange_text_breaks_nothing(text: str) -> None:
    me = StewardFactory()
    accepted(steward=me)
    who, tab = viewer(me), TABS["mine"]
    for name in ("q", "enterprise"):
        filters = Filters.read({name: text}, tab)
        assert filters.notes or not len(read("mine", who, calendar.current(), None, filters))


# --- order and pages ----------------------------------------------------------------------------------------------


def test_pages_follow_the_due_date_without_gap_or_double() -> None:
    me = StewardFactory()
    made = [accepted(steward=me, subject=f"{n:02}", due_on=TUESDAY + timedelta(days=n // 3)) for n in range(65)]
    who = viewer(me)
    cursor, seen, backwards = None, [], []
    for _page in range(3):
        page = read("mine", who, calendar.current(), cursor)
        seen += [row.subject for row in page]
        cursor, backwards = page.next_cursor, [*backwards, page.prev_cursor]
    assert seen == [request.subject for request in made]
    assert cursor is None
    previous = read("mine", who, calendar.current(), backwards[2])
    assert [row.subject for row in previous] == seen[30:60]


@pytest.mark.parametrize("cursor", ["", "nonsense", "WyJuIiwgMV0", "x" * 3000])
@pytest.mark.parametrize("tab", ["mine", "answered", "all"])
def test_a_forged_place_gives_the_first_page(cursor: str, tab: str) -> None:
    me = StewardFactory()
    answered(steward=me) if tab == "answered" else accepted(steward=me)
    who = viewer(me)
    assert len(read(tab, who, calendar.current(), cursor)) == 1


def test_deep_pages_use_the_index() -> None:
    """The order's expressions are the bare columns, so that the partial indexes fit."""
    who, days, seen = viewer(UserFactory(roles=["admin"])), calendar.current(), []
    accepted(), accepted()

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        read("open", who, days, "WyJuIiwiMjAyNi0wMS0wMSIsMV0")
    (sql,) = seen[:1]
    assert 'ROW(U0."due_on", U0."id") > ROW(' in sql
    assert "NULLS" not in sql
    assert "OFFSET" not in sql


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (date(2026, 11, 24), "due today", "warn"),
        (date(2026, 11, 25), "due tomorrow", "warn"),
        (date(2026, 11, 26), "due in 2 working days", "quiet"),
        (date(2026, 11, 30), "due in 4 working days", "quiet"),
        (date(2026, 11, 23), "1 working day overdue", "bad"),
        (date(2026, 11, 20), "2 working days overdue", "bad"),
    ],
)
def test_due_dates_in_words(due: date, words: str, tone: str) -> None:
    assert DueWords(TUESDAY, calendar.current())(due) == (words, tone)


def test_due_words_over_a_weekend_and_in_chinese() -> None:
    saturday = DueWords(date(2026, 11, 28), calendar.current())
    assert saturday(date(2026, 11, 27)) == ("1 working day overdue", "bad")
    assert saturday(date(2026, 11, 30)) == ("due in 1 working day", "quiet")


def test_a_row_says_who_holds_it_and_until_when() -> None:
    me, handler = StewardFactory(), HandlerFactory(name_en="Hana Handler")
    accepted(steward=me, subject="own", due_on=TUESDAY)
    request = accepted(steward=me, subject="handled", due_on=TUESDAY + timedelta(days=1))
    HelpRequest.objects.filter(pk=request.pk).update(handler=handler, due_provisional=True)
    referred = accepted(steward=me, subject="referred", due_on=TUESDAY + timedelta(days=2))
    HelpRequest.objects.filter(pk=referred.pk).update(handler=None, state="assigned", department=handler.department)
    waiting(steward=me, subject="theirs", due_on=TUESDAY + timedelta(days=3))

    own, handled, sent, theirs = rows(me, "mine")
    assert (own.holder, own.due, own.state, own.type) == ("you", "due today", "Accepted", "Help")
    assert (handled.holder, handled.due) == ("Hana Handler", "due tomorrow (provisional)")
    assert sent.holder == handler.department.name
    assert (theirs.holder, theirs.due) == ("the enterprise", "waiting since 21 November 2026")
    assert theirs.day == '<time datetime="2026-11-27">27 November 2026</time>'
    assert own.url == f"/en/desk/{own.number}/"


def test_a_request_without_enterprise_shows_its_asker() -> None:
    me = StewardFactory()
    HelpRequestFactory(enterprise=None, asker=UserFactory(name_en="Fay Founder", name_zh=""))
    HelpRequestFactory(enterprise=None, asker=UserFactory(name_en="", name_zh="", email="nameless@example.org"))
    assert [row.enterprise for row in rows(me, "unassigned")] == ["Fay Founder", "nameless"]


def test_rows_speak_the_language_of_the_page() -> None:
    me = StewardFactory()
    enterprise = EnterpriseFactory(name_zh_hans="虚构甲有限公司", name_en="")
    HelpRequestFactory(enterprise=enterprise, due_on=TUESDAY)
    with translation.override("zh-hans"):
        row = rows(me, "unassigned")[0]
    assert (row.enterprise, row.day, row.url[:9]) == (
        "虚构甲有限公司",
        '<time datetime="2026-11-24">2026年11月24日</time>',
        "/zh-hans/",
    )
    assert rows(me, "unassigned")[0].enterprise == "虚构甲有限公司"


def test_accept_is_offered_where_it_is_the_viewers_to_take() -> None:
    me, handler = StewardFactory(), HandlerFactory()
    free = HelpRequestFactory(lock_version=4)
    assigned = accepted(steward=me)
    HelpRequest.objects.filter(pk=assigned.pk).update(state="assigned")
    referred = accepted(steward=me)
    HelpRequest.objects.filter(pk=referred.pk).update(state="assigned", handler=None, department=handler.department)
    held = accepted(steward=me)

    offered = {row.number: row.seen for row in [*rows(me, "unassigned"), *rows(me, "mine")]}
    assert offered == {free.number: 4, assigned.number: 0, referred.number: None, held.number: None}
    assert {row.number: row.seen for row in rows(handler, "department")} == {referred.number: 0}
    for role, tab in (("admin", "open"), ("leader", "all")):
        reader = UserFactory(roles=[role], department=handler.department)
        assert {row.seen for row in rows(reader, tab)} <= {None}, "no button for those whom the rules refuse"


# --- counts -------------------------------------------------------------------------------------------------------


def test_counts_agree_with_the_lists_for_every_role(django_assert_num_queries: Any) -> None:
    centre = DepartmentFactory(code="centre")
    me, handler = StewardFactory(department=centre), HandlerFactory()
    for days in (-3, -1, 0, 1, 2):
        accepted(steward=me, due_on=TUESDAY + timedelta(days=days))
        HelpRequestFactory(due_on=TUESDAY + timedelta(days=days))
    waiting(steward=me)
    referred = accepted(steward=me, due_on=TUESDAY)
    HelpRequest.objects.filter(pk=referred.pk).update(state="assigned", handler=None, department=handler.department)
    people = [me, handler, HandlerFactory(department=None)]
    people += [UserFactory(roles=["admin"]), UserFactory(roles=["steward", "admin"])]
    for user in people:
        who = viewer(user)
        with django_assert_num_queries(1):
            numbers = counts(who)
        own = tabs_for(user)[0]
        for name, number in numbers.items():
            if name in ("parts", "rectify"):  # lists of their own: tests/stewards/test_part_views.py
                assert number == 0
            elif name.startswith("day-"):
                part = name.removeprefix("day-")
                address = {"state": part} if part == "assigned" else {"due": part}
                assert number == len(rows(user, own, **address)), (user.roles, name)
            else:
                assert number == len(rows(user, name)), (user.roles, name)
    assert counts(viewer(me))["mine"] == 7


def test_counts_of_one_person_are_not_anothers() -> None:
    """The statement is made once for a set of roles and must carry nobody's values."""
    one, two = StewardFactory(), StewardFactory()
    accepted(steward=one)
    assert [counts(viewer(user))["mine"] for user in (one, two, one)] == [1, 0, 1]
    with time_machine.travel(datetime(2027, 6, 1, 10, tzinfo=SHANGHAI), tick=False):
        assert counts(viewer(one))["overdue"] == 1
    assert counts(viewer(one))["overdue"] == 0


def test_counting_stops_at_the_cap() -> None:
    admin = UserFactory(roles=["admin"])
    asker, enterprise = UserFactory(), EnterpriseFactory()
    HelpRequest.objects.bulk_create(
        HelpRequestFactory.build(number=f"M-{n}", asker=asker, enterprise=enterprise) for n in range(CAP + 20)
    )
    assert counts(viewer(admin))["unassigned"] == CAP + 1
