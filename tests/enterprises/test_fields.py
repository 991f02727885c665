"""Codes of industries in one line: however they are typed, and what is no code."""

from typing import Any

import pytest
from django import forms
from django.utils import translation

from enterprises.fields import MOST_CODES, IndustryCodesField
from tests.factories.enterprises import IndustryFactory

pytestmark = pytest.mark.django_db


class Asking(forms.Form):
    codes = IndustryCodesField(label="№ 1")


@pytest.fixture(autouse=True)
def _industries() -> Any:
    for code in ("I", "I65", "C", "C39"):
        IndustryFactory(code=code)
    with translation.override("en"):
        yield


def read(text: str) -> Any:
    form = Asking({"codes": text})
    return form.cleaned_data["codes"] if form.is_valid() else form.errors["codes"][0]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("   ", []),
        (",,", []),
        ("I65", ["I65"]),
        ("i65", ["I65"]),
        ("I65,C39", ["I65", "C39"]),
        ("I65 C39", ["I65", "C39"]),
        ("I65，C39、I；C", ["I65", "C39", "I", "C"]),
        ("I65\nC39", ["I65", "C39"]),
        ("I65, I65, i65", ["I65"]),
        ("I-", ["I-"]),
        ("-", ["-"]),
        ("I-, -, C39", ["I-", "-", "C39"]),
    ],
)
def test_read(text: str, codes: list[str]) -> None:
    assert read(text) == codes


@pytest.mark.parametrize("text", ["Z", "I99", "I6", "I655", "I65-", "65", "--", "I65;DROP", "信息", "Z-"])
def test_what_is_no_industry_is_named(text: str) -> None:
    assert "There is no such industry: " in read(text)


def test_the_first_few_that_are_wrong() -> None:
    assert read("A1, A2, A3, A4, A5, A6") == "There is no such industry: A1, A2, A3, A4, A5."


def test_too_long() -> None:
    assert "at most 400 characters" in read("I65," * 101)


def test_too_many_are_refused_rather_than_believed() -> None:
    wanted = ", ".join(f"X{n:02d}" for n in range(MOST_CODES + 1))
    assert "There is no such industry" in read(wanted)


def test_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        read("I65, C39, I-, -")


@pytest.mark.parametrize(("initial", "shown"), [(("I65", "C"), "I65, C"), (["I65"], "I65"), ("I65", "I65"), ((), "")])
def test_shown_again(initial: Any, shown: str) -> None:
    assert Asking(initial={"codes": initial})["codes"].value() in (shown, shown or None)


def test_what_was_typed_is_kept() -> None:
    assert 'value="Z99, i65"' in str(Asking({"codes": "Z99, i65"}))
