"""What is hidden cannot be worked back: the pages' equations are solved, and no small figure comes out."""

import random
from fractions import Fraction
from typing import Any

import pytest

from insights import masks
from insights.models import ALL, NONE, MapCell


def table(seed: int, areas: int = 6, sections: int = 8, most: int = 14) -> list[MapCell]:
    """Cells of all depths, made of fictional enterprises."""
    dice = random.Random(seed)
    cells: dict[tuple[str, ...], MapCell] = {}
    for area in range(areas):
        for section in range(sections):
            for _n in range(dice.choice([0, 0, 1, 2, 3, 6, dice.randint(0, most)])):
                park, division = dice.choice([NONE, "p1", "p2", "p3"]), f"{section}{dice.randint(1, 4)}"
                people, money = dice.choice([None, 5, 900]), dice.choice([None, 10, 20, 10**7])
                for place in ((ALL, ALL), (str(area), ALL), (str(area), park)):
                    for industry in ((ALL, ALL), (str(section), ALL), (str(section), division)):
                        add(cells, (*place, *industry), people, money)
    return list(cells.values())


def add(cells: dict[tuple[str, ...], MapCell], key: tuple[str, ...], people: int | None, money: int | None) -> None:
    area, park, section, division = key
    blank = MapCell(area=area, park=park, section=section, division=division, enterprises=0, hidden=[])
    cell = cells.setdefault(key, blank)
    cell.enterprises += 1
    for name, value in (("employees", people), ("revenue", money)):
        setattr(cell, name, int(getattr(cell, name)) + (value or 0))
        setattr(cell, f"known_{name}", getattr(cell, f"known_{name}") + (value is not None))
        setattr(cell, f"largest_{name}", max(int(getattr(cell, f"largest_{name}")), value or 0))


def marked(cells: list[MapCell]) -> list[MapCell]:
    for cell in cells:
        cell.hidden = list(masks.MEASURES) if masks.deep(cell) else []
    for measure in masks.MEASURES:
        masks._mark(cells, measure)
    return cells


def equations(cells: list[MapCell], measure: str) -> list[list[MapCell]]:
    """Each total with its parts, wherever both may be seen: along places and along industries."""
    groups: dict[tuple[str, ...], list[MapCell]] = {}
    for c in cells:
        if not masks.weight(c, measure):
            continue
        for above in (
            (c.area, ALL, c.section, c.division, "parks"),
            *([(ALL, ALL, c.section, c.division, "areas")] if c.park == ALL else []),
            (c.area, c.park, c.section, ALL, "divisions"),
            *([(c.area, c.park, ALL, ALL, "sections")] if c.division == ALL else []),
        ):
            groups.setdefault(above, []).append(c)
    return [group for group in groups.values() if len(group) > 1]


def worked_back(cells: list[MapCell], measure: str) -> list[MapCell]:
    """The hidden cells that the equations determine: a unit row of the reduced echelon form."""
    unknown = [c for c in cells if measure in c.hidden and masks.weight(c, measure)]
    number = {id(c): n for n, c in enumerate(unknown)}
    rows = []
    for group in equations(cells, measure):
        top = min(group, key=lambda c: (c.park != ALL) + (c.area != ALL) + (c.section != ALL) + (c.division != ALL))
        row = {number[id(c)]: Fraction(1 if c is top else -1) for c in group if id(c) in number}
        rows += [row] if row else []
    return [unknown[next(iter(row))] for row in reduced(rows) if len(row) == 1]


def reduced(rows: list[dict[int, Fraction]]) -> list[dict[int, Fraction]]:
    done: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        for at in [key for key in row if key in done]:
            if at in row:
                row = minus(row, done[at], row[at])
        if not row:
            continue
        at = next(iter(row))
        row = {key: value / row[at] for key, value in row.items()}
        done = {key: minus(other, row, other[at]) if at in other else other for key, other in done.items()}
        done[at] = row
    return list(done.values())


def minus(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> dict[int, Fraction]:
    out = {key: row.get(key, Fraction(0)) - times * other.get(key, Fraction(0)) for key in {**row, **other}}
    return {key: value for key, value in out.items() if value}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_hidden_can_be_worked_back(seed: int) -> None:
    cells = marked(table(seed))
    for measure in ("employees", "revenue", "take_up"):
        hidden = [c for c in cells if measure in c.hidden]
        assert all(c in hidden for c in cells if masks.small(c, measure))
        assert worked_back(cells, measure) == []
    assert any("revenue" not in c.hidden and c.section != ALL and c.area != ALL for c in cells)  # not everything is


def test_the_test_itself_finds_what_is_poorly_hidden() -> None:
    cells = table(1)
    for cell in cells:
        cell.hidden = list(masks.MEASURES) if masks.deep(cell) else []
    net = [c for c in cells if c.park == ALL and c.division == ALL and c.area != ALL and c.section != ALL]
    min(net, key=lambda c: c.enterprises).hidden.append("take_up")  # alone in its row and column
    assert len(worked_back(cells, "take_up")) >= 1


def cell(**facts: Any) -> MapCell:
    return MapCell(**{"area": ALL, "park": ALL, "section": ALL, "division": ALL, "enterprises": 9, **facts})


@pytest.mark.parametrize(
    ("facts", "measure", "small"),
    [
        ({"enterprises": 4}, "requests", True),
        ({"enterprises": 5}, "requests", False),
        ({"enterprises": 4}, "take_up", True),
        ({"known_employees": 4, "employees": 100, "largest_employees": 30}, "employees", True),
        ({"known_employees": 5, "employees": 100, "largest_employees": 85}, "employees", False),
        ({"known_employees": 50, "employees": 100, "largest_employees": 86}, "employees", True),
        ({"known_revenue": 0}, "revenue", False),
        ({"known_revenue": 7, "revenue": 1000, "largest_revenue": 851}, "revenue", True),
        ({"known_growth": 4}, "growth", True),
        ({"known_growth": 5}, "growth", False),
    ],
)
def test_what_is_small(facts: dict[str, int], measure: str, small: bool) -> None:
    assert masks.small(cell(**facts), measure) is small


def test_what_is_hidden_together_tells_of_five() -> None:
    edges = {(a, s): n for a, row in enumerate([[1, 1, 9, 9], [1, 1, 9, 9], [9, 9, 9, 9]]) for s, n in enumerate(row)}
    named = {(str(a), str(s)): n for (a, s), n in edges.items()}
    hidden = masks.closed({edge for edge, n in named.items() if n < 5}, named)
    for place in (0, 1):
        for key in {edge[place] for edge in hidden}:
            assert sum(n for edge, n in named.items() if edge[place] == key and edge in hidden) >= 5


def test_parts_of_a_hidden_total_are_hidden_with_it() -> None:
    total = cell(area="a", enterprises=4)
    parts = [cell(area="a", park=park, enterprises=n) for park, n in (("x", 4),)]
    cells = [total, *parts, cell(area=ALL, enterprises=40), cell(area="b", enterprises=36)]
    marked(cells)
    assert "requests" in total.hidden
    assert "requests" in parts[0].hidden
