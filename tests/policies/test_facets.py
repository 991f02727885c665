"""Counts beside the filters: what each choice would leave, with the others as they are."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.models import Policy
from policies.search.facets import bitmap
from policies.search.index import refresh_search
from policies.search.queries import OPTIONS, page_of, selected, wanted_from
from portal.core.calendar import local_day
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = local_day()


def on(days: int) -> Any:
    return DAY + timedelta(days=days)


@pytest.fixture
def some() -> None:
    rows: list[dict[str, Any]] = [
        {"category": "talent", "support_type": "housing", "level": "municipal", "max_amount_cny": 100_000},
        {"category": "talent", "mode": "no_application", "max_amount_cny": 99_999, "window_closes": on(30)},
        {"category": "talent", "mode": "no_application", "max_amount_cny": 6_000_000, "window_closes": on(32)},
        {"level": "national", "window_opens": on(1), "window_closes": on(2)},
        {"level": "national", "window_closes": on(-1), "effective_to": on(-1), "mode": "no_application"},
        {"repealed_on": DAY, "max_amount_cny": 700_000},
        {"published_at": None, "category": "green"},
    ]
    for row in rows:
        refresh_search(PolicyFactory(**row))


def counts(query: str = "") -> Any:
    wanted = wanted_from(QueryDict(query))
    return page_of(wanted, DAY).counts(wanted)


@pytest.mark.usefixtures("some")
def test_counts_without_and_with_filters() -> None:
    plain = counts()
    assert plain["category"] == {"": 4, "talent": 3, "finance": 1}
    assert plain["validity"] == {"": 4, "all": 6}
    assert plain["amount"] == {"": 4, "100000": 2, "500000": 1, "1000000": 1, "5000000": 1}
    assert [plain[name]["1"] for name in ("open", "soon", "free")] == [2, 1, 2]
    chosen = counts("free=1&category=talent")
    assert chosen["category"] == {"": 2, "talent": 2, "finance": 0}  # not narrowed by the category itself
    assert chosen["free"] == {"": 3, "1": 2}
    assert chosen["level"] == {"": 2, "municipal": 0, "district": 2, "national": 0}
    assert chosen["soon"]["1"] == 1
    assert counts("q=nothing+like+this")["category"] == {"": 0, "talent": 0, "finance": 0}


CHOICES = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from([key for key, _ in choices]) for name, choices in OPTIONS.items() if name != "sort"}
    | {"q": st.sampled_from(["fictional policy", "虚构", "nothing"])},
)


@given(CHOICES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@pytest.mark.usefixtures("some")
def test_every_count_is_what_the_list_then_shows(chosen: dict[str, str]) -> None:
    said = counts(urlencode(chosen))
    for name, values in said.items():
        value = next(iter(sorted(values, key=lambda key: (hash((key, *chosen)), key))))
        query = {key: each for key, each in chosen.items() if key != name} | ({name: value} if value else {})
        wanted = wanted_from(QueryDict(urlencode(query)))
        assert selected(wanted, DAY).count() == values[value] == page_of(wanted, DAY).count


@pytest.mark.usefixtures("some")
def test_the_page_shows_them_in_both_languages(client: Client) -> None:
    text = client.get("/en/policies/?category=talent").content.decode()
    for words in (
        '<option value="talent" selected>Talent (3)</option>',
        '<option value="green">Green development (0)</option>',
        '<option value="100000">CNY 100,000 or more (2)</option>',
        "<span>Closes within 30 days (1)</span>",
        "<span>Enjoyed without application (2)</span>",
    ):
        assert words in text, words
    chinese = client.get("/zh-hans/policies/?soon=1").content.decode()
    assert re.search(r'name="soon" value="1" checked><span>[^<]+（1）</span>', chinese)
    assert chinese.count('<li class="policy">') == 1


def test_a_change_of_a_policy_changes_the_counts() -> None:
    policy = PolicyFactory(category="talent")
    assert counts()["category"] == {"": 1, "talent": 1}
    Policy.objects.filter(pk=policy.pk).update(category="green", changed_at=timezone.now())
    assert counts()["category"] == {"": 1, "green": 1}
    PolicyFactory(category="green")
    assert counts()["category"] == {"": 2, "green": 2}


def test_bitmaps() -> None:
    assert bitmap([]) == 0
    assert bitmap([0, 3, 64]) == 1 + 8 + (1 << 64)
    assert (bitmap(range(20_000)) & bitmap(range(0, 40_000, 2))).bit_count() == 10_000


@pytest.mark.parametrize("query", ["", "category=talent&free=1&amount=100000&open=1", "q=fictional&soon=1"])
def test_counts_take_no_query_of_their_own(
    client: Client, some: None, query: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client.get(f"/en/policies/?{query}")
    with django_assert_max_num_queries(4 if "q=" in query else 2):
        client.get(f"/en/policies/?{query}")
