"""A place or an event as one line of an answer's follow-ups:

    Place: 虹口创业园 / Hongkou Start-up Park | 1 Fictional Road | 021-0000 0000 | https://…
    Event: 政策宣讲会 / Policy session | 2026-12-01 14:00 | Room 5 | https://…

What stands after the name may be left out from the end on, an event's day excepted.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import bilingual
from stewards.deskwork.records import Kept

_KIND = re.compile(r"(place|event|地点|活动)\s*[:：](.*)", re.IGNORECASE)
_KINDS = {"地点": "place", "活动": "event"}
_FIELDS = {"place": ("address", "phone", "url"), "event": ("at", "where", "url")}
_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d")
LONGEST = 120
is_address = URLValidator(schemes=["https", "http"])


def read(line: str, place: Mapping[str, Any]) -> Kept | None:
    """The card of such a line; None of another one; refused with the line's number."""
    found = _KIND.fullmatch(line)
    if found is None:
        return None
    kind = _KINDS.get(found[1], found[1].lower())
    name, *rest = (part.strip() for part in re.split(r"[|｜]", found[2]))
    fields = _FIELDS[kind]
    if not name or len(rest) > len(fields) or any(len(part) > LONGEST for part in (name, *rest[:2])):
        words = _("Line %(line)d: after “%(what)s” write a name, then at most three fields with | between them.")
        raise ValidationError(words % {**place, "what": found[1]})
    kept: Kept = {
        "kind": kind,
        "titles": titles_of(name),
        **dict.fromkeys(fields, ""),
        **dict(zip(fields, rest, strict=False)),
    }
    if kept["url"]:
        _check_address(kept["url"], place)
    if kind == "event":
        kept["at"] = _moment(kept["at"], place)
    return kept


def titles_of(name: str) -> dict[str, str]:
    """“中文 / English” in both languages; a name without a stroke in both alike."""
    chinese, stroke, english = (part.strip() for part in name.partition(" / "))
    both = (chinese, english) if stroke and chinese and english else (name, name)
    return dict(zip(bilingual.LANGUAGES, both, strict=True))


def _check_address(address: str, place: Mapping[str, Any]) -> None:
    try:
        is_address(address)
    except ValidationError:
        words = _("Line %(line)d: “%(what)s” is not the address of a page.")
        raise ValidationError(words % {**place, "what": address[:60]}) from None


def _moment(text: str, place: Mapping[str, Any]) -> str:
    """The moment in the portal's time zone, or the day alone; one that is over helps nobody."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    for form in _FORMATS:
        try:
            at = timezone.make_aware(datetime.strptime(plain, form))
        except ValueError:
            continue
        is_day = form == _FORMATS[1]
        over = at.date() < timezone.localdate() if is_day else at < timezone.now()
        if over:
            raise ValidationError(_("Line %(line)d: “%(what)s” is over already.") % {**place, "what": plain})
        return at.date().isoformat() if is_day else at.isoformat()
    words = _("Line %(line)d: write the day of the event, as in 2026-12-01 or 2026-12-01 14:00.")
    raise ValidationError(words % place)
