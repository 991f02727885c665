"""Merging duplicates: one request goes on, the other waits folded up beside it and can be taken out again.

What the merge changed is kept in its timeline entry, so that undoing it restores state, clock, date, holder and the
departments' parts exactly.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from portal.core import calendar
from portal.core.access import require
from portal.core.calendar import local_day
from stewards.acts import Act, acting, lock
from stewards.enums import OPEN_STATES, EventKind
from stewards.models import HelpRequest
from stewards.parts import folding
from stewards.parts import messages as part_messages
from stewards.queries import asking_people
from stewards.relations import messages, renewals, rules, watching
from stewards.relations.merge_history import History, Kept, promise_of
from stewards.relations.promises import counted
from stewards.relations.renewals import Renewals
from stewards.standard import deadlines
from stewards.transitions import Verb

MERGEABLE = OPEN_STATES
HOLDERS = ("steward_id", "handler_id", "department_id")


def merge(request: HelpRequest, *, by: Any, into: HelpRequest, seen: int | None = None) -> HelpRequest:
    """The request continues in the other one, which takes over its text, its files and its date if that is earlier.

    What departments still have of it ends: the other one goes on with its own parts."""
    with transaction.atomic():
        before = _lock_in_order(request, into)
        goal = lock(into)
        with acting(Verb.MERGE, request, by=by, seen=seen) as act:
            require(rules.may_continue_in(by, before, goal))
            kept = _state_of(before) | {"parts": folding.open_of(act.request)}
            act.change(merged_into=goal, waiting_since=None)
            if before.steward_id is None:  # whoever sees the other one goes on seeing this one
                act.change(steward=goal.steward, handler=goal.handler, department=goal.department)
            act.record(EventKind.MERGED, data={"other": goal.number, "before": kept})
            _join(goal, before, by)
            act.tell(asking_people(before), messages.continues)
            act.tell([before.steward, before.handler, *watching.watchers_of(before)], messages.rearranged)
            part_messages.tell_over(act)
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
            act.change(**_holders(kept, goal))
            act.record(EventKind.UNMERGED, data={"other": goal.number})
            _part(goal, merged, by)
            act.tell(asking_people(merged), messages.continues_alone)
            people = (act.request.steward, act.request.handler, *watching.watchers_of(act.request))
            act.tell(people, messages.rearranged)
            folding.revive(act, kept.get("parts", []))
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


def _holders(kept: Kept, goal: HelpRequest) -> Kept:
    """Those who held it, as far as they still work here; nobody's request comes back to a desk that nobody sits at."""
    known = User.objects.filter(is_active=True).in_bulk([kept[name] for name in HOLDERS[:2] if kept[name]])
    if kept["steward_id"] and kept["steward_id"] not in known:
        return {name: getattr(goal, name) for name in HOLDERS}
    gone = kept["handler_id"] and kept["handler_id"] not in known
    return {name: kept[name] for name in HOLDERS} | ({"handler_id": kept["steward_id"]} if gone else {})


def offer(request: HelpRequest, now: datetime) -> Kept:
    """The promise that the request brings along; while the enterprise is asked, it moves on with every working day."""
    assert request.due_on is not None
    due = deadlines.moved_on(request, now) if request.waiting_since else None
    day, provisional = (due.day, due.provisional) if due else (request.due_on, request.due_provisional)
    return {"due_on": day.isoformat(), "due_provisional": provisional, "promised_days": request.promised_days}


def _brought(request: HelpRequest, goal: HelpRequest, now: datetime) -> Kept:
    """The same as the goal counts: while its own clock stands still, it is moved on by the whole wait afterwards."""
    promise = offer(request, now)
    if goal.waiting_since is None:
        return promise
    begun, day = local_day(goal.waiting_since), date.fromisoformat(promise["due_on"])
    waited, first = calendar.current().working_days_between(begun, local_day(now)), day
    while calendar.current().working_days_between(first, day) < waited:
        first = date.fromordinal(first.toordinal() - 1)
    return promise | {"due_on": first.isoformat()}


def _join(goal: HelpRequest, request: HelpRequest, by: Any) -> None:
    """The other side of a merge, on the request that goes on: of two dates the earlier one holds."""
    act = Act(Verb.MERGE, goal, by)
    brought = _brought(request, goal, act.now)
    data: Kept = {"other": request.number, "offer": brought}
    data["renewed"] = _bring_renewed(act, request, (_day(brought), request.renewed_due_on))
    if brought["due_on"] < promise_of(goal)["due_on"]:
        history = History.of(goal)
        data |= _promise(act, counted(goal, brought), base=history.base if history.holds(goal) else promise_of(goal))
    if "then" in data or "then" in data["renewed"]:
        data["parts"] = folding.cut(goal)
    _settle(act, EventKind.JOINED, data)


def _part(goal: HelpRequest, request: HelpRequest, by: Any) -> None:
    """The earliest of what is left holds: the goal's own date, unless it was given another one meanwhile."""
    act = Act(Verb.UNMERGE, goal, by)
    data: Kept = {"other": request.number}
    history = History.of(goal)
    left = [str(each) for each in goal.merged.exclude(pk=request.pk).values_list("number", flat=True)]
    data["renewed"] = _take_renewed(act, history, left)
    if history.holds(goal) and goal.is_open:  # what was promised when it was answered stays
        promises = [history.base, *(counted(goal, history.offers[each]) for each in left)]
        earliest = min(promises, key=lambda promise: str(promise["due_on"]))
        if earliest != promise_of(goal):
            data |= _promise(act, earliest, base=history.base)
    if "then" in data or "then" in data["renewed"]:
        data["parts"] = folding.give_back(goal, history.parts)
    _settle(act, EventKind.PARTED, data)


def _promise(act: Act, promise: Kept, base: Kept) -> Kept:
    """Give the goal that promise; `base` is its own, to which it returns."""
    act.change(**promise | {"due_on": date.fromisoformat(promise["due_on"])})
    return {"base": base, "then": promise, "due_on": promise["due_on"]}


def _bring_renewed(act: Act, request: HelpRequest, said: renewals.Said) -> Kept:
    """The new date that the goal has from now on, and what the other one brings along."""
    goal, today = act.request, local_day(act.now)
    day = renewals.together([(_day(promise_of(goal)), goal.renewed_due_on), said], today)
    offer = {"offer": said[1] and said[1].isoformat()}
    if day == goal.renewed_due_on:
        return offer
    base = Renewals.of(goal).own_of(goal)
    act.change(renewed_due_on=day)
    return offer | renewals.kept(base, day)


def _take_renewed(act: Act, history: History, left: list[str]) -> Kept:
    """Its own new date, or what those say that are left in it, unless somebody has given another one since."""
    goal, renewed = act.request, Renewals.of(act.request)
    if not (renewed.holds(goal) and goal.is_open):
        return {}
    own = history.base if history.holds(goal) else promise_of(goal)
    said = [(_day(own), renewed.base), *((_day(history.offers[each]), renewed.offers.get(each)) for each in left)]
    day = renewals.together(said, local_day(act.now)) if left else renewed.base
    if day == goal.renewed_due_on:
        return {}
    act.change(renewed_due_on=day)
    return renewals.kept(renewed.base, day)


def _day(promise: Kept) -> date:
    return date.fromisoformat(promise["due_on"])


def _settle(act: Act, kind: EventKind, data: Kept) -> None:
    """What others decide on an older page of the goal has to be decided anew."""
    act.change(lock_version=act.request.lock_version + 1, changed_at=act.now)
    act.record(kind, data=data)
    act.tell([act.request.steward, act.request.handler], messages.rearranged)
    folding.tell(act, data.get("parts", {}))
    act.save()
