"""Cells of an extract as people write them: what is a fact, what is not, and what a heading may be called."""

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from enterprises import credit_code, districts
from enterprises.registry import columns
from enterprises.registry.columns import COLUMNS, PROBLEMS, Known, Wrong, facts_of, plain, recognised, written

CODE = credit_code.make(3)
KNOWN = Known(
    industries=frozenset({"I", "I65", "C", "C26"}),
    subdistricts={"310109014": "310109014", "虚构街道": "310109014", "fictional subdistrict": "310109014"},
    parks={"tower": "tower", "虚构大厦": "tower"},
    today=date(2026, 11, 23),
)


def read(field: str, cell: str, place: int = 0) -> Any:
    return [column for column in COLUMNS if column.field == field][place].read(cell, KNOWN)


@pytest.mark.parametrize(
    ("field", "cell", "fact"),
    [
        ("credit_code", f" {CODE[:8].lower()}-{CODE[8:]} ", CODE),
        ("industry_id", "I6513", "I65"),
        ("industry_id", "i65 软件", "I65"),
        ("industry_id", "C", "C"),
        ("founded_on", "2019-5-3", "2019-05-03"),
        ("founded_on", "2019/05/03", "2019-05-03"),
        ("founded_on", "2019年5月3日", "2019-05-03"),
        ("founded_on", "20190503", "2019-05-03"),
        ("founded_on", "2019-05-03 00:00:00", "2019-05-03"),
        ("founded_on", "2026-11-23", "2026-11-23"),
        ("ownership", "外商投资", "foreign"),
        ("ownership", "Joint", "joint"),
        ("ownership", "内资企业", "domestic"),
        ("employees", "1,200", 1200),
        ("employees", "0", 0),
        ("district", "虹口区", "310109"),
        ("district", "310101", "310101"),
        ("subdistrict_id", "虚构街道", "310109014"),
        ("subdistrict_id", "Fictional Subdistrict", "310109014"),
        ("park_id", "虚构大厦", "tower"),
    ],
)
def test_what_is_a_fact(field: str, cell: str, fact: Any) -> None:
    assert read(field, cell) == fact


@pytest.mark.parametrize(
    ("place", "cell", "cny"), [(0, "600.5", 6_005_000), (0, "0.01", 100), (1, "6005000", 6_005_000)]
)
def test_amounts_follow_the_unit_of_their_heading(place: int, cell: str, cny: int) -> None:
    assert read("annual_revenue_cny", cell, place) == cny


@pytest.mark.parametrize(
    ("field", "cell", "problem"),
    [
        ("credit_code", "91310109", "code"),
        ("industry_id", "软件业", "industry"),
        ("industry_id", "Q84", "industry"),
        ("founded_on", "1799-12-31", "date"),
        ("founded_on", "2026-11-24", "future"),
        ("founded_on", "2019-13-01", "date"),
        ("ownership", "集体", "ownership"),
        ("employees", "twelve", "number"),
        ("employees", "12.5", "number"),
        ("employees", "99999999", "number"),
        ("employees", "Infinity", "number"),
        ("assets_cny", "-3", "number"),
        ("district", "31010", "district"),
        ("district", "某区", "district"),
        ("subdistrict_id", "别处", "subdistrict"),
        ("park_id", "elsewhere", "park"),
        ("address_en", "x" * 201, "long"),
    ],
)
def test_what_is_none(field: str, cell: str, problem: str) -> None:
    with pytest.raises(Wrong, match=f"^{problem}$"):
        read(field, cell)
    assert problem in PROBLEMS


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  x\0 ", "x"),
        (12.0, "12"),
        (12.5, "12.5"),
        (7, "7"),
        (datetime(2019, 5, 3, 12, 30), "2019-05-03"),
        (date(2019, 5, 3), "2019-05-03"),
    ],
)
def test_cells_of_a_workbook_as_people_write_them(cell: Any, text: str) -> None:
    assert written(cell) == text


@pytest.mark.parametrize(
    "heading", ["统一社会信用代码", " 统一社会信用代码 * ", "统一社会信用代码：", "Unified Social Credit Code"]
)
def test_headings_are_known_however_they_are_written(heading: str) -> None:
    found, unknown = recognised([heading])
    assert [column.field for column in found.values()] == ["credit_code"]
    assert unknown == []


def test_brackets_of_either_width_name_the_same_unit() -> None:
    assert plain("营业收入（万元）") == plain("营业收入(万元)")


def test_a_column_that_stands_there_twice_counts_once() -> None:
    found, unknown = recognised(["企业名称", "名称", "", None, "备注", "营业收入(元)", "营业收入(万元)"])
    assert [column.field for column in found.values()] == ["name_zh_hans", "annual_revenue_cny"]
    assert unknown == ["名称", "备注", "营业收入(万元)"]


def test_a_short_row_has_empty_cells_at_its_end() -> None:
    found, _unknown = recognised(["统一社会信用代码", "企业名称", "从业人数"])
    assert facts_of([CODE, "虚构企业"], found, KNOWN) == ({"credit_code": CODE, "name_zh_hans": "虚构企业"}, [])
    facts, problems = facts_of([], found, KNOWN)
    assert facts == {}
    assert problems == [["credit_code", "missing"], ["name_zh_hans", "missing"]]


def test_every_problem_has_a_sentence_and_every_heading_one_column() -> None:
    assert all(str(words).endswith(".") for words in PROBLEMS.values())
    heads = [plain(head) for column in COLUMNS for head in column.heads]
    assert len(heads) == len(set(heads)) == len(columns._BY_HEAD)


@pytest.mark.parametrize("field", ["district", "operating_district", "tax_district"])
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *(("虹口", "310109"), ("上海市浦东新区", "310115"), ("浦东", "310115"), ("Pudong New Area", "310115")),
        *(("Jing'an District", "310106"), ("jing’an", "310106"), ("Jingan", "310106"), ("崇明区", "310151")),
        *(("320505", "320505"), ("HONGKOU DISTRICT", "310109")),
    ],
)
def test_districts_as_people_write_them(field: str, cell: str, code: str) -> None:
    assert read(field, cell) == code


@pytest.mark.parametrize("cell", ["某区", "31010", "3101099", "３１０１０９", "区", "新区"])
def test_what_is_no_district(cell: str) -> None:
    with pytest.raises(Wrong, match="district"):
        read("tax_district", cell)


def test_each_district_has_one_code_and_names_of_its_own() -> None:
    assert len(districts.NAMES) == 16
    assert set(districts.CODES.values()) == set(districts.NAMES)
    assert len({name for names in districts.NAMES.values() for name in names}) == 32


@pytest.mark.parametrize(("language", "name"), [("en", "Hongkou District"), ("zh-hans", "虹口区")])
def test_a_district_s_name_follows_the_language(language: str, name: str) -> None:
    with translation.override(language):
        assert districts.name_of("310109") == name
        assert districts.name_of("320505") == "320505"


def test_the_three_places_have_columns_of_their_own() -> None:
    heads = ["统一社会信用代码", "企业名称", "注册区", "街道", "经营区", "经营街道", "实际经营地址", "税务登记区"]
    cells = [CODE, "虚构企业", "虹口区", "虚构街道", "黄浦区", "Fictional Subdistrict", "虚构路2号", "310115"]
    found, unknown = recognised(heads)
    facts, problems = facts_of(cells, found, KNOWN)
    assert (unknown, problems) == ([], [])
    assert (facts["district"], facts["subdistrict_id"]) == ("310109", "310109014")
    assert (facts["operating_district"], facts["operating_subdistrict_id"]) == ("310101", "310109014")
    assert (facts["operating_address_zh_hans"], facts["tax_district"]) == ("虚构路2号", "310115")
