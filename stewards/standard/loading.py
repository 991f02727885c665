"""An official calendar on its way into force: sent as a file, looked at, confirmed; nothing counts before that."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import holidays
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from portal.core.access import Refused, require
from portal.core.models import CalendarDay
from portal.core.workdays import Calendar
from stewards.centre.rules import may_run_centre
from stewards.models import CalendarLoad
from stewards.standard import working_days
from stewards.standard.calendar_file import read_file
from stewards.standard.working_days import days_of, stated

State = CalendarLoad.State
WHOLE_YEAR = 150  # a file with more days than this lists the year day by day, not its exceptions
MOST_TROUBLES = 30  # rows that are named one by one
MOST_MAKE_UP = 15  # Saturdays and Sundays; official calendars have eight or fewer


@dataclass(frozen=True, slots=True)
class Change:
    """A day that is a working day from now on, or no longer."""

    day: date
    works: bool


def preview(file: UploadedFile, *, year: int, source: str, by: User) -> CalendarLoad:
    """Read the file and keep what it says, to be looked at; the calendar stays as it is."""
    require(may_run_centre(by))
    read = read_file(file, year)
    said = {day: works for day, (works, _row) in read.days.items()}
    troubles = _shortened(read.troubles) or _doubts(year, said)
    days = {day.isoformat(): works for day, works in sorted(said.items())}
    return CalendarLoad.objects.create(
        year=year, source=source, file=read.name, days=days, troubles=troubles, loaded_by=by
    )


def _shortened(troubles: list[list[Any]]) -> list[list[Any]]:
    """Row by row as far as anybody reads; rows of another year are one trouble, not hundreds."""
    elsewhere = [each for each in troubles if each[1] == "year"]
    if len(elsewhere) > 1:
        years = sorted({value[:4] for _row, _code, value in elsewhere})
        rest = [each for each in troubles if each[1] != "year"]
        troubles = [[elsewhere[0][0], "years", f"{len(elsewhere)} {', '.join(years)}"], *rest]
    if len(troubles) <= MOST_TROUBLES:
        return troubles
    return [*troubles[:MOST_TROUBLES], [0, "more", str(len(troubles) - MOST_TROUBLES)]]


def confirm(load: CalendarLoad, *, by: User, seen: int) -> CalendarLoad:
    """Put it into force. `seen`: the latest calendar in force for that year when the preview was looked at."""
    require(may_run_centre(by))
    with transaction.atomic():
        locked = CalendarLoad.objects.select_for_update().get(pk=load.pk)
        if locked.state == State.CONFIRMED:
            raise Refused(_("This calendar is in force already."))
        if locked.state == State.DROPPED:
            raise Refused(_("This calendar was dropped: please send the file again."))
        if locked.troubles:
            raise Refused(_("The file has rows that are wrong: mend it and send it again. Nothing was changed."))
        working_days.hold(locked.year)
        if seen != latest(locked.year):
            raise Refused(_("The calendar of this year was changed meanwhile: look at the days again, then confirm."))
        working_days.put_in_force(locked, by=by)
    return locked


def drop(load: CalendarLoad, *, by: User) -> None:
    """Not this file."""
    require(may_run_centre(by))
    if not CalendarLoad.objects.filter(pk=load.pk, state=State.PREVIEW).update(state=State.DROPPED):
        raise Refused(_("It is in force, or was dropped already."))


def latest(year: int) -> int:
    """The key of what was put into force last for that year, 0 for nothing."""
    found = CalendarLoad.objects.filter(year=year, state=State.CONFIRMED).order_by("-pk").values_list("pk", flat=True)
    return found.first() or 0


def changes(load: CalendarLoad) -> list[Change]:
    """What would be different from today's calendar of that year."""
    before, after = _calendar(load.year, None), _calendar(load.year, stated(load))
    both = ((day, before.is_working(day), after.is_working(day)) for day in days_of(load.year))
    return [Change(day, now) for day, was, now in both if was != now]


def _calendar(year: int, days: dict[date, bool] | None) -> Calendar:
    """The calendar as it is in the database, or with other days in that year."""
    rows = CalendarDay.objects.all()
    kept = dict((rows if days is None else rows.exclude(day__year=year)).values_list("day", "working"))
    return Calendar(overrides={**kept, **(days or {})})


@cache
def statutory(year: int) -> frozenset[date]:
    """The public holidays that the law fixes; when days are given for those on a weekend, the notice alone says."""
    named = holidays.country_holidays("CN", years=[year], language="en_US").items()
    return frozenset(day for day, name in named if "observed" not in name and "substituted" not in name)


def _doubts(year: int, said: dict[date, bool]) -> list[list[Any]]:
    """What makes a readable file unbelievable: half a year, a public holiday left out, weekends the wrong way round."""
    doubts: list[list[Any]] = []
    if len(said) > WHOLE_YEAR and (missing := [day for day in days_of(year) if day not in said]):
        doubts.append([0, "gap", f"{len(missing)} {missing[0].isoformat()}"])
    lost = [day for day in sorted(statutory(year)) if said.get(day, day.weekday() < 5)]
    if lost:
        doubts.append([0, "holidays", " ".join(day.isoformat() for day in lost[:20])])
    weekends = sum(works and day.weekday() > 4 for day, works in said.items())
    if weekends > MOST_MAKE_UP:
        doubts.append([0, "weekends", str(weekends)])
    return doubts


def trouble_words(code: str, value: str) -> str:
    """One trouble as a sentence, in the language of the page."""
    first, _space, second = value.partition(" ")
    sentences = {
        "date": _("“%(value)s” is no day. Write it as 2027-02-05."),
        "kind": _("It does not say whether the day is off or working: “%(value)s”."),
        "year": _("%(value)s does not lie in the year of this calendar."),
        "years": _("%(first)s rows lie in another year (%(second)s): a file holds the calendar of one year."),
        "more": _("Besides, rows that are wrong: %(value)s."),
        "weekday": _("%(first)s is no weekend but is called “%(second)s”: is it off, or an ordinary working day?"),
        "twice": _("%(first)s is there twice, once off and once working: see also row %(second)s."),
        "gap": _("The year is not whole: %(first)s days are missing, the first is %(second)s."),
        "holidays": _("Public holidays are not marked as days off: %(value)s. Is half of the year missing?"),
        "weekends": _("%(value)s Saturdays and Sundays would be working days: is the column the wrong way round?"),
    }
    return sentences[code] % {"value": value, "first": first, "second": second}
