"""Recommendations on the labelled needs: better than plain orders, and nothing that a condition rules out."""

from typing import Any

import pytest

from investment.quality import measure
from investment.quality.grading import RULED_OUT, grade

NEED: dict[str, Any] = {"section": "I", "area_from": 100, "area_to": 200, "budget": 5.0, "days": 30, "places": ["A"]}
FITS: dict[str, Any] = {"area": 150, "rent": 5.0, "days": 30, "place": "A"}
FUND_NEED: dict[str, Any] = {"section": "I", "stage": "seed", "amount": 1_000_000}
FUND: dict[str, Any] = {"ticket_min": 1_000_000, "ticket_max": 2_000_000}


def test_ours_is_the_best_order_and_shows_nothing_that_is_ruled_out() -> None:
    found = {name: measure.quality(order) for name, order in measure.ORDERS.items()}
    best = max(each.ndcg for name, each in found.items() if name != "ours")
    assert found["ours"].violations == 0
    assert found["ours"].ndcg > max(0.9, best + 0.05)
    for name in ("newest first", "cheapest first"):
        assert found[name].violations > 50
    lines, kept = measure.table()
    assert kept
    assert len(lines) == len(found) + 2


def test_the_set_is_large_enough_and_complete() -> None:
    needs, resources = measure.read("needs"), measure.read("resources")
    assert len(needs) >= 30
    assert len(resources) >= 40
    for rows in (needs, resources):
        assert len({row["key"] for row in rows}) == len(rows)
    assert {row["kind"] for row in needs} == {row["kind"] for row in resources}
    assert sum(3 in grades.values() for grades in measure.labels().values()) >= 30


def test_the_labels_are_what_the_rules_say() -> None:
    assert measure.labels() == measure.graded()


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({}, 3),
        ({"rent": 5.5}, 2),
        ({"rent": 6.25}, 1),
        ({"rent": 6.3}, 0),
        ({"area": 90}, 2),
        ({"area": 89}, RULED_OUT),
        ({"area": 400, "area_min": 50}, 3),
        ({"area": 400}, RULED_OUT),
        ({"days": 60}, 2),
        ({"days": 120}, 1),
        ({"days": 121}, RULED_OUT),
        ({"place": "B"}, 1),
        ({"place": "B", "rent": 6.0}, 1),
        ({"place": "B", "rent": 6.0, "days": 40}, 0),
        ({"sections": "CM"}, RULED_OUT),
        ({"sections": "CI"}, 3),
        ({"stages": ["growth"]}, 3),
    ],
)
def test_the_rules_of_space(differs: dict[str, Any], expected: int) -> None:
    assert grade(NEED, FITS | differs) == expected


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({}, 3),
        ({"ticket_min": 1_000_001}, RULED_OUT),
        ({"ticket_max": 900_000, "ticket_min": 1}, 2),
        ({"ticket_max": 500_000, "ticket_min": 1}, 1),
        ({"ticket_max": 400_000, "ticket_min": 1}, 0),
        ({"stages": ["growth"]}, RULED_OUT),
    ],
)
def test_the_rules_of_money(differs: dict[str, Any], expected: int) -> None:
    assert grade(FUND_NEED, FUND | differs) == expected


@pytest.mark.parametrize(
    ("order", "value"),
    [(["a", "b"], 1.0), (["b", "a"], 0.834), (["b"], 0.337), (["x", "a", "b"], 0.665), ([], 0.0)],
)
def test_ndcg_by_hand(order: list[str], value: float) -> None:
    assert measure.ndcg(order, {"a": 3, "b": 2, "x": RULED_OUT}) == pytest.approx(value, abs=0.001)


@pytest.mark.parametrize(("order", "value"), [([], 1.0), (["x"], 0.0)])
def test_a_need_that_nothing_fits_is_met_by_showing_nothing(order: list[str], value: float) -> None:
    assert measure.ndcg(order, {"x": RULED_OUT}) == value
