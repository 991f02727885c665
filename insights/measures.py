"""What the map counts: each measure's name, its definition, its value in a cell and how that is written."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from insights.models import MapCell
from portal.core.templatetags.ui import cny, in_chinese, number

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """`words` is the definition of docs/figures.md; `value` gives None where nothing is known."""

    code: str
    name: str | Promise
    words: str | Promise
    value: Callable[[MapCell], Number | None]
    written: Callable[[Number], str]
    short: Callable[[Number], str]
    rounded: Callable[[Number], Number] = lambda value: value


def _share(part: Number, whole: Number) -> Decimal:
    return (Decimal(100) * Decimal(part) / Decimal(whole)).quantize(Decimal("0.1"))


def _growth(cell: MapCell) -> Decimal | None:
    return _share(cell.after - cell.before, cell.before) if cell.known_growth and cell.before else None


def _percent(value: Number) -> str:
    return f"{value:,}\u00a0%"


def _signed(value: Number) -> str:
    return f"{value:+,}\u00a0%".replace("-", "−")


def three_digits(value: Number) -> Number:
    """Rounded to three digits that count."""
    step = 10 ** max(0, len(str(int(value))) - 3)
    return (int(value) + step // 2) // step * step


def _tens(value: Number) -> Number:
    """The same, and to tens at the least."""
    return three_digits((int(value) + 5) // 10 * 10)


def money(value: Number) -> str:
    """Three digits and a unit, where there is little room: 12.3亿元, CNY 1,230 m."""
    value = Decimal(three_digits(value))
    if not in_chinese():
        return f"CNY {_plain(value / 1_000_000)} m" if value >= 1_000_000 else cny(value)
    if value >= 100_000_000:
        return f"{_plain(value / 100_000_000)}亿元"
    return f"{_plain(value / 10_000)}万元" if value >= 10_000 else cny(value)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


MEASURES = {
    each.code: each
    for each in (
        Measure(
            "enterprises",
            gettext_lazy("Enterprises"),
            gettext_lazy("Records of enterprises that are registered in Hongkou, or whose district is not known."),
            lambda cell: cell.enterprises,
            *(number, number),
        ),
        Measure(
            "employees",
            gettext_lazy("Employees"),
            gettext_lazy("Employees of those enterprises whose record says how many they have, added up."),
            lambda cell: cell.employees if cell.known_employees else None,
            *(number, number, _tens),
        ),
        Measure(
            "revenue",
            gettext_lazy("Annual revenue"),
            gettext_lazy("Annual revenue of those enterprises whose record says how much it is, added up."),
            lambda cell: cell.revenue if cell.known_revenue else None,
            *(cny, money, three_digits),
        ),
        Measure(
            "growth",
            pgettext_lazy("of revenue", "Growth"),
            gettext_lazy(
                "By how much annual revenue is above what the same enterprises' records said at the end of the quarter "
                "before; only enterprises of which both are known."
            ),
            _growth,
            *(_signed, _signed),
        ),
        Measure(
            "requests",
            gettext_lazy("Requests"),
            gettext_lazy(
                "Requests of these enterprises received in the quarter (not those withdrawn, merged or not accepted)."
            ),
            lambda cell: cell.requests,
            *(number, number),
        ),
        Measure(
            "take_up",
            gettext_lazy("Policy take-up"),
            gettext_lazy(
                "Enterprises that asked for help with a policy in the quarter, of all enterprises counted here. "
                "Applications are made elsewhere, so it says nothing of grants."
            ),
            lambda cell: _share(cell.asking, cell.enterprises) if cell.enterprises else None,
            *(_percent, _percent),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a cell as the reader sees it. hidden: kept back from this reader."""

    measure: Measure
    value: Number | None
    hidden: bool = False

    @property
    def text(self) -> str:
        if self.hidden:
            return _("withheld")
        return self.measure.written(self.value) if self.value is not None else pgettext("figure", "not known")

    @property
    def brief(self) -> str:
        return self.measure.short(self.value) if self.value is not None and not self.hidden else self.text


def figure(measure: Measure, cell: MapCell | None, *, whole: bool) -> Figure:
    """whole: for the service centre, everything and exact."""
    if cell is None:
        return Figure(measure, 0 if measure.code in ("enterprises", "requests") else None)
    if not whole and measure.code in cell.hidden:
        return Figure(measure, None, hidden=True)
    value: Any = measure.value(cell)
    if value is not None and not whole:
        value = measure.rounded(value)
    return Figure(measure, value)
