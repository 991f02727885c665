"""Colours in five classes, tiles, bars; and how numbers are written and rounded in either language."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from insights import drawing, measures
from insights.measures import MEASURES, figure
from insights.models import ALL, NONE, MapCell
from insights.reading import Row

COUNT, REVENUE, GROWTH = MEASURES["enterprises"], MEASURES["revenue"], MEASURES["growth"]


def row(key: str, value: Any, beside: Any = None, name: str = "Area Subdistrict") -> Row:
    shown = measures.Figure(COUNT, value)
    return Row(key, name, f"?area={key}", None, [shown], shown, measures.Figure(COUNT, beside) if beside else None)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([], []),
        ([None], []),
        ([7], [3]),
        ([7, 7, 7], [3]),
        ([1, 9], [1, 5]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([5, 1, None, 3, 2, 4], [1, 2, 3, 4, 5]),
        ([0, 0, 0, 0, 0, 0, 0, 0, 1, 100], [1, 5]),
        ([-5, -1, 0, 3, 8], [1, 2, 3, 4, 5]),
    ],
)
def test_classes(values: list[Any], classes: list[int]) -> None:
    scale = drawing.scale(COUNT, values)
    assert [step["class"] for step in scale.legend] == classes
    for value in values:
        assert scale.of(value) in ({0} if value is None else set(classes))


def test_a_higher_value_is_never_lighter() -> None:
    values = [3, 50, 12, 12, 900, 7, 41, 0, 8, 8, 77]
    scale = drawing.scale(COUNT, values)
    found = [scale.of(value) for value in sorted(values)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (1, 5)


def test_the_legend_has_no_gap_that_holds_a_value() -> None:
    values = list(range(0, 100, 7))
    steps = drawing.scale(COUNT, values).steps
    assert all(sum(low <= value <= high for low, high in steps) == 1 for value in values)


def test_tiles_stand_apart_and_north_is_up() -> None:
    rows = [row(key, n) for n, key in enumerate(drawing.PLACES)]
    tiles = drawing.tiles(rows, drawing.scale(COUNT, [r.shown.value for r in rows]))
    assert len({(tile["x"], tile["y"]) for tile in tiles}) == len(rows) == 9
    by = {tile["row"].key: tile for tile in tiles}
    assert by["310109019"]["y"] < by["310109018"]["y"]  # Jiangwanzhen, North Bund
    assert by[NONE]["y"] == max(tile["y"] for tile in tiles)


def test_tiles_of_the_other_quarter_and_of_what_is_hidden() -> None:
    hidden = row("310109018", None)
    scale = drawing.scale(COUNT, [1, 9])
    (tile,) = drawing.tiles([row("310109019", 1, beside=9)], scale, beside=True)
    assert (tile["figure"].value, tile["class"], tile["name"]) == (9, 5, "Area")
    (tile,) = drawing.tiles([hidden], scale)
    assert tile["class"] == 0
    assert drawing.tiles([row("310109999", 4)], scale) == []  # a place without a tile stands in the table alone


@pytest.mark.parametrize(
    ("values", "lengths"),
    [([4, 2, 0, None], [100, 50, 0, 0]), ([None], [0]), ([0], [0]), ([-3, 6], [0, 100]), ([-3], [0])],
)
def test_bars(values: list[Any], lengths: list[int]) -> None:
    assert [length for _row, length in drawing.bars([row(str(n), value) for n, value in enumerate(values)])] == lengths


@pytest.mark.parametrize(
    ("value", "rounded", "tens"),
    [
        (0, 0, 0),
        (4, 4, 0),
        (7, 7, 10),
        (99, 99, 100),
        (1234, 1230, 1230),
        (1235, 1240, 1240),
        (99_950, 100_000, 100_000),
    ],
)
def test_rounding(value: int, rounded: int, tens: int) -> None:
    assert measures.three_digits(value) == rounded
    assert measures._tens(value) == tens


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0元", "CNY 0"),
        (9_000, "9,000元", "CNY 9,000"),
        (123_456, "12.3万元", "CNY 123,000"),
        (12_345_678, "1,230万元", "CNY 12.3 m"),
        (1_234_567_890, "12.3亿元", "CNY 1,230 m"),
    ],
)
def test_money_where_there_is_little_room(value: int, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert measures.money(value) == zh
    with translation.override("en"):
        assert measures.money(value) == en


def cell(**facts: Any) -> MapCell:
    known = {"enterprises": 8, "employees": 1234, "known_employees": 6, "revenue": 0, "hidden": []}
    return MapCell(area=ALL, park=ALL, section=ALL, division=ALL, **known | facts)


@pytest.mark.parametrize(
    ("code", "facts", "inside", "outside"),
    [
        ("enterprises", {}, "8", "8"),
        ("employees", {}, "1,234", "1,230"),
        ("employees", {"hidden": ["employees"]}, "1,234", "withheld"),
        ("employees", {"known_employees": 0, "employees": 0}, "not known", "not known"),
        ("revenue", {"known_revenue": 0}, "not known", "not known"),
        ("revenue", {"known_revenue": 5, "revenue": 7_654_321}, "CNY 7,654,321", "CNY 7,650,000"),
        ("growth", {"known_growth": 5, "before": 200, "after": 150}, "−25.0\u00a0%", "−25.0\u00a0%"),
        ("growth", {"known_growth": 5, "before": 0, "after": 150}, "not known", "not known"),
        ("growth", {"known_growth": 0, "before": 0, "after": 0}, "not known", "not known"),
        ("requests", {"requests": 3}, "3", "3"),
        ("requests", {"requests": 3, "hidden": ["requests"]}, "3", "withheld"),
        ("take_up", {"asking": 2}, "25.0\u00a0%", "25.0\u00a0%"),
    ],
)
def test_what_is_written(code: str, facts: dict[str, Any], inside: str, outside: str) -> None:
    with translation.override("en"):
        assert figure(MEASURES[code], cell(**facts), whole=True).text == inside
        assert figure(MEASURES[code], cell(**facts), whole=False).text == outside


def test_a_place_without_records_has_none_and_nothing_is_known() -> None:
    with translation.override("en"):
        texts = [figure(measure, None, whole=False).text for measure in MEASURES.values()]
    assert texts == ["0", "not known", "not known", "not known", "0", "not known"]
    assert figure(GROWTH, cell(known_growth=1, before=Decimal(3), after=Decimal(4)), whole=True).value == Decimal(
        "33.3"
    )
    assert figure(REVENUE, cell(known_revenue=1, revenue=5), whole=True).value == 5


def test_every_definition_stands_in_the_docs() -> None:
    """A line of docs/figures.md for each, word for word."""
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    for measure in MEASURES.values():
        with translation.override("en"):
            assert f"| {measure.name} | {measure.words} |" in text
