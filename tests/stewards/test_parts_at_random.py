"""Whatever people try, in whatever order: no answer over an open part, never without steward, date and trace."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from portal.core.access import Refused
from stewards import workflow
from stewards.enums import DONE_STATES, OPEN_STATES
from stewards.models import HelpRequest, RequestPart
from stewards.parts import dates, verbs
from tests.factories.accounts import HandlerFactory
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene

pytestmark = pytest.mark.django_db
STEPS = 70


class Play:
    """One request, everybody who may meddle with it, and what they try."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.random, self.done = Random(seed), set[str]()
        self.request = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
        self.handlers = handlers = [
            scene.handler,
            HandlerFactory(department=scene.tax),
            HandlerFactory(),
            HandlerFactory(),
        ]
        self.people = [scene.steward, scene.steward, scene.admin, *handlers, scene.second, scene.owner, scene.outsider]
        self.departments = [*{person.department_id: person.department for person in handlers}.values()]
        self.whole: dict[str, Callable[..., Any]] = {
            "add": lambda by: verbs.add(self.now, by=by, department=self.department, asked="x", due_on=self.day),
            "contact": lambda by: workflow.contact(self.now, by=by, text="x"),
            "ask_back": lambda by: workflow.ask_back(self.now, by=by, text="x"),
            "reply": lambda by: workflow.reply(self.now, by=by, text="x"),
            "accept": lambda by: workflow.accept(self.now, by=by),
            "refer": lambda by: workflow.refer(self.now, by=by, department=self.department, reason="x"),
            "give_back": lambda by: workflow.give_back(self.now, by=by, reason="x"),
            "decide": lambda by: workflow.decide(self.now, by=by, department=self.department, reason="x"),
            "answer": lambda by: workflow.answer(self.now, by=by, text="x"),
            "reopen": lambda by: workflow.reopen(self.now, by=by, reason="x"),
        }
        self.parts: dict[str, Callable[..., Any]] = {
            "accept_part": lambda p, by: verbs.accept(p, by=by),
            "answer_part": lambda p, by: verbs.answer(p, by=by, text="x"),
            "return": lambda p, by: verbs.give_back(p, by=by, reason="x"),
            "transfer": lambda p, by: verbs.transfer(p, by=by, department=self.department, reason="x"),
            "decide_part": lambda p, by: verbs.decide(
                p, by=by, department=self.department, reason="x", due_on=self.day
            ),
            "send_back": lambda p, by: verbs.send_back(p, by=by, reason="x", due_on=self.day),
            "move": lambda p, by: verbs.move(p, by=by, reason="x", due_on=self.day),
            "withdraw_part": lambda p, by: verbs.withdraw(p, by=by, reason="x"),
        }

    @property
    def now(self) -> HelpRequest:
        return HelpRequest.objects.get(pk=self.request.pk)

    @property
    def department(self) -> Any:
        return self.random.choice(self.departments)

    @property
    def day(self) -> Any:
        return self.random.choice([dates.earliest(), dates.proposed(self.now), dates.latest(self.now)])

    def natural(self, name: str, part: RequestPart | None) -> Any:
        if name in ("reply", "reopen"):
            return self.people[-2]
        if name.startswith("decide"):
            return self.people[2]
        if part and name in ("accept_part", "answer_part", "return", "transfer"):
            theirs = [person for person in self.handlers if person.department_id == part.department_id]
            return part.handler or self.random.choice(theirs)
        return self.people[0]

    def step(self) -> bool:
        """One try by anybody; whether it was allowed."""
        parts = list(RequestPart.objects.select_related("request", "department", "handler"))
        part = self.random.choice(parts) if parts and self.random.random() < 0.65 else None
        name = self.random.choice([*(self.parts if part else self.whole)])
        by = self.random.choice(self.people)
        if self.random.random() < 0.7:  # often whoever may do such things
            by = self.natural(name, part)
        try:
            self.parts[name](part, by) if part else self.whole[name](by)
        except Refused:
            return False
        self.done.add(name)
        return True

    def check(self) -> None:
        request, parts = self.now, list(RequestPart.objects.all())
        live = [part for part in parts if part.is_live]
        assert request.steward_id
        assert request.due_on
        assert not (live and request.state not in OPEN_STATES)
        assert not (request.state in DONE_STATES and request.answered_at is None)
        assert all(part.due_on <= dates.latest(request) for part in live)
        assert len({part.department_id for part in live}) == len(live)
        assert all(part.handler_id for part in parts if part.state in ("accepted", "answered", "returned"))
        assert not any(part.state == "centre" for part in parts) or request.returns >= 3
        assert request.events.filter(kind__in=("part_return", "given_back")).count() == request.returns


@pytest.mark.parametrize("seed", [3, 11])
def test_no_order_of_acts_leaves_something_undone(scene: Scene, seed: int) -> None:
    play = Play(scene, seed)
    traces = 0
    for _step in range(STEPS):
        allowed = play.step()
        play.check()
        assert play.request.events.count() == (traces := traces + allowed)
    assert len(play.done) >= 8, play.done
