"""Files as people really send them: merged cells, far rows, other programs' texts; nothing is lost without a word."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from policies.exchange.cleaning import Trouble
from policies.exchange.reading import open_file
from policies.exchange.reading_text import SEPARATORS, decoded
from policies.exchange.reading_xlsx import MAX_LINES
from policies.exchange.tables import MAX_COLUMNS, SEARCHED
from portal.core import bilingual
from portal.core.access import Refused
from tests.factories.imports import records, text, workbook

MERGED = Trouble.MERGED
HEAD = ["slug", "title_en", "level"]


def cells(file: SimpleUploadedFile) -> list[dict[str, Any]]:
    return [line.cells for line in open_file(file).lines]


def refused(file: SimpleUploadedFile) -> str:
    with pytest.raises(Refused) as error:
        open_file(file)
    return str(error.value)


def plain(content: str | bytes, name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


BOOK = workbook([HEAD, ["one", "One", "district"]]).read()


def sheet(rows: str) -> SimpleUploadedFile:
    """A workbook of one sheet with these rows in its own language below the headings."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if "sheet1" in name:
                data = data[: data.index(b'<row r="2"')] + rows.encode() + data[data.index(b"</sheetData>") :]
            new.writestr(name, data)
    return SimpleUploadedFile("a.xlsx", out.getvalue())


def row(number: int, cell: str) -> str:
    return f'<row r="{number}">{cell.format(number)}</row>'


FILLED = ['<c r="A{}"><v>7</v></c>', '<c r="B{}" t="inlineStr"><is><t>x</t></is></c>', '<c r="Z{}"><f>1+1</f></c>']
ONE = row(2, '<c r="A{}" t="inlineStr"><is><t>one</t></is></c>')


class TestFarRows:
    @pytest.mark.parametrize("number", [MAX_LINES + 1, 1_048_576])
    @pytest.mark.parametrize("cell", FILLED)
    def test_what_stands_below_the_last_row_that_is_looked_at_is_said(self, number: int, cell: str) -> None:
        assert "Something stands below row 100,000" in refused(sheet(ONE + row(number, cell)))

    @pytest.mark.parametrize("bytes_between", [0, 100, 65_000, 150_000])
    def test_wherever_in_the_file_it_stands(self, bytes_between: int) -> None:
        between = f"<!-- {Random(1).randbytes(bytes_between).hex()} -->"
        far = row(MAX_LINES + 5, between + FILLED[0])
        assert "below row 100,000" in refused(sheet(ONE + far))
        assert "below row 100,000" in refused(sheet(ONE + between + far.replace("<row ", '<row spans="1:3" ')))

    @pytest.mark.parametrize("rows", ['<row r="1048576"/>', '<row r="900000" ht="15"><c r="A900000" s="1"/></row>'])
    def test_rows_that_are_only_dressed_are_nothing(self, rows: str) -> None:
        assert [each["slug"] for each in cells(sheet(ONE + rows))] == ["one"]

    def test_it_is_said_in_chinese_too(self) -> None:
        with bilingual.speaking("zh-hans"):
            assert "100,000" in refused(sheet(ONE + row(MAX_LINES + 1, FILLED[0])))

    def test_the_last_row_is_read(self) -> None:
        opened = open_file(sheet(ONE + row(MAX_LINES, FILLED[0])))
        assert [(line.number, line.cells["slug"]) for line in opened.lines] == [(2, "one"), (MAX_LINES, 7)]


class TestMergedCells:
    ROWS = ([*HEAD, "note"], *([f"s{n}", f"T{n}", f"L{n}", f"N{n}"] for n in range(2, 6)))

    @pytest.mark.parametrize(
        ("areas", "levels"),
        [
            ([], ["L2", "L3", "L4", "L5"]),
            (["C2:C5"], ["L2"] * 4),
            (["C3:C4"], ["L2", "L3", "L3", "L5"]),
            (["C2:C3", "C4:C5"], ["L2", "L2", "L4", "L4"]),
            (["C4:C5", "C2:C3"], ["L2", "L2", "L4", "L4"]),
            (["C5:C9"], ["L2", "L3", "L4", "L5"]),
            (["C3:D4"], ["L2", MERGED, MERGED, "L5"]),
            (["C1:C3"], [None, None, "L4", "L5"]),  # a heading over two rows: below it is nothing
            (["B3:C3", "C4:C5"], ["L2", MERGED, "L4", "L4"]),
            (["D2:E5"], ["L2", "L3", "L4", "L5"]),  # of columns that nobody knows
        ],
    )
    def test_fill_one_column_downwards_and_are_trouble_across(self, areas: Sequence[str], levels: list[Any]) -> None:
        assert [each["level"] for each in cells(workbook(self.ROWS, merged=areas))] == levels

    def test_a_title_across_all_columns_is_no_trouble(self) -> None:
        rows: list[list[Any]] = [["清单", None, None], HEAD, ["one", "One", "park"]]
        assert cells(workbook(rows, merged=["A1:C1"])) == [{"slug": "one", "title_en": "One", "level": "park"}]

    def test_thousands_of_areas_over_everything_take_no_longer(self) -> None:
        """Made to be costly: each area lies over all rows and all columns."""
        area = '<mergeCell ref="A{}:XFD100000"/>'
        areas = "".join(area.format(2 + n % 90) for n in range(5_000))
        rows = "".join(row(n, '<c r="A{0}"><v>{0}</v></c>') for n in range(2, 202))
        file = sheet(rows)
        out = io.BytesIO()
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                end = f"</sheetData><mergeCells>{areas}</mergeCells>".encode()
                new.writestr(name, old.read(name).replace(b"</sheetData>", end))
        found = cells(SimpleUploadedFile("a.xlsx", out.getvalue()))
        assert (len(found), found[0]) == (200, {"slug": MERGED, "title_en": MERGED, "level": MERGED})

    def test_more_areas_than_anybody_makes_are_damage(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("policies.exchange.reading_xlsx.MAX_AREAS", 1)
        assert "damaged" in refused(workbook(self.ROWS, merged=["A2:A3", "B2:B3"]))


class TestCellsOfWorkbooks:
    @pytest.mark.parametrize(
        ("cell", "read"),
        [
            (310109, 310109),
            ("000", "000"),
            (2.5, 2.5),
            (True, True),
            (datetime(2026, 3, 1), datetime(2026, 3, 1)),
            ("'=1", "=1"),
            ("'tis", "'tis"),
            (" x ", " x "),
            ("=1+1", Trouble.FORMULA),
            ('=HYPERLINK("http://example.org","x")', Trouble.FORMULA),
            ("#DIV/0!", Trouble.ERROR),
            ("#N/A", Trouble.ERROR),
        ],
    )
    def test_are_read_as_they_are_and_nothing_is_worked_out(self, cell: Any, read: Any) -> None:
        assert cells(workbook([HEAD, ["one", cell, ""]]))[0]["title_en"] == read

    @pytest.mark.parametrize("empty", [None, "", " ", "\u3000", "\n"])
    def test_a_row_of_nothing_is_no_row(self, empty: Any) -> None:
        rows: list[list[Any]] = [HEAD, [empty] * 3, ["one", None, None], [empty, empty, None]]
        for file in (workbook(rows), text(rows)):
            assert [line.number for line in open_file(file).lines] == [3]

    def test_dates_are_of_the_workbooks_own_calendar(self) -> None:
        book = load_workbook(workbook([["slug", "issued_on"], ["one", datetime(2026, 3, 1)]]))
        book.epoch = datetime(1904, 1, 1)
        out = io.BytesIO()
        book.save(out)
        assert cells(SimpleUploadedFile("a.xlsx", out.getvalue()))[0]["issued_on"] == datetime(2026, 3, 1)

    def test_a_column_far_to_the_right_is_none(self) -> None:
        book = Workbook()
        book.active.append(["slug"])
        book.active.cell(1, MAX_COLUMNS + 1, "title_en")
        book.active.append(["one"])
        book.active.cell(2, MAX_COLUMNS + 1, "One")
        out = io.BytesIO()
        book.save(out)
        assert cells(SimpleUploadedFile("a.xlsx", out.getvalue())) == [{"slug": "one"}]

    def test_the_sheet_that_is_read_is_named_and_so_are_the_others(self) -> None:
        book = Workbook()
        for title in ("说明", "=1+1", "100%"):
            book.create_sheet(title).append(HEAD if title != "说明" else ["read me"])
        book["=1+1"].append(["one"])
        book["100%"].append(["never"])
        out = io.BytesIO()
        book.save(out)
        about = open_file(SimpleUploadedFile("a.xlsx", out.getvalue())).table.about
        assert (about["sheet"], about["others"]) == ("=1+1", ["Sheet", "说明", "100%"])


class TestTexts:
    @pytest.mark.parametrize(
        ("content", "read"),
        [
            ("slug,title_en\none,One", [("one", "One")]),  # no end of line at the end
            ("slug,title_en\r\none,One\r\n", [("one", "One")]),
            ("slug,title_en\rone,One\r", [("one", "One")]),
            ('slug,title_en\none,"a ""b"", c"\n', [("one", 'a "b", c')]),
            ('slug,title_en\none,"two\nlines"\ntwo,x\n', [("one", "two\nlines"), ("two", "x")]),
            ("sep=;\nslug;title_en\none;a,b\n", [("one", "a,b")]),  # as one spreadsheet writes for itself
            ("slug,title_en\none\n", [("one", "")]),  # a short row
            ("slug,title_en,,\none,One,,\n", [("one", "One")]),
            ("slug,title_en\none,One,, \n", [("one", "One")]),  # empty cells beyond the headings
            ("slug\ttitle_en\none\ta, b; c\n", [("one", "a, b; c")]),
            ("slug|title_en\none|a,b\n", [("one", "a,b")]),
            ("\ufeffslug,title_en\none,One\n", [("one", "One")]),
            ("slug,title_en\none,'=1\n", [("one", "=1")]),
            ("slug,title_en\n007,000\n", [("007", "000")]),
            ('slug,title_en\none,"=1+1"\n', [("one", Trouble.FORMULA)]),
            ('slug,title_en\none,"=""0012"""\n', [("one", Trouble.FORMULA)]),
        ],
    )
    def test_of_other_programs(self, content: str, read: list[tuple[Any, Any]]) -> None:
        assert [(each["slug"], each["title_en"]) for each in cells(plain(content))] == read

    @pytest.mark.parametrize(
        ("content", "number"),
        [
            ("slug,title_en,level\none,Rent, and more,park\n", 2),  # somebody forgot the quotation marks
            ("slug\none\n\ntwo,x\n", 4),
            ("清单,,\nslug,level\none,park,x\n", 3),
        ],
    )
    def test_a_row_with_more_cells_than_headings_is_said_and_never_shifted(self, content: str, number: int) -> None:
        assert refused(plain(content)).startswith(f"Row {number} has more cells than there are headings")

    @pytest.mark.parametrize("separator", SEPARATORS)
    def test_other_separators_inside_do_not_mislead(self, separator: str) -> None:
        rows = [["slug", "title_en"], *([f"s{n}", ";".join("a,b|c\td")] for n in range(3))]
        assert [each["title_en"] for each in cells(text(rows, separator=separator))] == [rows[1][1]] * 3

    @pytest.mark.parametrize(
        ("data", "encoding"),
        [
            ("政策".encode(), "UTF-8"),
            ("政策".encode("utf-8-sig"), "UTF-8"),
            ("政策".encode("gbk"), "GB18030"),
            ("政策𠮷".encode("gb18030"), "GB18030"),
            ("政策 of the district".encode("utf-16"), "UTF-16"),
            ("of the district 政策".encode("utf-16-le"), "UTF-16-LE"),
            ("of the district 政策".encode("utf-16-be"), "UTF-16-BE"),
            (b"", "UTF-8"),
            (b"plain", "UTF-8"),
        ],
    )
    def test_the_encoding_is_found(self, data: bytes, encoding: str) -> None:
        content, found = decoded(data)
        assert found == encoding
        assert "�" not in content

    @pytest.mark.parametrize("data", [b"\xff", b"a\xff\xff", b"\xff\xfea", "é".encode("latin-1")])
    def test_no_encoding_is_guessed_where_none_fits(self, data: bytes) -> None:
        with pytest.raises(Refused, match="save it as UTF-8"):
            decoded(data)

    @pytest.mark.parametrize(("above", "read"), [(SEARCHED - 1, True), (SEARCHED, False)])
    def test_headings_are_looked_for_in_the_first_rows(self, above: int, read: bool) -> None:
        content = "x\n" * above + "slug,title_en\none,One\n"
        assert cells(plain(content)) if read else "No row of headings" in refused(plain(content))


class TestRecords:
    @pytest.mark.parametrize(
        "record",
        [
            {"slug": "a", "id": "b"},
            {"title_zh": "甲", "title_zh_hans": "甲"},
            {"slug": "a", "contact": "x", "contact_en": "y"},
            {"slug": "a", "window_opens": None, "apply_window": None},
            {"slug": "a", "criteria": [], "eligibility": []},
            {"slug": "a", "SLUG ": "a"},
        ],
    )
    def test_a_field_by_two_names_is_said_as_for_headings(self, record: dict[str, Any]) -> None:
        said = refused(records({"slug": "first"}, record))
        assert said.startswith("Record 2 has the field “")
        assert said.endswith("” twice, by two names.")

    def test_unknown_names_are_kept_once_as_they_can_be_stored(self) -> None:
        data = b'[{"slug": "a", "a\\u0000": 1, "\\ud83d": 2, "x": 3}, {"slug": "b", "x": 4, "a": 5}]'
        assert open_file(plain(data, "a.json")).table.unknown == ["a�", "�", "x", "a"]

    def test_unknown_names_have_an_end(self) -> None:
        record = {"slug": "a", **{f"field {n}": n for n in range(MAX_COLUMNS + 50)}}
        assert len(open_file(records(record)).table.unknown) == MAX_COLUMNS

    @pytest.mark.parametrize(
        ("window", "opens", "closes"),
        [
            ({"opens": "2026-01-01", "closes": "2026-02-01"}, "2026-01-01", "2026-02-01"),
            ({"closes": "2026-02-01", "else": 1}, None, "2026-02-01"),
            ({}, None, None),
            (None, None, None),
        ],
    )
    def test_a_window_is_two_columns(self, window: Any, opens: str | None, closes: str | None) -> None:
        [found] = cells(records({"id": "a", "apply_window": window}))
        assert found == {"slug": "a", "window_opens": opens, "window_closes": closes}

    @pytest.mark.parametrize("odd", ["soon", 5, [], ["2026-01-01"], True])
    def test_a_window_of_another_shape_is_named_as_unknown(self, odd: Any) -> None:
        opened = open_file(records({"id": "a", "apply_window": odd, "contact": [odd]}))
        assert (opened.lines[0].cells, opened.table.unknown) == ({"slug": "a"}, ["apply_window", "contact"])

    @pytest.mark.parametrize("data", ["1", '"x"', "null", "{}", '{"policies": {}}', '[{"slug": "a"}, null]', "[[]]"])
    def test_anything_but_a_list_of_objects_is_refused(self, data: str) -> None:
        file = plain(data, "a.json")
        said = refused(file)
        assert "must be a list of policies" in said or "it is a text (csv)" in said

    @pytest.mark.parametrize("data", ["[]", '{"policies": []}'])
    def test_an_empty_list_holds_no_row(self, data: str) -> None:
        assert "holds no row" in refused(plain(data, "a.json"))

    @pytest.mark.parametrize("number", ["NaN", "-Infinity", "9" * 5_000])
    def test_numbers_that_are_none(self, number: str) -> None:
        assert "no JSON that can be read" in refused(plain(f'[{{"slug": {number}}}]', "a.json"))

    def test_the_place_of_a_mistake_is_named(self) -> None:
        assert "line 3" in refused(plain('[\n {"slug": "a"},\n {"slug" "b"}\n]', "a.json"))

    def test_a_list_in_an_object_is_read_as_the_list(self) -> None:
        listed = json.dumps({"generated": "2026-01-01", "policies": [{"id": "a"}]})
        assert cells(plain(listed, "a.json")) == [{"slug": "a"}]


@pytest.mark.parametrize(
    ("name", "data", "taken"),
    [
        ("A.CSV", b"slug\na", True),
        ("a.txt", b"slug\na", True),
        ("a.b.csv", b"slug\na", True),
        ("C:\\files\\a.csv", b"slug\na", True),
        ("政策.csv", b"slug\na", True),
        ("a\u202ecsv.exe", b"slug\na", False),
        ("a", b"slug\na", False),
        ("a.xls", b"slug\na", False),
        ("a.json", b"slug\na", False),
        ("a.csv", b"\x89PNG\r\n", False),
        ("a.csv", b"\xff\xd8\xff\xe0", False),
        ("a.xlsm", BOOK, False),
    ],
)
def test_the_name_agrees_with_what_the_file_is(name: str, data: bytes, taken: bool) -> None:
    file = SimpleUploadedFile("x", data)
    file.__dict__["_name"] = name  # past what a browser's upload tidies
    if taken:
        assert open_file(file).lines
    else:
        assert "." in refused(file)
