"""Quarters: the periods of the map."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def after(first: date) -> date:
    """The first day of the quarter that follows."""
    return date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)


def before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 4) % 12 + 1, 1)


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def code(first: date) -> str:
    """2026-4, as addresses name it."""
    return f"{first.year}-{(first.month + 2) // 3}"


def words(first: date) -> str:
    return _("Q%(quarter)s %(year)s") % {"quarter": (first.month + 2) // 3, "year": first.year}
