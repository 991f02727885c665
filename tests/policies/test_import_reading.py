"""Files are read as people make them; what can't be read is refused in words, and nothing runs away with the memory."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from policies.exchange.cleaning import Trouble, guarded, unguarded
from policies.exchange.columns import EXCHANGED, code_of, column_named, heading_of
from policies.exchange.reading import MAX_ROWS, Opened, open_file
from policies.exchange.tables import letter
from portal.core import bilingual
from portal.core.access import Refused
from tests.factories.imports import records, text, workbook

HEAD = ["slug", "标题（中文）", "Title (English)"]
ROW = ["one", "一号政策", "Policy one"]
CELLS = {"slug": "one", "title_zh_hans": "一号政策", "title_en": "Policy one"}


def cells(opened: Opened) -> list[Any]:
    return [line.cells for line in opened.lines]


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as error:
        open_file(SimpleUploadedFile(name, data))
    return str(error.value)


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_every_column_is_known_by_its_code_and_by_its_heading_in_either_language(language: str) -> None:
    with translation.override(language):
        headings = [heading_of(column) for column in EXCHANGED]
    assert [column_named(heading) for heading in headings] == list(EXCHANGED)
    assert [column_named(f" {code_of(column).upper()} * ") for column in EXCHANGED] == list(EXCHANGED)
    assert [column_named(name) for name in ("id", "issuing_body_zh", "标题(中文)", "price", 7)] == [
        *("slug", "issuer_zh_hans", "title_zh_hans"),
        *(None, None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    opened = open_file(text([HEAD, ROW], encoding=encoding))
    assert cells(opened) == [CELLS]
    assert opened.table.about["encoding"].startswith(encoding.removesuffix("-sig").upper()[:6])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    row = ["one", "一号,政策;甲|乙", "Line one\nline two"]
    opened = open_file(text([HEAD, row], separator=separator, name="a.txt"))
    assert [list(each.values()) for each in cells(opened)] == [row]


def test_headings_may_stand_below_a_title_and_rows_may_be_empty() -> None:
    rows = [["2026年政策汇总", None, None], [], HEAD, ROW, [None, " ", None], [], ["two", "二号政策", None]]
    for opened in (open_file(workbook(rows, merged=["A1:C1"])), open_file(text(rows))):
        assert [(line.number, line.cells["slug"]) for line in opened.lines] == [(4, "one"), (7, "two")]
        assert opened.table.about["headings"] == 3


def test_unknown_columns_are_named_with_their_letter() -> None:
    opened = open_file(workbook([[*HEAD, "备注", None, "level"], [*ROW, "x", "y", "district"]]))
    assert opened.table.unknown == ["备注 (D)"]
    assert opened.table.letters["level"] == "F"
    assert cells(opened) == [CELLS | {"level": "district"}]


def test_the_first_sheet_with_headings_is_read_and_hidden_ones_are_not() -> None:
    book = load_workbook(workbook([["nothing here"]]))
    hidden, right = book.create_sheet("hidden"), book.create_sheet("right")
    for sheet, slug in ((hidden, "hidden"), (right, "right")):
        sheet.append(HEAD)
        sheet.append([slug])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    opened = open_file(SimpleUploadedFile("a.xlsx", out.getvalue()))
    assert [each["slug"] for each in cells(opened)] == ["right"]
    assert opened.table.about["others"] == ["Sheet"]


def test_cells_merged_within_a_column_fill_and_across_columns_are_trouble() -> None:
    rows = [[*HEAD, "level"], [*ROW, "district"], ["two", "二", "Two"], ["three", "三", "Three"], ["four", "四"]]
    opened = open_file(workbook(rows, merged=["D2:D3", "B4:C5"]))
    assert [each["level"] for each in cells(opened)] == ["district", "district", None, None]
    assert [each["title_en"] for each in cells(opened)] == ["Policy one", "Two", Trouble.MERGED, Trouble.MERGED]
    assert cells(opened)[3]["slug"] == "four"


def test_formulas_are_never_worked_out() -> None:
    rows = [HEAD, ["=1+1", '=HYPERLINK("http://example.org")', "'=text"]]
    for opened in (open_file(workbook(rows)), open_file(text(rows))):
        assert cells(opened) == [{"slug": Trouble.FORMULA, "title_zh_hans": Trouble.FORMULA, "title_en": "=text"}]


def test_errors_of_the_spreadsheet_are_trouble() -> None:
    assert cells(open_file(workbook([HEAD, ["#REF!", "一", "#N/A"]])))[0]["slug"] is Trouble.ERROR


@pytest.mark.parametrize("plain", ["=1", "+86", "-item", "@x", "'=1", "''-x", "'quoted", "plain", ""])
def test_what_is_guarded_comes_back_as_it_was(plain: str) -> None:
    assert unguarded(guarded(plain)) == plain
    assert guarded(plain)[:1] not in {"=", "+", "-", "@"}


def test_json_is_read_by_codes_and_by_the_names_of_the_data_file() -> None:
    window = {"opens": "2026-01-01", "closes": None}
    own = {"id": "one", "title_zh": "一", "apply_window": window, "contact": "中心 / Centre 021-25015326", "odd": 1}
    opened = open_file(records(own, {"slug": "two", "department": "centre"}))
    assert cells(opened)[0] == {
        "slug": "one",
        "title_zh_hans": "一",
        "window_opens": "2026-01-01",
        "window_closes": None,
        "contact_zh_hans": "中心 021-25015326",
        "contact_en": "Centre 021-25015326",
    }
    assert cells(opened)[1] == {"slug": "two", "department_id": "centre"}
    assert opened.table.unknown == ["odd"]


def test_fifty_thousand_rows_are_refused_with_the_number_before_all_are_read() -> None:
    rows = b"slug,level\n" + b"\n".join(b"policy-%d,district" % n for n in range(50_000))
    assert f"{MAX_ROWS:,} rows" in refused("many.csv", rows)
    assert len(open_file(SimpleUploadedFile("a.csv", b"\n".join(rows.split(b"\n")[: MAX_ROWS + 1]))).lines) == MAX_ROWS


BOOK = workbook([HEAD, ROW]).read()


def rezipped(change: Any) -> bytes:
    """The workbook with parts changed: name → content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def broken_sheet(name: str, data: bytes) -> bytes:
    return data[: len(data) // 2] if "sheet1" in name else data


def laughing(name: str, data: bytes) -> bytes:
    head = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    return head + data.split(b"?>")[-1].replace(b"<v>", b"<v>&b;", 1) if "sheet1" in name else data


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \r\n ", "empty"),
        ("a.csv", b"slug,title_en\n", "no row with a policy"),
        ("a.csv", b"name,price\nx,1\n", "No row of headings"),
        ("a.csv", b"level,category\ndistrict,finance\n", "No row of headings"),
        ("a.csv", b"slug,Title (English),title_en\nx,y,z\n", "in the cells B1 and C1"),
        ("a.csv", b'slug,title_en\na,"never ends\n', "Row 2 can't be read"),
        ("a.csv", b"slug,title_en\na," + b"x" * 10_000_000, "Row 2 can't be read"),
        ("a.csv", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        ("a.csv", b"slug,title_en\na,\x81\x20\xff\xff", "save it as UTF-8"),
        ("a.xlsx", b"slug,title_en\na,b", "ends in “.xlsx”, but it is a text (csv)"),
        ("a.csv", BOOK, "but it is a workbook"),
        ("a.csv", b'[{"slug": "a"}]', "but it is JSON"),
        ("a.csv", b"%PDF-1.7", "no table"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 workbook", "save it as .xlsx"),
        ("a.xlsx", BOOK[:-200], "damaged"),
        ("a.xlsx", rezipped(broken_sheet), "damaged"),
        ("a.xlsx", rezipped(laughing), "damaged"),
        ("a.xlsx", rezipped(lambda name, data: data + b" " * 90_000_000 if "sheet1" in name else data), "unpacks"),
        ("a.json", b"[{", "no JSON that can be read. line 1"),
        ("a.json", b"[" * 100_000, "no JSON that can be read"),
        ("a.json", b'[{"slug": NaN}]', "no JSON that can be read"),
        ("a.json", b"{}", "list of policies"),
        ("a.json", b'["a"]', "list of policies"),
        ("a.json", b'[{"level": "district"}]', "No row of headings"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name: str, data: bytes, words: str) -> None:
    assert words in refused(name, data)


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    far = rezipped(lambda name, data: data.replace(b'<row r="2"', b'<row r="1048576"') if "sheet1" in name else data)
    assert "below row 100,000" in refused("far.xlsx", far)
    assert [letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_the_refusal_is_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert "UTF-8" in refused("a.csv", b"slug\n\x81\x20\xff")
        assert "标题（中文）" in refused("a.csv", json.dumps("x").encode())
