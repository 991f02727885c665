"""Writes policies as files that the import reads again without finding a difference."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from accounts.models import Department
from policies.content import DATES
from policies.exchange.cleaning import CHOICES, Cleaner, Wrong, as_text, guarded
from policies.exchange.columns import (
    CODED,
    DEPARTMENT,
    EXCHANGED,
    LISTS,
    SLUG,
    STRUCTURED,
    code_of,
    heading_of,
    is_text,
)
from policies.exchange.reading import MAX_ROWS
from policies.models import Policy, PolicyQuerySet
from portal.core.access import Refused

_UNPRINTED = re.compile(r"[\x7f\ufffe\uffff]")  # what a workbook can't hold
LONGEST_CELL = 32_767  # characters that a cell of a workbook holds
WIDTHS = {SLUG: 28, "level": 12, "criteria": 50, "terms": 50}
HEAD = PatternFill("solid", fgColor="E4EEF3")
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def write(kind: str, policies: PolicyQuerySet, out: IO[bytes]) -> None:
    """All columns of these policies; a workbook and a text in the words of the active language, JSON in codes."""
    rows = policies.order_by("slug").defer("search").iterator(chunk_size=500)
    WRITERS[kind](rows, Wording(), out)


class Wording:
    """Values as people read and type them, in the active language."""

    def __init__(self) -> None:
        self.words = {column: {code: str(label) for code, label in CHOICES[column].choices} for column in CODED}
        named = [(row.pk, str(row), row.code) for row in Department.objects.all()]
        cleaner = Cleaner.load()
        self.departments = {pk: _understood(cleaner, pk, name, code) for pk, name, code in named}
        self.codes = {pk: code for pk, _name, code in named}

    def cell(self, column: str, value: Any) -> Any:
        """For a spreadsheet: text that no program takes for a formula; dates and numbers as they are."""
        if value is None or value == "" or value == []:
            return None
        if column in CODED:
            return self.words[column].get(value, value)
        if column == DEPARTMENT:
            return guarded(self.departments.get(value, ""))
        if column in STRUCTURED:
            return _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
        text = ", ".join(value) if column in LISTS else value
        return guarded(as_text(text, lines=True)) if isinstance(text, str) else text

    def field(self, column: str, value: Any) -> Any:
        """For JSON."""
        if column == DEPARTMENT:
            return self.codes.get(value)
        return value.isoformat() if isinstance(value, date) else value


def _understood(cleaner: Cleaner, pk: int, name: str, code: str) -> str:
    """The department's name, or its code where another one could be meant."""
    try:
        return name if cleaner.department(name) == pk else code
    except Wrong:
        return code


def _values(policy: Policy) -> Iterator[tuple[str, Any]]:
    for column in EXCHANGED:
        yield column, getattr(policy, column)


def _xlsx(policies: Iterable[Policy], wording: Wording, out: IO[bytes]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("Policies"))
    sheet.freeze_panes = "B2"
    for place, column in enumerate(EXCHANGED, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, 30 if is_text(column) else 16)
    try:
        sheet.append([_head(sheet, heading_of(column)) for column in EXCHANGED])
        for number, policy in enumerate(policies, start=1):
            if number > MAX_ROWS:
                said = _("A workbook holds at most %(limit)s policies here. Narrow the choice, or take csv or JSON.")
                raise Refused(said % {"limit": f"{MAX_ROWS:,}"})
            sheet.append([_sized(policy, column, wording.cell(column, value)) for column, value in _values(policy)])
    except BaseException:
        sheet.close()
        sheet._writer.cleanup()  # its file in the temporary directory
        raise
    workbook.save(out)


def _head(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = Font(bold=True), HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _sized(policy: Policy, column: str, value: Any) -> Any:
    """The value; nothing is cut off without a word."""
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        said = _("“%(title)s” has more in the column “%(column)s” than a workbook's cell holds. Take csv or JSON.")
        raise Refused(said % {"title": policy, "column": heading_of(column)})
    return value


def _csv(policies: Iterable[Policy], wording: Wording, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([heading_of(column) for column in EXCHANGED])
    for policy in policies:
        cells = (wording.cell(column, value) for column, value in _values(policy))
        writer.writerow([cell.isoformat() if isinstance(cell, date) else cell for cell in cells])
    text.detach()


def _json(policies: Iterable[Policy], wording: Wording, out: IO[bytes]) -> None:
    between = "[\n"
    for policy in policies:
        record = {code_of(column): wording.field(column, value) for column, value in _values(policy)}
        out.write((between + json.dumps(record, ensure_ascii=False)).encode())
        between = ",\n"
    out.write(b"\n]\n" if between == ",\n" else b"[]\n")


WRITERS: dict[str, Callable[[Iterable[Policy], Wording, IO[bytes]], None]] = {"xlsx": _xlsx, "csv": _csv, "json": _json}


def explanation_of(column: str) -> str:
    """What belongs into a column, for the template."""
    if column in CODED:
        return _("One of the allowed values, as a code or in words of either language.")
    if column in DATES:
        return _("A date: 2026-03-01, 2026/3/1 or 2026年3月1日.")
    said = {
        SLUG: _("Letters, digits and hyphens. Says which policy the row is about; for a new one it may stay empty."),
        "document_number": _("Says which policy the row is about where there is no short name."),
        "title_zh_hans": _("Says which policy the row is about where there is neither short name nor document number."),
        "max_amount_cny": _("A whole amount of yuan: 200000, 200,000 or 20万元. Empty where the policy names none."),
        "criteria": _("JSON: a list of conditions, each with field, op and value, as in the file of the JSON export."),
        "terms": _("JSON: a list of rules of the amount, as in the file of the JSON export."),
        "excludes": _("Short names of other policies, with commas between them."),
        "translated": _("Columns that are translations for reference, such as title_en, with commas between them."),
        "source_url": _("An http or https address."),
        DEPARTMENT: _("The name or code of a department."),
        "materials_zh_hans": _("One document on each line."),
        "materials_en": _("One document on each line."),
    }
    return said.get(column, _("Text."))
