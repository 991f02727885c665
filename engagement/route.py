"""The order of a day's visits: by the time at which they begin; those that begin together by the shortest way.

Pure; it knows no database. How near two buildings are is known only as far as their subdistricts are: what is known of
neither stands in the order in which it was entered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter


class Way(StrEnum):
    """How one comes from the building before."""

    FIRST = "first"
    NEAR = "near"  # within the same subdistrict
    FAR = "far"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Point:
    """Where and when a visit is. entered: its place among the others; place: the building; district: its subdistrict's
    code, "" where it is not known."""

    key: int
    entered: int
    begins: datetime
    ends: datetime
    place: str
    district: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One building on the way, with its visits. back: one was there before; chosen: others begin at the same time."""

    points: tuple[Point, ...]
    way: Way
    back: bool
    chosen: bool


def ordered(points: Iterable[Point]) -> list[Point]:
    """Every window in its turn; within one, whatever is nearest to where one is."""
    found: list[Point] = []
    for _begins, window in groupby(sorted(points, key=attrgetter("begins", "entered")), key=attrgetter("begins")):
        left = list(window)
        while left:
            here = found[-1] if found else None
            left.remove(nearest := min(left, key=lambda each: (_distance(here, each), each.entered)))
            found.append(nearest)
    return found


def legs(points: Iterable[Point]) -> Iterator[Leg]:
    """Building by building: one that is come back to later stands there again."""
    way = ordered(points)
    starts = [each.begins for each in way]
    before: Point | None = None
    seen: set[str] = set()
    for place, group in groupby(way, key=attrgetter("place")):
        there = tuple(group)
        chosen = any(starts.count(each.begins) > sum(o.begins == each.begins for o in there) for each in there)
        yield Leg(there, _way(before, there[0]), place in seen, chosen)
        before = there[-1]
        seen.add(place)


def late(points: Sequence[Point]) -> set[int]:
    """Keys of those that begin before one ahead of them has ended."""
    found: set[int] = set()
    ended: datetime | None = None
    for each in points:
        if ended is not None and each.begins < ended:
            found.add(each.key)
        ended = max(ended, each.ends) if ended else each.ends
    return found


def _way(before: Point | None, there: Point) -> Way:
    if before is None:
        return Way.FIRST
    if not (before.district and there.district):
        return Way.UNKNOWN
    return Way.NEAR if before.district == there.district else Way.FAR


def _distance(here: Point | None, there: Point) -> int:
    """0 in the same building, 1 in the same subdistrict, 2 in another one or nobody knows where."""
    if here is None:
        return 2
    if here.place == there.place:
        return 0
    return 1 if _way(here, there) == Way.NEAR else 2
