"""How good the recommendations are: nDCG@10 and rule violations on the labelled needs, against plain orders.

Needs, resources and labels are plainly fictional and lie beside this file; `bin/bench --part recommend` prints this.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from investment.quality.grading import RULED_OUT, grade
from investment.ranking import Offer, Wish, judge, ranked

HERE, TOP = Path(__file__).parent, 10
DAY = date(2026, 1, 5)  # the day that the days of the files are counted from
Row = dict[str, Any]
Orderer = Callable[[Row, Sequence[Row]], list[str]]


@cache
def read(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def labels() -> dict[str, dict[str, int]]:
    """Need → resource → its grade; what is not named is worth nothing, RULED_OUT must not be shown."""
    found: dict[str, dict[str, int]] = read("labels")
    return found


def graded() -> dict[str, dict[str, int]]:
    """What the rules say now."""
    found: dict[str, dict[str, int]] = {}
    for need in read("needs"):
        grades = {row["key"]: grade(need, row) for row in read("resources") if row["kind"] == need["kind"]}
        found[need["key"]] = {key: value for key, value in grades.items() if value}
    return found


def wish_of(need: Row) -> Wish:
    return Wish(
        kind=need["kind"],
        section=need["section"],
        area_from=need.get("area_from"),
        area_to=need.get("area_to"),
        budget=need.get("budget"),
        wanted_by=DAY + timedelta(days=need["days"]) if "days" in need else None,
        subdistricts=frozenset(need.get("places", [])),
        stage=need.get("stage", ""),
        amount=need.get("amount"),
    )


def offer_of(row: Row) -> Offer:
    return Offer(
        kind=row["kind"],
        sections=frozenset(row.get("sections", "")),
        area=row.get("area"),
        area_min=row.get("area_min"),
        rent=row.get("rent"),
        available_on=DAY + timedelta(days=row["days"]) if "days" in row else None,
        subdistrict=row.get("place", ""),
        fitout=row.get("fitout", ""),
        stages=frozenset(row.get("stages", [])),
        ticket_min=row.get("ticket_min"),
        ticket_max=row.get("ticket_max"),
        fee=row.get("fee"),
        age=row["age"],
    )


def ours(need: Row, rows: Sequence[Row]) -> list[str]:
    return [str(key) for key in ranked(wish_of(need), [(row["key"], offer_of(row)) for row in rows])]


def newest_first(need: Row, rows: Sequence[Row]) -> list[str]:
    return [row["key"] for row in sorted(rows, key=lambda row: row["published"])]


def cheapest_first(need: Row, rows: Sequence[Row]) -> list[str]:
    """By rent or fee; money by the smallest sum that is given."""
    return [row["key"] for row in sorted(rows, key=lambda row: row.get("rent") or row.get("fee") or row["ticket_min"])]


def allowed(order: Orderer) -> Orderer:
    """The same order, without what a condition rules out: how much the ranking adds to the conditions alone."""

    def ordered(need: Row, rows: Sequence[Row]) -> list[str]:
        return order(need, [row for row in rows if not judge(wish_of(need), offer_of(row)).ruled_out])

    return ordered


ORDERS: Mapping[str, Orderer] = {
    "ours": ours,
    "newest first": newest_first,
    "cheapest first": cheapest_first,
    "newest first, of those allowed": allowed(newest_first),
    "cheapest first, of those allowed": allowed(cheapest_first),
}


@dataclass(frozen=True, slots=True)
class Quality:
    """ndcg: the mean over all needs. violations: resources among the first ten that a condition rules out."""

    ndcg: float
    violations: int


def ndcg(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 for the best order there is; a need that nothing fits is fulfilled by showing nothing."""
    best = sorted((value for value in grades.values() if value > 0), reverse=True)
    if not best:
        return 0.0 if order else 1.0
    got = [max(0, grades.get(key, 0)) for key in order]
    return _gain(got) / _gain(best)


def _gain(values: Sequence[int]) -> float:
    return sum((2**value - 1) / math.log2(place + 2) for place, value in enumerate(values[:TOP]))


def quality(order: Orderer) -> Quality:
    scores, violations = [], 0
    for need in read("needs"):
        grades = labels()[need["key"]]
        found = order(need, [row for row in read("resources") if row["kind"] == need["kind"]])
        scores.append(ndcg(found, grades))
        violations += sum(grades.get(key, 0) == RULED_OUT for key in found[:TOP])
    return Quality(sum(scores) / len(scores), violations)


def table() -> tuple[list[str], bool]:
    """Lines of the bench, and whether ours is the best and shows nothing that is ruled out."""
    found = {name: quality(order) for name, order in ORDERS.items()}
    lines = [f"{'recommendation':34} {'nDCG@10':>8} {'rule violations':>16}"]
    lines += [f"{name:34} {each.ndcg:>8.3f} {each.violations:>16}" for name, each in found.items()]
    lines.append(f"{len(read('needs'))} needs, {len(read('resources'))} resources, all of them fictional")
    best = max(each.ndcg for name, each in found.items() if name != "ours")
    return lines, found["ours"].ndcg > best and not found["ours"].violations


def write_labels() -> None:
    """Keep what the rules say: `python -m investment.quality.measure`, and read the difference."""
    rows = (f"{json.dumps(key)}: {json.dumps(grades)}" for key, grades in graded().items())
    (HERE / "labels.json").write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write_labels()
