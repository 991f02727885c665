"""Reads tables as text, in the encodings and with the separators that spreadsheets write; and JSON."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from policies.exchange.cleaning import Trouble, unguarded
from policies.exchange.columns import IDENTIFYING, column_named, heading_of
from policies.exchange.loading import split_contact
from policies.exchange.tables import (
    MAX_COLUMNS,
    SEARCHED,
    Line,
    Table,
    columns_of,
    headed,
    heading_row,
    no_headings,
    shown_name,
)
from portal.core.access import Refused

SEPARATORS = (",", "\t", ";", "|")


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding: what its first bytes say, else UTF-8, else the Chinese national encoding."""
    for encoding in _encodings(data):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig").upper()
        except UnicodeDecodeError:
            continue
    raise Refused(_("The characters of this file can't be read. Please save it as UTF-8 and send it again."))


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > max(len(head) / 20, 4 * min(even, odd)):  # UTF-16 that does not say so: one half mostly zero
        return ("utf-16-be",) if even > odd else ("utf-16-le",)
    return ("utf-8-sig", "gb18030")


def read_csv(data: bytes) -> Table:
    text, encoding = decoded(data)
    separator = max(SEPARATORS, key=lambda each: _known(text, each))
    rows = list(islice(_rows(text, separator), SEARCHED))
    place = heading_row(rows)
    if place is None:
        raise no_headings()
    table = headed("csv", rows[place], place + 1)
    table.about |= {"encoding": encoding, "separator": separator}
    table.lines = _lines(_rows(text, separator), columns_of(rows[place]), place + 1, len(rows[place]))
    return table


def _known(text: str, separator: str) -> int:
    """How many known headings the best of the first rows has, read with this separator."""
    try:
        return max((len(columns_of(row)) for row in islice(_rows(text, separator), SEARCHED)), default=0)
    except Refused:
        return 0


def _rows(text: str, separator: str) -> Iterator[list[Any]]:
    reader, number = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 0
    while True:
        number += 1
        try:
            yield next(reader)[:MAX_COLUMNS]
        except StopIteration:
            return
        except csv.Error:
            said = _("Row %(number)s can't be read: a quotation mark is missing, or a cell is far too long.")
            raise Refused(said % {"number": number}) from None


def _lines(rows: Iterator[list[Any]], known: dict[int, str], headings: int, width: int) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        if number > headings and any(cell.strip() for cell in row):
            if any(cell.strip() for cell in row[width:]):
                said = _("Row %(number)s has more cells than there are headings: quotation marks may be missing.")
                raise Refused(said % {"number": number})
            texts = {column: row[place] if place < len(row) else "" for place, column in known.items()}
            yield Line(number, {column: _cell(text) for column, text in texts.items()})


def _cell(text: str) -> Any:
    return Trouble.FORMULA if text.startswith("=") else unguarded(text)


# --- JSON -----------------------------------------------------------------------------------------------------------


def read_json(data: bytes) -> Table:
    text, encoding = decoded(data)
    try:
        records = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        place = _("line %(line)s") % {"line": error.lineno} if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(_("This is no JSON that can be read. %(place)s") % {"place": place}) from None
    if isinstance(records, dict):
        records = records.get("policies")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refused(_("The JSON must be a list of policies, each an object with fields."))
    table = Table("json", iter(()), about={"encoding": encoding})
    lines = [Line(number, _flat(number, record, table.unknown)) for number, record in enumerate(records, start=1)]
    if lines and not any(set(line.cells) & set(IDENTIFYING) for line in lines):
        raise no_headings()
    table.lines = iter(lines)
    return table


def _refuse(name: str) -> None:
    raise ValueError(name)


def _flat(number: int, record: dict[str, Any], unknown: list[str]) -> dict[str, Any]:
    """A record by our columns: the portal's own data file says some things in one field that we have in two."""
    cells: dict[str, Any] = {}
    for name, value in record.items():
        said = _said(name, value)
        for column in said:
            if column in cells:
                words = {"number": number, "column": heading_of(column)}
                raise Refused(_("Record %(number)s has the field “%(column)s” twice, by two names.") % words)
        cells |= said
        if not said and shown_name(name) not in unknown and len(unknown) < MAX_COLUMNS:
            unknown.append(shown_name(name))
    return cells


def _said(name: str, value: Any) -> dict[str, Any]:
    """What one field says, by column."""
    if name == "contact" and (value is None or isinstance(value, str)):
        return dict(zip(("contact_zh_hans", "contact_en"), split_contact(value or ""), strict=True))
    if name == "apply_window" and (value is None or isinstance(value, dict)):
        return {f"window_{end}": (value or {}).get(end) for end in ("opens", "closes")}
    column = column_named(name)
    return {column: value} if column else {}
