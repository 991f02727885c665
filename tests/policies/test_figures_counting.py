"""Views are counted without anybody being recognised, and kept however often and late that is done."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from policies import tasks
from policies.figures import counting
from policies.figures.views_of import DAYS, WEEKS, daily, views_of
from policies.models import Policy, ViewCount
from portal.core.cache import ForgivingRedisCache, _breakers
from portal.core.calendar import local_day
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def policy() -> Policy:
    return PolicyFactory(slug="award")


@pytest.fixture
def away() -> Iterator[None]:
    """The server of the counters does not answer."""
    breaker = _breakers[str(settings.CACHES["default"]["LOCATION"])]
    breaker.trip()
    yield
    breaker._until = 0.0


def look(client: Client, language: str = "en", slug: str = "award", **headers: str) -> None:
    sent: Any = {"User-Agent": BROWSER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    assert client.get(f"/{language}/policies/{slug}/", headers=sent).status_code == 200


def kept() -> dict[tuple[str, str], int]:
    """Policy and language → views kept."""
    sums: dict[tuple[str, str], int] = {}
    for row in ViewCount.objects.select_related("policy"):
        key = (row.policy.slug, row.language)
        sums[key] = sums.get(key, 0) + row.count
    return sums


def test_readers_are_counted_by_language_and_kept_once(client: Client, policy: Policy) -> None:
    PolicyFactory(slug="other")
    for language, slug in (("en", "award"), ("en", "award"), ("zh-hans", "award"), ("en", "other")):
        look(client, language, slug)
    assert kept() == {}  # a page that is read writes nothing
    assert tasks.keep_views() == 3
    assert kept() == {("award", "en"): 2, ("award", "zh-hans"): 1, ("other", "en"): 1}
    assert tasks.keep_views() == 0
    look(client)
    assert tasks.keep_views() == 1
    assert kept()["award", "en"] == 3
    assert tasks.keep_views.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_who_is_not_counted(client: Client, as_user: Callable[[Any], Client], policy: Policy) -> None:
    for agent in ("", "Mozilla/5.0 (compatible; Baiduspider/2.0)", "Googlebot/2.1", "curl/8.5.0", "python-httpx/0.28"):
        look(client, User_Agent=agent)
    look(client, Sec_Purpose="prefetch;prerender")
    look(client, Purpose="prefetch")
    look(as_user(StewardFactory()))
    client.head("/en/policies/award/", headers={"User-Agent": BROWSER})
    client.get("/en/policies/nothing/", headers={"User-Agent": BROWSER})
    assert counting.keep() == 0
    look(as_user(UserFactory()))
    look(client, User_Agent="Mozilla/5.0 (iPhone) MicroMessenger/8.0")
    counting.keep()
    assert kept() == {("award", "en"): 2}


def test_counters_that_were_lost_begin_again_beside_what_is_kept(client: Client, policy: Policy) -> None:
    look(client)
    look(client)
    counting.keep()
    caches["default"].clear()
    look(client)
    counting.keep()
    assert sorted(ViewCount.objects.values_list("count", flat=True)) == [1, 2]
    assert views_of(policy).total == 3


def test_a_day_is_kept_for_some_days(client: Client, policy: Policy) -> None:
    look(client)
    today = local_day()
    assert counting.keep(today + timedelta(days=counting.DAYS)) == 0
    assert counting.keep(today + timedelta(days=counting.DAYS - 1)) == 1
    assert ViewCount.objects.get().day == today


def test_nonsense_among_the_counters_is_left_out(policy: Policy) -> None:
    store: Any = caches["default"]
    name = f"policy-views-{local_day().isoformat()}"
    for field in (f"{policy.pk}:en", f"{policy.pk}:tlh", "x:en", "", "999999:en", f"{policy.pk}"):
        store.tally(name, field, 60)
    assert counting.keep() == 1
    assert kept() == {("award", "en"): 1}


def test_a_count_whose_run_is_not_known_yet_waits_for_it(policy: Policy) -> None:
    """Kept without its run, it would be added up with itself."""
    store: Any = caches["default"]
    name, field = f"policy-views-{local_day().isoformat()}", f"{policy.pk}:en"
    key = store.make_and_validate_key(name)
    store._cache.get_client(key, write=True).hincrby(key, field, 1)
    assert counting.keep() == 0
    store.tally(name, field, 60)
    assert counting.keep() == 1
    assert kept() == {("award", "en"): 2}


def test_without_the_counter_the_page_is_shown_all_the_same(client: Client, policy: Policy, away: None) -> None:
    look(client)
    assert counting.keep() == 0
    assert not counting.is_counting()
    assert not views_of(policy).counting


def test_counters_answer_for_themselves() -> None:
    store = caches["default"]
    assert isinstance(store, ForgivingRedisCache)
    assert store.tallied("nothing") == ("", {})
    assert store.tally("some", "a", 60)
    first = store.tallied("some")
    store.tally("some", "b", 60)
    store.tally("some", "a", 60)
    run, counted = store.tallied("some") or ("", {})
    assert counted == {"a": 2, "b": 1}
    assert first == (run, {"a": 1})
    assert len(run) == 32


# --- how it is told -------------------------------------------------------------------------------------------------


def views(policy: Policy, ago: int, zh: int = 0, en: int = 0, run: str = "r") -> None:
    day = local_day() - timedelta(days=ago)
    rows = [
        ViewCount(policy=policy, day=day, language=code, run=run, count=n) for code, n in (("zh-hans", zh), ("en", en))
    ]
    ViewCount.objects.bulk_create(rows)


def test_days_and_weeks(policy: Policy, django_assert_num_queries: Any) -> None:
    today, other = local_day(), PolicyFactory()
    views(other, 20 * 7, zh=1)
    views(policy, 0, zh=3, en=1)
    views(policy, 0, en=2, run="after a loss")
    views(policy, 7, zh=4)
    views(policy, 19 * 7, en=100)
    with django_assert_num_queries(2):
        told = views_of(policy)
    assert (told.total, told.zh, told.en) == (110, 7, 103)
    assert told.since == today - timedelta(days=140)
    assert (len(told.weeks), len(told.days)) == (WEEKS, DAYS)
    assert [(week.zh, week.en) for week in told.weeks[:3]] == [(3, 3), (4, 0), (0, 0)]
    assert told.weeks[0].first.weekday() == 0
    assert told.weeks[0].first <= today
    assert (told.days[0].first, told.days[0].total, told.days[7].zh) == (today, 6, 4)
    assert [span.total for span in daily(policy)] == [100, 4, 6]


def test_the_bars_are_as_high_as_their_weeks(policy: Policy) -> None:
    views(policy, 0, zh=3, en=1)
    views(policy, 7, zh=8)
    bars = views_of(policy).bars
    assert [(bar.zh_height, bar.en_height) for bar in bars] == [(100, 0), (38, 12)]
    assert [(bar.zh_y, bar.en_y) for bar in bars] == [(0, 0), (62, 50)]
    assert bars[0].x < bars[1].x < views_of(policy).width


def test_before_anything_was_counted(policy: Policy) -> None:
    told = views_of(policy)
    assert (told.since, told.total, told.weeks, told.days, told.bars) == (None, 0, [], [], [])
    views(PolicyFactory(), 1, zh=1)
    told = views_of(policy)
    assert len(told.days) == 2
    assert told.bars == []
