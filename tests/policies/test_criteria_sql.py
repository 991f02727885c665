"""The same criteria in Python for one enterprise and in SQL for all: both must say the same of every condition."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import Enterprise, TitleGrant
from policies.eligibility.criteria import Outcome, compile_criteria, evaluate, explain
from policies.eligibility.fields import FIELDS, OPERATORS
from policies.eligibility.matching import facts_of
from policies.eligibility.sql import condition_sql, criteria_sql, matching, surely
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    ParkFactory,
    SubdistrictFactory,
    TitleFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
OUTCOMES = {True: Outcome.MET, False: Outcome.UNMET, None: Outcome.UNKNOWN}
INDUSTRIES = ["I", "I65", "I651", "I6510", "K70", "K7020", "C"]
PLACES = ["310109018", "310109009"]
PARKS = ["one-park", "other-park"]
TITLES = ["srdi", "little_giant", "regional_hq"]
DAYS = [DAY, date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1)]
FOUNDED = [
    *(
        day.replace(year=day.year - years, day=min(day.day, 28)) + timedelta(days=shift)
        for day in DAYS[:2]
        for years in (0, 1, 4)
        for shift in (-1, 0, 1)
    ),
    *(date(2024, 2, 29), date(2020, 2, 29), date(2030, 1, 1), date(1, 1, 1)),
]
SMALL = st.sampled_from([0, 1, 2, 3, 10**14])
RATIOS = st.sampled_from([0, 1, 0.03, 0.3, 0.035, 0.1 + 0.2, 1e-7, 0.0001])
VALUES: dict[str, Any] = {
    "district": st.sampled_from(["310109", "310101"]),
    "subdistrict": st.sampled_from(PLACES),
    "industry_code": st.sampled_from([*INDUSTRIES, "A", "K7010"]),
    "size": st.sampled_from(["micro", "small", "large"]),
    "ownership": st.sampled_from(["domestic", "foreign"]),
    "founded_years": st.sampled_from([0, 1, 2, 3, 4, 0.5, 3.5, 4.0, 1000]),
    "employees": st.sampled_from([0, 1, 2, 3]),
    "annual_revenue_cny": SMALL,
    "rd_expense_ratio": RATIOS,
    "titles": st.sampled_from(TITLES),
    "listed": st.booleans(),
    "park": st.sampled_from(PARKS),
}


@st.composite
def conditions(draw: Any) -> dict[str, Any]:
    field = draw(st.sampled_from(sorted(FIELDS)))
    op = draw(st.sampled_from(sorted(OPERATORS[FIELDS[field].kind])))
    values = st.lists(VALUES[field], min_size=1, max_size=3) if op in ("in", "any") else VALUES[field]
    return {"field": field, "op": op, "value": draw(values)}


def items(depth: int = 2) -> Any:
    """A condition, or a group of items, to the depth that is possible."""
    if not depth:
        return conditions()
    held = st.lists(items(depth - 1), min_size=1, max_size=3)
    return conditions() | st.builds(lambda kind, inside: {kind: inside}, st.sampled_from(["any", "all"]), held)


def maybe(values: Any, unknown: Any = None) -> Any:
    return st.just(unknown) | st.sampled_from(values)


GRANT = st.tuples(
    maybe([DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]), maybe([DAY + timedelta(days=1), DAYS[1]])
)
PROFILES = st.fixed_dictionaries(
    {
        "district": maybe(["310109", "310101", "other"], ""),
        "subdistrict_id": maybe(PLACES),
        "industry_id": maybe(INDUSTRIES),
        "size": maybe(["micro", "small", "medium", "large"], ""),
        "ownership": maybe(["domestic", "foreign", "joint"], ""),
        "founded_on": maybe(FOUNDED),
        "employees": maybe([0, 1, 2, 3]),
        "annual_revenue_cny": st.none() | SMALL,
        "rd_expense_ratio": maybe([Decimal(text) for text in ("0", "1", "0.03", "0.035", "0.3", "0.0001")]),
        "listed": maybe([True, False]),
        "park_id": maybe(PARKS),
        "titles_known": st.booleans(),
        "grants": st.dictionaries(st.sampled_from(TITLES), GRANT, max_size=3),
    }
)


@pytest.fixture
def taxonomies() -> None:
    for factory, codes in ((IndustryFactory, INDUSTRIES), (SubdistrictFactory, PLACES), (TitleFactory, TITLES)):
        for code in codes:
            factory(code=code)
    for slug in PARKS:
        ParkFactory(slug=slug)


def store(profiles: list[dict[str, Any]]) -> list[Enterprise]:
    plain = [{name: value for name, value in profile.items() if name != "grants"} for profile in profiles]
    rows = Enterprise.objects.bulk_create([Enterprise(name=str(n), **each) for n, each in enumerate(plain)])
    TitleGrant.objects.bulk_create(
        TitleGrant(enterprise=row, title_id=title, granted_on=granted, expires_on=expires)
        for row, profile in zip(rows, profiles, strict=True)
        for title, (granted, expires) in profile["grants"].items()
    )
    return list(Enterprise.objects.prefetch_related("title_grants"))


def in_sql(trees: list[list[dict[str, Any]]], day: date) -> dict[int, list[Any]]:
    """Key → how each tree stands as a whole, followed by each of its conditions; for all, in one statement."""
    verdicts: list[Any] = []
    for tree in trees:
        verdicts += [criteria_sql(tree, day), *(condition_sql(each, day) for each in tree)]
    rows = Enterprise.objects.values_list("pk", *verdicts)
    return {row[0]: [OUTCOMES[verdict] for verdict in row[1:]] for row in rows}


def in_python(trees: list[list[dict[str, Any]]], enterprise: Enterprise, day: date) -> list[Any]:
    facts, found = facts_of(enterprise, day), []
    for tree in trees:
        found += [evaluate(compile_criteria(tree), facts), *(item.outcome for item in explain(tree, facts))]
    return found


@given(
    st.lists(PROFILES, min_size=8, max_size=30),
    st.lists(st.lists(items(), max_size=5), max_size=20),
    st.sampled_from(DAYS),
)
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_python_and_sql_agree_on_every_condition_group_and_on_the_whole(
    taxonomies: None, profiles: list[dict[str, Any]], trees: list[list[dict[str, Any]]], day: date
) -> None:
    with transaction.atomic():
        enterprises = store(profiles)
        found = in_sql(trees, day)
        assert len(found) == len(profiles)
        for enterprise in enterprises:
            assert found[enterprise.pk] == in_python(trees, enterprise, day), facts_of(enterprise, day)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("founded", "day", "years"),
    [
        (date(2020, 2, 29), date(2021, 2, 28), 0),
        (date(2020, 2, 29), date(2021, 3, 1), 1),
        (date(2023, 3, 1), date(2024, 2, 29), 0),
        (date(2023, 2, 28), date(2024, 2, 29), 1),
        (date(2030, 1, 1), DAY, 0),
    ],
)
def test_full_years_around_the_29th_of_february(founded: date, day: date, years: int) -> None:
    enterprise = EnterpriseFactory(founded_on=founded)
    assert facts_of(enterprise, day)["founded_years"] == years
    trees = [[{"field": "founded_years", "op": "eq", "value": value}] for value in (years - 1, years, years + 1)]
    assert in_sql(trees[years == 0 :], day)[enterprise.pk][::2][-2:] == [Outcome.MET, Outcome.UNMET]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"field": "nothing", "op": "eq", "value": 1}, "no such condition"),
        ({"field": "size", "op": "gte", "value": "small"}, "no such condition"),
        ({"any": [{"field": "nothing", "op": "eq", "value": 1}]}, "no such condition"),
        ({"any": []}, "an empty group"),
        ({"all": []}, "an empty group"),
        ({}, "no such condition"),
    ],
)
def test_what_was_never_checked_does_not_compile(bad: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        condition_sql(bad, DAY)
    with pytest.raises(ValueError, match=told):
        compile_criteria([bad])


def test_values_are_never_text_of_the_statement() -> None:
    evil = "x') OR TRUE --%s"
    for name, op in (("district", "eq"), ("industry_code", "in"), ("titles", "any"), ("park", "eq")):
        EnterpriseFactory(industry=IndustryFactory(), park=ParkFactory(), titles_known=True)
        tree = [{"field": name, "op": op, "value": [evil] if op in ("in", "any") else evil}]
        sql, parameters = Enterprise.objects.values_list(criteria_sql(tree, DAY)).query.sql_with_params()
        assert "TRUE --" not in sql
        assert any("TRUE --" in str(each) for each in parameters)
        assert all(found == [Outcome.UNMET] * 2 for found in in_sql([tree], DAY).values())


def test_only_what_is_certain_and_verified_matches(django_assert_num_queries: Any) -> None:
    few = [{"field": "employees", "op": "lte", "value": 5}]
    for employees, verified in ((3, True), (9, True), (None, True), (3, False)):
        day = "2026-01-01T00:00Z" if verified else None
        EnterpriseFactory(name_en=f"{employees} {verified}", employees=employees, verified_at=day)
    with django_assert_num_queries(1):
        assert [each.name_en for each in matching(few, DAY)] == ["3 True"]
    assert matching([], DAY).count() == 3
    rows = Enterprise.objects.order_by("pk").values_list(criteria_sql(few, DAY), surely(criteria_sql(few, DAY)))
    assert list(rows) == [(True, True), (False, False), (None, False), (True, True)]
