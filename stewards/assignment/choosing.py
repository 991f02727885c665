"""Who gets a request that has no steward of its own: one pure function, with its reasons.

First whoever cannot take it is left out: subject, language, place, industry, leave, capacity. Of the others the one
who fits most closely comes first; among equals the one with more room; among those the one who has waited longest.
What is not known about a request (no enterprise yet, no category) keeps nobody from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Words = tuple[str, dict[str, Any]]  # a code of stewards/assignment/words.py, and what its sentence needs
QUARTERS = 4  # in how many steps the load is told apart: within a step people take turns


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks of whoever takes it; "" and 0 where it is not known. `subject` is the upper category."""

    type: str = ""
    category: int = 0
    subject: int = 0
    language: str = ""
    subdistrict: str = ""
    park: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A steward in the rotation. Empty sets mean: any. `open` is what lies on their desk, `away_until` their leave."""

    key: int
    person: Any
    types: frozenset[str] = frozenset()
    categories: frozenset[int] = frozenset()
    subdistricts: frozenset[str] = frozenset()
    parks: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"zh-hans"})
    capacity: int = 30
    open: int = 0
    turn: int = 0
    away_until: date | None = None

    @property
    def quarter(self) -> int:
        return self.open * QUARTERS // self.capacity


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen and why, and why not each of the others; nobody where none can take it."""

    person: Any
    reasons: list[Words]
    passed_over: list[tuple[Candidate, Words]]


def choose(candidates: Sequence[Candidate], wanted: Wanted) -> Choice:
    """The candidate who should have the request."""
    able, passed = [], []
    for each in candidates:
        obstacle = unfit(each, wanted) or unavailable(each)
        if obstacle:
            passed.append((each, obstacle))
        else:
            able.append(each)
    if not able:
        return Choice(None, [], passed)
    ranked = sorted(able, key=lambda each: _rank(each, wanted))
    best = ranked[0]
    passed = [(other, _behind(other, best, wanted)) for other in ranked[1:]] + passed
    return Choice(best.person, _reasons(best, ranked, wanted), passed)


def unfit(one: Candidate, wanted: Wanted) -> Words | None:
    """What keeps the person from ever taking such a request."""
    if wanted.language and wanted.language not in one.languages:
        return "language", {"language": wanted.language}
    if wanted.type and one.types and wanted.type not in one.types:
        return "type", {"type": wanted.type}
    if wanted.category and one.categories and not one.categories & {wanted.category, wanted.subject}:
        return "subject", {}
    if wanted.industry and one.industries and wanted.industry not in one.industries:
        return "industry", {}
    return ("area", {}) if _elsewhere(one, wanted) else None


def unavailable(one: Candidate) -> Words | None:
    """What keeps the person from taking one today."""
    if one.away_until:
        return "away", {"until": one.away_until.isoformat()}
    if one.open >= one.capacity:
        return "full", {"open": one.open, "capacity": one.capacity}
    return None


def _elsewhere(one: Candidate, wanted: Wanted) -> bool:
    """Whether the person looks after other places; a park of theirs lies in the subdistrict they need not name."""
    if not (one.parks or one.subdistricts) or not (wanted.park or wanted.subdistrict):
        return False
    return wanted.park not in one.parks and wanted.subdistrict not in one.subdistricts


def closeness(one: Candidate, wanted: Wanted) -> tuple[int, int, int]:
    """How closely the person fits, by subject, place and industry: what is named for them beats what is open."""
    if wanted.category and one.categories:
        subject = 3 if wanted.category in one.categories else 2
    else:
        subject = 1 if wanted.type and one.types else 0
    place = 2 if wanted.park and wanted.park in one.parks else int(wanted.subdistrict in one.subdistricts)
    return subject, place, int(bool(wanted.industry and one.industries))


def _rank(one: Candidate, wanted: Wanted) -> tuple[int, ...]:
    return (*(-score for score in closeness(one, wanted)), one.quarter, one.turn, one.key)


def _behind(other: Candidate, best: Candidate, wanted: Wanted) -> Words:
    """Why somebody who could take it stands behind the one who gets it."""
    if closeness(other, wanted) != closeness(best, wanted):
        return "closer", {}
    if other.quarter != best.quarter:
        return "fuller", {"open": other.open, "capacity": other.capacity}
    return "turn", {}


def _reasons(best: Candidate, ranked: Sequence[Candidate], wanted: Wanted) -> list[Words]:
    subject, place, industry = closeness(best, wanted)
    found: list[tuple[object, Words]] = [
        (subject > 1, ("knows-subject", {})),
        (subject == 1, ("knows-type", {"type": wanted.type})),
        (place, ("knows-area", {})),
        (industry, ("knows-industry", {})),
        (wanted.language not in {"", "zh-hans"}, ("writes", {"language": wanted.language})),
        (True, ("load", {"open": best.open, "capacity": best.capacity})),
    ]
    equals = sum(_rank(each, wanted)[:4] == _rank(best, wanted)[:4] for each in ranked)
    turn: Words = ("next", {"count": equals}) if equals > 1 else ("only", {"count": len(ranked)})
    return [*(words for holds, words in found if holds), turn]
