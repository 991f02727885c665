"""The empty workbook for imports: headings, explanations, allowed values."""

from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from policies.content import DATES
from policies.exchange.cleaning import CHOICES
from policies.exchange.columns import CODED, EXCHANGED, code_of, heading_of, is_text
from policies.exchange.reading import MAX_ROWS
from policies.exchange.writing import HEAD, WIDTHS, explanation_of
from portal.core import bilingual


def write_template(out: IO[bytes]) -> None:
    """In the words of the active language; the import reads both languages."""
    workbook = Workbook()
    policies, explained, allowed = (
        workbook.active,
        workbook.create_sheet(_("Explanations")),
        workbook.create_sheet(_("Allowed values")),
    )
    policies.title = _("Policies")
    _headings(policies)
    _explanations(explained)
    _allowed(allowed, policies)
    workbook.save(out)


def _headings(sheet: Any) -> None:
    sheet.append([heading_of(column) for column in EXCHANGED])
    for place, column in enumerate(EXCHANGED, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(column, 30 if is_text(column) else 16)
        if column in DATES:
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
    _dress(sheet)
    sheet.freeze_panes = "B2"


def _explanations(sheet: Any) -> None:
    sheet.append([_("Heading"), _("In the other language"), _("Code"), _("What belongs there")])
    with translation.override(bilingual.other(bilingual.current())):
        others = {column: heading_of(column) for column in EXCHANGED}
    for column in EXCHANGED:
        sheet.append([heading_of(column), others[column], code_of(column), explanation_of(column)])
    sheet.append([])
    for line in (
        _("Columns may stand in any order and may be left out: what is left out stays as it is."),
        _("An empty cell empties the field. Level and confidence cannot be emptied: there it changes nothing."),
        _("Cells merged within one column count for each of their rows; merged across columns they are refused."),
        _("Formulas are refused: put the value there. A row is about one policy, and a policy has one row."),
        _("A text that begins with = + - or @ has an apostrophe before it, which the import takes off."),
    ):
        sheet.append([line])
    for letter, width in zip("ABCD", (32, 32, 24, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    _dress(sheet)


def _allowed(sheet: Any, policies: Any) -> None:
    """The words of each column with a fixed list, which the column then offers to choose from."""
    sheet.append([_("Heading"), _("Code"), _("In words"), _("In the other language")])
    number = 1
    for column in CODED:
        first = number + 1
        with translation.override(bilingual.other(bilingual.current())):
            others = [str(label) for _code, label in CHOICES[column].choices]
        for (code, label), other in zip(CHOICES[column].choices, others, strict=True):
            number += 1
            sheet.append([heading_of(column), code, str(label), other])
        letter = get_column_letter(EXCHANGED.index(column) + 1)
        offered = DataValidation("list", formula1=f"'{sheet.title}'!$C${first}:$C${number}", allow_blank=True)
        offered.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
        policies.add_data_validation(offered)
    for letter, width in zip("ABCD", (28, 28, 40, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    _dress(sheet)


def _dress(sheet: Any) -> None:
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
