"""Groups wherever criteria are read: matching, reach, the pages of people, the open data, comparisons and alerts."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from jsonschema import Draft202012Validator

from enterprises.models import Enterprise
from policies import presenting
from policies.alerts.change_words import changes_told
from policies.eligibility.criteria import AtLeast
from policies.eligibility.matching import match_facts
from policies.eligibility.naming import fact_words
from policies.eligibility.reach import Tally, newly_matching, reach_of
from policies.eligibility.sql import matching
from policies.models import Policy
from policies.opendata.api_schema import openapi
from policies.publishing.side_by_side import criteria_of
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
HONGKOU = {"field": "district", "op": "eq", "value": "310109"}
STAFF = {"field": "employees", "op": "gte", "value": 10, "clause_en": "Article 4 (1)", "clause_zh": "第四条第一款"}
LISTED = {"field": "listed", "op": "eq", "value": True}
RD = {"field": "rd_expense_ratio", "op": "gte", "value": 0.03}
GROUP = {"any": [STAFF, {"all": [LISTED, RD]}], "clause_en": "Article 4", "clause_zh": "第四条"}
TREE = [HONGKOU, GROUP]


def enterprises(*facts: dict[str, Any]) -> list[Enterprise]:
    return Enterprise.objects.bulk_create(
        Enterprise(**{"district": "310109", "verified_at": timezone.now()} | each) for each in facts
    )


def text(marks: Any) -> str:
    kinds = {"same": "{}", "ins": "+{}+", "del": "-{}-"}
    return "".join(kinds[mark.kind].format(mark.text) for mark in marks)


class TestMatching:
    @pytest.mark.parametrize(
        ("facts", "stands"),
        [
            ({"employees": 10}, "met"),
            ({"employees": 9, "listed": True, "rd_expense_ratio": 0.03}, "met"),
            ({"employees": 9, "listed": True}, "rd_expense_ratio"),
            ({"listed": False}, "employees"),
            ({"employees": 9}, "unclear"),
            ({}, "unclear"),
            ({"employees": 9, "listed": False}, "unmet employees"),
        ],
    )
    def test_a_policy_stands_by_its_groups(self, facts: dict[str, Any], stands: str) -> None:
        pk = PolicyFactory(criteria=TREE).pk
        twin = PolicyFactory(criteria=[*TREE, HONGKOU]).pk
        matches = match_facts({"district": "310109"} | facts, DAY)
        both = {pk, twin}
        if stands in ("met", "unclear"):
            assert set(getattr(matches, stands)) == both
        elif stands.startswith("unmet"):
            assert matches.unmet == {stands.removeprefix("unmet "): 2}
        else:
            assert matches.nearly == dict.fromkeys(both, stands)

    def test_the_database_finds_the_same(self, django_assert_num_queries: Any) -> None:
        rows = enterprises(
            {"employees": 10}, {"listed": True, "rd_expense_ratio": "0.03"}, {"employees": 9, "listed": False}, {}
        )
        with django_assert_num_queries(1):
            assert set(matching(TREE, DAY)) == set(rows[:2])
        policy = PolicyFactory.build(criteria=TREE)
        assert list(newly_matching(policy, [HONGKOU, STAFF], DAY)) == [rows[1].pk]


class TestReach:
    def test_a_group_counts_as_one(self, django_assert_num_queries: Any) -> None:
        enterprises(
            {"employees": 10},
            {"employees": 9, "listed": True, "rd_expense_ratio": "0.05"},
            {"employees": 9, "listed": False},  # the group alone excludes it
            {"employees": 9, "listed": True, "rd_expense_ratio": "0.01"},
            {"employees": 9, "listed": True},  # one fact would settle it
            {"employees": 9},  # two would
            {"employees": 9, "listed": False, "district": "other"},
        )
        rival = PolicyFactory(criteria=[{"any": [LISTED, RD]}])
        with django_assert_num_queries(1):
            reach = reach_of(TREE, DAY, previous=[HONGKOU, STAFF], rivals=[rival])
        assert (reach.met, reach.nearly, reach.unclear, reach.unmet) == (2, 1, 1, 3)
        assert reach.tallies == [Tally(6, 1, 0), Tally(2, 3, 2, alone=2)]
        assert (reach.hardest, reach.stay, reach.before, reach.both) == (1, 1, 1, [1])

    def test_nearly_is_what_matching_calls_so(self) -> None:
        known: list[dict[str, Any]] = [
            {
                name: value
                for name, value in zip(("employees", "listed", "rd_expense_ratio"), row, strict=True)
                if value != ""
            }
            for row in [(n, listed, rd) for n in ("", 9, 10) for listed in ("", True, False) for rd in ("", 0.01, 0.05)]
        ]
        enterprises(*known)
        PolicyFactory(criteria=TREE)
        reach = reach_of(TREE, DAY)
        stands = [match_facts({"district": "310109"} | facts, DAY) for facts in known]
        assert reach.met == sum(len(each.met) for each in stands)
        assert reach.nearly == sum(len(each.nearly) for each in stands)
        assert reach.unclear == sum(len(each.unclear) for each in stands)
        assert reach.unmet == sum(each.unmet.total() for each in stands)


class TestPages:
    def test_the_policy_page_lists_what_a_group_holds(self, client: Client) -> None:
        policy = PolicyFactory(criteria=TREE)
        page = seen(client.get(reverse("policies:detail", args=[policy.slug])))
        for words in ("Any one of these:", "Article 4 (1)", "All of these:", "R&D spending of at least 3% of revenue"):
            assert words in page
        with translation.override("zh-hans"):
            page = seen(client.get(reverse("policies:detail", args=[policy.slug])))
        assert "符合下列条件之一：" in page
        assert "第四条第一款" in page

    def test_an_enterprise_sees_how_each_item_stands_and_is_asked_for_what_is_missing(self, as_user: Any) -> None:
        policy = PolicyFactory(criteria=TREE)
        member = MembershipFactory(enterprise=EnterpriseFactory(employees=9, listed=True, district="310109"))
        page = as_user(member.user).get(reverse("policies:detail", args=[policy.slug]))
        group = page.context["conditions"][1]
        assert (group.outcome, group.field) == ("unknown", "rd_expense_ratio")
        assert [each.outcome for each in group.items] == ["unmet", "unknown"]
        html = seen(page)
        assert html.count("Tell us:") == 1
        assert "Your record: 9 employees" in html
        package = seen(as_user(member.user).get(reverse("home:package")))
        assert "Any one of these:" in package
        assert "Your record: 9 employees" in package

    def test_the_reviewer_reads_each_group_as_one_condition(self, as_user: Any) -> None:
        enterprises({"employees": 3, "listed": False})
        revision = make.in_review(criteria=TREE)
        page = seen(as_user(make.reviewer()).get(reverse("publishing:review", args=[revision.pk])))
        assert "Any of: At least 10 employees; (All of: Listed on a stock exchange; R&D spending" in page
        assert page.count("excludes most") == 1

    def test_a_group_names_the_field_that_leaves_it_open(self) -> None:
        (shown,) = presenting.conditions_for([GROUP], {"employees": 9, "listed": False}, {})
        assert (shown.outcome, shown.field, shown.label) == ("unmet", "employees", "Number of employees")
        (plain,) = presenting.conditions_of([GROUP], {})
        assert (plain.outcome, plain.clause, len(plain.items)) == ("", "Article 4", 2)
        assert plain.text.startswith("Any of: At least 10 employees; (All of: ")

    def test_titles_of_which_nothing_is_known_are_not_said_to_be_none(self) -> None:
        assert fact_words("titles", AtLeast(), {}) == ""
        assert fact_words("titles", frozenset(), {}) == "none"


class TestData:
    def test_groups_in_the_open_data_are_as_the_document_says(self, client: Client) -> None:
        PolicyFactory(slug="grouped", criteria=TREE)
        data = json.loads(client.get("/api/v1/policies/grouped/").content)
        schema = {"$ref": "#/components/schemas/PolicyWithVersions", "components": openapi()["components"]}
        Draft202012Validator(schema).validate(data)
        group = data["conditions"][1]
        assert group.keys() == {"any", "clause", "in_words"}
        assert group["clause"] == {"zh-Hans": "第四条", "en": "Article 4"}
        assert [each.keys() - {"clause", "in_words"} for each in group["any"]] == [{"field", "op", "value"}, {"all"}]
        assert group["any"][1]["in_words"]["zh-Hans"].startswith("同时符合下列条件：")
        for wrong in ({"any": []}, {"any": group["any"], "all": group["any"]}, {"field": "size"}):
            assert not Draft202012Validator({**schema, "$ref": "#/components/schemas/Criterion"}).is_valid(wrong)

    def test_a_changed_group_is_compared_word_for_word(self) -> None:
        other = {"any": [STAFF | {"value": 20}, GROUP["any"][1]], "clause_en": "Article 4", "clause_zh": "第四条"}
        lines = criteria_of({"criteria": [HONGKOU, other]}, {"criteria": TREE})
        assert text(lines["en"][1]).startswith("Any of: At least -10-+20+ employees; (All of:")
        gone = criteria_of({"criteria": [HONGKOU]}, {"criteria": TREE})
        assert text(gone["en"][1]).startswith("-Any of: At least 10 employees")

    def test_followers_are_told_of_a_group_in_one_sentence(self) -> None:
        (line,) = changes_told({"criteria": [HONGKOU]}, {"criteria": [HONGKOU, {"any": [LISTED, STAFF]}]}, {})
        assert line == "Conditions changed: now “Any of: Listed on a stock exchange; At least 10 employees”"

    def test_published_with_groups_it_matches_at_once(self) -> None:
        policy = make.published(criteria=TREE).policy
        assert Policy.objects.get(pk=policy.pk).criteria == TREE
        assert match_facts({"district": "310109", "employees": 12}, local_day()).met == [policy.pk]
