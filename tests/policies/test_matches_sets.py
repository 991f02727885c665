"""Facts of a shard as sets: which values are put together, what a plan keeps, and what the triggers notice."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from enterprises.models import Enterprise, TitleGrant
from policies.eligibility.criteria import compile_criteria, evaluate
from policies.eligibility.matching import facts_of
from policies.matches import storing
from policies.matches.bitmaps import Plan, facts_in, met_in, plan_for
from policies.matches.bits import SHARD, by_shard, places_in
from policies.models import MatchShard, Policy, PolicyMatch, ProfileChange
from portal.core.calendar import local_day
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


def condition(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def planned(*criteria: list[Any], day: date = DAY) -> Plan:
    Policy.objects.bulk_create(PolicyFactory.build(criteria=each) for each in criteria)
    return plan_for(day)


def firms(field: str, values: list[Any], **known: Any) -> list[Enterprise]:
    rows = (Enterprise(**{"verified_at": timezone.now(), **known, field: value}) for value in values)
    return Enterprise.objects.bulk_create(rows)


def met_by(plan: Plan, rows: list[Enterprise]) -> list[list[int]]:
    """For each policy, which of the rows meet it, by their place in the list."""
    places = {row.pk: n for n, row in enumerate(rows)}
    found: dict[int, list[int]] = {rule.policy: [] for rule in plan.rules}
    for shard in by_shard(places):
        for rule, bits in met_in(facts_in(shard, plan), plan):
            found[rule.policy] += [places[shard * SHARD + n] for n in places_in(bits) if shard * SHARD + n in places]
    return [sorted(each) for each in found.values()]


# --- plans --------------------------------------------------------------------------------------------------------


def test_equal_conditions_are_one_whatever_clause_they_name() -> None:
    staff = condition("employees", "gte", 10)
    plan = planned([staff], [{**staff, "clause_zh": "第一条"}, condition("listed", "eq", True)], [{"any": [staff]}], [])
    assert len(plan.conditions) == 2
    assert [rule.tree for rule in plan.rules] == [
        (False, (0,)),
        (False, (0, 1)),
        (False, ((True, (0,)),)),
        (False, ()),
    ]
    assert plan.of_field == {"employees": [0], "listed": [1]}
    assert plan.bounds == {"employees": [10]}


def test_a_plan_is_kept_until_a_policy_changes_or_the_day(django_assert_num_queries: Any) -> None:
    plan = planned([condition("employees", "gte", 10)])
    with django_assert_num_queries(1):
        assert plan_for(DAY) is plan
    assert plan_for(DAY + timedelta(days=1)) is not plan
    Policy.objects.update(changed_at=timezone.now() + timedelta(seconds=1))
    assert plan_for(DAY) is not plan


def test_only_policies_in_force_are_planned() -> None:
    fields = ({}, {"published_at": None}, {"effective_to": DAY - timedelta(days=1)}, {"repealed_on": DAY})
    rows = [PolicyFactory(**each) for each in fields]
    assert [rule.policy for rule in plan_for(DAY).rules] == [rows[0].pk]


def test_a_shard_costs_two_queries_however_many_are_in_it(django_assert_num_queries: Any) -> None:
    plan = planned([condition("employees", "gte", 1), condition("titles", "any", ["srdi"])])
    for count in (1, 30):
        rows = firms("employees", [5] * count)
        with django_assert_num_queries(2):
            facts_in(rows[0].pk // SHARD, plan)


def test_an_empty_shard_meets_nothing() -> None:
    plan = planned([], [condition("employees", "gte", 0)], [condition("titles", "any", ["srdi"])])
    assert [bits for _rule, bits in met_in(facts_in(10**6, plan), plan)] == [0, 0, 0]


# --- facts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "values", "criteria", "expected"),
    [
        (
            "employees",
            [9, 10, 11, None, 0],
            [("gte", 10), ("lte", 10), ("eq", 10)],
            [[1, 2], [0, 1, 4], [1]],
        ),
        ("employees", [0, 10**7], [("gte", 0), ("lte", 0), ("gte", 10**7)], [[0, 1], [0], [1]]),
        (
            "rd_expense_ratio",
            [Decimal("0.03"), Decimal("0.0299"), Decimal("0.0301"), None],
            [("gte", 0.03), ("eq", 0.03), ("lte", 0.03)],
            [[0, 2], [0], [0, 1]],
        ),
        (
            "ownership",
            ["domestic", "", "foreign"],
            [("in", ["domestic", "joint"]), ("eq", "joint")],
            [[0], []],
        ),
        ("listed", [True, False, None], [("eq", True), ("eq", False)], [[0], [1]]),
        ("size", ["micro", "", "large"], [("any", ["micro", "large"])], [[0, 2]]),
        ("district", ["310109", "310101", ""], [("eq", "310109")], [[0]]),
    ],
    ids=["employees", "extremes", "ratio", "ownership", "listed", "size", "district"],
)
def test_each_fact_meets_what_it_meets(
    field: str, values: list[Any], criteria: list[tuple[str, Any]], expected: list[list[int]]
) -> None:
    """What is not known meets nothing, not even “is not”."""
    plan = planned(*([condition(field, op, value)] for op, value in criteria))
    assert met_by(plan, firms(field, values)) == expected


def test_places_and_industries() -> None:
    for code in ("I", "I65", "I6510", "C26"):
        IndustryFactory(code=code)
    SubdistrictFactory()
    ParkFactory()
    plan = planned(
        [condition("industry_code", "in", ["I65"])],
        [condition("industry_code", "eq", "I")],
        [condition("subdistrict", "eq", "310109014")],
        [condition("park", "any", ["fictional-park"])],
    )
    rows = firms("industry_id", ["I", "I65", "I6510", "C26", None])
    Enterprise.objects.filter(pk=rows[3].pk).update(subdistrict="310109014", park="fictional-park")
    assert met_by(plan, rows) == [[1, 2], [0, 1, 2], [3], [3]]


@pytest.mark.parametrize(
    ("founded", "day", "years"),
    [
        (date(2020, 2, 29), date(2021, 2, 28), 0),
        (date(2020, 2, 29), date(2021, 3, 1), 1),
        (date(2016, 11, 22), DAY, 10),
        (date(2016, 11, 23), DAY, 9),
        (date(2030, 1, 1), DAY, 0),
    ],
)
def test_years_are_full_years(founded: date, day: date, years: int) -> None:
    criteria = [
        [condition("founded_years", op, value)] for op, value in (("eq", years), ("gte", years + 1), ("gte", 0.5))
    ]
    (row,) = rows = firms("founded_on", [founded])
    assert met_by(planned(*criteria, day=day), rows) == [[0], [], [0] if years else []]
    facts = facts_of(row, day)
    assert [evaluate(compile_criteria(each), facts).name for each in criteria[:2]] == ["MET", "UNMET"]


@pytest.mark.parametrize(
    ("granted", "expires", "held"),
    [(None, None, True), (0, 0, True), (1, None, False), (-9, -1, False), (-9, 9, True)],
    ids=["for ever", "today alone", "from tomorrow", "until yesterday", "between"],
)
def test_titles_count_on_the_days_they_are_held(granted: int | None, expires: int | None, held: bool) -> None:
    for code in ("srdi", "little_giant"):
        TitleFactory(code=code)
    rows = firms("employees", [1, 1])
    days = [None if shift is None else DAY + timedelta(days=shift) for shift in (granted, expires)]
    TitleGrant.objects.create(enterprise=rows[1], title_id="srdi", granted_on=days[0], expires_on=days[1])
    TitleGrant.objects.create(enterprise=rows[1], title_id="little_giant", expires_on=DAY - timedelta(days=1))
    wanted = [condition("titles", "any", ["srdi", "little_giant"])], [condition("titles", "contains", "little_giant")]
    assert met_by(planned(*wanted), rows) == [[1] if held else [], []]


def test_a_title_of_somebody_unverified_is_nobodys() -> None:
    TitleFactory(code="srdi")
    rows = firms("employees", [1], verified_at=None)
    TitleGrant.objects.create(enterprise=rows[0], title_id="srdi")
    assert met_by(planned([condition("titles", "any", ["srdi"])], []), rows) == [[], []]


def test_groups_within_groups() -> None:
    small, listed = condition("employees", "lte", 5), condition("listed", "eq", True)
    foreign = condition("ownership", "eq", "foreign")
    plan = planned(
        [{"any": [small, listed]}],
        [{"any": [{"all": [small, listed]}, foreign]}],
        [foreign, {"any": [small, listed]}],
    )
    rows = firms("employees", [3, 30, 3, 30], listed=True, ownership="domestic")
    Enterprise.objects.filter(pk__in=[row.pk for row in rows[2:]]).update(listed=None, ownership="foreign")
    assert met_by(plan, rows) == [[0, 1, 2], [0, 2, 3], [2]]


# --- triggers -----------------------------------------------------------------------------------------------------

CHANGES: dict[str, Any] = {
    "industry_id": "I65",
    "founded_on": DAY,
    "ownership": "joint",
    "employees": 7,
    "annual_revenue_cny": 8,
    "rd_expense_ratio": Decimal("0.1"),
    "listed": False,
    "size": "small",
    "district": "310101",
    "subdistrict_id": "310109014",
    "park_id": "fictional-park",
    "titles_known": True,
    "verified_at": None,
}


@pytest.mark.parametrize("column", CHANGES)
def test_every_fact_that_criteria_speak_of_is_watched(column: str) -> None:
    IndustryFactory(), SubdistrictFactory(), ParkFactory()
    row = EnterpriseFactory(verified_at=timezone.now())
    ProfileChange.objects.all().delete()
    for _again in range(2):  # the second time nothing changes
        Enterprise.objects.filter(pk=row.pk).update(**{column: CHANGES[column]})
    assert list(ProfileChange.objects.values_list("enterprise", flat=True)) == [row.pk]


@pytest.mark.parametrize("column", ["name_en", "address_zh_hans", "tier", "assets_cny", "sources", "credit_code"])
def test_nothing_else_is(column: str) -> None:
    row = EnterpriseFactory(verified_at=timezone.now())
    ProfileChange.objects.all().delete()
    value: Any = {"sources": {}, "assets_cny": 5}.get(column, "x")
    Enterprise.objects.filter(pk=row.pk).update(**{column: value})
    assert not ProfileChange.objects.exists()


def test_titles_and_newcomers_are_watched_too() -> None:
    TitleFactory(code="srdi")
    unseen, row = EnterpriseFactory(verified_at=None), EnterpriseFactory(verified_at=timezone.now())
    assert list(ProfileChange.objects.values_list("enterprise", flat=True)) == [row.pk]
    for act in (
        lambda: TitleGrant.objects.create(enterprise=unseen, title_id="srdi"),
        lambda: TitleGrant.objects.update(expires_on=DAY),
        lambda: TitleGrant.objects.all().delete(),
    ):
        ProfileChange.objects.all().delete()
        act()
        assert list(ProfileChange.objects.values_list("enterprise", flat=True)) == [unseen.pk]


def test_what_is_rolled_back_leaves_nothing() -> None:
    row = EnterpriseFactory(verified_at=None)
    with transaction.atomic():
        Enterprise.objects.filter(pk=row.pk).update(employees=3)
        assert ProfileChange.objects.exists()
        transaction.set_rollback(True)
    assert not ProfileChange.objects.exists()


def test_an_enterprise_and_a_policy_can_go() -> None:
    """Their bits and rows go with the next refresh; nothing stands in the way of deleting them."""
    rows, policy, other = firms("employees", [20, 30]), PolicyFactory(), PolicyFactory()
    storing.refresh_all()
    other.delete()
    rows[0].delete()
    MatchShard.objects.update(refreshed_on=local_day() - timedelta(days=1))
    storing.refresh_all()
    assert set(PolicyMatch.objects.values_list("policy", flat=True)) == {policy.pk}
    keys = {
        each.shard_id * SHARD + n
        for each in PolicyMatch.objects.all()
        for n in places_in(int.from_bytes(each.met, "little"))
    }
    assert keys == {rows[1].pk}
