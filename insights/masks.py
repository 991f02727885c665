"""Which figures only the service centre sees, so that nothing of a single enterprise can be told or worked back.

A figure is small where it tells of fewer than five enterprises, or where one enterprise makes up most of it.
Subdistricts × sections with their totals are a net: each row and each column with its total is a knot, each figure an
edge between two of them. What is hidden can be worked back exactly where it is a bridge of the net of hidden edges; so
for each bridge, those edges are hidden too that close it to a circle with the fewest enterprises. And at each knot that
hides anything, what is hidden together tells of five enterprises at least. Parks and divisions hang on one total each.
Where both are asked for at once, figures stay in the house.
"""

import heapq
from collections.abc import Iterable
from decimal import Decimal

from insights.models import ALL, MapCell, MapPeriod
from stewards.figures import FEW

MOST_OF_ONE = Decimal("0.85")  # of a sum: beyond that it tells of one enterprise
MEASURES = ("employees", "revenue", "growth", "requests", "take_up")
Knot = tuple[str, str]
Edge = tuple[str, str]  # area, section
Weights = dict[Edge, int]


def keep(period: MapPeriod) -> None:
    """Mark the cells of a quarter."""
    cells = list(MapCell.objects.filter(period=period))
    for cell in cells:
        cell.hidden = list(MEASURES) if deep(cell) else []
    for measure in MEASURES:
        _mark(cells, measure)
    MapCell.objects.bulk_update([cell for cell in cells if cell.hidden], ["hidden"], batch_size=1_000)


def deep(cell: MapCell) -> bool:
    """A park's section, a subdistrict's division: narrower than what is told outside the house."""
    return (cell.park != ALL and cell.section != ALL) or (cell.area != ALL and cell.division != ALL)


def weight(cell: MapCell, measure: str) -> int:
    """Of how many enterprises the figure tells."""
    known = {"employees": cell.known_employees, "revenue": cell.known_revenue, "growth": cell.known_growth}
    return known.get(measure, cell.enterprises)


def small(cell: MapCell, measure: str) -> bool:
    if 0 < weight(cell, measure) < FEW:
        return True
    if measure == "employees":
        return cell.largest_employees > MOST_OF_ONE * cell.employees
    return measure == "revenue" and cell.largest_revenue > MOST_OF_ONE * cell.revenue


def _mark(cells: Iterable[MapCell], measure: str) -> None:
    net = {(c.area, c.section): c for c in cells if c.park == ALL and c.division == ALL and weight(c, measure)}
    weights = {edge: weight(cell, measure) for edge, cell in net.items()}
    hidden = closed({edge for edge, cell in net.items() if small(cell, measure)}, weights)
    for edge in hidden:
        net[edge].hidden.append(measure)
    parks: dict[Edge, list[MapCell]] = {}
    for cell in cells:
        if not deep(cell) and (cell.park != ALL or cell.division != ALL) and weight(cell, measure):
            parks.setdefault((cell.area, cell.section), []).append(cell)
    for edge, group in parks.items():
        for cell in group if edge in hidden else _among(group, measure):
            cell.hidden.append(measure)


def _among(group: list[MapCell], measure: str) -> list[MapCell]:
    """Of parts whose total is told: the small ones, and as many more as keep these from being worked back."""
    found = [cell for cell in group if small(cell, measure)]
    others = sorted((c for c in group if c not in found), key=lambda c: (weight(c, measure), c.park, c.division))
    while found and others and (len(found) < 2 or sum(weight(c, measure) for c in found) < FEW):
        found.append(others.pop(0))
    return found


def closed(primary: set[Edge], weights: Weights) -> set[Edge]:
    """These edges, and the others that have to be hidden with them."""
    hidden = set(primary)
    while more := _lacking(hidden, weights):
        hidden |= more
    return hidden


def _lacking(hidden: set[Edge], weights: Weights) -> set[Edge]:
    for edge in sorted(hidden):
        way = _way_round(edge, hidden, weights)
        if way:
            return way
    for knot in sorted({knot for edge in hidden for knot in _ends(edge)}):
        told, kept = [], 0
        for edge, size in weights.items():
            if knot in _ends(edge):
                kept += size if edge in hidden else 0
                told += [] if edge in hidden else [(size, edge)]
        if kept < FEW and told:
            return {min(told)[1]}
    return set()


def _ends(edge: Edge) -> tuple[Knot, Knot]:
    return ("area", edge[0]), ("section", edge[1])


def _way_round(edge: Edge, hidden: set[Edge], weights: Weights) -> set[Edge]:
    """The edges to be hidden so that another hidden way leads from one end of the edge to the other; the cheapest."""
    nearby: dict[Knot, list[tuple[int, Edge, Knot]]] = {}
    for each, size in weights.items():
        if each != edge:
            one, two = _ends(each)
            cost = 0 if each in hidden else size
            nearby.setdefault(one, []).append((cost, each, two))
            nearby.setdefault(two, []).append((cost, each, one))
    start, goal = _ends(edge)
    queue: list[tuple[int, Knot, tuple[Edge, ...]]] = [(0, start, ())]
    seen: set[Knot] = set()
    while queue:
        cost, knot, way = heapq.heappop(queue)
        if knot == goal:
            return set(way) - hidden
        if knot in seen:
            continue
        seen.add(knot)
        for more, each, other in nearby.get(knot, []):
            if other not in seen:
                heapq.heappush(queue, (cost + more, other, (*way, each)))
    return set()
