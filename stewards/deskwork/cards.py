"""Follow-ups of an answer that a machine can read, kept with its event and shown as cards.

A policy `{"kind": "policy", "slug", "titles": {language: title}}`, a link `{"kind": "link", "url", "title"}`, a place
`{"kind": "place", "titles", "address", "phone", "url"}` or an event `{"kind": "event", "titles", "at", "where", "url"}`
(`at`: a moment with its zone, or a day). What a policy is now, and whether an event is over, is seen when the card is
shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from policies.enums import Validity
from policies.models import Policy
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """One follow-up as it is shown. `note` is said of what no longer applies, `host` of a way out of here; `rows` are
    (field, name, words) of a place or an event."""

    kind: str
    title: str
    url: str = ""
    note: str = ""
    host: str = ""
    at: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()


def with_cards(entries: Iterable[Any]) -> list[Any]:
    """The entries of a timeline, those with follow-ups with their cards; one query if there is a policy among them."""
    found = list(entries)
    kept = [card for entry in found for card in entry.data.get("cards", ())]
    if not kept:
        return found
    slugs = {card["slug"] for card in kept if card["kind"] == "policy"}
    policies = {policy.slug: policy for policy in Policy.objects.published().filter(slug__in=slugs)} if slugs else {}
    return [replace(entry, cards=[_shown(card, policies) for card in entry.data.get("cards", ())]) for entry in found]


def _shown(card: Kept, policies: Mapping[str, Policy]) -> Card:
    if card["kind"] != "policy":
        url = card["url"]
        about = {"event": _event, "place": _place}.get(card["kind"], lambda _card: {})(card)
        return Card(card["kind"], title_of(card), url, host=urlsplit(url).hostname or "", **about)
    policy = policies.get(card["slug"])
    if policy is None:
        return Card("policy", title_of(card), note=_("This policy has been withdrawn since."))
    validity = policy.validity_on(local_day())
    note = "" if validity == Validity.IN_FORCE else str(validity.label)
    return Card("policy", str(policy), reverse("policies:detail", args=[policy.slug]), note)


def _place(card: Kept) -> dict[str, Any]:
    rows = (("address", _("Address"), card["address"]), ("phone", _("Telephone"), card["phone"]))
    return {"rows": tuple(row for row in rows if row[2])}


def _event(card: Kept) -> dict[str, Any]:
    rows = (("at", _("When"), when_of(card)), ("where", _("Where"), card["where"]))
    over = datetime.fromisoformat(card["at"]).date() < local_day()
    note = _("This event is over.") if over else ""
    return {"rows": tuple(row for row in rows if row[2]), "at": card["at"], "note": note}


def when_of(card: Kept) -> str:
    """The moment of an event, or its day, in the page's language."""
    at = datetime.fromisoformat(card["at"])
    return f"{day_plain(at)} {localtime(at):%H:%M}" if at.tzinfo else day_plain(at.date())


def title_of(card: Kept) -> str:
    """As it was called when the answer was sent, in the page's language."""
    titles = card.get("titles") or {}
    now = bilingual.current()
    return str(card.get("title") or titles.get(now) or titles.get(bilingual.other(now)) or card.get("slug", ""))


def sentence(kept: Iterable[Kept]) -> str:
    """For the message that brings the answer."""
    titles = "\n".join(f"– {_in_one_line(card)}" for card in kept)
    return "{}\n{}".format(_("With the answer, on the request's page:"), titles) if titles else ""


def _in_one_line(card: Kept) -> str:
    when = when_of(card) if card["kind"] == "event" else ""
    return " · ".join(filter(None, (title_of(card), when, card.get("where"), card.get("address"), card.get("phone"))))
