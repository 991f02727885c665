"""Which policies fit an enterprise, by the facts the portal knows on a day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from enterprises.models import TitleGrant
from policies.eligibility.criteria import AtLeast, Outcome, compile_criteria, evaluate
from policies.eligibility.matching import Matches, facts_of, match, match_facts, most_useful_field, rules
from policies.eligibility.naming import codes_in, codes_of, fact_words, names_of
from policies.models import Policy
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    ParkFactory,
    SubdistrictFactory,
    TitleFactory,
)
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
HONGKOU = {"field": "district", "op": "eq", "value": "310109"}
RD = {"field": "rd_expense_ratio", "op": "gte", "value": 0.03}
STAFF = {"field": "employees", "op": "gte", "value": 10}
HIGH_TECH = {"field": "titles", "op": "contains", "value": "high_tech_enterprise"}


def grant(enterprise: Any, code: str = "high_tech_enterprise", **fields: Any) -> None:
    TitleGrant.objects.create(enterprise=enterprise, title=TitleFactory(code=code), **fields)


def test_facts_speak_the_language_of_criteria() -> None:
    enterprise = EnterpriseFactory(
        industry=IndustryFactory(),
        subdistrict=SubdistrictFactory(),
        park=ParkFactory(),
        founded_on=date(2020, 11, 23),
        rd_expense_ratio="0.0350",
        employees=25,
        listed=False,
        ownership="foreign",
        titles_known=True,
    )
    facts = facts_of(enterprise, DAY)
    assert facts["industry_code"] == "I65"
    assert facts["subdistrict"] == "310109014"
    assert facts["park"] == "fictional-park"
    assert facts["founded_years"] == 5  # the sixth is full tomorrow
    assert facts_of(enterprise, DAY + timedelta(days=1))["founded_years"] == 6
    assert facts["rd_expense_ratio"] == 0.035
    assert facts["listed"] is False
    assert facts["titles"] == frozenset()
    assert not isinstance(facts["titles"], AtLeast)


def test_nothing_known_is_unknown_not_unmet() -> None:
    PolicyFactory(criteria=[RD])
    matches = match(EnterpriseFactory(district=""), DAY)
    assert (matches.met, matches.unmet) == ([], {})
    assert list(matches.nearly.values()) == ["rd_expense_ratio"]


@pytest.mark.parametrize(
    ("known", "held", "wanted", "outcome"),
    [
        (True, [], "high_tech_enterprise", Outcome.UNMET),
        (True, ["srdi"], "high_tech_enterprise", Outcome.UNMET),
        (True, ["srdi", "high_tech_enterprise"], "high_tech_enterprise", Outcome.MET),
        (False, [], "high_tech_enterprise", Outcome.UNKNOWN),
        (False, ["srdi"], "high_tech_enterprise", Outcome.UNKNOWN),
        (False, ["high_tech_enterprise"], "high_tech_enterprise", Outcome.MET),
    ],
)
def test_titles_count_as_complete_only_when_the_enterprise_said_so(
    known: bool, held: list[str], wanted: str, outcome: Outcome
) -> None:
    enterprise = EnterpriseFactory(titles_known=known)
    for code in held:
        grant(enterprise, code)
    compiled = compile_criteria([{"field": "titles", "op": "contains", "value": wanted}])
    assert evaluate(compiled, facts_of(enterprise, DAY)) is outcome


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"expires_on": DAY}, True),
        ({"expires_on": DAY - timedelta(days=1)}, False),
        ({"granted_on": DAY}, True),
        ({"granted_on": DAY + timedelta(days=1)}, False),
        ({}, True),
    ],
)
def test_a_title_counts_from_its_grant_to_its_last_day(fields: dict[str, Any], holds: bool) -> None:
    enterprise = EnterpriseFactory(titles_known=True)
    grant(enterprise, **fields)
    assert ("high_tech_enterprise" in facts_of(enterprise, DAY)["titles"]) is holds


def test_policies_are_grouped_by_how_they_stand() -> None:
    fits = PolicyFactory(criteria=[HONGKOU, STAFF])
    missing = PolicyFactory(criteria=[HONGKOU, RD])
    twice = PolicyFactory(criteria=[RD, {**RD, "op": "lte", "value": 0.5}])
    several = PolicyFactory(criteria=[RD, HIGH_TECH])
    PolicyFactory(criteria=[RD, {**STAFF, "value": 100}])
    matches = match(EnterpriseFactory(employees=25), DAY)
    assert matches.met == [fits.pk]
    assert matches.nearly == {missing.pk: "rd_expense_ratio", twice.pk: "rd_expense_ratio"}
    assert matches.unclear == [several.pk]
    assert matches.unmet == {"employees": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"published_at": None},
        {"effective_to": DAY - timedelta(days=1)},
        {"effective_from": DAY + timedelta(days=1)},
        {"repealed_on": DAY},
    ],
)
def test_only_published_policies_in_force_are_matched(fields: dict[str, Any]) -> None:
    PolicyFactory(criteria=[HONGKOU], **fields)
    assert match(EnterpriseFactory(), DAY) == Matches()


def test_the_most_useful_come_first() -> None:
    def days(opens: int | None, closes: int | None) -> dict[str, date | None]:
        return {
            "window_opens": None if opens is None else DAY + timedelta(days=opens),
            "window_closes": None if closes is None else DAY + timedelta(days=closes),
        }

    closed = PolicyFactory(criteria=[HONGKOU], max_amount_cny=9_000_000, **days(None, -1))
    later = PolicyFactory(criteria=[HONGKOU], max_amount_cny=100, **days(10, 20))
    for_all = PolicyFactory(criteria=[], max_amount_cny=5_000_000)
    rich = PolicyFactory(criteria=[HONGKOU], max_amount_cny=2_000_000)
    far = PolicyFactory(criteria=[], **days(-5, 40))
    near = PolicyFactory(criteria=[], **days(None, 0))
    expected = [near, far, rich, later, for_all, closed]
    assert match(EnterpriseFactory(), DAY).met == [policy.pk for policy in expected]


def test_the_question_asked_first_settles_the_most() -> None:
    for _n in range(2):
        PolicyFactory(criteria=[HIGH_TECH])
    PolicyFactory(criteria=[RD])
    PolicyFactory(criteria=[RD, HONGKOU])
    PolicyFactory(criteria=[RD, STAFF])  # two facts missing: neither would settle it
    enterprise = EnterpriseFactory()
    assert most_useful_field(match(enterprise, DAY)) == ("rd_expense_ratio", 2)
    PolicyFactory(criteria=[HIGH_TECH])
    assert most_useful_field(match(enterprise, DAY)) == ("titles", 3)
    assert most_useful_field(Matches()) is None


def test_a_change_is_seen_at_once(django_assert_num_queries: Callable[..., Any]) -> None:
    policy = PolicyFactory(criteria=[HONGKOU])
    facts = {"district": "310109"}
    assert match_facts(facts, DAY).met == [policy.pk]
    with django_assert_num_queries(1):
        assert match_facts(facts, DAY).met == [policy.pk]
    another = PolicyFactory(criteria=[])
    assert match_facts(facts, DAY).met == [policy.pk, another.pk]
    Policy.objects.filter(pk=policy.pk).update(criteria=[RD], changed_at=timezone.now())
    assert match_facts(facts, DAY).met == [another.pk]


def test_the_day_decides() -> None:
    policy = PolicyFactory(effective_to=DAY)
    assert [rule.policy for rule in rules(DAY)] == [policy.pk]
    assert rules(DAY + timedelta(days=1)) == []


def test_matching_takes_the_same_two_queries_for_many_policies(django_assert_num_queries: Callable[..., Any]) -> None:
    enterprise = EnterpriseFactory()
    for size in (1, 30):
        PolicyFactory.create_batch(size, criteria=[HONGKOU, RD])
        match(enterprise, DAY)
        enterprise = type(enterprise).objects.get(pk=enterprise.pk)
        with django_assert_num_queries(2):
            match(enterprise, DAY)


def test_names_of_codes_take_one_query_and_follow_the_language(django_assert_num_queries: Callable[..., Any]) -> None:
    IndustryFactory()
    SubdistrictFactory()
    ParkFactory(name_en="")
    codes = codes_in(
        [
            {"field": "industry_code", "op": "any", "value": ["I65", "Z99"]},
            {"field": "subdistrict", "op": "eq", "value": "310109014"},
            {"field": "park", "op": "eq", "value": "fictional-park"},
            {"field": "district", "op": "eq", "value": "310109"},
            {"field": "size", "op": "eq", "value": "micro"},
            {"field": "employees", "op": "gte", "value": 3},
        ]
    )
    with django_assert_num_queries(1):
        names = names_of(codes)
    assert names["industry_code", "I65"] == "Software and Information Technology Services"
    assert ("industry_code", "Z99") not in names
    assert names["park", "fictional-park"] == "虚构园区"  # no English name: the Chinese one
    assert names["district", "310109"] == "Hongkou District"
    assert names["size", "micro"] == "micro"
    with translation.override("zh-hans"):
        assert names_of({("subdistrict", "310109014")})["subdistrict", "310109014"] == "嘉兴路街道"
    with django_assert_num_queries(0):
        assert names_of([]) == {}


@pytest.mark.parametrize(
    ("field", "fact", "words"),
    [
        ("employees", 1, "1 employee"),
        ("employees", 1200, "1,200 employees"),
        ("annual_revenue_cny", 200000, "CNY 200,000"),
        ("rd_expense_ratio", 0.035, "3.5%"),
        ("founded_years", 5, "5 years"),
        ("listed", False, "No"),
        ("titles", frozenset(), "none"),
        ("titles", frozenset({"b", "a"}), "A, b"),
        ("district", "other", "another district or city"),
        ("industry_code", "I65", "I65"),
        ("park", None, ""),
    ],
)
def test_facts_in_plain_words(field: str, fact: Any, words: str) -> None:
    names = {("titles", "a"): "A"} | names_of({("district", "other")})
    assert fact_words(field, fact, names) == words


def test_the_codes_of_facts_are_those_with_names() -> None:
    facts = {"industry_code": "I65", "park": None, "employees": 3, "titles": frozenset({"srdi"}), "size": "micro"}
    assert codes_of(facts) == {("industry_code", "I65"), ("titles", "srdi"), ("size", "micro")}
