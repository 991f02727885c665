"""Provisional due dates, counted anew once the working-day calendar of their year is published."""

from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone

from notices.workflow import notify
from portal.core import calendar
from portal.core.calendar import local_day
from stewards import messages
from stewards.acts import lock
from stewards.enums import OPEN_STATES, EventKind
from stewards.models import HelpRequest, RequestEvent
from stewards.queries import asking_people


def anything_to_settle() -> bool:
    """Whether a due date is provisional although the calendar of its year is published by now: one cheap query."""
    open_ones = HelpRequest.objects.filter(state__in=OPEN_STATES, due_provisional=True)
    years = open_ones.order_by().values_list("due_on__year", flat=True).distinct()
    return any(calendar.current().is_published(year) for year in years if year)


def recompute_provisional() -> int:
    """Every open request whose due date was provisional; returns how many dates are settled now. May run twice."""
    waiting = HelpRequest.objects.filter(state__in=OPEN_STATES, due_provisional=True).order_by("pk")
    return sum(recompute_due(request) for request in waiting.iterator())


def recompute_due(request: HelpRequest) -> bool:
    """One request; whether its date is settled now. People are told only when the day has changed."""
    with transaction.atomic():
        locked = lock(request)
        if not locked.due_provisional or locked.state not in OPEN_STATES:
            return False
        due = calendar.current().deadline(*_count(locked))
        if due.provisional:
            return False
        moved = due.day != locked.due_on
        locked.due_on, locked.due_provisional, locked.changed_at = due.day, False, timezone.now()
        locked.lock_version += 1
        locked.save(update_fields=["due_on", "due_provisional", "changed_at", "lock_version"])
        data = {"version": locked.lock_version, "due_on": due.day.isoformat()}
        event = RequestEvent.objects.create(request=locked, kind=EventKind.RECOMPUTED, data=data)
        if moved:
            _tell(locked, event)
    return True


def _count(request: HelpRequest) -> tuple[date, int]:
    """From which day, and how many working days: those promised and those during which we waited."""
    events = request.events.order_by("pk")
    begins = events.filter(kind__in=[EventKind.SUBMITTED, EventKind.REOPENED]).last()
    assert request.submitted_at
    start = begins.at if begins else request.submitted_at
    after = begins.pk if begins else 0
    pauses = events.filter(pk__gt=after, data__has_key="paused_from").values_list("data", flat=True)
    working = calendar.current()
    paused = (
        working.working_days_between(date.fromisoformat(p["paused_from"]), date.fromisoformat(p["paused_to"]))
        for p in pauses
    )
    return local_day(start), request.promised_days + sum(paused)


def _tell(request: HelpRequest, event: RequestEvent) -> None:
    for person in asking_people(request):
        key = f"request:{request.pk}:{event.pk}:{person.pk}"
        notify(person, key=key, kind="request.recomputed", text=partial(messages.recomputed, request, event))
