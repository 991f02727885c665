"""Giving a request to somebody when it comes in: its steward, the steward's substitute, or whose turn it is."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import User
from portal.core.calendar import local_day
from stewards.acts import Act
from stewards.assignment.choosing import Choice, Words, choose
from stewards.assignment.queries import (
    candidates,
    in_rotation,
    in_same_department,
    leave_of,
    loaded,
    substitute_on,
    wanted_of,
)
from stewards.models import Leave, StandIn, StewardProfile, Stewardship
from stewards.numbers import reserve
from stewards.queries import steward_of
from stewards.timeline import both_names

ROTATION = 0  # the series of the turns, beside those of the years: taking the next one locks it for the transaction
MOST_KEPT = 20  # of those who were passed over; the others are counted


@dataclass(frozen=True, slots=True)
class Found:
    """Whether somebody has the request now, and what its event keeps about that."""

    given: bool
    data: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.given


def place(act: Act) -> Found:
    """Give the request to whoever is responsible for it; where nobody is, the service centre hears why."""
    day = local_day(act.now)
    stewardship = steward_of(act.request.enterprise, day)
    return _by_stewardship(act, stewardship, day) if stewardship else _by_rotation(act, day)


def cover(act: Act, day: date) -> dict[str, Any]:
    """Whoever should work on the request now is away: their substitute does, or the department that they had it for.
    What the event keeps about it."""
    request = act.request
    leave = leave_of(request.handler_id, day)
    if leave is None:
        return {}
    theirs = request.steward_id == leave.person_id
    person = replacement(leave, day, theirs=theirs)
    if person is None and (theirs or leave.person.department is None):
        return {}
    stand_in(act, leave, person)
    return told(leave, person)


def replacement(leave: Leave, day: date, *, theirs: bool) -> User | None:
    """Who answers meanwhile: the substitute; for what is not `theirs` as its steward only one of the department."""
    person = substitute_on(leave, day)
    return person if person and (theirs or in_same_department(leave.person, person)) else None


def stand_in(act: Act, leave: Leave, person: User | None) -> None:
    """Put the request on the substitute's desk until the leave ends, or without one on that of the department."""
    StandIn.objects.filter(request=act.request, part__isnull=True, until__isnull=True).update(until=act.now)
    department = (person or leave.person).department or act.request.department
    act.change(handler=person, department=department, assigned_at=act.now)
    if person is not None:
        StandIn.objects.create(request=act.request, leave=leave, person=person, since=act.now)


def told(leave: Leave, person: User | None) -> dict[str, Any]:
    """Who answers for whom and until when, as an event keeps it."""
    facts = {"name": both_names(leave.person), "until": leave.ends_on.isoformat()}
    by = both_names(person or leave.person.department)
    return {"stand_in": {**facts, "by": by, "phone": person.phone if person else ""}}


def _by_stewardship(act: Act, stewardship: Stewardship, day: date) -> Found:
    steward = stewardship.steward
    leave = leave_of(steward.pk, day)
    person = substitute_on(leave, day) if leave else steward
    facts = {"name": both_names(steward), "until": leave.ends_on.isoformat()} if leave else {}
    if person is None:
        return Found(False, kept([("no-substitute", facts)]))
    act.change(steward=steward, handler=steward, department=steward.department, assigned_at=act.now)
    if leave is None:
        return Found(True, kept([(str(stewardship.scope), {})]))
    stand_in(act, leave, person)
    return Found(True, kept([("stands-in", facts)]) | told(leave, person))


def _by_rotation(act: Act, day: date) -> Found:
    if not in_rotation().exists():
        return Found(False, kept([("nobody", {})]))
    choice, turn = turn_of(act.request, day)
    if choice.person is None:
        return Found(False, kept([("nobody-fits", {})], choice))
    take_turn(choice.person, turn)
    person = choice.person
    act.change(steward=person, handler=person, department=person.department, assigned_at=act.now)
    return Found(True, kept(choice.reasons, choice))


def turn_of(request: Any, day: date) -> tuple[Choice, int]:
    """Whose turn it is. Two requests at once are chosen for one after the other, each seeing the other's choice."""
    turn = reserve(ROTATION, 1)[0]
    wanted = wanted_of(request)
    return choose(loaded(candidates(day), wanted), wanted), turn


def take_turn(person: User, turn: int) -> None:
    StewardProfile.objects.filter(person=person).update(turn=turn)


def kept(reasons: list[Words], choice: Choice | None = None) -> dict[str, Any]:
    """What an event keeps of a choice: stewards/assignment/words.py reads it."""
    passed = choice.passed_over if choice else []
    facts: dict[str, Any] = {
        "reasons": [list(words) for words in reasons],
        "passed": [[both_names(each.person), list(words)] for each, words in passed[:MOST_KEPT]],
    }
    if len(passed) > MOST_KEPT:
        facts["more"] = len(passed) - MOST_KEPT
    if choice and choice.person is None:
        facts["counts"] = Counter(words[0] for _each, words in passed)
    return {"choice": facts}
