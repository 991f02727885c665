"""Saved searches: keeping them, what they find, and what is told of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from notices.digests import compose as compose_digests
from notices.models import Message
from policies.alerts import search_news
from policies.alerts.follower_news import tell_followers
from policies.alerts.following import MOST_SEARCHES, give_up, keep_search, rename
from policies.alerts.saved_searches import address_of, called, counts_for, query_of, words_of
from policies.models import Policy, SavedSearch
from policies.search.index import refresh_search
from policies.search.queries import wanted_from
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
PAGE = "/en/policies/following/"
BEFORE = timezone.now() - timedelta(hours=1)
LATER = timezone.now() + timedelta(hours=2)


def saved(query: str = "category=talent", **fields: Any) -> SavedSearch:
    """A search that was saved an hour ago."""
    search, _new = keep_search(QueryDict(query), by=fields.pop("person", None) or UserFactory())
    for name, value in {"since": BEFORE, "checked_at": BEFORE, **fields}.items():
        setattr(search, name, value)
    search.save()
    return search


# --- what is kept -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("q=+rent++relief&sort=amount&page=3&level=district", {"q": "rent relief", "level": "district"}),
        ("level=district&q=rent+relief", {"q": "rent relief", "level": "district"}),
        ("open=1&validity=all&utm=x", {"open": "1", "validity": "all"}),
        ("level=galactic&category=talent", {"category": "talent"}),
        ("validity=all&sort=newest", {}),
        ("level=galactic&q=%F0%9F%98%80", {}),
        ("", {}),
    ],
)
def test_an_address_is_kept_in_one_way_however_it_is_written(address: str, query: dict[str, str]) -> None:
    assert query_of(QueryDict(address)) == query
    if query:
        assert query_of(QueryDict(address_of(query).partition("?")[2])) == query


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "rent · District · Talent · CNY 500,000 or more"), ("zh-hans", "rent · 区级 · 人才 · 50万元及以上")],
)
def test_a_name_is_proposed_from_words_and_filters(language: str, words: str) -> None:
    address = QueryDict("q=rent&amount=500000&category=talent&level=district&validity=all&sort=amount")
    with translation.override(language):
        assert words_of(wanted_from(address)) == words
        assert words_of(wanted_from(QueryDict("q=" + "x" * 300))) == "x" * 100
        assert words_of(wanted_from(QueryDict("validity=all"))) == ""


def test_the_list_offers_it_and_keeps_what_is_asked_for(as_user: Sign) -> None:
    person = UserFactory()
    client, address = as_user(person), "/en/policies/?q=rent&category=talent"
    text = client.get(address).content.decode()
    assert 'value="rent · Talent"' in text
    assert "Tell me about new ones" not in client.get("/en/policies/").content.decode()
    data = {"query": "q=rent&category=talent", "name": "  Rent \n for talent "}
    first = client.post(f"{PAGE}searches/", data, follow=True).content.decode()
    again = client.post(f"{PAGE}searches/", data | {"name": "Other"}, follow=True).content.decode()
    assert "Saved as “Rent for talent”" in first
    assert "You have saved this search already, as “Rent for talent”." in again
    search = SavedSearch.objects.get()
    assert (search.person, search.name, search.query) == (
        person,
        "Rent for talent",
        {"q": "rent", "category": "talent"},
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.create(person=person, name="x", query={"category": "talent", "q": "rent"})


def test_a_search_for_everything_is_refused_in_words(as_user: Sign) -> None:
    client = as_user(UserFactory())
    for query in ("", "validity=all", "level=galactic", "q=%F0%9F%98%80", "x" * 9_000):
        answer = client.post(f"{PAGE}searches/", {"query": query, "name": "N"}, follow=True)
        assert "Choose words or filters first" in answer.content.decode()
    assert client.post(f"{PAGE}searches/", {"query": "q=rent%00", "name": "N"}).status_code == 400
    assert not SavedSearch.objects.exists()


def test_visitors_are_led_to_sign_in_and_back_to_the_search(client: Client) -> None:
    text = client.get("/en/policies/?q=rent&category=talent").content.decode()
    assert "/en/accounts/login/?next=/en/policies/%3Fq%3Drent%26category%3Dtalent" in text
    assert "/accounts/login/" in client.post(f"{PAGE}searches/", {"query": "q=rent"}).headers["Location"]
    assert not SavedSearch.objects.exists()


def test_there_are_so_many_a_person_and_no_more() -> None:
    person = UserFactory()
    SavedSearch.objects.bulk_create(
        SavedSearch(person=person, name="S", query={"q": f"w{n}"}) for n in range(MOST_SEARCHES)
    )
    with pytest.raises(Refused, match="You have 20 saved searches"):
        keep_search(QueryDict("q=more"), by=person)
    assert keep_search(QueryDict("q=w3"), by=person)[1] is False
    assert keep_search(QueryDict("q=more"), by=UserFactory())[1] is True


def test_rename_and_remove_ones_own(as_user: Sign) -> None:
    search = saved()
    client, url = as_user(search.person), f"{PAGE}searches/{search.pk}/"
    client.post(f"{url}rename/", {"name": "For  talents" + "x" * 200})
    search.refresh_from_db()
    assert search.name == ("For talents" + "x" * 200)[:100]
    assert "Give the search a name." in client.post(f"{url}rename/", {"name": " "}, follow=True).content.decode()
    assert "Removed: “For talents" in client.post(f"{url}remove/", follow=True).content.decode()
    assert client.post(f"{url}remove/").status_code == 404
    assert not SavedSearch.objects.exists()


def test_searches_of_others_are_not_there(as_user: Sign) -> None:
    search, other = saved(), UserFactory()
    client = as_user(other)
    for act in ("rename", "remove"):
        assert client.post(f"{PAGE}searches/{search.pk}/{act}/", {"name": "Mine"}).status_code == 404
    assert "Talent" not in client.get(PAGE).content.decode().partition("<main")[2]
    with pytest.raises(SavedSearch.DoesNotExist):
        rename(search, by=other, name="Mine")
    give_up(search, by=other)
    assert called(SavedSearch.objects.get()) == "Talent"


def test_a_search_without_a_name_of_ones_own_is_called_in_the_readers_language(as_user: Sign) -> None:
    search = saved("q=rent&category=talent", person=UserFactory(language="zh-hans"))
    client = as_user(search.person)
    for name in ("rent · Talent", "Mine", "rent · Talent"):  # the last takes the proposal back
        client.post(f"{PAGE}searches/{search.pk}/rename/", {"name": name})
        search.refresh_from_db()
        assert search.name == ("Mine" if name == "Mine" else "")
    assert "rent · 人才" in client.get("/zh-hans/policies/following/").content.decode()
    refresh_search(PolicyFactory(category="talent", title_en="Rent"))
    tell_followers(LATER)
    assert Message.objects.get().subject == "您保存的搜索“rent · 人才”有1项新政策"


# --- what they find -----------------------------------------------------------------------------------------------


def test_how_many_are_found_and_how_many_are_new(as_user: Sign) -> None:
    person = UserFactory()
    old = timezone.now() - timedelta(days=2)
    PolicyFactory(category="talent", published_at=old)
    refresh_search(PolicyFactory(category="talent", title_en="Rent relief"))
    PolicyFactory(category="talent", published_at=None)
    queries = ("category=talent", "q=rent", "category=green", "category=talent&open=1")
    talent, rent, green, _open = (saved(query, person=person) for query in queries)
    lost = SavedSearch.objects.create(person=person, name="Lost", query={"level": "galactic"})
    counts = counts_for([talent, rent, green, lost], local_day())
    assert [counts.get(each.pk, (0, 0)) for each in (talent, rent, green, lost)] == [(2, 1), (1, 1), (0, 0), (0, 0)]
    assert counts_for([], local_day()) == {}
    text = as_user(person).get(PAGE).content.decode()
    for words in ("finds 2 policies", "finds 1 policy", "1 new", "finds 0 policies", "5 of at most 20"):
        assert words in text


# --- what is told -------------------------------------------------------------------------------------------------


def test_new_policies_are_told_once_up_to_five_titles_and_a_link_to_the_rest() -> None:
    search = saved()
    Policy.objects.bulk_create([PolicyFactory.build(category="talent", title_en=f"New {n}") for n in range(7)])
    PolicyFactory(category="talent", title_en="Old", published_at=BEFORE - timedelta(days=1))
    PolicyFactory(category="green", title_en="Green")
    assert [tell_followers(LATER) for _run in range(2)] == [1, 0]
    message = Message.objects.get()
    assert (message.state, message.recipient, message.topic) == ("held", search.person, "Policies")
    assert message.subject == "7 new policies for your search “Talent”"
    assert message.body.splitlines() == [*(f"– New {n}" for n in (6, 5, 4, 3, 2)), "And 2 more."]
    assert message.url == "/en/policies/?category=talent&sort=newest"
    PolicyFactory(category="talent", title_en="Newest", published_at=LATER + timedelta(minutes=1))
    assert tell_followers(LATER + timedelta(minutes=5)) == 1
    assert Message.objects.latest("pk").body == "– Newest"


def test_in_the_persons_language_and_digest(settings: Any) -> None:
    person = UserFactory(language="zh-hans", digest_hour=0)
    saved(person=person, name="人才")
    PolicyFactory(category="talent", title_zh_hans="新人才政策")
    tell_followers(LATER)
    workday = timezone.make_aware(datetime(2026, 11, 23, 10))
    assert compose_digests(workday) == 1
    digest = Message.objects.get(kind="digest", recipient=person)
    assert "* 您保存的搜索“人才”有1项新政策\n  – 新人才政策\n" in digest.body
    assert f"{settings.SITE_URL}/zh-hans/policies/?category=talent" in digest.body


def test_a_policy_that_comes_into_force_later_is_told_then() -> None:
    saved()
    begins = local_day(LATER) + timedelta(days=3)
    PolicyFactory(category="talent", effective_from=begins)
    assert tell_followers(LATER) == 0
    days = [LATER + timedelta(days=n) for n in (2, 3, 3, 4)]
    assert [tell_followers(day) for day in days] == [0, 1, 0, 0]


def test_what_is_being_published_at_this_moment_is_left_to_the_next_run() -> None:
    search = saved()
    policy = PolicyFactory(category="talent")
    assert tell_followers(policy.published_at + timedelta(seconds=5)) == 0
    assert tell_followers(policy.published_at + timedelta(seconds=15)) == 1
    search.refresh_from_db()
    assert search.told_at == policy.published_at + timedelta(seconds=5)


def test_nothing_is_told_twice_nor_to_people_who_have_left() -> None:
    search = saved()
    saved(person=UserFactory(is_active=False))
    PolicyFactory(category="talent")
    tell_followers(LATER)
    SavedSearch.objects.filter(pk=search.pk).update(checked_at=BEFORE)  # as if another worker's work had been lost
    tell_followers(LATER)
    assert [message.recipient for message in Message.objects.all()] == [search.person]


def test_a_very_long_search_leads_to_the_page_of_saved_searches() -> None:
    saved("q=" + "虹" * 150 + "&category=talent")
    policy = PolicyFactory(category="talent", title_zh_hans="虹" * 150)
    refresh_search(policy)
    assert tell_followers(LATER) == 1
    assert Message.objects.get().url == PAGE


def test_more_than_can_be_counted_in_batches_of_so_many_queries(monkeypatch: Any) -> None:
    monkeypatch.setattr(search_news, "MOST_COUNTED", 3)
    PolicyFactory.create_batch(3, category="talent")
    person, counts = UserFactory(), []
    for size in (1, 3, 15):
        SavedSearch.objects.all().delete()
        SavedSearch.objects.bulk_create(
            SavedSearch(person=person, name=f"S{n}", query={"category": "talent", "n": n}, checked_at=BEFORE)
            for n in range(size)
        )
        with CaptureQueriesContext(connection) as queries:
            assert tell_followers(LATER) == size
        counts.append(len(queries))
    assert counts[1] == counts[2] <= counts[0]
    assert Message.objects.first().subject == "more than 2 new policies for your search “S0”"  # type: ignore[union-attr]
    monkeypatch.setattr(search_news, "BATCH", 4)
    SavedSearch.objects.update(checked_at=BEFORE - timedelta(days=1))
    assert tell_followers(LATER) == 15
