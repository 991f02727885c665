"""Searches that find nothing: the reader is helped on, officials learn the words and nothing about the person."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from policies.models import MissedSearch, SynonymGroup
from policies.search import misses
from policies.search.index import refresh_search
from policies.search.meanings import meanings
from policies.search.suggestions import Vocabulary, distance, likely
from policies.tasks import keep_missed_search
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
TITLES = ["高新技术企业奖励", "高新技术企业认定", "租房补贴", "创业补贴", "subsidy for shipping", "talent housing"]


def page(client: Client, **params: str) -> str:
    response = client.get(f"/en/policies/?{urlencode(params)}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def award() -> None:
    SynonymGroup.objects.all().delete()
    refresh_search(PolicyFactory(title_zh_hans="高新技术企业奖励", title_en="Award for innovative firms"))


# --- did you mean -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("高薪技术企业", "高新技术企业"),  # another character of the same sound
        ("高新技企业", "高新技术企业"),  # one missing
        ("高新新技术企业", "高新技术企业"),  # one too many
        ("高技新术企业", "高新技术企业"),  # two the wrong way round
        ("补帖", "补贴"),
        ("subsidi", "subsidy"),
        ("shiping", "shipping"),
        ("ubsidy", "subsidy"),
        ("tlaent", "talent"),
        ("subsidies", None),  # stands there in the singular
        ("高新技术", None),
        ("xy", None),
        ("magnificent", None),
        ("a.*", None),
        ("星", None),
        ("虹" * 5_000, None),
        ("x" * 5_000, None),
    ],
)
def test_near_words(typed: str, meant: str | None) -> None:
    assert Vocabulary.of(TITLES).near(typed) == meant


@pytest.mark.parametrize(("a", "b", "steps"), [("a", "a", 0), ("ab", "ba", 1), ("abc", "ac", 1), ("kitten", "sit", 4)])
def test_distance(a: str, b: str, steps: int) -> None:
    assert distance(a, b) == distance(b, a) == steps


@pytest.mark.usefixtures("award")
def test_only_the_word_that_stands_nowhere_is_replaced() -> None:
    assert likely("Awrad for innovative firms", meanings()) == "award for innovative firms"
    assert likely("award", meanings()) == ""
    assert likely("\ud83d", meanings()) == ""


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("award", "fresh_cache")
def test_nothing_found_leads_on(client: Client) -> None:
    text = page(client, q="inovative firms")
    assert "No policy answers “inovative firms”" in text
    assert 'Did you mean: <a href="/en/policies/?q=innovative+firms"><b>innovative firms</b></a>' in text
    assert '<a href="/en/policies/?q=firms">firms</a>' in text
    assert "/en/requests/new/" in text
    assert "Did you mean" not in page(client, q="quantum")


@pytest.mark.usefixtures("award", "fresh_cache")
def test_each_filter_can_be_dropped(client: Client) -> None:
    PolicyFactory(category="talent", max_amount_cny=2_000_000)
    text = page(client, q="innovative", category="talent", amount="1000000", sort="amount")
    assert "without the words “innovative”" in text
    assert 'href="/en/policies/?category=talent&amp;amount=1000000&amp;sort=amount"' in text
    assert "without Category" not in text  # the amount would still leave nothing
    text = page(client, q="innovative", category="talent")
    assert 'href="/en/policies/?q=innovative">without Category: Talent</a> <span class="meta">(1)</span>' in text
    assert "without Closes within 30 days" in page(client, category="talent", soon="1")


@pytest.mark.usefixtures("award", "fresh_cache")
def test_whatever_is_typed_is_answered(client: Client, subtests: Any) -> None:
    for words in (
        quote("不存在" * 3_400),
        "x" * 10_000,
        quote("，。！？…"),
        "%ED%A0%BD",  # half an emoji
        "%F0%9F%98",  # broken UTF-8
        quote('高企\' | "x" & !(y) <-> :* \\'),
        quote("<script>alert(1)</script>"),
        "%27%29%3B+DROP+TABLE+policies_policy%3B--",
    ):
        with subtests.test(words=words[:20]):
            response = client.get(f"/en/policies/?q={words}")
            assert response.status_code == 200
            assert "<script>alert" not in response.content.decode()
    assert client.get("/en/policies/?q=a%00b").status_code == 400


@pytest.mark.usefixtures("award", "fresh_cache")
def test_help_takes_a_bounded_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    words = "alpha bravo charlie delta echo foxtrot award"
    page(client, q=words)
    with django_assert_max_num_queries(9):  # three of the page, one for each of up to four words, what was meant
        page(client, q=words, category="talent", free="1")


# --- what is kept -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ｑｕａｎｔｕｍ   Loans ", "quantum loans"),
        ("量子\u202e贷款\x00\ud83d", "量子贷款"),
        ("沪府规〔2023〕5号", "沪府规〔2023〕5号"),
        ("2025-2026 补贴", "2025-2026 补贴"),
        ("贷款" * 100, "贷款" * 30),
        ("张三 zhang@example.org", ""),
        ("www.example.org", ""),
        ("13800138000", ""),
        ("电话 138 0013 8000", ""),
        ("021-6588 8888 咨询", ""),
        ("91310109KJJCL55G70", ""),
        ("企业91310109kjjcl55g70的补贴", ""),
        ("310109199001011234", ""),
        ("x" * 70 + " 13800138000", ""),
        ("，。！", ""),
        ("", ""),
    ],
)
def test_what_is_kept_of_a_search(typed: str, kept: str) -> None:
    assert misses.cleaned(typed) == kept


@pytest.mark.usefixtures("award", "fresh_cache")
def test_a_page_hands_the_words_to_a_worker(
    client: Client, as_user: Callable[[Any], Client], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def told(visitor: Client = client, **params: str) -> list[Any]:
        with django_capture_on_commit_callbacks() as callbacks:
            page(visitor, **params)
        return [each.work for each in callbacks]  # type: ignore[attr-defined]

    work = (keep_missed_search.name, ("quantum loans", "en"))
    assert told(as_user(UserFactory()), q="Quantum  loans") == [work]
    assert told(q="quantum loans") == []  # the same words count once in five minutes
    assert told(q="张三 13800138000") == []
    assert told(q="award", category="talent") == []  # found, but for the filter
    assert told(category="talent") == []
    assert told(q="quantum x", page="3", category="talent")[0][1] == ("quantum x", "en")
    assert not MissedSearch.objects.exists()


@pytest.mark.usefixtures("fresh_cache")
def test_a_flood_of_words_is_cut_off(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        for number in range(misses.MOST_A_MINUTE + 5):
            misses.tell(f"word {number}", "en")
    assert len(callbacks) == misses.MOST_A_MINUTE


def test_words_are_counted_by_language_and_day(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_missed_search("quantum", "en")
    keep_missed_search("quantum", "en")
    keep_missed_search("quantum", "zh-hans")
    rows = MissedSearch.objects.order_by("language").values_list("words", "language", "count", "last_day")
    assert list(rows) == [("quantum", "en", 2, local_day()), ("quantum", "zh-hans", 1, local_day())]
    monkeypatch.setattr(misses, "MOST_KEPT", 3)
    for number in range(4):
        misses.keep(f"word {number}", "en", DAY + timedelta(days=number))
    assert set(MissedSearch.objects.values_list("words", flat=True)) == {"quantum", "word 2", "word 3"}


def test_officials_read_and_set_aside(as_user: Callable[[Any], Client]) -> None:
    first = MissedSearch.objects.create(words="<b>量子", language="zh-hans", count=3, last_day=DAY)
    MissedSearch.objects.bulk_create(
        MissedSearch(words=f"word {number}", language="en", count=2, last_day=DAY) for number in range(31)
    )
    reader, keeper = as_user(UserFactory(roles=["translator"])), as_user(UserFactory(roles=["admin"]))
    text = reader.get("/en/publishing/searches/").content.decode()
    assert text.index("&lt;b&gt;量子") < text.index("word 30")
    assert "Next page" in text
    assert "Set aside" not in text
    address = f"/en/publishing/searches/{first.pk}/set-aside/"
    assert reader.post(address).status_code == 404
    assert "Taken off the list" in keeper.post(address, follow=True).content.decode()
    assert keeper.post(address).status_code == 404
    assert MissedSearch.objects.count() == 31
