"""The shortest ways: what people want, and where it is done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.newest import is_open


@dataclass(frozen=True, slots=True)
class Way:
    """name: of the address. enterprise: only for those who are no officials."""

    name: str
    label: Any
    text: Any
    enterprise: bool = False


WAYS: tuple[Way, ...] = (
    Way(
        "policies:list",
        _("Find a policy"),
        _("Everything in force, with conditions, amounts, deadlines and where to apply."),
    ),
    Way(
        "home:package",
        _("See what fits my enterprise"),
        _("Your service package: each policy with its conditions met, not met or still unknown."),
        enterprise=True,
    ),
    Way(
        "policies:check-up",
        _("Check all policies at once"),
        _(
            "All policies in force compared with an enterprise: met, nearly met, ruled out and why, and how much "
            "at most. No account needed."
        ),
    ),
    Way(
        "requests:new",
        _("Ask for help"),
        _("One place for every question. A named steward answers and stays responsible."),
    ),
    Way(
        "consultations:list",
        _("Have my say on a draft"),
        _("Drafts on which the district asks for comments, and what became of earlier ones."),
    ),
    Way("reception:room", _("Talk to somebody in person"), _("Book a time in the bilingual reception room.")),
    Way("events:list", _("Come to an event"), _("Policy sessions, visits and the Government Open Month.")),
    Way("bulletins:list", _("Read the bulletin"), _("What is new, in short, by e-mail too.")),
    Way("points:list", _("Find a guide near me"), _("Places where service guides lie ready.")),
    Way("partners:list", _("See who works with us"), _("Chambers, associations and parks, and what was agreed.")),
    Way("home:for-you", _("Find my way as a foreigner"), _("Living, working, starting a company: in English.")),
)


def ways(*, official: bool) -> list[dict[str, Any]]:
    """Those that can be gone: a room that has no door yet is not offered."""
    return [
        {"url": reverse(way.name), "label": way.label, "text": way.text}
        for way in WAYS
        if is_open(way.name) and not (official and way.enterprise)
    ]
