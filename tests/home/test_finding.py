"""The search over everything, the way for people from abroad, the doors of those without an office."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from outreach.enums import OccasionState, Publication
from outreach.models import Bulletin, ObserverBatch, PublicityPoint
from policies.models import Policy
from policies.search.index import refresh_search
from portal.core.calendar import local_day
from portal.home.doors import KEY
from portal.home.ways import ways
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms.observers import observer
from tests.factories.policies import PolicyFactory
from tests.signing import PASSWORD, with_password

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def found(client: Client, words: str, language: str = "en", **more: str) -> str:
    response = client.get(f"/{language}/search/", {"q": words, **more})
    assert response.status_code == 200
    return response.content.decode()


def bulletin(n: int, **fields: Any) -> Bulletin:
    known = {"state": Publication.PUBLISHED, "day": local_day(), "source_url": "https://example.com/", "slug": f"b-{n}"}
    return Bulletin.objects.create(**{**known, **make.both(title=f"Lantern issue {n}"), **fields})


def one_of_each(n: int = 1) -> None:
    PolicyFactory(title_en=f"Lantern policy {n}", title_zh_hans=f"灯笼政策{n}")
    refresh_search(Policy.objects.latest("pk"))
    make.event(title_en=f"Lantern event {n}", title_zh_hans=f"灯笼活动{n}")
    make.partner(**make.both(name=f"Lantern chamber {n}"))
    make.topic(**make.both(name=f"Lantern topic {n}"))
    make.material(1, **make.both(title=f"Lantern guide {n}"))
    PublicityPoint.objects.create(place=make.place(**make.both(name=f"Lantern hall {n}")))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("words", ["lantern", "lanterns", "灯笼"])
def test_both_languages_are_found_from_either_page(client: Client, words: str, language: str) -> None:
    one_of_each()
    text = found(client, words, language)
    assert 'id="group-policies"' in text
    assert 'id="group-events"' in text
    assert ("group-partners" in text) == (words != "灯笼")


def test_every_group_names_what_it_has_and_marks_the_words(client: Client) -> None:
    one_of_each()
    text = found(client, "lantern")
    for group in ("policies", "events", "partners", "points", "materials", "topics"):
        assert f'id="group-{group}"' in text
    assert "<mark>Lantern</mark> event 1" in text
    assert "6 things found" in text


def test_nothing_that_is_not_public_is_found(client: Client) -> None:
    PolicyFactory(title_en="Lantern policy", published_at=None)
    refresh_search(Policy.objects.latest("pk"))
    make.event(title_en="Lantern draft", state=OccasionState.DRAFT)
    make.partner(public=False, **make.both(name="Lantern secret"))
    make.partner(active=False, **make.both(name="Lantern past"))
    make.topic(active=False, **make.both(name="Lantern old"))
    bulletin(1, state=Publication.DRAFT)
    make.material(0, title_en="Lantern unwritten")
    make.material(withdrawn_at=timezone.now(), title_en="Lantern recalled")
    point = make.place(**make.both(name="Lantern hall"))
    PublicityPoint.objects.create(place=point, closed_on=local_day())
    assert "Nothing found" in found(client, "lantern")


def test_a_few_of_each_are_shown_and_the_rest_is_one_step_away(client: Client) -> None:
    for n in range(7):
        make.event(title_en=f"Lantern {n}")
    text = found(client, "lantern")
    assert text.count("<mark>Lantern</mark>") == 5
    assert "only=events" in text
    text = found(client, "lantern", only="events")
    assert text.count("<mark>Lantern</mark>") == 7
    assert "7 things found" in text


def test_all_words_have_to_be_there(client: Client) -> None:
    make.event(title_en="Lantern walk")
    make.event(title_en="Harbour walk")
    text = found(client, "walk lantern")
    assert "Harbour" not in text
    assert "1 thing found" in text


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "%",
        "_",
        "'; drop table x --",
        '"',
        "\\",
        "a" * 10_000,
        "<script>alert(1)</script>",
        "〔2024〕1号",
        "𝟙 ﷺ",
    ],
)
def test_odd_input_finds_nothing_and_breaks_nothing(client: Client, words: str) -> None:
    make.event(title_en="Lantern walk")
    text = found(client, words, only="no-such-group")
    assert "Lantern" not in text
    assert "<script>alert" not in text


def test_a_nul_is_refused(client: Client) -> None:
    assert client.get("/en/search/?q=a%00b").status_code == 400


def test_the_search_takes_the_same_queries_whatever_there_is(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    counts = []
    for size in (1, 2, 27):
        for n in range(size):
            one_of_each(n * 100 + size)
        found(client, "lantern")  # the counts of the policy list are kept in the process
        with django_assert_max_num_queries(16) as seen:
            found(client, "lantern")
        counts.append(len(seen))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize(
    ("language", "here", "not_here"),
    [("en", "You live here", "Pass it on to them"), ("zh-hans", "category=foreign_investment", "check-up")],
)
def test_each_language_has_its_own_way_for_people_from_abroad(
    client: Client, language: str, here: str, not_here: str
) -> None:
    make.event(title_en="Lantern in English", title_zh_hans="灯笼", languages=["en"])
    make.event(title_en="Lantern in Chinese", title_zh_hans="红灯", languages=["zh"])
    make.event(title_en="Lantern interpreted", title_zh_hans="宫灯", languages=["zh"], interpretation=["en"])
    text = client.get(f"/{language}/for-you/").content.decode()
    assert here in text
    assert not_here not in text
    assert ("Lantern in English" if language == "en" else "灯笼") in text
    assert ("Lantern interpreted" if language == "en" else "宫灯") in text
    assert ("Lantern in Chinese" if language == "en" else "红灯") not in text


def test_the_front_page_says_what_comes_and_leads_to_the_rooms(client: Client) -> None:
    for days in (9, 3, 6, 1, -2):
        make.event(local_day() + timedelta(days=days), title_en=f"In {days} days")
    make.event(title_en="Called off", state=OccasionState.CANCELLED)
    text = client.get("/en/").content.decode()
    assert text.index("In 1 days") < text.index("In 3 days") < text.index("In 6 days")
    assert not any(title in text for title in ("In 9 days", "In -2 days", "Called off"))
    for address in ("events", "reception", "open-government", "search", "for-you"):
        assert f'href="/en/{address}/"' in text


def test_a_partners_contact_has_the_partners_room(as_user: SignIn) -> None:
    person = make.contact(make.partner()).user
    client = as_user(person)
    assert client.get("/en/start/").headers["Location"] == "/en/partner/"
    text = client.get("/en/policies/").content.decode()
    assert 'href="/en/partner/"' in text
    assert 'href="/en/observer/"' not in text


def test_an_observer_has_the_observers_room(as_user: SignIn) -> None:
    client = as_user(observer().user)
    assert client.get("/en/start/").headers["Location"] == "/en/observer/"
    text = client.get("/en/policies/").content.decode()
    assert 'href="/en/observer/"' in text
    assert 'href="/en/partner/"' not in text


def test_what_has_ended_leads_nowhere(as_user: SignIn) -> None:
    person = make.contact(make.partner(active=False)).user
    client = as_user(person)
    assert client.get("/en/start/").headers["Location"] == "/en/package/"
    session = client.session
    session[KEY] = ["partners:own"]
    session.save()
    client.get("/en/start/")
    assert client.session[KEY] == []
    assert client.get("/en/partner/").status_code == 404


def test_others_are_offered_no_such_room(as_user: SignIn) -> None:
    ObserverBatch.objects.create(number=1, name_en="№ 1", name_zh_hans="№ 1")
    client = as_user(UserFactory())
    client.get("/en/start/")
    assert KEY not in client.session
    assert 'href="/en/partner/"' not in client.get("/en/policies/").content.decode()


def test_what_was_probably_meant_and_single_words_are_offered(client: Client) -> None:
    one_of_each()
    PolicyFactory(title_en="Harbour fees", title_zh_hans="港口费用")
    refresh_search(Policy.objects.latest("pk"))
    text = found(client, "lantern harbour")
    assert 'href="/en/search/?q=lantern"' in text
    assert 'href="/en/search/?q=harbour"' in text
    assert 'href="/en/policies/check-up/"' in text
    assert 'href="/en/search/?q=lantern"' in found(client, "lanterm")
    assert "Search for one of the words" not in found(client, "lantern")


def test_the_first_page_after_signing_in_knows_the_rooms_whichever_it_is(client: Client) -> None:
    for person, room in ((make.contact(make.partner()).user, "partner"), (observer().user, "observer")):
        with_password(person)
        response = client.post(
            "/en/accounts/login/?next=/en/policies/", {"login": person.email, "password": PASSWORD}, follow=True
        )
        assert response.redirect_chain[-1][0] == "/en/policies/"
        assert f'href="/en/{room}/"' in response.content.decode()
        client.logout()


def test_english_readers_are_led_to_topics_and_to_what_observers_said(client: Client) -> None:
    topic = make.topic(**make.both(name="Lantern permits"))
    make.topic(active=False, **make.both(name="Old topic"))
    text = client.get("/en/for-you/").content.decode()
    assert f'href="/en/reception/book/{topic.pk}/"' in text
    assert "Old topic" not in text
    for address in ("observers/", "observers/replies/"):
        assert f'href="/en/{address}"' in text


@pytest.mark.parametrize("official", [False, True])
def test_every_want_leads_somewhere_and_none_twice(client: Client, official: bool) -> None:
    groups = ways(official=official)
    urls = [way.url for group in groups for way in group["ways"]]
    assert len(urls) == len(set(urls)) == (15 if official else 17)
    assert all(client.get(url).status_code in (200, 302) for url in urls if not url.startswith("#"))
