"""Pairs of acts on one request that two people do in the same moment: for tests/stewards/test_races.py."""

from collections.abc import Callable
from functools import partial
from typing import Any

from stewards import workflow
from stewards.models import HelpRequest
from stewards.parts import dates
from stewards.parts import verbs as parts
from stewards.rating import rectifying
from stewards.relations import merging
from tests.factories.accounts import HandlerFactory, UserFactory
from tests.factories.parts import RequestPartFactory, taken
from tests.factories.rating import answered, rated, rectification
from tests.factories.standards import time_ask
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene

Acts = tuple[Callable[[], Any], ...]


def held(scene: Scene) -> HelpRequest:
    """A request that the steward has accepted."""
    return accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)


def two_deciders(scene: Scene, kind: str, second: str) -> tuple[HelpRequest, Acts]:
    asked, other = held(scene), UserFactory(roles=["admin"], name_en="Bea Boss")
    ask = time_ask(asked, scene.steward, kind=kind, days=20 if kind == "complex" else 3)
    grant = partial(workflow.grant_time, asked, by=scene.admin, ask=ask)
    acts = {
        "grant": partial(workflow.grant_time, asked, by=other, ask=ask),
        "refuse": partial(workflow.refuse_time, asked, by=other, ask=ask, word="Not yet."),
        "answer": partial(workflow.answer, asked, by=scene.steward, text="Apply online.", seen=asked.lock_version),
    }
    return asked, (grant, acts[second])


def two_askers(scene: Scene) -> tuple[HelpRequest, Acts]:
    asked = held(scene)
    ask = partial(workflow.ask_time, asked, by=scene.steward, kind="extension", days=2, reason="A tax matter.")
    return asked, (ask, ask)


def at_a_part(scene: Scene, which: str) -> tuple[HelpRequest, Acts]:
    asked = held(scene)
    colleague = HandlerFactory(department=scene.tax, name_en="Carla Colleague")
    if which == "accept":
        part = RequestPartFactory(request=asked, department=scene.tax)
        return asked, (partial(parts.accept, part, by=scene.handler), partial(parts.accept, part, by=colleague))
    part = taken(asked, scene.handler)
    acts = {
        "answer": partial(parts.answer, part, by=scene.handler, text="None."),
        "withdraw": partial(parts.withdraw, part, by=scene.steward, reason="Settled."),
        "return": partial(parts.give_back, part, by=scene.handler, reason="Not ours."),
        "move": partial(parts.move, part, by=scene.steward, reason="A day more.", due_on=dates.earliest(), seen=0),
    }
    first, second = which.split("/")
    return asked, (acts[first], acts[second])


def two_parts(scene: Scene) -> tuple[HelpRequest, Acts]:
    """The same department is asked twice, by a double click."""
    asked = held(scene)
    given = {"department": scene.tax, "asked": "Taxes?", "due_on": dates.earliest()}
    return asked, (partial(parts.add, asked, by=scene.steward, **given),) * 2


def last_part_and_answer(scene: Scene) -> tuple[HelpRequest, Acts]:
    """A part is asked for while the steward answers the enterprise: no answer goes out over an open part."""
    asked = held(scene)
    add = partial(parts.add, asked, by=scene.steward, department=scene.tax, asked="?", due_on=dates.earliest())
    return asked, (add, partial(workflow.answer, asked, by=scene.steward, text="Apply online."))


def merging_both_ways(scene: Scene, which: str) -> tuple[HelpRequest, Acts]:
    one, two, three = (held(scene) for _n in range(3))
    acts = {
        "back": partial(merging.merge, two, by=scene.steward, into=one),
        "again": partial(merging.merge, one, by=scene.steward, into=two),
        "on": partial(merging.merge, two, by=scene.steward, into=three),
        "away": partial(merging.merge, one, by=scene.steward, into=three),
        "answer": partial(workflow.answer, one, by=scene.steward, text="Done."),
    }
    first = acts["again"]
    if which == "apart":
        merging.merge(one, by=scene.steward, into=two)
        one = HelpRequest.objects.get(pk=one.pk)
        first = acts["apart"] = partial(merging.unmerge, one, by=scene.steward, seen=one.lock_version)
    return two if which == "on" else one, (first, acts[which])


def closing_twice(scene: Scene) -> tuple[HelpRequest, Acts]:
    row = rectification(rated(steward=scene.steward))
    rectifying.call_back(row, by=scene.steward, reached=True, content=True, words="All is well.")
    close = partial(rectifying.close, row, by=scene.steward, done="We called.")
    return row.request, (close, close)


def supervised_twice(scene: Scene) -> tuple[HelpRequest, Acts]:
    asked = held(scene)
    return asked, (partial(workflow.supervise, asked, by=scene.admin, reason="Too long."),) * 2


def unheard_and(scene: Scene, which: str) -> tuple[HelpRequest, Acts]:
    asked = answered(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    unheard = partial(workflow.unheard, asked, by=scene.owner, seen=asked.lock_version)
    acts = {
        "close": partial(workflow.close, asked, by=scene.steward, seen=asked.lock_version),
        "rate": partial(workflow.rate, asked, by=scene.owner, score=1, solved=False, seen=asked.lock_version),
        "reopen": partial(workflow.reopen, asked, by=scene.owner, reason="Still open.", seen=asked.lock_version),
    }
    return asked, (unheard, acts[which])


PAIRS: dict[str, tuple[Callable[..., tuple[HelpRequest, Acts]], tuple[str, ...], str]] = {
    # name: the scene, the kinds of entry of which exactly one is left, what the loser reads
    "two grant more time": (partial(two_deciders, kind="extension", second="grant"), ("extended",), "has decided on"),
    "grant and refuse": (
        partial(two_deciders, kind="extension", second="refuse"), ("extended", "time_refused"), "has decided on it",
    ),
    "two approve it as complex": (partial(two_deciders, kind="complex", second="grant"), ("complex",), "has decided"),
    "complex and answered": (
        partial(two_deciders, kind="complex", second="answer"), ("complex", "answered"), "more time|approved|answered",
    ),
    "two ask for time": (two_askers, ("time_asked",), "has asked for more time already"),
    "two accept a part": (partial(at_a_part, which="accept"), ("part_taken",), "has already accepted this part"),
    "answer and withdraw a part": (
        partial(at_a_part, which="answer/withdraw"), ("part_answer", "part_gone"), "part is done|no longer needed",
    ),
    "return and withdraw a part": (
        partial(at_a_part, which="return/withdraw"), ("part_return", "part_gone"), "has returned|no longer needed",
    ),
    "answer a part twice": (partial(at_a_part, which="answer/answer"), ("part_answer",), "This part is done"),
    "ask a department twice": (two_parts, ("part_added",), "at work on this request already"),
    "a part and the answer": (last_part_and_answer, ("part_added", "answered"), "answered|part"),
    "merge both ways": (partial(merging_both_ways, which="back"), ("merged", "joined"), "merged"),
    "merge twice": (partial(merging_both_ways, which="again"), ("merged",), "merged"),
    "merge in a chain": (partial(merging_both_ways, which="on"), ("merged", "joined"), "no longer open|merged into"),
    "merge into two": (partial(merging_both_ways, which="away"), ("merged",), "merged"),
    "merge and answer": (partial(merging_both_ways, which="answer"), ("merged", "answered"), "merged|answered|done"),
    "take apart twice": (partial(merging_both_ways, which="apart"), ("unmerged",), "You have done this already"),
    "put right twice": (closing_twice, ("rectified",), "put right already"),
    "supervise twice": (supervised_twice, ("supervised",), "supervis"),
    "unheard and closed": (partial(unheard_and, which="close"), ("unheard", "closed"), "look again|contacted|closed"),
    "unheard and rated": (partial(unheard_and, which="rate"), ("unheard", "rated"), "look again|contacted|rated"),
    "unheard and reopened": (
        partial(unheard_and, which="reopen"), ("unheard", "reopened"), "contacted|opened the request again",
    ),
}  # fmt: skip
