"""A cell is read the same whatever kind of file it stands in: by type of cell, and by column."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from policies.exchange.cleaning import (
    CHOICES,
    KEPT_WHEN_EMPTY,
    MAX_LISTED,
    Absent,
    Cleaner,
    Trouble,
    Wrong,
    as_text,
    guarded,
    unguarded,
)
from policies.exchange.columns import CODED, EXCHANGED, LIMITS, LISTS, LONGEST, STRUCTURED, is_date, is_text
from portal.core import bilingual
from tests.factories.publishing import CONTENT


@pytest.fixture
def clean() -> Any:
    return Cleaner([]).clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        ("", ""),
        ("  two   words ", "two words"),
        ("two\nlines", "two lines"),
        ("tab\tbed", "tab bed"),
        ("全角\u3000空格", "全角 空格"),
        (2026, "2026"),
        (2026.0, "2026"),
        (2.5, "2.5"),
        (1e20, "1e+20"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),
        (["one", "two"], "one two"),
        ([], ""),
        ("bell\x07 and \x7f", "bell and"),
        ("emoji 🎉 stays", "emoji 🎉 stays"),
    ],
)
def test_any_cell_as_one_line(raw: Any, text: str) -> None:
    assert as_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        (" \n\n one\n\n two \n", "one\n\n two"),
        (["one", "two"], "one\ntwo"),
        ("a\x00b", "a\x00b"),  # left for the check that names it
    ],
)
def test_long_texts_keep_their_lines(raw: Any, text: str) -> None:
    assert as_text(raw, lines=True) == text


@pytest.mark.parametrize("raw", [{"a": 1}, [1, 2], [["nested"]], [None]])
def test_what_is_no_text_is_refused(raw: Any) -> None:
    with pytest.raises(Wrong, match="must be text"):
        as_text(raw)


@pytest.mark.parametrize(
    ("plain", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+86 21", "'+86 21"),
        ("-5", "'-5"),
        ("@home", "'@home"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("''+1", "'''+1"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("5 - 3", "5 - 3"),
        ("'", "'"),
        ("", ""),
    ],
)
def test_an_apostrophe_keeps_a_text_from_being_a_formula(plain: str, kept: str) -> None:
    assert guarded(plain) == kept
    assert unguarded(kept) == plain


def test_every_column_can_be_empty_but_for_two_that_then_stay(clean: Any) -> None:
    for column in EXCHANGED:
        empty: Any = [] if column in (*STRUCTURED, *LISTS) else None
        if is_text(column) or column in (*CODED, "slug"):
            empty = ""
        for raw in (None, "", "  "):
            if column in KEPT_WHEN_EMPTY:
                with pytest.raises(Absent):
                    clean(column, raw)
            else:
                assert clean(column, raw) == empty, column


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (Trouble.FORMULA, "holds a formula"),
        (Trouble.ERROR, "error of the spreadsheet"),
        (Trouble.MERGED, "merged with cells"),
        ("a\x00b", "NUL"),
        pytest.param("\ud83d", "half an emoji", id="surrogate"),
    ],
)
def test_no_column_takes_a_formula_an_error_a_merged_cell_or_half_a_character(clean: Any, raw: Any, words: str) -> None:
    for column in EXCHANGED:
        with pytest.raises(Wrong, match=words):
            clean(column, raw)


def test_texts_are_as_long_as_their_column_and_no_longer(clean: Any) -> None:
    for column in EXCHANGED:
        if not is_text(column) or column == "source_url":
            continue
        limit = LIMITS.get(column, LONGEST)
        assert clean(column, "字" * limit) == "字" * limit
        with pytest.raises(Wrong, match=f"longer than {limit} characters"):
            clean(column, "字" * (limit + 1))


def test_every_date_is_read_in_either_habit(clean: Any) -> None:
    for column in filter(is_date, EXCHANGED):
        for raw in ("2026-03-01", "2026/3/1", "2026.03.01", "2026年3月1日", "2026年03月01号", " 2026 年 3 月 1 日 "):
            assert clean(column, raw) == "2026-03-01"
        for cell in (date(2026, 3, 1), datetime(2026, 3, 1), datetime(2026, 3, 1, 23, 59)):
            assert clean(column, cell) == "2026-03-01"


@pytest.mark.parametrize(
    "raw",
    [
        "2026-3",
        "2026-13-01",
        "2026-02-29",
        "2026年3月",
        "01.03.2026",
        "3/1/2026",
        "26-03-01",
        "2026-03-01 to 2026-04-01",
        "长期有效",
        "0000-01-01",
        46082,
        46082.5,
        True,
        ["2026-03-01"],
    ],
)
def test_what_is_no_date_is_refused_with_what_it_is(clean: Any, raw: Any) -> None:
    with pytest.raises(Wrong, match="is not a date such as 2026-01-31"):
        clean("issued_on", raw)


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("200000", 200_000),
        ("200,000", 200_000),
        ("20万", 200_000),
        ("20万元", 200_000),
        ("２０万元", 200_000),
        ("1.5亿元", 150_000_000),
        ("CNY 200,000", 200_000),
        ("0", 0),
        (0, 0),
        (200000.0, 200_000),
        (10**15, 10**15),
    ],
)
def test_amounts_as_people_write_them(clean: Any, raw: Any, amount: int) -> None:
    assert clean("max_amount_cny", raw) == amount


@pytest.mark.parametrize(
    "raw", ["最高20万元左右", "-1", "1.005", 0.5, "½", "1e3", "20%", "twenty", float("nan"), 10**15 + 1, "9" * 40]
)
def test_what_is_no_amount_is_refused(clean: Any, raw: Any) -> None:
    with pytest.raises(Wrong, match="no whole amount of yuan"):
        clean("max_amount_cny", raw)


@pytest.mark.parametrize("column", CODED)
def test_a_choice_that_is_none_is_refused_with_the_choices_in_the_readers_language(clean: Any, column: str) -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language), pytest.raises(Wrong) as wrong:
            clean(column, "nothing of the kind")
        with translation.override(language):
            assert all(str(label) in str(wrong.value) for label in CHOICES[column].labels)


def test_lists_with_any_separator(clean: Any) -> None:
    for raw in ("a,b", "a, b", "a，b", "a、b", "a；b", "a;b", "a\nb", " a  b ", ["a", " b "], "a,,b,a"):
        assert clean("excludes", raw) == ["a", "b"]


def test_lists_have_an_end_and_hold_short_names(clean: Any) -> None:
    assert len(clean("excludes", [f"p-{n}" for n in range(MAX_LISTED)])) == MAX_LISTED
    with pytest.raises(Wrong, match="letters, digits and hyphens"):
        clean("excludes", "一号")
    with pytest.raises(Wrong, match="page of the portal itself"):
        clean("excludes", "check-up")


@pytest.mark.parametrize("column", STRUCTURED)
@pytest.mark.parametrize("raw", ["{", "nonsense", "[1,", "[" * 50_000, "'single'"])
def test_structures_are_json_or_refused(clean: Any, column: str, raw: str) -> None:
    with pytest.raises(Wrong, match="is no JSON"):
        clean(column, raw)


@pytest.mark.parametrize("column", STRUCTURED)
@pytest.mark.parametrize("raw", ["1", "true", '"text"', '{"a": 1}', "[[]]", "[null]", 7, {"a": 1}])
def test_structures_of_another_shape_are_refused(clean: Any, column: str, raw: Any) -> None:
    with pytest.raises(Wrong):
        clean(column, raw)


def test_conditions_are_checked_as_everywhere_and_come_from_text_or_json(clean: Any) -> None:
    assert clean("criteria", CONTENT["criteria"]) == CONTENT["criteria"]
    assert clean("criteria", "[]") == clean("criteria", []) == []
    twice = [{"field": "employees", "op": "gte", "value": 10}, {"field": "employees", "op": "lte", "value": 5}]
    with pytest.raises(Wrong, match="condition 2"):
        clean("criteria", twice)
    with pytest.raises(Wrong, match="At most 50 conditions"):
        clean("criteria", [CONTENT["criteria"][0]] * 51)  # type: ignore[index]


@pytest.mark.parametrize("raw", ["http://example.org/a?b=c", "https://www.shhk.gov.cn/1.html"])
def test_addresses_are_of_the_web(clean: Any, raw: str) -> None:
    assert clean("source_url", raw) == raw


@pytest.mark.parametrize("raw", ["ftp://example.org", "javascript:alert(1)", "example.org", "https://", "https://a b"])
def test_other_addresses_are_refused(clean: Any, raw: str) -> None:
    with pytest.raises(Wrong, match="not an http or https address"):
        clean("source_url", raw)


@pytest.mark.parametrize("raw", ["two words", "ümlaut", "a/b", "a.b", "一号", "check-up", "x" * 101])
def test_short_names_are_addresses_of_their_own(clean: Any, raw: str) -> None:
    with pytest.raises(Wrong):
        clean("slug", raw)
    assert clean("slug", "New_Policy-2") == "new_policy-2"


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("issued_on", "2026-03-01", "2026-03-01"),
        ("issued_on", "2026/3/1", "2026-03-01"),
        ("issued_on", "2026.3.1", "2026-03-01"),
        ("issued_on", "2026年3月1日", "2026-03-01"),
        ("issued_on", "２０２６年３月１日", "2026-03-01"),
        ("issued_on", "", None),
        ("max_amount_cny", "20万元", 200_000),
        ("max_amount_cny", "CNY 1,500,000", 1_500_000),
        ("max_amount_cny", "1.5亿元", 150_000_000),
        ("max_amount_cny", 200000.0, 200_000),
        ("max_amount_cny", None, None),
        ("level", "District", "district"),
        ("level", "municipal", "municipal"),
        ("category", " ＦＩＮＡＮＣＥ ", "finance"),
        ("repeat_limit", "once a year", "yearly"),
        ("support_type", "", ""),
        ("title_en", " Two\n lines ", "Two lines"),
        ("title_en", 2026.0, "2026"),
        ("summary_en", "One\r\nTwo\x0b", "One\nTwo"),
        ("materials_en", ["One", "Two"], "One\nTwo"),
        ("excludes", "one, two；three\ntwo", ["one", "two", "three"]),
        ("translated", "title_en、标题（中文） summary_en", ["title_en", "title_zh_hans", "summary_en"]),
        ("criteria", json.dumps(CONTENT["criteria"]), CONTENT["criteria"]),
        ("criteria", "", []),
        ("terms", '[{"kind": "fixed", "amount": 200000}]', [{"kind": "fixed", "amount": 200000}]),
        ("slug", "Upper-Case", "upper-case"),
    ],
)
def test_cells_are_read_as_people_type_them(column: str, raw: Any, value: Any) -> None:
    assert Cleaner([]).clean(column, raw) == value


@pytest.mark.parametrize(
    ("column", "raw", "words"),
    [
        ("issued_on", "2026-02-30", "not a date"),
        ("issued_on", 46082, "“46082” is not a date"),
        ("issued_on", "2026-3/1", "not a date"),
        ("max_amount_cny", -1, "no whole amount"),
        ("max_amount_cny", "1e400", "no whole amount"),
        ("max_amount_cny", float("inf"), "no whole amount"),
        ("max_amount_cny", True, "no whole amount"),
        ("max_amount_cny", 10**16, "no whole amount"),
        ("level", "galactic", "“galactic” is none of these: National, Municipal"),
        ("slug", "two words", "letters, digits and hyphens"),
        ("slug", "compare-all-the-" + "x" * 100, "longer than 100"),
        ("source_url", "javascript:alert(1)", "http or https"),
        ("document_number", "x" * 101, "longer than 100"),
        pytest.param("summary_en", "x" * 10_000_000, "longer than 20000", id="10 MB"),
        ("title_en", "a\x00b", "NUL"),
        ("title_en", "half \ud83d", "half an emoji"),
        ("title_en", {"a": 1}, "must be text"),
        ("criteria", "[{", "no JSON"),
        ("criteria", '{"field": "employees"}', "list of conditions"),
        ("criteria", '[{"field": "industry_code", "op": "in", "value": ["Z99"]}]', "condition 1 (industry_code)"),
        ("criteria", '[{"field": "employees", "op": "gte", "value": 1, "clause_en": "\\u0000"}]', "NUL"),
        ("terms", '[{"kind": "lottery"}]', "rule 1"),
        ("excludes", [1], "list of words"),
        ("excludes", ",".join(f"p-{n}" for n in range(101)), "more than 100"),
        ("translated", "criteria", "no column of text"),
        ("department_id", "Nobody's", "no department"),
    ],
)
def test_cells_that_mean_nothing_are_refused_in_words(column: str, raw: Any, words: str) -> None:
    with pytest.raises(Wrong) as wrong:
        Cleaner([]).clean(column, raw)
    assert words in str(wrong.value)


def test_choices_are_read_in_words_of_both_languages() -> None:
    for language in bilingual.LANGUAGES:
        with translation.override(language):
            words = {column: [str(label) for label in CHOICES[column].labels] for column in CHOICES}
        read = {column: [Cleaner([]).clean(column, word) for word in said] for column, said in words.items()}
        assert read == {column: CHOICES[column].values for column in CHOICES}
