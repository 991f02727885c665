"""Every state of a request × every verb: allowed to the right person, or refused with a reason, changing nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from portal.core.access import Refused
from stewards import workflow
from stewards.models import HelpRequest
from stewards.transitions import TRANSITIONS, Verb
from tests.stewards.scene import STATES, Scene

# how each verb is called by the person whose verb it is
CALLS: dict[str, Callable[[Scene, HelpRequest], HelpRequest]] = {
    "submit": lambda s, r: workflow.submit(r, by=s.owner),
    "assign": lambda s, r: workflow.assign(r, steward=s.second, by=s.admin),
    "accept": lambda s, r: workflow.accept(r, by=s.steward),
    "contact": lambda s, r: workflow.contact(r, by=s.steward, text="Good morning."),
    "ask_back": lambda s, r: workflow.ask_back(r, by=s.steward, text="Since when?"),
    "reply": lambda s, r: workflow.reply(r, by=s.owner, text="Since May."),
    "note": lambda s, r: workflow.note(r, by=s.steward, text="Look at the file."),
    "refer": lambda s, r: workflow.refer(r, by=s.steward, department=s.tax, reason="A tax matter."),
    "answer": lambda s, r: workflow.answer(r, by=s.steward, text="Apply online."),
    "rate": lambda s, r: workflow.rate(r, by=s.owner, score=5, solved=True),
    "close": lambda s, r: workflow.close(r, by=s.steward),
    "reopen": lambda s, r: workflow.reopen(r, by=s.owner, reason="Not settled."),
    "decline": lambda s, r: workflow.decline(r, by=s.steward, ground="court", where_instead="The court."),
    "withdraw": lambda s, r: workflow.withdraw(r, by=s.owner, reason="Settled."),
}
# state → the state that each allowed verb leads to, written out by hand: the table in the code must agree
ALLOWED: dict[str, dict[str, str]] = {
    "draft": {"submit": "assigned"},
    "submitted": {
        "assign": "assigned", "accept": "accepted", "reply": "submitted", "note": "submitted",
        "decline": "not_accepted", "withdraw": "withdrawn",
    },
    "assigned": {
        "assign": "assigned", "accept": "accepted", "reply": "assigned", "note": "assigned", "refer": "assigned",
        "decline": "not_accepted", "withdraw": "withdrawn",
    },
    "accepted": {
        "assign": "assigned", "contact": "in_progress", "ask_back": "waiting", "reply": "accepted", "note": "accepted",
        "refer": "assigned", "answer": "answered", "decline": "not_accepted", "withdraw": "withdrawn",
    },
    "in_progress": {
        "assign": "assigned", "contact": "in_progress", "ask_back": "waiting", "reply": "in_progress",
        "note": "in_progress", "refer": "assigned", "answer": "answered", "decline": "not_accepted",
        "withdraw": "withdrawn",
    },
    "waiting": {
        "assign": "waiting", "contact": "waiting", "reply": "in_progress", "note": "waiting", "answer": "answered",
        "withdraw": "withdrawn",
    },
    "answered": {"note": "answered", "rate": "rated", "close": "closed", "reopen": "in_progress"},
    "rated": {"note": "rated", "close": "closed", "reopen": "in_progress"},
    "closed": {"note": "closed", "rate": "closed", "reopen": "in_progress"},
    "not_accepted": {"note": "not_accepted"},
    "withdrawn": {"note": "withdrawn"},
}  # fmt: skip
# sending again gives the asker the same request back, quietly
QUIET = [(state, "submit") for state in STATES if state != "draft"]


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return Scene()


def test_every_verb_and_state_is_here() -> None:
    assert set(CALLS) == {str(verb) for verb in Verb}
    assert set(ALLOWED) == set(STATES)
    table = {verb: set(TRANSITIONS[verb]) for verb in Verb}
    for verb in Verb:
        written = {state for state in STATES if verb in ALLOWED[state]}
        taking_back = {"accepted", "in_progress"} if verb == "accept" else set()  # tests/stewards/test_rules.py
        assert table[verb] == written | taking_back


@pytest.mark.parametrize("state", STATES)
def test_each_verb_in_a_state(scene: Scene, state: str, subtests: pytest.Subtests) -> None:
    """Each verb is tried on the same request, and taken back."""
    pk = scene.request(state).pk
    for verb in CALLS:
        with subtests.test(verb=verb):
            before = transaction.savepoint()
            try_verb(scene, HelpRequest.objects.get(pk=pk), verb)
            transaction.savepoint_rollback(before)


def try_verb(scene: Scene, asked: HelpRequest, verb: str) -> None:
    state, events = asked.state, asked.events.count()
    target = ALLOWED[state].get(verb)
    if target is not None or (state, verb) in QUIET:
        after = CALLS[verb](scene, asked)
        assert after.state == HelpRequest.objects.get(pk=asked.pk).state == (target or state)
        assert asked.events.count() == events + ((state, verb) not in QUIET)
        return
    with pytest.raises(Refused) as refused:
        CALLS[verb](scene, asked)
    assert len(str(refused.value)) > 20
    stored = HelpRequest.objects.get(pk=asked.pk)
    assert (stored.state, stored.lock_version) == (state, asked.lock_version)
    assert asked.events.count() == events


@pytest.mark.parametrize("verb", CALLS)
def test_to_somebody_from_outside_nothing_is_allowed(scene: Scene, verb: str) -> None:
    """The same verbs, in a state that takes them, by a person who has nothing to do with the request."""
    state = next(state for state in STATES if verb in ALLOWED[state])
    asked = scene.request(state)
    for name in ("owner", "steward", "admin"):
        setattr(scene, name, scene.outsider)
    with pytest.raises(Refused) as refused:
        CALLS[verb](scene, asked)
    assert len(str(refused.value)) > 20
    assert HelpRequest.objects.get(pk=asked.pk).state == state
