"""Cleaning of what the public and officials type; no form here asks the database anything."""

import time
import uuid
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.utils import translation

from accounts.models import Department
from enterprises.models import Enterprise
from policies.consultation import comment_form, export, responding
from policies.consultation.comment_form import SALT, SECONDS, SIZES, CommentForm
from policies.consultation.enums import Speaks
from policies.consultation.forms import ClauseForm, DraftForm, GroupForm, OutcomeForm, PairForm, PasteForm, WithdrawForm
from policies.consultation.responding import Voice, digest
from policies.models import CommentGroup, Consultation, ConsultationClause, ConsultationComment, Submission

CLAUSES = [ConsultationClause(pk=40 + n, number=n) for n in (1, 2, 7)]
TITLE = {"title_en": "A title"}
OFFICE = Department(code="x", name_en="Office")


def stamp(age: float = 60, key: Any = None) -> str:
    return signing.dumps([str(key or uuid.uuid4()), time.time() - age], salt=SALT)


def comment(user: Any = None, **data: Any) -> CommentForm:
    return CommentForm({"words_0": "Words", "stamp": stamp(), **data}, clauses=CLAUSES, user=user or AnonymousUser())


def of_an_enterprise(*pks: int, **data: Any) -> CommentForm:
    """As somebody sees it who acts for these enterprises."""
    form = comment(**data)
    form.enterprises = [Enterprise(pk=pk, name=f"虚构企业{pk}", size="small") for pk in pks]
    own = [(f"e{pk}", str(pk)) for pk in pks]
    form.fields["who"].choices = [*own, *Speaks.choices]  # type: ignore[attr-defined]
    form.fields["named"] = CommentForm.base_fields["named"]
    return form


# --- what the public types --------------------------------------------------------------------------------------------


def test_a_box_for_the_whole_and_one_for_each_article() -> None:
    form = CommentForm(clauses=CLAUSES, user=AnonymousUser())
    boxes = {name: field.label for name, field in form.fields.items() if name.startswith("words_")}
    assert boxes == {
        "words_1": "Article 1",
        "words_2": "Article 2",
        "words_7": "Article 7",
        "words_0": "On the draft as a whole",
    }
    assert "named" not in form.fields  # a visitor has no enterprise whose name could be seen
    assert [value for value, _label in SIZES] == ["micro", "small", "medium", "large"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("  around  ", "around"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("\u3000第一行", "第一行"),
        ("<b>=1+1</b>", "<b>=1+1</b>"),
        ("a\r\n" * 1_500, ("a\n" * 1_500).strip()),  # 3,000 as the browser counts, 4,500 as they are sent
        ("字" * 3_000, "字" * 3_000),
    ],
)
def test_words_are_kept_as_they_were_typed(typed: str, kept: str) -> None:
    form = comment(words_0=typed)
    assert form.is_valid()
    assert form.cleaned_data["words"] == {0: kept, 1: "", 2: "", 7: ""}


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({"words_0": ""}, {"words_0"}),
        ({"words_0": " \r\n\u3000"}, {"words_0"}),
        ({"words_0": "", "words_7": "Fine"}, set()),
        ({"words_0": "Fine", "words_7": "?!"}, {"words_7"}),
        ({"words_0": "x" * 3_001, "words_1": "…"}, {"words_0", "words_1"}),
        ({"words_0": "", "words_3": "There is no such box"}, {"words_0"}),
        ({"words_2": "a\x00b"}, {"words_2"}),
        ({"who": "enterprise", "size": "gigantic"}, {"size"}),
        ({"who": "e1"}, {"who"}),
        ({"website": "x"}, {"website"}),
        ({"website": "   "}, set()),
        ({"named": "on"}, set()),  # there is nothing that it could name
    ],
)
def test_where_the_faults_are_told(data: dict[str, str], faults: set[str]) -> None:
    assert set(comment(**data).errors) == faults


@pytest.mark.parametrize("who", Speaks.values)
@pytest.mark.parametrize("size", ["", "micro", "large"])
def test_a_size_belongs_to_an_enterprise(who: str, size: str) -> None:
    form = comment(who=who, size=size)
    assert form.is_valid()
    enterprise = bool(size) and who in ("", "enterprise")
    assert form.cleaned_data["voice"] == (Voice("enterprise", size) if enterprise else Voice(who))


@pytest.mark.parametrize(
    ("data", "enterprise", "named"),
    [
        ({"who": "e5"}, 5, False),
        ({"who": "e5", "named": "on"}, 5, True),
        ({"who": "e6", "size": "large"}, 6, False),
        ({"who": "resident", "named": "on"}, None, False),
        ({"who": "", "named": "on"}, None, False),
    ],
)
def test_for_which_enterprise_one_speaks(data: dict[str, str], enterprise: int | None, named: bool) -> None:
    form = of_an_enterprise(5, 6, **data)
    assert form.is_valid()
    voice = form.cleaned_data["voice"]
    assert (voice.enterprise and voice.enterprise.pk, voice.named, voice.size) == (enterprise, named, "")


@pytest.mark.parametrize("who", ["e7", "e", "e5 ", "E5", "5", "e-5", "e٥"])
def test_no_other_enterprise_can_be_named(who: str) -> None:
    form = of_an_enterprise(5, who=who)
    assert set(form.errors) == {"who"}
    assert form.cleaned_data["voice"].enterprise is None


# --- against machines -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "taken"), [(SECONDS - 1, False), (SECONDS + 1, True), (86_400 * 3, True), (-60, False)]
)
def test_how_long_filling_it_in_takes_at_least(age: float, taken: bool) -> None:
    """A tab that stood open for days is taken: somebody thought about it."""
    key = uuid.uuid4()
    form = comment(stamp=stamp(age, key))
    assert form.is_valid() is taken
    assert form.form_key == (key if taken else None)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "a:b:c",
        "\x00",
        signing.dumps([str(uuid.uuid4()), 0.0], salt="another form"),
        signing.dumps({"key": 1}, salt=SALT),
        signing.dumps([1, 2, 3], salt=SALT),
        signing.dumps(["no key", 0.0], salt=SALT),
        signing.dumps([str(uuid.uuid4()), "soon"], salt=SALT),
        signing.dumps(None, salt=SALT),
    ],
    ids=["empty", "word", "parts", "nul", "salt", "mapping", "numbers", "key", "moment", "nothing"],
)
def test_a_stamp_that_is_not_ours_is_replaced(bad: str) -> None:
    """The words stay, and the form that is shown again can be sent."""
    form = comment(stamp=bad)
    assert not form.is_valid()
    assert form["words_0"].value() == "Words"
    key, drawn = signing.loads(form["stamp"].value(), salt=SALT)
    assert uuid.UUID(key)
    assert time.time() - drawn < 60


def test_each_form_has_a_key_of_its_own() -> None:
    keys = {signing.loads(CommentForm(clauses=[], user=AnonymousUser())["stamp"].value(), salt=SALT)[0] for _ in "abc"}
    assert len(keys) == 3


def test_the_trap_is_hidden_from_those_who_use_a_keyboard() -> None:
    widget = str(CommentForm(clauses=[], user=AnonymousUser())["website"])
    assert 'tabindex="-1"' in widget
    assert 'autocomplete="off"' in widget


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ten days", "TEN   days", True),
        ("Ten days", "Ten\r\ndays", True),
        ("Ten days", "Ten days.", False),
        ("十天", "十 天", False),
        ("１０ days", "10 days", True),
        ("", " ", True),
    ],
)
def test_when_words_are_the_same(one: str, other: str, same: bool) -> None:
    assert (digest(1, one, None, Voice()) == digest(1, other, None, Voice())) is same


def test_places_and_sides_do_not_run_into_each_other() -> None:
    """Joined carelessly, article 1 with words that begin like a side could look like another article."""
    made = {
        digest(place, text, None, Voice(who))
        for place in (1, 11, 0)
        for text in ("1", "|1", "11|1")
        for who in ("", "resident", "other")
    }
    assert len(made) == 27


# --- what officials type ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "data", "faults"),
    [
        (DraftForm, {}, {"title_zh_hans"}),
        (DraftForm, {"title_zh_hans": " \u3000"}, {"title_zh_hans"}),
        (DraftForm, TITLE, set()),
        (DraftForm, {"title_zh_hans": "长" * 200}, set()),
        (DraftForm, {"title_zh_hans": "长" * 201}, {"title_zh_hans"}),
        (DraftForm, TITLE | {"reason_en": "a\r\n" * 2_500}, set()),  # 5,000 as the browser counts
        (DraftForm, TITLE | {"reason_en": "a" * 5_001}, {"reason_en"}),
        (DraftForm, TITLE | {"short_reason_en": "a" * 301}, {"short_reason_en"}),
        (DraftForm, TITLE | {"opens_on": "2027-02-29"}, {"opens_on"}),
        (DraftForm, TITLE | {"opens_on": "2028-02-29", "closes_on": "2028-02-29"}, set()),
        (DraftForm, TITLE | {"opens_on": "2027-01-01", "closes_on": "2026-12-31"}, {"closes_on"}),
        (DraftForm, TITLE | {"closes_on": "99999-01-01"}, {"closes_on"}),
        (DraftForm, TITLE | {"opens_on": "2026-12-01"}, set()),
        (DraftForm, TITLE | {"seen": "later"}, {"seen"}),
        (DraftForm, TITLE | {"reason_zh_hans": "\x00"}, {"reason_zh_hans"}),
        (DraftForm, TITLE | {"department": "first"}, {"department"}),
        (ClauseForm, {"number": "1", "text_en": "x"}, set()),
        (ClauseForm, {"number": "999", "text_zh_hans": "x"}, set()),
        (ClauseForm, {"number": "1000", "text_zh_hans": "x"}, {"number"}),
        (ClauseForm, {"number": "-1", "text_zh_hans": "x"}, {"number"}),
        (ClauseForm, {"number": "1.5", "text_zh_hans": "x"}, {"number"}),
        (ClauseForm, {"number": "一", "text_zh_hans": "x"}, {"number"}),
        (ClauseForm, {"number": "", "text_zh_hans": "x"}, {"number"}),
        (ClauseForm, {"number": "1", "text_en": " \n "}, {"text_zh_hans"}),
        (ClauseForm, {"number": "1", "text_en": "a\r\n" * 2_500}, set()),
        (PasteForm, {}, set()),
        (PasteForm, {"text_en": "字" * 100_000}, set()),
        (PasteForm, {"text_en": "字" * 100_001}, {"text_en"}),
        (WithdrawForm, {"withdrawn_en": "x" * 500}, set()),
        (WithdrawForm, {"withdrawn_en": "x" * 501, "withdrawn_zh_hans": "\x00"}, {"withdrawn_en", "withdrawn_zh_hans"}),
        (OutcomeForm, {}, set()),
        (OutcomeForm, {"outcome": "\x00"}, {"outcome"}),
        (OutcomeForm, {"outcome": "x" * 301}, {"outcome"}),
    ],
)
def test_what_officials_type(form: Any, data: dict[str, str], faults: set[str]) -> None:
    assert set(form(data).errors) == faults


@pytest.mark.parametrize(("typed", "version"), [("", -1), ("0", 0), ("7", 7), ("-1", -1), (" 3 ", 3)])
def test_which_version_was_seen(typed: str, version: int) -> None:
    """A form without a version has seen none, so that it never overwrites silently."""
    form = DraftForm(TITLE | {"seen": typed})
    assert form.is_valid()
    assert form.seen_version == version
    assert "seen" not in form.content()


def test_a_new_draft_concerns_enterprises_in_general() -> None:
    assert DraftForm().initial == {"inclusive": True}
    told = str(DraftForm()["closes_on"].help_text)
    assert "30 days" in told
    assert "under 7" in told


def test_a_form_begins_with_what_is_kept() -> None:
    row = Consultation(pk=1, lock_version=4, title_en="One", title_zh_hans=None, inclusive=False)
    begun = DraftForm(row=row)
    assert (begun["title_en"].value(), begun["title_zh_hans"].value(), begun["seen"].value()) == ("One", "", 4)
    assert (begun["inclusive"].value(), begun["policy"].value()) == (False, "")
    clause = ConsultationClause(number=3, text_en="Text", lock_version=2)
    assert ClauseForm(row=clause).initial == {"text_zh_hans": "", "text_en": "Text", "seen": 2, "number": 3}


# --- when somebody else saved meanwhile -------------------------------------------------------------------------------


def conflict(form: PairForm, current: Any) -> dict[str, tuple[str, str]]:
    """Label → language and text of what the others wrote."""
    assert form.is_valid(), form.errors
    told = {str(label): (lang, text) for label, lang, text in form.again(current)}
    assert form["seen"].value() == str(current.lock_version)
    return told


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({}, {}),
        ({"title_en": "Theirs"}, {"Title (English)": ("en", "Theirs")}),
        ({"title_zh_hans": "他们的"}, {"Title (Chinese)": ("zh-Hans", "他们的")}),
        ({"reason_en": None}, {}),
        ({"closes_on": date(2027, 1, 31)}, {"Last day for comments": ("en", "31 January 2027")}),
        ({"closes_on": None}, {"Last day for comments": ("en", "")}),
        ({"department": OFFICE}, {"Issuing department": ("en", "Office")}),
        (
            {"inclusive": False},
            {"It concerns enterprises in general: at least half of those consulted are to be SMEs": ("en", "No")},
        ),
    ],
)
def test_everything_that_differs_is_shown(theirs: dict[str, Any], told: dict[str, tuple[str, str]]) -> None:
    mine = {"title_en": "Mine", "opens_on": "2027-01-01", "closes_on": "2027-01-30", "inclusive": "on"}
    days = {"opens_on": date(2027, 1, 1), "closes_on": date(2027, 1, 30), "inclusive": True}
    current = Consultation(**{"lock_version": 8, "title_en": "Mine", **days, **theirs})
    assert conflict(DraftForm(mine), current) == told


def test_what_became_of_it_is_shown_in_a_word() -> None:
    mine = {"title_en": "Mine", "kind": "adopted", "clause": ""}
    form = GroupForm(mine, consultation=Consultation(pk=1))
    current = CommentGroup(lock_version=3, kind="not_adopted", title_en="Mine")
    with translation.override("zh-hans"):
        assert [(lang, text) for _label, lang, text in _checked(form).again(current)] == [("zh-hans", "未采纳")]
    current.kind = ""
    assert conflict(form, current) == {"What became of it": ("en", "")}


def _checked(form: GroupForm) -> GroupForm:
    assert form.is_valid(), form.errors
    return form


def test_another_number_of_an_article_is_shown() -> None:
    form = ClauseForm({"number": "3", "text_en": "Same\r\nwords"})
    current = ConsultationClause(number=4, text_en="Same\nwords", lock_version=2)
    assert conflict(form, current) == {"Number of the article": ("en", "4")}


# --- the table of comments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_begins_like_a_formula(sign: str) -> None:
    blanks = ("", " ", "   ", "\u00a0", "\u3000", "\ufeff", "\u200b", " \u3000\u00a0")
    cells = [f"{blank}{sign}1" for blank in blanks]
    assert [export.harmless(cell) for cell in cells] == [f"'{cell}" for cell in cells]


@pytest.mark.parametrize("text", ["", " ", "a=1", "1-1", "'=1", "（=1）", "第一条", "\u3000字", "1"])
def test_other_cells_are_as_they_were(text: str) -> None:
    assert export.harmless(text) == text


@pytest.mark.parametrize(
    ("sent", "cells"),
    [
        ({}, ["not stated", "", ""]),
        ({"speaks_for": "resident"}, ["A resident", "", ""]),
        ({"speaks_for": "enterprise", "size": "micro"}, ["An enterprise", "Micro", ""]),
        ({"speaks_for": "enterprise", "enterprise": "firm", "named": True}, ["An enterprise", "", "Firm"]),
        ({"speaks_for": "enterprise", "enterprise": "firm", "named": False}, ["An enterprise", "", ""]),
        ({"speaks_for": "enterprise", "enterprise": None, "named": True}, ["An enterprise", "", ""]),
    ],
)
def test_what_the_table_says_of_the_sender(sent: dict[str, Any], cells: list[str]) -> None:
    if sent.get("enterprise"):
        sent = sent | {"enterprise": Enterprise(name="Firm", name_en="Firm")}
    made = ConsultationComment(text="Words", submission=Submission(language="en", **sent), set_aside="abuse")
    row = export._cells(12, made)
    assert (row[0], str(row[2]), row[3], row[4]) == (12, "The draft as a whole", "Words", "en")
    assert [str(cell) for cell in row[5:8]] == cells
    assert (row[8], str(row[9])) == ("", "Abuse or advertising")


def test_the_shortest_and_the_longest_comment_agree_with_the_box() -> None:
    assert comment_form.ROWS["maxlength"] == responding.LONGEST
    assert responding.fault_of("x" * responding.LONGEST) == ""
    assert "3,000" in responding.fault_of("x" * (responding.LONGEST + 1))
