"""The rooms of outreach and where their doors are: one table, for the hub, the desk and the navigation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Room:
    """name: of the address; label and text may be lazy."""

    name: str
    label: Any
    text: Any


PUBLIC: tuple[Room, ...] = (
    Room("partners:list", _("Partners"), _("Chambers and associations, and what was agreed with them in memoranda.")),
    Room(
        "events:list",
        _("Events and Open Month"),
        _("What takes place, past and to come; register, ask, read afterwards."),
    ),
    Room(
        "reception:room", _("Reception room"), _("Talk to the people who know, in Chinese or in English; book a time.")
    ),
    Room(
        "points:list", _("Publicity points"), _("Where service guides lie ready, in which languages, when it is open.")
    ),
    Room("observers:list", _("Public observers"), _("What public observers found, and what became of it.")),
    Room(
        "bulletins:list",
        _("Government bulletin"),
        _("New policies and services, issue by issue."),
    ),
)
DESK: tuple[Room, ...] = (
    Room("partners:desk", _("Partners"), _("Partners and their contacts; memoranda, joint tasks, yearly reviews.")),
    Room("events:desk", _("Events and Open Month"), _("Plan events, invite, let guests in, answer questions.")),
    Room("packs:desk", _("Packages for partners"), _("Compose packages, hand them over, see how far they came.")),
    Room("reception:desk", _("Reception room"), _("Plan sessions, receive guests, keep zones and topics.")),
    Room(
        "points:desk",
        _("Publicity points and materials"),
        _("Places, guides and their editions, copies to be replaced, feedback."),
    ),
    Room("observers:desk", _("Public observers"), _("Call for observers, assign, answer what they found.")),
    Room("bulletins:desk", _("Government bulletin"), _("Compose an issue, check both languages, publish, correct.")),
)


def entries(rooms: Iterable[Room]) -> list[dict[str, Any]]:
    """The rooms with their addresses in the active language."""
    return [{"url": reverse(room.name), "label": room.label, "text": room.text} for room in rooms]
