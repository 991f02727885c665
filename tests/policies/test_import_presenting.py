"""The preview in words: every kind of value, in both languages, with as many queries for one row as for twenty."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from policies.exchange.presenting import notes_of, shown_rows, unknown_of
from policies.models import ImportRow, PolicyImport
from policies.publishing.differences import Mark
from tests.factories.accounts import DepartmentFactory
from tests.factories.imports import complete, imported
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


def row(kind: str = "changed", *changes: list[Any], **fields: Any) -> ImportRow:
    return ImportRow(pk=fields.pop("pk", 1), number=2, kind=kind, changes=list(changes), **fields)


def shown(each: ImportRow, language: str = "en") -> dict[str, Any]:
    with translation.override(language):
        return shown_rows([each])[0]


@pytest.mark.parametrize(
    ("change", "before", "now"),
    [
        (["level", "district", "park"], "District", "Park"),
        (["category", "", "finance"], "", "Finance"),
        (["mode", "fast", ""], "Fast track", ""),
        (["repeat_limit", "", "yearly"], "", "once a year"),
        (["confidence", "high", "low"], "read on the source page", "partly inferred"),
        (["issued_on", None, "2026-03-01"], "", "1 March 2026"),
        (["window_closes", "2026-03-01", None], "1 March 2026", ""),
        (["max_amount_cny", 200_000, 0], "CNY 200,000", "CNY 0"),
        (["document_number", "1号", "2号"], "1号", "2号"),
        (["source_url", "", "https://example.org/"], "", "https://example.org/"),
        (["translated", [], ["title_en", "summary_en"]], "", "Title (English), Summary (English)"),
        (["terms", [], [{"kind": "fixed", "amount": 200_000}]], "", "CNY 200,000"),
        (["excludes", ["nowhere"], []], "nowhere", ""),
        (["department_id", 999_999, None], "", ""),
    ],
)
def test_facts_are_said_in_words_with_what_they_were(change: list[Any], before: str, now: str) -> None:
    [said] = shown(row("changed", change))["changes"]
    assert said["label"]
    fact = said["fact"]
    assert (fact.before, fact.value) == (before, now) if fact else (before, now) == ("", "")
    assert (said["marks"], said["lines"]) == ([], [])


@pytest.mark.parametrize(("column", "lang"), [("summary_en", "en"), ("summary_zh_hans", "zh-Hans")])
def test_texts_have_their_words_marked_in_their_language(column: str, lang: str) -> None:
    [said] = shown(row("changed", [column, "One two", "One three"]))["changes"]
    assert said["lang"] == lang
    assert said["marks"] == [Mark("same", "One "), Mark("del", "two"), Mark("ins", "three")]
    [filled] = shown(row("changed", [column, None, "New"]))["changes"]
    assert filled["marks"] == [Mark("ins", "New")]


def test_conditions_are_lines_that_stay_come_or_go() -> None:
    ten, twenty = ({"field": "employees", "op": "gte", "value": number} for number in (10, 20))
    flag = {"field": "industry_code", "op": "in", "value": ["I"]}
    [said] = shown(row("changed", ["criteria", [flag, ten], [flag, twenty]]))["changes"]
    assert [marks[0].kind for marks in said["lines"]] == ["same", "ins", "del"]
    assert "20" in said["lines"][1][0].text
    [chinese] = shown(row("changed", ["criteria", [], [ten]]), "zh-hans")["changes"]
    assert chinese["lines"][0][0].text != said["lines"][2][0].text


def test_departments_and_excluded_policies_are_called_by_name() -> None:
    old, new = DepartmentFactory(name_en="Commerce"), DepartmentFactory(name_en="Finance Office")
    PolicyFactory(slug="other", title_en="Other policy")
    changes = [["department_id", old.pk, new.pk], ["excludes", [], ["other", "nowhere"]]]
    facts = [each["fact"] for each in shown(row("changed", *changes))["changes"]]
    assert [(fact.before, fact.value) for fact in facts] == [
        ("Commerce", "Finance Office"),
        ("", "Other policy; nowhere"),
    ]


def test_a_new_policy_is_shown_with_all_it_brings_in_the_order_of_the_columns() -> None:
    content = {"max_amount_cny": 0, "category": "finance", "title_en": "New", "benefit_en": "", "criteria": []}
    said = shown(row("new", content=content))
    assert [each["label"] for each in said["brings"]] == ["Title (English)", "Category", "Highest amount (CNY)"]
    assert (said["changes"], said["title"], said["may_choose"]) == ([], "New", True)


@pytest.mark.parametrize(
    ("kind", "outcome", "tone", "outcome_tone", "may_choose"),
    [
        ("new", "", "ok", "quiet", True),
        ("changed", "", "info", "quiet", True),
        ("changed", "waiting", "info", "quiet", False),
        ("changed", "review", "info", "ok", False),
        ("new", "draft", "ok", "warn", False),
        ("new", "refused", "ok", "bad", False),
        ("unchanged", "", "quiet", "quiet", False),
        ("busy", "", "warn", "quiet", False),
        ("wrong", "", "bad", "quiet", False),
    ],
)
def test_tones_and_what_can_be_ticked(kind: str, outcome: str, tone: str, outcome_tone: str, may_choose: bool) -> None:
    said = shown(row(kind, outcome=outcome))
    assert (said["tone"], said["outcome_tone"], said["may_choose"]) == (tone, outcome_tone, may_choose)


def test_the_title_is_in_the_readers_language_where_there_is_one() -> None:
    policy = PolicyFactory(slug="p", title_zh_hans="已发布", title_en="Published")
    new = row("new", title="甲", content={"title_zh_hans": "甲", "title_en": "Alpha"})
    assert (shown(new)["title"], shown(new, "zh-hans")["title"]) == ("Alpha", "甲")
    known = row("changed", title="old", policy=policy, content={"benefit_en": "x"})
    assert (shown(known)["title"], shown(known, "zh-hans")["title"]) == ("Published", "已发布")
    assert shown(known)["policy_url"] == "/en/publishing/policies/p/"
    assert shown(row("wrong", title="as typed"))["title"] == "as typed"
    assert shown(row("wrong"))["policy_url"] == ""


def test_faults_and_reasons_are_in_the_readers_language() -> None:
    wrong = row("wrong", faults=[["title_en", "B2", "过长", "too long"], ["slug", "", "为空", "empty"]])
    assert [(each["cell"], each["words"]) for each in shown(wrong)["faults"]] == [("B2", "too long"), ("", "empty")]
    assert [each["label"] for each in shown(wrong, "zh-hans")["faults"]] == ["标题（英文）", "地址简称"]
    assert [each["words"] for each in shown(wrong, "zh-hans")["faults"]] == ["过长", "为空"]
    taken = row("new", outcome="draft", said={"zh-hans": "缺少", "en": "missing"})
    assert (shown(taken)["said"], shown(taken, "zh-hans")["said"], shown(row())["said"]) == ("missing", "缺少", "")


def test_one_row_and_twenty_take_the_same_queries() -> None:
    departments = [DepartmentFactory() for _number in range(4)]
    policies = [PolicyFactory() for _number in range(4)]

    def rows(count: int) -> list[ImportRow]:
        return [
            row(
                "changed",
                ["department_id", departments[n % 4].pk, departments[n % 3].pk],
                ["excludes", [policies[n % 4].slug], [policies[n % 3].slug]],
                ["criteria", [], [{"field": "industry_code", "op": "in", "value": [f"I6{n % 4}"]}]],
                ["level", "district", "park"],
                pk=n + 1,
            )
            for n in range(count)
        ]

    counts = []
    for count in (1, 20):
        with CaptureQueriesContext(connection) as asked:
            assert len(shown_rows(rows(count))) == count
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3


def batch(**notes: Any) -> PolicyImport:
    return PolicyImport(notes=notes)


def test_notes_say_how_the_file_was_read() -> None:
    said = notes_of(batch(sheet="Tabelle1", headings=3, others=["Two", "Three"], columns=["slug", "title_en"]))
    assert said[0] == "Read from the sheet “Tabelle1”, headings in row 3."
    assert said[1] == "Not read: the sheets “Two”, “Three”."
    assert said[2].startswith("These columns are not in the file and stay as they are")
    assert "Title (Chinese)" in said[2]
    assert "Title (English)" not in said[2]
    assert len(said) == 3


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (["document_number", "title_zh_hans"], "“Document number”"),
        (["title_zh_hans"], "“Title (Chinese)”"),
    ],
)
def test_without_short_names_the_notes_say_what_policies_are_recognised_by(columns: list[str], words: str) -> None:
    said = notes_of(batch(encoding="GB18030", columns=columns))
    assert said[0] == "Read as GB18030."
    assert said[-1] == f"Policies are recognised by {words}."


def test_unknown_columns_are_said_where_there_are_any() -> None:
    assert unknown_of(batch(unknown=["price (D)", "note (E)"])).endswith("left out: price (D), note (E).")
    assert unknown_of(batch(unknown=[])) == unknown_of(batch()) == ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_real_preview_is_shown_whole(language: str) -> None:
    preview = imported(
        complete(excludes=["second"], mode="fast", translated=["title_en"]),
        complete(slug="second", title_zh_hans="二"),
        {"slug": "no slug at all"},
    )
    with translation.override(language):
        said = shown_rows(preview.rows.order_by("number"))
        assert notes_of(preview)
    assert [each["row"].kind for each in said] == ["new", "new", "wrong"]
    assert len(said[0]["brings"]) == len(said[1]["brings"]) + 3
    assert said[2]["faults"]
