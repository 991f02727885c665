"""The pure rules of what is stale and what is missing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.content import TEXT_COLUMNS, TEXTS
from policies.publishing.staleness import AGREED, agreed_after, missing_in, other_column, pairs, stale_after
from portal.core import bilingual

ZH, EN = "title_zh_hans", "title_en"


def content(zh: str = "", en: str = "", **more: Any) -> dict[str, Any]:
    return dict.fromkeys(TEXT_COLUMNS, "") | {ZH: zh, EN: en} | more


@pytest.mark.parametrize(
    ("before", "after", "stale", "expected"),
    [
        pytest.param(("甲", "A"), ("甲", "A"), [], [], id="nothing changed"),
        pytest.param(("甲", "A"), ("乙", "A"), [], [EN], id="Chinese changed"),
        pytest.param(("甲", "A"), ("甲", "B"), [], [ZH], id="English changed"),
        pytest.param(("甲", "A"), ("乙", "B"), [], [], id="both changed"),
        pytest.param(("甲", "A"), ("乙", "B"), [EN], [], id="both changed, one was stale"),
        pytest.param(("甲", ""), ("乙", ""), [], [], id="nothing there to be stale"),
        pytest.param(("甲", ""), ("甲", "A"), [], [], id="first translation"),
        pytest.param(("", "A"), ("甲", "A"), [], [], id="first Chinese"),
        pytest.param(("甲", "A"), ("丙", "A"), [EN], [EN], id="changed again before anybody caught up"),
        pytest.param(("乙", "A"), ("乙", "B"), [EN], [], id="the stale one caught up and flags nothing"),
        pytest.param(("乙", "A"), ("乙", "A"), [EN], [EN], id="stays stale without a change"),
        pytest.param(("甲", "A"), ("", "A"), [], [], id="taken out: missing, not stale"),
        pytest.param(("甲", "A"), ("甲", ""), [EN], [], id="an empty text is missing, not stale"),
        pytest.param(("甲", "A"), (" 甲\n", "A"), [], [], id="white space is no change"),
        pytest.param(("", ""), ("甲", "A"), [], [], id="both new"),
        pytest.param(("甲", "A"), ("甲", "A"), [ZH, EN], [ZH, EN], id="both stale stay so"),
    ],
)
def test_a_change_flags_the_other_language(
    before: tuple[str, str], after: tuple[str, str], stale: list[str], expected: list[str]
) -> None:
    assert stale_after(content(*before), content(*after), stale) == expected


def test_somebody_who_looked_can_say_that_it_is_still_correct() -> None:
    assert stale_after(content("乙", "A"), content("乙", "A"), [EN], confirmed=[EN]) == []
    assert stale_after(content("乙", "A"), content("乙", "A"), [EN], confirmed=[ZH]) == [EN]


def test_confirming_counts_for_the_text_it_was_sent_with() -> None:
    assert stale_after(content("甲", "A"), content("乙", "A"), [], confirmed=[EN]) == []


def test_each_field_stands_alone() -> None:
    before = content("甲", "A", summary_zh_hans="摘", summary_en="S", contact_zh_hans="电", contact_en="T")
    after = before | {"summary_zh_hans": "要", "contact_en": "U"}
    assert stale_after(before, after, [EN]) == [EN, "summary_en", "contact_zh_hans"]


def test_unknown_and_absent_columns_do_no_harm() -> None:
    assert stale_after({}, {}, ["nonsense", EN]) == []
    assert stale_after({EN: None}, {EN: None, ZH: None}, []) == []
    assert missing_in({ZH: None, EN: "A"}) == [ZH]


def test_what_it_last_agreed_with_is_kept_until_it_is_fresh_again() -> None:
    first = content("甲", "A")
    agreed = agreed_after(first, [EN])
    assert agreed == {EN: "甲"}
    second = content("乙", "A") | {AGREED: agreed}
    assert agreed_after(second, [EN]) == {EN: "甲"}, "the second change is shown against the first wording"
    assert agreed_after(second, []) == {}


def test_missing_is_what_only_the_other_language_has() -> None:
    assert missing_in(content("甲", "")) == [EN]
    assert missing_in(content("", "A")) == [ZH]
    assert missing_in(content("甲", "A")) == []
    assert missing_in(content()) == []
    assert missing_in(content("甲", "A", materials_en="Form")) == ["materials_zh_hans"]


def test_columns_come_in_pairs() -> None:
    assert len(list(pairs())) == 2 * len(TEXTS)
    for field in TEXTS:
        zh, en = bilingual.columns(field)
        assert (other_column(zh), other_column(en)) == (en, zh)


texts = st.dictionaries(st.sampled_from(TEXT_COLUMNS), st.sampled_from(["", "甲", "乙", "A", "B"]))
columns = st.lists(st.sampled_from(TEXT_COLUMNS), unique=True)


@given(texts, texts, columns, columns)
def test_whatever_is_edited(before: dict[str, str], after: dict[str, str], stale: list[str], seen: list[str]) -> None:
    result = stale_after(before, after, stale, seen)
    assert len(set(result)) == len(result)
    for column in result:
        assert after.get(column), "only a text that is there can be stale"
        assert column not in seen
        assert before.get(column, "") == after.get(column, ""), "what was rewritten is fresh"
    assert stale_after(after, after, result) == result, "saving again without a change changes nothing"
    assert set(agreed_after(before, result)) == set(result)
