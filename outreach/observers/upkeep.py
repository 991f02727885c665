"""What time does to assignments: their observer is reminded; may run late, twice or never without harm."""

from datetime import timedelta

from django.db import transaction

from outreach.enums import ObservationState
from outreach.models import Assignment, Observation
from outreach.observers import messages
from outreach.observers.queries import holds
from portal.core.calendar import local_day

DAYS_BEFORE = 3


def remind() -> int:
    """Three days before and on the day, once each, while nothing was sent and the term runs; returns how many."""
    today, told = local_day(), 0
    soon = Assignment.objects.filter(withdrawn_at=None, due_on__range=(today, today + timedelta(days=DAYS_BEFORE)))
    sent = Observation.objects.exclude(state=ObservationState.DRAFT)
    rows = soon.exclude(observations__in=sent).select_related("observer__batch", "observer__user").order_by("pk")
    for row in rows:
        if row.due_on is not None and holds(row.observer):
            with transaction.atomic():
                told += messages.due(row, left=(row.due_on - today).days)
    return told
