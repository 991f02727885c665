"""Random verbs by random people, one after the other: no illegal state, no act without its trace, no deadline lost.

The matrix beside this tries each verb in each state by the right person; here anybody tries anything, and what has
happened before stays.
"""

import copy
import random
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from portal.core.access import Refused
from stewards import workflow
from stewards.enums import DONE_STATES, RequestState
from stewards.models import HelpRequest, TimeAsk
from stewards.parts import standing, verbs
from stewards.transitions import TRANSITIONS
from tests.factories.standards import time_ask
from tests.stewards.scene import Scene
from tests.test_workflow_matrix import CALLS, watched

PEOPLE = ("owner", "colleague", "steward", "second", "handler", "admin", "outsider")
ARRANGED = ("record", "undo", "hand_back", "give_back", "decide", "link", "unlink", "write_rating")
VERBS = [verb for verb in CALLS if verb not in ARRANGED]
STEPS = 50
# of each of these something has to come about, or the walk says nothing of it
FAMILIES = {
    "parts": {verb for verb in VERBS if verb.endswith("_part")},
    "more time": {"ask_time", "grant_time", "refuse_time"},
    "merging": {"merge", "unmerge"},
    "rating": {"rate"},
    "nobody has contacted me": {"unheard"},
    "answering": {"answer", "close"},
}
DONE: dict[int, set[str]] = {}
ENDS = ("withdraw", "decline")  # nothing comes after these: seldom


def pending(scene: Scene, request: HelpRequest) -> TimeAsk:
    asks = TimeAsk.objects.filter(request=request, round=request.round, state=TimeAsk.State.PENDING)
    return asks.first() or time_ask(request, scene.second)


def answer(scene: Scene, request: HelpRequest) -> HelpRequest:
    """What is still asked of departments is taken back first."""
    for part in standing.live(request):
        verbs.withdraw(part, by=scene.steward, reason="No longer needed.")
    return CALLS["answer"](scene, request)


WALKED = CALLS | {
    "grant_time": lambda s, r: workflow.grant_time(r, by=s.admin, ask=pending(s, r)),
    "refuse_time": lambda s, r: workflow.refuse_time(r, by=s.admin, ask=pending(s, r), word="No."),
    "answer": answer,
    "supervise": lambda s, r: workflow.supervise(
        r if r.supervised_at else watched(r, supervised_at=None), by=s.admin, reason="Too long."
    ),
}
TRAIL = apps.get_model("stewards", "HelpRequestEvent")


def facts_of(request: HelpRequest) -> dict[str, Any]:
    rows = HelpRequest.objects.filter(pk=request.pk)
    return rows.values("state", "lock_version", "due_on", "steward", "number", "handler", "department", "round").get()


def trail_of(request: HelpRequest) -> int:
    return TRAIL.objects.filter(pgh_obj=request.pk).count()


def recast(scene: Scene, chance: random.Random) -> Scene:
    """The same world in which everybody takes somebody's part."""
    cast = copy.copy(scene)
    for name in PEOPLE:
        setattr(cast, name, getattr(scene, chance.choice(PEOPLE)))
    return cast


def choice(chance: random.Random, request: HelpRequest) -> str:
    """Mostly something that its state knows, else anything."""
    fitting = [verb for verb in VERBS if request.state in TRANSITIONS[verb]]  # type: ignore[index]
    chosen = chance.choice(fitting if fitting and chance.random() < 0.75 else VERBS)
    return choice(chance, request) if chosen in ENDS and chance.random() < 0.9 else chosen


@pytest.mark.parametrize("seed", range(3))
def test_whatever_anybody_does(seed: int, db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    chance, scene = random.Random(seed), Scene()
    done = DONE[seed] = set()
    asked = scene.request("assigned" if seed % 2 else "accepted")
    for _step in range(STEPS):
        request = HelpRequest.objects.get(pk=asked.pk)
        verb = choice(chance, request)
        cast = scene if chance.random() < 0.7 else recast(scene, chance)
        before, events, trail = facts_of(request), request.events.count(), trail_of(request)
        try:
            with transaction.atomic():
                WALKED[verb](cast, request)
        except Refused:
            assert facts_of(request) == before, "a refusal changes nothing"
            assert request.events.count() == events
            continue
        after = facts_of(request)
        done.add(verb)
        whole(HelpRequest.objects.get(pk=asked.pk))
        if after == before and request.events.count() == events:
            assert verb in ("submit", "record"), "sending again is quiet, everything else leaves a trace"
            continue
        assert request.events.count() > events, f"{verb} left nothing in the timeline"
        check(verb, before, after)
        if after != before:
            assert trail_of(request) > trail, f"{verb} passed the audit trail by"
    assert len(done) > 5, "the walk got somewhere"


def test_the_walks_came_by_everything() -> None:
    """Together; where only one of them was asked for, it says nothing."""
    if len(DONE) == 3:
        come_by = set().union(*DONE.values())
        assert not [name for name, verbs in FAMILIES.items() if not verbs & come_by], come_by


def whole(request: HelpRequest) -> None:
    """What must hold whatever has happened."""
    assert (request.state == "merged") == (request.merged_into_id is not None)
    assert (request.state == "waiting") == (request.waiting_since is not None)
    if request.state in DONE_STATES:
        assert request.answered_at, "nothing is done without an answer"
        assert not standing.live(request), "no answer over an open part"
    if request.state == "rated":
        assert request.ratings.filter(round=request.round).exists()
    for ask in TimeAsk.objects.filter(request=request).exclude(state=TimeAsk.State.PENDING):
        assert ask.decided_by_id not in (None, ask.asked_by_id), "more time takes two people"
        assert (ask.due_after is not None) == (ask.state == TimeAsk.State.APPROVED)
    for rating in request.ratings.all():
        assert rating.score > 2 or request.rectifications.filter(rating=rating).exists()
    assert request.events.filter(kind="part_return").count() <= request.returns


def check(verb: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    leads_to = {str(state) for state in TRANSITIONS[verb].values()}  # type: ignore[index]
    if verb == "submit":
        leads_to.add("submitted")  # nobody is responsible for the enterprise
    if verb in ("unmerge", "undo"):
        leads_to = set(RequestState.values)  # back to what it was
    assert after["state"] in leads_to | {before["state"]}
    assert after["lock_version"] >= before["lock_version"]
    if after["state"] != "draft":
        assert after["number"] is not None
        assert after["due_on"] is not None
        assert before["number"] in (None, after["number"])
    if after["state"] not in ("draft", "submitted", "withdrawn", "not_accepted", "merged"):
        assert after["steward"] is not None
    assert after["round"] - before["round"] in ((0, 1) if verb in ("reopen", "unheard") else (0,))
