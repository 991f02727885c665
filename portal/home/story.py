"""One timeline of an enterprise: requests, visits, policies, packages and messages, each reader's own part of them.

Every source gives one page at most, in order; the pages are merged. So a page costs the same few queries, however long
the story is. A cursor names the last entry that was shown: moment, source and key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import DESK_ROLES, Role
from engagement.enums import BOOKED
from engagement.models import Visit
from enterprises.models import Enterprise
from notices.models import Message
from policies.models import NewMatch, Package
from stewards.enums import EventKind, RequestState
from stewards.models import HelpRequest, HelpRequestQuerySet, LeaderLink, RequestEvent
from stewards.queries import current_stewardships
from stewards.timeline import title as title_of

SIZE = 30
TOLD = (
    EventKind.SUBMITTED, EventKind.ANSWERED, EventKind.NOT_ACCEPTED, EventKind.WITHDRAWN, EventKind.REOPENED,
    EventKind.RATED, EventKind.CLOSED, EventKind.MERGED,
)  # fmt: skip
READERS = (*DESK_ROLES, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. language: of `about`; "" where it is not known, None for the page's own."""

    at: datetime
    source: str
    key: int
    what: str
    about: str
    url: str = ""
    language: str | None = None

    @property
    def order(self) -> tuple[datetime, str, int]:
        return self.at, self.source, self.key

    @property
    def month(self) -> str:
        """The heading it stands under."""
        return date_format(timezone.localtime(self.at), "YEAR_MONTH_FORMAT")

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.key}"


@dataclass(frozen=True, slots=True)
class Story:
    """A page of it, newest first; `older` is the cursor of the next one, or empty."""

    entries: list[Entry]
    older: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may see of an enterprise."""

    user: Any
    requests: HelpRequestQuerySet
    visits: QuerySet[Visit]
    inside: bool  # acts for the enterprise


def staff_reader(user: Any, pk: int) -> tuple[Enterprise, Reader]:
    """For the district's people: the service centre, its steward, a linked leader, and whoever has a request or a
    visit of it on their desk. 404 for everybody else."""
    enterprise = Enterprise.objects.select_related("industry", "subdistrict", "park").filter(pk=pk).first()
    if enterprise is None or not user.has_role(*READERS):
        raise Http404
    requests = HelpRequest.objects.readable_by(user).filter(enterprise=enterprise)
    visits = Visit.objects.readable_by(user).filter(enterprise=enterprise)
    if not (_looks_after(user, enterprise) or requests.exists() or visits.exists()):
        raise Http404
    return enterprise, Reader(user, requests, visits, inside=False)


def own_reader(user: Any, enterprise: Enterprise) -> Reader:
    """For those who act for the enterprise."""
    requests = HelpRequest.objects.of_member(user).exclude(state=RequestState.DRAFT).filter(enterprise=enterprise)
    return Reader(user, requests, Visit.objects.of_member(user).filter(enterprise=enterprise), inside=True)


def _looks_after(user: Any, enterprise: Enterprise) -> bool:
    if user.has_role(Role.ADMIN):
        return True
    covers = Q(enterprise=enterprise.pk) | Q(park=enterprise.park_id, park__isnull=False)
    covers |= Q(subdistrict=enterprise.subdistrict_id, subdistrict__isnull=False)
    if user.has_role(Role.STEWARD) and current_stewardships().filter(covers, steward=user).exists():
        return True
    links = LeaderLink.objects.current().filter(leader=user)
    return user.has_role(Role.LEADER) and links.enterprises().filter(pk=enterprise.pk).exists()


def story(enterprise: Enterprise, reader: Reader, cursor: str = "") -> Story:
    """A page of the timeline up to now; one query a source."""
    after = _read(cursor)
    found: list[Entry] = []
    for source, read in _SOURCES.items():
        found += read(enterprise, reader, _before(after, source))
    found.sort(key=lambda entry: entry.order, reverse=True)
    page = found[:SIZE]
    return Story(page, page[-1].cursor if len(found) > SIZE else "")


def coming(reader: Reader) -> list[Visit]:
    """Visits that are still to come, the next first; one query."""
    ahead = reader.visits.filter(starts_at__gt=timezone.now(), state__in=BOOKED)
    return list(ahead.order_by("starts_at", "pk")[:5])


# --- cursor ---------------------------------------------------------------------------------------------------------


def _read(cursor: str) -> tuple[datetime, str, int] | None:
    """What the cursor says; None for one that nobody made."""
    moment, _mark, rest = cursor.partition("~")
    source, _mark, key = rest.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if timezone.is_naive(at) or source not in _SOURCES or not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    return at, source, int(key)


def _before(after: tuple[datetime, str, int] | None, source: str) -> Callable[[str], Q]:
    """The condition “before the last entry shown” for a column that holds a source's moment."""

    def condition(column: str) -> Q:
        if after is None:
            return Q(**{f"{column}__lte": timezone.now()})
        at, last, key = after
        same = Q(**{column: at})
        earlier = Q(**{f"{column}__lt": at})
        if source == last:
            return earlier | same & Q(pk__lt=key)
        return earlier | same if source < last else earlier

    return condition


# --- sources --------------------------------------------------------------------------------------------------------

Read = Callable[[Enterprise, Reader, Callable[[str], Q]], Iterable[Entry]]


def _requests(_enterprise: Enterprise, reader: Reader, before: Callable[[str], Q]) -> Iterable[Entry]:
    rows = RequestEvent.objects.filter(before("at"), request__in=reader.requests.values("pk"), kind__in=TOLD)
    place = "requests:detail" if reader.inside else "desk:request"
    for event in rows.select_related("actor", "request").order_by("-at", "-pk")[: SIZE + 1]:
        asked = event.request
        about = f"{asked.number} {asked.subject}"
        yield Entry(event.at, "request", event.pk, title_of(event), about, reverse(place, args=[asked.number]), "")


def _visits(_enterprise: Enterprise, reader: Reader, before: Callable[[str], Q]) -> Iterable[Entry]:
    rows = reader.visits.filter(before("starts_at"), state__in=BOOKED, starts_at__lte=timezone.now())
    place = "contacts:visit" if reader.inside else "visits:detail"
    for visit in rows.order_by("-starts_at", "-pk")[: SIZE + 1]:
        what = visit.get_asked_by_display()
        yield Entry(visit.starts_at, "visit", visit.pk, what, visit.purpose, reverse(place, args=[visit.pk]), "")


def _packages(enterprise: Enterprise, _reader: Reader, before: Callable[[str], Q]) -> Iterable[Entry]:
    rows = Package.objects.filter(before("handed_over_at"), enterprise=enterprise, handed_over_at__isnull=False)
    for package in rows.order_by("-handed_over_at", "-pk")[: SIZE + 1]:
        assert package.handed_over_at
        yield Entry(package.handed_over_at, "package", package.pk, _("Service package handed over"), package.title)


def _policies(enterprise: Enterprise, _reader: Reader, before: Callable[[str], Q]) -> Iterable[Entry]:
    rows = NewMatch.objects.filter(before("found_at"), enterprise=enterprise).select_related("policy")
    for match in rows.order_by("-found_at", "-pk")[: SIZE + 1]:
        url = reverse("policies:detail", args=[match.policy.slug])
        yield Entry(match.found_at, "policy", match.pk, _("A policy fits"), match.policy.title, url)


def _messages(_enterprise: Enterprise, reader: Reader, before: Callable[[str], Q]) -> Iterable[Entry]:
    """A person's own messages; those on requests, visits, policies and packages stand here as what they tell of."""
    if not reader.inside:
        return
    rows = Message.objects.inbox_of(reader.user).filter(before("created_at"))
    told = Q(kind__startswith="request") | Q(kind__startswith="policy") | Q(kind__startswith="visit")
    rows = rows.exclude(told | Q(kind__startswith="package")).defer("body")
    for message in rows.order_by("-created_at", "-pk")[: SIZE + 1]:
        url = reverse("messages:detail", args=[message.pk])
        yield Entry(
            message.created_at, "message", message.pk, _("Message to you"), message.subject, url, message.language
        )


_SOURCES: dict[str, Read] = {
    "message": _messages,
    "package": _packages,
    "policy": _policies,
    "request": _requests,
    "visit": _visits,
}
