"""What the pages show of assignment: the cards of the stewards, and on a request why it is with whom it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Industry, Park, Subdistrict
from stewards.assignment.messages import stand_in_words
from stewards.assignment.queries import away_until, first_here, leave_of, loads, running, substitute_on
from stewards.assignment.words import LANGUAGES, Why, why
from stewards.enums import EventKind, RequestType
from stewards.models import HelpRequest, Leave, RequestCategory, StewardProfile
from stewards.timeline import Entry

_MOVES = {
    *(EventKind.SUBMITTED, EventKind.ASSIGNED, EventKind.REFERRED, EventKind.GIVEN_BACK, EventKind.DECIDED),
    *(EventKind.HANDED_OVER, EventKind.HANDED_BACK, EventKind.REOPENED),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One steward in the list."""

    person: User
    takes: list[str]
    open: int
    capacity: int
    in_rotation: bool
    away_until: date | None

    @property
    def is_full(self) -> bool:
        return self.in_rotation and self.open >= self.capacity


def cards(people: Sequence[User]) -> list[Card]:
    """The stewards with what they take, in words. Six queries however many there are."""
    carried, away, names = loads(each.pk for each in people), away_until(), _names()
    found = []
    for person in people:
        profile = getattr(person, "steward_profile", None) or StewardProfile(person=person, in_rotation=False)
        found.append(
            Card(
                person=person,
                takes=_takes(profile, names),
                open=carried.get(person.pk, 0),
                capacity=profile.capacity,
                in_rotation=profile.in_rotation,
                away_until=away.get(person.pk),
            )
        )
    return found


def _names() -> Mapping[str, Mapping[Any, Any]]:
    return {
        "languages": LANGUAGES,
        "types": dict(RequestType.choices),
        "categories": {each.pk: each.name for each in RequestCategory.objects.all()},
        "subdistricts": {each.pk: each.name for each in Subdistrict.objects.all()},
        "parks": {each.pk: each.name for each in Park.objects.all()},
        "industries": {each.section: each.name for each in Industry.objects.filter(code=F("section"))},
    }


def _takes(profile: StewardProfile, names: Mapping[str, Mapping[Any, Any]]) -> list[str]:
    """“Chinese, English”, “Help”, … one entry for each kind of limit."""
    listed = ([str(known[key]) for key in getattr(profile, column) if key in known] for column, known in names.items())
    return [_(", ").join(words) for words in listed if words]


def why_on(entries: Sequence[Entry]) -> Why | None:
    """Why the request is with whom it is, from the latest entry that moved it; None where a person decided that."""
    last = _last_move(entries)
    if last is None or not last.assignment:
        return None
    found = why(last.assignment)
    meanwhile = stand_in_words(last.assignment)
    return found or (Why([meanwhile], []) if meanwhile else None)


def meanwhile_on(request: HelpRequest, entries: Sequence[Entry]) -> str:
    """To the enterprise: its steward is away, and who answers; nothing where the steward has the request."""
    if not request.is_open or request.handler_id in (None, request.steward_id):
        return ""
    last = _last_move(entries)
    return stand_in_words(last.assignment) if last else ""


def _last_move(entries: Sequence[Entry]) -> Entry | None:
    """What gave the whole request to whoever has it; a part that changed hands says nothing of that."""
    moves = (entry for entry in reversed(entries) if entry.kind in _MOVES and "part" not in entry.data)
    return next(moves, None)


@dataclass(frozen=True, slots=True)
class Absence:
    """The steward of an enterprise is away; `person` answers meanwhile, or the service centre."""

    leave: Leave
    person: User | None


def absence_of(steward: User | None) -> Absence | None:
    leave = leave_of(steward.pk) if steward else None
    return Absence(leave, substitute_on(leave)) if leave else None


def away_people(day: date) -> list[Absence]:
    """Who is away, and who answers meanwhile. One query."""
    found = list(running(day).select_related("person", "substitute", "second").order_by("ends_on", "pk"))
    away = {leave.person_id for leave in found}
    return [Absence(leave, first_here(leave, away)) for leave in found]
