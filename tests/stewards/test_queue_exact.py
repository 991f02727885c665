"""What is quick is also right: words found near or by their index, counts that stop early, requests of parts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from portal.core import calendar
from portal.core.prepared import TEXT
from stewards.desk import queue, rows
from stewards.desk.filters import Filters
from stewards.desk.queue import TABS, Viewer, counts
from stewards.models import HelpRequest, RequestPart, RequestTag, Tag
from stewards.models.part import LIVE_PARTS, PartState
from stewards.queries import search_words
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
STATES = ["submitted", "assigned", "in_progress", "waiting", "answered", "rated", "closed"]
TYPES = ["consultation", "help", "complaint"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages of three, words looked for among the next ten, counts up to four: so that few rows reach every branch."""
    kept = (rows._statement, rows._filtering, queue._counting)
    for each in kept:
        each.cache_clear()
    monkeypatch.setattr(rows, "SIZE", 3)
    monkeypatch.setattr(rows, "NEAR", 10)
    monkeypatch.setattr(queue, "CAP", 4)
    yield
    for each in kept:
        each.cache_clear()


@pytest.fixture
def steward() -> Any:
    """One steward's desk among another's; every second request is about rent, every twentieth about visas."""
    me, other = StewardFactory(department=DepartmentFactory()), StewardFactory(department=DepartmentFactory())
    asker, enterprise, now = UserFactory(), EnterpriseFactory(), timezone.now()

    def one(n: int, state: str) -> HelpRequest:
        holder = None if state == "submitted" else me if n % 3 == 0 else other
        words = f"{'rent' if n % 2 else 'tax'} {'visa' if n % 20 == 1 else ''}"
        return HelpRequestFactory.build(
            number=f"HK-2026-{n:06}",
            subject=words,
            body="",
            state=state,
            asker=asker,
            type=TYPES[n % 3 - 1],
            enterprise=enterprise,
            due_on=now.date() + timedelta(days=n % 9 - 4),
            steward=holder,
            handler=holder,
            department=holder and holder.department,
            waiting_since=now if state == "waiting" else None,
            answered_at=now - timedelta(minutes=n % 50) if state in ("answered", "rated", "closed") else None,
        )

    HelpRequest.objects.bulk_create(one(n, STATES[n % len(STATES)]) for n in range(100))
    for request in HelpRequest.objects.all():
        HelpRequest.objects.filter(pk=request.pk).update(
            search=search_words(request.number or "", request.subject, request.body)
        )
    return me


def viewer(user: Any) -> Viewer:
    return Viewer.on(user, calendar.local_day(), calendar.current())


def walked(tab: str, who: Viewer, filters: Filters) -> list[str]:
    """Numbers of all pages from the first to the last; the way back must show the same."""
    pages, cursor = [], None
    while True:
        page = rows.read(tab, who, calendar.current(), cursor, filters)
        pages.append([row.number for row in page])
        cursor = page.next_cursor
        if cursor is None:
            break
    back, before = [pages[-1]], page.prev_cursor
    while before:
        page = rows.read(tab, who, calendar.current(), before, filters)
        back.append([row.number for row in page])
        before = page.prev_cursor
    assert back[::-1] == pages
    return [number for numbers in pages for number in numbers]


def plainly(tab: str, who: Viewer, filters: Filters) -> list[str]:
    """The same list by one plain query."""
    asked = filters.narrow(TABS[tab].select(who), who)
    if filters.words is not None:
        asked = asked.filter(filters.words)
    if filters.tag:
        asked = asked.filter(tagged__tag=filters.tag)
    found = rows.with_places(asked)
    orders = [("-" if each.desc else "") + each.field for each in TABS[tab].order]
    return [str(number) for number in found.order_by(*orders).values_list("number", flat=True)]


@pytest.mark.parametrize(
    "asked",
    [
        *({"q": words} for words in ("rent", "visa", "tax visa", "nothing", TEXT)),
        *({"type": "help"}, {"due": "3"}, {"due": "next"}, {"due": "contact"}, {"state": "in_progress"}),
        *({"q": "rent", "type": "complaint"}, {"q": "visa", "due": "14"}, {"q": "HK-2026-00000"}),
        {"q": "rent", "enterprise": "x"},
    ],
)
def test_filters_find_what_a_plain_query_finds(small: None, steward: User, asked: dict[str, str]) -> None:
    for user in (steward, UserFactory(roles=["admin"])):
        who = viewer(user)
        for tab in (
            ("mine", "all", "waiting", "answered", "overdue") if user is steward else ("open", "all", "answered")
        ):
            filters = Filters.read(asked, TABS[tab])
            assert walked(tab, who, filters) == plainly(tab, who, filters), tab


@pytest.fixture
def tags(small: None, steward: User) -> dict[str, Tag]:
    """One that every second request has, one that few have, one that none has: found near, far, nowhere."""
    found = {name: Tag.objects.create(name_en=name) for name in ("often", "seldom", "never")}
    for n, request in enumerate(HelpRequest.objects.order_by("pk")):
        for name in ["often"] * (n % 2) + ["seldom"] * (n % 23 == 0):
            RequestTag.objects.create(request=request, tag=found[name], by=steward)
    return found


@pytest.mark.parametrize("more", [{}, {"q": "rent"}, {"q": "nothing"}, {"type": "help"}, {"due": "14", "q": "visa"}])
@pytest.mark.parametrize("name", ["often", "seldom", "never"])
def test_tags_find_what_a_plain_query_finds(
    tags: dict[str, Tag], steward: User, name: str, more: dict[str, str]
) -> None:
    for user in (steward, UserFactory(roles=["admin"])):
        who = viewer(user)
        for tab in ("mine", "waiting", "answered", "all") if user is steward else ("open", "all"):
            filters = Filters.read({"tag": str(tags[name].pk), **more}, TABS[tab])
            assert filters.tag
            assert walked(tab, who, filters) == plainly(tab, who, filters), tab


def test_a_request_with_several_tags_stands_once(tags: dict[str, Tag], steward: User) -> None:
    who, filters = viewer(steward), Filters.read({"tag": str(tags["seldom"].pk)}, TABS["all"])
    both = HelpRequest.objects.filter(tagged__tag=tags["seldom"]).filter(tagged__tag=tags["often"])
    numbers = walked("all", who, filters)
    assert both.exists()
    assert len(numbers) == len(set(numbers)) > 0


def test_another_tag_is_another_statement_and_the_same_tag_none(tags: dict[str, Tag], steward: User) -> None:
    before = rows._filtering.cache_info().misses
    for name in ("often", "seldom", "often", "seldom"):
        rows.read(
            "all", viewer(steward), calendar.current(), None, Filters.read({"tag": str(tags[name].pk)}, TABS["all"])
        )
    assert rows._filtering.cache_info().misses == before + 2


def test_one_statement_serves_all_words_and_everybody_of_a_kind(small: None, steward: Any) -> None:
    other = StewardFactory(department=DepartmentFactory())
    before = rows._filtering.cache_info().misses
    for user, words in ((steward, "visa"), (other, "rent"), (steward, "rent"), (other, "visa")):
        filters = Filters.read({"q": words}, TABS["all"])
        page = rows.read("all", viewer(user), calendar.current(), None, filters)
        assert [row.number for row in page] == plainly("all", viewer(user), filters)[:3], words
    assert rows._filtering.cache_info().misses == before + 1


def test_another_day_is_another_statement(small: None, steward: Any) -> None:
    today = calendar.local_day()
    for day in (today, today + timedelta(days=5)):
        who = Viewer.on(steward, day, calendar.current())
        for due in ("3", "next"):
            filters = Filters.read({"due": due}, TABS["all"])
            assert walked("all", who, filters) == plainly("all", who, filters), (day, due)


def test_counts_that_stop_early_are_right_up_to_the_cap(small: None, steward: Any) -> None:
    """Up to the cap a number is exact, also where several lists hold the same; beyond it, it is beyond."""
    someone: Any = StewardFactory(department=DepartmentFactory())
    mine = list(HelpRequest.objects.filter(steward=steward, state="waiting").order_by("pk"))
    RequestPart.objects.bulk_create(
        RequestPart(request=request, department=someone.department, asked="x", due_on=calendar.local_day())
        for request in HelpRequest.objects.filter(steward__isnull=False).order_by("pk")[:9]
    )
    seen: set[bool] = set()
    for left in range(len(mine), -1, -1):
        HelpRequest.objects.filter(pk__in=[each.pk for each in mine[left:]]).update(state="closed", waiting_since=None)
        for user in (steward, someone):
            numbers = counts(viewer(user))
            for name in (name for name in numbers if name in TABS):
                exact = TABS[name].select(viewer(user)).count()
                assert (numbers[name] if exact <= queue.CAP else numbers[name] > queue.CAP) == (
                    exact if exact <= queue.CAP else True
                ), (name, exact, numbers[name])
                seen.add(exact > queue.CAP)
    assert seen == {True, False}


def test_requests_of_parts_are_those_of_the_departments_parts(steward: Any) -> None:
    """What is live in the department, and what has the person's name on it, whatever became of it."""
    handler: Any = HandlerFactory(department=DepartmentFactory())
    where: dict[str, Any] = {"mine": handler.department, "other": DepartmentFactory()}
    requests = iter(HelpRequest.objects.filter(steward__isnull=False).order_by("pk"))
    expected: set[int] = set()
    for place, department in where.items():
        for state in PartState:
            for named in (True, False):
                holder: Any = (
                    handler if named else HandlerFactory(department=department) if state == "accepted" else None
                )
                request = next(requests)
                answered = {"answered_at": timezone.now(), "answer": "done"} if state == "answered" else {}
                RequestPart.objects.create(
                    request=request,
                    department=department,
                    state=state,
                    handler=holder,
                    **{"asked": "x", "due_on": request.due_on, **answered},
                )
                if named or (place == "mine" and state in LIVE_PARTS):
                    expected.add(request.pk)
    parts = RequestPart.objects.all()
    assert set(HelpRequest.objects.filter(parts.on_requests_of(handler)).values_list("pk", flat=True)) == expected
    assert set(parts.of_department(handler).values_list("request", flat=True)) == expected
    nobody = HandlerFactory(department=None)
    assert not HelpRequest.objects.filter(parts.on_requests_of(nobody)).exists()
