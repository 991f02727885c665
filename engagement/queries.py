"""Reads for the pages of visits; a fixed number of queries each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.enums import Role
from engagement import route
from engagement.booking import limit_now
from engagement.enums import AHEAD, BOOKED, DONE, UNSETTLED, Contact, Limit, Side, VisitState
from engagement.models import Participant, Visit, VisitQuerySet
from engagement.reach import looked_after
from enterprises.models import Enterprise, Membership, Subdistrict
from notices.models import DIGEST, Message
from portal.core import bilingual
from portal.core.calendar import local_day
from stewards.enums import IN_TOUCH
from stewards.models import HelpRequest, LeaderLink, RequestEvent

S = VisitState
FOUND = 20
PLACED = ("enterprise__park__subdistrict", "enterprise__subdistrict")


def shown(visits: VisitQuerySet) -> VisitQuerySet:
    """With what a row of a list shows, in two queries."""
    along = Participant.objects.select_related("person", "department")
    return visits.select_related(*PLACED, "organiser", "department").prefetch_related(
        Prefetch("participants", queryset=along)
    )


def tab(user: Any, name: str) -> VisitQuerySet:
    """The visits under one tab of the list."""
    own, today = Visit.objects.of_person(user), local_day()
    if name == "answer":
        return Visit.objects.readable_by(user).filter(_in_charge(user), turn=Side.GOVERNMENT)
    if name == "write-up":
        return own.filter(Q(state=S.HELD) | Q(state=S.CONFIRMED, ends_at__lt=timezone.now()))
    if name == "past":
        return own.filter(~Q(state__in=[*AHEAD, S.HELD]) | Q(state__in=UNSETTLED, day__lt=today))
    if name == "all":
        return Visit.objects.readable_by(user).filter(state__in=AHEAD, day__gte=today)
    return own.filter(state__in=AHEAD, day__gte=today)


def counts(user: Any) -> dict[str, int]:
    """How much waits under the tabs that ask for something."""
    return {name: tab(user, name).count() for name in ("answer", "write-up")}


def _in_charge(user: Any) -> Q:
    if user.has_role(Role.ADMIN):
        return Q()
    return Q(organiser=user) | (Q(department=user.department_id) if user.department_id else Q())


def between(user: Any, first: date, last: date) -> VisitQuerySet:
    """Where the person goes on these days."""
    own = Visit.objects.of_person(user).filter(day__range=(first, last), state__in=BOOKED)
    return shown(own).order_by("starts_at", "pk")


def next_day(user: Any, day: date) -> date | None:
    """The first day after it on which the person goes somewhere."""
    later = Visit.objects.of_person(user).filter(day__gt=day, state__in=BOOKED).order_by("day")
    return later.values_list("day", flat=True).first()


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of a day's plan. late: it begins before one ahead of it has ended."""

    visit: Visit
    phones: list[Membership]
    requests: list[HelpRequest]
    late: bool


@dataclass(frozen=True, slots=True)
class Building:
    """One building on the way; see route.Leg."""

    place: str
    district: str
    stops: list[Stop]
    way: str
    back: bool
    chosen: bool


def day_plan(user: Any, day: date) -> list[Building]:
    """The day's visits in the order proposed, building by building. Five queries."""
    visits = list(between(user, day, day))
    keys = [visit.enterprise_id for visit in visits]
    active = Membership.objects.active().filter(enterprise__in=keys, role="owner")
    people = _by_enterprise(active.select_related("user").order_by("pk"))
    open_requests = HelpRequest.objects.on_desk_of(user).open().filter(enterprise__in=keys).order_by("due_on", "pk")
    requests = _by_enterprise(open_requests.only("number", "subject", "due_on", "enterprise_id", "language"))
    points, known = points_of(visits), {visit.pk: visit for visit in visits}
    late = route.late(route.ordered(points))
    return [_building(leg, known, people, requests, late) for leg in route.legs(points)]


def _building(
    leg: route.Leg, known: dict[int, Visit], people: dict[int, Any], requests: dict[int, Any], late: set[int]
) -> Building:
    visits = [known[point.key] for point in leg.points]
    stops = [
        Stop(each, people.get(each.enterprise_id, []), requests.get(each.enterprise_id, []), each.pk in late)
        for each in visits
    ]
    district = subdistrict_of(visits[0])
    return Building(leg.points[0].place, str(district or ""), stops, leg.way, leg.back, leg.chosen)


def points_of(visits: Iterable[Visit]) -> list[route.Point]:
    """Where and when they are, as far as it is known; they are entered in the order of their keys."""
    return [
        route.Point(each.pk, each.pk, each.starts_at, each.ends_at, building_of(each), _code(subdistrict_of(each)))
        for each in visits
    ]


def building_of(visit: Visit) -> str:
    """The enterprise's building, if the visit is there; else what was typed."""
    park = visit.enterprise.park
    return park.name if park is not None and _is_at_home(visit) else visit.place


def subdistrict_of(visit: Visit) -> Subdistrict | None:
    """Where the enterprise is, if the visit is there; of another place it is not known."""
    if not _is_at_home(visit):
        return None
    park = visit.enterprise.park
    return (park.subdistrict if park else None) or visit.enterprise.subdistrict


def _is_at_home(visit: Visit) -> bool:
    own = visit.enterprise
    named = _texts(own.park, "name") if own.park else set()
    known = _texts(own, "address") | (_texts(own.park, "address") if own.park else set()) | named
    return visit.place in known or any(name in visit.place for name in named)


def _texts(row: Any, field: str) -> set[str]:
    return {text for column in bilingual.columns(field) if (text := getattr(row, column))}


def _code(subdistrict: Subdistrict | None) -> str:
    return str(subdistrict.pk) if subdistrict else ""


def _by_enterprise(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.enterprise_id, []).append(row)
    return found


def found_enterprises(user: Any, words: str) -> list[Enterprise]:
    """Enterprises by name or credit code; without words, those that the person looks after."""
    own = Enterprise.objects.found_by(words) if words.strip() else looked_after(user)
    return list(own.select_related("park", "subdistrict").order_by("pk")[:FOUND])


def without_contact(user: Any, today: date) -> QuerySet[Enterprise]:
    """Key enterprises that nobody has visited or written to for so many days; the person's own, or all of them."""
    key = silent(today)
    if user.has_role(Role.LEADER) and not user.has_role(Role.ADMIN):
        own = LeaderLink.objects.filter(leader=user)
        return key.filter(Q(~Exists(own.begun())) | Q(pk__in=own.current().enterprises().values("pk")))
    return key if user.has_role(Role.ADMIN) else key.filter(pk__in=looked_after(user))


def silent(today: date) -> QuerySet[Enterprise]:
    """Those of the whole district. Law enforcement is no contact, and neither is a digest."""
    visits = Visit.objects.filter(enterprise=OuterRef("pk"), state__in=DONE).exclude(asked_by=Contact.ENFORCEMENT)
    written = RequestEvent.objects.filter(request__enterprise=OuterRef("pk"), kind__in=IN_TOUCH)
    key = Enterprise.objects.operating().exclude(tier="").select_related("park")
    since = today - timedelta(days=contact_days(today))
    named = key.annotate(
        last_visit=Subquery(visits.order_by("-day").values("day")[:1]),
        last_written=Subquery(written.order_by("-at").values("at")[:1]),
    )
    quiet_visit = Q(last_visit__isnull=True) | Q(last_visit__lt=since)
    quiet_words = Q(last_written__isnull=True) | Q(last_written__date__lt=since)
    return named.filter(quiet_visit, quiet_words)


@dataclass(frozen=True, slots=True)
class Digests:
    """Messages that reached the enterprise's people: contact, but never a visit."""

    count: int
    last: datetime | None
    months: list[tuple[date, int]]


def digests_of(enterprise: Enterprise, since: datetime) -> Digests:
    """One query."""
    people = Membership.objects.active().filter(enterprise=enterprise).values("user")
    sent = Message.objects.filter(recipient__in=people, kind=DIGEST, created_at__gte=since).order_by()
    months = sent.annotate(month=TruncMonth("created_at")).values("month")
    rows = list(months.annotate(count=Count("pk"), last=Max("created_at")).order_by("-month"))
    return Digests(
        sum(row["count"] for row in rows),
        max((row["last"] for row in rows), default=None),
        [(row["month"].date(), row["count"]) for row in rows],
    )


def contact_days(today: date) -> int:
    """After so many days without contact a key enterprise is listed."""
    return limit_now(Limit.CONTACT_DAYS, today)
