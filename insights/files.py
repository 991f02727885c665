"""What a page of the map shows, as a file for a spreadsheet; formulas stay text."""

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook

from insights import periods
from insights.measures import MEASURES, Figure
from insights.models import ALL
from insights.reading import Row, Shown
from policies.consultation.export import BOM, harmless


def answer(kind: str, found: Shown) -> HttpResponse:
    content_type, write = WRITERS[kind]
    response = HttpResponse(write(list(lines(found))), content_type=content_type)
    period = found.chosen.period
    name = f"industry-map-{periods.code(period.first) if period else ''}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def lines(found: Shown) -> Iterator[list[Any]]:
    """The head, the choice itself, places, industries; then what each column means."""
    it = found.chosen
    heads = [str(each.name) for each in MEASURES.values()]
    beside = [f"{it.measure.name}: {periods.words(it.beside.first)}"] if it.beside else []
    yield [_("Grouped"), _("Name"), *heads, *beside]
    yield _line(_("What is chosen"), _choice(found), found.here)
    for row in found.places:
        yield _line(_("Place"), row.name, row)
    for row in found.industries:
        yield _line(_("Industry"), row.name, row)
    yield []
    if it.period:
        yield [_("Quarter"), periods.words(it.period.first)]
    for measure in MEASURES.values():
        yield [str(measure.name), str(measure.words)]


def _choice(found: Shown) -> str:
    it, names = found.chosen, found.names
    place = names.area(it.area) if it.area != ALL else _("Hongkou District")
    place = f"{place} / {names.park(it.park)}" if it.park != ALL else place
    industry = names.section(it.section) if it.section != ALL else _("All industries")
    industry = f"{industry} / {names.division(it.division)}" if it.division != ALL else industry
    return f"{place}; {industry}"


def _line(group: str, name: str, row: Row) -> list[Any]:
    return [group, harmless(name), *map(_cell, row.figures), *([_cell(row.beside)] if row.beside else [])]


def _cell(figure: Figure) -> Any:
    """A number; words where it is kept back, nothing where it is not known."""
    if figure.hidden:
        return figure.text
    return "" if figure.value is None else figure.value


def _csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return (BOM + text.getvalue()).encode()


def _xlsx(rows: list[list[Any]]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("Industry map"))
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["B"].width = 40
    for row in rows:
        sheet.append([float(cell) if isinstance(cell, Decimal) else cell for cell in row])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


WRITERS: dict[str, tuple[str, Callable[[list[list[Any]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
}
