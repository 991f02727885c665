"""Follow-ups of an answer that a machine can read, kept with its event and shown as cards.

A record of the portal (stewards/deskwork/records.py) `{"kind": "event", "ref", "titles": {language: title}}`, a link
`{"kind": "link", "url", "title"}`; what the portal does not know: a place `{"kind": "place", "titles", "address",
"phone", "url"}` or an event `{"kind": "event", "titles", "at", "where", "url"}` (`at`: a moment with its zone, or a
day). What a record is now, and whether an event is over, is seen when the card is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from stewards.deskwork import records
from stewards.deskwork.records import Kept, Record, Row

Known = Mapping[tuple[str, str], Record]


@dataclass(frozen=True, slots=True)
class Card:
    """One follow-up as it is shown. `note` is said of what no longer applies, `host` of a way out of here; `rows` are
    (field, name, words). schema and status: of schema.org."""

    kind: str
    title: str
    url: str = ""
    note: str = ""
    host: str = ""
    at: str = ""
    until: str = ""
    rows: tuple[Row, ...] = ()
    label: str = ""
    schema: str = ""
    status: str = ""


def with_cards(entries: Iterable[Any]) -> list[Any]:
    """The entries of a timeline, those with follow-ups with their cards; records are asked for once a kind."""
    found = list(entries)
    kept = [card for entry in found for card in entry.data.get("cards", ())]
    if not kept:
        return found
    known = _known(kept)
    return [replace(entry, cards=[shown(card, known) for card in entry.data.get("cards", ())]) for entry in found]


def shown(card: Kept, known: Known) -> Card:
    """The card in the page's language."""
    kind = card["kind"]
    if not records.ref_of(card):
        url = card["url"]
        about = {"event": _event, "place": _place}.get(kind, lambda _card: {})(card)
        return Card(kind, title_of(card), url, host=urlsplit(url).hostname or "", **about)
    of = records.kind_of(kind)
    label = str(of.label) if of else ""
    record = known.get((kind, records.ref_of(card)))
    if of is None or record is None:
        return Card(kind, title_of(card), note=str(of.gone) if of else _("This is no longer there."), label=label)
    return Card(
        kind, record.title, record.url, record.note, at=record.at, until=record.until, rows=record.rows, label=label,
        schema=of.schema, status=record.status,
    )  # fmt: skip


def _known(kept: Iterable[Kept]) -> Known:
    return records.resolve_all((card["kind"], records.ref_of(card)) for card in kept if records.ref_of(card))


def _place(card: Kept) -> dict[str, Any]:
    rows = (("address", _("Address"), card["address"]), ("phone", _("Telephone"), card["phone"]))
    return {"rows": tuple(row for row in rows if row[2]), "label": _("Place"), "schema": "Place"}


def _event(card: Kept) -> dict[str, Any]:
    rows = (("at", _("When"), when_of(card)), ("where", _("Where"), card["where"]))
    over = datetime.fromisoformat(card["at"]).date() < local_day()
    note = _("This event is over.") if over else ""
    kept = tuple(row for row in rows if row[2])
    return {"rows": kept, "at": card["at"], "note": note, "label": _("Event"), "schema": "Event"}


def when_of(card: Kept) -> str:
    """The moment of an event, or its day, in the page's language."""
    at = datetime.fromisoformat(card["at"])
    return f"{day_plain(at)} {localtime(at):%H:%M}" if at.tzinfo else day_plain(at.date())


def title_of(card: Kept) -> str:
    """As it was called when the answer was sent, in the page's language."""
    return str(card.get("title") or records.titled(card.get("titles") or {}) or records.ref_of(card))


def sentence(kept: Iterable[Kept]) -> str:
    """For the message that brings the answer: each with when, where and its address."""
    cards = list(kept)
    known = _known(cards)
    told = "\n".join(_told(shown(card, known)) for card in cards)
    return "{}\n{}".format(_("With the answer, on the request's page:"), told) if told else ""


def _told(card: Card) -> str:
    line = " · ".join((card.title, *(words for _field, _name, words in card.rows), *filter(None, (card.note,))))
    url = settings.SITE_URL + card.url if card.url.startswith("/") else card.url
    return f"– {line}\n  {url}" if url else f"– {line}"
