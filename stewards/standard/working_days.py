"""The working-day calendar of a year, as the State Council publishes it, entered by the service centre."""

import re
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from portal.core import calendar
from portal.core.access import Refused, require
from portal.core.models import CalendarDay, CalendarYear
from portal.core.queue import enqueue
from portal.core.workdays import LIBRARY_PUBLISHED_THROUGH
from stewards.centre.rules import may_run_centre
from stewards.tasks import recompute_due_dates

LONGEST_SPAN = 31
_DAY = r"(\d{4}-\d{1,2}-\d{1,2})"
_SPAN = re.compile(rf"{_DAY}(?:(?:\.\.|~|–|—|至){_DAY})?")


class NotADay(ValueError):
    """What was written is no day, or no span of days; `str()` is what was written."""


def read_days(text: str) -> list[date]:
    """“2027-02-05..2027-02-11, 2027-04-05” → days in order; NotADay for anything else."""
    found: set[date] = set()
    spaced = re.sub(r"\s*(\.\.|~|–|—|至)\s*", r"\1", text)
    for word in re.split(r"[\s,;，；、]+", spaced.strip()):
        if word:
            found |= _span(word)
    return sorted(found)


def _span(word: str) -> set[date]:
    match = _SPAN.fullmatch(word)
    if match is None:
        raise NotADay(word)
    try:
        first, last = (date(*map(int, day.split("-"))) for day in (match[1], match[2] or match[1]))
    except ValueError:
        raise NotADay(word) from None
    if not 0 <= (last - first).days < LONGEST_SPAN:
        raise NotADay(word)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def publish(year: int, *, off: list[date], working: list[date], source: str, by: User) -> None:
    """Enter a year's calendar, or correct it; due dates that were provisional are counted anew."""
    require(may_run_centre(by))
    if any(day.year != year for day in (*off, *working)):
        raise Refused(_("All days must lie in the year %(year)s.") % {"year": year})
    both = sorted(set(off) & set(working))
    if both:
        raise Refused(_("%(day)s cannot be a day off and a working day.") % {"day": both[0].isoformat()})
    with transaction.atomic():
        CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
        CalendarDay.objects.filter(day__year=year).delete()
        days = [*((day, False) for day in off), *((day, True) for day in working)]
        CalendarDay.objects.bulk_create(CalendarDay(day=day, working=works) for day, works in days)
        transaction.on_commit(calendar.forget)
        enqueue(recompute_due_dates)


def is_known(year: int) -> bool:
    """Whether the year's calendar comes with the software."""
    return year <= LIBRARY_PUBLISHED_THROUGH
