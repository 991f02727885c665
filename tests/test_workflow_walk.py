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
from stewards.enums import RequestState
from stewards.models import HelpRequest
from stewards.transitions import TRANSITIONS
from tests.stewards.scene import Scene
from tests.test_workflow_matrix import CALLS

PEOPLE = ("owner", "colleague", "steward", "second", "handler", "admin", "outsider")
VERBS = [verb for verb in CALLS if verb not in ("record", "undo", "hand_back", "give_back", "decide")]  # arranged ones
STEPS = 90
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


@pytest.mark.parametrize("seed", range(2))
def test_whatever_anybody_does(seed: int, db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    chance, scene, done = random.Random(seed), Scene(), 0
    asked = scene.request("assigned" if seed % 2 else "accepted")
    for _step in range(STEPS):
        verb = chance.choice(VERBS)
        right = chance.random() < 0.6
        cast = scene if right else recast(scene, chance)
        request = HelpRequest.objects.get(pk=asked.pk)
        before, events, trail = facts_of(request), request.events.count(), trail_of(request)
        try:
            with transaction.atomic():
                CALLS[verb](cast, request)
        except Refused:
            assert facts_of(request) == before, "a refusal changes nothing"
            assert request.events.count() == events
            continue
        after = facts_of(request)
        done += 1
        if after == before and request.events.count() == events:
            assert verb in ("submit", "record"), "sending again is quiet, everything else leaves a trace"
            continue
        assert request.events.count() > events, f"{verb} left nothing in the timeline"
        check(verb, before, after)
        if after != before:
            assert trail_of(request) > trail, f"{verb} passed the audit trail by"
    assert done > STEPS // 10, "the walk got somewhere"


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
