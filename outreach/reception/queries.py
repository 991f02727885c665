"""What the pages of the reception room show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from outreach.enums import OccasionKind, OccasionState, RegistrationState
from outreach.models import Occasion, OpeningHours, Place, Registration, SittingStaff, Topic, Zone
from outreach.rules import ORGANISERS
from policies.enums import InterpretationState
from portal.core.calendar import current, local_day
from stewards.timewords import day_words

S = RegistrationState
HOLDING = (S.CONFIRMED, S.ATTENDED, S.MISSED)
DAYS_SHOWN = 14
WEEKS_AHEAD = 8
MOST_SESSIONS = 200
FEWEST = 5  # smaller counts are not shown
STUDIO_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the room; open: whether people can come; why: what is unusual about it."""

    day: date
    open: bool
    why: str = ""
    hours: list[OpeningHours] = field(default_factory=list)
    sessions: int = 0
    free: int = 0

    @property
    def words(self) -> str:
        return day_words(self.day)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count, or None where it is too small to be told."""

    label: Any
    count: int | None


def working_weekday(day: date) -> int | None:
    """The weekday whose hours hold, a make-up workday being like a Friday; None: not a working day."""
    if not current().is_working(day):
        return None
    return min(day.weekday(), 4)


def hours_words(place: Place) -> str:
    """Its hours in a line: Monday 09:00–17:00, …; nothing where none are entered."""
    spans = [f"{WEEKDAYS[each.weekday]} {each.opens:%H:%M}–{each.closes:%H:%M}" for each in place.hours.all()]
    return " · ".join(spans)


def zones() -> list[Zone]:
    return list(Zone.objects.filter(active=True, place__active=True).select_related("place"))


def topics() -> QuerySet[Topic]:
    return Topic.objects.filter(active=True)


def lines(topic: Topic | None) -> list[str]:
    """The topic's documents in the active language."""
    return topic.documents if topic else []


def opening_days(place: Place, sessions: Iterable[Any], *, first: date | None = None) -> list[Day]:
    """The next days: closed on weekends and holidays, open on make-up workdays; with the sessions of each."""
    first = first or local_day()
    by_day: dict[date, list[Any]] = defaultdict(list)
    for each in sessions:
        by_day[each.day].append(each)
    hours = list(place.hours.all())
    return [_day(first + timedelta(days=n), hours, by_day) for n in range(DAYS_SHOWN)]


def _day(day: date, hours: list[OpeningHours], by_day: dict[date, list[Any]]) -> Day:
    like = working_weekday(day)
    weekend = day.weekday() >= 5
    open_ = [h for h in hours if (h.weekday == like if h.working_days else h.weekday == day.weekday())]
    there = by_day[day]
    why = ""
    if like is None and not weekend:
        why = _("Public holiday")
    elif like is not None and weekend:
        why = _("Make-up workday")
    is_open = bool(open_ or there) if hours else like is not None or bool(there)
    return Day(day, is_open, why, open_, len(there), sum(each.free > 0 for each in there))


def sessions() -> Any:
    """Sessions with what is taken (`taken`) and left (`free`) of them."""
    taken = Sum("registrations__seats", filter=Q(registrations__state__in=HOLDING, registrations__walk_in=False))
    rows = Occasion.objects.filter(kind=OccasionKind.SITTING).select_related("place", "sitting__zone")
    rows = rows.annotate(taken=Coalesce(taken, 0))
    return rows.annotate(free=F("capacity") - F("taken")).order_by("starts_at", "pk")


def ahead(*, weeks: int = WEEKS_AHEAD) -> Any:
    """Published sessions that have not begun."""
    now = timezone.now()
    return sessions().filter(state=OccasionState.PUBLISHED, starts_at__range=(now, now + timedelta(weeks=weeks)))


def bookable(topic: Topic, language: str = "") -> list[Any]:
    """Sessions on the topic with a free place, in this language if one is asked for."""
    rows = ahead().filter(sitting__topics=topic, free__gt=0)
    if language:
        rows = rows.filter(languages__contains=[language])
    return list(rows[:MOST_SESSIONS])


def studio() -> list[Any]:
    """What was recorded in the live studio and is published as a video."""
    rows: Any = Occasion.objects.filter(kind=OccasionKind.SITTING, recording__state=InterpretationState.PUBLISHED)
    rows = rows.filter(state=OccasionState.PUBLISHED).select_related("recording")
    rows = rows.prefetch_related("recording__policies").order_by("-day", "-pk")[:STUDIO_SHOWN]
    return [row for row in rows if row.recording.policies.all()]


def for_staff(user: Any) -> Any:
    """Sessions whose guests the person may see: organisers all, others those they hold themselves."""
    rows = Occasion.objects.filter(kind=OccasionKind.SITTING)
    if user.has_role(*ORGANISERS):
        return rows
    return rows.filter(Exists(SittingStaff.objects.filter(sitting=OuterRef("pk"), person=user)))


def guests(occasion: Occasion) -> list[Registration]:
    """Who comes to a session, with what they said."""
    rows = occasion.registrations.exclude(state__in=(S.CANCELLED, S.UNVERIFIED))
    return list(rows.select_related("topic", "request", "enterprise").order_by("confirmed_at", "pk"))


def desk_days(day: date, until: date) -> list[Any]:
    """Sessions from one day to another, with their staff."""
    present = Prefetch("sitting__present", SittingStaff.objects.select_related("person"))
    return list(sessions().filter(day__range=(day, until)).prefetch_related(present)[:MOST_SESSIONS])


def figures() -> dict[str, list[Figure]]:
    """Visits by month, language and topic: counts alone, and none that is so small that it tells who came."""
    came = Registration.objects.filter(occasion__kind=OccasionKind.SITTING, state=S.ATTENDED)
    since = local_day().replace(day=1) - timedelta(days=366)
    came = came.filter(occasion__day__gte=since)
    months = came.annotate(month=TruncMonth("occasion__day")).values_list("month").annotate(n=Count("pk"))
    languages = came.values_list("language").annotate(n=Count("pk"))
    by_topic = came.filter(topic__isnull=False).values_list("topic").annotate(n=Count("pk"))
    names = {topic.pk: topic.name for topic in Topic.objects.all()}
    spoken = {"zh-hans": _("Chinese"), "en": _("English")}
    return {
        "months": told(months.order_by("month")),
        "languages": [Figure(spoken.get(f.label, f.label), f.count) for f in told(languages.order_by("language"))],
        "topics": [Figure(names[f.label], f.count) for f in told(by_topic.order_by("topic"))],
    }


def told(rows: Iterable[tuple[Any, int]]) -> list[Figure]:
    """Small counts are left out; if it is only one, the next smallest too, or it could be worked out."""
    known = list(rows)
    hidden = {label for label, n in known if n < FEWEST}
    if len(hidden) == 1 and len(known) > 1:
        hidden.add(min((row for row in known if row[0] not in hidden), key=lambda row: row[1])[0])
    return [Figure(label, None if label in hidden else n) for label, n in known]


def clashes(zone: Zone, staff: Iterable[Any], spans: list[tuple[datetime, datetime]]) -> Any:
    """Sessions that are not cancelled and have the zone or one of the people at one of these times."""
    times = Q(pk__in=[])
    for first, last in spans:
        times |= Q(starts_at__lt=last, ends_at__gt=first)
    same = Q(sitting__zone=zone) | Q(sitting__present__person__in=[person.pk for person in staff])
    rows = Occasion.objects.filter(same, times, kind=OccasionKind.SITTING).exclude(state=OccasionState.CANCELLED)
    return rows.distinct().order_by("starts_at", "pk")


def busy(people: Iterable[Any], session: Occasion) -> Any:
    """Other sessions that one of the people holds at the time of this one."""
    same = Q(sitting__present__person__in=[person.pk for person in people])
    rows = Occasion.objects.filter(same, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    rows = rows.exclude(state=OccasionState.CANCELLED).exclude(pk=session.pk)
    return rows.distinct().order_by("starts_at", "pk")
