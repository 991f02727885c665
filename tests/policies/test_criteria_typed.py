"""Numbers, shares and clauses as they are typed or sent in files: what is not certain is told and never guessed."""

import time
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from policies.checkup.terms import validate as validate_terms
from policies.eligibility.check import validate
from policies.eligibility.criteria import compile_criteria, enough_in
from policies.eligibility.form_rows import as_sent, initial_rows
from policies.eligibility.forms import criteria_rows
from policies.eligibility.matching import match_facts, most_useful_field
from policies.eligibility.naming import fact_words
from policies.eligibility.vocabulary import Vocabulary, condition_of, parse_number, shown_value
from policies.publishing.money import MoneyField
from policies.publishing.side_by_side import criteria_of, facts_of
from portal.core.calendar import local_day
from tests.factories.policies import PolicyFactory

STAFF = {"field": "employees", "op": "gte", "value": 10}
LISTED = {"field": "listed", "op": "eq", "value": True}
RICH = {"field": "annual_revenue_cny", "op": "gte", "value": 1_000_000}
SMALL = {"field": "size", "op": "eq", "value": "small"}


class TestNumbers:
    @pytest.mark.parametrize(
        "text",
        ["1,5", "0,03", "1,5亿", "2,5%", "1,2,3", ",5", "5,", "1,,000", "1,00", "10 20", "1.5 000", "1.2.3", "1 , 5"],
    )
    def test_a_comma_in_the_wrong_place_is_not_read_as_thousands(self, text: str) -> None:
        assert parse_number(text) is None

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1,234,567.5", 1_234_567.5), ("200 000", 200_000), ("20,0000", 200_000), ("1，000 元", 1000), (".5", 0.5),
            ("２０．５ 万", 205_000), ("007", 7),
        ],
    )  # fmt: skip
    def test_thousands_are_divided_by_commas_or_spaces(self, text: str, value: float) -> None:
        assert parse_number(text) == value

    def test_megabytes_of_digits_take_no_time(self) -> None:
        begun = time.process_time()
        for text in ("1" * 200_000 + "x", "1,000" * 50_000 + "x", "1 " * 100_000):
            assert parse_number(text) is None
        assert time.process_time() - begun < 0.2

    @pytest.mark.parametrize("text", ["5000%", "100%", "200 ％"])
    def test_no_percentage_is_an_amount_or_a_head_count(self, text: str) -> None:
        with pytest.raises(forms.ValidationError, match="whole amount of yuan"):
            MoneyField().clean(text)
        for field in ("employees", "annual_revenue_cny"):
            assert "number" in validate([condition_of(field, "gte", text, Vocabulary())])[0].message

    @pytest.mark.parametrize("share", [1, 1.0, 0.1, 0.3, 0.035, 0, 0.0, 0.00001])
    def test_a_share_comes_back_as_it_was_typed(self, share: float) -> None:
        shown = shown_value({"field": "rd_expense_ratio", "op": "gte", "value": share})
        assert condition_of("rd_expense_ratio", "gte", shown, Vocabulary())["value"] == share


class TestFiles:
    @pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan")])
    def test_numbers_beyond_all_bounds_are_told(self, value: Any) -> None:
        assert len(validate([STAFF | {"value": value}])) == 1

    @pytest.mark.parametrize("text", ["a\x00b", "half \ud83d an emoji", "\udfff"])
    def test_clauses_that_cannot_be_stored_are_told(self, text: str) -> None:
        assert len(validate([STAFF | {"clause_zh": text}])) == 1
        assert len(validate([{"any": [STAFF, LISTED], "clause_en": text}])) == 1
        term = {"kind": "fixed", "amount": 5, "clause_zh": text, "clause_en": "b"}
        assert [problem.key for problem in validate_terms([term])] == ["clause_zh"]
        assert validate([STAFF | {"clause_zh": "第一条 😀"}]) == []


@pytest.mark.django_db
def test_reviewers_read_the_clauses_inside_a_group_and_of_each_rule() -> None:
    before = {"any": [STAFF, LISTED], "clause_en": "Article 1"}
    group = before | {"any": [STAFF | {"clause_en": "Article 2"}, LISTED]}
    (marks,) = criteria_of({"criteria": [group]}, {"criteria": [before]})["en"]
    assert [mark.kind for mark in marks] != ["same"], "a clause that changed inside is seen"
    assert "".join(mark.text for mark in marks).endswith("(Article 1; Article 2)")
    term = {"kind": "fixed", "amount": 5, "clause_en": "Article 3", "clause_zh": "第三条"}
    facts = facts_of({"terms": [term]}, {"terms": [{"kind": "fixed", "amount": 5}]})
    assert [(fact.value, fact.changed) for fact in facts] == [("CNY 5 (Article 3)", True)]


def test_being_in_no_park_is_said_in_words() -> None:
    assert fact_words("park", "none", {}) == "none"
    assert fact_words("park", "", {}) == ""


@pytest.mark.django_db
def test_a_row_like_the_stored_one_in_its_place_is_read_all_the_same() -> None:
    """A second window saved the same group first: the clause that was typed here must not be taken for untouched."""
    stored = [{"any": [STAFF, LISTED], "clause_en": "Article 1", "clause_zh": "第一条"}]
    sent = QueryDict(mutable=True)
    sent.update(as_sent(initial_rows(stored), 0) | {"criteria-INITIAL_FORMS": "0"})
    rows = criteria_rows(sent, stored, texts_only=False)
    assert rows.is_valid(), rows.errors
    assert rows.conditions == stored


class TestEnough:
    @pytest.mark.parametrize(
        ("item", "facts", "fields"),
        [
            (STAFF, {}, {"employees"}),
            ({"any": [STAFF, LISTED]}, {}, {"employees", "listed"}),
            ({"any": [STAFF, LISTED]}, {"employees": 2}, {"listed"}),
            ({"all": [STAFF, LISTED]}, {}, set()),
            ({"all": [STAFF, LISTED]}, {"listed": True}, {"employees"}),
            ({"any": [SMALL, {"all": [STAFF, LISTED]}]}, {}, {"size"}),
            ({"all": [{"any": [STAFF, LISTED]}, {"any": [STAFF, SMALL]}]}, {}, {"employees"}),
        ],
    )
    def test_of_any_one_answer_may_do(self, item: Any, facts: dict[str, Any], fields: set[str]) -> None:
        ((name, test),) = compile_criteria([item])
        assert enough_in(name, test, facts) == fields

    @pytest.mark.django_db
    def test_unclear_policies_are_counted_for_each_field_that_may_add_them(self) -> None:
        either = {"any": [STAFF, LISTED]}
        PolicyFactory(criteria=[either])
        PolicyFactory(criteria=[either, RICH])  # the group and the revenue are open: no single answer adds it
        PolicyFactory(criteria=[either, STAFF])  # both items wait for the employees
        PolicyFactory(criteria=[STAFF, RICH])
        matches = match_facts({}, local_day())
        assert matches.enough == {"employees": 2, "listed": 1}
        assert len(matches.unclear) == 4
        assert most_useful_field(matches) is None, "to settle is more than to add"
        assert match_facts({"employees": 2}, local_day()).unmet == {"employees": 2}
