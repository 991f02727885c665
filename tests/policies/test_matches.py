"""Stored matches: what is stored is what the engine says, whoever changes what, and whenever a worker stops."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import Enterprise
from enterprises.workflow import describe, set_titles
from policies import workflow
from policies.eligibility.sql import matching
from policies.matches import storing
from policies.matches.bits import SHARD, by_shard, packed, places_in, set_of, unpacked
from policies.models import MatchShard, Policy, PolicyMatch, ProfileChange
from policies.tasks import refresh_matches, refresh_shards
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import IndustryFactory, MembershipFactory, TitleFactory
from tests.factories.policies import PolicyFactory
from tests.policies.test_criteria_sql import PROFILES, conditions, store, taxonomies

pytestmark = pytest.mark.django_db
STAFF = {"field": "employees", "op": "gte", "value": 10}
__all__ = ["taxonomies"]


def stored(policy: Policy) -> set[int]:
    """Keys of the enterprises that are stored as meeting it."""
    rows = PolicyMatch.objects.filter(policy=policy).values_list("shard", "met")
    return {shard * SHARD + place for shard, met in rows for place in places_in(unpacked(met))}


def firms(*staff: int | None, **fields: Any) -> list[Enterprise]:
    rows = (Enterprise(employees=n, **{"verified_at": timezone.now(), **fields}) for n in staff)
    return Enterprise.objects.bulk_create(rows)


# --- sets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("places", [[], [0], [7, 8], [SHARD - 1], list(range(0, SHARD, 97))])
def test_sets_come_back_as_they_were(places: list[int]) -> None:
    bits = set_of(places)
    assert list(places_in(unpacked(packed(bits)))) == places
    assert len(packed(bits)) <= SHARD // 8


def test_keys_are_split_by_shard() -> None:
    sets = by_shard([1, SHARD - 1, SHARD, 3 * SHARD + 5])
    assert {shard: list(places_in(bits)) for shard, bits in sets.items()} == {0: [1, SHARD - 1], 1: [0], 3: [5]}
    assert sets[2] == 0


# --- both ways of storing agree with the engine -------------------------------------------------------------------


def items(depth: int = 2) -> Any:
    groups = st.deferred(
        lambda: st.builds(
            lambda kind, inner: {kind: inner},
            st.sampled_from(["any", "all"]),
            st.lists(items(depth - 1), min_size=1, max_size=3),
        )
    )
    return conditions() | groups if depth else conditions()


@given(
    st.lists(PROFILES, min_size=8, max_size=25),
    st.lists(st.lists(items(), max_size=4), min_size=1, max_size=15),
    st.sampled_from([date(2026, 11, 22), date(2028, 2, 29), date(2027, 2, 28)]),
)
@settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_sets_and_sql_store_the_same(
    taxonomies: None, profiles: list[dict[str, Any]], trees: list[list[dict[str, Any]]], day: date
) -> None:
    """By shard it is worked out from classes of values, by policy in SQL: neither knows of the other."""
    with transaction.atomic():
        store([{**profile, "verified_at": timezone.now()} for profile in profiles])
        rows = Policy.objects.bulk_create(PolicyFactory.build(criteria=tree) for tree in trees)
        storing.refresh_all(day)
        by_sets = {row.pk: stored(row) for row in rows}
        for row in rows:
            assert by_sets[row.pk] == set(matching(row.criteria, day).values_list("pk", flat=True)), row.criteria
        PolicyMatch.objects.update(met=b"")
        ProfileChange.objects.all().delete()
        for row in rows:
            storing.refresh_policy(row.pk, day)
            assert stored(row) == by_sets[row.pk]
        transaction.set_rollback(True)


# --- what is found to be out of date ------------------------------------------------------------------------------


def test_everything_is_stored_once_and_then_nothing_is_due(django_assert_max_num_queries: Any) -> None:
    few, many, unsaid, unseen = firms(3, 30, None, 30)
    Enterprise.objects.filter(pk=unseen.pk).update(verified_at=None)
    staff, open_to_all = PolicyFactory(criteria=[STAFF]), PolicyFactory()
    over = PolicyFactory(criteria=[STAFF], repealed_on=local_day())
    assert storing.refresh_all() >= 1
    assert (stored(staff), stored(open_to_all)) == ({many.pk}, {few.pk, many.pk, unsaid.pk})
    assert not over.matches.exists()
    with django_assert_max_num_queries(7):
        assert storing.refresh_all() == 0


def test_a_changed_record_comes_up_again_by_whatever_way_it_changed() -> None:
    """Even an update that no code of ours knows of; but not one of its name."""
    (firm,) = firms(3)
    owner = MembershipFactory(enterprise=firm).user
    policy = PolicyFactory(criteria=[STAFF])
    held = PolicyFactory(criteria=[{"field": "titles", "op": "contains", "value": "srdi"}])
    TitleFactory(code="srdi")
    storing.refresh_all()
    describe(firm, by=owner, facts={"name_en": "Another Name Ltd"})
    assert not ProfileChange.objects.exists()
    assert storing.refresh_all() == 0
    describe(firm, by=owner, facts={"employees": 12})
    assert storing.refresh_all() == 1
    assert stored(policy) == {firm.pk}
    Enterprise.objects.update(employees=9)
    set_titles(firm, by=owner, grants={"srdi": {}}, complete=True)
    storing.refresh_all()
    assert (stored(policy), stored(held)) == (set(), {firm.pk})
    firm.title_grants.update(expires_on=local_day() - timedelta(days=1))
    storing.refresh_enterprise(firm)
    assert stored(held) == set()
    assert not ProfileChange.objects.exists()


def test_days_that_pass_are_a_change_too() -> None:
    today = local_day()
    (firm,) = firms(3, founded_on=today.replace(year=today.year - 5) + timedelta(days=1))
    TitleFactory(code="srdi")
    firm.title_grants.create(title_id="srdi", expires_on=today)
    old = PolicyFactory(criteria=[{"field": "founded_years", "op": "gte", "value": 5}])
    titled = PolicyFactory(criteria=[{"field": "titles", "op": "any", "value": ["srdi"]}])
    ending, coming = PolicyFactory(effective_to=today), PolicyFactory(effective_from=today + timedelta(days=1))
    policies = (old, titled, ending, coming)
    storing.refresh_all(today)
    assert [bool(stored(each)) for each in policies] == [False, True, True, False]
    storing.refresh_all(today + timedelta(days=1))
    assert [bool(stored(each)) for each in policies] == [True, False, False, True]
    assert storing.refresh_all(today) == 0  # a worker that began before midnight takes nothing back


def test_a_worker_of_the_day_before_takes_nothing_back() -> None:
    """It began before midnight; others have gone on to the next day, and an enterprise has changed since."""
    today = local_day()
    firms(12, founded_on=today.replace(year=today.year - 5, month=1, day=1))
    policy = PolicyFactory(criteria=[STAFF], effective_from=today + timedelta(days=1))
    storing.refresh_all(today + timedelta(days=1))
    assert stored(policy)
    Enterprise.objects.update(employees=30)
    assert storing.refresh_all(today) == 0
    assert storing.refresh_policy(policy.pk, today) is False
    assert stored(policy)
    assert MatchShard.objects.get().refreshed_on == today + timedelta(days=1)
    assert storing.refresh_all(today + timedelta(days=1)) == 1


def test_a_published_version_asks_for_its_refresh_and_the_sweep_finds_it_too(
    django_capture_on_commit_callbacks: Any,
) -> None:
    few, many = firms(12, 40)
    storing.refresh_all()
    with django_capture_on_commit_callbacks() as callbacks:
        policy = make.published(criteria=[STAFF]).policy
    assert (refresh_matches.name, (policy.pk,)) in [getattr(each, "work", None) for each in callbacks]
    assert storing.overtaken(local_day()) == [policy.pk]
    assert refresh_matches(policy.pk) == 1
    assert stored(policy) == {few.pk, many.pk}
    Policy.objects.update(criteria=[{**STAFF, "value": 30}], changed_at=timezone.now())
    assert refresh_matches() == 1
    assert stored(policy) == {many.pk}
    workflow.repeal(policy, on=local_day(), by=UserFactory(roles=["reviewer"]))
    assert refresh_matches(policy.pk) == 0
    assert not policy.matches.exists()


def test_many_changed_policies_are_done_shard_by_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    firms(12)
    storing.refresh_all()
    monkeypatch.setattr(storing, "MANY", 1)
    policies = PolicyFactory.create_batch(2, criteria=[STAFF])
    assert storing.refresh_all() == 1  # the one shard
    assert all(stored(policy) for policy in policies)


def test_industries_are_asked_of_the_index_with_the_same_result() -> None:
    for code in ("I", "I65", "I651", "C26"):
        IndustryFactory(code=code)
    rows = firms(*[20] * 5)
    for row, code in zip(rows, ("I", "I65", "I651", "C26", None), strict=True):
        Enterprise.objects.filter(pk=row.pk).update(industry=code)
    storing.refresh_all()
    for values, expected in ((["I65"], [1, 2]), (["I", "C26"], [0, 1, 2, 3]), (["I6510"], [])):
        policy = PolicyFactory(criteria=[{"field": "industry_code", "op": "in", "value": values}])
        storing.refresh_policy(policy.pk)
        assert stored(policy) == {rows[n].pk for n in expected}


# --- stopped, twice, by several -----------------------------------------------------------------------------------


def spread() -> list[Enterprise]:
    """One enterprise in each of three shards."""
    base = (Enterprise.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) // SHARD + 1
    keys = [(base + n) * SHARD + n for n in range(3)]
    return Enterprise.objects.bulk_create(Enterprise(pk=key, employees=20, verified_at=timezone.now()) for key in keys)


def test_a_run_that_stops_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second shard fails: the first stays done, the second as if nothing had been."""
    rows, policy = spread(), PolicyFactory(criteria=[STAFF])
    with monkeypatch.context() as patch:
        noted: list[int] = []
        patch.setattr(storing.news, "note", lambda shard, gained: noted.append(shard) if not noted else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            storing.refresh_all()
    assert stored(policy) == {rows[0].pk}
    assert MatchShard.objects.exclude(refreshed_on=None).count() == 1
    assert storing.refresh_all(seconds=-1) == 0  # no time left
    assert refresh_shards(0) == 2
    assert stored(policy) == {row.pk for row in rows}


def test_others_are_asked_to_help_where_there_is_much(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    spread()
    storing.refresh_all()
    MatchShard.objects.update(refreshed_on=None)
    monkeypatch.setattr(storing, "SHARDS_A_HELPER", 1)
    with django_capture_on_commit_callbacks() as callbacks:
        assert storing.run() == 3
    assert [getattr(each, "work", None) for each in callbacks] == [(refresh_shards.name, (n,)) for n in range(3)]


def test_a_changed_enterprise_keeps_its_place_until_its_shard_is_done() -> None:
    """So that what is new to it is told as its own news, not lost in the policy's."""
    one, other = firms(3, 3)
    policy = PolicyFactory(criteria=[STAFF])
    storing.refresh_all()
    Enterprise.objects.filter(pk=one.pk).update(employees=30)
    Policy.objects.update(criteria=[{**STAFF, "value": 2}], changed_at=timezone.now())
    storing.refresh_policy(policy.pk)
    assert stored(policy) == {other.pk}
    storing.refresh_all()
    assert stored(policy) == {one.pk, other.pk}


@pytest.mark.django_db(transaction=True)
def test_a_shard_in_other_hands_is_left_to_them() -> None:
    """Two workers at once: neither waits for the other, and none does the other's work."""
    rows, policy = spread()[:2], PolicyFactory(criteria=[STAFF])
    Enterprise.objects.exclude(pk__in=[row.pk for row in rows]).delete()
    first = rows[0].pk // SHARD
    MatchShard.objects.bulk_create([MatchShard(number=first), MatchShard(number=first + 1)])
    with transaction.atomic(), ThreadPoolExecutor(1) as other_worker:
        assert storing.due(local_day()).select_for_update(skip_locked=True).order_by("number").first() is not None
        assert other_worker.submit(in_thread).result(timeout=30) == 1
    assert stored(policy) == {rows[1].pk}
    assert storing.refresh_all() == 1
    assert stored(policy) == {row.pk for row in rows}


def in_thread() -> int:
    try:
        return storing.refresh_shards()
    finally:
        connection.close()
