"""Follow-ups of an answer as they are typed: a line each, refused with its number."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from policies.models import Policy
from portal.core import bilingual
from stewards.asking.forms import LongText
from stewards.deskwork import card_lines
from stewards.deskwork.cards import Kept

MOST = 5
_POLICY = re.compile(r"/(?:zh-hans|en)/policies/([-\w]{1,100})/?")


class CardsField(LongText):
    """A line each: the address of a policy in this portal, another address with a title after it, a place, an event."""

    def clean(self, value: Any) -> Any:
        lines = [(n, line.strip()) for n, line in enumerate(super().clean(value).splitlines(), 1) if line.strip()]
        if len(lines) > MOST:
            raise ValidationError(_("At most %(most)d follow-ups go with an answer.") % {"most": MOST})
        return [_read(number, line) for number, line in lines]


def _read(number: int, line: str) -> Kept:
    address, _space, title = line.partition(" ")
    place = {"line": number, "what": address[:60]}
    card = card_lines.read(line, place)
    if card is not None:
        return card
    try:
        slug = _slug(address)
        if slug is None:
            card_lines.is_address(address)
    except (ValidationError, ValueError):
        raise ValidationError(_("Line %(line)d: “%(what)s” is no address and no policy.") % place) from None
    if slug is not None:
        return _policy(slug, place)
    if not title.strip():
        raise ValidationError(_("Line %(line)d: write a title after the address.") % place)
    return {"kind": "link", "url": address, "title": title.strip()[: card_lines.LONGEST]}


def _slug(address: str) -> str | None:
    """Of a policy of this portal, from its address here or by itself."""
    parts = urlsplit(address)
    here = parts.netloc in ("", urlsplit(settings.SITE_URL).netloc)
    found = _POLICY.fullmatch(parts.path) if here else None
    if found:
        return found[1]
    return address if re.fullmatch(r"[-\w]+", address) else None


def _policy(slug: str, place: Mapping[str, Any]) -> Kept:
    found = Policy.objects.published().filter(slug=slug).first()
    if found is None:
        raise ValidationError(_("Line %(line)d: there is no published policy “%(what)s”.") % place)
    titles = {language: getattr(found, f"title_{bilingual.SUFFIX[language]}") or "" for language in bilingual.LANGUAGES}
    return {"kind": "policy", "slug": slug, "titles": titles}
