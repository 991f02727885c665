"""Rows of an extract, one by one: a workbook or a table as text; what it is, its content says."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from zipfile import ZipFile

from openpyxl import load_workbook

MOST_ROWS, MOST_BYTES, MOST_UNPACKED = 200_000, 60 * 1024 * 1024, 900 * 1024 * 1024
BEGINNING = 20  # rows that tell whether a sheet is empty
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unreadable(ValueError):
    """The file as a whole; its argument is a key of `registry.words.WHY`."""


def rows_of(file: BinaryIO) -> Iterator[Sequence[Any]]:
    """Headings first. Unreadable where it is no table."""
    start = file.read(8)
    file.seek(0)
    if not start.strip():
        raise Unreadable("empty")
    if start.startswith(_OLE):
        raise Unreadable("old")
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"MZ", b"GIF8")):
        raise Unreadable("kind")
    return _workbook(file) if start.startswith(b"PK\x03\x04") else _text(file)


def _workbook(file: BinaryIO) -> Iterator[Sequence[Any]]:
    try:
        with ZipFile(file) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("large")
        file.seek(0)
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            sheet.reset_dimensions()  # what a workbook says of its own size need not be so
        filled = [sheet for sheet in sheets if any(map(any, sheet.iter_rows(max_row=BEGINNING, values_only=True)))]
        if len(filled) != 1:
            raise Unreadable("sheets" if filled else "empty")
        yield from filled[0].iter_rows(values_only=True)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises a great many kinds on damaged input
        raise Unreadable("kind") from error


def _text(file: BinaryIO) -> Iterator[Sequence[Any]]:
    encoding = _encoding(file)
    with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        start = text.readline()
        text.seek(0)
        separator = max(",;\t", key=start.count)
        try:
            yield from csv.reader(text, delimiter=separator)
        except (csv.Error, UnicodeDecodeError) as error:  # a cell far too long, as where a quotation mark is missing
            raise Unreadable("kind") from error


def _encoding(file: BinaryIO) -> str:
    """The first that fits the whole file, which is read in pieces."""
    for encoding in ("utf-8-sig", "gb18030"):
        file.seek(0)
        decoded = io.TextIOWrapper(file, encoding=encoding)
        try:
            while decoded.read(1 << 20):
                pass
        except UnicodeDecodeError:
            continue
        finally:
            decoded.detach()
            file.seek(0)
        return encoding
    raise Unreadable("kind")
