"""The service standard's table: what is promised to a request, and how the district counts, as in force on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from stewards.models import CountingRule, RequestCategory, ServiceStandard

# Only while the table has no row for the type; the table's first rows say the same.
STARTING_DAYS = {"consultation": 1, "suggestion": 1, "help": 5, "complaint": 5, "report": 5}


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days for each milestone of a request."""

    days: int
    contact: int = 1
    complex: int = 15
    supervised: int = 3
    rectify: int = 15


def terms(type: str, day: date, category: RequestCategory | None = None) -> Terms:
    """What the standard in force on that day promises: the category's own row, its parent's, the type's. One query."""
    wanted = Q(category__isnull=True)
    if category is not None:
        wanted |= Q(category__in=[key for key in (category.pk, category.parent_id) if key])
    rows = ServiceStandard.objects.filter(wanted, type=type, valid_from__lte=day).order_by("-valid_from", "-pk")
    keys = (category.pk, category.parent_id, None) if category else (None,)
    found = narrowest(rows, keys)
    return terms_of(found) if found else Terms(STARTING_DAYS[type])


def narrowest(rows: Iterable[ServiceStandard], keys: Iterable[int | None]) -> ServiceStandard | None:
    """Of rows, the latest first: the latest of the first key that has one in use."""
    latest: dict[int | None, ServiceStandard] = {}
    for row in rows:
        latest.setdefault(row.category_id, row)
    return next((latest[key] for key in keys if key in latest and latest[key].active), None)


def terms_of(row: ServiceStandard) -> Terms:
    return Terms(row.days, row.contact_days, row.complex_days, row.supervised_days, row.rectify_days)


def counting(day: date) -> CountingRule:
    """How the district counts on that day; the first value of everything where no row has begun. One query."""
    found = CountingRule.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return found or CountingRule(valid_from=date.min)
