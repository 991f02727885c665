"""What columns, choices and codes are called, in both languages."""

from typing import Any

import pytest
from django.utils.translation import override

from policies.content import COLUMNS, TEXT_COLUMNS
from policies.eligibility.fields import FIELDS
from policies.eligibility.naming import FIXED, TABLES, codes_in, codes_of, fact_words, names_of
from policies.labels import choice_label, column_label, field_label, listed
from policies.models import Policy
from policies.publishing.comparing import changed_fields
from policies.rules import gaps
from tests.factories.enterprises import IndustryFactory, ParkFactory, SubdistrictFactory, TitleFactory

LANGUAGES = ("en", "zh-hans")


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_a_policy_has_a_name_in_both_languages(column: str) -> None:
    names = []
    for language in LANGUAGES:
        with override(language):
            names.append(column_label(column))
    assert names[0].isascii()
    assert any("\u4e00" <= char <= "\u9fff" for char in names[1])
    assert names[0][:1].isupper()


def test_no_two_texts_are_called_the_same() -> None:
    assert len({column_label(column) for column in TEXT_COLUMNS}) == len(TEXT_COLUMNS)


def test_a_text_says_its_language_and_a_fact_needs_none() -> None:
    assert column_label("title_en") == "Title (English)"
    assert column_label("how_to_apply_zh_hans") == "How to apply (Chinese)"
    assert column_label("department_id") == field_label("department") == "Accepting department"


def test_eligibility_that_changed_is_not_called_a_gap() -> None:
    """A version's page names what it changed by the same labels that tell an editor what is missing."""
    before, after = {"criteria": [], "translated": []}, {"criteria": [1], "translated": ["title_en"]}
    assert changed_fields(before, after) == ["Which texts are translations for reference", "Eligibility"]
    one_sided = {"criteria": [{"field": "employees", "op": "gte", "value": 1, "clause_en": "Article 1"}]}
    assert "Eligibility (a clause in one language only)" in listed(gaps(one_sided))


def test_several_in_a_sentence() -> None:
    assert listed(["title_en", "level"]) == "Title (English), Level"
    assert listed([]) == ""
    with override("zh-hans"):
        assert "、" in listed(["title_en", "level"])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("level", "district", "District"), ("mode", "", "not stated"), ("category", "moon", "moon"), ("level", None, "")],
)
def test_choices_in_words_and_unknown_ones_as_they_are(field: str, value: Any, words: str) -> None:
    assert choice_label(field, value) == words


def test_a_policy_is_called_by_its_title_else_by_its_address() -> None:
    policy = Policy(slug="rent", title_zh_hans="房租补贴", title_en="")
    assert str(policy) == "房租补贴"
    assert str(Policy(slug="rent")) == "rent"


CRITERIA = [
    {"field": "industry_code", "op": "any", "value": ["I65", "Z99"]},
    {"field": "titles", "op": "contains", "value": "srdi"},
    {"field": "district", "op": "eq", "value": "310109"},
    {"field": "employees", "op": "gte", "value": 10},
]


def test_only_codes_need_names() -> None:
    assert codes_in(CRITERIA) == {
        ("industry_code", "I65"), ("industry_code", "Z99"), ("titles", "srdi"), ("district", "310109"),
    }  # fmt: skip
    facts = {"industry_code": "I65", "size": "", "titles": frozenset({"srdi"}), "employees": 5, "park": None}
    assert codes_of(facts) == {("industry_code", "I65"), ("titles", "srdi")}
    assert codes_of({}) == set()


def test_every_field_with_codes_knows_where_their_names_are() -> None:
    assert set(TABLES) | set(FIXED) <= set(FIELDS)


@pytest.mark.django_db
def test_names_are_read_at_once_in_the_language_of_the_page(django_assert_num_queries: Any) -> None:
    IndustryFactory(code="I65", name_en="Software", name_zh_hans="软件业")
    TitleFactory(code="srdi", name_en="", name_zh_hans="专精特新")
    ParkFactory(slug="harbour", name_en="Harbour Park", name_zh_hans="")
    SubdistrictFactory(code="310109014", name_en="Jiaxing Road", name_zh_hans="嘉兴路街道")
    wanted = codes_in(CRITERIA) | {("park", "harbour"), ("subdistrict", "310109014"), ("size", "micro")}
    with django_assert_num_queries(1):
        names = names_of(wanted)
    assert names["industry_code", "I65"] == "Software"
    assert names["titles", "srdi"] == "专精特新", "rather the other language than a code"
    assert ("industry_code", "Z99") not in names
    assert names["size", "micro"] == "micro"
    with override("zh-hans"):
        chinese = names_of(wanted)
    assert chinese["subdistrict", "310109014"] == "嘉兴路街道"
    assert chinese["park", "harbour"] == "Harbour Park"
    assert chinese["district", "310109"] == "虹口区"


@pytest.mark.django_db
def test_names_that_are_fixed_need_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert names_of({("district", "310109")}) == {("district", "310109"): "Hongkou District"}
        assert names_of(set()) == {}
        assert names_of({("district", "999999")}) == {("district", "999999"): "999999"}


@pytest.mark.parametrize(
    ("field", "fact", "words"),
    [
        ("employees", 1, "1 employee"),
        ("employees", 12_345, "12,345 employees"),
        ("employees", 0, "0 employees"),
        ("annual_revenue_cny", 12_000_000, "CNY 12,000,000"),
        ("rd_expense_ratio", 0.045, "4.5%"),
        ("founded_years", 1, "1 year"),
        ("founded_years", 0, "0 years"),
        ("listed", True, "Yes"),
        ("listed", False, "No"),
        ("titles", frozenset(), "none"),
        ("titles", frozenset({"b", "a"}), "Alpha, b"),
        ("industry_code", "I65", "I65"),
        ("industry_code", None, ""),
        ("size", "", ""),
    ],
)
def test_an_enterprises_own_facts_in_words(field: str, fact: Any, words: str) -> None:
    assert fact_words(field, fact, {("titles", "a"): "Alpha"}) == words
