"""Keyset pages over a real table: every row once, both ways, whatever the order; cursors that nobody can break."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, models
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.keyset import Order, capped_count, paginate

pytestmark = pytest.mark.django_db


class Thing(models.Model):
    """A table of this test alone: its label is no installed app, so no migration ever sees it."""

    rank = models.IntegerField()
    name = models.CharField(max_length=40)
    due = models.DateField(null=True)
    at = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    cost = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        app_label = "keyset_test"

    def __str__(self):
        return self.name


START = datetime(2026, 2, 13, 9, 30, 15, 123456, tzinfo=UTC)
ORDERS = {
    "pk": [Order("pk")],
    "pk desc": [Order("id", desc=True)],
    "ties": [Order("rank"), Order("pk")],
    "desc": [Order("at", desc=True), Order("pk", desc=True)],
    "mixed": [Order("urgent", desc=True), Order("rank"), Order("name", desc=True), Order("pk")],
    "nulls": [Order("due", nulls_last=True), Order("pk")],
    "nulls desc": [Order("due", desc=True, nulls_last=True), Order("pk", desc=True)],
    "nulls between": [Order("rank", desc=True), Order("due", nulls_last=True), Order("pk")],
    "decimal": [Order("cost"), Order("name"), Order("pk")],
}


@pytest.fixture
def things(db):
    with connection.schema_editor() as editor:
        editor.create_model(Thing)
    Thing.objects.bulk_create(
        Thing(
            rank=n % 4,
            name=f"名{'’%' if n % 3 else ''}{n % 5}",
            due=date(2026, 1, 1) + timedelta(days=n % 6) if n % 3 else None,
            at=START + timedelta(microseconds=n % 7),
            urgent=n % 5 == 0,
            cost=Decimal(n % 9) / 4,
        )
        for n in range(47)
    )
    return Thing.objects.all()


def sort_key(order, thing):
    key = []
    for each in order:
        value = getattr(thing, each.field)
        number = {date: lambda v: v.toordinal(), datetime: lambda v: v.timestamp()}.get(type(value), lambda v: v)(value)
        key.append((value is None, (Reverse(number) if each.desc else number) if value is not None else 0))
    return key


class Reverse:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return other.value < self.value


def walk(things, order, size, way="next_cursor", cursor=None, among=()):
    pages = []
    while True:
        page = paginate(things, order=order, cursor=cursor, size=size, among=among)
        pages.append(page)
        cursor = getattr(page, way)
        if cursor is None:
            return pages


@pytest.mark.parametrize("size", [1, 7, 46, 47, 100])
@pytest.mark.parametrize("name", ORDERS)
def test_every_row_once_in_order_forwards_and_back(things, name, size):
    order = ORDERS[name]
    expected = sorted(things, key=partial(sort_key, order))
    forwards = walk(things, order, size)
    assert [thing for page in forwards for thing in page] == expected
    assert all(len(page) == size for page in forwards[:-1])
    assert forwards[0].prev_cursor is None
    assert forwards[-1].next_cursor is None
    backwards = walk(things, order, size, "prev_cursor", forwards[-1].prev_cursor) if len(forwards) > 1 else []
    assert [page.rows for page in backwards[::-1]] == [page.rows for page in forwards[:-1]]
    assert all(page.next_cursor for page in backwards)


@pytest.mark.parametrize("name", ORDERS)
def test_lists_that_overlap_are_one_list(things, name):
    """What is in several of them is there once, at its place, forwards and back."""
    among = [things.filter(rank__lt=2), things.filter(urgent=True), things.filter(rank__in=[1, 2]), things.none()]
    order = ORDERS[name]
    expected = sorted((thing for thing in things if thing.rank < 3 or thing.urgent), key=partial(sort_key, order))
    assert len(expected) < len(things)
    forwards = walk(things, order, 7, among=among)
    assert [thing for page in forwards for thing in page] == expected
    backwards = walk(things, order, 7, "prev_cursor", forwards[-1].prev_cursor, among)
    assert [page.rows for page in backwards[::-1]] == [page.rows for page in forwards[:-1]]


def test_a_page_is_one_query_and_deep_pages_never_skip_rows_by_number(things):
    first = paginate(things, order=ORDERS["mixed"], size=10)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        paginate(things, order=ORDERS["mixed"], cursor=first.next_cursor, size=10)
    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"]


def test_one_direction_is_a_row_comparison_that_an_index_answers(things):
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX thing_rank ON keyset_test_thing (rank, id)")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    first = paginate(things, order=ORDERS["ties"], size=10)
    with CaptureQueriesContext(connection) as queries:
        paginate(things, order=ORDERS["ties"], cursor=first.next_cursor, size=10)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + queries[0]["sql"].replace("%", "%%"))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan


def test_rows_that_come_and_go_between_pages_disturb_nothing(things):
    order = ORDERS["ties"]
    first = paginate(things, order=order, size=10)
    Thing.objects.create(rank=-1, name="new", at=START, cost=0)
    first.rows[-1].delete()
    second = paginate(things, order=order, cursor=first.next_cursor, size=10)
    assert not set(second.rows) & set(first.rows[:-1])
    assert second.rows == sorted(things, key=partial(sort_key, order))[10:20]


def test_a_cursor_beyond_the_end_gives_the_first_page(things):
    order = ORDERS["pk"]
    page = paginate(things, order=order, size=46)
    things.filter(pk__gt=page.rows[-1].pk).delete()
    assert paginate(things, order=order, cursor=page.next_cursor, size=46) == paginate(things, order=order, size=46)


def test_an_empty_list(things):
    page = paginate(things.none(), order=ORDERS["pk"])
    assert (page.rows, page.next_cursor, page.prev_cursor) == ([], None, None)


def test_dictionaries_and_annotations(things):
    order = [Order("label", desc=True), Order("pk", desc=True)]
    labelled = things.annotate(label=Concat("name", Value("!"))).values("pk", "label")
    pages = walk(labelled, order, 9)
    expected = sorted(labelled, key=lambda row: (row["label"], row["pk"]), reverse=True)
    assert [row for page in pages for row in page] == expected


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ([], "unique"),
        ([Order("rank")], "unique"),
        ([Order("pk"), Order("rank")], "unique"),
        ([Order("due"), Order("pk")], "nulls_last"),
        ([Order("nothing"), Order("pk")], "no such column"),
    ],
)
def test_orders_that_cannot_work_are_refused(things, order, words):
    with pytest.raises(ValueError, match=words):
        paginate(things, order=order)


def test_a_page_without_rows_is_refused(things):
    with pytest.raises(ValueError, match="at least one"):
        paginate(things, order=ORDERS["pk"], size=0)


def cursor_of(content) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


BAD = [
    "x",
    "????",
    "é",
    "\x00",
    "\ud800",
    "a" * 5000,
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b"[" * 1400).decode(),
    cursor_of({}),
    cursor_of([]),
    cursor_of(["n", 1]),
    cursor_of(["n", 1, "名", "2026-02-13T00:00:00+00:00"]),
    cursor_of(["x", 1, "名", "2026-02-13T00:00:00+00:00", 1]),
    cursor_of(["n", "' OR 1=1 --", "名", "2026-02-13T00:00:00+00:00", 1]),
    cursor_of(["n", 1, "nul\x00", "2026-02-13T00:00:00+00:00", 1]),
    cursor_of(["n", 1, "\ud800", "2026-02-13T00:00:00+00:00", 1]),
    cursor_of(["n", 1, ["名"], "2026-02-13T00:00:00+00:00", 1]),
    cursor_of(["n", 1, "名", "yesterday", 1]),
    cursor_of(["n", 1, "名", "2026-02-13", 1]),
    cursor_of(["n", 1, "名", "2026-02-30T00:00:00+00:00", 1]),
    cursor_of(["n", 1, "名", None, 1]),
    cursor_of(["n", float("inf"), "名", "2026-02-13T00:00:00+00:00", 1]),
    cursor_of(["n", float("nan"), "名", "2026-02-13T00:00:00+00:00", 1]),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", BAD)
def test_a_forged_cursor_gives_the_first_page(things, bad):
    order = [Order("rank"), Order("name"), Order("at"), Order("pk")]
    assert paginate(things, order=order, cursor=bad) == paginate(things, order=order)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.decimals().map(str)
PLAIN = PLAIN | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(str) | st.dates().map(str)
FORGED = st.text(max_size=30) | st.lists(PLAIN, min_size=3, max_size=3).map(lambda v: cursor_of(["n", *v]))


@given(FORGED | st.lists(PLAIN, min_size=3, max_size=3).map(lambda v: cursor_of(["p", *v])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_no_cursor_ever_breaks_a_page(things, cursor):
    for order in (
        [Order("at", desc=True), Order("rank"), Order("pk")],
        [Order("cost"), Order("due", nulls_last=True), Order("pk")],
        [Order("name"), Order("urgent"), Order("pk")],
    ):
        assert paginate(things, order=order, cursor=cursor, size=3).rows


@pytest.mark.parametrize(
    ("cap", "expected"), [(1000, (47, False)), (47, (47, False)), (46, (46, True)), (0, (0, True))]
)
def test_counting_stops_at_the_cap(things, cap, expected):
    with CaptureQueriesContext(connection) as queries:
        assert capped_count(things.order_by("name"), cap) == expected
    assert len(queries) == 1
    assert f"LIMIT {cap + 1}" in queries[0]["sql"]
