"""The forms of public questions: what they clean, what they keep of what was typed."""

from typing import Any

import pytest
from django.http import QueryDict

from policies.models import Policy, PolicyQuestion
from policies.questions.enums import Check
from policies.questions.forms import QuestionForm, ReasonForm, VerdictForm
from policies.questions.rules import TEXTS as COLUMNS
from policies.questions.workflow import LONGEST, MAX_REASON
from stewards.proposing import ProposeForm
from tests.factories.questions import TEXTS


def question(**fields: Any) -> PolicyQuestion:
    return PolicyQuestion(policy=Policy(), lock_version=3, **fields)


def posted(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in {**TEXTS, "seen": "3", **fields}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def test_it_begins_with_what_is_kept() -> None:
    form = QuestionForm(question=question(question_en="May we?"))
    assert form["question_en"].value() == "May we?"
    assert form["answer_zh_hans"].value() == ""
    assert form["seen"].value() == 3


@pytest.mark.parametrize("column", COLUMNS)
def test_each_text_says_its_language_and_its_length(column: str) -> None:
    widget = QuestionForm(question=question())[column].as_widget()
    assert f'lang="{"en" if column.endswith("_en") else "zh-Hans"}"' in widget
    assert f'data-most="{LONGEST[column.partition("_")[0]]}"' in widget


@pytest.mark.parametrize("column", COLUMNS)
def test_a_text_is_as_long_as_the_verb_takes_it(column: str) -> None:
    most = LONGEST[column.partition("_")[0]]
    assert QuestionForm(posted(**{column: "字" * most}), question=question()).is_valid()
    too_long = QuestionForm(posted(**{column: "字" * (most + 1)}), question=question())
    assert list(too_long.errors) == [column]
    assert str(most) in str(too_long.errors).replace(",", "")


def test_a_line_end_is_one_character() -> None:
    text = "\r\n".join(["x"] * (LONGEST["question"] // 2 + 1))  # 501 characters, and 250 more as they are sent
    form = QuestionForm(posted(question_en=text[: -len("\r\nx")]), question=question())
    assert form.is_valid()
    assert "\r" not in form.texts()["question_en"]
    assert set(form.texts()) == set(COLUMNS)


@pytest.mark.parametrize("seen", ["", "x", "-1", "1.5", "9" * 20, "2147483648"])
def test_the_version_that_was_read_is_a_number(seen: str) -> None:
    assert "seen" in QuestionForm(posted(seen=seen), question=question()).errors
    assert "seen" in VerdictForm({"seen": seen}).errors


def test_the_checklist_takes_its_own_points_only() -> None:
    form = QuestionForm(posted(checked=list(Check.values)), question=question())
    assert form.is_valid()
    assert form.cleaned_data["checked"] == Check.values
    assert QuestionForm(posted(), question=question()).is_valid()  # to save it, nothing need be said
    assert "checked" in QuestionForm(posted(checked=["nobody", "nonsense"]), question=question()).errors


def test_what_was_typed_is_shown_again_for_the_newer_text() -> None:
    form = QuestionForm(posted(seen="1", answer_en="Mine."), question=question())
    again = form.shown_again(question(answer_en="Theirs."))
    assert again["answer_en"].value() == "Mine."
    assert again["seen"].value() == "3"
    assert form["seen"].value() == "1"


@pytest.mark.parametrize(
    ("text", "good"), [("", False), (" \n ", False), ("Why.", True), ("x" * (MAX_REASON + 1), False)]
)
def test_a_reason_has_words_and_an_end(text: str, good: bool) -> None:
    assert ReasonForm({"text": text}).is_valid() == good


@pytest.mark.parametrize(("sent", "sure"), [({}, False), ({"sure": "on"}, True), ({"sure": ""}, False)])
def test_a_verdict_is_sure_only_when_that_was_said(sent: dict[str, str], sure: bool) -> None:
    form = VerdictForm({"seen": "0", **sent})
    assert form.is_valid()
    assert form.cleaned_data["sure"] is sure


@pytest.mark.parametrize(
    ("question_text", "answer", "wrong"),
    [
        ("May we?", "You may.", []),
        ("", "You may.", ["question"]),
        ("May we?", "  ", ["answer"]),
        ("x" * (LONGEST["question"] + 1), "x" * (LONGEST["answer"] + 1), ["question", "answer"]),
    ],
)
def test_what_is_proposed_has_both(question_text: str, answer: str, wrong: list[str]) -> None:
    form = ProposeForm({"question": question_text, "answer": answer})
    assert list(form.errors) == wrong
    if not wrong:
        assert form.columns() == {"question_en": "May we?", "answer_en": "You may."}
