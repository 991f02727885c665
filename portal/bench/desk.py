"""The part of the bench that measures the request desk among a thousand and among a million requests.

Each page is held against the FULL floor of its own rounds by the clock, since much of its cost is PostgreSQL's, and
against its own figure among few: so that it stays what it is when the table grows. Both districts are the same, with
as many enterprises, people, departments and policies; the few requests are those of a few enterprises and stewards, so
that a page holds thirty rows in both. The small district is kept in a copy of the database, and both are measured in
turns.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from portal.bench import sweep
from portal.bench.aside import copied
from portal.bench.measure import Result, measure_beside, report, server, spread
from portal.bench.pages import FLOORS, Page, admin, cookie_of, deep, floors, owner, steward
from stewards.desk.queue import tabs_for
from stewards.enums import WORKING_STATES
from stewards.models import HelpRequest, RequestCategory, RequestTag

FIRST, OTHER, FIGURES = 1.5, 2.0, 4.0  # times the floor
MOST_GROWTH, MOST_SWEEPS = 1.1, 5
Prepare = Callable[[int], None]


def pages(language: str) -> list[Page]:
    """The floors, the queue with its filters, and the pages around one request and one enterprise."""
    with translation.override(language):
        return [*floors(), *_queue(), *_filters(), *_request(), *_enterprise(), *_overview()]


def _page(
    name: str, path: str, user: User, asked: Mapping[str, str] | None = None, *, most: float | None = OTHER
) -> Page:
    return Page(name, f"{path}?{urlencode(asked)}" if asked else path, cookie_of(user), most, by_clock=True)


def _queue() -> Iterator[Page]:
    path = reverse("desk:queue")
    for who, user in (("steward", steward()), ("centre", admin())):
        for tab in tabs_for(user):
            yield _page(f"{who}: {tab}", path, user, {"tab": tab}, most=FIRST)
        own = tabs_for(user)[0]
        place = {"tab": own, "cursor": deep(user, own)}
        yield _page(f"{who}: {own}, deep page", path, user, place, most=FIRST)


def _filters() -> Iterator[Page]:
    """Each filter on all that is open, and what searches on everything."""
    path, user, asked = reverse("desk:queue"), admin(), _one()
    tag = RequestTag.objects.order_by("tag").values_list("tag", flat=True).first()  # the one that is given most often
    category = RequestCategory.objects.filter(parent__isnull=False).order_by("pk").values_list("pk", flat=True).first()
    chosen = {"type": "complaint", "state": "waiting", "category": str(category), "tag": str(tag)}
    finding = {"number": {"q": str(asked.number)}, "enterprise": {"enterprise": _name_of(asked)}}
    finding |= {"words that few hold": {"q": str(asked.number)[8:]}, "words of many": {"q": "政策"}}
    for name, value in chosen.items():
        yield _page(f"open, filter {name}", path, user, {"tab": "open", name: value})
    for due in ("overdue", "next", "3", "7", "14", "contact"):
        yield _page(f"open, filter due {due}", path, user, {"tab": "open", "due": due})
    for tab in ("open", "all"):
        for name, words in finding.items():
            yield _page(f"{tab}, search {name}", path, user, {"tab": tab, **words})
    yield _page("all, two filters", path, user, {"tab": "all", "type": "complaint", "category": str(category)})


def _request() -> Iterator[Page]:
    asked = _one()
    yield _page("request page on the desk", reverse("desk:request", args=[asked.number]), steward())
    person = owner()
    own = HelpRequest.objects.of_member(person).submitted().order_by("pk")[0]
    yield _page("request page of the enterprise", reverse("requests:detail", args=[own.number]), person)


def _enterprise() -> Iterator[Page]:
    person, asked = owner(), _one()
    yield _page("own requests", reverse("requests:list"), person)
    yield _page("own story", reverse("home:own-story"), person)
    yield _page("story, steward", reverse("home:story", args=[asked.enterprise_id]), steward())


def _overview() -> Iterator[Page]:
    person, centre = steward(), admin()
    yield _page("board of a steward", reverse("desk:board"), person, most=None)
    yield _page("calendar of due dates", reverse("desk:calendar"), person, most=None)
    yield _page("parts, centre", reverse("desk:parts"), centre)
    yield _page("service centre", reverse("centre:overview"), centre, most=None)
    yield _page("figures", reverse("rating:figures"), centre, most=FIGURES)
    yield _page("figures of a type", reverse("rating:figures"), centre, {"type": "consultation"}, most=FIGURES)


def _one() -> HelpRequest:
    """An open request of the steward who holds most, of an enterprise."""
    return HelpRequest.objects.all().open().filter(steward=steward(), state__in=WORKING_STATES).order_by("pk")[0]


def _name_of(asked: HelpRequest) -> str:
    assert asked.enterprise
    return str(asked.enterprise.name_en)  # type: ignore[attr-defined]


def run(
    prepare: Prepare, language: str, threads: int, rounds: int, each: int, *, few: int, many: int
) -> tuple[list[str], bool]:
    """Lines of the table and whether all limits are kept. `prepare` makes so many requests; no few: no comparison."""
    with ExitStack() as opened:
        sides = []
        if few:
            prepare(few)
            small = pages(language)
            sides.append((opened.enter_context(server(threads, opened.enter_context(copied()))), small))
        prepare(many)
        sides.append((opened.enter_context(server(threads)), pages(language)))
        *before, results = measure_beside(*sides, rounds=rounds, requests=each)
    lines, kept = report(results)
    swept, in_time = sweep.run(min(rounds, MOST_SWEEPS))
    lines, kept = [*lines, "", *swept], kept and in_time
    for fewer in before:
        grown, held = growth(fewer, results)
        lines += ["", f"Milliseconds among {few:,} and among {many:,}, and growth:", *grown]
        kept = kept and held
    return lines, kept


def growth(few: Mapping[str, Result], many: Mapping[str, Result]) -> tuple[list[str], bool]:
    """A line for each page, and whether none grew more than it may."""
    lines, kept = [], True
    for name in (name for name in many if name not in FLOORS):
        walls = few[name].wall, many[name].wall
        ratios = [more / less for less, more in zip(*walls, strict=True)]
        grown, (less, more) = statistics.median(ratios), map(statistics.median, walls)
        kept = kept and grown <= MOST_GROWTH
        verdict = "PASS" if grown <= MOST_GROWTH else "over"
        figures = f"{less:>8.2f} {more:>8.2f} {grown:>7.2f} {spread(ratios):>7.0%} {MOST_GROWTH:>6.1f}"
        lines.append(f"{name:42} {figures} {verdict}")
    return lines, kept
