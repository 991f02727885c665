"""The contact guard (无事不扰): may the district get in touch with an enterprise on a day, and if not, what instead.

One pure function, `judge`; it knows no database. The facts come as a `Book` (engagement/booking.py reads it).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from engagement.enums import STARTING, Contact, Limit
from portal.core.templatetags.ui import day_plain

LOOK_AHEAD = 400  # days in which a free one is searched: over the end of the year and its cap
FREE_KINDS = (Contact.ENTERPRISE, Contact.ENFORCEMENT)


def weekday(day: date) -> bool:
    return day.weekday() < 5


@dataclass(frozen=True, slots=True)
class Booked:
    """A contact that has been booked or held. open: still to come, so that somebody can join it."""

    key: int
    day: date
    contact: str = Contact.GOVERNMENT
    open: bool = True
    who: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days on which the enterprise is left in peace. kind: district, not_now, declined or gone."""

    first: date
    last: date
    kind: str = "district"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """All that the guard knows about one enterprise. limits: what holds from which day on, the latest first."""

    booked: tuple[Booked, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    limits: tuple[tuple[date, Mapping[str, int]], ...] = ()
    is_working: Callable[[date], bool] = field(default=weekday, compare=False)

    def limit(self, name: Limit, day: date) -> int:
        """The number in force on the day."""
        found = (values[name] for since, values in self.limits if since <= day and name in values)
        return next(found, STARTING[name])


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """counted: it takes one of the enterprise's visits. join: the visit that one can take part in instead."""

    allowed: bool
    counted: bool
    reasons: tuple[Reason, ...]
    join: Booked | None = None
    first_free: date | None = None

    def __bool__(self) -> bool:
        return self.allowed


def judge(contact: str, day: date, book: Book, today: date, *, search: bool = True) -> Verdict:
    """Whether this contact may be on this day, why, and what is offered instead of a refusal.

    search: for the first free day too.
    """
    if contact in FREE_KINDS:
        return Verdict(True, False, (_free(contact),))
    against = tuple(_against(contact, day, book, today))
    if not against:
        return Verdict(True, contact != Contact.EVENT, tuple(_in_favour(contact, day, book)))
    join = _to_join(day, book, today) if contact == Contact.GOVERNMENT else None
    free = first_free(contact, day, book, today) if search else None
    return Verdict(False, False, against, join, free)


def first_free(contact: str, day: date, book: Book, today: date) -> date | None:
    """The first day from `day` on, and not in the past, on which nothing speaks against it."""
    start = max(day, today)
    days = (start + timedelta(days=n) for n in range(LOOK_AHEAD))
    return next((d for d in days if not any(_against(contact, d, book, today))), None)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _free(contact: str) -> Reason:
    if contact == Contact.ENTERPRISE:
        return Reason("asked", _("The enterprise asks for it itself: always possible, and not counted."))
    return Reason("enforcement", _("Law enforcement is only recorded: never refused, and not counted."))


def _against(contact: str, day: date, book: Book, today: date) -> Iterator[Reason]:
    """Every reason why not, the plainest first."""
    if day < today:
        yield Reason("past", _("The day is over."))
    if not book.is_working(day):
        yield Reason("day_off", _("%(day)s is not a working day.") % {"day": day_plain(day)})
    yield from (_quiet(each) for each in book.quiet if each.first <= day <= each.last)
    if contact == Contact.GOVERNMENT:
        yield from _visits_against(day, book)
    elif contact == Contact.SURVEY:
        yield from _cap(Limit.SURVEYS_A_YEAR, _of_year(Contact.SURVEY, day, book), day, book)


def _quiet(quiet: Quiet) -> Reason:
    days = {"first": day_plain(quiet.first), "last": day_plain(quiet.last), "name": quiet.name}
    if quiet.kind == "gone":
        return Reason("gone", _("The enterprise has moved away or is closed."))
    if quiet.kind == "not_now":
        return Reason("not_now", _("The enterprise has asked for quiet until %(last)s.") % days)
    if quiet.kind == "declined":
        return Reason("declined", _("The enterprise has declined a visit: it is left in peace until %(last)s.") % days)
    return Reason("quiet", _("Quiet period of the district (%(name)s): %(first)s to %(last)s.") % days)


def _visits_against(day: date, book: Book) -> Iterator[Reason]:
    visits = [each for each in book.booked if each.contact == Contact.GOVERNMENT]
    week = [each for each in visits if monday(each.day) == monday(day)]
    most = book.limit(Limit.A_WEEK, day)
    if len(week) >= most:
        text = ngettext(
            "At most one visit a week: there is one on %(days)s.",
            "At most %(most)s visits a week: there are visits on %(days)s.",
            most,
        )
        facts = {"most": most, "days": _days(week)} if week else {"most": most, "days": "—"}
        yield Reason("week", text % facts)
    between = book.limit(Limit.DAYS_BETWEEN, day)
    near = [each for each in visits if each not in week and abs((each.day - day).days) < between]
    if near:
        text = ngettext(
            "Visits lie at least %(count)s day apart: there is one on %(days)s.",
            "Visits lie at least %(count)s days apart: there is one on %(days)s.",
            between,
        )
        yield Reason("between", text % {"count": between, "days": _days(near)})
    yield from _cap(Limit.A_YEAR, _of_year(Contact.GOVERNMENT, day, book), day, book)


def _cap(limit: Limit, taken: int, day: date, book: Book) -> Iterator[Reason]:
    most = book.limit(limit, day)
    if taken >= most:
        facts = {"year": day.year, "taken": taken, "most": most, "what": limit.label}
        yield Reason("cap", _("%(what)s: %(taken)s of at most %(most)s in %(year)s are taken.") % facts)


def _in_favour(contact: str, day: date, book: Book) -> Iterator[Reason]:
    if contact == Contact.EVENT:
        yield Reason("event", _("An invitation can be left unanswered: it is not counted."))
        return
    limit = Limit.SURVEYS_A_YEAR if contact == Contact.SURVEY else Limit.A_YEAR
    facts = {
        "number": _of_year(contact, day, book) + 1,
        "most": book.limit(limit, day),
        "year": day.year,
        "what": limit.label,
    }
    yield Reason("free", _("Free. %(what)s: this is number %(number)s of at most %(most)s in %(year)s.") % facts)


def _of_year(contact: str, day: date, book: Book) -> int:
    return sum(each.contact == contact and each.day.year == day.year for each in book.booked)


def _days(visits: list[Booked]) -> str:
    named = [f"{day_plain(each.day)} ({each.who})" if each.who else day_plain(each.day) for each in visits]
    return ", ".join(named)


def _to_join(day: date, book: Book, today: date) -> Booked | None:
    """The visit still to come that is nearest to the wanted day, in its week or so near that it stands in the way."""
    between = book.limit(Limit.DAYS_BETWEEN, day)
    open_ = [each for each in book.booked if each.open and each.contact == Contact.GOVERNMENT and each.day >= today]
    near = [e for e in open_ if monday(e.day) == monday(day) or abs((e.day - day).days) < between]
    return min(near, key=lambda e: (abs((e.day - day).days), e.day, e.key), default=None)
