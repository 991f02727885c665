"""What is new and what comes: the few rows that the leading pages show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from outreach import newest
from outreach.enums import OccasionState, Publication
from outreach.models import Bulletin, PublicityPoint
from portal.core.calendar import local_day
from tests.factories import interpretations
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def titles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in rows]


def point(name: str, place: dict[str, Any] | None = None, **fields: Any) -> PublicityPoint:
    return PublicityPoint.objects.create(place=make.place(**make.both(name=name), **(place or {})), **fields)


def issue(title: str, days: int, state: str = Publication.PUBLISHED) -> Bulletin:
    known = {"day": local_day() - days * DAY, "source_url": "https://example.com/", "slug": title}
    return Bulletin.objects.create(state=state, **known, **make.both(title=title))


@pytest.mark.parametrize(
    ("name", "is_open"),
    [("events:list", True), ("reception:room", True), ("events:desk", False), ("policies:list", True), ("#top", True)],
)
def test_a_room_is_open_when_it_has_a_public_door(name: str, is_open: bool) -> None:
    assert newest.is_open(name) is is_open


def test_the_next_events_in_their_order_and_no_others() -> None:
    today = local_day()
    for days in (4, 0, 2, 1, -1):
        make.event(today + days * DAY, **make.both(title=f"In {days}"))
    for state in (OccasionState.DRAFT, OccasionState.CANCELLED):
        make.event(today, state=state, **make.both(title=state))
    make.sitting(today)
    assert titles(newest.coming(today)) == ["In 0", "In 1", "In 2"]
    assert titles(newest.coming(today, most=9)) == ["In 0", "In 1", "In 2", "In 4"]


@pytest.mark.parametrize(
    ("spoken", "interpreted", "found"),
    [
        (["en"], [], True),
        (["zh"], ["en"], True),
        (["zh", "en"], ["en"], True),
        (["zh"], ["ja"], False),
        ([], [], False),
    ],
)
def test_events_in_a_language_are_spoken_in_it_or_interpreted_into_it(
    spoken: list[str], interpreted: list[str], found: bool
) -> None:
    make.event(local_day(), languages=spoken, interpretation=interpreted)
    assert len(newest.coming(local_day(), language="en")) == found


def test_where_it_takes_place_is_said_when_it_is_known() -> None:
    make.event(local_day(), place=make.place(**make.both(name="Lantern hall")))
    make.event(local_day() + DAY, place=None)
    first, second = (row["meta"] for row in newest.coming(local_day()))
    assert first.endswith(" · Lantern hall")
    assert " · " not in second
    assert second


def test_the_newest_issue_is_by_its_day_and_published() -> None:
    assert newest.newest_bulletin() is None
    issue("older", 9)
    issue("newer", 2)
    issue("draft", 0, Publication.DRAFT)
    found = newest.newest_bulletin()
    assert found is not None
    assert (found["title"], found["url"].rsplit("/", 2)[-2]) == ("newer", "newer")


def test_points_where_a_language_is_spoken() -> None:
    point("Harbour", {"languages": ["en", "zh"], "slug": "b"})
    point("Library", {"languages": ["en"], "slug": "a"})
    point("Chinese only", {"languages": ["zh"]})
    point("Closed", {"languages": ["en"]}, closed_on=local_day())
    point("Given up", {"languages": ["en"], "active": False})
    assert titles(newest.points_in("en")) == ["Library", "Harbour"]
    assert titles(newest.points_in("en", most=1)) == ["Library"]
    assert newest.points_in("ru") == []


def test_topics_in_their_order_without_those_that_are_no_longer_talked_about() -> None:
    for name, position, active in (("Second", 2, True), ("First", 1, True), ("Past", 0, False)):
        make.topic(position=position, active=active, **make.both(name=name))
    assert [topic.name for topic in newest.topics()] == ["First", "Second"]


@pytest.mark.parametrize(("kind", "hidden", "count"), [("video", False, 1), ("text", False, 0), ("video", True, 0)])
def test_videos_of_published_policies_alone(kind: str, hidden: bool, count: int) -> None:
    policy = PolicyFactory()
    people = {"by": UserFactory(roles=["editor"]), "reviewed_by": UserFactory(roles=["reviewer"])}
    interpretations.published(kind, policy=policy, **people)
    if hidden:
        type(policy).objects.filter(pk=policy.pk).update(published_at=None)
    rows = newest.videos()
    assert len(rows) == count
    assert all(f"/{policy.slug}/" in row["url"] for row in rows)


def test_each_takes_the_same_queries_however_much_there_is(django_assert_num_queries: Callable[..., Any]) -> None:
    for size in (1, 3, 30):
        for n in range(size):
            make.event(local_day(), place=make.place())
            point(f"№ {size}-{n}", {"languages": ["en"]})
            make.topic()
        with django_assert_num_queries(3):
            newest.coming(local_day())
            newest.points_in("en")
            newest.topics()
