"""Follow-ups of an answer as they are typed: a line each, refused with its number."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from stewards.asking.forms import LongText
from stewards.deskwork import card_lines, records
from stewards.deskwork.records import Kept

MOST = 5


class CardsField(LongText):
    """A line each: the address of a record of this portal, another address with a title after it, a place, an event."""

    def clean(self, value: Any) -> Any:
        lines = [(n, line.strip()) for n, line in enumerate(super().clean(value).splitlines(), 1) if line.strip()]
        not_too_many(lines)
        return [_read(number, line) for number, line in lines]


def not_too_many(cards: list[Any]) -> None:
    if len(cards) > MOST:
        raise ValidationError(_("At most %(most)d follow-ups go with an answer.") % {"most": MOST})


def _read(number: int, line: str) -> Kept:
    address, _space, title = line.partition(" ")
    place = {"line": number, "what": address[:60]}
    card = card_lines.read(line, place)
    if card is not None:
        return card
    try:
        record = _record(address)
        if record is None:
            card_lines.is_address(address)
    except (ValidationError, ValueError):
        raise ValidationError(_("Line %(line)d: “%(what)s” is no address and no policy.") % place) from None
    if record is not None:
        return _kept(*record, place)
    if not title.strip():
        raise ValidationError(_("Line %(line)d: write a title after the address.") % place)
    return {"kind": "link", "url": address, "title": title.strip()[: card_lines.LONGEST]}


def _record(address: str) -> tuple[str, str] | None:
    """Kind and name of a record of this portal, from its page's address; a short name by itself is a policy's."""
    return records.from_address(address) or (("policy", address) if re.fullmatch(r"[-\w]+", address) else None)


def _kept(kind: str, ref: str, place: Mapping[str, Any]) -> Kept:
    found = records.resolve_all([(kind, ref)]).get((kind, ref))
    if found is None:
        raise ValidationError(_("Line %(line)d: nothing is published under “%(what)s”.") % place)
    return records.keep(kind, found)
