"""The list of policies answers its address, whatever stands in it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from policies.models import Policy
from policies.search.index import refresh_search, search_vector_for
from policies.search.queries import MOST, PAGE_SIZE, ordered, page_of, wanted_from
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def found(query: str = "") -> list[str]:
    return [policy.slug for policy in ordered(wanted_from(QueryDict(query)), DAY)]


def policy(slug: str, **fields: Any) -> Policy:
    """A policy that can be searched for."""
    made = PolicyFactory(slug=slug, **fields)
    refresh_search(made)
    return made


@pytest.fixture
def two() -> None:
    policy(
        "award",
        title_zh_hans="虹口区高新技术企业奖励",
        title_en="Award for high-tech enterprises",
        document_number="虹府规〔2024〕5号",
        summary_zh_hans="面向高新技术企业",
        benefit_en="Two grants a year",
    )
    policy("rent", title_zh_hans="房租补贴", title_en="Rent subsidies", issuer_en="Commission of Commerce")


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("高新技术", ["award"]),
        ("高新技术企业奖励", ["award"]),
        ("补贴", ["rent"]),
        ("high-tech", ["award"]),
        ("enterprise", ["award"]),  # stands there in the plural
        ("subsid", ["rent"]),  # still being typed
        ("grant", ["award"]),
        ("commerce", ["rent"]),
        ("虹府规〔2024〕5号", ["award"]),
        ("虹府规[2024]5号", ["award"]),
        ("Rent 补贴", ["rent"]),
        ("Rent 奖励", []),
        ("' OR 1=1 --", []),
        ("quantum", []),
    ],
)
@pytest.mark.usefixtures("two")
def test_both_languages_are_searched(words: str, slugs: list[str]) -> None:
    params = QueryDict(mutable=True)
    params["q"] = words
    assert [p.slug for p in ordered(wanted_from(params), DAY)] == slugs


@pytest.mark.usefixtures("two")
def test_a_hit_in_the_title_leads() -> None:
    policy("mention", title_zh_hans="别的", title_en="Something else", how_to_apply_en="Ask about the award")
    assert found("q=award") == ["award", "mention"]
    assert found("q=award&sort=newest") == ["mention", "award"]


def test_what_is_stored_for_searching_follows_the_text() -> None:
    changed = policy("changing", title_en="Lighthouse")
    changed.title_en = "Harbour"
    Policy.objects.filter(pk=changed.pk).update(title_en="Harbour", search=search_vector_for(changed))
    assert found("q=harbour") == ["changing"]
    assert found("q=lighthouse") == []


def test_only_what_is_in_force_unless_all_is_asked_for() -> None:
    policy("now", effective_from=DAY, effective_to=DAY)
    policy("open-ended")
    policy("over", effective_to=DAY - timedelta(days=1))
    policy("coming", effective_from=DAY + timedelta(days=1))
    policy("repealed", repealed_on=DAY)
    policy("replaced", replaced_by=Policy.objects.get(slug="now"))
    policy("draft", published_at=None)
    assert set(found()) == {"now", "open-ended"}
    assert set(found("validity=all")) == {"now", "open-ended", "over", "coming", "repealed", "replaced"}


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("level=national", {"nation"}),
        ("category=talent", {"nation", "house"}),
        ("support=housing", {"house"}),
        ("category=talent&support=housing", {"house"}),
        ("amount=500000", {"nation"}),
        ("amount=100000", {"nation", "house"}),
        ("open=1", {"house"}),
        ("free=1", {"nation"}),
        ("free=1&open=1", set()),
    ],
)
def test_filters(query: str, slugs: set[str]) -> None:
    policy("nation", level="national", category="talent", max_amount_cny=500_000, mode="no_application")
    window = {"window_opens": DAY, "window_closes": DAY}
    policy("house", category="talent", support_type="housing", max_amount_cny=100_000, **window)
    policy("other")
    assert set(found(query)) == slugs


def test_orders() -> None:
    older = timezone.now() - timedelta(days=9)
    policy("closed", window_closes=DAY - timedelta(days=1), max_amount_cny=3, published_at=older)
    policy("later", window_closes=DAY + timedelta(days=9), issued_on=date(2020, 1, 1), published_at=older)
    policy("soon", window_closes=DAY, max_amount_cny=2, issued_on=date(2024, 1, 1), published_at=older)
    policy("none", max_amount_cny=9)
    assert found() == ["none", "soon", "later", "closed"]
    assert found("sort=closing") == ["soon", "later", "none", "closed"]
    assert found("sort=amount") == ["none", "closed", "soon", "later"]
    assert found("sort=relevance") == found()  # nothing was searched for


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("level=galactic", ["galactic"]),
        ("level=galactic&category=magic&sort=best", ["galactic", "magic", "best"]),
        ("amount=1e9", ["1e9"]),
        ("open=yes", ["yes"]),
        ("page=0", ["0"]),
        ("page=-1", ["-1"]),
        ("page=%C2%B2", ["²"]),
        ("page=99999999999999999999", ["9" * 20]),
        ("q=%3F%3F%21", ["??!"]),
        ("level=" + "x" * 500, ["x" * 40]),
        ("level=&category=&q=&page=&sort=", []),
        ("utm_source=mail&q=", []),
    ],
)
def test_what_is_not_understood_is_left_out_and_named(query: str, ignored: list[str]) -> None:
    policy("only")
    wanted = wanted_from(QueryDict(query))
    assert wanted.ignored == ignored
    assert [p.slug for p in page_of(wanted, DAY).rows] == ["only"]


def test_a_page_beyond_the_last_shows_the_first() -> None:
    PolicyFactory.create_batch(PAGE_SIZE + 1)
    wanted = wanted_from(QueryDict("page=3"))
    page = page_of(wanted, DAY)
    assert (page.number, page.last, page.count, len(page.rows)) == (1, 2, PAGE_SIZE + 1, PAGE_SIZE)
    assert wanted.ignored == ["3"]
    second = page_of(wanted_from(QueryDict("page=2")), DAY)
    assert (second.number, len(second.rows), second.previous, second.next) == (2, 1, 1, None)
    assert {p.pk for p in page.rows}.isdisjoint(p.pk for p in second.rows)


def test_a_broad_list_is_counted_only_so_far() -> None:
    stamp = timezone.now()
    Policy.objects.bulk_create(
        Policy(slug=f"p{n}", title_en=f"P{n}", category="talent", support_type="tax", published_at=stamp)
        for n in range(MOST + 5)
    )
    last = page_of(wanted_from(QueryDict("page=34")), DAY)
    assert (last.count, last.more, last.number, last.last, len(last.rows)) == (MOST, True, 34, 34, 10)


def test_a_long_search_is_shortened_and_says_so() -> None:
    wanted = wanted_from(QueryDict("q=" + "policy+" * 1_000))
    assert wanted.shortened
    assert len(wanted.words) <= 200


@pytest.mark.parametrize("size", [1, 3, 30])
@pytest.mark.parametrize(("query", "many"), [("", 2), ("q=fictional", 4), ("sort=closing&validity=all", 2)])
def test_a_page_takes_a_constant_number_of_queries(
    size: int, query: str, many: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for made in PolicyFactory.create_batch(size):
        refresh_search(made)
    page_of(wanted_from(QueryDict(query)), DAY)  # what is kept until a policy changes is read
    with django_assert_num_queries(many):
        assert len(page_of(wanted_from(QueryDict(query)), DAY).rows) == size
