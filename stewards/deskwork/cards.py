"""Follow-ups of an answer that a machine can read, kept with its event and shown as cards: a policy, a link.

Each is `{"kind": "policy", "slug", "titles": {language: title}}` or `{"kind": "link", "url", "title"}`; other kinds
(premises, events) can join them. What a policy is now is looked up when the card is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.enums import Validity
from policies.models import Policy
from portal.core import bilingual
from portal.core.calendar import local_day

Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """One follow-up as it is shown. `note` is said of a policy that no longer applies, `host` of a way out of here."""

    title: str
    url: str = ""
    note: str = ""
    host: str = ""


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
    if card["kind"] == "link":
        return Card(card["title"], card["url"], host=urlsplit(card["url"]).hostname or "")
    policy = policies.get(card["slug"])
    if policy is None:
        return Card(title_of(card), note=_("This policy has been withdrawn since."))
    validity = policy.validity_on(local_day())
    note = "" if validity == Validity.IN_FORCE else str(validity.label)
    return Card(str(policy), reverse("policies:detail", args=[policy.slug]), note)


def title_of(card: Kept) -> str:
    """As it was called when the answer was sent, in the page's language."""
    titles = card.get("titles") or {}
    now = bilingual.current()
    return str(card.get("title") or titles.get(now) or titles.get(bilingual.other(now)) or card.get("slug", ""))


def sentence(kept: Iterable[Kept]) -> str:
    """For the message that brings the answer."""
    titles = "\n".join(f"– {title_of(card)}" for card in kept)
    return "{}\n{}".format(_("With the answer, on the request's page:"), titles) if titles else ""
