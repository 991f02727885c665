"""Events for everybody: lists, programme, one event, registering, asking, calendar files, what is loaded."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.models import Message
from outreach import registering
from outreach.enums import OccasionState, Precision, RegistrationState
from outreach.events import loading
from outreach.models import Event, Occasion, Question, Registration
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
S = RegistrationState
SCRIPT = "<script>alert(1)</script>"


def url(event: Event, name: str = "detail") -> str:
    return reverse(f"events:{name}", args=[event.slug])


def read(client: Client, address: str, status: int = 200) -> str:
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


def listed(client: Client, query: str = "") -> set[str]:
    page = read(client, reverse("events:list") + query)
    return {event.slug for event in Event.objects.all() if url(event) in page}


def test_coming_and_past_apart_and_drafts_nowhere(client: Client) -> None:
    coming, today = make.event(), make.event(day=local_day(), clock="00:00")
    past = make.event(day=local_day() - timedelta(days=40))
    old = make.event(starts_at=None, ends_at=None, day=local_day() + timedelta(days=3), precision=Precision.MONTH)
    draft = make.event(state=OccasionState.DRAFT)
    assert listed(client) == {coming.slug, today.slug}
    assert listed(client, "?when=past") == {past.slug, old.slug}
    assert client.get(url(draft)).status_code == 404
    client.force_login(make.organiser())
    assert client.get(url(draft)).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=visit", {"visit"}),
        ("?language=ja", {"visit"}),
        ("?language=ko", {"online"}),
        ("?format=online", {"online", "both"}),
        ("?kind=x&format=x&language=x", set()),
        ("?cursor=forged", {"visit", "online", "both"}),
    ],
)
def test_filters_narrow_and_nonsense_breaks_nothing(client: Client, query: str, found: set[str]) -> None:
    make.event(event={"slug": "visit", "kind": "visit"}, languages=["ja"])
    make.event(event={"slug": "online", "format": "online"}, interpretation=["ko"])
    make.event(event={"slug": "both", "format": "both"})
    assert listed(client, query) == found


def test_a_list_costs_the_same_however_long(client: Client, django_assert_max_num_queries: Any) -> None:
    for count in (1, 2, 27):
        for _n in range(count):
            make.registration(make.event(capacity=2, place=make.place()).occasion)
        with django_assert_max_num_queries(6):
            read(client, reverse("events:list"))


def test_the_programme_of_a_month_by_days(client: Client) -> None:
    event = make.event(event=make.both(theme="№ theme"))
    day = event.occasion.day
    page = read(client, reverse("events:month", args=[day.year, day.month]))
    assert "№ theme" in page
    assert client.get(reverse("events:month", args=[1999, 13])).status_code == 404
    assert client.get(reverse("events:month", args=[2031, 1])).status_code == 404


def test_registering_takes_a_place_then_the_waiting_list(client: Client) -> None:
    event = make.event(capacity=1)
    for state in (S.CONFIRMED, S.WAITING):
        user: Any = UserFactory()
        client.force_login(user)
        assert client.post(url(event, "register"), {"name": user.name, "seats": 1}).status_code == 302
        assert Registration.objects.get(user=user).state == state
        assert "You are registered" in read(client, f"/en{url(event)[url(event).index('/events') :]}")


@pytest.mark.parametrize(("state", "words"), [("cancelled", "has been cancelled"), ("published", "begun already")])
def test_who_comes_too_late_is_told_why(client: Client, state: str, words: str) -> None:
    event = make.event()
    Occasion.objects.filter(pk=event.occasion.pk).update(state=state)
    if state == "published":
        moved = make.moment(local_day() - timedelta(days=1))
        Occasion.objects.filter(pk=event.occasion.pk).update(day=local_day() - timedelta(days=1), starts_at=moved)
    sent = {"name": "Ann", "email": "ann@example.com", "seats": 1}
    answer = client.post(url(event, "register"), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_second_try_of_who_is_registered_changes_nothing(client: Client) -> None:
    event, user = make.event(), UserFactory()
    client.force_login(user)
    for _click in range(2):
        assert client.post(url(event, "register"), {"name": user.name, "seats": 1}).status_code in (302, 422)
    assert Registration.objects.filter(user=user).count() == 1


def test_with_anothers_address_nothing_is_taken_and_nothing_is_learnt(client: Client) -> None:
    event = make.event(capacity=5)
    known = make.registration(event.occasion, email="known@example.com")
    said = []
    for email in ("KNOWN@example.com", "new@example.com"):
        page = client.post(url(event, "register"), {"name": "№", "seats": 1, "email": email}, follow=True)
        said.append([str(message) for message in page.context["messages"]])
    assert said[0] == said[1]
    assert registering.free_places(event.occasion) == 4
    known.refresh_from_db()
    assert (known.state, known.name != "№") == (S.CONFIRMED, True)


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"seats": "0"}, {"seats": "11"}, {"seats": "x"}, {"email": "x"}, {"email": ""}]
)
def test_bad_registrations_are_told_and_kept_out(client: Client, bad: dict[str, str]) -> None:
    event = make.event(capacity=50)
    data = {"name": "№", "seats": "1", "email": "a@example.com", **bad}
    assert client.post(url(event, "register"), data).status_code == 422
    assert not Registration.objects.exists()


@pytest.mark.parametrize("state", ["past", "cancelled", "closed", "no hour"])
def test_what_is_over_cancelled_or_closed_takes_nobody(client: Client, state: str) -> None:
    event = make.event()
    changes: dict[str, Any] = {
        "past": {"starts_at": timezone.now() - timedelta(hours=5), "ends_at": timezone.now() - timedelta(hours=3)},
        "cancelled": {"state": OccasionState.CANCELLED},
        "closed": {"registers_until": timezone.now() - timedelta(minutes=1)},
        "no hour": {"starts_at": None, "ends_at": None},
    }
    Occasion.objects.filter(pk=event.pk).update(**changes[state])
    assert 'action="' + url(event, "register") not in read(client, url(event))
    page = client.post(url(event, "register"), {"name": "№", "seats": "1", "email": "a@example.com"})
    assert page.status_code == 422
    assert not Registration.objects.exists()


def test_scripts_in_names_and_speakers_stay_words(client: Client) -> None:
    event = make.event(
        capacity=9, event=dict[str, Any](make.both(theme=SCRIPT, about=SCRIPT, host=SCRIPT)), **make.both(title=SCRIPT)
    )
    event.speakers.create(**make.both(name=SCRIPT, role=SCRIPT, topic=SCRIPT))
    event.occasion.questions.create(text=SCRIPT, name=SCRIPT, answer=SCRIPT, answered_at=timezone.now())
    make.registration(event.occasion, name=SCRIPT)
    client.force_login(make.organiser())
    for address in (
        url(event),
        reverse("events:list"),
        *(reverse(f"events:{name}", args=[event.pk]) for name in ("manage", "guests", "door", "report", "edit")),
    ):
        page = read(client, address)
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page or address.endswith("report/")


def test_a_question_is_not_shown_before_it_is_answered(client: Client) -> None:
    event = make.event()
    own = make.registration(event.occasion)
    data = {"text": "№ why?", "name": "№ 7", "code": f"{own.code[:4]}-{own.code[4:].lower()}"}
    for _twice in range(2):
        assert client.post(url(event, "ask"), data).status_code == 302
    asked = Question.objects.get()
    assert asked.registration == own
    assert "№ why?" not in read(client, url(event))
    Question.objects.update(answer="№ because", answered_at=timezone.now())
    assert "№ because" in read(client, url(event))
    Question.objects.update(hidden_at=timezone.now())
    assert "№ why?" not in read(client, url(event))
    assert client.post(url(event, "ask"), {"text": "", "name": "№"}).status_code == 422
    assert client.post(url(event, "ask"), {"text": "№", "name": "№", "code": "FORGED22"}).status_code == 302
    assert Question.objects.get(text="№").registration is None


def test_the_calendar_file_says_what_holds(client: Client) -> None:
    texts: dict[str, Any] = make.both(title="A, b; c\nBEGIN:X")
    event = make.event(sequence=3, place=make.place(), **texts)
    lines = read(client, url(event, "calendar")).split("\r\n")
    assert f"UID:event-{event.pk}@" in "".join(lines)
    assert "SEQUENCE:3" in lines
    assert "STATUS:CONFIRMED" in lines
    assert not any(line.startswith("BEGIN:X") for line in lines)
    Occasion.objects.filter(pk=event.pk).update(state=OccasionState.CANCELLED)
    assert "STATUS:CANCELLED" in read(client, reverse("events:feed"))
    Occasion.objects.filter(pk=event.pk).update(starts_at=None, ends_at=None)
    assert client.get(url(event, "calendar")).status_code == 404
    assert f"UID:event-{event.pk}@" not in read(client, reverse("events:feed"))


def test_the_real_events_are_loaded_once_and_unknown_facts_stay_empty(client: Client) -> None:
    assert loading.load() > 10
    assert loading.load() == 0
    rows: list[Any] = list(Occasion.objects.filter(kind="event"))
    assert all(row.source_url and row.starts_at is None and row.capacity is None for row in rows)
    assert {row.precision for row in rows} == {"day", "month"}
    assert all(row.title_zh_hans and row.title_en for row in rows)
    for row in rows:
        page = read(client, url(row.event))
        assert row.source_url.replace("&", "&amp;") in page
    assert not Message.objects.exists()
