"""The page of figures in words: small numbers are not told, and both languages say what is counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from policies.models import Policy, ViewCount
from portal.core.cache import _breakers
from portal.core.calendar import local_day
from tests.factories.enterprises import EnterpriseFactory, SubdistrictFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
Sign = Callable[[Any], Client]


@pytest.fixture
def policy() -> Policy:
    return PolicyFactory(slug="award", criteria=[{"field": "employees", "op": "gte", "value": 10}])


@pytest.fixture
def told(as_user: Sign) -> Callable[[str], str]:
    client = as_user(editor())

    def get(language: str) -> str:
        response = client.get(f"/{language}/publishing/policies/award/figures/")
        assert response.status_code == 200
        return str(response.content.decode())

    return get


def firms(count: int, **fields: Any) -> None:
    for _n in range(count):
        EnterpriseFactory(employees=50, verified_at="2026-01-05T09:00:00+08:00", **fields)


def test_fewer_than_five_enterprises_are_not_told(policy: Policy, told: Callable[[str], str]) -> None:
    firms(3)
    assert "fewer than five" in told("en")
    assert "不足五家" in told("zh-hans")


def test_more_are_told_in_fives(policy: Policy, told: Callable[[str], str]) -> None:
    SubdistrictFactory()
    firms(11, subdistrict_id="310109014")
    english = told("en")
    assert "<td>10</td>" in english
    assert "<td>11</td>" not in english
    assert "Matches by subdistrict" in english
    assert "按街道统计的符合企业" in told("zh-hans")


def test_what_is_counted_and_what_is_not_is_said(policy: Policy, told: Callable[[str], str]) -> None:
    day = local_day() - timedelta(days=9)
    rows = [
        ViewCount(policy=policy, day=day, language=code, run="r", count=n) for code, n in (("en", 7), ("zh-hans", 5))
    ]
    ViewCount.objects.bulk_create(rows)
    english, chinese = told("en"), told("zh-hans")
    assert "Counted since" in english
    assert "Chinese 5, English 7" in english
    assert "nobody is recognised" in english
    assert english.count("<rect ") in (4, 6)  # two or three weeks since then, each in both languages
    assert "起统计，每五分钟更新一次" in chinese
    assert "中文5，英文7" in chinese
    assert "不识别访问者" in chinese


def test_it_says_when_nothing_is_counted(policy: Policy, told: Callable[[str], str]) -> None:
    breaker = _breakers[str(settings.CACHES["default"]["LOCATION"])]
    breaker.trip()
    try:
        assert "Views are not being counted at the moment" in told("en")
        breaker.trip()
        assert "目前没有统计浏览量" in told("zh-hans")
    finally:
        breaker._until = 0.0
    assert "not being counted" not in told("en")
