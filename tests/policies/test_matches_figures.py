"""Matches by industry and subdistrict: figures from which nobody can be recognised."""

from collections import defaultdict
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from django.utils import timezone

from enterprises.models import Enterprise
from policies.matches import storing
from policies.matches.figures import Counted, Share, bounds, matches_of, tellable
from policies.models import MatchShard, Policy, PolicyMatch
from portal.core.calendar import local_day
from tests.factories.enterprises import IndustryFactory, SubdistrictFactory
from tests.factories.policies import PolicyFactory

STAFF = {"field": "employees", "op": "gte", "value": 10}
JIAXING, NORTH = "310109014", "310109009"


def firms(count: int, industry: str | None, place: str | None, **fields: Any) -> None:
    Enterprise.objects.bulk_create(
        Enterprise(
            industry_id=industry, subdistrict_id=place, **{"employees": 12, "verified_at": timezone.now(), **fields}
        )
        for _n in range(count)
    )


@pytest.fixture
def policy(db: None) -> Policy:
    """Met by 14 in software (12 with a division), 7 in manufacturing, 3 of whom nothing is known."""
    IndustryFactory(code="I", name_en="Information", name_zh_hans="信息")
    IndustryFactory(code="C", name_en="Manufacturing", name_zh_hans="制造业")
    for code in ("I65", "C26"):
        IndustryFactory(code=code)
    SubdistrictFactory(code=JIAXING)
    SubdistrictFactory(code=NORTH, name_en="North", name_zh_hans="北")
    firms(12, "I65", JIAXING)
    firms(2, "I", NORTH)
    firms(7, "C26", NORTH)
    firms(3, None, None)
    firms(9, "C26", NORTH, employees=3)
    firms(9, "C26", NORTH, verified_at=None)
    made: Policy = PolicyFactory(criteria=[STAFF])
    return made


EXPECTED = Counted(
    20,
    [
        Share("I", "信息", "Information", 10),
        Share("C", "制造业", "Manufacturing", 5),
        Share("", "", "", None),
    ],
    [
        Share(JIAXING, "嘉兴路街道", "Jiaxing Road Subdistrict", 10),
        Share(NORTH, "北", "North", 5),
        Share("", "", "", None),
    ],
)


def test_as_stored_and_as_worked_out(policy: Policy, django_assert_max_num_queries: Any) -> None:
    assert matches_of(policy) == EXPECTED
    storing.refresh_all()
    Policy.objects.filter(pk=policy.pk).update(criteria=[])  # what is stored counts, not these
    with django_assert_max_num_queries(4):
        assert matches_of(policy) == EXPECTED
    PolicyMatch.objects.update(met=b"\x01")
    assert matches_of(policy).total in (None, 0)
    policy.changed_at = timezone.now()  # changed since: what is stored says nothing any more
    assert matches_of(policy) == EXPECTED


def test_what_is_stored_in_some_shards_only_is_worked_out(policy: Policy) -> None:
    """In the middle of a refresh: a part of the enterprises would pass for all of them."""
    storing.refresh_all()
    PolicyMatch.objects.update(met=b"\x01")
    MatchShard.objects.create(number=999_999)
    assert matches_of(policy) == EXPECTED


def test_a_policy_that_is_over_is_counted_all_the_same(policy: Policy) -> None:
    policy.repealed_on = local_day()
    policy.save()
    storing.refresh_all()
    assert matches_of(policy) == EXPECTED


@pytest.mark.parametrize(("count", "total"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_few_are_not_told(db: None, count: int, total: int | None) -> None:
    firms(count, None, None)
    assert matches_of(PolicyFactory()).total == total
    if not total:
        assert matches_of(PolicyFactory()) == Counted(total)


def test_bounds_are_what_a_reader_can_know() -> None:
    assert bounds([]) == (0, 0)
    assert bounds([3, 7, 10]) == (1 + 5 + 10, 4 + 9 + 14)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([10, 3], [13], (True, True)),
        ([4] * 5, [20], (False, True)),  # 20 or more of them: each must be 4
        ([4] * 5, [4] * 5, (False, False)),
        ([4, 4, 4, 4, 3], [19], (True, True)),
        ([1] * 9, [9], (False, True)),  # fewer than ten, and nine kinds
        ([8, 12], [20], (True, True)),
    ],
)
def test_what_would_tell_too_much_is_left_out(first: list[int], second: list[int], expected: tuple[bool, bool]) -> None:
    assert tellable(first, second) == expected
    assert tellable(second, first) == expected[::-1]


def test_no_small_count_can_be_worked_back() -> None:
    """Over all small tables: whatever is shown, another table with another number there shows the same."""
    rows = [row for size in (1, 2, 3) for row in combinations_with_replacement(range(1, 10), size)]
    by_total = defaultdict(list)
    for row in rows:
        by_total[sum(row)].append(row)
    seen: defaultdict[Any, list[Any]] = defaultdict(list)
    for total, same in by_total.items():
        if total >= 5:
            for pair in product(same, repeat=2):
                shown = tuple(shape(row) if fine else () for row, fine in zip(pair, tellable(*pair), strict=True))
                seen[total // 5, shown].append(pair)
    small = 0
    for (_total, shown), pairs in seen.items():
        for which, told in enumerate(shown):
            if told and None in told:
                small += 1
                assert len({count for pair in pairs for count in pair[which] if count < 5}) > 1, (shown, pairs[0])
    assert small > 20


def shape(row: tuple[int, ...]) -> tuple[int | None, ...]:
    return tuple(None if count < 5 else count // 5 * 5 for count in row)
