"""A chain in numbers: of each step how many enterprises, what is missing, what hangs on one place or one enterprise."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from enterprises.models import Subdistrict
from insights.models import ALL, NONE, Chain, ChainStep, MapCell, MapPeriod, Stream
from stewards.figures import FEW

MUCH = 50  # percent: beyond that the page says that a step hangs on one place, or one enterprise


@dataclass(frozen=True, slots=True)
class Step:
    """`place`: the subdistrict with most enterprises and its share in percent; `largest`: the share of the enterprise
    with most revenue, for the service centre only."""

    step: ChainStep
    divisions: list[str]
    codes: list[str]
    enterprises: int
    place: str = ""
    place_share: int = 0
    largest: Decimal | None = None

    @property
    def gap(self) -> bool:
        return not self.enterprises

    @property
    def on_one_place(self) -> bool:
        return self.place_share > MUCH

    @property
    def on_one_enterprise(self) -> bool:
        return self.largest is not None and self.largest > MUCH


def streams(chain: Chain, period: MapPeriod | None, *, whole: bool) -> list[tuple[str, list[Step]]]:
    """Up-, mid- and downstream, each with its steps in order; four queries."""
    steps = list(chain.steps.prefetch_related("divisions"))
    codes = {each.code for step in steps for each in step.divisions.all()}
    found = MapCell.objects.filter(period=period, park=ALL, division__in=codes) if period else []
    by: dict[str, list[MapCell]] = defaultdict(list)
    for cell in found:
        by[cell.division].append(cell)
    names = {row.code: row.name for row in Subdistrict.objects.all()}
    told = [_told(step, by, names, whole=whole) for step in steps]
    return [(str(stream.label), [each for each in told if each.step.stream == stream]) for stream in Stream]


def _told(step: ChainStep, by: dict[str, list[MapCell]], names: dict[str, str], *, whole: bool) -> Step:
    divisions = list(step.divisions.all())
    cells = [cell for each in divisions for cell in by[each.code]]
    totals = [cell for cell in cells if cell.area == ALL]
    places: dict[str, int] = defaultdict(int)
    for cell in cells:
        if cell.area not in (ALL, NONE):
            places[cell.area] += cell.enterprises
    count = sum(cell.enterprises for cell in totals)
    best = max(sorted(places), key=lambda key: places[key], default="")
    revenue, known = sum(cell.revenue for cell in totals), sum(cell.known_revenue for cell in totals)
    largest = max((cell.largest_revenue for cell in totals), default=Decimal(0))
    share = (100 * largest / revenue).quantize(Decimal("0.1")) if whole and revenue and known >= 2 else None
    return Step(
        step,
        [str(each) for each in divisions],
        [each.code for each in divisions],
        count,
        names.get(best, "") if count >= FEW or whole else "",
        round(100 * places[best] / count) if best and (count >= FEW or whole) else 0,
        share,
    )
