"""Colours in five classes, and the tiles of the subdistricts: where they stand and what is written on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from insights.measures import Measure, Number
from insights.models import NONE
from insights.reading import Row

CLASSES = 5
# Column and row by rough position, north at the top; a schematic: no outlines of subdistricts are published.
PLACES = {
    "310109019": (0, 0), "310109016": (1, 0), "310109011": (0, 1), "310109010": (1, 1),
    "310109017": (0, 2), "310109009": (1, 2), "310109018": (0, 3), "310109014": (1, 3), NONE: (0, 4),
}  # fmt: skip
STEP, WIDE, HIGH = 100, 212, 92


@dataclass(frozen=True, slots=True)
class Scale:
    """The classes that occur, each with as many values as the others, as far as values differ."""

    measure: Measure
    steps: tuple[tuple[Number, Number], ...]  # lowest and highest value of each class

    def of(self, value: Number | None) -> int:
        """1 to 5; 0 where there is no value."""
        if value is None:
            return 0
        at = next((n for n, (_low, high) in enumerate(self.steps) if value <= high), 0)
        return 1 + round(at * (CLASSES - 1) / (len(self.steps) - 1)) if len(self.steps) > 1 else 3

    @property
    def legend(self) -> list[dict[str, Any]]:
        """[{class, from, to}] in words of the measure."""
        short = self.measure.short
        return [{"class": self.of(high), "from": short(low), "to": short(high)} for low, high in self.steps]


def scale(measure: Measure, values: Sequence[Number | None]) -> Scale:
    known = sorted(value for value in values if value is not None)
    ends = sorted({known[-(-n * len(known) // CLASSES) - 1] for n in range(1, CLASSES + 1)}) if known else []
    starts = [known[0], *(min(value for value in known if value > end) for end in ends[:-1])] if known else []
    return Scale(measure, tuple(zip(starts, ends, strict=True)))


def tiles(rows: Sequence[Row], by: Scale, *, beside: bool = False) -> list[dict[str, Any]]:
    """Of the subdistricts; `beside`: with the other quarter's figures."""
    found = []
    for row in rows:
        if row.key in PLACES:
            column, line = PLACES[row.key]
            figure = row.beside if beside and row.beside else row.shown
            found.append(
                {
                    "row": row,
                    "x": column * (WIDE + 8),
                    "y": line * STEP,
                    "text_x": column * (WIDE + 8) + WIDE // 2,
                    "name_y": line * STEP + 38,
                    "number_y": line * STEP + 70,
                    "name": pgettext("place", "Not known") if row.key == NONE else short_name(row.name),
                    "figure": figure,
                    "class": by.of(None if figure.hidden else figure.value),
                }
            )
    return sorted(found, key=lambda tile: (tile["y"], tile["x"]))


def short_name(name: str) -> str:
    """As it is written where there is little room."""
    return name.removesuffix(" Subdistrict").removesuffix("街道")


def bars(rows: Sequence[Row]) -> list[tuple[Row, int]]:
    """Each with the length of its bar, of 100; growth has none below nothing."""
    longest = max((row.shown.value for row in rows if row.shown.value is not None), default=0)
    return [(row, _length(row.shown.value, longest)) for row in rows]


def _length(value: Number | None, longest: Number) -> int:
    return max(0, round(100 * value / longest)) if value is not None and longest > 0 else 0
