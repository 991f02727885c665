"""Visits: two at the same row in the same moment, held there until both have come; see tests/races.py."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from engagement import chasing, peace, workflow, writing
from engagement.models import NotNow, Visit
from enterprises.models import Enterprise
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories.engagement import Scene, ahead, at, wanted
from tests.processes import own_database
from tests.races import outcome, race

pytestmark = pytest.mark.xdist_group("races")
Acts = tuple[Callable[[], Any], ...]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), own_database("visits") as url:
        yield url


@pytest.fixture
def db(world: str) -> str:
    """In place of the usual one: nothing is rolled back, and each test has people of its own."""
    return world


def row_of(scene: Scene) -> Any:
    return Enterprise.objects.filter(pk=scene.enterprise.pk)


def counted(scene: Scene) -> int:
    states = ("planned", "requested", "moved", "confirmed", "held", "written_up")
    return Visit.objects.filter(enterprise=scene.enterprise, counted=True, state__in=states).count()


def one_week(scene: Scene) -> Acts:
    """Planned by one while another one's visit of a later week is moved into the same."""
    later = scene.visit("planned", organiser=scene.handler, day=ahead(6))
    start = at(ahead(3), "14:00")
    move = partial(workflow.move, later, by=scene.handler, starts_at=start, ends_at=start + timedelta(hours=1))
    return partial(workflow.plan, scene.enterprise, by=scene.steward, wanted=wanted(ahead(3))), move


def joined_and(scene: Scene, which: str) -> Acts:
    visit = scene.visit()
    acts = {
        "cancel": partial(workflow.cancel, visit, by=scene.steward, text="Ill.", seen=visit.lock_version),
        "decline": partial(workflow.decline, visit, by=scene.owner, side="enterprise", seen=visit.lock_version),
    }
    return partial(workflow.join, visit, by=scene.handler, topic="Tax", seen=visit.lock_version), acts[which]


def answered_twice(scene: Scene, which: str) -> Acts:
    visit = scene.visit("requested")
    start = at(ahead(4))
    own = {"by": scene.owner, "side": "enterprise", "seen": visit.lock_version}
    acts = {
        "decline": partial(workflow.decline, visit, **own),
        "move": partial(workflow.move, visit, starts_at=start, ends_at=start + timedelta(hours=1), **own),
        "cancel": partial(workflow.cancel, visit, by=scene.steward, text="Ill.", seen=visit.lock_version),
    }
    return partial(workflow.confirm, visit, **own), acts[which]


def merged_both_ways(scene: Scene) -> Acts:
    one, two = scene.visit("requested"), scene.visit("requested", organiser=scene.handler, day=ahead(5))
    merge = partial(workflow.merge, one, into=two, by=scene.steward)
    return merge, partial(workflow.merge, two, into=one, by=scene.handler)


PAIRS: dict[str, tuple[Callable[[Scene], Acts], str]] = {
    "planned and moved into one week": (one_week, "At most one visit a week"),
    "joined and cancelled": (partial(joined_and, which="cancel"), "has changed|now|answer"),
    "joined and declined": (partial(joined_and, which="decline"), "has changed|now|answer"),
    "confirmed and declined": (partial(answered_twice, which="decline"), "has changed|now|answer"),
    "confirmed and moved": (partial(answered_twice, which="move"), "has changed|now|answer"),
    "confirmed and cancelled": (partial(answered_twice, which="cancel"), "has changed|now|answer"),
    "merged both ways": (merged_both_ways, "now|part|told"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_acts_one_counts_and_the_other_is_told(scene: Scene, name: str) -> None:
    make, words = PAIRS[name]
    won, told = outcome(race(row_of(scene), *make(scene)))
    assert (len(won), len(told)) == (1, 1), told
    assert any(word in told[0] for word in words.split("|")), told
    assert counted(scene) <= 2
    for visit in Visit.objects.filter(enterprise=scene.enterprise, state="cancelled"):
        assert not visit.merged.exists(), "whoever joined a visit that is cancelled has none"


def test_a_week_is_booked_once_whoever_clicks_how_often(scene: Scene) -> None:
    day = ahead()
    plans = [
        partial(workflow.plan, scene.enterprise, by=person, wanted=wanted(day, clock=clock))
        for person, clock in ((scene.steward, "10:00"), (scene.steward, "10:00"), (scene.handler, "14:00"))
    ]
    won, told = outcome(race(row_of(scene), *plans))
    assert {each.pk for each in won} == {Visit.objects.get(enterprise=scene.enterprise).pk}
    assert len(told) == (1 if won[0].organiser == scene.steward else 2)
    assert all("At most one visit a week" in words for words in told)


def test_not_now_and_a_plan_at_once_never_leave_a_visit_asked_for_in_the_quiet(scene: Scene) -> None:
    quiet = partial(peace.say_not_now, scene.enterprise, by=scene.owner, last=local_day() + timedelta(days=30))
    plan = partial(workflow.plan, scene.enterprise, by=scene.steward, wanted=wanted(ahead(2)))
    results = race(row_of(scene), quiet, quiet, plan)
    won, told = outcome(results)
    assert NotNow.objects.get(enterprise=scene.enterprise, ended_on=None) in won[:2]
    if told:
        assert "asked for quiet" in told[0]
    assert Visit.objects.filter(enterprise=scene.enterprise).count() == (0 if told else 1)


def test_a_write_up_sent_twice_makes_each_promise_one_request(scene: Scene) -> None:
    visit = scene.visit("held")
    notes = writing.Notes(present="Ms Fictional", heard="They grow.")
    given = {"notes": notes, "promises": [("Send the form", None), ("Ask about rent", None)]}
    finish = partial(writing.write_up, visit, by=scene.steward, seen=visit.lock_version, **given)
    won, told = outcome(race(row_of(scene), finish, finish))
    assert (len(won), len(told)) == (1, 1)
    made = HelpRequest.objects.filter(enterprise=scene.enterprise)
    assert sorted(made.values_list("subject", flat=True)) == ["Ask about rent", "Send the form"]
    assert visit.promises.filter(request__isnull=False).count() == visit.promises.count() == 2
    later = partial(writing.add_promise, visit, by=scene.steward, text="Bring a brochure")
    won, told = outcome(race(row_of(scene), later, later))
    assert not told
    assert len({each.pk for each in won}) == 1
    assert made.count() == 3


def test_two_chases_while_a_visit_is_written_up_tell_once_or_not_at_all(scene: Scene, settings: Any) -> None:
    settings.REMINDER_HOUR = 0
    visit = scene.visit("held", day=local_day() - timedelta(days=3))
    other = scene.visit("confirmed", day=local_day() - timedelta(days=10))
    write = partial(
        writing.write_up, visit, by=scene.steward, notes=writing.Notes("Ms Fictional", "They grow."), finish=True
    )
    outcome(race(Visit.objects.filter(pk=visit.pk), chasing.sweep, chasing.sweep, write))
    chasing.sweep()
    told = scene.steward.messages_received.filter(kind="visit.chase")
    assert told.filter(key__startswith=f"visit:write-up:{other.pk}:").count() == 1
    assert told.filter(key__startswith=f"visit:write-up:{visit.pk}:").count() <= 1
    assert Visit.objects.get(pk=visit.pk).state == "written_up"


@pytest.mark.parametrize("asks", ["confirm", "request"])
def test_quiet_and_an_answer_or_another_ask_at_once(scene: Scene, asks: str) -> None:
    """Whoever is first: a visit is confirmed and stays, or on hold; never asked for in the quiet, never told twice."""
    if asks == "confirm":
        visit = scene.visit("requested")
        act = partial(workflow.confirm, visit, by=scene.owner, side="enterprise", seen=visit.lock_version)
    else:
        visit = scene.visit("planned", told_at=None)
        act = partial(workflow.request, visit, by=scene.steward, seen=visit.lock_version)
    quiet = partial(peace.say_not_now, scene.enterprise, by=scene.owner, last=ahead(2))
    outcome(race(row_of(scene), act, quiet, quiet))
    now = Visit.objects.get(pk=visit.pk)
    assert (now.state, now.turn) in ([("confirmed", ""), ("planned", "")] if asks == "confirm" else [("planned", "")])
    assert NotNow.objects.filter(enterprise=scene.enterprise, ended_on=None).count() == 1
    paused = scene.steward.messages_received.filter(kind="visit.pause").count()
    assert paused <= 1
    assert now.entries.filter(kind="pause").count() == paused
