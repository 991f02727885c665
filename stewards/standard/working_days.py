"""The working-day calendar of a year, as the State Council publishes it, entered by the service centre."""

import re
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from portal.core import calendar
from portal.core.access import Refused, require
from portal.core.models import CalendarDay, CalendarYear
from portal.core.queue import enqueue
from portal.core.workdays import LIBRARY_PUBLISHED_THROUGH, Calendar
from stewards.centre.rules import may_run_centre
from stewards.models import CalendarLoad
from stewards.tasks import recompute_due_dates

LONGEST_SPAN = 31
_LIBRARY = Calendar()
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
    days = {**{day.isoformat(): False for day in off}, **{day.isoformat(): True for day in working}}
    with transaction.atomic():
        hold(year)
        put_in_force(CalendarLoad.objects.create(year=year, source=source, days=days, loaded_by=by), by=by)


def hold(year: int) -> None:
    """One calendar of a year at a time: whoever comes second waits until the first has gone through."""
    CalendarYear.objects.get_or_create(year=year)
    CalendarYear.objects.select_for_update().get(year=year)


def put_in_force(load: CalendarLoad, *, by: User) -> None:
    """Write the year's days and have every open due date that reaches it counted anew; within a transaction."""
    before = dict(_stored(load.year).values_list("day", "working"))
    days = stated(load)
    load.changed_days = sum(_working(day, before) != _working(day, days) for day in before | days)
    _stored(load.year).delete()
    CalendarDay.objects.bulk_create(CalendarDay(day=day, working=works) for day, works in sorted(days.items()))
    CalendarYear.objects.filter(year=load.year).update(source=load.source)
    load.state, load.confirmed_by, load.confirmed_at = CalendarLoad.State.CONFIRMED, by, timezone.now()
    load.save(update_fields=["state", "confirmed_by", "confirmed_at", "changed_days"])
    transaction.on_commit(calendar.forget)
    enqueue(recompute_due_dates)


def stated(load: CalendarLoad) -> dict[date, bool]:
    """Every day that differs from what the library would answer without this calendar.

    A file, and whatever is entered for a year that the library only guesses at, is the whole truth: what it leaves out
    is an ordinary day of the week. Days entered for a year that comes with the software correct those days alone.
    """
    days = {date.fromisoformat(day): works for day, works in load.days.items()}
    if load.file or not is_known(load.year):
        for day in days_of(load.year):
            plain = day.weekday() < 5
            if _LIBRARY.is_working(day) != plain:
                days.setdefault(day, plain)
    return days


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _stored(year: int) -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(day__range=(date(year, 1, 1), date(year, 12, 31)))


def _working(day: date, overrides: dict[date, bool]) -> bool:
    return overrides[day] if day in overrides else _LIBRARY.is_working(day)


def is_known(year: int) -> bool:
    """Whether the year's calendar comes with the software."""
    return year <= LIBRARY_PUBLISHED_THROUGH
