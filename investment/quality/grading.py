"""How useful a resource is for a need, by rules that an adviser would give a new colleague.

They know nothing of the ranker's weights and its values: they count what is met, missed by a little, or missed by
much. `labels.json` keeps what they say of every need; a test holds the two together, so that a change of a rule shows
line by line.

    ruled out   not open to the industry or the stage; more than a tenth too small or too large; delivered more than 90
                days late; gives no less than a sum above the one that is needed. Such a resource must not be shown.
    3           everything that was asked for is met
    2           one thing is missed by a little: rent or fee up to a tenth over, area up to a tenth off, up to 30 days
                late, or nine tenths of the sum
    1           at most two things are missed, the rent or fee by no more than a quarter, or it is in another place
    0           anything else
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

Row = dict[str, Any]
RULED_OUT = -1


class Missed(IntEnum):
    NOT = 0
    A_LITTLE = 1
    MUCH = 2
    TOO_MUCH = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares or days: up to the first it is a little, up to the second it is much."""

    little: float
    much: float

    def of(self, gap: float) -> Missed:
        if gap <= 1e-9:
            return Missed.NOT
        if gap <= self.little + 1e-9:
            return Missed.A_LITTLE
        return Missed.MUCH if gap <= self.much + 1e-9 else Missed.TOO_MUCH


COST, AREA, TIME, SUM = Limits(0.10, 0.25), Limits(0.10, 0.10), Limits(30, 90), Limits(0.10, 0.50)


def is_ruled_out(need: Row, resource: Row) -> bool:
    sections, stages = resource.get("sections", ""), resource.get("stages", [])
    closed = bool(sections) and need["section"] not in sections
    closed = closed or (bool(stages) and "stage" in need and need["stage"] not in stages)
    too_large_a_sum = "amount" in need and resource.get("ticket_min", 0) > need["amount"]
    return closed or too_large_a_sum or _off(need, resource) > 0.1 + 1e-9 or _late(need, resource) > 90


def grade(need: Row, resource: Row) -> int:
    """From 0 to 3, or RULED_OUT."""
    if is_ruled_out(need, resource):
        return RULED_OUT
    missed = [each for each in _missed(need, resource) if each]
    if not missed:
        return 3
    if Missed.TOO_MUCH in missed or len(missed) > 2:
        return 0
    return 2 if missed == [Missed.A_LITTLE] else 1


def _missed(need: Row, resource: Row) -> Iterator[Missed]:
    if "budget" in need:
        yield COST.of(resource["rent"] / need["budget"] - 1)
    if "fee" in resource:
        yield COST.of(resource["fee"] / need["amount"] - 1)
    if "places" in need:
        yield Missed.NOT if resource["place"] in need["places"] else Missed.MUCH
    if "ticket_max" in resource:
        yield SUM.of(1 - resource["ticket_max"] / need["amount"])
    yield AREA.of(_off(need, resource))
    yield TIME.of(_late(need, resource))


def _off(need: Row, resource: Row) -> float:
    """By which share it is too small or too large."""
    if "area_from" not in need:
        return 0.0
    smallest = resource.get("area_min", resource["area"])
    return max(0.0, 1 - resource["area"] / need["area_from"], smallest / need["area_to"] - 1)


def _late(need: Row, resource: Row) -> float:
    return max(0.0, resource.get("days", 0) - need["days"]) if "days" in need else 0.0
