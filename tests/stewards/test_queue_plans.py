"""The queue's queries and its indexes fit: no tab reads the whole table, however the planner is asked."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.core import calendar
from portal.core.keyset import paginate
from stewards.desk.filters import Filters
from stewards.desk.queue import TABS, Viewer, counts, just_taken
from stewards.desk.rows import read, with_places
from stewards.models import HelpRequest, RequestPart, RequestTag, Tag
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.parts import RequestPartFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
STATES = ["submitted", "assigned", "accepted", "in_progress", "waiting", "answered", "rated", "closed", "withdrawn"]


@pytest.fixture
def many() -> Any:
    """Some hundreds of requests in all states, of two stewards; returns the first steward."""
    me, other = StewardFactory(), StewardFactory(department=DepartmentFactory())
    asker, enterprise, now = UserFactory(), EnterpriseFactory(), timezone.now()
    HelpRequest.objects.bulk_create(
        HelpRequestFactory.build(
            number=f"HK-2026-{n:06}",
            state=state,
            asker=asker,
            enterprise=enterprise,
            steward=None if state == "submitted" else (me if n % 10 == 0 else other),
            handler=None if state == "submitted" else (me if n % 10 == 0 else other),
            department=None if state == "submitted" else (me if n % 10 == 0 else other).department,
            due_on=timezone.localdate() + timedelta(days=n % 40 - 10),
            waiting_since=now if state == "waiting" else None,
            answered_at=now - timedelta(minutes=n) if state in ("answered", "rated", "closed") else None,
        )
        for n, state in ((n, STATES[n % len(STATES)]) for n in range(900))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stewards_helprequest")
    return me


@pytest.fixture
def plainly() -> None:
    """Small tables are read whole and sorted because that is cheap; forbid it, to see which index would be used."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")


def viewer(user: Any) -> Viewer:
    return Viewer.on(user, calendar.local_day(), calendar.current())


def plan(queryset: Any) -> str:
    return queryset.explain()


def first_page(user: Any, tab: str) -> Any:
    """The tab's query as `read` asks it, without the joins."""
    requests = with_places(TABS[tab].select(viewer(user))).values("id", "due", "answered")
    orders = [("-" if each.desc else "") + each.field for each in TABS[tab].order]
    return requests.order_by(*orders)[:31]


INDEXES = [
    ("steward", "mine", {"request_open_", "stewards_helprequest_steward_id"}),
    ("steward", "department", {"request_open_department", "request_open_by_due"}),
    ("steward", "unassigned", {"request_unassigned", "request_open_by_due"}),
    ("steward", "overdue", {"request_open_by_due", "request_unassigned", "request_open_department"}),
    ("steward", "waiting", {"request_waiting", "request_open_by_due"}),
    ("steward", "answered", {"request_answered", "request_unrated"}),
    ("admin", "open", {"request_open_by_due"}),
    ("admin", "unassigned", {"request_unassigned", "request_open_by_due"}),
    ("admin", "overdue", {"request_open_by_due"}),
    ("admin", "waiting", {"request_waiting", "request_open_by_due"}),
    ("admin", "answered", {"request_answered"}),
    ("admin", "all", {"stewards_helprequest_pkey"}),
]


def test_each_tab_has_its_index(many: Any, plainly: None, subtests: pytest.Subtests) -> None:
    admin = UserFactory(roles=["admin"])
    for role, tab, indexes in INDEXES:
        with subtests.test(role=role, tab=tab):
            told = plan(first_page(many if role == "steward" else admin, tab))
            assert any(index in told for index in indexes), told
            assert "Seq Scan" not in told


def test_the_service_centres_lists_come_out_of_the_index_in_order(
    many: Any, plainly: None, subtests: pytest.Subtests
) -> None:
    """Nothing is sorted: at a hundred thousand requests the first thirty cost as much as at thirty."""
    admin = UserFactory(roles=["admin"])
    for tab in ("open", "unassigned", "waiting", "answered", "all"):
        with subtests.test(tab=tab):
            assert "Sort" not in plan(first_page(admin, tab))


def test_what_waits_is_known_among_the_requests_of_a_departments_parts(many: Any, plainly: None) -> None:
    """Hundreds of parts, of which few are in this list: a small index says so without reading their rows."""
    RequestPart.objects.bulk_create(
        RequestPartFactory.build(request_id=key, department=many.department, handler=None)
        for key in HelpRequest.objects.filter(state__in=STATES[1:6]).values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stewards_helprequest, stewards_requestpart")
    by_part = TABS["waiting"].lists(viewer(many))[-1]
    told = plan(by_part.order_by().values("pk"))
    assert "request_waiting_id" in told, told
    assert by_part.exists()


@pytest.mark.parametrize("tab", ["open", "answered"])
def test_a_deep_page_begins_in_the_index(many: Any, plainly: None, tab: str) -> None:
    who = viewer(UserFactory(roles=["admin"]))
    requests = with_places(TABS[tab].select(who)).values("id", "due", "answered")
    cursor = paginate(requests, order=TABS[tab].order, size=100).next_cursor
    with CaptureQueriesContext(connection) as captured:
        page = paginate(requests, order=TABS[tab].order, cursor=cursor, size=30)
    (asked,) = captured.captured_queries
    assert len(page) == 30
    assert "ROW(" in asked["sql"]
    assert "OFFSET" not in asked["sql"]


def test_words_are_found_by_their_index(many: Any, plainly: None) -> None:
    who = viewer(UserFactory(roles=["admin"]))
    filters = Filters.read({"q": "租金补贴"}, TABS["open"])
    assert "request_search" in plan(filters.holding(filters.narrow(TABS["open"].select(who), who)).order_by())


def test_a_tag_that_many_have_is_looked_for_row_by_row(many: Any, plainly: None) -> None:
    """Reading all uses of the tag first would cost the more, the longer it is in use."""
    tag = Tag.objects.create(name_en="rent")
    RequestTag.objects.bulk_create(
        RequestTag(request_id=key, tag=tag, by=many) for key in HelpRequest.objects.values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stewards_requesttag")
    who, filters = viewer(UserFactory(roles=["admin"])), Filters.read({"tag": str(tag.pk)}, TABS["open"])
    told = plan(HelpRequest.objects.open().filter(filters.holds).order_by("due_on", "id")[:31])
    assert "Index Cond: (request_id = stewards_helprequest.id" in told, told
    assert "hashed" not in told.lower()
    with CaptureQueriesContext(connection) as captured:
        assert len(read("open", who, calendar.current(), None, filters)) == 30
    assert len(captured) == 1


def test_a_number_is_found_by_its_index(many: Any, plainly: None) -> None:
    who = viewer(UserFactory(roles=["admin"]))
    filters = Filters.read({"q": "hk-2026-000100"}, TABS["all"])
    told = plan(filters.narrow(TABS["all"].select(who), who).order_by())
    assert "number" in told
    assert "Seq Scan" not in told
    found = read("all", who, calendar.current(), None, filters)
    assert [row.number for row in found] == ["HK-2026-000100"]


def told(run: Any) -> list[tuple[str, Any]]:
    """The statements that were run, with the values that went with them."""
    seen: list[tuple[str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(watch):
        run()
    return seen


def plan_of(sql: str, params: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_counting_reads_no_more_than_it_shows(many: Any, plainly: None) -> None:
    who = viewer(many)
    ((sql, params),) = told(lambda: counts(who))
    assert sql.count("SELECT count(*)") == 10
    assert sql.count(" LIMIT 100)") == sql.count(" UNION ") + 10 == 21
    plan = plan_of(sql, params)
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize(
    ("tab", "indexes"),
    [
        ("mine", {"request_open_steward", "request_open_handler"}),
        ("department", {"request_open_department"}),
        ("unassigned", {"request_unassigned"}),
        ("answered", {"request_answered_steward", "request_answered_handler", "request_answered_department"}),
        ("all", {"request_of_steward", "request_of_handler", "request_of_department"}),
    ],
)
def test_each_way_to_the_desk_has_its_index_in_the_order_of_the_list(
    many: Any, plainly: None, tab: str, indexes: set[str]
) -> None:
    who, days = viewer(many), calendar.current()
    ((sql, params),) = told(lambda: read(tab, who, days, None))
    plan = plan_of(sql, params)
    assert indexes <= set(re.findall(r"request_\w+", plan)), plan
    assert "Seq Scan on stewards_helprequest" not in plan


def test_all_pages_together_are_the_whole_tab(many: Any) -> None:
    """Every tab, walked from the first page to the last and back, shows each request exactly once."""
    for user in (many, UserFactory(roles=["admin"])):
        who = viewer(user)
        for name in ("mine", "department", "unassigned", "overdue", "waiting", "answered", "all"):
            tab = TABS[name]
            if user is not many and name in ("mine", "department"):
                continue
            found, cursor, last = [], None, None
            while True:
                page = read(name, who, calendar.current(), cursor)
                found += [row.number for row in page]
                last, cursor = page, page.next_cursor
                if cursor is None:
                    break
            assert len(found) == len(set(found)) == tab.select(who).count(), name
            back: list[str] = []
            while last is not None:
                back = [row.number for row in last] + back
                before = last.prev_cursor
                last = read(name, who, calendar.current(), before) if before else None
            assert back == found, name


def test_just_taken_is_for_stewards_only(many: Any) -> None:
    handler = HandlerFactory()
    HelpRequest.objects.filter(state="accepted").update(accepted_at=timezone.now())
    stranger = StewardFactory(department=None)
    taken = just_taken(stranger).filter(state="accepted")
    assert taken.count() == HelpRequest.objects.filter(state="accepted").count() > 0
    assert not just_taken(handler).exists()
    assert not just_taken(UserFactory()).exists()
    assert not just_taken(stranger).filter(state__in=["draft", "closed", "withdrawn"]).exists()
