"""What people and their spreadsheets do to values: commas, brackets, wide signs, texts that became numbers."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from policies.enums import Category, Level
from policies.exchange.cleaning import Absent, Cleaner, Trouble, Wrong, as_text, guarded, unguarded
from policies.exchange.columns import DEPARTMENT, EXCHANGED, LISTS, STRUCTURED, code_of, column_named, is_date, is_text
from policies.exchange.recognising import spelt
from policies.exchange.tables import columns_of, headed, shown_name
from portal.core import bilingual
from tests.factories.publishing import CONTENT

CLEAN = Cleaner([]).clean
TEXTS = [column for column in EXCHANGED if is_text(column) or column == "slug"]


def said(column: str, raw: Any) -> str:
    """Why a cell is refused; "" when it is taken."""
    try:
        CLEAN(column, raw)
    except Wrong as wrong:
        return str(wrong)
    return ""


class TestAmounts:
    @pytest.mark.parametrize(
        ("typed", "amount"),
        [
            ("1,000", 1_000),
            ("1,000,000元", 1_000_000),
            ("20,0000", 200_000),  # by fours, as one counts in Chinese
            ("1,0000,0000元", 100_000_000),
            ("２００，０００", 200_000),
            ("RMB 3,500", 3_500),
            ("¥3,500", 3_500),
            ("1,234.00", 1_234),
            ("0.5万元", 5_000),
            ("1.5 亿", 150_000_000),
            (" 20 万 元 ", 200_000),
            ("000200", 200),
            (5e5, 500_000),
        ],
    )
    def test_are_read_in_both_habits(self, typed: Any, amount: int) -> None:
        assert CLEAN("max_amount_cny", typed) == amount

    @pytest.mark.parametrize(
        "typed",
        ["1,5", "1,5万元", "1，5万", ",5", "1,,000", "1,00", "1,00000", "200,", "1.500.000", "1 500,00", "1,000,5"],
    )
    def test_a_comma_that_may_be_a_decimal_one_is_never_dropped(self, typed: str) -> None:
        assert "no whole amount of yuan" in said("max_amount_cny", typed)

    @pytest.mark.parametrize(
        "typed", ["USD 200", "200元/人", "20-30万元", "约20万元", "二十万元", "20萬", "∞", "+5", "5e3"]
    )
    def test_what_says_more_than_a_number_is_refused(self, typed: str) -> None:
        assert f"“{typed}” is no whole amount" in said("max_amount_cny", typed)

    @pytest.mark.parametrize("cell", [datetime(2026, 1, 1), date(2026, 1, 1), time(9), timedelta(1), [], [5], {"a": 5}])
    def test_other_cells_are_no_amount(self, cell: Any) -> None:
        assert cell == [] or said("max_amount_cny", cell)
        assert cell != [] or CLEAN("max_amount_cny", cell) is None


class TestDates:
    @pytest.mark.parametrize(
        "typed",
        [
            "2024-02-29",
            "2024/2/29",
            "2024.2.29",
            "2024年2月29日",
            "2024年2月29",
            "2024 - 02 - 29",
            "２０２４．２．２９",
        ],
    )
    def test_a_leap_day(self, typed: str) -> None:
        assert CLEAN("window_opens", typed) == "2024-02-29"

    @pytest.mark.parametrize(
        "typed",
        [
            *("2023-02-29", "2100年2月29日", "2026-00-01", "2026-1-0", "2026-04-31", "2026年13月1日"),
            *("20260301", "2026-03", "March 1, 2026", "29/02/2024", "02/29/2024", "24-02-29", "2024-2/29", "2024年"),
            *("二〇二六年三月一日", "即日起", "2026-03-01至2026-05-01", "10000-01-01", "-2026-01-01"),
        ],
    )
    def test_what_is_no_day_or_may_be_two_is_refused_as_it_was_typed(self, typed: str) -> None:
        assert said("window_opens", typed).startswith(f"“{typed[:30]}” is not a date")

    @pytest.mark.parametrize("cell", [time(9), timedelta(days=3), 0, 45_000.5, False, {"year": 2026}, ["2026-01-01"]])
    def test_cells_without_a_day_are_refused(self, cell: Any) -> None:
        assert said("issued_on", cell)

    def test_the_time_of_a_day_is_no_matter(self) -> None:
        assert CLEAN("issued_on", datetime(2026, 12, 31, 23, 59, 59)) == "2026-12-31"


class TestWhatSpreadsheetsMakeOfTexts:
    @pytest.mark.parametrize(("cell", "text"), [(310109, "310109"), (310109.0, "310109"), (0, "0"), (2026, "2026")])
    def test_a_number_is_the_text_that_was_typed(self, cell: Any, text: str) -> None:
        assert [CLEAN(column, cell) for column in ("slug", "document_number", "title_en")] == [text] * 3
        assert CLEAN("excludes", cell) == [text]

    def test_zeros_in_front_are_kept_where_the_file_has_them(self) -> None:
        assert CLEAN("document_number", "000") == "000"
        assert CLEAN("slug", "007") == "007"

    @pytest.mark.parametrize("cell", [datetime(2023, 5, 1), date(2023, 5, 1), time(20, 23), timedelta(hours=26)])
    def test_a_text_that_became_a_date_is_refused_rather_than_kept_as_another(self, cell: Any) -> None:
        """Typed 2023-5 as a number of a document, or 26:00 as hours of opening."""
        assert {said(column, cell) for column in TEXTS} == {
            "is a date or time to the spreadsheet; format the cell as text and type it again"
        }

    @pytest.mark.parametrize("cell", [1e15, 9.1310109123456e17, -1e20, float("inf")])
    def test_a_number_whose_end_is_lost_is_refused(self, cell: float) -> None:
        assert "too long a number" in said("document_number", cell)
        assert "too long a number" in said("contact_en", cell)

    def test_a_long_number_of_a_json_file_is_whole(self) -> None:
        assert CLEAN("document_number", 913101091234567890) == "913101091234567890"

    @pytest.mark.parametrize(("cell", "column"), [(True, "level"), (1, "category"), (datetime(2026, 1, 1), "mode")])
    def test_other_cells_are_no_choice(self, cell: Any, column: str) -> None:
        assert "is none of these" in said(column, cell)


class TestGuarding:
    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r="])
    @pytest.mark.parametrize("rest", ["1+1", "cmd|'/c calc'!A0", 'HYPERLINK("http://example.org")', ""])
    def test_no_sign_that_begins_a_formula_stands_first(self, sign: str, rest: str) -> None:
        """Spreadsheets in Chinese take the wide signs for formulas as well."""
        assert guarded(sign + rest) == f"'{sign}{rest}"
        assert unguarded(guarded(sign + rest)) == sign + rest
        assert guarded(guarded(sign + rest)) == f"''{sign}{rest}"
        assert unguarded(unguarded(guarded(guarded(sign + rest)))) == sign + rest

    @pytest.mark.parametrize("text", ["'", "''", "'tis", "a=1", "（=1）", "'政策'", "—1", "−1", "’=1"])
    def test_other_texts_are_left_alone(self, text: str) -> None:
        assert guarded(text) == unguarded(text) == text


class TestCharacters:
    @pytest.mark.parametrize("column", TEXTS)
    def test_nothing_unstorable_passes_in_any_text(self, column: str) -> None:
        for bad in ("a\x00b", "\ud800", "\udfff", "\ud83d", ["a", "b\x00"], {"\x00": 1}, [{"a": ["\ud83d"]}]):
            assert "NUL or half an emoji" in said(column, bad)

    @pytest.mark.parametrize(
        ("raw", "one", "many"),
        [
            ("a\u2028b", "a b", "a\u2028b"),
            ("a\x85b", "a b", "a\x85b"),
            ("a\x0bb\x0cc", "abc", "abc"),
            ("\ufeffa", "\ufeffa", "\ufeffa"),
            ("a\ufffeb\uffff", "ab", "ab"),
            ("\u3000全　角\u3000", "全 角", "全　角"),
            ("👩‍👩‍👧 family", "👩‍👩‍👧 family", "👩‍👩‍👧 family"),
            ("𠮷野家", "𠮷野家", "𠮷野家"),
        ],
    )
    def test_of_other_scripts_and_of_none(self, raw: str, one: str, many: str) -> None:
        assert (as_text(raw), as_text(raw, lines=True)) == (one, many)

    def test_length_is_counted_after_tidying(self) -> None:
        assert CLEAN("title_en", " " * 500 + "x" + "\x07" * 500) == "x"
        assert len(CLEAN("title_en", "x \n  " * 150)) == 299
        assert said("title_en", "x \n  " * 151) == "is longer than 300 characters"


class TestShortNames:
    @pytest.mark.parametrize("typed", ["Check-Up", "CHECK-UP", " check-up "])
    def test_a_page_of_the_portal_is_none_however_it_is_written(self, typed: str) -> None:
        assert said("slug", typed) == "is a page of the portal itself"

    @pytest.mark.parametrize(("typed", "slug"), [("New-One", "new-one"), ("A_b-3", "a_b-3"), (" x ", "x")])
    def test_are_in_small_letters(self, typed: str, slug: str) -> None:
        assert CLEAN("slug", typed) == slug

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("Rent-Relief", "rent-relief", True),
            ("沪府规〔2023〕5号", "沪府规[2023]5号", True),
            ("沪府规〔2023〕5号", "沪府规（2023）5号", True),
            ("沪府规【2023】5号", "沪府规［2023］5号", True),
            ("沪府规〔2023〕5号", "沪府规〔2023〕15号", False),
            ("沪府规〔2023〕5号", "沪府规20235号", False),
        ],
    )
    def test_and_numbers_are_the_same_in_any_spelling(self, one: str, other: str, same: bool) -> None:
        assert (spelt(one) == spelt(other)) == same


class TestDepartments:
    CLEAN = Cleaner(
        [
            (1, "commerce", "商务委", "Commerce"),
            (2, "talent", "人才局", "Commerce Office"),
            (3, "twin-a", "同名", "talent"),  # called as another one is coded
            (4, "twin-b", "同名", ""),
        ]
    ).clean

    @pytest.mark.parametrize(
        ("typed", "pk"),
        [
            *(("commerce", 1), ("COMMERCE", 1), ("商务委", 1), (" 商 务 委 ", 1), ("Ｃｏｍｍｅｒｃｅ", 1)),
            *(("commerce office", 2), ("talent", 2), ("Talent", 2), ("twin-a", 3), ("", None), (None, None)),
        ],
    )
    def test_a_code_comes_before_a_name(self, typed: Any, pk: int | None) -> None:
        assert TestDepartments.CLEAN(DEPARTMENT, typed) == pk

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("同名", "several departments are called “同名”: give the code of one"),
            ("Comm", "no department is called “Comm”"),
            (7, "no department is called “7”"),
            (datetime(2026, 1, 1), "no department is called “2026-01-01”"),
            ("x" * 500, f"no department is called “{'x' * 50}”"),
            (Trouble.MERGED, "is merged with cells of other columns; separate them"),
        ],
    )
    def test_what_is_none_or_several_is_said(self, typed: Any, words: str) -> None:
        with pytest.raises(Wrong) as wrong:
            TestDepartments.CLEAN(DEPARTMENT, typed)
        assert str(wrong.value) == words

    def test_that_have_no_name_are_not_called_nothing(self) -> None:
        assert Cleaner([(1, "a", "", ""), (2, "b", None, None)]).clean(DEPARTMENT, "b") == 2


class TestLists:
    @pytest.mark.parametrize(
        ("raw", "items"),
        [
            ("a,b;c、d；e，f g\th\ni", list("abcdefghi")),
            (",,;a;;", ["a"]),
            (["a", "a", " a"], ["a"]),
            ("B b", ["B", "b"]),  # short names of policies are compared as they are stored
            ([], []),
            (["", " "], []),
        ],
    )
    def test_are_divided_by_whatever_divides(self, raw: Any, items: list[str]) -> None:
        assert CLEAN("excludes", raw) == items

    @pytest.mark.parametrize("raw", [["a b"], ["a,b"], "a/b", "../x", "a?b", ["a", None], [["a"]], {"a": 1}])
    def test_of_anything_but_short_names_are_refused(self, raw: Any) -> None:
        assert said("excludes", raw)

    @pytest.mark.parametrize("name", ["title_zh_hans", "标题（中文）", "title_zh", "TITLE_EN", "issuing_body_en"])
    def test_of_columns_take_any_of_their_names(self, name: str) -> None:
        assert CLEAN("translated", name) == [column_named(name)]
        assert CLEAN("translated", [name, name]) == [column_named(name)]

    @pytest.mark.parametrize("name", ["slug", "document_number", "source_url", "price", "title", "translated"])
    def test_of_columns_hold_texts_of_a_language_only(self, name: str) -> None:
        assert f"“{name}” is no column of text" in said("translated", name)


class TestStructures:
    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
    def test_numbers_that_are_none_are_refused_in_conditions_and_terms(self, number: str) -> None:
        assert said("criteria", f'[{{"field": "employees", "op": "gte", "value": {number}}}]')
        assert said("terms", f'[{{"kind": "fixed", "amount": {number}}}]')

    def test_groups_however_deep_are_refused_and_break_nothing(self) -> None:
        deep: Any = CONTENT["criteria"]
        for _level in range(2_000):
            deep = [{"any": [*deep, *CONTENT["criteria"]]}]
        assert "condition 1" in said("criteria", deep)

    @pytest.mark.parametrize("column", STRUCTURED)
    def test_white_space_around_is_none_of_it(self, column: str) -> None:
        assert CLEAN(column, " \n [] \t") == CLEAN(column, " \u3000 ") == []


class TestHeadings:
    @pytest.mark.parametrize("column", EXCHANGED)
    def test_every_spelling_of_a_code_means_its_column(self, column: str) -> None:
        code = code_of(column)
        for typed in (code.upper(), f" {code}\n", f"*{code}", f"{code}：", code.translate({95: 0xFF3F})):
            assert column_named(typed) == column, typed

    @pytest.mark.parametrize(
        "typed", ["slug2", "标题", "title_zh_hant", "titleen", "ｓｌｕｇ１", "**", ":", " ", "\x00", "=slug"]
    )
    def test_what_only_looks_like_one_means_none(self, typed: str) -> None:
        assert column_named(typed) is None

    @pytest.mark.parametrize(
        ("heading", "shown"),
        [("a\x00b", "a�b"), ("\ud83dx", "�x"), ("\x00", "�"), (" 备注 ", "备注"), ("字" * 99, "字" * 60), (7.5, "7.5")],
    )
    def test_unknown_ones_are_kept_as_they_can_be_stored(self, heading: Any, shown: str) -> None:
        assert shown_name(heading) == shown
        assert headed("csv", ["slug", heading], 1).unknown == [f"{shown} (B)"]

    def test_values_below_do_not_pass_for_headings(self) -> None:
        assert columns_of(["slug", None, 3.5, datetime(2026, 1, 1), True, ["slug"]]) == {0: "slug"}


class TestChoices:
    @pytest.mark.parametrize("choices", [Level, Category])
    def test_are_understood_in_both_languages_whatever_the_page_speaks(self, choices: Any) -> None:
        column = choices.__name__.lower()
        for read_in in bilingual.LANGUAGES:
            for written_in in bilingual.LANGUAGES:
                with bilingual.speaking(written_in):
                    words = [f" {str(label).upper()} " for label in choices.labels]
                with bilingual.speaking(read_in):
                    assert [CLEAN(column, word) for word in words] == choices.values

    @pytest.mark.parametrize(
        ("column", "empty"), [("category", ""), ("mode", ""), ("level", None), ("confidence", None)]
    )
    def test_an_empty_one_empties_unless_there_is_no_policy_without(self, column: str, empty: str | None) -> None:
        nothing: list[Any] = ["", " ", None, [], "\u3000"]
        for raw in nothing:
            if empty is None:
                with pytest.raises(Absent):
                    CLEAN(column, raw)
            else:
                assert CLEAN(column, raw) == empty


def test_every_column_refuses_what_no_cell_can_be() -> None:
    """A record of a JSON file may hold anything anywhere."""
    odd: list[Any] = [{"a": 1}, [{"a": 1}], [[1]], [None]]
    for column in EXCHANGED:
        for raw in odd:
            assert said(column, raw), (column, raw)
        if not is_date(column) and column not in (*STRUCTURED, *LISTS):
            assert said(column, {}), column
