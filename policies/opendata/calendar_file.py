"""Application windows as a calendar file (iCalendar, RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from policies.enums import Validity
from policies.models import Policy
from policies.opendata.data import address
from policies.opendata.feeds import clean, host
from policies.presenting import text_of
from portal.core import bilingual

OCTETS = 75
WITHDRAWN = (Validity.REPEALED, Validity.REPLACED)


def calendar_of(policies: Iterable[Policy], day: date) -> str:
    """A file in the active language; policies without a known day of their window are left out."""
    name = _("Application windows · Hongkou")
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host()}//Policies//{bilingual.current().upper()}"),
        *("CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"),
        *("REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D"),
    ]
    for policy in policies:
        lines += _event(policy, day)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(policy: Policy, day: date) -> Iterator[str]:
    first = policy.window_opens or policy.window_closes
    last = policy.window_closes or policy.window_opens
    if first is None or last is None:
        return
    page = address("policies:detail", policy.slug, language=bilingual.current())
    changed = _utc(policy.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:policy-{policy.pk}@{host()}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{max(policy.version - 1, 0)}"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(_summary(policy) % {'title': text_of(policy, 'title').text})}"
    yield f"DESCRIPTION:{escaped(text_of(policy, 'summary').text + chr(10) + page)}"
    yield f"URL:{page}"
    yield f"STATUS:{'CANCELLED' if policy.validity_on(day) in WITHDRAWN else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _summary(policy: Policy) -> str:
    """A window that is known by one of its days is that day's."""
    if policy.window_closes is None:
        return _("Applications open: %(title)s")
    if policy.window_opens is None:
        return _("Last day to apply: %(title)s")
    return _("Applications: %(title)s")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: line ends, commas, semicolons and backslashes written out."""
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\").replace("\t", " ")
    return text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """In lines of at most 75 octets, none of which splits a character."""
    pieces, piece, size = [], "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that a line which goes on begins with
        piece += char
        size += octets
    return "\r\n ".join([*pieces, piece])
