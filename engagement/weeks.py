"""The days to choose from, week by week, with the guard's word on each."""

from dataclasses import dataclass
from datetime import date, timedelta

from engagement.enums import Contact
from engagement.guard import Book, Booked, Reason, judge, monday

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Week:
    """free: days on which the visit may be. reasons: why the others are not, each once."""

    first: date
    last: date
    free: list[date]
    reasons: list[Reason]
    join: Booked | None


def weeks(book: Book, start: date, today: date) -> list[Week]:
    first = monday(start)
    if not any(book.is_working(start + timedelta(days=n)) for n in range(7 - start.weekday())):
        first += timedelta(weeks=1)  # nothing is left of this week
    return [_week(book, first + timedelta(weeks=n), today) for n in range(SHOWN)]


def _week(book: Book, first: date, today: date) -> Week:
    days = [day for n in range(7) if (day := first + timedelta(days=n)) >= today and book.is_working(day)]
    verdicts = {day: judge(Contact.GOVERNMENT, day, book, today, search=False) for day in days}
    reasons = {reason.text: reason for verdict in verdicts.values() if not verdict for reason in verdict.reasons}
    join = next((v.join for v in verdicts.values() if v.join and monday(v.join.day) == first), None)
    free = [day for day, verdict in verdicts.items() if verdict]
    return Week(first, first + timedelta(days=6), free, list(reasons.values()), join)
