"""Rules and exclusions in the editor's form when things go wrong: odd input, more rows, two people at once."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils import translation

from policies import workflow
from policies.alerts.change_words import changes_told
from policies.checkup.terms import validate
from policies.models import Policy, Revision
from policies.publishing.drafts import blank
from policies.publishing.forms import RevisionForm
from policies.publishing.term_forms import (
    MAX_EXCLUDES,
    ExcludesField,
    PercentField,
    SentRows,
    TermForm,
    TermsField,
    found_policies,
    term_rows,
)
from stewards.populate import policies as populating
from tests.factories import publishing as make
from tests.factories.policies import PolicyFactory
from tests.marks import seen
from tests.policies.test_checkup_terms import ALL, CASE, EACH, FIXED, RATIO, rows

SignIn = Callable[[Any], Client]


class TestPercentages:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("20", 20), ("20%", 20), (" 2.50 % ", 2.5), ("７％", 7), ("0.05", 0.05), ("", None), (None, None), (30, 30)],
    )
    def test_read_as_people_write_them(self, text: Any, number: Any) -> None:
        found = PercentField(required=False).clean(text)
        assert found == number
        assert type(found) is type(number), "whole ones are stored whole"

    @pytest.mark.parametrize("text", ["a", "1/3", "∞", "NaN", "1e9", "20%%", "--5", "1" * 400])
    def test_what_is_none(self, text: str) -> None:
        with pytest.raises(forms.ValidationError, match="percentage above 0"):
            PercentField().clean(text)


def row(**fields: str) -> TermForm:
    made = TermForm({f"terms-0-{key}": value for key, value in fields.items()}, prefix="terms-0")
    made.is_valid()
    return made


class TestRow:
    @pytest.mark.parametrize(
        ("fields", "term"),
        [
            ({}, None),
            ({"kind": ""}, None),
            ({"kind": "fixed", "amount": "5", "remove": "on"}, None),
            ({"kind": "fixed", "amount": "5", "percent": "9", "cap": "3"}, {"kind": "fixed", "amount": 5}),
            (
                {"kind": "ratio", "percent": "9", "base": "rent", "amount": "5", "unit": "job"},
                {"kind": "ratio", "percent": 9, "base": "rent"},
            ),
            (
                {"kind": "per_unit", "amount": "1万", "unit": "job", "cap": "20万", "up_to": "on"},
                {"kind": "per_unit", "amount": 10_000, "unit": "job", "cap": 200_000, "up_to": True},
            ),
            (
                {"kind": "ratio", "percent": "1", "base": "other", "label_zh": "水费", "label_en": "water"},
                {"kind": "ratio", "percent": 1, "base": "other", "label_zh": "水费", "label_en": "water"},
            ),
        ],
    )  # fmt: skip
    def test_holds_what_its_kind_needs_and_nothing_else(self, fields: dict[str, str], term: Any) -> None:
        made = row(**fields)
        assert not made.errors
        assert made.term == term
        assert term is None or validate([term]) == []

    def test_a_named_base_needs_its_name(self) -> None:
        assert set(row(kind="ratio", percent="1", base="other").errors) == {"label_zh", "label_en"}

    @pytest.mark.parametrize("name", ["label_zh", "clause_en"])
    def test_words_say_their_language_and_have_an_end(self, name: str) -> None:
        made = row(kind="fixed", amount="5", **{name: "x" * 301})
        assert name in made.errors
        assert made.fields[name].widget.attrs["lang"] == ("en" if name.endswith("en") else "zh-Hans")


class TestRows:
    def test_what_is_stored_passes_through_as_it_is(self) -> None:
        assert TermsField(required=False).clean(ALL) == ALL
        assert TermsField(required=False).clean(None) == []

    def test_the_bad_ones_are_named(self) -> None:
        sent = SentRows([{"kind": "fixed", "amount": "5"}, {"kind": "fixed"}, {"amount": "5"}])
        with pytest.raises(forms.ValidationError, match=r"2, 3\."):
            TermsField(required=False).clean(sent)

    def test_not_judged_before_they_are_saved(self) -> None:
        sent = SentRows([{"kind": "ratio", "percent": "x"}])
        waiting, judged = term_rows(sent, judged=False), term_rows(sent, judged=True)
        assert (waiting[0].errors, waiting[0]["percent"].value()) == ({}, "x")
        assert "percent" in judged[0].errors
        assert [made.prefix for made in judged] == ["terms-0", "terms-1", "terms-2"]

    def test_percentages_and_amounts_are_shown_as_people_write_them(self) -> None:
        shown = term_rows([RATIO | {"percent": 2.5}, FIXED], judged=False)
        assert shown[0]["percent"].value() == "2.5"
        assert shown[1]["amount"].value() == "200,000"


@pytest.mark.django_db
class TestExcludes:
    def test_empty_lines_and_repetitions_are_nothing(self) -> None:
        PolicyFactory(slug="rent", title_en="Rent")
        field = ExcludesField(required=False)
        assert field.clean("\n \nrent\nRent\r\nrent/") == ["rent"]
        assert field.clean("") == []
        assert field.clean(["kept"]) == ["kept"], "what is stored stays, for those who may not change it"

    def test_titles_in_either_language_and_part_of_one(self) -> None:
        PolicyFactory(slug="rent", title_zh_hans="虹口房租补贴", title_en="Rent support of Hongkou")
        assert found_policies(["虹口房租补贴"]) == found_policies(["rent SUPPORT"]) == ["rent"]

    def test_there_is_an_end_to_them(self) -> None:
        with pytest.raises(forms.ValidationError, match="At most 20"):
            found_policies(["x"] * (MAX_EXCLUDES + 1))

    @pytest.mark.parametrize("text", ["<script>alert(1)</script>", "%", "_", "' OR 1=1 --", "x" * 5_000, "😀"])
    def test_odd_words_find_nothing(self, text: str) -> None:
        PolicyFactory()
        with pytest.raises(forms.ValidationError, match="no published policy"):
            found_policies([text])

    def test_the_form_itself_has_an_end(self) -> None:
        made = RevisionForm({"excludes": "x" * 7_000}, content=blank())
        assert "excludes" in made.errors


# --- on the page --------------------------------------------------------------------------------------------------


def sent(revision: Revision, *terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    counts = {"criteria-TOTAL_FORMS": "0", "criteria-INITIAL_FORMS": "0", "lock_version": str(revision.lock_version)}
    return rows(*terms, category="finance", support_type="subsidy", **counts, **more)


TYPED = {"kind": "ratio", "percent": "30", "base": "rent"}


@pytest.mark.django_db
class TestPage:
    def test_rules_that_cannot_be_read_keep_everything_typed(self, as_user: SignIn) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        data = sent(revision, TYPED | {"percent": "a lot"}, excludes="nothing", save="1")
        text = seen(as_user(editor).post(f"/en/publishing/{revision.pk}/", data))
        for words in ('value="a lot"', "no published policy", ">\nnothing</textarea>", 'href="#id_terms"'):
            assert words in text, words
        revision.refresh_from_db()
        assert not revision.content.get("terms")

    def test_taking_a_rule_out(self, as_user: SignIn) -> None:
        editor = make.editor()
        revision = make.draft(editor, terms=[FIXED, EACH])
        kept = {"kind": "per_unit", "amount": "600", "unit": "person", "cap": "3,000,000"}
        data = sent(revision, {"kind": "fixed", "amount": "200,000", "remove": "on"}, kept, save="1")
        as_user(editor).post(f"/en/publishing/{revision.pk}/", data)
        revision.refresh_from_db()
        assert revision.content["terms"] == [EACH]

    def test_two_people_at_once_lose_nothing(self, as_user: SignIn) -> None:
        """The first changed the rules, the second another fact: both are in the form that the second one sees."""
        first, second = make.editor(), make.editor()
        revision = make.draft(first)
        before = sent(revision, repeat_limit="once", save="1")
        workflow.save_revision(revision, by=first, content={"terms": [CASE]}, seen=revision.lock_version)
        answer = as_user(second).post(f"/en/publishing/{revision.pk}/", before)
        assert answer.status_code == 409
        text = seen(answer)
        assert 'name="terms-0-label_en" value="New certification"' in text
        assert '<option value="once" selected' in text
        assert "How the amount is worked out" in text

    def test_a_translator_who_sends_rules_changes_none(self, as_user: SignIn) -> None:
        revision = make.draft(make.editor(), terms=[FIXED], excludes=["gone"])
        data = sent(revision, TYPED, excludes="x", save="1") | {"title_en": "Better words"}
        as_user(make.translator()).post(f"/en/publishing/{revision.pk}/", data)
        revision.refresh_from_db()
        assert revision.content["title_en"] == "Better words"
        assert (revision.content["terms"], revision.content["excludes"]) == ([FIXED], ["gone"])

    def test_what_is_published_is_what_was_written(self, as_user: SignIn, client: Client) -> None:
        PolicyFactory(slug="rent", title_en="Rent relief")
        editor = make.editor()
        revision = make.draft(editor)
        data = sent(revision, TYPED, excludes="Rent relief", repeat_limit="yearly", disclosed_on="2026-02-03", save="1")
        as_user(editor).post(f"/en/publishing/{revision.pk}/", data)
        revision = workflow.send_to_review(Revision.objects.get(pk=revision.pk), by=editor)
        workflow.publish(revision, by=make.reviewer(), seen=revision.lock_version)
        policy = Policy.objects.get(pk=revision.policy_id)
        assert policy.terms == [{"kind": "ratio", "percent": 30, "base": "rent"}]
        assert (policy.excludes, policy.repeat_limit, str(policy.disclosed_on)) == (["rent"], "yearly", "2026-02-03")
        client.logout()
        text = seen(client.get(f"/en/policies/{policy.slug}/calculator/?figure0=100"))
        assert "30% of CNY 100 = CNY 30" in text
        assert "Rent relief" in text


# --- told, and generated ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "old", "new", "english", "chinese"),
    [
        (
            *("terms", [], [RATIO]),
            "How the amount is worked out: now up to 20% of rent paid, at most CNY 2,000,000",
            "金额计算方式：现为已付租金的20%以内，最高200万元",
        ),
        ("terms", [FIXED], [], "no longer stated (was CNY 200,000)", "20万元"),
        ("repeat_limit", "", "once", "How often it can be had: now once only", "享受次数：现为限享受一次"),
        ("disclosed_on", None, "2026-02-03", "Made public on: now 3 February 2026", "公开日期：现为2026年2月3日"),
    ],
)
def test_followers_read_the_change_in_their_language(
    column: str, old: Any, new: Any, english: str, chinese: str
) -> None:
    assert english in changes_told({column: old}, {column: new}, {})[0]
    with translation.override("zh-hans"):
        assert chinese in changes_told({column: old}, {column: new}, {})[0]


def test_generated_policies_hold_sound_rules_and_some_exclude_another() -> None:
    codes = populating.Codes(["I65", "I64", "C35", "F51", "M73", "L72"], ["srdi", "high_tech"])
    made = [populating._facts(n, codes, Random(n), date(2026, 1, 5)) for n in range(1, 101)]
    assert all(validate(facts["terms"]) == [] for facts in made)
    assert {bool(facts["terms"]) for facts in made} == {True, False}
    assert sum(bool(facts["excludes"]) for facts in made) == 2
    assert {facts["repeat_limit"] for facts in made} == {"", "once", "yearly", "per_project"}
