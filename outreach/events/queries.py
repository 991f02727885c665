"""What the pages of events show; a fixed number of queries, however many events there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Avg, Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.enums import EventFormat, Language, OccasionKind, OccasionState, Precision, RegistrationState
from outreach.models import Feedback, Occasion, Registration
from outreach.registering import LIVE, last_moment
from outreach.timewords import when_plain
from portal.core.calendar import local_day
from portal.core.keyset import Order
from portal.core.templatetags.ui import month
from stewards.timewords import day_words

FILTERS = ("kind", "language", "format")
AHEAD = (Order("day"), Order("id"))
PAST = (Order("day", desc=True), Order("id", desc=True))
KEPT_OVER = timedelta(days=365)
MOST_IN_FEED = 500
S = RegistrationState


@dataclass(frozen=True, slots=True)
class Row:
    """An event in a list. free: places left (of an event held both ways: in the room), None where nobody counts;
    mark: tone and words of its state."""

    occasion: Occasion
    event: Any
    when: str
    free: int | None
    mark: tuple[str, str] | None

    @property
    def spoken(self) -> list[str]:
        return [str(Language(code).label) for code in self.occasion.languages]

    @property
    def interpreted(self) -> list[str]:
        return [str(Language(code).label) for code in self.occasion.interpretation]


def events() -> Any:
    """Every event with what a row shows of it."""
    return Occasion.objects.filter(kind=OccasionKind.EVENT, event__isnull=False).select_related("event", "place")


def chosen(said: Any) -> Any:
    """Those that the public sees, narrowed by the filters; what is no choice narrows nothing."""
    found = events().shown()
    if said.get("kind"):
        found = found.filter(event__kind=said["kind"])
    if said.get("format"):
        wanted = {said["format"], EventFormat.BOTH}
        found = found.filter(event__format__in=wanted)
    if said.get("language"):
        found = found.filter(Q(languages__contains=[said["language"]]) | Q(interpretation__contains=[said["language"]]))
    return found


def coming(found: Any) -> Any:
    return found.ahead()


def past(found: Any) -> Any:
    return found.behind()


def rows(occasions: Iterable[Occasion]) -> list[Row]:
    """As they are shown in a list: places counted in one query."""
    listed = list(occasions)
    counted = [each.pk for each in listed if each.capacity is not None]
    held = Registration.objects.holding().counted().filter(occasion__in=counted, partner=None, walk_in=False)
    taken = dict(held.order_by().values_list("occasion").annotate(Sum("seats"))) if counted else {}
    return [_row(each, taken.get(each.pk, 0)) for each in listed]


def _row(occasion: Occasion, taken: int) -> Row:
    event: Any = occasion.event
    free = None
    if occasion.capacity is not None:
        free = max(occasion.capacity - min(event.group_places, occasion.capacity) - taken, 0)
    return Row(occasion, event, when_plain(occasion), free, _mark(occasion, free))


def _mark(occasion: Occasion, free: int | None) -> tuple[str, str] | None:
    if occasion.state != OccasionState.PUBLISHED:
        tone = "bad" if occasion.state == OccasionState.CANCELLED else "quiet"
        return tone, occasion.get_state_display()
    if not is_open(occasion) or free is None:
        return None
    if free:
        return "ok", _("Places free")
    return ("info", _("Full on site, open online")) if occasion.is_both else ("warn", _("Waiting list only"))


def is_open(occasion: Occasion) -> bool:
    """Whether somebody can register now."""
    if occasion.state != OccasionState.PUBLISHED or occasion.starts_at is None:
        return False
    return last_moment(occasion) > timezone.now()


def by_month(listed: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows in order, under the name of their month, or of their year where no more is known."""
    for name, group in groupby(listed, key=lambda row: _month_of(row.occasion)):
        yield name, list(group)


def _month_of(occasion: Occasion) -> str:
    return when_plain(occasion) if occasion.precision == Precision.YEAR else month(occasion.day)


def of_month(first: date) -> list[tuple[str, list[Row]]]:
    """The programme of a month by days; first what has no day."""
    until = (first + timedelta(days=32)).replace(day=1)
    found = events().shown().filter(day__gte=first, day__lt=until).exclude(precision=Precision.YEAR)
    listed = rows(found.order_by("-precision", "day", "starts_at", "pk"))
    return [(name, list(group)) for name, group in groupby(listed, key=_day_of)]


def _day_of(row: Row) -> str:
    return day_words(row.occasion.day) if row.occasion.precision == Precision.DAY else row.when


def months() -> list[date]:
    """The months with a programme, the latest first."""
    found = events().shown().exclude(precision=Precision.YEAR).order_by()
    return list(found.dates("day", "month", order="DESC"))


def for_feed() -> Any:
    """With an hour, up to a year ago."""
    recent = events().shown().filter(starts_at__isnull=False, day__gte=local_day() - KEPT_OVER)
    return recent.order_by("-day", "-pk")[:MOST_IN_FEED]


def own(occasion: Occasion, user: Any) -> Registration | None:
    """The signed-in person's own registration that counts."""
    if not user.is_authenticated:
        return None
    return occasion.registrations.filter(user=user, partner=None).exclude(state=S.CANCELLED).first()


def figures(occasion: Occasion) -> dict[str, Any]:
    """Attendance: who registered, came, missed, waited; by partner and by language; and how it was. Who takes part
    online, where one can choose, is counted apart: nobody is let in there."""
    every = occasion.registrations.exclude(state=S.UNVERIFIED)
    all_ = every.counted()
    seats = dict(all_.order_by().values_list("state").annotate(Sum("seats")))
    online = _seats(every.holding().filter(online=True, occasion__event__format=EventFormat.BOTH))
    came = all_.filter(state=S.ATTENDED).order_by()
    walked_in = _seats(came, walk_in=True)
    said = Feedback.objects.filter(occasion=occasion).aggregate(mean=Avg("rating"), count=Count("rating"))
    return {
        "registered": sum(seats.values()) + online - seats.get(S.CANCELLED, 0) - walked_in,
        "online": online,
        "came": seats.get(S.ATTENDED, 0),
        "walked_in": walked_in,
        "missed": seats.get(S.MISSED, 0),
        "waiting": seats.get(S.WAITING, 0),
        "confirmed": seats.get(S.CONFIRMED, 0),
        "cancelled": seats.get(S.CANCELLED, 0),
        "by_partner": list(
            came.filter(partner__isnull=False)
            .values("partner__name_zh_hans", "partner__name_en")
            .annotate(seats=Sum("seats"))
            .order_by("-seats", "partner")
        ),
        "by_language": list(came.values("language").annotate(seats=Sum("seats")).order_by("-seats", "language")),
        "mean": said["mean"],
        "rated": said["count"],
        "questions": occasion.questions.filter(hidden_at=None).count(),
        "asked_on": occasion.questions.filter(request__isnull=False).count(),
    }


def _seats(found: Any, **only: Any) -> int:
    return found.filter(**only).aggregate(seats=Sum("seats"))["seats"] or 0


def waiting_count(occasion: Occasion) -> int:
    return _seats(occasion.registrations, state=S.WAITING)


def guests(occasion: Occasion) -> Any:
    """The list at the door: those who hold a place, then who waits."""
    shown = (*LIVE, S.ATTENDED, S.MISSED)
    found = occasion.registrations.filter(state__in=shown).exclude(state=S.UNVERIFIED)
    return found.select_related("partner", "enterprise").order_by("state", "name", "pk")
