"""Policies in words: which language a text is in, what a window means today, how conditions stand."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from policies import presenting
from policies.checkup.questions import QUESTIONS
from policies.content import COLUMNS, apply_content, content_of
from policies.eligibility.fields import FIELDS
from policies.enums import Validity
from policies.exchange.loading import DATA
from policies.exchange.source_notes import NOTES
from policies.models import Policy
from policies.presenting import Text, row_of, text_of, validity_word, window_word

DAY = date(2026, 11, 22)


def policy(**fields: Any) -> Policy:
    texts = {"title_zh_hans": "标题", "title_en": "Title", "summary_zh_hans": "摘要", "summary_en": "Summary"}
    return Policy(**texts | fields)


@pytest.mark.parametrize(
    ("language", "fields", "shown"),
    [
        ("en", {}, Text("Title")),
        ("zh-hans", {}, Text("标题")),
        ("en", {"title_en": ""}, Text("标题", lang="zh-hans")),
        ("en", {"title_en": None}, Text("标题", lang="zh-hans")),
        ("zh-hans", {"title_zh_hans": ""}, Text("Title", lang="en")),
        ("en", {"title_en": "", "title_zh_hans": ""}, Text("")),
        ("en", {"translated": ["title_en"]}, Text("Title", ours=True)),
        ("zh-hans", {"translated": ["title_en"]}, Text("标题")),
        ("en", {"stale": ["title_en"]}, Text("Title", stale=True)),
        ("zh-hans", {"stale": ["title_en"]}, Text("标题")),
    ],
)
def test_a_text_knows_its_language_and_its_state(language: str, fields: dict[str, Any], shown: Text) -> None:
    with translation.override(language):
        assert text_of(policy(**fields), "title") == shown


@pytest.mark.parametrize(
    ("opens", "closes", "words", "tone"),
    [
        (None, None, None, None),
        (None, -1, "Applications closed on 21 November 2026", "quiet"),
        (None, 0, "Last day to apply: today, 22 November 2026", "warn"),
        (-3, 1, "Apply by 23 November 2026 (1 day left)", "warn"),
        (0, 30, "Apply by 22 December 2026 (30 days left)", "warn"),
        (0, 31, "Apply by 23 December 2026 (31 days left)", "ok"),
        (1, 31, "Applications open on 23 November 2026", "info"),
        (1, None, "Applications open on 23 November 2026", "info"),
        (0, None, "Applications open since 22 November 2026", "info"),
    ],
)
def test_what_a_window_means_today(opens: int | None, closes: int | None, words: str | None, tone: str | None) -> None:
    dates = [None if days is None else DAY + timedelta(days=days) for days in (opens, closes)]
    word = window_word(policy(window_opens=dates[0], window_closes=dates[1]), DAY)
    assert (word.text if word else None, word.tone if word else None) == (words, tone)


@pytest.mark.parametrize("validity", list(Validity))
def test_every_validity_has_a_word_and_a_colour(validity: Validity) -> None:
    fields: dict[Validity, dict[str, Any]] = {
        Validity.IN_FORCE: {},
        Validity.NOT_YET: {"effective_from": DAY + timedelta(days=1)},
        Validity.EXPIRED: {"effective_to": DAY - timedelta(days=1)},
        Validity.REPEALED: {"repealed_on": DAY},
        Validity.REPLACED: {"replaced_by_id": 1},
    }
    word = validity_word(policy(**fields[validity]), DAY)
    assert word.text == validity.label
    assert word.tone in {"ok", "info", "quiet", "bad", "warn"}


def test_a_row_without_search_words_marks_nothing_and_is_short() -> None:
    row = row_of(policy(summary_en="word " * 200), DAY)
    assert row.title == [("Title", False)]
    assert not any(hit for _text, hit in row.summary)
    assert sum(len(text) for text, _hit in row.summary) < 230


@pytest.mark.parametrize(
    ("fields", "words", "text", "lang"),
    [
        ({"benefit_en": "A grant of money"}, "grant", "A grant of money", ""),
        ({"benefit_zh_hans": "一次性奖励"}, "奖励", "一次性奖励", "zh-hans"),
        ({"summary_zh_hans": "摘要奖励"}, "奖励", "摘要奖励", "zh-hans"),
        ({"title_zh_hans": "奖励标题"}, "奖励", "奖励标题", "zh-hans"),
        ({}, "elsewhere", "Summary", ""),
    ],
)
def test_the_snippet_is_the_text_with_the_hit(fields: dict[str, Any], words: str, text: str, lang: str) -> None:
    row = row_of(policy(**fields), DAY, words)
    assert ("".join(piece for piece, _hit in row.summary), row.summary_lang) == (text, lang)


def test_notes_on_sources_are_known_in_both_languages_or_marked() -> None:
    records = json.loads(DATA.read_text(encoding="utf-8"))
    assert {record["source_note"] for record in records if record.get("source_note")} == set(NOTES)
    note = policy(source_note=NOTES[0])
    assert presenting.source_note(note) == Text(NOTES[0])
    assert presenting.source_note(policy(source_note="抄自别处")) == Text("抄自别处", lang="zh-hans")
    with translation.override("zh-hans"):
        assert presenting.source_note(policy(source_note="Seen elsewhere")) == Text("Seen elsewhere", lang="en")
        assert presenting.source_note(policy(source_note="抄自别处")) == Text("抄自别处")
    assert presenting.source_note(policy()) == Text("")


def test_a_policys_content_survives_being_stored_as_json() -> None:
    full = policy(
        issued_on=DAY,
        window_closes=DAY,
        max_amount_cny=5,
        criteria=[{"field": "listed", "op": "eq", "value": True}],
        translated=["title_en"],
        document_number="〔2024〕5号",
        level="national",
    )
    copy = Policy()
    apply_content(copy, json.loads(json.dumps(content_of(full))))
    for column in COLUMNS:
        assert (getattr(copy, column) or None) == (getattr(full, column) or None), column


def test_content_that_lacks_a_column_leaves_it_alone() -> None:
    kept = policy(issued_on=DAY)
    apply_content(kept, {"title_en": "Other"})
    assert (kept.title_en, kept.title_zh_hans, kept.issued_on) == ("Other", "标题", DAY)
    apply_content(kept, {"issued_on": None})
    assert kept.issued_on is None


@pytest.mark.parametrize("field", list(FIELDS))
def test_every_field_of_criteria_has_a_name_a_step_and_a_question(field: str) -> None:
    shown = presenting.Shown(field, "", "")
    assert shown.label
    assert shown.step in {"identity", "industry", "size", "place", "titles"}
    assert str(QUESTIONS[field]).endswith("?")


@pytest.mark.parametrize(
    ("facts", "outcome", "word", "own"),
    [
        ({}, "unknown", "unknown", ""),
        ({"employees": 3}, "unmet", "not met", "3 employees"),
        ({"employees": 10}, "met", "met", "10 employees"),
    ],
)
def test_a_condition_stands_with_its_fact(facts: dict[str, Any], outcome: str, word: str, own: str) -> None:
    condition = {"field": "employees", "op": "gte", "value": 10, "clause_en": "Article 3", "clause_zh": "第三条"}
    (shown,) = presenting.conditions_for([condition], facts, {})
    assert (shown.outcome, shown.word, shown.own, shown.clause) == (outcome, word, own, "Article 3")
    with translation.override("zh-hans"):
        assert presenting.conditions_of([condition], {})[0].clause == "第三条"


@pytest.mark.parametrize(
    "over", [{"repealed_on": DAY}, {"replaced_by_id": 1}, {"effective_to": DAY - timedelta(days=1)}], ids=str
)
@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, None),
        (-3, 30, "No longer open for applications"),
        (3, None, "No longer open for applications"),
        (-3, None, "No longer open for applications"),
        (-9, -1, "Applications closed on 21 November 2026"),
    ],
)
def test_nobody_applies_for_what_no_longer_applies(
    over: dict[str, Any], opens: int | None, closes: int | None, words: str | None
) -> None:
    dates = [None if days is None else DAY + timedelta(days=days) for days in (opens, closes)]
    word = window_word(policy(window_opens=dates[0], window_closes=dates[1], **over), DAY)
    assert (word.text if word else None) == words
    assert word is None or word.tone == "quiet"
