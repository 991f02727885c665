"""Keeping the service standard's table: rows from a day on, what is in force, and what a row would mean."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.workdays import Deadline
from stewards.centre.rules import may_run_centre
from stewards.enums import RequestType
from stewards.models import CountingRule, ServiceStandard
from stewards.standard import table
from stewards.standard.counting import due_after
from stewards.standard.table import Terms, terms_of


def keep_standard(row: ServiceStandard, *, by: User) -> ServiceStandard:
    """A row from its day on. One for the same type, category and day that has not begun is corrected."""
    names = ("days", "contact_days", "complex_days", "supervised_days", "rectify_days", "active", "basis")
    key = {"type": row.type, "category": row.category, "valid_from": row.valid_from}
    return _keep(row, by, key, names)


def keep_counting(row: CountingRule, *, by: User) -> CountingRule:
    """How the district counts from that day on."""
    names = ("receipt_counts", "extensions", "longest_extension", "furthest_new_date", "basis")
    return _keep(row, by, {"valid_from": row.valid_from}, names)


def _keep(row: Any, by: User, key: dict[str, Any], names: tuple[str, ...]) -> Any:
    require(may_run_centre(by))
    if row.valid_from <= local_day():
        raise Refused(_("The past stays as it was: choose tomorrow or a later day."))
    with transaction.atomic():
        kept, _made = type(row).objects.update_or_create(**key, defaults={name: getattr(row, name) for name in names})
    return kept


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row promises to a request that is received on the day."""

    received: date
    contact: Deadline
    answer: Deadline
    complex: Deadline
    supervised: Deadline
    rectify: Deadline


def meaning(terms: Terms, received: date, *, receipt_counts: bool) -> Meaning:
    """Supervision and rectification do not begin with the receipt, but are shown as if they began that day."""

    def due(days: int) -> Deadline:
        return due_after(received, days, receipt_counts=receipt_counts)

    return Meaning(
        received, due(terms.contact), due(terms.days), due(terms.complex), due(terms.supervised), due(terms.rectify)
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A row of the table as the page shows it."""

    row: ServiceStandard
    meaning: Meaning


def overview(day: date) -> dict[str, Any]:
    """What is in force on the day with its meaning, what comes, and what has been. Two queries."""
    rows = list(ServiceStandard.objects.select_related("category__parent").order_by("-valid_from", "-pk"))
    rule = table.counting(day)
    latest: dict[tuple[str, int | None], ServiceStandard] = {}
    for row in rows:
        if row.valid_from <= day:
            latest.setdefault((row.type, row.category_id), row)
    current = sorted(latest.values(), key=lambda row: (RequestType.values.index(row.type), row.category_id or 0))
    holding = [row for row in current if row.active]
    held = {row.pk for row in holding}
    return {
        "held": [Held(row, meaning(terms_of(row), day, receipt_counts=rule.receipt_counts)) for row in holding],
        "counting": rule,
        "coming": [row for row in reversed(rows) if row.valid_from > day],
        "past": [row for row in rows if row.valid_from <= day and row.pk not in held],
    }
