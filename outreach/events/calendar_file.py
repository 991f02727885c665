"""Events as a calendar file (iCalendar, RFC 5545): one of them, or a feed to subscribe to."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from outreach.enums import OccasionState
from outreach.models import Occasion
from policies.opendata.calendar_file import escaped, folded
from policies.opendata.data import address
from policies.opendata.feeds import host
from portal.core import bilingual

USUAL = timedelta(hours=2)  # of an event whose end is not known


def calendar_of(occasions: Iterable[Occasion]) -> str:
    """A file in the active language; what has no hour is left out."""
    name = _("Events · Hongkou")
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host()}//Events//{bilingual.current().upper()}"),
        *("CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"),
    ]
    for occasion in occasions:
        lines += _event(occasion)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(occasion: Occasion) -> Iterator[str]:
    if occasion.starts_at is None:
        return
    detail = occasion.event
    page = address("events:detail", detail.slug, language=bilingual.current())
    cancelled = occasion.state == OccasionState.CANCELLED
    about = [occasion.cancelled_why if cancelled else "", detail.theme, detail.about, page]
    yield "BEGIN:VEVENT"
    yield f"UID:event-{occasion.pk}@{host()}"
    yield f"DTSTAMP:{_utc(occasion.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(occasion.changed_at)}"
    yield f"SEQUENCE:{occasion.sequence}"
    yield f"DTSTART:{_utc(occasion.starts_at)}"
    yield f"DTEND:{_utc(occasion.ends_at or occasion.starts_at + USUAL)}"
    yield f"SUMMARY:{escaped(occasion.title)}"
    yield f"DESCRIPTION:{escaped(chr(10).join(part for part in about if part))}"
    if where := _where(occasion):
        yield f"LOCATION:{escaped(where)}"
    yield f"URL:{page}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _where(occasion: Occasion) -> str:
    place = occasion.place
    if place is None:
        return occasion.room
    return ", ".join(part for part in (place.name, place.address, occasion.room) if part)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
