"""The shortest ways: what people want, and where it is done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.newest import is_open

HERE = "#"


@dataclass(frozen=True, slots=True)
class Way:
    """name: of the address, or HERE and a part of the same page. enterprise: only for those who are no officials."""

    name: str
    label: Any
    text: Any
    enterprise: bool = False

    @property
    def url(self) -> str:
        return self.name if self.name.startswith(HERE) else reverse(self.name)


@dataclass(frozen=True, slots=True)
class Ways:
    """Some that belong together."""

    label: Any
    ways: tuple[Way, ...]


GROUPS: tuple[Ways, ...] = (
    Ways(
        _("For my enterprise"),
        (
            Way("policies:list", _("Find a policy"), _("With conditions, amounts, deadlines and where to apply.")),
            Way(
                "policies:check-up",
                _("See which policies fit"),
                _("Answer a few questions, such as industry and size. No account needed."),
            ),
            Way(
                "home:package",
                _("Find my steward and my service package"),
                _("Who looks after your enterprise by name, what fits it and why."),
                enterprise=True,
            ),
            Way("investment:list", _("Find premises, money, services"), _("With reasons why it fits what you need.")),
            Way("requests:new", _("Ask for help"), _("A named steward answers and stays responsible.")),
            Way(
                "requests:list",
                _("Say that nobody contacted me"),
                _("Look at your request: its page tells whose turn it is, and takes your complaint."),
                enterprise=True,
            ),
        ),
    ),
    Ways(
        _("Meet and take part"),
        (
            Way("events:list", _("Come to an event"), _("Policy sessions, visits and the Government Open Month.")),
            Way("reception:room", _("Talk to somebody in person"), _("Book a time in the bilingual reception room.")),
            Way("points:list", _("Find a guide near me"), _("Places where service guides lie ready.")),
            Way("consultations:list", _("Have my say on a draft"), _("And what became of earlier comments.")),
            Way("observers:list", _("Become a public observer"), _("See how services arrive, and report.")),
        ),
    ),
    Ways(
        _("Read and find my way"),
        (
            Way("bulletins:list", _("Read the bulletin"), _("What is new, in short, by e-mail too.")),
            Way("policies:interpretations", _("Have a policy explained"), _("In words, pictures and videos.")),
            Way(
                "rating:public",
                pgettext_lazy("obstacle", "You said, we did"),
                _("What enterprises and observers told us, and what changed."),
            ),
            Way("partners:list", _("See who works with us"), _("Chambers, associations and parks.")),
            Way("home:for-you", _("Find my way as a foreigner"), _("Living, working, starting a company: in English.")),
            Way("#promise", _("Know what to expect"), _("Within how many working days you hear from us.")),
        ),
    ),
)


def ways(*, official: bool) -> list[dict[str, Any]]:
    """Those that can be gone: a room that has no door yet is not offered."""
    return [
        {
            "label": group.label,
            "ways": [way for way in group.ways if is_open(way.name) and not (official and way.enterprise)],
        }
        for group in GROUPS
    ]
