"""What happened in each month: answers given, policies published, events held, visits made; kept by a task."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from engagement.enums import DONE
from engagement.models import Visit
from insights import periods
from insights.models import MonthFlow
from outreach.enums import OccasionKind, OccasionState, RegistrationState
from outreach.models import Occasion, Registration
from policies.models import Policy
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from stewards.rating.rollups import NOT_COUNTED

LOCK = 7_304_133  # of pg_advisory_xact_lock: one run at a time
KEPT = 36  # months
NAMES = ("answered", "policies", "events", "guests", "visits", "visited")


def count() -> int:
    """Every kept month anew, from the records themselves; may run twice, late or after a crash. Returns how many."""
    today = local_day()
    months = list(months_until(today.replace(day=1), KEPT))
    first = months[-1]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = {name: dict(rows) for name, rows in _counted(first, today).items()}
        now = timezone.now()
        MonthFlow.objects.all().delete()
        MonthFlow.objects.bulk_create(
            MonthFlow(month=month, counted_at=now, **{name: found[name].get(month) or 0 for name in NAMES})
            for month in months
        )
    return len(months)


def months_until(last: date, many: int) -> Iterable[date]:
    """First days of so many months, the latest first."""
    place = last.year * 12 + last.month - 1
    return (date(n // 12, n % 12 + 1, 1) for n in range(place, place - many, -1))


def _counted(first: date, today: date) -> dict[str, Iterable[tuple[date, int]]]:
    """For each name: (month, number)."""
    since = periods.midnight(first)
    answers = HelpRequest.objects.filter(answered_at__gte=since).exclude(state__in=NOT_COUNTED)
    policies = Policy.objects.filter(published_at__gte=since)
    held = Occasion.objects.filter(
        kind=OccasionKind.EVENT, state=OccasionState.PUBLISHED, day__gte=first, day__lte=today
    )
    came = Registration.objects.filter(occasion__in=held, state=RegistrationState.ATTENDED)
    visits = Visit.objects.filter(state__in=DONE, day__gte=first)
    return {
        "answered": _by_month(answers, "answered_at", Count("pk")),
        "policies": _by_month(policies, "published_at", Count("pk")),
        "events": _by_month(held, "day", Count("pk")),
        "guests": _by_month(came, "occasion__day", Sum("seats")),
        "visits": _by_month(visits, "day", Count("pk")),
        "visited": _by_month(visits, "day", Count("enterprise", distinct=True)),
    }


def _by_month(rows: QuerySet[Any], moment: str, number: Any) -> list[tuple[date, int]]:
    found = rows.order_by().annotate(of_month=TruncMonth(moment)).values_list("of_month").annotate(number)
    return [(month.date() if hasattr(month, "date") else month, many) for month, many in found]
