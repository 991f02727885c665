"""How officials type the values of criteria, and how they are shown again."""

from typing import Any

import pytest
from django.utils import translation

from policies.eligibility.criteria import validate
from policies.eligibility.vocabulary import (
    Vocabulary,
    condition_of,
    parse_number,
    sentences,
    shown_operator,
    shown_value,
)
from tests.factories.enterprises import IndustryFactory, ParkFactory, SubdistrictFactory, TitleFactory


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200000", 200_000),
        ("200,000", 200_000),
        ("20万", 200_000),
        ("２０万元", 200_000),
        ("1.5亿元", 150_000_000),
        ("CNY 200,000", 200_000),
        ("¥3,000", 3_000),
        ("人民币20万元", 200_000),
        ("3%", 0.03),
        ("3.5", 3.5),
        ("0", 0),
        ("", None),
        ("twenty", None),
        ("-5", None),
        ("1e9", None),
        ("20万0", None),
        ("9" * 40, None),
        ("🎉", None),
    ],
)
def test_numbers(text: str, value: Any) -> None:
    assert parse_number(text) == value


def make(field: str, word: str, text: str, stored: str = "", words: Vocabulary | None = None) -> dict[str, Any]:
    return condition_of(field, word, text, words or Vocabulary(), stored)


@pytest.mark.parametrize(
    ("field", "word", "text", "op", "value"),
    [
        ("employees", "gte", "1,000", "gte", 1000),
        ("annual_revenue_cny", "lte", "2亿元", "lte", 200_000_000),
        ("rd_expense_ratio", "gte", "3%", "gte", 0.03),
        ("listed", "eq", "否", "eq", False),
        ("listed", "eq", "Yes", "eq", True),
        ("district", "eq", "310109", "eq", "310109"),
        ("industry_code", "in", "I65、M73", "in", ["I65", "M73"]),
        ("industry_code", "eq", "I65, M73", "in", ["I65", "M73"]),
        ("titles", "eq", "high_tech", "contains", "high_tech"),
        ("titles", "in", "high_tech；little_giant", "any", ["high_tech", "little_giant"]),
        ("titles", "eq", "high_tech, little_giant", "any", ["high_tech", "little_giant"]),
    ],
)
def test_rows_become_conditions(field: str, word: str, text: str, op: str, value: Any) -> None:
    assert make(field, word, text) == {"field": field, "op": op, "value": value}
    assert validate([make(field, word, text)]) == []


@pytest.mark.parametrize(
    ("field", "word", "text"),
    [
        ("employees", "gte", "many"),
        ("employees", "in", "10"),
        ("listed", "eq", "perhaps"),
        ("district", "gte", "310109"),
        ("industry_code", "in", ",,"),
        ("rd_expense_ratio", "gte", "300%"),
        ("titles", "eq", "<script>"),
    ],
)
def test_nonsense_is_left_for_the_checker(field: str, word: str, text: str) -> None:
    assert len(validate([make(field, word, text)])) == 1


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "employees", "op": "gte", "value": 1000},
        {"field": "rd_expense_ratio", "op": "gte", "value": 0.035},
        {"field": "founded_years", "op": "lte", "value": 2.5},
        {"field": "listed", "op": "eq", "value": False},
        {"field": "size", "op": "any", "value": ["small", "micro"]},
        {"field": "size", "op": "in", "value": ["small", "micro"]},
        {"field": "titles", "op": "any", "value": ["a", "b"]},
        {"field": "titles", "op": "contains", "value": "a"},
        {"field": "annual_revenue_cny", "op": "lte", "value": 0},
        {"field": "rd_expense_ratio", "op": "gte", "value": 0},
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_shown_is_read_back_as_it_was(condition: dict[str, Any], language: str) -> None:
    with translation.override(language):
        shown = shown_value(condition)
    word = shown_operator(condition["op"])
    assert make(condition["field"], word, shown, stored=condition["op"]) == condition


def test_a_forged_stored_operator_is_not_believed() -> None:
    made = make("district", "eq", "310109", stored="contains")
    assert validate([made])
    assert make("district", "eq", "310109", stored="any")["op"] == "eq"


@pytest.mark.django_db
class TestNames:
    def test_names_of_either_language_are_understood(self, django_assert_num_queries: Any) -> None:
        TitleFactory()
        IndustryFactory()
        ParkFactory()
        SubdistrictFactory()
        with django_assert_num_queries(4):
            words = Vocabulary.load()
        typed = {
            "titles": ("高新技术企业", "HIGH-tech  enterprise", "high_tech_enterprise"),
            "industry_code": ("Software and Information Technology Services", "I65"),
            "park": ("虚构园区", "Fictional Park"),
            "subdistrict": ("嘉兴路街道", "310109014"),
            "district": ("Hongkou District", "310109"),
            "size": ("small",),
        }
        for field, texts in typed.items():
            codes = {words.code(field, text) for text in texts}
            assert len(codes) == 1, field
            assert validate([make(field, "eq", texts[0], words=words)]) == []
        assert words.code("park", " nowhere ") == "nowhere"
        assert ("high_tech_enterprise", "高新技术企业 · High-tech enterprise") in words.options

    def test_sentences_in_both_languages(self, django_assert_num_queries: Any) -> None:
        TitleFactory()
        criteria = [
            {"field": "titles", "op": "contains", "value": "high_tech_enterprise"},
            {"field": "employees", "op": "gte", "value": 10},
        ]
        with django_assert_num_queries(2):
            said = sentences(criteria)
        assert said["en"] == ["Holds the title: High-tech enterprise", "At least 10 employees"]
        assert "高新技术企业" in said["zh-hans"][0]
        assert sentences([]) == {"zh-hans": [], "en": []}
