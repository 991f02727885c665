"""What the front page shows: the newest policies, what closes soon, the subjects, and what we promise."""

from datetime import date, timedelta

from django.db.models import Count
from django.utils.functional import Promise as Lazy

from policies.models import Policy
from policies.presenting import ROW_COLUMNS
from policies.search.queries import NEWEST
from stewards.enums import RequestType
from stewards.models import ServiceStandard
from stewards.standard.table import STARTING_DAYS

SHOWN = 5
SOON = timedelta(days=60)


def latest(day: date) -> list[Policy]:
    """The newest policies in force."""
    return list(Policy.objects.in_force(day).order_by(*NEWEST).only(*ROW_COLUMNS)[:SHOWN])


def closing_soon(day: date) -> list[Policy]:
    """Open for application now, but not for long; the first to close leads."""
    policies = Policy.objects.in_force(day).open_on(day).filter(window_closes__lte=day + SOON)
    return list(policies.order_by("window_closes", "pk").only(*ROW_COLUMNS)[:SHOWN])


def category_counts(day: date) -> dict[str, int]:
    """Category → policies in force."""
    counted = Policy.objects.in_force(day).order_by().values("category").annotate(count=Count("pk"))
    return dict(counted.values_list("category", "count"))


def promises(day: date) -> list[tuple[str | Lazy, int]]:
    """Each type of request with the working days we promise, as in force on that day."""
    days = dict(STARTING_DAYS)
    standards = ServiceStandard.objects.filter(valid_from__lte=day, category__isnull=True).order_by("valid_from")
    days.update(standards.values_list("type", "days"))
    return [(label, days[value]) for value, label in RequestType.choices if value in days]
