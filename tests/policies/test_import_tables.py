"""Rows of headings: found, understood in any spelling, refused when they say the same twice."""

from typing import Any

import pytest
from django.utils import translation

from policies.content import COLUMNS
from policies.exchange.columns import (
    CODED,
    DEPARTMENT,
    EXCHANGED,
    IDENTIFYING,
    LISTS,
    STRUCTURED,
    code_of,
    column_named,
    heading_of,
    is_date,
    is_text,
)
from policies.exchange.reading import kind_of, kind_words
from policies.exchange.tables import SEARCHED, columns_of, headed, heading_row, letter, no_headings
from policies.exchange.writing import explanation_of
from portal.core import bilingual
from portal.core.access import Refused


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("slug", "slug"),
        ("SLUG", "slug"),
        (" Slug * ", "slug"),
        ("id", "slug"),
        ("Short name in the address", "slug"),
        ("short name in the address:", "slug"),
        ("ＳＬＵＧ", "slug"),
        ("标题（中文）", "title_zh_hans"),
        ("标题(中文)", "title_zh_hans"),
        ("标题 （中文）", "title_zh_hans"),
        ("title_zh", "title_zh_hans"),
        ("issuing_body_en", "issuer_en"),
        ("issuer_en", "issuer_en"),
        ("文号", "document_number"),
        ("Document number", "document_number"),
        ("eligibility", "criteria"),
        ("criteria", "criteria"),
        ("department", DEPARTMENT),
        ("department_id", DEPARTMENT),
        ("受理部门", DEPARTMENT),
        ("Accepting department", DEPARTMENT),
        ("title", None),
        ("attachments", None),
        ("备注", None),
        ("", None),
        (None, None),
        (2026, None),
        ("slug" * 100, None),
    ],
)
def test_a_heading_means_a_column_in_any_spelling(heading: Any, column: str | None) -> None:
    assert column_named(heading) == column


def test_no_two_columns_share_a_heading() -> None:
    for language in bilingual.LANGUAGES:
        with translation.override(language):
            headings = [heading_of(column) for column in EXCHANGED]
        assert len(set(headings)) == len(headings)
    assert len({code_of(column) for column in EXCHANGED}) == len(EXCHANGED)


def test_everything_a_revision_carries_travels_but_the_attachments() -> None:
    assert set(EXCHANGED) == {"slug", *COLUMNS} - {"attachments"}
    assert EXCHANGED[0] == "slug"
    assert set(IDENTIFYING) <= set(EXCHANGED)


def test_every_column_is_of_one_kind() -> None:
    for column in EXCHANGED:
        kinds = [
            column in CODED,
            column in STRUCTURED,
            column in LISTS,
            is_date(column),
            is_text(column),
            column in ("slug", "max_amount_cny", DEPARTMENT),
        ]
        assert kinds.count(True) == 1, column


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_every_column_is_explained_in_both_languages(language: str) -> None:
    with translation.override(language):
        said = {column: explanation_of(column) for column in EXCHANGED}
    assert all(said.values())
    assert said["issued_on"] == said["window_closes"]
    assert said["level"] == said["confidence"]
    assert len(set(said.values())) > 10
    if language == "zh-hans":
        assert "逗号" in said["excludes"]


def test_the_row_with_the_most_known_headings_wins() -> None:
    rows: list[list[Any]] = [
        ["政策清单", None, None],
        ["文号", "备注", None],
        ["slug", "标题（中文）", "level"],
        ["one", "一号", "district"],
        ["slug", "two", None],
    ]
    assert heading_row(rows) == 2
    assert columns_of(rows[2]) == {0: "slug", 1: "title_zh_hans", 2: "level"}
    assert columns_of(rows[0]) == {}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [[None, None]],
        [["level", "category", "support_type", "mode"]],
        [["name", "price"]],
        [*[["nothing"]] * SEARCHED, ["slug", "level"]],
    ],
)
def test_without_a_column_that_says_which_policy_there_is_no_row_of_headings(rows: list[list[Any]]) -> None:
    assert heading_row(rows) is None
    assert "Short name in the address, Document number, Title (Chinese)" in str(no_headings())


def test_a_table_knows_its_letters_and_what_nobody_knows() -> None:
    table = headed("csv", ["备注", "slug", None, " ", "价格" * 50, 7], 3)
    assert table.letters == {"slug": "B"}
    assert table.unknown == ["备注 (A)", f"{'价格' * 30} (E)", "7 (F)"]
    assert table.about == {"headings": 3}
    assert list(table.lines) == []


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (["slug", "slug"], ("A2", "B2")),
        (["slug", "x", "Short name in the address"], ("A2", "C2")),
        (["id", "地址简称"], ("A2", "B2")),
    ],
)
def test_a_column_that_is_there_twice_is_refused_with_both_cells(row: list[Any], cells: tuple[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        headed("csv", row, 2)
    assert f"in the cells {cells[0]} and {cells[1]}" in str(refused.value)
    assert "“Short name in the address”" in str(refused.value)


@pytest.mark.parametrize(
    ("place", "name"),
    [(0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_letters_of_columns(place: int, name: str) -> None:
    assert letter(place) == name


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04rest", "xlsx"),
        (b"[{}]", "json"),
        (b"  \r\n {", "json"),
        (b"\xef\xbb\xbf[", "json"),
        ("[".encode("utf-16"), "json"),
        ("\ufeff[".encode("utf-16-be"), "json"),
        (b"slug,title", "csv"),
        (b"\xef\xbb\xbfslug", "csv"),
        ("标题".encode("gb18030"), "csv"),
        (b"PK is no archive", "csv"),
    ],
)
def test_what_a_file_is_its_content_says(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind
    assert kind_words(kind)
