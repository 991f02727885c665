"""The guest's own page: its address is the permission."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from notices.models import Message
from outreach.enums import RegistrationState
from outreach.models import Feedback, Registration
from portal.core.calendar import local_day
from tests.factories import outreach as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
S = RegistrationState


def url(registration: Registration, name: str = "guest", *args: Any) -> str:
    return reverse(f"outreach:{name}", args=[registration.key, *args])


def post(client: Client, registration: Registration, verb: str, **data: Any) -> str:
    """The state after the act; the page that follows is shown."""
    page = client.post(url(registration, "guest-act", verb), data, follow=True)
    assert page.status_code == 200
    registration.refresh_from_db()
    return registration.state


def test_confirm_then_cancel_by_the_letters_address(client: Client) -> None:
    own = make.registration(make.occasion(capacity=1), "unverified")
    assert b"code.svg" not in client.get(url(own)).content
    assert post(client, own, "confirm") == S.CONFIRMED
    page = client.get(url(own)).content.decode()
    assert own.code[:4] in page
    assert post(client, own, "cancel") == S.CANCELLED
    assert post(client, own, "cancel") == S.CANCELLED


@pytest.mark.parametrize("name", ["guest", "guest-code", "guest-feedback"])
def test_an_unknown_or_forgotten_address_opens_nothing(client: Client, name: str) -> None:
    own = make.registration(make.occasion())
    Registration.objects.filter(pk=own.pk).update(forgotten_at="2026-01-01T00:00Z")
    assert client.get(reverse(f"outreach:{name}", args=[uuid4()])).status_code == 404
    assert client.get(url(own, name)).status_code == 404


def test_reading_changes_nothing_and_odd_verbs_are_not_there(client: Client) -> None:
    own = make.registration(make.occasion(), "unverified")
    assert client.get(url(own, "guest-act", "confirm")).status_code == 405
    assert client.post(url(own, "guest-act", "explode")).status_code == 404
    own.refresh_from_db()
    assert own.state == S.UNVERIFIED


@pytest.mark.parametrize("to", ["", "0", "999999999999999", "x", "²", "1 OR 1=1"])
def test_a_time_that_is_not_offered_is_refused(client: Client, to: str) -> None:
    own = make.registration(make.sitting().occasion)
    before = own.occasion_id
    assert post(client, own, "move", to=to) == S.CONFIRMED
    assert own.occasion_id == before


def test_only_times_of_the_same_topic_with_room_are_offered(client: Client) -> None:
    topic = make.topic()
    own = make.registration(make.sitting(topics=[topic]).occasion, topic=topic)
    free, taken = (make.sitting(clock=c, topics=[topic]).occasion for c in ("14:00", "15:00"))
    make.registration(taken)
    other = make.sitting(clock="16:00", topics=[make.topic()]).occasion
    page = client.get(url(own)).content.decode()
    assert f'value="{free.pk}"' in page
    assert f'value="{taken.pk}"' not in page
    assert f'value="{other.pk}"' not in page
    assert post(client, own, "move", to=free.pk) == S.CONFIRMED
    assert own.occasion_id == free.pk


@pytest.mark.parametrize(
    ("booked", "words", "others"),
    [(True, "Your booking", "Your registration"), (False, "Your registration", "Your booking")],
)
def test_a_talk_is_booked_and_an_event_registered_for(client: Client, booked: bool, words: str, others: str) -> None:
    """In what stands on the page, in what is said after cancelling, and in the letter."""
    own = make.registration(make.sitting().occasion if booked else make.occasion(), language="en")
    button = f"Cancel my {words.split()[-1]}"
    assert button in client.get(url(own)).content.decode()
    page = client.post(url(own, "guest-act", "cancel"), follow=True).content.decode()
    assert f"{words} is cancelled." in page
    assert others not in page
    assert button not in page
    body = Message.objects.get(key__contains=f":{own.pk}:cancelled").body
    assert f"{words} is cancelled" in body
    assert others not in body


def test_who_has_cancelled_a_talk_is_shown_the_way_to_another_time(client: Client) -> None:
    talk, event = make.registration(make.sitting().occasion), make.registration(make.occasion())
    again = reverse("reception:topics")
    for own in (talk, event):
        assert again not in client.get(url(own)).content.decode()
        assert post(client, own, "cancel") == S.CANCELLED
    assert again in client.get(url(talk)).content.decode()
    assert again not in client.get(url(event)).content.decode()


def test_how_it_was_is_said_once_by_those_who_came_and_without_a_name(client: Client) -> None:
    row = make.occasion(day=local_day() - timedelta(days=1))
    came, stayed_away = make.registration(row, "attended"), make.registration(row, "missed")
    assert client.get(url(stayed_away, "guest-feedback")).status_code == 404
    assert client.post(url(came, "guest-feedback"), {}).status_code == 422
    for _turn in range(2):
        client.post(url(came, "guest-feedback"), {"rating": "4", "found": "no", "text": "<b>№ 1</b>"})
    said = Feedback.objects.get()
    assert (said.rating, said.found, said.occasion_id, said.text) == (4, False, row.pk, "<b>№ 1</b>")


def test_the_address_for_online_guests_is_for_those_with_a_place(client: Client) -> None:
    row = make.occasion(online_url="https://meet.example.com/room")
    for state, seen in (("confirmed", True), ("waiting", False), ("unverified", False)):
        page = client.get(url(make.registration(row, state))).content
        assert (b"meet.example.com" in page) is seen


def test_what_to_bring_along_stands_on_the_page_and_in_the_letters(client: Client) -> None:
    topic = make.topic(checklist_en="Passport\nContract", checklist_zh_hans="护照\n合同")
    own = make.registration(
        make.sitting(topics=[topic]).occasion, "unverified", topic=topic, checked=[1], matter="A flat", language="en"
    )
    post(client, own, "confirm")
    page = client.get(url(own)).content.decode()
    assert [word in page for word in ("A flat", "<li>Passport</li>", "<li>Contract <span")] == [True] * 3
    body = Message.objects.get(key__contains=f":{own.pk}:placed:").body
    assert "Bring along, as far as you have it:\n· Passport\n· Contract" in body
    post(client, own, "cancel")
    assert "Passport" not in client.get(url(own)).content.decode()
