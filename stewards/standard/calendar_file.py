"""Reads an official calendar from a file: a table as text, JSON, or a workbook; what it is, its content says.

Every row is one day and says whether it is a working day. Rows that can't be understood are named by their number, as
codes that are put into words where they are shown; nothing is guessed.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from policies.exchange.reading import kind_of, kind_words
from policies.exchange.reading_text import decoded
from portal.core.access import Refused
from portal.core.uploads import MIB, check_upload, clean_name

MAX_BYTES = MIB
MAX_ROWS = 1_000
MAX_CELL = 60
SEARCHED = 20  # rows in which the headings are looked for
SEPARATORS = (",", "\t", ";", "|")
_HEADINGS = {
    "date": {"date", "day", "日期", "日子", "时间"},
    "kind": {"type", "kind", "status", "类型", "性质", "安排", "状态"},
    "working": {
        *("working", "isworkday", "isworkingday", "workday", "workingday"),
        *("是否工作日", "是否上班", "工作日", "上班"),
    },
    "off": {"off", "isoffday", "offday", "dayoff", "是否放假", "是否休息", "放假", "休息"},
}
_YES = {"yes", "y", "true", "1", "是", "√", "✓"}
_NO = {"no", "n", "false", "0", "否", "×"}
_WORKING = {
    *("working", "work", "workday", "workingday", "makeup", "makeupworkday"),
    *("上班", "班", "调休", "调休上班", "补班", "工作日"),
}
_OFF = {
    *("off", "dayoff", "holiday", "rest", "weekend"),
    *("休", "休息", "休息日", "放假", "节假日", "假日", "公休", "公休日", "假期"),
}
_MAKE_UP = {"makeup", "makeupworkday", "调休", "调休上班", "补班"}
_DAY = re.compile(
    r"(?:(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?|(\d{4})(\d{2})(\d{2}))"
    r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"  # spreadsheets and JSON write midnight behind a day
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")
_UNKEPT = re.compile(r"[\x00-\x1f\ud800-\udfff]")  # NUL and half characters, which no column of JSON takes

Cells = dict[str, Any]


@dataclass
class Read:
    """days: each with the row that said it; troubles: [row, code, what was written]."""

    name: str
    days: dict[date, tuple[bool, int]] = field(default_factory=dict)
    troubles: list[list[Any]] = field(default_factory=list)

    def take(self, number: int, cells: Cells, year: int) -> None:
        """One row."""
        day, works = day_of(cells.get("date")), works_of(cells)
        written = _UNKEPT.sub("?", str(cells.get("date") if day is None else cells.get("kind", ""))[:MAX_CELL])
        if day is None:
            self.troubles.append([number, "date", written])
        elif day.year != year:
            self.troubles.append([number, "year", day.isoformat()])
        elif works is None:
            self.troubles.append([number, "kind", written])
        elif works and day.weekday() < 5 and _plain(cells.get("kind")) in _MAKE_UP:
            self.troubles.append([number, "weekday", f"{day.isoformat()} {written}"])
        elif self.days.setdefault(day, (works, number))[0] != works:
            self.troubles.append([number, "twice", f"{day.isoformat()} {self.days[day][1]}"])


def read_file(file: UploadedFile, year: int) -> Read:
    """The whole file, row by row; Refused says in words why it can't be read at all."""
    name = clean_name(file.name or "")
    if file.size is not None and file.size > MAX_BYTES:
        raise Refused(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // MIB})
    data = file.read(MAX_BYTES + 1)
    kind, extension = kind_of(data), PurePosixPath(name).suffix.lstrip(".").lower()
    if extension not in {"xlsx": ("xlsx",), "json": ("json",), "csv": ("csv", "txt")}[kind]:
        said = _("The name of the file ends in “%(extension)s”, but it is %(kind)s. Please name it so.")
        raise Refused(said % {"extension": f".{extension}"[:12], "kind": kind_words(kind)})
    found = Read(name)
    rows = list(islice({"csv": _csv, "json": _json, "xlsx": _xlsx}[kind](data), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise Refused(_("The file has more than %(limit)s rows: a year has 365 days.") % {"limit": f"{MAX_ROWS:,}"})
    for number, cells in rows:
        found.take(number, cells, year)
    if not rows:
        raise Refused(_("The file holds no row with a day."))
    return found


def day_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = _DAY.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    try:
        return date(*(int(part) for part in match.groups() if part)) if match else None
    except ValueError:
        return None


def works_of(cells: Cells) -> bool | None:
    """Whether the row makes its day a working day; None where it does not say, or contradicts itself."""
    said = {_yes(cells.get("working")), _kind(cells.get("kind"))}
    off = _yes(cells.get("off"))
    said |= {None if off is None else not off}
    said.discard(None)
    return said.pop() if len(said) == 1 else None


def _yes(value: Any) -> bool | None:
    word = _plain(value)
    return True if word in _YES else False if word in _NO else None


def _kind(value: Any) -> bool | None:
    word = _plain(value)
    return True if word in _WORKING else False if word in _OFF else None


def _plain(value: Any) -> str:
    return re.sub(r"[\s_\-\ufeff]+", "", str(value if value is not None else "")).lower()


def _columns(row: list[Any]) -> dict[int, str]:
    """Place → what the heading there means."""
    named = ((place, _plain(cell)) for place, cell in enumerate(row))
    return {place: key for place, name in named for key, words in _HEADINGS.items() if name in words}


def _headed(rows: list[list[Any]]) -> Iterator[tuple[int, Cells]]:
    """Rows below the row of headings, which names the day and what it is."""
    for start, row in enumerate(rows[:SEARCHED]):
        known = _columns(row)
        if "date" in known.values() and len(set(known.values())) > 1:
            for number, cells in enumerate(rows[start + 1 :], start + 2):
                if any(str(cell).strip() for cell in cells if cell is not None):
                    yield number, {key: cells[place] for place, key in known.items() if place < len(cells)}
            return
    raise Refused(_("No row of headings was found: one column “date”, and one “type” that says “off” or “working”."))


def _csv(data: bytes) -> Iterator[tuple[int, Cells]]:
    text = _text(data)
    separator = max(SEPARATORS, key=lambda each: _known(text, each))
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [row[:50] for row in islice(lines, MAX_ROWS + SEARCHED)]
    except csv.Error:
        raise Refused(_("The table can't be read: a quotation mark is missing, or a cell is far too long.")) from None
    return _headed(rows)


def _known(text: str, separator: str) -> int:
    """How many of the headings the best of the first rows has, divided that way."""
    most, lines = 0, csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    with suppress(csv.Error):
        for row in islice(lines, SEARCHED):
            most = max(most, len(set(_columns(row[:50]).values())))
    return most


def _text(data: bytes) -> str:
    text = decoded(data)[0]
    if _BINARY.search(text):
        raise Refused(_("This is no table but a program or another binary file, whatever its name says."))
    return text


def _json(data: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        records = json.loads(_text(data))
    except (ValueError, RecursionError):
        raise Refused(_("This is no JSON that can be read.")) from None
    if isinstance(records, dict):
        records = records.get("days")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refused(_("The JSON must be a list of days, each an object with “date” and “type”."))
    for number, record in enumerate(records, 1):
        names = {name: _columns([name]).get(0) for name in record}
        yield number, {key: record[name] for name, key in names.items() if key}


def _xlsx(data: bytes) -> Iterator[tuple[int, Cells]]:
    from openpyxl import load_workbook

    try:
        check_upload(SimpleUploadedFile("calendar.xlsx", data))
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        rows = [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS + SEARCHED, max_col=50, values_only=True)]
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    except Exception as error:  # openpyxl raises a great many kinds on damaged input
        raise Refused(_("The workbook is damaged and can't be read. Please save it anew and send it again.")) from error
    return _headed(rows)
