"""The reception room for everybody: open days, a talk booked in three steps, figures without names."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import Enterprise
from outreach.enums import OccasionState, RegistrationState
from outreach.models import OpeningHours, Registration, Topic
from outreach.reception import queries, workflow
from outreach.registering import Guest, verify
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory
from tests.races import outcome, race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
S = RegistrationState


def url(name: str, *args: Any) -> str:
    return reverse(f"reception:{name}", args=args)


def said(**more: Any) -> dict[str, Any]:
    return {"name": "Ann Guest", "email": "ann@example.com", "matter": "A permit", "checked": ["0"], **more}


def free(**fields: Any) -> tuple[Topic, Any]:
    topic = make.topic()
    return topic, make.sitting(topics=[topic], **fields).occasion


def colleague(enterprise: Enterprise | None = None) -> Any:
    return MembershipFactory(enterprise=enterprise or EnterpriseFactory()).user


@pytest.mark.parametrize(("language", "word"), [("en", "Book a talk"), ("zh-hans", "（中）")])
def test_three_steps_and_a_letter(client: Client, language: str, word: str) -> None:
    topic, occasion = free()
    room = client.get(f"/{language}/reception/").content.decode()
    assert word in room
    assert url("times", topic.pk).split("/", 2)[2] in room
    assert "№ 1" in room
    page = client.get(f"/{language}/reception/book/{topic.pk}/").content.decode()
    assert f"/reception/book/{topic.pk}/{occasion.pk}/" in page
    sent = client.post(f"/{language}/reception/book/{topic.pk}/{occasion.pk}/", said())
    assert sent.url == f"/{language}/reception/booked/"
    own = Registration.objects.get(occasion=occasion)
    assert (own.state, own.topic, own.checked, own.matter) == (S.UNVERIFIED, topic, [0], "A permit")
    assert own.language == language
    assert verify(own).state == S.CONFIRMED
    assert f"/reception/book/{topic.pk}/{occasion.pk}/" not in client.get(url("times", topic.pk)).content.decode()


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"matter": "x" * 2001}, 422),
        ({"matter": "x" * 10_000_000}, 413),
        ({"matter": ""}, 422),
        ({"name": ""}, 422),
        ({"email": "not an address"}, 422),
        ({"checked": ["2"]}, 422),
        ({"checked": ["-1"]}, 422),
        ({"checked": ["²"]}, 422),
        ({"name": "x" * 81}, 422),
    ],
    ids=["long", "huge", "no-matter", "no-name", "no-address", "no-line", "minus", "odd", "long-name"],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client: Client, bad: dict[str, Any], status: int) -> None:
    topic, occasion = free()
    assert client.post(url("book", topic.pk, occasion.pk), said(**bad)).status_code == status
    assert not Registration.objects.exists()


def test_past_cancelled_drafted_and_other_topics_sessions_are_not_there(client: Client) -> None:
    topic, occasion = free()
    others = [
        make.sitting(day=local_day() - timedelta(days=1), topics=[topic]).occasion,
        make.sitting(clock="14:00", topics=[topic], state=OccasionState.CANCELLED).occasion,
        make.sitting(clock="15:00", topics=[topic], state=OccasionState.DRAFT).occasion,
        make.sitting(clock="16:00", topics=[make.topic()]).occasion,
        make.occasion(),
    ]
    listed = client.get(url("times", topic.pk)).content.decode()
    assert url("book", topic.pk, occasion.pk) in listed
    for other in others:
        assert url("book", topic.pk, other.pk) not in listed
        assert client.post(url("book", topic.pk, other.pk), said()).status_code == 404
    gone = make.topic(active=False)
    assert client.get(url("times", gone.pk)).status_code == 404
    assert not Registration.objects.exists()


def test_only_sessions_in_the_wanted_language(client: Client) -> None:
    topic, chinese = free(languages=["zh"])
    both = make.sitting(clock="14:00", topics=[topic]).occasion
    page = client.get(url("times", topic.pk), {"language": "en"}).content.decode()
    assert url("book", topic.pk, both.pk) in page
    assert url("book", topic.pk, chinese.pk) not in page
    assert client.get(url("times", topic.pk), {"language": "<b>"}).status_code == 200


def test_scripts_in_names_stay_text(client: Client) -> None:
    topic, occasion = free()
    page = client.post(url("book", topic.pk, occasion.pk), said(name="<script>x</script>", matter="")).content.decode()
    assert "<script>x" not in page


def test_another_address_learns_nothing(client: Client) -> None:
    topic, occasion = free(capacity=2)
    known = make.registration(occasion, email="ann@example.com")
    again = client.post(url("book", topic.pk, occasion.pk), said())
    assert again.url == url("booked")
    assert list(Registration.objects.values_list("pk", flat=True)) == [known.pk]


def test_an_own_open_request_comes_along_and_no_other(as_user: Any) -> None:
    topic, occasion = free()
    user = colleague()
    own = HelpRequestFactory(asker=user, enterprise=user.memberships.get().enterprise, state="submitted")
    foreign = HelpRequestFactory(state="submitted")
    closed = HelpRequestFactory(asker=user, enterprise=own.enterprise, state="withdrawn")
    client = as_user(user)
    page = client.get(url("book", topic.pk, occasion.pk)).content.decode()
    assert own.number in page
    assert foreign.number not in page
    for forged in (foreign.pk, closed.pk, 0, "x"):
        assert client.post(url("book", topic.pk, occasion.pk), said(request=forged)).status_code == 422
        assert not Registration.objects.exists()
    client.post(url("book", topic.pk, occasion.pk), said(request=own.pk))
    made = Registration.objects.get()
    assert (made.request, made.enterprise, made.state) == (own, own.enterprise, S.CONFIRMED)
    with pytest.raises(Refused):
        workflow.book(make.sitting(topics=[topic]).occasion, guest=Guest("A", topic=topic, user=user), request=foreign)
    client.post(url("book", topic.pk, occasion.pk), said())
    assert Registration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_last_place() -> None:
    from outreach.models import Occasion

    topic, occasion = free()
    acts = [
        lambda user=user: workflow.book(occasion, guest=Guest("A", user.email, topic=topic, user=user))
        for user in (UserFactory(), UserFactory())
    ]
    won, told = outcome(race(Occasion.objects.filter(pk=occasion.pk), *acts))
    assert (len(won), len(told)) == (1, 1)
    assert Registration.objects.count() == 1


# 2026: New Year's Day is a Thursday, 4 January a make-up workday (Sunday) and the 2nd a holiday
def test_open_on_working_days_only_with_the_reason() -> None:
    place = make.place()
    for weekday in range(5):
        OpeningHours.objects.create(place=place, weekday=weekday, opens="09:00", closes="17:00")
    OpeningHours.objects.create(place=place, weekday=4, opens="18:00", closes="20:00")
    days = {d.day: d for d in queries.opening_days(place, [], first=date(2025, 12, 31))}
    assert len(days) == 14
    assert days[date(2025, 12, 31)].open
    holiday, makeup, sunday = days[date(2026, 1, 1)], days[date(2026, 1, 4)], days[date(2026, 1, 11)]
    assert (holiday.open, holiday.why, holiday.hours) == (False, "Public holiday", [])
    assert (makeup.open, makeup.why, len(makeup.hours)) == (True, "Make-up workday", 2)
    assert (sunday.open, sunday.why) == (False, "")


def test_a_place_open_on_every_saturday_is_open_then() -> None:
    place = make.place()
    OpeningHours.objects.create(place=place, weekday=5, opens="09:00", closes="12:00", working_days=False)
    days = {d.day: d.open for d in queries.opening_days(place, [], first=date(2026, 1, 5))}
    assert (days[date(2026, 1, 9)], days[date(2026, 1, 10)]) == (False, True)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([9, 3, 7, 6], [9, None, 7, None]),
        ([9, 3, 2], [9, None, None]),
        ([4], [None]),
        ([5], [5]),
        ([], []),
        ([0, 5], [None, None]),
    ],
)
def test_small_counts_are_not_told(counts: list[int], shown: list[int | None]) -> None:
    assert [f.count for f in queries.told(list(enumerate(counts)))] == shown


def test_figures_count_who_came_and_name_nobody(client: Client) -> None:
    topic = make.topic()
    past = make.sitting(day=local_day() - timedelta(days=3), topics=[topic], capacity=9).occasion
    for _n in range(5):
        make.registration(past, "attended", topic=topic, language="en")
    make.registration(past, "missed", topic=topic, name="Zed")
    assert [f.count for f in queries.figures()["topics"]] == [5]
    page = client.get(url("room")).content.decode()
    assert "Zed" not in page
    assert "Visits by topic" in page


@pytest.mark.parametrize("name", ["room", "topics", "booked"])
def test_empty_rooms_are_pages_too(client: Client, name: str) -> None:
    assert client.get(url(name)).status_code == 200


def test_the_times_cost_the_same_however_many(client: Client, django_assert_max_num_queries: Any) -> None:
    topic = make.topic()
    for n in range(30):
        make.sitting(clock=f"{9 + n // 6:02}:{n % 6 * 10:02}", topics=[topic])
    for page in (url("times", topic.pk), url("room")):
        with django_assert_max_num_queries(16):
            assert client.get(page).status_code == 200
