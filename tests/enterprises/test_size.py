"""The size class: every group's thresholds from both sides, the lowest indicator deciding, and what is not covered."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import enterprises
from enterprises.size import CLASSES, GROUPS, INDUSTRIES, group_of, size_class

# code, then employees, revenue and assets (in 10,000 yuan) as the official table prints them: large, medium, small
TABLE = [
    ("A01", None, (20000, 500, 50), None),
    ("A05", None, (20000, 500, 50), None),
    ("B06", (1000, 300, 20), (40000, 2000, 300), None),
    ("C13", (1000, 300, 20), (40000, 2000, 300), None),
    ("C39", (1000, 300, 20), (40000, 2000, 300), None),
    ("D44", (1000, 300, 20), (40000, 2000, 300), None),
    ("E47", None, (80000, 6000, 300), (80000, 5000, 300)),
    ("F51", (200, 20, 5), (40000, 5000, 1000), None),
    ("F52", (300, 50, 10), (20000, 500, 100), None),
    ("G54", (1000, 300, 20), (30000, 3000, 200), None),
    ("G55", (1000, 300, 20), (30000, 3000, 200), None),
    ("G58", (1000, 300, 20), (30000, 3000, 200), None),
    ("G5910", (1000, 300, 20), (30000, 3000, 200), None),
    ("G59", (200, 100, 20), (30000, 1000, 100), None),
    ("G5920", (200, 100, 20), (30000, 1000, 100), None),
    ("G60", (1000, 300, 20), (30000, 2000, 100), None),
    ("H61", (300, 100, 10), (10000, 2000, 100), None),
    ("H62", (300, 100, 10), (10000, 2000, 100), None),
    ("I63", (2000, 100, 10), (100000, 1000, 100), None),
    ("I64", (2000, 100, 10), (100000, 1000, 100), None),
    ("I65", (300, 100, 10), (10000, 1000, 50), None),
    ("I6510", (300, 100, 10), (10000, 1000, 50), None),
    ("K70", None, (200000, 1000, 100), (10000, 5000, 2000)),
    ("K7010", None, (200000, 1000, 100), (10000, 5000, 2000)),
    ("K7020", (1000, 300, 100), (5000, 1000, 500), None),
    ("K702", (1000, 300, 100), (5000, 1000, 500), None),
    ("K7030", (300, 100, 10), None, None),
    ("L71", (300, 100, 10), None, (120000, 8000, 100)),
    ("L72", (300, 100, 10), None, (120000, 8000, 100)),
    ("M74", (300, 100, 10), None, None),
    ("O80", (300, 100, 10), None, None),
    ("Q85", (300, 100, 10), None, None),
    ("R87", (300, 100, 10), None, None),
]
HUGE = 10**15


def classify(code, employees, revenue, assets):
    money = [None if value is None else value * 10_000 for value in (revenue, assets)]
    return size_class(code, employees, *money)


@pytest.mark.parametrize("rank", [0, 1, 2])
@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_thresholds_from_both_sides(row, rank):
    """At its threshold an indicator reaches the class; one below, each alone pulls the enterprise down."""
    code, columns = row[0], row[1:]
    reached, lower = ("large", "medium", "small")[rank], ("medium", "small", "micro")[rank]
    exact = [column and column[rank] for column in columns]
    assert classify(code, *exact) == reached
    for place, column in enumerate(columns):
        if column:
            facts = [other and HUGE for other in columns]
            facts[place] = column[rank]
            assert classify(code, *facts) == reached
            people, *money = facts[0], *(value and value * 10_000 for value in facts[1:])
            below = [people, *money]
            below[place] -= 1
            assert size_class(code, *below) == lower


def test_the_table_is_tested_for_every_group():
    assert {group_of(row[0]) for row in TABLE} == set(GROUPS)
    assert len(GROUPS) == 16


@pytest.mark.parametrize(
    "code", ["G53", "J66", "J69", "K7040", "P83", "Q84", "S91", "T97", "F", "I", "Z99", "65", "", None]
)
def test_outside_the_standard_or_too_coarse(code):
    assert size_class(code, HUGE, HUGE, HUGE) is None
    assert size_class(code, 0, 0, 0) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((300, 10_000, None), "large"),
        ((300, 1_000, None), "medium"),
        ((10_000, 49, None), "micro"),
        ((9, HUGE, None), "micro"),
        ((300, None, None), None),
        ((None, 10_000, HUGE), None),
        ((9, None, None), "micro"),
        ((None, 49, None), "micro"),
        ((0, None, None), "micro"),
        ((None, 0, None), "micro"),
        ((None, None, 0), None),
        ((None, None, None), None),
    ],
)
def test_software_with_something_unknown(facts, expected):
    assert classify("I65", *facts) == expected


def test_what_an_industry_does_not_count_is_not_needed():
    assert size_class("A01", None, 500 * 10_000, None) == "medium"
    assert size_class("M74", 100, None, None) == "medium"
    assert size_class("L72", 300, None, 120_000 * 10_000) == "large"


def test_a_finer_code_never_falls_out_of_its_section():
    assert size_class("C3912", 1000, 400_000_000, None) == "large"
    assert size_class("L7211", 10, None, 1_000_000) == "small"


NUMBERS = st.none() | st.integers(0, 3000) | st.integers(0, 3_000_000_000)


@given(st.sampled_from([row[0] for row in TABLE]), NUMBERS, NUMBERS, NUMBERS, st.integers(0, 10**9))
def test_more_never_makes_an_enterprise_smaller_and_learning_never_makes_it_larger(code, people, revenue, assets, more):
    size = size_class(code, people, revenue, assets)
    grown = size_class(code, *(value if value is None else value + more for value in (people, revenue, assets)))
    if size and grown:
        assert CLASSES.index(grown) >= CLASSES.index(size)
    told = size_class(code, *(more if value is None else value for value in (people, revenue, assets)))
    assert told is not None
    assert size in (None, told)


def test_every_division_is_covered_or_named_as_outside():
    file = Path(enterprises.__file__).parent / "data" / "industries.json"
    sections = json.loads(file.read_text(encoding="utf-8"))["sections"]
    divisions = [division["code"] for section in sections for division in section["divisions"]]
    assert len(divisions) == 97
    outside = {code for code in divisions if group_of(code) is None}
    assert {code for code in outside if code[0] not in "JPST"} == {"G53", "Q84"}
    assert all(any(code.startswith(key[:3]) for code in divisions) for key in INDUSTRIES)
