"""What time does to entries: keepers are asked whether they still hold, and what nobody confirms is hidden."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from investment import messages, workflow
from investment.enums import State
from investment.models import Resource, ResourceQuerySet
from portal.core.calendar import local_day

BATCH = 500


def keep() -> int:
    """Everything that is due; again at once, it finds nothing. Returns how many rows."""
    return workflow.link_known() + remind() + hide()


def remind() -> int:
    before = timezone.now() - timedelta(days=settings.RESOURCE_CONFIRM_DAYS)
    return _each(Resource.objects.filter(state=State.PUBLISHED, reminded_at=None, confirmed_at__lt=before), _remind)


def hide() -> int:
    """Never before the reminder has been out for the days of grace, however late that was sent."""
    before = timezone.now() - timedelta(days=settings.RESOURCE_GRACE_DAYS)
    return _each(Resource.objects.filter(state=State.PUBLISHED, reminded_at__lt=before), _hide)


def _remind(row: Resource) -> None:
    workflow.save(row, reminded_at=timezone.now())
    messages.to_confirm(row, local_day(timezone.now() + timedelta(days=settings.RESOURCE_GRACE_DAYS)))


def _hide(row: Resource) -> None:
    workflow.save(row, state=State.STALE)
    messages.hidden(row)


def _each(due: ResourceQuerySet, act: Callable[[Resource], None]) -> int:
    """One transaction for each, under its lock, if it is still due then."""
    done = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = due.select_for_update(of=("self",), skip_locked=True).select_related("provider")
            row = rows.filter(pk=pk).first()
            if row is not None:
                act(row)
                done += 1
    return done
