"""The rooms of the publishing desk, as a person may enter them: one list for the navigation of all its pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from policies import rules


@dataclass(frozen=True, slots=True)
class Room:
    label: str
    url: str
    current: bool


ROOMS = (
    ("desk", _("Policies"), rules.READERS),
    ("translations", _("Translations"), rules.READERS),
    ("interpretations", _("Interpretations"), rules.READERS),
    ("tasks", _("What falls due"), rules.READERS),
    ("questions", _("Questions and answers"), rules.READERS),
    ("consultations", _("Draft consultations"), rules.READERS),
    ("packages", _("Service packages"), rules.READERS),
    ("imports", _("Import and export"), rules.READERS),
    ("glossary", _("Glossary"), rules.READERS),
    ("synonyms", _("Synonyms"), rules.KEEPERS),
    ("searches", _("Searches that found nothing"), rules.READERS),
)


def rooms_for(user: User, here: str) -> list[Room]:
    """Those that the person's roles open, in order; `here` is the name of the page's own room."""
    return [
        Room(str(label), reverse(f"publishing:{name}"), name == here)
        for name, label, roles in ROOMS
        if user.has_role(*roles)
    ]
