"""Two people at one request in the same moment: one outcome, one trace, and a clear word for whoever came second.

All tests share one database of their own and are held at the row that they compete for, so that they do meet.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from enterprises.models import Enterprise
from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.models import CalendarDay, CalendarYear
from stewards import workflow
from stewards.assignment import leaves
from stewards.deskwork import bulk, recording
from stewards.models import (
    BulkItem,
    CalendarLoad,
    ChangedDay,
    DayFigures,
    HelpRequest,
    Leave,
    Obstacle,
    Rating,
    RecomputedDue,
    RequestPart,
    StandIn,
    TimeAsk,
)
from stewards.parts import dates
from stewards.parts import verbs as parts
from stewards.rating import obstacles, rollups
from stewards.rating.links import token_of
from stewards.standard import recompute
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.parts import RequestPartFactory, taken
from tests.factories.rating import DID, answered, obstacle, rated
from tests.factories.standards import calendar_load, time_ask
from tests.factories.stewards import HelpRequestFactory
from tests.processes import own_database, wait_for
from tests.races import Racer, gate, outcome, race, waiting
from tests.stewards.race_pairs import PAIRS, held
from tests.stewards.scene import Scene

pytestmark = pytest.mark.xdist_group("races")
Acts = tuple[Callable[[], Any], ...]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), own_database("races") as url:
        yield url


@pytest.fixture
def db(world: str) -> str:
    """In place of the usual one: nothing is rolled back, and each test has people of its own."""
    return world


def only(pk: int) -> Any:
    return HelpRequest.objects.filter(pk=pk)


def kinds(asked: HelpRequest, *chosen: str) -> list[str]:
    found = asked.events.order_by("pk").values_list("kind", flat=True)
    return [kind for kind in found if kind in chosen]


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_acts_one_counts_and_the_other_is_told(scene: Scene, name: str) -> None:
    make, chosen, words = PAIRS[name]
    asked, acts = make(scene)
    won, told = outcome(race(only(asked.pk), *acts))
    assert (len(won), len(told)) == (1, 1), told
    assert any(word in told[0] for word in words.split("|")), told
    assert len(kinds(asked, *chosen)) == 1
    stored = HelpRequest.objects.get(pk=asked.pk)
    assert stored.due_on
    assert stored.steward_id == scene.steward.pk


# --- what more than two rows take part in ----------------------------------------------------------------------------
def test_a_phone_request_sent_twice_is_one(scene: Scene) -> None:
    """By a double click; and two callers without an account at once share the one that stands for them."""
    key, enterprise = uuid.uuid4(), Enterprise.objects.filter(pk=scene.enterprise.pk)
    said = {"channel": "phone", "subject": "Rent", "body": "How?", "by": scene.handler}
    twice = partial(recording.record, enterprise=scene.enterprise, form_key=key, **said)
    founder = partial(recording.record, enterprise=None, caller="Ms Fictional · 0000", **said)
    before = HelpRequest.objects.count()
    racers = [Racer(act) for act in (twice, twice, twice, founder, founder)]
    for racer in racers:
        racer.join(30)
    won, told = outcome([racer.result for racer in racers])
    assert enterprise.exists()
    assert not told
    assert len({asked.pk for asked in won[:3]}) == 1
    assert len({asked.number for asked in won}) == 3
    assert HelpRequest.objects.count() == before + 3
    assert won[0].events.count() == 1
    assert {asked.asker for asked in won[3:]} == {User.objects.get(email=recording.NO_ACCOUNT)}


def test_a_rating_by_link_sent_twice_is_kept_once_and_both_pages_say_so(scene: Scene, settings: Any) -> None:
    asked = answered(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    address = f"/en/rate/{token_of(asked, scene.owner)}/"
    sent = [{"score": score, "solved": "no", "contacted": "no", "comment": f"Level {score}"} for score in ("1", "2")]

    def send(data: dict[str, str]) -> Any:
        client = Client(enforce_csrf_checks=True)
        response = client.post(address, data, follow=True)
        return response.status_code, response.content.decode()

    pages = race(only(asked.pk), *[partial(send, data) for data in sent])
    assert sorted(status for status, _text in pages) == [200, 422]
    refusal = next(text for status, text in pages if status == 422)
    kept = Rating.objects.get(request=asked)
    assert "rated" in refusal
    assert "Level" in refusal, "what was written is still there"
    assert asked.rectifications.count() == 1 == kept.comment.count("Level")
    assert kinds(asked, "rated", "rectifying") == ["rated", "rectifying"]


def test_two_bulk_acts_over_the_same_requests_and_taking_back_at_once(scene: Scene) -> None:
    asked = [HelpRequestFactory(enterprise=None, asker=scene.owner) for _n in range(3)]
    picks = {each.number: each.lock_version for each in asked}
    rows = HelpRequest.objects.filter(pk=asked[0].pk)

    def take(by: Any) -> Any:
        return bulk.perform(by=by, verb="accept", picks=picks, form_key=uuid.uuid4())

    first, second = race(rows, partial(take, scene.steward), partial(take, scene.second))
    for each in asked:
        each.refresh_from_db()
        items = BulkItem.objects.filter(request=each).order_by("pk")
        assert [bool(item.refusal) for item in items].count(False) == 1
        assert each.handler_id == next(item.act.by_id for item in items if not item.refusal)
        assert all("has already accepted this request" in item.refusal for item in items if item.refusal)
        assert kinds(each, "accepted") == ["accepted"]
    mine = first if first.items.filter(refusal="").exists() else second
    winner = mine.by
    again = partial(bulk.undo, mine, by=winner)
    note = partial(bulk.perform, by=winner, verb="note", picks=picks, form_key=uuid.uuid4(), text="Look.")
    gone = race(BulkItem.objects.filter(act=mine).order_by("pk")[:1], again, again)
    assert gone == [[], []], "who comes second finds nothing left to take back, and is told of no fault"
    for item in mine.items.filter(refusal="").select_related("request"):
        assert item.undone_at
        assert (item.request.state, item.request.handler_id) == ("submitted", None)
        assert kinds(item.request, "undone") == ["undone"]
    assert isinstance(note().pk, int)


def test_the_same_bulk_form_twice_is_done_once(scene: Scene) -> None:
    asked, key = held(scene), uuid.uuid4()
    act = partial(
        bulk.perform,
        by=scene.steward,
        verb="note",
        picks={asked.number: asked.lock_version},
        form_key=key,
        text="Look at the file.",
    )
    won, told = outcome(race(only(asked.pk), act, act))
    assert not told
    assert won[0] == won[1]
    assert kinds(asked, "note") == ["note"]


# --- substitutes and leave -------------------------------------------------------------------------------------------
def away(person: Any, substitute: Any, by: Any = None, **facts: Any) -> Callable[[], Any]:
    days = {"starts_on": local_day(), "ends_on": local_day() + timedelta(days=5)}
    return partial(leaves.enter, person, by=by or person, substitute=substitute, **days, **facts)


def people(*persons: Any) -> Any:
    return User.objects.filter(pk__in=[person.pk for person in persons]).order_by("pk")


def test_the_steward_and_the_centre_name_a_substitute_at_once(scene: Scene) -> None:
    third = StewardFactory()
    acts = (away(scene.steward, scene.second), away(scene.steward, third, by=scene.admin))
    won, told = outcome(race(people(scene.steward), *acts))
    assert (len(won), len(told)) == (1, 1)
    assert "is entered for these days already" in told[0]
    assert Leave.objects.get(person=scene.steward) == won[0]


def test_two_who_name_each_other_at_once_are_not_both_away(scene: Scene) -> None:
    acts = (away(scene.steward, scene.second), away(scene.second, scene.steward))
    won, told = outcome(race(people(scene.steward, scene.second), *acts))
    assert (len(won), len(told)) == (1, 1)
    assert "is away in these days, too" in told[0]


@pytest.fixture
def heap_order(world: str) -> Iterator[None]:
    """Rows come as they are stored, which is any order, unless a query says otherwise."""

    def say(what: str) -> None:
        with connection.cursor() as cursor:
            for kind in ("indexscan", "bitmapscan", "indexonlyscan"):
                cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" {what % kind}')

    say("SET enable_%s = off")
    yield
    say("RESET enable_%s")


def test_a_leave_that_begins_waits_for_others_without_holding_what_they_want(scene: Scene, heap_order: None) -> None:
    """Requests are locked in the order of their keys everywhere; else a merge and a leave could wait for each other."""
    low, high = held(scene), held(scene)
    HelpRequest.objects.filter(pk=low.pk).update(subject="Stored behind the other one now")
    leave = away(scene.steward, scene.second, hand_over=True)
    with gate(only(low.pk)):
        racer = Racer(leave)
        wait_for(lambda: waiting() == 1)
        assert only(high.pk).select_for_update(nowait=True).get()
    racer.join(30)
    outcome([racer.result])
    assert set(StandIn.objects.filter(leave=racer.result).values_list("request", flat=True)) == {low.pk, high.pk}
    HelpRequest.objects.filter(pk=low.pk).update(subject="And once more")
    StandIn.objects.filter(request=low).update(since=timezone.now())
    with gate(only(low.pk)):
        racer = Racer(partial(leaves.end, racer.result, by=scene.steward))
        wait_for(lambda: waiting() == 1)
        assert only(high.pk).select_for_update(nowait=True).get()
    racer.join(30)
    outcome([racer.result])
    assert {each.handler for each in HelpRequest.objects.filter(pk__in=[low.pk, high.pk])} == {scene.steward}


def test_two_hand_backs_at_once_move_each_request_once(scene: Scene) -> None:
    asked = [held(scene) for _n in range(3)]
    leave = away(scene.steward, scene.second, hand_over=True)()
    Leave.objects.filter(pk=leave.pk).update(
        ends_on=local_day() - timedelta(days=1), starts_on=local_day() - timedelta(3)
    )
    race(only(asked[0].pk), leaves.keep, leaves.keep, partial(workflow.note, asked[1], by=scene.second, text="Mine."))
    for each in asked:
        each.refresh_from_db()
        assert each.handler == scene.steward
        assert kinds(each, "handed_over", "handed_back") == ["handed_over", "handed_back"]
    assert scene.steward.messages_received.filter(kind="leave.handed_back").count() == 1


# --- calendars and figures -------------------------------------------------------------------------------------------
@pytest.fixture
def next_year() -> Iterator[int]:
    year = local_day().year + 1
    yield year
    CalendarDay.objects.filter(day__year=year).delete()
    CalendarYear.objects.filter(year=year).delete()
    calendar.forget()


def test_two_recomputes_after_a_calendar_change_and_tell_once(scene: Scene, next_year: int) -> None:
    asked = [scene.request("accepted") for _n in range(3)]
    before = local_day().replace(year=next_year, month=1, day=4)
    for each in asked:
        days = calendar.current().working_days_between(local_day(), before)
        HelpRequest.objects.filter(pk=each.pk).update(due_on=before, promised_days=days, due_provisional=True)
        sent = each.events.get(kind="submitted")
        sent.data |= {"days": days}
        sent.save()
    load = calendar_load(scene.admin, state="confirmed", confirmed_at=timezone.now() - timedelta(hours=1))
    CalendarYear.objects.create(year=next_year, source="№ 1")
    CalendarDay.objects.create(day=before.replace(day=1), working=False)
    CalendarDay.objects.create(day=before, working=False)
    calendar.forget()
    results = race(only(asked[0].pk), recompute.settle_loads, recompute.settle_loads)
    outcome(results)
    assert sum(results) >= 3
    for each in asked:
        each.refresh_from_db()
        assert each.due_on > before
        assert kinds(each, "recomputed") == ["recomputed"]
        assert RecomputedDue.objects.filter(load=load, request=each).count() == 1
    assert scene.owner.messages_received.filter(kind="request.recomputed").count() == 3
    assert CalendarLoad.objects.get(pk=load.pk).settled_at


def test_two_figure_refreshes_while_requests_come_in_agree_with_a_recount(scene: Scene) -> None:
    for n in range(4):
        asked = rated(score=5 - n, solved=bool(n % 2), steward=scene.steward)
        HelpRequest.objects.filter(pk=asked.pk).update(submitted_at=timezone.now() - timedelta(days=n))

    def ask() -> Any:
        return workflow.submit(scene.draft(), by=scene.owner)

    racers = [Racer(act) for act in (rollups.refresh, ask, rollups.refresh, ask, rollups.refresh)]
    for racer in racers:
        racer.join(30)
    outcome([racer.result for racer in racers])
    rollups.refresh()
    kept = sorted(DayFigures.objects.values_list("day", "type", *rollups.COUNTS))
    assert sum(row[2] for row in kept) == HelpRequest.objects.exclude(state__in=rollups.NOT_COUNTED).count()
    assert not ChangedDay.objects.exists()
    rollups.rebuild()
    assert sorted(DayFigures.objects.values_list("day", "type", *rollups.COUNTS)) == kept


def test_what_a_part_asks_and_what_the_whole_promises_stay_one(scene: Scene) -> None:
    """More time is granted while the department moves its part: whatever comes first, the part is due within it."""
    asked = held(scene)
    part = taken(asked, scene.handler)
    ask = time_ask(asked, scene.steward)
    later = dates.latest(asked)
    acts = (
        partial(workflow.grant_time, asked, by=scene.admin, ask=ask),
        partial(parts.move, part, by=scene.steward, due_on=later, reason="A day more."),
    )
    told = outcome(race(only(asked.pk), *acts))[1]
    assert not told
    asked.refresh_from_db()
    assert RequestPart.objects.get(pk=part.pk).due_on <= dates.latest(asked)
    assert TimeAsk.objects.get(pk=ask.pk).state == "approved"


def test_a_submission_and_a_stewards_leave_at_once_lose_nothing(scene: Scene) -> None:
    """Whichever is first: the request is with the substitute, or with the steward until the next run sees it."""
    draft = scene.draft()
    racers = [Racer(partial(workflow.submit, draft, by=scene.owner)), Racer(away(scene.steward, scene.second))]
    for racer in racers:
        racer.join(30)
    outcome([racer.result for racer in racers])
    draft.refresh_from_db()
    assert (draft.state, draft.steward) == ("assigned", scene.steward)
    assert draft.handler in (scene.steward, scene.second)


def test_an_obstacle_is_published_while_one_that_it_needs_is_taken_off(scene: Scene) -> None:
    """Whichever is first: what is public is told by five."""
    requests = [answered(steward=scene.steward) for _n in range(5)]
    editor, reviewer = UserFactory(roles=["editor"]), UserFactory(roles=["reviewer"])
    made = obstacle(scene.steward, *requests, **DID, state="answered", owner=editor)
    acts = (
        partial(obstacles.publish, made, by=reviewer),
        partial(obstacles.detach, made, by=scene.steward, number=requests[0].number or ""),
    )
    assert len(outcome(race(Obstacle.objects.filter(pk=made.pk), *acts))[1]) == 1
    made.refresh_from_db()
    assert (made.state, made.links.count()) in (("published", 5), ("answered", 4))


def test_a_refused_loser_is_told_in_both_languages(scene: Scene) -> None:
    asked = held(scene)
    part = RequestPartFactory(request=asked, department=scene.tax)
    parts.accept(part, by=scene.handler)
    with translation.override("zh-hans"), pytest.raises(Refused) as refused:
        parts.accept(part, by=HandlerFactory(department=scene.tax))
    assert "已" in str(refused.value)
