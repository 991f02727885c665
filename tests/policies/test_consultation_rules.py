"""Rules, figures and small pieces of consultations, on rows that were never stored: quick and many."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict

from accounts.models import User
from enterprises.enums import SizeClass
from policies.consultation import export, responding, rules, workflow
from policies.consultation.enums import Aside, Outcome, Speaks, Stage, Standing
from policies.consultation.figures import SMES, Shares, small
from policies.consultation.queries import Chosen, chosen_from
from policies.consultation.responding import Voice, digest
from policies.consultation.results import TONES
from policies.models import CommentGroup, Consultation, ConsultationClause
from portal.core.access import Refused

DAY = date(2026, 11, 22)


def row(stage: str, **fields: Any) -> Consultation:
    days = {"opens_on": DAY, "closes_on": DAY + timedelta(days=29)}
    public = None if stage in ("draft", "in_review") else "2026-11-01T09:00+08:00"
    return Consultation(**{"stage": stage, "author_id": 1, "published_at": public, **days, **fields})


def person(pk: int, *roles: str) -> User:
    return User(pk=pk, roles=list(roles))


# --- standing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "days", "standing"),
    [
        ("draft", 0, None),
        ("in_review", 0, None),
        ("released", -1, Standing.ANNOUNCED),
        ("released", 0, Standing.OPEN),
        ("released", 29, Standing.OPEN),
        ("released", 30, Standing.EVALUATED),
        ("released", 3_000, Standing.EVALUATED),
        ("answers_in_review", 30, Standing.EVALUATED),
        ("answers_in_review", 10, Standing.EVALUATED),  # a day that was set back never opens it again
        ("answered", 40, Standing.ANSWERED),
        ("answered", 10, Standing.ANSWERED),
        ("withdrawn", 10, Standing.WITHDRAWN),
    ],
)
def test_how_it_stands_on_a_day(stage: str, days: int, standing: Standing | None) -> None:
    assert row(stage).standing_on(DAY + timedelta(days=days)) == standing


def test_a_draft_that_was_withdrawn_stands_nowhere() -> None:
    assert row("withdrawn", published_at=None).standing_on(DAY) is None


def test_days_are_counted_with_the_first_and_the_last() -> None:
    assert row("draft").days == 30
    assert row("draft", closes_on=DAY).days == 1
    assert row("draft", closes_on=None).days == 0


def test_names_without_words() -> None:
    assert str(Consultation()) == "Consultation without a title"
    assert str(CommentGroup()) == "Group without a theme"
    assert str(ConsultationClause(number=7)) == "Article 7"


@pytest.mark.parametrize("stage", Stage.values)
def test_each_state_has_a_reason_of_its_own(stage: str) -> None:
    reasons = {str(rules.in_stage(row(each), Stage.DRAFT).reason) for each in Stage.values}
    assert len(reasons) == len(Stage.values)
    assert bool(rules.in_stage(row(stage), Stage(stage)))


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "stage", "allowed"),
    [
        (rules.may_write, "draft", {"editor", "translator"}),
        (rules.may_take_back, "in_review", {"editor", "translator"}),
        (rules.may_decide, "in_review", {"reviewer"}),
        (rules.may_decide, "answers_in_review", {"reviewer"}),
        (rules.may_withdraw, "draft", {"editor", "reviewer"}),
        (rules.may_name_outcome, "answered", {"editor", "reviewer"}),
    ],
)
def test_which_role(rule: Any, stage: str, allowed: set[str]) -> None:
    every = ("editor", "translator", "reviewer", "admin", "steward", "handler", "leader", "auditor")
    assert {role for role in every if rule(person(9, role), row(stage))} == allowed
    assert not rule(person(9), row(stage))


def test_only_editors_begin() -> None:
    assert rules.may_begin(person(9, "editor"))
    assert not rules.may_begin(person(9, "translator", "reviewer", "admin"))


@pytest.mark.parametrize(
    ("stage", "fields", "allowed"),
    [
        ("in_review", {}, True),
        ("in_review", {"author_id": 9}, False),
        ("in_review", {"writers": [9]}, False),
        ("in_review", {"answerers": [9]}, True),
        ("answers_in_review", {"author_id": 9, "writers": [9]}, True),  # the draft was reviewed by somebody else
        ("answers_in_review", {"answerers": [9]}, False),
    ],
)
def test_who_wrote_it_decides_nothing(stage: str, fields: dict[str, Any], allowed: bool) -> None:
    assert bool(rules.may_decide(person(9, "reviewer"), row(stage, **fields))) is allowed


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"closes_on": DAY + timedelta(days=28)}, "30 days"),
        ({"closes_on": DAY + timedelta(days=28), "short_reason_en": "x", "short_reason_zh_hans": " "}, "30 days"),
        ({"closes_on": DAY + timedelta(days=6), "short_reason_en": "x", "short_reason_zh_hans": "急"}, ""),
        ({"closes_on": DAY + timedelta(days=5), "short_reason_en": "x", "short_reason_zh_hans": "急"}, "7 days"),
        ({"closes_on": DAY + timedelta(days=365)}, ""),
        ({"closes_on": DAY + timedelta(days=366)}, "a year"),
        ({"opens_on": DAY - timedelta(days=1)}, "passed"),
        ({"opens_on": None}, "first and the last"),
    ],
)
def test_the_time_people_have(fields: dict[str, Any], said: str) -> None:
    verdict = rules.has_time(row("draft", **fields), DAY)
    assert bool(verdict) is (not said)
    assert said in str(verdict.reason)


# --- comments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Yes", "是", "1", "é", "😀 ok", "x" * 3_000, "第三条", "=1"])
def test_what_says_something(text: str) -> None:
    assert responding.fault_of(text) == ""


@pytest.mark.parametrize("text", ["", "?!", "……", "___", "😀", "\u200b", "—— ——", "x" * 3_001])
def test_what_says_nothing_or_too_much(text: str) -> None:
    assert responding.fault_of(text)


def test_what_makes_words_the_same() -> None:
    plain, nobody = digest(1, "Ten days, please", None, Voice()), Voice()
    for text in ("ten  DAYS,\nplease", " Ten days, please ", "Ｔｅｎ days， please"):
        assert digest(1, text, None, nobody) == plain
    others = [
        digest(2, "Ten days, please", None, nobody),
        digest(1, "Ten days please", None, nobody),
        digest(1, "Ten days, please", person(9), nobody),
        digest(1, "Ten days, please", None, Voice(Speaks.RESIDENT)),
        digest(1, "Ten days, please", None, Voice(Speaks.ENTERPRISE, "micro")),
        digest(1, "Ten days, please", None, Voice(Speaks.ENTERPRISE, "small")),
    ]
    assert len({plain, *others}) == len(others) + 1
    assert digest(1, "half an emoji \ud83d", None, nobody)


@pytest.mark.parametrize("words", [{}, {0: "   "}, {0: "?!"}, {0: "fine", 1: "x" * 3_001}])
def test_nothing_is_asked_of_the_database_for_words_that_cannot_be_kept(words: dict[int, str]) -> None:
    with pytest.raises(Refused):
        responding.respond(row("released"), by=None, visitor="v", voice=Voice(), words=words, form_key=uuid4())


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        ("", Chosen()),
        ("q=+ten++days+&clause=12&group=none", Chosen("ten days", "12", "none")),
        ("clause=whole&group=aside", Chosen("", "whole", "aside")),
        ("clause=none&group=whole", Chosen()),
        ("clause=1e3&group=-1", Chosen()),
        ("clause=١٢&group=" + "9" * 16, Chosen()),
        ("q=" + "x" * 10_000, Chosen("x" * 200)),
    ],
)
def test_what_the_address_asks_for(address: str, chosen: Chosen) -> None:
    assert chosen_from(QueryDict(address)) == chosen
    assert chosen.filtered is (chosen != Chosen())


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("-", "'-"),
        ("＋1", "'＋1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        (7, "7"),
        ("", ""),
    ],
)
def test_cells_that_are_only_shown(value: Any, cell: str) -> None:
    assert export.harmless(value) == cell


# --- figures --------------------------------------------------------------------------------------------------------


def test_small_is_one_to_four() -> None:
    assert [count for count in range(8) if small(count)] == [1, 2, 3, 4]


def test_medium_and_smaller_are_smes() -> None:
    assert set(SizeClass.values) - set(SMES) == {"large"}
    shares = Shares({"micro": 1, "small": 2, "medium": 3, "large": 7}, silent=9)
    assert (shares.smes, shares.large, shares.said, shares.percent, shares.half) == (6, 7, 13, 46, False)


def test_a_half_that_is_just_missed_does_not_look_like_one() -> None:
    assert Shares({"micro": 199, "large": 201}, 0).percent == 49
    assert Shares({"micro": 1_999, "large": 2_001}, 0).percent == 49
    assert Shares({"micro": 200, "large": 200}, 0).half


def test_every_outcome_has_a_look_and_every_reason_a_word() -> None:
    assert set(TONES) == set(Outcome)
    assert [value for value, label in Aside.choices if value and len(str(label)) < 5] == []


def test_somebody_else_saved_says_so() -> None:
    told = workflow.Overtaken(row("draft"))
    assert "nothing of yours is lost" in str(told)
    assert isinstance(told, Refused)


@pytest.mark.parametrize(
    ("seen", "content", "overtaken"),
    [
        (3, {"title_en": "Mine"}, False),
        (2, {"title_en": "Theirs", "title_zh_hans": ""}, False),  # the same words
        (2, {"title_en": "Mine"}, True),
        (-1, {"title_en": "Theirs", "inclusive": False}, True),
    ],
)
def test_when_somebody_was_quicker(seen: int, content: dict[str, Any], overtaken: bool) -> None:
    current = row("draft", lock_version=3, title_en="Theirs")
    if overtaken:
        with pytest.raises(workflow.Overtaken):
            workflow.unseen(current, seen, content)
    else:
        workflow.unseen(current, seen, content)
