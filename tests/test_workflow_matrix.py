"""Every state of a request × every verb: allowed to the right person, or refused with a reason, changing nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.acts import acting
from stewards.asking.verbs import receive
from stewards.assignment import verbs
from stewards.deskwork import belonging, bulk, recording
from stewards.models import HelpRequest, StandIn
from stewards.parts import dates
from stewards.parts import verbs as parts
from stewards.relations import merging
from stewards.transitions import TRANSITIONS, Verb
from tests.factories.accounts import HandlerFactory, UserFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.parts import RequestPartFactory
from tests.factories.standards import time_ask
from tests.stewards.scene import STATES, Scene


def record(scene: Scene, request: HelpRequest) -> HelpRequest:
    """What stewards/deskwork/recording.py does with the draft that it made."""
    HelpRequest.objects.filter(pk=request.pk).update(recorded_by=scene.steward)
    with acting(Verb.RECORD, request, by=scene.steward) as act:
        receive(act, "Rent", "How do we apply?")
    return act.request


def stood_in(scene: Scene, request: HelpRequest) -> StandIn:
    """The second steward has the request while the first is away."""
    HelpRequest.objects.filter(pk=request.pk).update(handler=scene.second)
    return StandIn.objects.create(request=request, leave=LeaveFactory(person=scene.steward), person=scene.second)


# the state a part must be in, who does it, and what is said with it
PART_ACTS: dict[str, tuple[str, Callable[..., Any], str, dict[str, Any]]] = {
    "accept_part": ("open", parts.accept, "handler", {}),
    "answer_part": ("accepted", parts.answer, "handler", {"text": "It owes nothing."}),
    "return_part": ("open", parts.give_back, "handler", {"reason": "Not ours."}),
    "transfer_part": ("open", parts.transfer, "handler", {"reason": "It is yours.", "department": "other"}),
    "send_part_back": ("answered", parts.send_back, "steward", {"reason": "Since when?", "due_on": None}),
    "withdraw_part": ("open", parts.withdraw, "steward", {"reason": "No longer needed."}),
    "decide_part": ("centre", parts.decide, "admin", {"reason": "Yours.", "due_on": None, "department": "other"}),
    "hand_part": ("accepted", verbs.hand_part, "handler", {"to": "colleague", "leave": "theirs"}),
    "move_part": ("open", parts.move, "steward", {"reason": "A day more.", "due_on": None}),
}


def act_on_part(act: str, scene: Scene, request: HelpRequest) -> HelpRequest:
    """On a part that is there already, of the handler's department."""
    state, verb, who, facts = PART_ACTS[act]
    handler = HandlerFactory()
    fields: dict[str, Any] = {"state": state, "handler": None if state in ("open", "centre") else handler}
    if state == "answered":
        fields |= {"answer": "It owes nothing.", "answered_at": timezone.now()}
    part = RequestPartFactory(request=request, department=handler.department, due_on=dates.earliest(), **fields)
    later: dict[str, Callable[[], Any]] = {"department": lambda: HandlerFactory().department, "due_on": dates.earliest}
    if act == "hand_part":
        later["to"] = lambda: HandlerFactory(department=handler.department)
        later["leave"] = lambda: LeaveFactory(person=handler)
    facts = facts | {name: make() for name, make in later.items() if name in facts}
    by = {"handler": handler if taker(scene) == scene.handler else scene.outsider}.get(who) or getattr(scene, who)
    verb(part, by=by, **facts)
    return HelpRequest.objects.get(pk=request.pk)


def add_part(scene: Scene, request: HelpRequest) -> HelpRequest:
    given = {"department": HandlerFactory().department, "asked": "Taxes?", "due_on": dates.earliest()}
    return parts.add(request, by=scene.steward, **given).request


def taker(scene: Scene) -> Any:
    """The handler; in the test of people from outside, one of those."""
    return scene.outsider if scene.steward == scene.outsider else scene.handler


def referred(scene: Scene, request: HelpRequest) -> HelpRequest:
    """As if it had been handed to the handler's department."""
    HelpRequest.objects.filter(pk=request.pk).update(department=scene.tax, handler=scene.handler)
    return request


def undecided(request: HelpRequest) -> HelpRequest:
    """As if it had been returned too often."""
    HelpRequest.objects.filter(pk=request.pk).update(department=None, handler=None, returns=3)
    return request


def nobodys(scene: Scene, request: HelpRequest) -> HelpRequest:
    """As if it had been taken down for somebody without an account."""
    rows = HelpRequest.objects.filter(pk=request.pk)
    rows.update(recorded_by=scene.second, enterprise=None, asker=recording.no_account(), caller="Mr Fictional")
    return request


def linked(scene: Scene, request: HelpRequest) -> HelpRequest:
    """As if the desk had linked it to the person who asked."""
    held = {"enterprise": None, "asker": recording.no_account().pk}
    last = request.events.last()
    request.events.filter(pk=last.pk if last else None).update(kind="identified", data={"held": held, "whose": {}})
    HelpRequest.objects.filter(pk=request.pk).update(recorded_by=scene.second)
    return request


def undo(scene: Scene, request: HelpRequest) -> HelpRequest:
    """As if the steward's last act had been to accept it, and nothing else had changed by it."""
    last = request.events.last()
    request.events.filter(pk=last.pk if last else None).update(
        actor=scene.steward, kind="accepted", data={"version": request.lock_version}
    )
    names = ("state", "steward_id", "handler_id", "department_id")
    before = {**{name: getattr(request, name) for name in names}, "assigned_at": None, "accepted_at": None}
    return bulk.take_back(request, by=scene.steward, before=before, version=request.lock_version)


def watched(request: HelpRequest, **fields: Any) -> HelpRequest:
    """Late, with an instruction on it and under supervision."""
    now = timezone.now()
    facts = {"supervised_at": now, "attention_at": now, "due_on": timezone.localdate() - timedelta(days=4)}
    HelpRequest.objects.filter(pk=request.pk).update(**{**facts, **fields})
    request.instructions.create(leader=request.asker, text="Call them.")
    return request


def tomorrow() -> date:
    """The next day on which people work."""
    return calendar.current().add_working_days(local_day(), 1)


def above(scene: Scene) -> Any:
    """A linked leader; in the test of people from outside, one of those."""
    return scene.outsider if scene.steward == scene.outsider else UserFactory(roles=["leader"])


# how each verb is called by the person whose verb it is
CALLS: dict[str, Callable[[Scene, HelpRequest], HelpRequest]] = {
    "submit": lambda s, r: workflow.submit(r, by=s.owner),
    "record": lambda s, r: record(s, r),
    "undo": lambda s, r: undo(s, r),
    "assign": lambda s, r: workflow.assign(r, steward=s.second, by=s.admin),
    "accept": lambda s, r: workflow.accept(r, by=s.steward),
    "contact": lambda s, r: workflow.contact(r, by=s.steward, text="Good morning."),
    "ask_back": lambda s, r: workflow.ask_back(r, by=s.steward, text="Since when?"),
    "reply": lambda s, r: workflow.reply(r, by=s.owner, text="Since May."),
    "note": lambda s, r: workflow.note(r, by=s.steward, text="Look at the file."),
    "hand_over": lambda s, r: verbs.hand_over(r, to=s.second, leave=LeaveFactory(person=s.steward), by=s.steward),
    "hand_back": lambda s, r: verbs.hand_back(stood_in(s, r), by=s.steward),
    "refer": lambda s, r: workflow.refer(r, by=s.steward, department=s.tax, reason="A tax matter."),
    "give_back": lambda s, r: workflow.give_back(referred(s, r), by=taker(s), reason="Not ours."),
    "decide": lambda s, r: workflow.decide(undecided(r), by=s.admin, department=s.tax, reason="It is yours."),
    "add_part": lambda s, r: add_part(s, r),
    **{verb: partial(act_on_part, verb) for verb in PART_ACTS},
    "answer": lambda s, r: workflow.answer(r, by=s.steward, text="Apply online."),
    "rate": lambda s, r: workflow.rate(r, by=s.owner, score=5, solved=True),
    "write_rating": lambda s, r: workflow.write_rating(nobodys(s, r), by=s.admin, score=4, solved=True),
    "close": lambda s, r: workflow.close(r, by=s.steward),
    "reopen": lambda s, r: workflow.reopen(r, by=s.owner, reason="Not settled."),
    "decline": lambda s, r: workflow.decline(r, by=s.steward, ground="court", where_instead="The court."),
    "withdraw": lambda s, r: workflow.withdraw(r, by=s.owner, reason="Settled."),
    "instruct": lambda s, r: workflow.instruct(watched(r), by=above(s), text="Call them."),
    "report": lambda s, r: workflow.report(watched(r), by=s.admin, text="Called."),
    "supervise": lambda s, r: workflow.supervise(watched(r, supervised_at=None), by=s.admin, reason="Too long."),
    "release": lambda s, r: workflow.release(watched(r), by=s.admin, word="Answered."),
    "renew": lambda s, r: workflow.renew(watched(r), by=s.admin, day=tomorrow(), reason="A day more."),
    "unheard": lambda s, r: workflow.unheard(watched(r), by=s.owner),
    "lasted": lambda s, r: workflow.lasted(r, by=s.owner, yes=True),
    "merge": lambda s, r: merging.merge(r, by=s.steward, into=s.goal(r)),
    "unmerge": lambda s, r: merging.unmerge(r, by=s.steward),
    "link": lambda s, r: belonging.link(nobodys(s, r), by=s.steward, enterprise=EnterpriseFactory()),
    "unlink": lambda s, r: belonging.unlink(linked(s, r), by=s.admin, reason="Not theirs."),
    "ask_time": lambda s, r: workflow.ask_time(r, by=s.steward, kind="extension", days=2, reason="A tax matter."),
    "grant_time": lambda s, r: workflow.grant_time(r, by=s.admin, ask=time_ask(r, s.second)),
    "refuse_time": lambda s, r: workflow.refuse_time(r, by=s.admin, ask=time_ask(r, s.second), word="No."),
}
# state → the state that each allowed verb leads to, written out by hand: the table in the code must agree
ALLOWED: dict[str, dict[str, str]] = {
    "draft": {"submit": "assigned", "record": "assigned"},
    "submitted": {
        "merge": "merged",
        "assign": "assigned", "accept": "accepted", "reply": "submitted", "note": "submitted",
        "decline": "not_accepted", "withdraw": "withdrawn",
    },
    "assigned": {
        "undo": "assigned",
        "merge": "merged",
        "hand_over": "assigned", "hand_back": "assigned",
        "assign": "assigned", "accept": "accepted", "reply": "assigned", "note": "assigned", "refer": "assigned",
        "decline": "not_accepted", "withdraw": "withdrawn",
    },
    "accepted": {
        "undo": "accepted",
        "merge": "merged",
        "hand_over": "accepted", "hand_back": "accepted",
        "assign": "assigned", "contact": "in_progress", "ask_back": "waiting", "reply": "accepted", "note": "accepted",
        "refer": "assigned", "answer": "answered", "decline": "not_accepted", "withdraw": "withdrawn",
    },
    "in_progress": {
        "undo": "in_progress",
        "merge": "merged",
        "hand_over": "in_progress", "hand_back": "in_progress",
        "assign": "assigned", "contact": "in_progress", "ask_back": "waiting", "reply": "in_progress",
        "note": "in_progress", "refer": "assigned", "answer": "answered", "decline": "not_accepted",
        "withdraw": "withdrawn",
    },
    "waiting": {
        "undo": "waiting",
        "merge": "merged",
        "hand_over": "waiting", "hand_back": "waiting",
        "assign": "waiting", "contact": "waiting", "reply": "in_progress", "note": "waiting", "answer": "answered",
        "withdraw": "withdrawn",
    },
    "answered": {
        "hand_back": "answered",
        "note": "answered", "rate": "rated", "write_rating": "rated", "close": "closed", "reopen": "in_progress",
    },
    "rated": {"hand_back": "rated", "note": "rated", "close": "closed", "reopen": "in_progress"},
    "closed": {
        "undo": "closed", "write_rating": "closed",
        "hand_back": "closed", "note": "closed", "rate": "closed", "reopen": "in_progress",
    },
    "not_accepted": {"note": "not_accepted"},
    "withdrawn": {"note": "withdrawn"},
    "merged": {"note": "merged", "unmerge": "assigned"},
}  # fmt: skip
for _state in ("submitted", "assigned", "accepted", "in_progress"):
    ALLOWED[_state] |= dict.fromkeys(("supervise", "renew", "unheard"), _state)
for _state in ("answered", "rated", "closed"):
    ALLOWED[_state] |= {"unheard": "in_progress"}
for _state in ("submitted", "assigned", "accepted", "in_progress", "waiting", "answered", "rated", "closed"):
    ALLOWED[_state] |= dict.fromkeys(("instruct", "report", "release"), _state)
ALLOWED["closed"] |= {"lasted": "closed"}
for _state in ("submitted", "assigned", "accepted", "in_progress", "waiting", "answered", "rated", "closed"):
    ALLOWED[_state] |= dict.fromkeys(("link", "unlink"), _state)
for _state in ("assigned", "accepted", "in_progress", "waiting"):
    ALLOWED[_state] |= dict.fromkeys(PART_ACTS, _state)  # what is done to a part leaves the state of the whole
    ALLOWED[_state] |= dict.fromkeys(("ask_time", "grant_time", "refuse_time"), _state)
ALLOWED["assigned"] |= {"give_back": "assigned", "decide": "assigned"}
ALLOWED["accepted"] |= {"give_back": "assigned", "add_part": "in_progress"}
ALLOWED["in_progress"] |= {"give_back": "assigned", "add_part": "in_progress"}
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
