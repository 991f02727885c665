"""One timeline of an enterprise: requests, visits, invitations, policies, packages and messages, each reader's own
part of them.

Every source gives one page at most, in order; the pages are merged. So a page costs the same few queries, however long
the story is. A cursor names the last entry that was shown: moment, source and key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import DESK_ROLES, Role
from accounts.kinds import keys_of, kind_of, somebody
from engagement.enums import BOOKED
from engagement.models import Visit
from enterprises.models import Enterprise
from notices.models import Message
from outreach.events.record import invitations, word_of
from policies.models import NewMatch, Package
from portal.core.prepared import KEY, MOMENT, kept
from stewards.enums import EventKind, RequestState
from stewards.models import HelpRequest, HelpRequestQuerySet, LeaderLink, RequestEvent
from stewards.queries import current_stewardships
from stewards.timeline import facts as facts_of
from stewards.timeline import title as title_of

SIZE = 30
TOLD = (
    EventKind.SUBMITTED, EventKind.ANSWERED, EventKind.NOT_ACCEPTED, EventKind.WITHDRAWN, EventKind.REOPENED,
    EventKind.RATED, EventKind.CLOSED, EventKind.MERGED, EventKind.UNMERGED,
    EventKind.EXTENDED, EventKind.COMPLEX, EventKind.RENEWED, EventKind.RECOMPUTED, EventKind.UNHEARD,
    EventKind.RECTIFYING, EventKind.CALLED_BACK, EventKind.RECTIFIED,
)  # fmt: skip
DATED = (EventKind.RENEWED, EventKind.RECOMPUTED, EventKind.RECTIFYING, EventKind.CALLED_BACK)
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


@dataclass(frozen=True)
class Reader:
    """What somebody may see of an enterprise."""

    user: Any
    enterprise: int
    inside: bool  # acts for the enterprise

    @cached_property
    def requests(self) -> HelpRequestQuerySet:
        if self.inside:
            seen = HelpRequest.objects.of_member(self.user).exclude(state=RequestState.DRAFT)
        else:
            seen = HelpRequest.objects.readable_by(self.user)
        return seen.filter(enterprise=self.enterprise)

    @cached_property
    def visits(self) -> QuerySet[Visit]:
        seen = Visit.objects.of_member(self.user) if self.inside else Visit.objects.readable_by(self.user)
        return seen.filter(enterprise=self.enterprise)

    def newest(self, make: "Make") -> list[Any]:
        """The rows of a source up to now, by a statement that is kept."""
        known = keys_of(self.user) | {KEY: self.enterprise, MOMENT: timezone.now()}
        return kept(_newest, make, self.inside, *kind_of(self.user)).all(known)


Make = Callable[[Reader, Callable[[str], Q]], QuerySet[Any]]


def _newest(make: Make, inside: bool, *kind: Any) -> QuerySet[Any]:
    return make(Reader(somebody(*kind), KEY, inside), lambda column: Q(**{f"{column}__lte": MOMENT}))


def staff_reader(user: Any, pk: int) -> tuple[Enterprise, Reader]:
    """For the district's people: the service centre, its steward, a linked leader, and whoever has a request or a
    visit of it on their desk. 404 for everybody else."""
    enterprise = Enterprise.objects.select_related("industry", "subdistrict", "park").filter(pk=pk).first()
    if enterprise is None or not user.has_role(*READERS):
        raise Http404
    reader = Reader(user, enterprise.pk, inside=False)
    if not (_looks_after(user, enterprise) or reader.requests.exists() or reader.visits.exists()):
        raise Http404
    return enterprise, reader


def own_reader(user: Any, enterprise: Enterprise) -> Reader:
    """For those who act for the enterprise."""
    return Reader(user, enterprise.pk, inside=True)


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
    for source, (make, tell) in _SOURCES.items():
        if source == "message" and not reader.inside:
            continue
        rows = make(reader, _before(after, source)) if after else reader.newest(make)
        found += [tell(row, reader) for row in rows]
    found.sort(key=lambda entry: entry.order, reverse=True)
    page = found[:SIZE]
    return Story(page, page[-1].cursor if len(found) > SIZE else "")


def coming(reader: Reader) -> list[Visit]:
    """Visits that are still to come, the next first; one query."""
    return reader.newest(_ahead)


def _ahead(reader: Reader, _before: Callable[[str], Q]) -> QuerySet[Visit]:
    return reader.visits.filter(starts_at__gt=MOMENT, state__in=BOOKED).order_by("starts_at", "pk")[:5]


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


def _before(after: tuple[datetime, str, int], source: str) -> Callable[[str], Q]:
    """The condition “before the last entry shown” for a column that holds a source's moment."""

    def condition(column: str) -> Q:
        at, last, key = after
        same = Q(**{column: at})
        earlier = Q(**{f"{column}__lt": at})
        if source == last:
            return earlier | same & Q(pk__lt=key)
        return earlier | same if source < last else earlier

    return condition


# --- sources --------------------------------------------------------------------------------------------------------

Before = Callable[[str], Q]


def _events(reader: Reader, before: Before) -> QuerySet[RequestEvent]:
    rows = RequestEvent.objects.filter(before("at"), request__in=reader.requests.values("pk"), kind__in=TOLD)
    if reader.inside:
        rows = rows.filter(internal=False)
    rows = rows.select_related("actor", "request")
    return rows.only(*_EVENT, *(f"actor__{name}" for name in _PERSON)).order_by("-at", "-pk")[: SIZE + 1]


_PERSON = ("name_zh", "name_en", "email")
_EVENT = ("kind", "at", "internal", "data", "request__number", "request__subject")


def _event(event: RequestEvent, reader: Reader) -> Entry:
    asked = event.request
    url = reverse("requests:detail" if reader.inside else "desk:request", args=[asked.number])
    return Entry(event.at, "request", event.pk, _what(event), f"{asked.number} {asked.subject}", url, "")


def _what(event: RequestEvent) -> str:
    """With the day that an entry is about, where its title does not name it."""
    what, facts = title_of(event), facts_of(event) if event.kind in DATED else ""
    return _("%(what)s: %(facts)s") % {"what": what, "facts": facts} if facts else what


def _visits(reader: Reader, before: Before) -> QuerySet[Visit]:
    rows = reader.visits.filter(before("starts_at"), state__in=BOOKED)
    return rows.order_by("-starts_at", "-pk")[: SIZE + 1]


def _visit(visit: Visit, reader: Reader) -> Entry:
    url = reverse("contacts:visit" if reader.inside else "visits:detail", args=[visit.pk])
    return Entry(visit.starts_at, "visit", visit.pk, visit.get_asked_by_display(), visit.purpose, url, "")


def _invitations(reader: Reader, before: Before) -> QuerySet[Any]:
    rows = invitations().filter(before("at"), enterprise=reader.enterprise)
    return rows.order_by("-at", "-pk")[: SIZE + 1]


def _invitation(row: Any, _reader: Reader) -> Entry:
    what = _("Invitation to an event: %(what)s") % {"what": word_of(row)}
    url = reverse("events:detail", args=[row.event.slug])
    return Entry(row.at, "event", row.pk, what, row.event.occasion.title, url)


def _packages(reader: Reader, before: Before) -> QuerySet[Package]:
    rows = Package.objects.filter(before("handed_over_at"), enterprise=reader.enterprise, handed_over_at__isnull=False)
    return rows.order_by("-handed_over_at", "-pk")[: SIZE + 1]


def _package(package: Package, _reader: Reader) -> Entry:
    assert package.handed_over_at
    return Entry(package.handed_over_at, "package", package.pk, _("Service package handed over"), package.title)


def _policies(reader: Reader, before: Before) -> QuerySet[NewMatch]:
    rows = NewMatch.objects.filter(before("found_at"), enterprise=reader.enterprise).select_related("policy")
    return rows.order_by("-found_at", "-pk")[: SIZE + 1]


def _policy(match: NewMatch, _reader: Reader) -> Entry:
    url = reverse("policies:detail", args=[match.policy.slug])
    return Entry(match.found_at, "policy", match.pk, _("A policy fits"), match.policy.title, url)


def _messages(reader: Reader, before: Before) -> QuerySet[Message]:
    """A person's own messages; those on requests, visits, policies, packages and
    invitations stand here as what they tell of."""
    rows = Message.objects.inbox_of(reader.user).filter(before("created_at"))
    told = Q(kind__startswith="request") | Q(kind__startswith="policy") | Q(kind__startswith="visit")
    rows = rows.exclude(told | Q(kind__startswith="package") | Q(kind="event.invitation")).defer("body")
    return rows.order_by("-created_at", "-pk")[: SIZE + 1]


def _message(message: Message, _reader: Reader) -> Entry:
    url = reverse("messages:detail", args=[message.pk])
    what = _("Message to you")
    return Entry(message.created_at, "message", message.pk, what, message.subject, url, message.language)


# What is read, and how a row of it is told.
_SOURCES: dict[str, tuple[Make, Callable[[Any, Reader], Entry]]] = {
    "event": (_invitations, _invitation),
    "message": (_messages, _message),
    "package": (_packages, _package),
    "policy": (_policies, _policy),
    "request": (_events, _event),
    "visit": (_visits, _visit),
}
