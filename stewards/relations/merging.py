"""Merging duplicates: one request goes on, the other waits folded up beside it and can be taken out again.

What the merge changed is kept in its timeline entry, so that undoing it restores state, clock, date and holder exactly.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal.core.access import require
from stewards.acts import Act, acting, lock
from stewards.enums import OPEN_STATES, EventKind
from stewards.models import HelpRequest
from stewards.queries import asking_people
from stewards.relations import messages, rules
from stewards.standard import deadlines
from stewards.transitions import Verb

MERGEABLE = OPEN_STATES
HOLDERS = ("steward_id", "handler_id", "department_id")
PROMISE = ("due_on", "due_provisional", "promised_days")
Kept = dict[str, Any]


def merge(request: HelpRequest, *, by: Any, into: HelpRequest, seen: int | None = None) -> HelpRequest:
    """The request continues in the other one, which takes over its text, its files and its date if that is earlier."""
    with transaction.atomic():
        before = _lock_in_order(request, into)
        goal = lock(into)
        with acting(Verb.MERGE, request, by=by, seen=seen) as act:
            require(rules.may_continue_in(by, before, goal))
            kept = _state_of(before)
            act.change(merged_into=goal, waiting_since=None)
            if before.steward_id is None:  # whoever sees the other one goes on seeing this one
                act.change(steward=goal.steward, handler=goal.handler, department=goal.department)
            act.record(EventKind.MERGED, data={"other": goal.number, "before": kept})
            _join(goal, before, by)
            act.tell(asking_people(before), messages.continues)
            act.tell([before.steward, before.handler], messages.rearranged)
    return act.request


def unmerge(request: HelpRequest, *, by: Any, seen: int | None = None) -> HelpRequest:
    """Take it out again: it is what it was before, and the other one gets its own date back."""
    with transaction.atomic():
        merged = _lock_in_order(request, request.merged_into)
        with acting(Verb.UNMERGE, request, by=by, seen=seen) as act:
            goal = lock(merged.merged_into)  # type: ignore[arg-type]
            kept = merged.events.filter(kind=EventKind.MERGED).latest("pk").data["before"]
            waiting = kept["waiting_since"] and datetime.fromisoformat(kept["waiting_since"])
            act.change(state=kept["state"], waiting_since=waiting, merged_into=None)
            act.change(**{name: kept[name] for name in HOLDERS})
            act.record(EventKind.UNMERGED, data={"other": goal.number})
            _part(goal, merged, by)
            act.tell(asking_people(merged), messages.continues_alone)
            act.tell([act.request.steward, act.request.handler], messages.rearranged)
    return act.request


def _lock_in_order(request: HelpRequest, other: HelpRequest | None) -> HelpRequest:
    """Both rows locked, the older one first: two people who merge the same pair wait for each other, never forever.

    Returns the request as it is now."""
    keys = [each.pk for each in (request, other) if each is not None]
    list(HelpRequest.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    return lock(request)


def _state_of(request: HelpRequest) -> Kept:
    waiting = request.waiting_since
    holders = {name: getattr(request, name) for name in HOLDERS}
    return {"state": request.state, "waiting_since": waiting and waiting.isoformat(), **holders}


def offer(request: HelpRequest, now: datetime) -> Kept:
    """The promise that the request brings along; while the enterprise is asked, it moves on with every working day."""
    assert request.due_on is not None
    due = deadlines.moved_on(request, now) if request.waiting_since else None
    day, provisional = (due.day, due.provisional) if due else (request.due_on, request.due_provisional)
    return {"due_on": day.isoformat(), "due_provisional": provisional, "promised_days": request.promised_days}


def _join(goal: HelpRequest, request: HelpRequest, by: Any) -> None:
    """The other side of a merge, on the request that goes on: of two dates the earlier one holds."""
    act = Act(Verb.MERGE, goal, by)
    brought = offer(request, act.now)
    data: Kept = {"other": request.number, "offer": brought}
    if brought["due_on"] < _promise_of(goal)["due_on"]:
        data |= _promise(act, brought, base=(_last_set(goal) or {}).get("base") or _promise_of(goal))
    _settle(act, EventKind.JOINED, data)


def _part(goal: HelpRequest, request: HelpRequest, by: Any) -> None:
    """The earliest of what is left holds: the goal's own date, unless it was given another one meanwhile."""
    act = Act(Verb.UNMERGE, goal, by)
    data: Kept = {"other": request.number}
    last = _last_set(goal)
    if last is not None and goal.is_open:  # what was promised when it was answered stays
        brought = {each.data["other"]: each.data["offer"] for each in goal.events.filter(kind=EventKind.JOINED)}
        left = goal.merged.exclude(pk=request.pk).values_list("number", flat=True)
        promises = [last["base"], *(brought[str(number)] for number in left)]
        earliest = min(promises, key=lambda promise: str(promise["due_on"]))
        if earliest != _promise_of(goal):
            data |= _promise(act, earliest, base=last["base"])
    _settle(act, EventKind.PARTED, data)


def _promise(act: Act, promise: Kept, base: Kept) -> Kept:
    """Give the goal that promise; `base` is its own, to which it returns."""
    act.change(**promise | {"due_on": date.fromisoformat(promise["due_on"])})
    return {"base": base, "then": promise, "due_on": promise["due_on"]}


def _last_set(goal: HelpRequest) -> Kept | None:
    """What a merge set the date to, as long as nothing else has changed it since."""
    moved = goal.events.filter(kind__in=[EventKind.JOINED, EventKind.PARTED], data__has_key="then").last()
    return moved.data if moved and moved.data["then"] == _promise_of(goal) else None


def _promise_of(request: HelpRequest) -> Kept:
    assert request.due_on is not None
    return {name: getattr(request, name) for name in PROMISE} | {"due_on": request.due_on.isoformat()}


def _settle(act: Act, kind: EventKind, data: Kept) -> None:
    """What others decide on an older page of the goal has to be decided anew."""
    act.change(lock_version=act.request.lock_version + 1, changed_at=act.now)
    act.record(kind, data=data)
    act.tell([act.request.steward, act.request.handler], messages.rearranged)
    act.save()
