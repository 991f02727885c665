"""What is forgotten after a visit: write-ups that are missing, promises that no request stands for. Each is told once.

Due and not yet told, never “exactly a day old”: a run that was missed loses nothing, a second one tells nothing twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from engagement import messages
from engagement.acts import visitors_of
from engagement.enums import VisitState
from engagement.models import Promise, Visit
from notices.workflow import Text, notify
from portal.core.calendar import local_day

AFTER = timedelta(days=1)
BATCH = 100


def sweep(now: datetime | None = None) -> int:
    """Tell whoever visited what is still missing; returns how many visits and promises were told of."""
    now = now or timezone.now()
    if timezone.localtime(now).hour < settings.REMINDER_HOUR:
        return 0
    told = 0
    for step in (_visits, _promises):
        while batch := step(now):
            told += batch
    return told


@transaction.atomic
def _visits(now: datetime) -> int:
    late = Visit.objects.filter(
        state__in=[VisitState.CONFIRMED, VisitState.HELD],
        chased_at=None,
        day__lt=local_day(now),
        ends_at__lt=now - AFTER,
    )
    found = list(
        late.select_for_update(skip_locked=True, of=("self",)).select_related("enterprise", "organiser")[:BATCH]
    )
    for visit in found:
        _tell(visit, f"visit:write-up:{visit.pk}:{visit.lock_version}", partial(messages.write_it_up, visit, ""))
    Visit.objects.filter(pk__in=[visit.pk for visit in found]).update(chased_at=now)
    return len(found)


@transaction.atomic
def _promises(now: datetime) -> int:
    late = Promise.objects.filter(request=None, chased_at=None, made_at__lt=now - AFTER)
    late = late.select_related("visit__enterprise", "visit__organiser")
    found = list(late.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    for promise in found:
        _tell(promise.visit, f"visit:promise:{promise.pk}", partial(messages.promise_open, promise.visit, promise))
    Promise.objects.filter(pk__in=[promise.pk for promise in found]).update(chased_at=now)
    return len(found)


def _tell(visit: Visit, key: str, text: Callable[[], Text]) -> None:
    for person in visitors_of(visit)[:1]:
        notify(person, key=f"{key}:{person.pk}", kind="visit.chase", text=text)
