"""Who else has a request open: seen by two people at two computers, gone when they are gone, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from stewards.models import HelpRequest, RequestEvent
from stewards.relations import presence
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.parts import taken
from tests.factories.stewards import accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella Steward", name_zh="施红")


@pytest.fixture
def colleague(steward: Any) -> Any:
    return HandlerFactory(name_en="Carl Colleague", name_zh="高飞", department=steward.department)


@pytest.fixture
def asked(steward: Any) -> HelpRequest:
    return accepted(steward)


def url(request: HelpRequest, page: str = "present/", language: str = "en") -> str:
    return f"/{language}/desk/{request.number}/{page}"


def poll(client: Any, request: HelpRequest, **options: str) -> str:
    """What the open page asks for every minute: nothing but the line itself."""
    response = client.get(url(request, **options), headers={"HX-Request": "true"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def pass_by(request: HelpRequest, seconds: int) -> None:
    """So much time goes by for everybody who has it open."""
    key = f"desk-open:{request.pk}"
    there = cache.get(key)
    for each in there.values():
        each["seen"] -= timedelta(seconds=seconds)
    cache.set(key, there)


def test_two_browsers_see_each_other_and_then_no_more(
    as_user: Any, asked: HelpRequest, steward: Any, colleague: Any
) -> None:
    one, two = as_user(steward), as_user(colleague)
    assert "is looking at this request" not in one.get(url(asked, "")).content.decode()
    assert "Stella Steward is looking at this request too" in two.get(url(asked, "")).content.decode()
    assert "Carl Colleague is looking at this request too" in poll(one, asked)  # without loading the page again
    pass_by(asked, 60)
    assert "Carl Colleague" in poll(one, asked)
    pass_by(asked, presence.GONE_AFTER - 60)  # Carl has closed the page
    assert poll(one, asked) == ""
    assert "Stella Steward" in poll(two, asked)  # and is back


def test_each_reads_the_name_in_their_language(as_user: Any, asked: HelpRequest, steward: Any, colleague: Any) -> None:
    poll(as_user(steward), asked)
    assert "施红" in poll(as_user(colleague), asked, language="zh-hans")
    assert "高飞" in poll(as_user(steward), asked, language="zh-hans")


def test_the_line_stands_alone(as_user: Any, asked: HelpRequest, steward: Any, colleague: Any) -> None:
    """What is put into the page is no page."""
    poll(as_user(colleague), asked)
    words = poll(as_user(steward), asked)
    assert words.startswith('<p class="notice')
    assert "<html" not in words
    assert words.count("<p") == 1


@pytest.mark.parametrize("people", [1, 3, 30])
def test_a_poll_takes_three_queries_whoever_looks(
    as_user: Any, asked: HelpRequest, steward: Any, people: int, django_assert_num_queries: Any
) -> None:
    """The session, the person, and whether they may see the request: nothing is read of it, nothing written."""
    client = as_user(steward)
    now = timezone.now()
    there = {
        -n: {"since": now, "seen": now, "names": {"en": f"P{n}", "zh-hans": f"人{n}"}} for n in range(1, people + 1)
    }
    cache.set(f"desk-open:{asked.pk}", there)
    with django_assert_num_queries(3):
        assert poll(client, asked).count("<p") == people
    assert not RequestEvent.objects.exists()
    assert HelpRequest.objects.get(pk=asked.pk).lock_version == 0


def test_the_enterprise_and_strangers_learn_nothing(as_user: Any, asked: HelpRequest, steward: Any) -> None:
    poll(as_user(steward), asked)
    for person in (asked.asker, UserFactory(), HandlerFactory(), StewardFactory(department=DepartmentFactory())):
        client = as_user(person)
        assert client.get(url(asked)).status_code == 404
        assert "Stella" not in client.get(f"/en/requests/{asked.number}/").content.decode()
    assert len(cache.get(f"desk-open:{asked.pk}")) == 1  # who may not look is not said to look


def test_who_has_a_part_is_seen_and_sees(as_user: Any, asked: HelpRequest, steward: Any) -> None:
    """Both are at work on the same request; a name and a time say nothing of what is not theirs."""
    handler = HandlerFactory(name_en="Hanna Handler")
    taken(asked, handler)
    poll(as_user(handler), asked)
    assert "Hanna Handler" in poll(as_user(steward), asked)
    assert "Stella Steward" in poll(as_user(handler), asked)


def test_what_is_no_longer_theirs_is_asked_for_in_vain(as_user: Any, asked: HelpRequest, steward: Any) -> None:
    client, other = as_user(steward), StewardFactory(department=DepartmentFactory())
    poll(client, asked)
    HelpRequest.objects.filter(pk=asked.pk).update(steward=other, handler=other, department=other.department)
    assert client.get(url(asked)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(as_user: Any, asked: HelpRequest, steward: Any, method: str) -> None:
    assert getattr(as_user(steward), method)(url(asked)).status_code == 405


def test_who_has_been_signed_out_gets_no_sign_in_page_in_the_line(client: Any, asked: HelpRequest) -> None:
    response = client.get(url(asked), headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (401, b"")  # which the page leaves aside; typed words stay
    assert client.get(url(asked)).status_code == 302  # as everywhere


def test_two_at_the_same_moment_find_each_other_with_the_next_poll(
    asked: HelpRequest, steward: Any, colleague: Any
) -> None:
    """Each read an empty list and wrote their own: whoever wrote last is there, the other one is a minute later."""
    key = f"desk-open:{asked.pk}"
    presence.look(asked, steward)
    cache.delete(key)
    presence.look(asked, colleague)
    assert [each.name for each in presence.look(asked, steward)] == [colleague.name]
    assert [each.name for each in presence.look(asked, colleague)] == [steward.name]


def test_it_is_kept_nowhere_but_in_the_cache_and_not_for_long(asked: HelpRequest, steward: Any) -> None:
    presence.look(asked, steward)
    seconds = cache._cache.get_client(None).ttl(cache.make_key(f"desk-open:{asked.pk}"))  # type: ignore[attr-defined]
    assert 0 < seconds <= presence.GONE_AFTER
    assert presence.POLL * 2 < presence.GONE_AFTER  # one poll may be missed
