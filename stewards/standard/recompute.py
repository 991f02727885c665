"""Due dates counted anew once the official calendar of a year is in force: from the promise, never from the old date.

So it may be stopped anywhere, run twice or by two at once: who comes second finds nothing left to change.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from notices.workflow import notify
from portal.core import calendar
from portal.core.workdays import Calendar, Deadline
from stewards import messages
from stewards.acts import lock
from stewards.enums import BEGINNINGS, OPEN_STATES, EventKind
from stewards.models import CalendarLoad, HelpRequest, HelpRequestQuerySet, RecomputedDue, RequestEvent
from stewards.parts import dates as part_dates
from stewards.queries import asking_people
from stewards.standard.rounds import Round, round_of

BATCH = 200
# Every process keeps the calendar for a minute: what was promised by the old one meanwhile, a later pass finds.
SPREAD = timedelta(minutes=2)


def anything_to_settle() -> bool:
    """Whether a due date is provisional although the calendar of its year is published by now: one cheap query."""
    open_ones = HelpRequest.objects.filter(state__in=OPEN_STATES, due_provisional=True)
    years = open_ones.order_by().values_list("due_on__year", flat=True).distinct()
    return any(calendar.current().is_published(year) for year in years if year)


def recompute_provisional() -> int:
    """Every open request whose due date was provisional; returns how many dates are settled now. May run twice."""
    waiting = HelpRequest.objects.filter(state__in=OPEN_STATES, due_provisional=True).order_by("pk")
    return sum(recompute_due(request) for request in waiting.iterator())


def settle_loads() -> int:
    """Go on wherever a calendar in force has not been counted through; returns how many due dates were changed."""
    unsettled = CalendarLoad.objects.filter(state=CalendarLoad.State.CONFIRMED, settled_at__isnull=True)
    return sum(settle(load) for load in unsettled.order_by("pk"))


def settle(load: CalendarLoad) -> int:
    """One pass over the open requests that the year's calendar touches, from where the last one was stopped."""
    assert load.confirmed_at
    if load.began_at is None:
        _keep(load, began_at=timezone.now(), reached=0)
    changed = 0
    while batch := list(touched(load.year).filter(pk__gt=load.reached).order_by("pk")[:BATCH]):
        changed += sum(recompute_due(request, load) for request in _differing(batch))
        _keep(load, reached=batch[-1].pk)
    assert load.began_at
    if load.began_at >= load.confirmed_at + SPREAD:
        _keep(load, settled_at=timezone.now())
    else:
        _keep(load, began_at=None, reached=0)
    return changed


def touched(year: int) -> HelpRequestQuerySet:
    """Open requests whose count of days can reach into the year."""
    after = timezone.make_aware(datetime(year + 1, 1, 1))
    return HelpRequest.objects.filter(
        state__in=OPEN_STATES, due_on__gte=date(year, 1, 1), submitted_at__lt=after, promised_days__gt=0
    )


def recompute_due(request: HelpRequest, load: CalendarLoad | None = None) -> bool:
    """One request; whether something was changed. People are told only when the day has changed.

    Without a loaded calendar only what was provisional is settled.
    """
    with transaction.atomic():
        locked = lock(request)
        if locked.state not in OPEN_STATES:
            return False
        due = _counted(locked, round_of(locked), calendar.current())
        if load is None and (due.provisional or not locked.due_provisional):
            return False
        if _is(locked, due):
            return False
        _change(locked, due, load)
    return True


def _counted(request: HelpRequest, running: Round, working: Calendar) -> Deadline:
    """The due date by the calendar; a day that was promised as such stays, and is official once its year is."""
    if not running.is_fixed and request.promised_days:
        return running.due(request.promised_days, working)
    assert request.due_on
    return Deadline(request.due_on, request.due_provisional and not working.is_published(request.due_on.year))


def _is(request: HelpRequest, due: Deadline) -> bool:
    return (request.due_on, request.due_provisional) == (due.day, due.provisional)


def _change(locked: HelpRequest, due: Deadline, load: CalendarLoad | None) -> None:
    before = locked.due_on
    assert before
    locked.due_on, locked.due_provisional, locked.changed_at = due.day, due.provisional, timezone.now()
    locked.lock_version += 1
    locked.save(update_fields=["due_on", "due_provisional", "changed_at", "lock_version"])
    part_dates.follow(locked, {"due_on"})
    data: dict[str, Any] = {"version": locked.lock_version, "due_on": due.day.isoformat()}
    if due.day == before:
        RequestEvent.objects.create(request=locked, kind=EventKind.RECOMPUTED, data=data)
        return
    data["due_before"] = before.isoformat()
    event = RequestEvent.objects.create(request=locked, kind=EventKind.RECOMPUTED, data=data)
    if load is not None:
        RecomputedDue.objects.create(load=load, request=locked, before=before, after=due.day)
    _tell(locked, event)


def _differing(requests: list[HelpRequest]) -> list[HelpRequest]:
    """Those of a batch that the calendar gives another due date: one query, so that the others need no lock."""
    events: dict[int, list[RequestEvent]] = defaultdict(list)
    telling = Q(kind__in=BEGINNINGS) | Q(data__has_key="paused_from")
    for event in RequestEvent.objects.filter(telling, request__in=requests).order_by("pk"):
        events[event.request_id].append(event)
    working: Calendar = calendar.current()
    rounds = [(request, round_of(request, events[request.pk])) for request in requests]
    return [request for request, running in rounds if not _is(request, _counted(request, running, working))]


def _keep(load: CalendarLoad, **values: Any) -> None:
    for name, value in values.items():
        setattr(load, name, value)
    CalendarLoad.objects.filter(pk=load.pk).update(**values)


def _tell(request: HelpRequest, event: RequestEvent) -> None:
    for person in asking_people(request):
        key = f"request:{request.pk}:{event.pk}:{person.pk}"
        notify(person, key=key, kind="request.recomputed", text=partial(messages.recomputed, request, event))
