"""What pages show of a revision: states, marks, facts in words, conditions in both languages."""

from typing import Any

import pytest
from django.utils import translation

from policies import workflow
from policies.content import TEXTS, content_of
from policies.models import Revision
from policies.publishing.drafts import blank
from policies.publishing.side_by_side import base_of, criteria_of, facts_of, pairs_of, remarks_on, state_of
from policies.publishing.staleness import AGREED
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory
from tests.factories.policies import PolicyFactory


def sides(content: dict[str, Any], **options: Any) -> dict[str, Any]:
    stale = options.pop("stale", [])
    return {side.column: side for pair in pairs_of(content, stale, **options) for side in pair.sides}


def marked(marks: list[Any]) -> str:
    signs = {"same": "{}", "ins": "+{}+", "del": "-{}-"}
    return "".join(signs[mark.kind].format(mark.text) for mark in marks)


class TestPairs:
    @pytest.mark.parametrize(
        ("content", "stale", "column", "state"),
        [
            ({"title_en": "A", "title_zh_hans": "甲"}, [], "title_en", "done"),
            ({"title_en": "A", "title_zh_hans": "甲"}, ["title_en"], "title_en", "stale"),
            ({"title_en": "", "title_zh_hans": "甲"}, ["title_en"], "title_en", "missing"),
            ({}, [], "title_en", "missing"),
            ({}, [], "contact_en", ""),
            ({"contact_zh_hans": "电话"}, [], "contact_en", "missing"),
            ({"contact_zh_hans": "电话"}, [], "contact_zh_hans", "done"),
            ({"contact_en": None}, [], "contact_en", ""),
        ],
    )
    def test_states(self, content: dict[str, Any], stale: list[str], column: str, state: str) -> None:
        assert state_of(content, column, stale) == state
        assert sides(content, stale=stale)[column].state == state

    def test_every_text_chinese_first(self) -> None:
        pairs = pairs_of(make.CONTENT, [])
        assert [pair.name for pair in pairs] == list(TEXTS)
        assert {tuple(side.lang for side in pair.sides) for pair in pairs} == {("zh-Hans", "en")}
        assert pairs[0].label == "Title"

    def test_labels_follow_the_language_of_the_page(self) -> None:
        with translation.override("zh-hans"):
            pair = pairs_of(make.CONTENT, [])[0]
        assert pair.label == "标题"
        assert [side.language for side in pair.sides] == ["中文", "英文"]

    def test_without_a_base_nothing_is_marked(self) -> None:
        side = sides(make.CONTENT)["summary_en"]
        assert marked(side.marks) == "A subsidy for enterprises."
        assert not side.changed

    def test_with_a_base_the_change_is(self) -> None:
        side = sides(make.CONTENT, base={"summary_en": "A loan for enterprises."})["summary_en"]
        assert marked(side.marks) == "A -loan-+subsidy+ for enterprises."
        assert side.changed

    def test_a_stale_text_shows_what_the_other_language_changed(self) -> None:
        content = make.CONTENT | {"summary_zh_hans": "给中小企业的补贴。", AGREED: {"summary_en": "给企业的补贴。"}}
        side = sides(content, stale=["summary_en"])["summary_en"]
        assert marked(side.source_marks) == "给+中小+企业的补贴。"
        assert sides(content)["summary_en"].source_marks == []

    def test_stale_without_a_memory_shows_the_other_text_unmarked(self) -> None:
        side = sides(make.CONTENT, stale=["summary_en"])["summary_en"]
        assert marked(side.source_marks) == "给企业的补贴。"


@pytest.mark.django_db
class TestFacts:
    def test_in_words(self) -> None:
        department = DepartmentFactory(name_en="Commerce Commission")
        content = make.CONTENT | {
            "level": "district",
            "mode": "no_application",
            "max_amount_cny": 200_000,
            "effective_from": "2026-01-02",
            "department_id": department.pk,
            "source_url": "https://example.org/",
        }
        facts = {fact.label: fact.value for fact in facts_of(content)}
        assert facts == {
            "Level": "District",
            "Category": "Finance",
            "Support type": "Subsidy",
            "How it is obtained": "Enjoyed without application",
            "Highest amount (CNY)": "CNY 200,000",
            "In force from": "2 January 2026",
            "Accepting department": "Commerce Commission",
            "Source": "https://example.org/",
        }

    def test_in_chinese(self) -> None:
        with translation.override("zh-hans"):
            facts = {
                fact.label: fact.value for fact in facts_of({"max_amount_cny": 200_000, "issued_on": "2026-01-02"})
            }
        assert facts == {"最高金额（元）": "20万元", "成文日期": "2026年1月2日"}

    def test_what_changed_and_what_is_gone(self) -> None:
        facts = facts_of(
            {"max_amount_cny": 300_000, "level": "park"}, {"max_amount_cny": 200_000, "issued_on": "2026-01-02"}
        )
        told = {fact.label: (fact.before, fact.value, fact.changed) for fact in facts}
        assert told["Highest amount (CNY)"] == ("CNY 200,000", "CNY 300,000", True)
        assert told["Date of document"] == ("2 January 2026", "", True)
        assert told["Level"] == ("", "Park", True)

    def test_values_that_are_no_longer_known(self) -> None:
        facts = {fact.label: fact.value for fact in facts_of({"level": "imperial", "department_id": 999_999})}
        assert facts == {"Level": "imperial"}

    def test_nothing_known(self) -> None:
        assert facts_of({}) == []


class TestCriteria:
    ten = {"field": "employees", "op": "gte", "value": 10}
    twenty = ten | {"value": 20, "clause_en": "Article 2", "clause_zh": "第二条"}

    def test_in_both_languages_with_the_clause(self) -> None:
        lists = criteria_of({"criteria": [self.ten, self.twenty]})
        assert [marked(line) for line in lists["en"]] == ["At least 10 employees", "At least 20 employees (Article 2)"]
        assert marked(lists["zh-hans"][1]).endswith("(第二条)")

    def test_compared(self) -> None:
        lists = criteria_of({"criteria": [self.twenty]}, {"criteria": [self.ten]})
        assert [marked(line) for line in lists["en"]] == ["At least -10-+20+ employees+ (Article 2)+"]
        same = criteria_of({"criteria": [self.ten]}, {"criteria": [self.ten]})
        assert [marked(line) for line in same["en"]] == ["At least 10 employees"]

    def test_none(self) -> None:
        assert criteria_of({}) == {"zh-hans": [], "en": []}
        assert criteria_of({"criteria": None}, {"criteria": []}) == {"zh-hans": [], "en": []}


@pytest.mark.django_db
class TestBase:
    def test_a_first_draft_has_none(self) -> None:
        assert base_of(make.draft()) is None

    def test_a_new_version_is_compared_with_what_is_published(self) -> None:
        policy = make.published(max_amount_cny=5).policy
        base = base_of(workflow.revise(policy, by=make.editor()))
        assert base is not None
        assert (base["title_en"], base["max_amount_cny"]) == ("Fictional subsidy", 5)

    def test_a_published_version_with_the_one_before_it(self) -> None:
        policy = PolicyFactory(version=3)
        contents = [{"title_en": f"Version {n}"} for n in (1, 2, 3)]
        rows = [
            Revision.objects.create(policy=policy, state="published", number=n, content=content)
            for n, content in enumerate(contents, start=1)
        ]
        assert [base_of(row) for row in rows] == [None, contents[0], contents[1]]

    def test_remarks_are_those_of_the_last_return(self) -> None:
        editor, reviewer = make.editor(), make.reviewer()
        revision = make.in_review(editor)
        workflow.send_back(revision, by=reviewer, text="First.")
        workflow.send_to_review(revision, by=editor)
        assert remarks_on(revision) == []
        workflow.send_back(revision, by=reviewer, text="Second.", remarks={"title": "Odd."})
        workflow.save_revision(revision, by=editor, content={"title_en": "Even"}, seen=0)
        assert [row.text for row in remarks_on(revision)] == ["Second.", "Odd."]

    def test_a_blank_content_has_every_column(self) -> None:
        assert set(blank()) == set(content_of(PolicyFactory()))
        assert blank()["criteria"] == []
        assert blank()["title_en"] == ""
