"""What an answer's follow-ups can point to here: events, sessions, publicity points, guides, partners.

Only what everybody may read is found. What was recommended once stays told: cancelled, over, taken or closed is said.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.enums import EventFormat, OccasionKind, OccasionState
from outreach.models import Material, MaterialEdition, Occasion, Partner, Place, PublicityPoint
from outreach.points import queries as points
from outreach.reception import queries as reception
from outreach.timewords import when_plain
from portal.core.templatetags.ui import in_chinese
from stewards.deskwork.records import FOUND, Kind, Record, Row, named, titles_of

CANCELLED = "EventCancelled"


def kinds() -> tuple[Kind, ...]:
    """In the order in which they are found."""
    return (
        Kind(
            "event", pgettext_lazy("occasion", "Event"), "events:detail", "slug", "Event",
            gettext_lazy("This event is no longer published."), _find_events, _events,
        ),
        Kind(
            "session", gettext_lazy("Session of the reception room"), "reception:book", "pk", "Event",
            gettext_lazy("This session is no longer offered."), _find_sessions, _sessions,
        ),
        Kind(
            "point", gettext_lazy("Publicity point"), "points:point", "slug", "Place",
            gettext_lazy("This publicity point is closed."), _find_points, _points,
        ),
        Kind(
            "material", gettext_lazy("Guide or leaflet"), "points:material", "slug", "CreativeWork",
            gettext_lazy("This guide is no longer there."), _find_materials, _materials,
        ),
        Kind(
            "partner", gettext_lazy("Partner"), "partners:detail", "slug", "Organization",
            gettext_lazy("This partner is no longer listed."), _find_partners, _partners,
        ),
    )  # fmt: skip


def _rows(*rows: Row) -> tuple[Row, ...]:
    return tuple(row for row in rows if row[2])


def _shown_events() -> Any:
    events = Occasion.objects.shown().filter(kind=OccasionKind.EVENT, event__isnull=False)
    return events.select_related("event", "place")


def _find_events(words: str) -> Iterable[Record]:
    coming = _shown_events().ahead().filter(state=OccasionState.PUBLISHED).order_by("day", "starts_at", "pk")
    return map(_event, named(coming, ("title", "event__theme", "event__about"), words)[:FOUND])


def _events(refs: Collection[str]) -> Iterable[Record]:
    return map(_event, _shown_events().filter(event__slug__in=refs))


def _event(row: Any) -> Record:
    where = ", ".join(filter(None, (row.place.name if row.place else "", row.room)))
    if not where and row.event.format == EventFormat.ONLINE:
        where = str(EventFormat.ONLINE.label)
    return _occasion(row, row.event.slug, reverse("events:detail", args=[row.event.slug]), where)


def _occasion(row: Any, ref: str, url: str, where: str, note: str = "", *more: Row) -> Record:
    is_off = row.state == OccasionState.CANCELLED
    if is_off:
        note = _("Cancelled: %(why)s") % {"why": row.cancelled_why} if row.cancelled_why else _("Cancelled.")
    elif row.is_over:
        note = _("This event is over.") if row.kind == OccasionKind.EVENT else _("This session is over.")
    rows = _rows(("at", _("When"), when_plain(row)), ("where", _("Where"), where), *more)
    at = timezone.localtime(row.starts_at).isoformat() if row.starts_at else row.day.isoformat()
    until = timezone.localtime(row.ends_at).isoformat() if row.ends_at else ""
    return Record(ref, titles_of(row), url, note, rows, at, until, CANCELLED if is_off else "")


def _find_sessions(words: str) -> Iterable[Record]:
    """By the topics that one can come about; those with a free place."""
    on_it = Occasion.objects.filter(kind=OccasionKind.SITTING, sitting__topics__active=True)
    fields = ("title", "sitting__topics__name", "sitting__topics__about")
    free = reception.ahead().filter(free__gt=0, pk__in=named(on_it, fields, words).values("pk"))
    return map(_session, free.prefetch_related("sitting__topics")[:FOUND])


def _sessions(refs: Collection[str]) -> Iterable[Record]:
    keys = [int(ref) for ref in refs if ref.isascii() and ref.isdigit() and len(ref) < 10]
    shown = reception.sessions().filter(pk__in=keys).exclude(state=OccasionState.DRAFT)
    return map(_session, shown.prefetch_related("sitting__topics"))


def _session(row: Any) -> Record:
    """Booked under its first topic; what can no longer be booked leads to the room, where other times are."""
    topics = [topic for topic in row.sitting.topics.all() if topic.active]
    ahead = row.state == OccasionState.PUBLISHED and row.starts_at > timezone.now()
    bookable = ahead and topics and row.free > 0
    url = reverse("reception:book", args=[topics[0].pk, row.pk]) if bookable else reverse("reception:room")
    about = ("topics", _("Topics"), ", ".join(topic.name for topic in topics))
    note = "" if bookable else _("This time is taken.")
    return _occasion(row, str(row.pk), url, row.place.name if row.place else "", note, about)


def _find_points(words: str) -> Iterator[Record]:
    fields = ("place__name", "place__address", "about")
    return map(_point, named(points.points(), fields, words)[:FOUND])


def _points(refs: Collection[str]) -> Iterator[Record]:
    return map(_point, points.points().filter(place__slug__in=refs))


def _point(row: PublicityPoint) -> Record:
    place: Place = row.place
    rows = _rows(
        ("address", _("Address"), place.address),
        ("phone", _("Telephone"), place.phone),
        ("hours", _("Opening hours"), _hours(place)),
    )
    return Record(place.slug, titles_of(place, "name"), reverse("points:point", args=[place.slug]), rows=rows)


def _hours(place: Place) -> str:
    """Monday–Friday 09:00–17:00; days with the same hours together."""
    known = dict(points.week(place))
    week = [(str(name), known.get(str(name), "")) for name in WEEKDAYS.values()]
    parts = []
    for hours, days in groupby(week, key=itemgetter(1)):
        names = [name for name, _hours in days]
        parts += [f"{'–'.join(dict.fromkeys((names[0], names[-1])))} {hours}"] if hours else []
    return ("；" if in_chinese() else "; ").join(parts)


def _issued() -> Any:
    return Material.objects.filter(pk__in=MaterialEdition.objects.values("material"))


def _find_materials(words: str) -> Iterator[Record]:
    return map(_material, named(_issued().filter(withdrawn_at__isnull=True), ("title", "summary"), words)[:FOUND])


def _materials(refs: Collection[str]) -> Iterator[Record]:
    return map(_material, _issued().filter(slug__in=refs))


def _material(row: Material) -> Record:
    note = _("This material was withdrawn.") if row.withdrawn_at else ""
    rows = _rows(("summary", _("In short"), row.summary))
    return Record(row.slug, titles_of(row), reverse("points:material", args=[row.slug]), note, rows)


def _listed_partners() -> Any:
    return Partner.objects.filter(public=True, active=True).order_by("slug")


def _find_partners(words: str) -> Iterator[Record]:
    return map(_partner, named(_listed_partners(), ("name", "about"), words)[:FOUND])


def _partners(refs: Collection[str]) -> Iterator[Record]:
    return map(_partner, _listed_partners().filter(slug__in=refs))


def _partner(row: Partner) -> Record:
    rows = _rows(("address", _("Address"), row.address), ("phone", _("Telephone"), row.phone))
    return Record(row.slug, titles_of(row, "name"), reverse("partners:detail", args=[row.slug]), rows=rows)
