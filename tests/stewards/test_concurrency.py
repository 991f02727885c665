"""Two people at the same moment, each with a connection of their own."""

import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from portal.core.access import Refused
from stewards import workflow
from stewards.models import HelpRequest, NumberSeries, Rating
from tests.factories.accounts import StewardFactory
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; results or errors, in the order of the acts."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with translation.override("en"):
                start.wait(timeout=30)
                results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_two_stewards_accept_one_gets_it_the_other_is_told_who(scene: Scene) -> None:
    asked = scene.request("submitted")
    results = at_once(
        lambda: workflow.accept(asked, by=scene.steward, seen=asked.lock_version),
        lambda: workflow.accept(asked, by=scene.second, seen=asked.lock_version),
    )
    winners = [result for result in results if isinstance(result, HelpRequest)]
    losers = [str(result) for result in results if isinstance(result, Refused)]
    assert (len(winners), len(losers)) == (1, 1), results
    stored = HelpRequest.objects.get()
    assert stored.steward == stored.handler == winners[0].handler
    assert losers[0].startswith(f"{stored.handler.name} has already accepted this request")
    assert stored.events.filter(kind="accepted").count() == 1


def test_fifty_stewards_empty_one_queue_and_each_request_has_one_owner(scene: Scene) -> None:
    """Each takes the first that is left, as people do, until nothing is."""
    stewards, told = StewardFactory.create_batch(50), list[str]()
    waiting = [HelpRequestFactory(enterprise=None, asker=scene.owner) for _n in range(12)]

    def take_what_is_left(steward: Any) -> list[int]:
        taken = []
        for asked in waiting:
            try:
                taken.append(workflow.accept(asked, by=steward, seen=asked.lock_version).pk)
            except Refused as refused:
                told.append(str(refused))
        return taken

    results = at_once(*[partial(take_what_is_left, steward) for steward in stewards])
    owners = {pk: steward.pk for steward, taken in zip(stewards, results, strict=True) for pk in taken}
    assert sorted(owners) == sorted(asked.pk for asked in waiting)
    assert sum(len(taken) for taken in results) == len(waiting)
    assert len(told) == 49 * len(waiting)
    assert all("has already accepted" in words for words in told)
    for asked in HelpRequest.objects.filter(pk__in=owners):
        assert asked.steward_id == asked.handler_id == owners[asked.pk]
        assert asked.events.filter(kind="accepted").count() == 1


def test_four_submissions_of_one_draft_make_one_request(scene: Scene) -> None:
    draft = scene.draft()
    results = at_once(*[lambda: workflow.submit(draft, by=scene.owner)] * 4)
    assert {result.number for result in results} == {HelpRequest.objects.get().number}
    assert NumberSeries.objects.get().last == 1
    assert draft.events.count() == 1


def test_numbers_of_different_requests_never_collide(scene: Scene) -> None:
    drafts = [scene.draft() for _ in range(4)]
    results = at_once(*[lambda draft=draft: workflow.submit(draft, by=scene.owner) for draft in drafts])
    assert sorted(result.number[-1] for result in results) == ["1", "2", "3", "4"]


def test_one_form_saved_twice_at_once_is_one_draft(scene: Scene) -> None:
    key = uuid.uuid4()
    results = at_once(*[lambda: scene.draft(form_key=key)] * 3)
    assert {result.pk for result in results} == {HelpRequest.objects.get().pk}


def test_a_rating_sent_twice_counts_once(scene: Scene) -> None:
    asked = scene.request("answered")
    results = at_once(*[lambda: workflow.rate(asked, by=scene.owner, score=5, solved=True)] * 2)
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Rating.objects.count() == 1


def test_answer_and_withdrawal_at_once_leave_one_outcome(scene: Scene) -> None:
    asked = scene.request("in_progress")
    results = at_once(
        lambda: workflow.answer(asked, by=scene.steward, text="Yes.", seen=asked.lock_version),
        lambda: workflow.withdraw(asked, by=scene.owner, seen=asked.lock_version),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert HelpRequest.objects.get().state in {"answered", "withdrawn"}
    refusal = next(str(result) for result in results if isinstance(result, Refused))
    assert "answered the request" in refusal or "withdrew the request" in refusal
