"""Reads workbooks row by row. Nothing in them is ever worked out: a formula is named and refused.

Merged cells: an area within one column fills downwards with the value of its first cell, as people mean it ("all these
are of the district"). An area over several columns has no such meaning and is refused with the cell named.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from policies.exchange.cleaning import Trouble, unguarded
from policies.exchange.tables import (
    MAX_COLUMNS,
    SEARCHED,
    Line,
    Table,
    columns_of,
    headed,
    heading_row,
    no_headings,
)
from portal.core.access import Refused
from portal.core.uploads import CHUNK, MIB, check_upload

MAX_UNPACKED = 60 * MIB
MAX_LINES = 100_000  # the last row that is looked at, empty ones included
MAX_AREAS = 20_000
_AREA = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})["']""")

_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r=["'](\d{6,})["']""")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")

Area = tuple[int, int, int, int]  # first column, first row, last column, last row, from 1


def read_xlsx(data: bytes) -> Table:
    from openpyxl import load_workbook

    _check(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        found = next(filter(None, map(_headings, sheets)), None)
        if found is None:
            raise no_headings()
        sheet, row, number = found
        table = headed("xlsx", row, number)
        table.about |= {"sheet": sheet.title, "others": [each.title for each in sheets if each is not sheet]}
        _ends(data, sheet._worksheet_path)
        areas = list(_areas(data, sheet._worksheet_path))
        table.lines = _guarded(_lines(sheet, columns_of(row), number, areas))
    except Refused:
        raise
    except Exception as error:  # openpyxl raises a great many kinds on damaged input
        raise _damaged() from error
    return table


def _check(data: bytes) -> None:
    """Before anything parses it: a whole archive of sensible size, without password and macros."""
    try:
        check_upload(SimpleUploadedFile("import.xlsx", data))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise Refused(_("The file unpacks to far more than a document should hold."))


def _damaged() -> Refused:
    return Refused(_("The workbook is damaged and can't be read. Please save it anew and send it again."))


def _guarded(lines: Iterator[Line]) -> Iterator[Line]:
    try:
        yield from lines
    except Exception as error:
        raise _damaged() from error


def _headings(sheet: Any) -> tuple[Any, list[Any], int] | None:
    """The sheet with its row of headings and that row's number, if it has one."""
    rows = [list(row) for row in sheet.iter_rows(max_row=SEARCHED, max_col=MAX_COLUMNS, values_only=True)]
    place = heading_row(rows)
    return None if place is None else (sheet, rows[place], place + 1)


def _ends(data: bytes, path: str) -> None:
    """Refused when something stands below the last row that is looked at: it would be left out without a word."""
    rest, beyond = b"", False
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path.lstrip("/")) as part:
        while chunk := part.read(CHUNK):
            text, start = rest + chunk, 0
            if not beyond:
                first = next((match for match in _ROW.finditer(text) if int(match[1]) > MAX_LINES), None)
                beyond, start = first is not None, first.end() if first else 0
            if beyond and _FILLED.search(text, start):
                said = _("Something stands below row %(limit)s of the sheet. Please delete it, or move the rows up.")
                raise Refused(said % {"limit": f"{MAX_LINES:,}"})
            rest = text[max(start, len(text) - 200) :]


def _areas(data: bytes, path: str) -> Iterator[Area]:
    """The merged areas of a sheet; they stand behind its cells, so it is looked through as a stream."""
    from openpyxl.utils import range_boundaries

    rest, count = b"", 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path.lstrip("/")) as part:
        while chunk := part.read(CHUNK):
            text, end = rest + chunk, 0
            for match in _AREA.finditer(text):
                end, count = match.end(), count + 1
                if count > MAX_AREAS:
                    raise _damaged()
                yield range_boundaries(match[1].decode())
            rest = text[max(end, len(text) - 200) :]


def _lines(sheet: Any, known: dict[int, str], headings: int, areas: Iterable[Area]) -> Iterator[Line]:
    waiting = sorted((area for area in areas if area[3] > headings), key=lambda area: -area[1])
    filling: dict[int, tuple[int, Any]] = {}  # place → the last row of an area that reaches down to here, and its value
    rows = sheet.iter_rows(max_row=MAX_LINES, max_col=max(known) + 1)
    for number, row in enumerate(islice(rows, headings, None), start=headings + 1):
        values = [_value(cell) for cell in row] if any(cell.value is not None for cell in row) else []
        while waiting and waiting[-1][1] <= number:
            left, top, right, bottom = waiting.pop()
            value = values[left - 1] if top == number and left <= len(values) else None
            for place in range(left - 1, min(right, max(known) + 1)):
                filling[place] = (bottom, value if left == right else Trouble.MERGED)
        if any(value is not None and str(value).strip() for value in values):
            filled = {place: value for place, (last, value) in filling.items() if last >= number}
            cells = enumerate([*values, *[None] * (max(known) + 1 - len(values))])
            yield Line(number, {known[place]: filled.get(place, value) for place, value in cells if place in known})


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return Trouble.FORMULA
    if cell.data_type == "e":
        return Trouble.ERROR
    return unguarded(cell.value) if isinstance(cell.value, str) else cell.value
