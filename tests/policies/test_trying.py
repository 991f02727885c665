"""Trying criteria out on made-up enterprises: what is shown of each condition, and that nothing is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

import enterprises
from enterprises.loading import TITLES
from policies.eligibility.criteria import AtLeast, Outcome, compile_criteria, evaluate
from policies.eligibility.fields import FIELDS
from policies.eligibility.form_rows import as_sent
from policies.eligibility.samples import SAMPLES
from policies.models import Revision, RevisionComment
from policies.publishing.trying import Trying, trying
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import IndustryFactory, TitleFactory
from tests.marks import seen

pytestmark = pytest.mark.django_db
TEN = {"field": "employees", "op": "gte", "value": 10}
SMALL = {"field": "size", "op": "in", "value": ["micro", "small"], "clause_en": "Article 2", "clause_zh": "第二条"}
LISTED = {"field": "listed", "op": "eq", "value": True}
SRDI = {"field": "titles", "op": "contains", "value": "srdi"}
SOFTWARE = {"field": "industry_code", "op": "in", "value": ["I65"]}
HONGKOU = {"field": "district", "op": "eq", "value": "310109"}
IN_PARK = {"field": "park", "op": "eq", "value": "warehouse-8"}
YEARS = {"field": "founded_years", "op": "gte", "value": 2.5}
TREE = [HONGKOU, {"any": [LISTED, {"all": [SMALL, TEN]}], "clause_en": "Article 1", "clause_zh": "第一条"}]
LARGE, NO = {"field": "size", "op": "eq", "value": "large"}, {"field": "listed", "op": "eq", "value": False}


def sent(**fields: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update({"try": "1"} | {f"try-{name}": value for name, value in fields.items()})
    return query


def panel(criteria: Any, **fields: str) -> Trying:
    return trying(sent(**fields), criteria, owner="write")


class TestSamples:
    def test_their_facts_are_facts_as_the_portal_keeps_them(self) -> None:
        data = json.loads((Path(enterprises.__file__).parent / "data" / "industries.json").read_text(encoding="utf-8"))
        industries = {row["code"] for section in data["sections"] for row in section["divisions"]}
        for sample in SAMPLES.values():
            facts = sample.facts
            assert facts.keys() <= FIELDS.keys()
            assert facts.get("industry_code", "I65") in industries
            assert set(facts["titles"]) <= TITLES.keys()
            assert str(facts.get("size") or "micro") in ("micro", "small", "medium", "large")

    def test_they_cover_every_size_and_ownership_both_places_and_the_unknown(self) -> None:
        facts = [sample.facts for sample in SAMPLES.values()]
        assert {each.get("size") for each in facts} == {"micro", "small", "medium", "large", None}
        assert {each.get("ownership") for each in facts} == {"domestic", "foreign", "joint"}
        assert {each["district"] for each in facts} == {"310109", "other"}
        assert any(isinstance(each["titles"], AtLeast) for each in facts)
        criteria = compile_criteria([{"field": "employees", "op": "gte", "value": 30}])
        assert {evaluate(criteria, each) for each in facts} == set(Outcome)

    def test_named_and_described_in_both_languages(self) -> None:
        for sample in SAMPLES.values():
            english, about = sample.name, str(sample.about)
            with translation.override("zh-hans"):
                assert sample.name != english
                assert str(sample.about) != about


class TestPanel:
    def test_each_condition_with_its_fact(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(1):
            tried = panel(TREE, sample="studio").tried
        assert tried is not None
        district, group = tried.conditions
        assert (tried.name, tried.word.text) == ("Paper Lantern Software Studio", "not met")
        assert (district.outcome, district.own) == ("met", "Hongkou District")
        assert (group.head, group.outcome, group.clause, group.own) == ("Any one of these:", "unmet", "Article 1", "")
        listed, inner = group.items
        assert (listed.word, listed.own, inner.head) == ("not met", "No", "All of these:")
        assert [(each.word, each.own, each.clause) for each in inner.items] == [
            ("met", "micro", "Article 2"),
            ("not met", "8 employees", ""),
        ]

    def test_a_typed_fact_counts_instead_and_a_question_mark_makes_it_unknown(self) -> None:
        tried = panel(TREE, sample="studio", employees="1,200").tried
        assert tried
        assert (tried.word.text, tried.settles) == ("met", "")
        tried = panel(TREE, sample="studio", employees="?").tried
        assert tried
        assert (tried.word.text, tried.settles) == ("unknown", "Number of employees")
        assert tried.conditions[1].items[1].items[1].own == ""

    def test_facts_alone(self) -> None:
        tried = panel([TEN, LISTED], sample="", employees="12", listed="yes").tried
        assert tried
        assert (tried.name, tried.word.text) == ("the facts typed", "met")
        tried = panel([TEN, LISTED], sample="", listed="no").tried
        assert tried
        assert tried.word.text == "not met"

    @pytest.mark.parametrize(
        ("criteria", "field", "text", "outcome"),
        [
            (SRDI, "titles", "none", "not met"),
            (SRDI, "titles", "无", "not met"),
            (SRDI, "titles", "SRDI、high_tech_enterprise", "met"),
            (SRDI, "titles", "？", "unknown"),
            (SOFTWARE, "industry_code", "I65", "met"),
            (SOFTWARE, "industry_code", "Software", "met"),
            (HONGKOU, "district", "other", "not met"),
            (HONGKOU, "district", "310101", "not met"),
            (HONGKOU, "district", "虹口区", "met"),
            (SMALL, "size", "小型", "met"),
            (LISTED, "listed", "是", "met"),
            (IN_PARK, "park", "none", "not met"),
            (IN_PARK, "park", "无", "not met"),
            (YEARS, "founded_years", "2.9", "not met"),
            (YEARS, "founded_years", "3", "met"),
        ],
    )
    def test_facts_as_people_type_them(self, criteria: Any, field: str, text: str, outcome: str) -> None:
        IndustryFactory(code="I65", name_en="Software")
        for code in ("srdi", "high_tech_enterprise"):
            TitleFactory(code=code, name_en=code.upper())
        tried = panel([criteria], sample="seedling", **{field: text}).tried
        assert tried
        assert tried.word.text == outcome

    @pytest.mark.parametrize(
        ("criteria", "field", "text", "told"),
        [
            (TEN, "employees", "many", "must be a number"),
            (TEN, "employees", "-5", "must be a number"),
            (TEN, "employees", "9" * 600, "at most 500 characters"),
            (SMALL, "size", "tiny", "not a valid code"),
            (SMALL, "size", "micro, small", "Give one value"),
            (SOFTWARE, "industry_code", "A99", "“A99” is not on the portal"),
            (SRDI, "titles", "best_ever", "“best_ever” is not on"),
            (SRDI, "titles", "<script>", "not a valid code"),
            (LISTED, "listed", "perhaps", "must be yes or no"),
            (TEN, "sample", "no-such", "valid choice"),
        ],
    )
    def test_what_is_no_fact_is_told_beside_its_field(self, criteria: Any, field: str, text: str, told: str) -> None:
        shown = panel([criteria], **{"sample": "studio", field: text})
        assert shown.tried is None
        assert told in str(shown.form.errors[field])

    def test_all_samples_at_a_glance_and_only_what_the_criteria_ask(self) -> None:
        shown = panel([TEN, {"any": [LISTED, SMALL]}], sample="chips")
        assert [word.text for _name, word in shown.others].count("met") == 4
        assert len(shown.others) == len(SAMPLES)
        assert list(shown.form.fields) == ["sample", "employees", "listed", "size"]

    def test_nothing_is_tried_unasked_or_while_something_is_wrong(self) -> None:
        assert trying(QueryDict(), TREE, owner="write").tried is None
        shown = trying(sent(sample="studio"), [], owner="write", wrong=["Condition 1: …"])
        assert (shown.tried, shown.wrong) == (None, ["Condition 1: …"])

    def test_without_conditions_everybody_meets_it(self) -> None:
        tried = panel([], sample="cafe").tried
        assert tried
        assert (tried.word.text, tried.conditions) == ("met", [])


def form_of(revision: Revision, *rows: dict[str, str], **fields: str) -> dict[str, str]:
    content = {name: value for name, value in make.CONTENT.items() if name != "criteria"}
    return {**content, "level": "district", "lock_version": "0", "try": "1", **as_sent(rows, 1), **fields}


class TestPages:
    def test_in_the_editor_it_is_the_form_that_is_tried_and_nothing_is_saved(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor, criteria=[TEN])
        client, url = as_user(editor), reverse("publishing:edit", args=[revision.pk])
        rows = [
            {"kind": "any", "key": "g1", "group": ""},
            {"field": "listed", "op": "eq", "value": "yes", "group": "g1"},
            {"field": "size", "op": "eq", "value": "micro", "group": "g1"},
        ]
        before = Revision.objects.values().get()
        page = client.post(url, form_of(revision, *rows, **{"try-sample": "cafe", "title_en": "Unsaved"}))
        html = seen(page)
        assert page.context["trying"].tried.word.text == "met"
        assert "Three Cats Café" in html
        assert "Fact: micro" in html
        assert "Unsaved" in html, "what was typed elsewhere is kept"
        assert Revision.objects.values().get() == before
        assert not RevisionComment.objects.exclude(act="created").exists()
        wrong = client.post(url, form_of(revision, rows[0], rows[1]))
        assert wrong.context["trying"].tried is None
        assert "Condition 1: A group needs at least two conditions." in seen(wrong)

    def test_a_new_policy_is_tried_before_it_is_saved(self, as_user: Any) -> None:
        row = {"field": "employees", "op": "gte", "value": "10"}
        fields = {"try": "1", "try-sample": "shipping", **as_sent([row], 1)}
        page = as_user(make.editor()).post(reverse("publishing:new"), fields)
        assert page.context["trying"].tried.word.text == "met"
        assert not Revision.objects.exists()

    def test_reviewers_lose_no_remark_over_it_and_decide_nothing(self, as_user: Any) -> None:
        revision = make.in_review(criteria=TREE)
        url = reverse("publishing:review", args=[revision.pk])
        fields = {"try": "1", "try-sample": "chips", "text": "My remark", "publish": "1", "lock_version": "0"}
        page = as_user(make.reviewer()).post(url, fields)
        assert page.context["trying"].tried.word.text == "met"
        assert "My remark" in seen(page)
        assert Revision.objects.get().state == "in_review"

    def test_readers_ask_by_address(self, as_user: Any) -> None:
        revision = make.in_review(criteria=TREE)
        url = reverse("publishing:review", args=[revision.pk])
        client = as_user(make.translator(language="zh-hans"))
        page = client.get(url.replace("/en/", "/zh-hans/"), {"try": "1", "try-sample": "elsewhere"})
        assert page.context["trying"].tried.word.text == "不符合"
        assert 'form="try"' in page.content.decode()
        assert 'hx-include="#try-it"' in page.content.decode(), "without it a script asks by address with no facts"
        assert "隔江机器人公司" in seen(page)

    def test_no_panel_once_it_is_decided_and_none_for_outsiders(self, as_user: Any) -> None:
        revision = make.published()
        url = reverse("publishing:review", args=[revision.pk])
        assert as_user(make.editor()).get(url, {"try": "1"}).context["trying"] is None
        assert as_user(UserFactory()).get(url, {"try": "1"}).status_code == 404
