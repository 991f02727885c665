"""Coverage: for each subject, place and industry, how many people of the rotation can take a request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Subdistrict
from stewards.assignment.choosing import Candidate, Wanted, unavailable, unfit
from stewards.assignment.forms import sections, subjects
from stewards.assignment.queries import away_until, candidates, loaded
from stewards.assignment.words import LANGUAGES, sentence
from stewards.enums import RequestType, Scope
from stewards.queries import current_stewardships

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """How many people for one subject in one place. holes: industries that nobody takes; away: all of them are."""

    subject: str
    label: Any
    least: int
    most: int
    holes: list[str]
    away: bool

    @property
    def tone(self) -> str:
        if not self.least or self.away:
            return "bad"
        return "warn" if self.least == 1 else "ok"

    @property
    def words(self) -> str:
        if not self.most:
            return _("no one")
        if self.away:
            return _("all are away today")
        if not self.least:
            return _("gaps")
        if self.least == self.most:
            return ngettext("%(count)s person", "%(count)s people", self.least) % {"count": self.least}
        return _("%(least)s to %(most)s people") % {"least": self.least, "most": self.most}

    @property
    def missing(self) -> str:
        """Which industries nobody takes, where somebody takes others."""
        if not self.most or not self.holes:
            return ""
        if len(self.holes) <= MOST_NAMED:
            return _("nobody for: %(industries)s") % {"industries": _("; ").join(self.holes)}
        words = ngettext("nobody for %(count)s industry", "nobody for %(count)s industries", len(self.holes))
        return words % {"count": len(self.holes)}


@dataclass(frozen=True, slots=True)
class Row:
    place: Subdistrict
    steward: Any
    cells: list[Cell]
    away_until: date | None = None  # the steward


@dataclass(frozen=True, slots=True)
class Board:
    subjects: list[Any]
    rows: list[Row]
    people: int
    holes: int


def board(*, columns: str = "", industry: str = "", language: str = "") -> Board:
    """Place by place and subject by subject. A fixed number of queries, and arithmetic on sets of people."""
    people = candidates()
    chosen = columns_of(columns)
    industries = [each for each in sections() if industry in {"", each[0]}] or [("", "")]
    here = _mask(people, lambda each: not unavailable(each))
    takes = {key: _able(people, replace(wanted, language=language)) for key, _label, wanted in chosen}
    knows = [(name, _able(people, Wanted(industry=code))) for code, name in industries]
    stewards, away = _stewards(), away_until()
    rows = []
    for place in Subdistrict.objects.all():
        there = _able(people, Wanted(subdistrict=place.pk))
        cells = [_cell(key, label, takes[key] & there, knows, here) for key, label, _wanted in chosen]
        steward = stewards.get(place.pk)
        rows.append(Row(place, steward, cells, away.get(steward.pk) if steward else None))
    holes = sum(not cell.least for row in rows for cell in row.cells)
    return Board([label for _key, label, _wanted in chosen], rows, len(people), holes)


def columns_of(which: str) -> list[tuple[str, Any, Wanted]]:
    """The subjects beside one another: the types, or the upper categories."""
    if which == "subjects":
        return [(f"subject-{key}", name, Wanted(category=key)) for key, name in subjects()]
    return [(f"type-{key}", label, Wanted(type=key)) for key, label in RequestType.choices]


def _cell(subject: str, label: Any, able: int, knows: Sequence[tuple[str, int]], here: int) -> Cell:
    counts = [(able & mask).bit_count() for _name, mask in knows]
    holes = [name for (name, _mask), count in zip(knows, counts, strict=True) if not count]
    away = any(able & mask and not able & mask & here for _name, mask in knows)
    return Cell(subject, label, min(counts), max(counts), holes, away)


def _able(people: Sequence[Candidate], wanted: Wanted) -> int:
    return _mask(people, lambda each: not unfit(each, wanted))


def _mask(people: Sequence[Candidate], holds: Any) -> int:
    """A set of people as the bits of a number."""
    return sum(1 << place for place, each in enumerate(people) if holds(each))


def _stewards() -> dict[str, Any]:
    found = current_stewardships().filter(scope=Scope.SUBDISTRICT).select_related("steward")
    return {each.subdistrict_id: each.steward for each in found.order_by("starts_on", "pk") if each.subdistrict_id}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the page of a cell. why: what keeps them from it, or nothing."""

    candidate: Candidate
    languages: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """Who can take it, who could if they were here or had room, and who not, with the reason."""

    able: list[Person]
    unavailable: list[Person]
    unfit: list[Person]
    holes: list[tuple[str, str]]


def detail(wanted: Wanted) -> Detail:
    """The people behind one cell."""
    people = loaded(candidates(), wanted)
    sorted_out: dict[str, list[Person]] = {"able": [], "unavailable": [], "unfit": []}
    for each in people:
        never, today = unfit(each, wanted), unavailable(each)
        words = never or today
        kind = "unfit" if never else "unavailable" if today else "able"
        sorted_out[kind].append(Person(each, _languages(each), sentence(*words) if words else ""))
    holes = []
    if not wanted.industry:
        could = [each for each in people if not unfit(each, wanted)]
        holes = [(code, name) for code, name in sections() if all(unfit(each, Wanted(industry=code)) for each in could)]
    return Detail(**sorted_out, holes=holes)


def _languages(one: Candidate) -> str:
    return _(", ").join(str(label) for code, label in LANGUAGES.items() if code in one.languages)


def read_subject(key: str) -> tuple[Any, Wanted] | None:
    """The subject that an address names, or None."""
    known = [*columns_of(""), *columns_of("subjects")]
    return next(((label, wanted) for each, label, wanted in known if each == key), None)
