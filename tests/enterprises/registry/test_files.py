"""Files as they come: headings in either language and on any line, sheets, damaged ones, what no database can hold."""

import io
import re
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from enterprises import credit_code
from enterprises.models import RegistryRow
from enterprises.models.registry import ImportState as S
from enterprises.registry import staging, workflow
from enterprises.registry.words import WHY
from portal.core.access import Refused
from tests.enterprises.registry.test_extracts import HEADS, row, table, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
ENGLISH = ["Name in Chinese", "Unified social credit code", "Industry code", "Annual revenue (CNY 10,000)"]
ENGLISH += ["Total assets (CNY)", "Registered district", "Park", "Standing", "Ownership"]


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheets(*contents: list[list[Any]]) -> Workbook:
    book = Workbook()
    for n, rows in enumerate(contents):
        sheet: Any = book.active if n == 0 else book.create_sheet()
        for each in rows:
            sheet.append(each)
    return book


def refused(data: bytes, admin: Any, why: str) -> None:
    with pytest.raises(Refused, match=re.escape(str(WHY[why]))):
        uploaded(data, admin, "extract.xlsx")


def test_english_headings_in_any_order(admin: Any) -> None:
    cells = [
        "虚构企业",
        credit_code.make(1),
        "i65",
        "1,200",
        "900",
        "Hongkou",
        "Fictional Tower",
        "Operating",
        "foreign",
    ]
    found = uploaded(table(cells, heads=ENGLISH), admin)
    facts = RegistryRow.objects.get(extract=found).facts
    assert found.unknown_columns == []
    assert (facts["annual_revenue_cny"], facts["assets_cny"]) == (12_000_000, 900)
    assert (facts["district"], facts["park_id"]) == ("310109", "fictional-tower")
    assert (facts["standing"], facts["ownership"], facts["industry_id"]) == ("active", "foreign", "I65")


@pytest.mark.parametrize("blank", [0, 1, 3])
def test_lines_are_those_of_the_file(admin: Any, blank: int) -> None:
    data = b"\r\n" * blank + table(row(1), [" "] * 8, row(2, 从业人数="x"))
    found = uploaded(data, admin)
    assert list(RegistryRow.objects.filter(extract=found).order_by("line").values_list("line", "kind")) == [
        (blank + 2, "new"),
        (blank + 4, "wrong"),
    ]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(admin: Any, separator: str) -> None:
    lines = [HEADS, row(1)]
    data = "\n".join(separator.join(cells) for cells in lines).encode()
    assert uploaded(data, admin).counts == {"new": 1}


def test_a_workbook_with_two_filled_sheets_is_refused(admin: Any) -> None:
    refused(saved(sheets([HEADS, row(1)], [["说明"]])), admin, "sheets")


def test_empty_and_hidden_sheets_do_not_matter(admin: Any) -> None:
    book = sheets([], [HEADS, row(1)], [["codes"]])
    book.worksheets[2].sheet_state = "hidden"
    assert uploaded(saved(book), admin, "extract.xlsx").counts == {"new": 1}


def test_a_workbook_without_anything_is_empty(admin: Any) -> None:
    refused(saved(sheets([])), admin, "empty")


@pytest.mark.parametrize("cut", ["sheet", "zip", "xml"])
def test_a_damaged_workbook_is_refused(admin: Any, cut: str) -> None:
    whole = saved(sheets([HEADS, row(1)]))
    if cut == "zip":
        return refused(whole[: len(whole) // 2], admin, "kind")
    out = io.BytesIO()
    with ZipFile(io.BytesIO(whole)) as old, ZipFile(out, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            if each == "xl/worksheets/sheet1.xml":
                data = data[: len(data) // 2] if cut == "sheet" else b"<worksheet><<<"
            new.writestr(each, data)
    return refused(out.getvalue(), admin, "kind")


def test_a_workbook_that_unpacks_to_too_much(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enterprises.registry.reading.MOST_UNPACKED", 100)
    refused(saved(sheets([HEADS, row(1)])), admin, "large")


def test_what_a_database_cannot_hold_is_left_out_of_cells_and_headings(admin: Any) -> None:
    data = table(row(1, "虚构\0企业"), row(2, 从业人数="\0x"), heads=[*HEADS[:-1], "备\0注"])
    found = uploaded(data, admin)
    assert found.state == S.READ
    assert found.unknown_columns == ["备注"]
    assert RegistryRow.objects.get(extract=found, line=2).facts["name_zh_hans"] == "虚构企业"
    assert "x" in RegistryRow.objects.get(extract=found, line=3).cells


def test_half_a_character_in_a_workbook(admin: Any) -> None:
    found = uploaded(saved(sheets([HEADS, row(1, "虚构_xD83D_企业")])), admin, "extract.xlsx")
    assert RegistryRow.objects.get(extract=found).facts["name_zh_hans"] in ("虚构企业", "虚构_xD83D_企业")


@pytest.mark.parametrize("cell", ["1e999999", "1e-999999", "-1e999999", "sNaN", "1_000", "--1", "12abc"])
def test_numbers_beyond_all_bounds_are_wrong_cells(admin: Any, cell: str) -> None:
    found = uploaded(table(row(1, 从业人数=cell, **{"营业收入（万元）": "1"})), admin)
    assert RegistryRow.objects.get(extract=found).problems == [["employees", "number"]]


def test_how_many_rows_were_read_is_told_meanwhile(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BATCH", 2)
    found = uploaded(table(*(row(n) for n in range(1, 6))), admin)
    assert staging.told(found) == 4


def test_a_row_that_only_the_database_refuses_fails_the_file(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that is run again every ten minutes must not fail the same way for ever."""
    monkeypatch.setattr(staging, "facts_of", lambda *args: ({"credit_code": "x", "name_zh_hans": "\0"}, []))
    found = uploaded(table(row(1)), admin)
    assert (found.state, found.problem) == (S.FAILED, "kind")
    assert workflow.carry_on() == 0
