"""The calculator: what rules give for figures, how figures are read, and its page."""

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.checkup.calculator import estimate
from policies.checkup.calculator_words import lines_of
from policies.checkup.figures import FigureField
from policies.checkup.terms import BASES, UNITS, validate
from policies.models import Policy
from tests.factories.policies import PolicyFactory
from tests.marks import seen
from tests.policies.test_checkup_terms import CASE, EACH, FIXED, NAMED, RATIO

AMOUNT = st.integers(1, 10**15)
CAP = st.one_of(st.none(), AMOUNT)
TERM = st.one_of(
    st.builds(lambda amount: {"kind": "fixed", "amount": amount}, AMOUNT),
    st.builds(
        lambda percent, base, cap: {"kind": "ratio", "percent": percent, "base": base, **({"cap": cap} if cap else {})},
        st.one_of(st.integers(1, 1000), st.sampled_from([0.01, 2.5, 33.33])),
        st.sampled_from([base for base in BASES if base != "other"]),
        CAP,
    ),
    st.builds(
        lambda amount, unit, cap: {"kind": "per_unit", "amount": amount, "unit": unit, **({"cap": cap} if cap else {})},
        AMOUNT,
        st.sampled_from(list(UNITS)),
        CAP,
    ),
)
FIGURE = st.decimals(-(10**6), 10**13, places=2)


@given(st.lists(TERM, min_size=1, max_size=5), st.lists(FIGURE, min_size=5, max_size=5), CAP, st.integers(0, 4), FIGURE)
@settings(max_examples=150, deadline=None)
def test_never_above_a_cap_never_negative_and_never_less_for_more(
    terms: Any, figures: list[Decimal], cap: int | None, place: int, more: Decimal
) -> None:
    assert validate(terms) == []
    named = {n: figures[n] for n in range(len(terms))}
    result = estimate(terms, named, cap)
    assert 0 <= result.total <= result.added
    assert cap is None or result.total <= cap
    assert all(0 <= step.amount <= step.term.get("cap", step.amount) for step in result.steps)
    with localcontext(prec=60):  # more digits than the ordinary context can round
        assert all(step.amount == round(step.amount, 2) for step in result.steps)
    place %= len(terms)
    raised = estimate(terms, named | {place: named[place] + abs(more)}, cap)
    assert raised.total >= result.total
    assert estimate(terms, {}, cap).total == 0


@pytest.mark.parametrize(
    ("terms", "figures", "cap", "total", "said"),
    [
        ([FIXED], {0: 1}, None, "200000", ["CNY 200,000"]),
        ([FIXED], {0: 7}, None, "200000", ["CNY 200,000"]),
        ([RATIO], {0: 1_000_000}, None, "200000", ["20% of CNY 1,000,000 = CNY 200,000"]),
        (
            *([RATIO | {"cap": 150_000}], {0: 1_000_000}, None, "150000"),
            ["20% of CNY 1,000,000 = CNY 200,000; capped at CNY 150,000"],
        ),
        ([EACH], {0: 12}, None, "7200", ["CNY 600 × 12 = CNY 7,200"]),
        ([NAMED], {0: Decimal("0.5")}, None, "0.01", ["2.5% of CNY 0.5 = CNY 0.01"]),
        ([CASE, RATIO], {0: 1, 1: 500_000}, 250_000, "250000", ["CNY 200,000", "20% of CNY 500,000 = CNY 100,000"]),
    ],
)
def test_worked_out_step_by_step(terms: Any, figures: Any, cap: int | None, total: str, said: list[str]) -> None:
    result = estimate(terms, {place: Decimal(figure) for place, figure in figures.items()}, cap)
    assert result.total == Decimal(total)
    assert [line.text for line in lines_of(result)] == said
    assert result.capped == (cap is not None)


def test_in_chinese_and_what_each_step_is_about() -> None:
    result = estimate([RATIO, CASE, NAMED, EACH], {n: Decimal(10) for n in range(4)})
    assert [line.label for line in lines_of(result)] == ["Rent paid", "New certification", "Computing rental", ""]
    assert result.up_to
    with translation.override("zh-hans"):
        words = lines_of(estimate([RATIO | {"cap": 150_000}], {0: Decimal(1_000_000)}))[0]
    assert words.text == "100万元的20% = 20万元，封顶15万元"
    assert words.label == "已付租金"


# --- figures as people type them ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1,200,000", "1200000"), ("120万", "1200000"), ("１２０万元", "1200000"), ("1.5亿", "150000000"),
        ("CNY 12.50", "12.5"), ("1.2 million", "1200000"), ("RMB 3m", "3000000"), ("50k", "50000"),
        ("2 Million yuan", "2000000"), (" 7 ", "7"), ("0", "0"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_figures_are_read_as_people_write_them(text: Any, figure: str | None) -> None:
    assert FigureField(money=True).clean(text) == (None if figure is None else Decimal(figure))


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "abc",
        "5%",
        "1e9",
        "NaN",
        "∞",
        "1" * 40,
        "1" * 5000,
        "<script>",
        "2 millions of",
        "万",
        "\x00",
        "1 m k",
    ],
)
def test_junk_is_told_and_not_guessed(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="amount in yuan"):
        FigureField(money=True).clean(text)


def test_people_are_whole() -> None:
    with pytest.raises(forms.ValidationError, match="whole number"):
        FigureField(money=False, whole=True).clean("2.5")
    assert FigureField(money=False).clean("2.5") == Decimal("2.5")
    for text in ("many", "2000000000"):
        with pytest.raises(forms.ValidationError, match=r"Give a number\."):
            FigureField(money=False).clean(text)


def test_the_largest_figures_of_all_are_worked_out_and_shown(client: Client, policy: Policy) -> None:
    Policy.objects.update(terms=[EACH | {"amount": 10**15, "cap": 10**15}, EACH | {"amount": 10**15}])
    assert "CNY 2,100,000" in page(client, "?figure0=999999999&figure1=999999999")


# --- its page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def policy(db: None) -> Policy:
    return PolicyFactory(
        slug="rent", title_en="Rent support", terms=[CASE, RATIO, EACH], max_amount_cny=2_100_000, repeat_limit="yearly"
    )


def page(client: Client, query: str = "", language: str = "en") -> str:
    response = client.get(f"/{language}/policies/rent/calculator/{query}")
    assert response.status_code == 200
    return seen(response)


def test_the_page_asks_for_what_the_rules_need_and_answers(client: Client, policy: Policy) -> None:
    empty = page(client)
    assert "Rent paid (CNY)" in empty
    assert "Number of persons" in empty
    assert "New certification (CNY 200,000)" in empty
    assert "Estimate" not in empty
    text = page(client, "?figure0=on&figure1=1200%E4%B8%87&figure2=")
    assert "Estimate: up to CNY 2,100,000" in text
    assert "20% of CNY 12,000,000 = CNY 2,400,000; capped at CNY 2,000,000" in text
    assert "Together CNY 2,200,000" in text
    assert "The policy grants at most CNY 2,100,000 in all" in text
    assert "once a year" in text
    assert "What the accepting department decides prevails" in text
    assert 'value="1200万"' in text
    assert "预计最高210万元" in page(client, "?figure0=on&figure1=12000000", "zh-hans")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?figure1=lots", "Give an amount in yuan"),
        ("?figure1=5&figure2=1.5", "Give a whole number"),
        ("?figure1=&figure2=", "Fill in at least one figure"),
        ("?figure1=" + "9" * 5000, "Give an amount in yuan"),
    ],
)
def test_what_cannot_be_read_is_told_at_the_field_and_kept(
    client: Client, policy: Policy, query: str, told: str
) -> None:
    text = page(client, query)
    assert told in text
    assert "Estimate" not in text
    assert query != "?figure1=lots" or 'value="lots"' in text


def test_one_fixed_amount_needs_no_question(client: Client, policy: Policy) -> None:
    Policy.objects.update(terms=[FIXED], repeat_limit="")
    text = page(client)
    assert "Estimate: CNY 200,000" in text
    assert "does not say how often" in text
    assert '<form method="get" action="#result"' not in text


def test_other_parameters_are_no_figures_and_nothing_is_asked_twice(client: Client, policy: Policy) -> None:
    assert "Fill in at least one figure" in page(client, "?figure9=5&color=red")
    assert "Fill in at least one figure" not in page(client, "?color=red")


def test_without_rules_or_unpublished_there_is_no_calculator(client: Client, policy: Policy) -> None:
    assert 'href="/en/policies/rent/calculator/"' in client.get("/en/policies/rent/").content.decode()
    Policy.objects.update(terms=[])
    assert client.get("/en/policies/rent/calculator/").status_code == 404
    assert "calculator" not in client.get("/en/policies/rent/").content.decode()
    Policy.objects.update(terms=[FIXED], published_at=None)
    assert client.get("/en/policies/rent/calculator/").status_code == 404
    assert client.post("/en/policies/rent/calculator/").status_code == 405


def test_the_page_takes_few_queries(
    client: Client, policy: Policy, django_assert_num_queries: Callable[..., Any]
) -> None:
    PolicyFactory(slug="other", title_en="Another grant", excludes=["rent"])
    assert "Another grant" in page(client)
    with django_assert_num_queries(3):  # the policy, whether anything changed, titles of what it excludes
        page(client, "?figure1=5")
