"""The rules of a policy's amount: what they may hold, in words, typed in a form, shown, compared and stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from policies import workflow
from policies.alerts.change_words import changes_told
from policies.checkup.stacking import conflicts, rivals_of
from policies.checkup.term_words import clause_of, term_words, terms_line
from policies.checkup.terms import BASES, MAX_TERMS, UNITS, validate
from policies.exchange.loading import load_records
from policies.exchange.loading_check import faults_of
from policies.models import Policy
from policies.publishing.drafts import blank
from policies.publishing.forms import RevisionForm
from policies.publishing.side_by_side import facts_of
from policies.publishing.term_forms import SentRows, TermsWidget
from portal.core.access import Refused
from tests.factories import publishing as make
from tests.factories.policies import PolicyFactory
from tests.policies.test_forms import typed
from tests.policies.test_loading import record

FIXED = {"kind": "fixed", "amount": 200_000}
RATIO = {"kind": "ratio", "percent": 20, "base": "rent", "cap": 2_000_000, "up_to": True}
EACH = {"kind": "per_unit", "amount": 600, "unit": "person", "cap": 3_000_000}
NAMED = {"kind": "ratio", "percent": 2.5, "base": "other", "label_en": "computing rental", "label_zh": "算力租用费"}
CASE = FIXED | {"label_en": "New certification", "label_zh": "新认定", "clause_en": "Article 3", "clause_zh": "第三条"}
ALL = [FIXED, RATIO, EACH, NAMED, CASE]


def test_sound_rules_have_no_faults() -> None:
    assert validate(ALL) == []
    assert validate([]) == []


@pytest.mark.parametrize(
    ("term", "key"),
    [
        ("text", "kind"),
        ({}, "kind"),
        ({"kind": "gift", "amount": 1}, "kind"),
        ({"kind": ["fixed"]}, "kind"),
        ({"kind": "fixed"}, "amount"),
        (FIXED | {"amount": 0}, "amount"),
        (FIXED | {"amount": -5}, "amount"),
        (FIXED | {"amount": 1.5}, "amount"),
        (FIXED | {"amount": True}, "amount"),
        (FIXED | {"amount": 10**16}, "amount"),
        (FIXED | {"cap": 5}, "cap"),
        (FIXED | {"colour": "red"}, "colour"),
        (FIXED | {"up_to": "yes"}, "up_to"),
        (RATIO | {"percent": 0}, "percent"),
        (RATIO | {"percent": 1001}, "percent"),
        (RATIO | {"percent": 1.005}, "percent"),
        (RATIO | {"percent": "20"}, "percent"),
        (RATIO | {"percent": float("nan")}, "percent"),
        (RATIO | {"base": "moon"}, "base"),
        (RATIO | {"base": ["rent"]}, "base"),
        (RATIO | {"cap": 0}, "cap"),
        (EACH | {"unit": "gram"}, "unit"),
        (CASE | {"label_zh": ""}, "label_zh"),
        (CASE | {"clause_en": "x" * 301}, "clause_en"),
        (CASE | {"clause_en": 3}, "clause_en"),
        (CASE | {"label_en": "\x00"}, "label_en"),
        ({"kind": "ratio", "percent": 5, "base": "other"}, "label_zh"),
    ],
)
def test_unsound_ones_name_the_key_that_is_wrong(term: Any, key: str) -> None:
    problems = validate([FIXED, term])
    assert [problem.index for problem in problems] == [1] * len(problems)
    assert key in {problem.key for problem in problems}
    assert "rule 2" in str(problems[0])


@pytest.mark.parametrize("terms", [None, "x", {}, [FIXED] * (MAX_TERMS + 1)])
def test_what_is_no_list_of_rules(terms: Any) -> None:
    assert [problem.index for problem in validate(terms)] == [-1]


@pytest.mark.parametrize(
    ("term", "english", "chinese"),
    [
        (FIXED, "CNY 200,000", "20万元"),
        (FIXED | {"up_to": True}, "up to CNY 200,000", "最高20万元"),
        (RATIO, "up to 20% of rent paid, at most CNY 2,000,000", "已付租金的20%以内，最高200万元"),
        (EACH, "CNY 600 for each person, at most CNY 3,000,000", "每人600元，最高300万元"),
        (NAMED, "2.5% of computing rental", "算力租用费的2.5%"),
        (CASE, "New certification: CNY 200,000", "新认定：20万元"),
    ],
)
def test_each_rule_in_words(term: Any, english: str, chinese: str) -> None:
    assert term_words(term) == english
    with translation.override("zh-hans"):
        assert term_words(term) == chinese


def test_every_code_has_a_name_in_both_languages() -> None:
    for name in (*BASES.values(), *UNITS.values()):
        assert str(name).isascii()
        with translation.override("zh-hans"):
            assert not str(name).isascii()


def test_several_in_one_line_and_the_clause_in_the_readers_language() -> None:
    assert terms_line([FIXED, RATIO]) == "CNY 200,000; up to 20% of rent paid, at most CNY 2,000,000"
    assert terms_line(None) == ""
    assert clause_of(CASE) == "Article 3"
    assert clause_of(FIXED) == ""


# --- typed --------------------------------------------------------------------------------------------------------


def rows(*terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    sent = {f"terms-{n}-{key}": str(value) for n, term in enumerate(terms) for key, value in term.items()}
    return typed(**sent, **more)


def form(data: dict[str, Any], policy: Policy | None = None, **options: Any) -> RevisionForm:
    query = QueryDict(mutable=True)
    query.update(data)
    return RevisionForm(query, content=options.pop("content", blank()), policy=policy, **options)


@pytest.mark.django_db
class TestForm:
    def test_what_people_type_becomes_rules(self) -> None:
        sent = rows(
            {"kind": "fixed", "amount": "20万", "percent": "5", "up_to": "on"},
            {"kind": ""},
            {"kind": "ratio", "percent": " 2.5 % ", "base": "rent", "cap": "1,000,000", "amount": "7"},
            {"kind": "per_unit", "amount": "600", "unit": "job", "remove": "on"},
        )
        made = form(sent)
        assert made.is_valid(), made.errors
        assert made.values()["terms"] == [
            {"kind": "fixed", "amount": 200_000, "up_to": True},
            {"kind": "ratio", "percent": 2.5, "base": "rent", "cap": 1_000_000},
        ]

    def test_what_is_stored_comes_back_unchanged(self) -> None:
        shown = RevisionForm(content=blank() | {"terms": ALL})
        fields = [row for row in shown.term_rows if row.initial]
        sent = [{key: value for key in row.fields if (value := row[key].value())} for row in fields]
        again = form(rows(*sent))
        assert again.is_valid(), again.errors
        assert again.values()["terms"] == ALL
        assert len(shown.term_rows) == len(ALL) + 2
        assert len(RevisionForm(content=blank() | {"terms": [FIXED] * MAX_TERMS}).term_rows) == MAX_TERMS

    @pytest.mark.parametrize(
        ("row", "field", "message"),
        [
            ({"amount": "5"}, "kind", "Choose what kind"),
            ({"kind": "fixed"}, "amount", "whole amount"),
            ({"kind": "fixed", "amount": "lots"}, "amount", "whole amount"),
            ({"kind": "ratio", "percent": "many", "base": "rent"}, "percent", "percentage above 0"),
            ({"kind": "ratio", "percent": "NaN", "base": "rent"}, "percent", "percentage above 0"),
            ({"kind": "ratio", "percent": "1e9", "base": "rent"}, "percent", "percentage above 0"),
            ({"kind": "ratio", "percent": "5"}, "base", "what the percentage is of"),
            ({"kind": "per_unit", "amount": "5"}, "unit", "for each of what"),
            ({"kind": "fixed", "amount": "5", "label_en": "A"}, "label_zh", "both languages"),
            ({"kind": "gift", "amount": "5"}, "kind", "valid choice"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, row: dict[str, Any], field: str, message: str) -> None:
        made = form(rows({"kind": "fixed", "amount": "1"}, row))
        assert not made.is_valid()
        assert made.errors["terms"] == ["Look at the rules again: 2."]
        first, second, *_empty = made.term_rows
        assert not first.errors
        assert message in str(second.errors[field])
        assert second.data["terms-1-kind"] == row.get("kind", ""), "what was typed stays"

    def test_rows_beyond_the_last_are_not_read_and_nothing_is_nothing(self) -> None:
        assert TermsWidget().value_from_datadict({f"terms-{MAX_TERMS}-kind": "fixed"}, {}, "terms") == SentRows()
        made = form(typed())
        assert made.is_valid()
        assert (made.values()["terms"], made.values()["excludes"], made.values()["repeat_limit"]) == ([], [], "")

    def test_translators_leave_them_as_they_are(self) -> None:
        content = blank() | {"terms": ALL, "excludes": ["rent"], "repeat_limit": "once"}
        made = form(rows({"kind": "fixed", "amount": "9"}, excludes="x"), content=content, texts_only=True)
        assert made.is_valid(), made.errors
        assert made.values()["terms"] == ALL
        assert (made.values()["excludes"], made.values()["repeat_limit"]) == (["rent"], "once")

    def test_excluded_policies_by_title_number_or_address(self) -> None:
        for slug, title in (("rent", "Rent relief"), ("loan", "Loan interest"), ("loan-2", "Loan interest again")):
            PolicyFactory(slug=slug, title_en=title, document_number=f"No. {slug}")
        lines = "Rent relief\n\n https://portal.example/en/policies/loan/ \nNo. loan-2\nrent"
        made = form(typed(excludes=lines))
        assert made.is_valid(), made.errors
        assert made.values()["excludes"] == ["rent", "loan", "loan-2"]
        assert RevisionForm(content=blank() | {"excludes": ["rent", "loan"]})["excludes"].value() == "rent\nloan"

    def test_excluded_policies_that_nobody_knows_or_several_do(self) -> None:
        for slug in ("loan-1", "loan-2"):
            PolicyFactory(slug=slug, title_en=f"Loan {slug}")
        PolicyFactory(slug="secret", published_at=None)
        made = form(typed(excludes="Loan\nsecret\nnone"))
        assert not made.is_valid()
        several, secret, unknown = made.errors["excludes"]
        assert "loan-1" in several
        assert ("secret" in secret, "none" in unknown) == (True, True)
        assert not form(typed(excludes="\n".join(str(n) for n in range(21)))).is_valid()

    def test_a_policy_does_not_exclude_itself(self) -> None:
        policy = PolicyFactory(slug="self")
        assert "itself" in str(form(typed(excludes="self"), policy).errors["excludes"])


# --- stored, compared, told ---------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestRevisions:
    @pytest.mark.parametrize("content", [{"terms": [{"kind": "gift"}]}, {"terms": "x"}, {"excludes": "rent"}])
    def test_no_draft_holds_what_means_nothing(self, content: dict[str, Any]) -> None:
        with pytest.raises(Refused):
            workflow.begin(by=make.editor(), content=make.CONTENT | content)

    def test_published_and_shown_in_words(self) -> None:
        PolicyFactory(slug="rent", title_en="Rent relief")
        extra = {"terms": [RATIO], "repeat_limit": "yearly", "excludes": ["rent", "gone"], "disclosed_on": "2026-02-03"}
        policy = make.published(**extra).policy
        assert (policy.terms, policy.repeat_limit, policy.excludes) == ([RATIO], "yearly", ["rent", "gone"])
        facts = {fact.label: fact.value for fact in facts_of(make.CONTENT | extra)}
        assert facts["How the amount is worked out"] == term_words(RATIO)
        assert facts["How often it can be had"] == "once a year"
        assert facts["Not together with"] == "Rent relief; gone"
        assert facts["Made public on"] == "3 February 2026"

    def test_changes_are_told_to_followers(self) -> None:
        PolicyFactory(slug="rent", title_en="Rent relief")
        before = {"terms": [FIXED], "repeat_limit": "once", "excludes": []}
        after = {"terms": [RATIO], "repeat_limit": "yearly", "excludes": ["rent"]}
        told = changes_told(before, after, {})
        assert (
            "How the amount is worked out: now up to 20% of rent paid, at most CNY 2,000,000 (was CNY 200,000)" in told
        )
        assert "How often it can be had: now once a year (was once only)" in told
        assert "Not together with: now Rent relief" in told
        assert len(told) == 3

    def test_a_file_may_carry_them_and_is_checked(self) -> None:
        extra: Any = {"terms": ALL, "repeat_limit": "once", "excludes": ["rent"], "disclosed_on": "2024-01-06"}
        load_records([record(**extra)])
        policy = Policy.objects.get()
        assert (policy.terms, policy.excludes, str(policy.disclosed_on)) == (ALL, ["rent"], "2024-01-06")
        assert load_records([record(**extra)]) == {"unchanged": 1}
        wrong = {"terms": [{"kind": "x"}], "repeat_limit": "hourly", "excludes": "rent", "disclosed_on": "soon"}
        assert {fault.field for fault in faults_of([record(**wrong)])} == set(wrong)
        assert {fault.field for fault in faults_of([record(excludes=["a b"])])} == {"excludes"}


@pytest.mark.django_db
def test_conflicts_hold_both_ways_and_only_between_published_policies() -> None:
    one = PolicyFactory(slug="one", excludes=["two", "secret", "one", "gone"])
    two, three = PolicyFactory(slug="two"), PolicyFactory(slug="three", excludes=["two"])
    PolicyFactory(slug="secret", published_at=None, excludes=["three"])
    assert conflicts() == {one.pk: {two.pk}, two.pk: {one.pk, three.pk}, three.pk: {two.pk}}
    assert {policy.slug for policy in rivals_of(two)} == {"one", "three"}
    assert rivals_of(PolicyFactory()) == []


@pytest.mark.django_db
def test_the_public_page_tells_rules_limits_and_conflicts(client: Client) -> None:
    PolicyFactory(slug="rent", title_en="Rent relief", excludes=["award"])
    PolicyFactory(slug="award", terms=[CASE, RATIO], repeat_limit="yearly", disclosed_on="2026-02-03")
    text = client.get("/en/policies/award/").content.decode()
    for words in ("New certification: CNY 200,000", "Article 3", "once a year", "Rent relief", "3 February 2026"):
        assert words in text, words


@pytest.mark.django_db
def test_editors_write_them_on_the_page(as_user: Callable[[Any], Client]) -> None:
    editor = make.editor()
    revision = make.draft(editor, terms=[FIXED], repeat_limit="once")
    page = as_user(editor)
    address = f"/en/publishing/{revision.pk}/"
    text = page.get(address).content.decode()
    assert 'name="terms-0-amount" value="200,000"' in text
    counts = {"criteria-TOTAL_FORMS": "0", "criteria-INITIAL_FORMS": "0", "lock_version": str(revision.lock_version)}
    sent = rows({"kind": "ratio", "percent": "x", "base": "rent"}, category="finance", support_type="subsidy", **counts)
    again = page.post(address, sent)
    assert "percentage above 0" in again.content.decode()
    more = page.post(address, sent | {"more": "1"}).content.decode()
    assert ('value="x"' in more, "percentage above 0" in more) == (True, False), "kept, and not judged yet"
    page.post(address, sent | {"terms-0-percent": "30", "save": "1"})
    revision.refresh_from_db()
    assert revision.content["terms"] == [{"kind": "ratio", "percent": 30, "base": "rent"}]
