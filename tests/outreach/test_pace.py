"""Who sends a form of an open room too often is told so, keeps what was typed, and can send it later."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.forms import CharField, Form
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.pace import GUESSES, MINUTES, MOST, held_back, status_of, too_often
from outreach.models import Feedback, PublicityPoint, Question, Registration, Subscriber
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
SAID = {"en": f"again in {MINUTES} minutes", "zh-hans": f"请在{MINUTES}分钟后再次提交"}


def asking(user: User | None = None, address: str = "127.0.0.1") -> HttpRequest:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return request


def worn(what: str, user: User | None = None, times: int = MOST) -> None:
    for _n in range(times):
        too_often(asking(user), what)


class WordForm(Form):
    word = CharField()


def test_each_purpose_and_each_sender_is_counted_apart() -> None:
    one, two = UserFactory(), UserFactory()
    worn("talk", one)
    assert too_often(asking(one), "talk")
    assert too_often(asking(one, "10.0.0.9"), "talk")  # the person, wherever they sit
    assert not too_often(asking(two), "talk")
    assert not too_often(asking(one), "letter")
    assert not too_often(asking(), "talk")
    worn("talk")
    assert too_often(asking(), "talk")
    assert not too_often(asking(address="10.0.0.9"), "talk")


@pytest.mark.parametrize(("times", "held", "status"), [(MOST - 1, False, 200), (MOST, True, 429)])
@pytest.mark.parametrize("language", SAID)
def test_the_form_says_so_and_keeps_its_words(times: int, held: bool, status: int, language: str) -> None:
    worn("talk", times=times)
    form = WordForm({"word": "Hello"})
    assert form.is_valid()
    with translation.override(language):
        assert held_back(asking(), form, "talk") is held
        assert status_of(form) == status
        assert (SAID[language] in str(form.non_field_errors())) is held
    assert form["word"].value() == "Hello"


@pytest.mark.parametrize(("form", "status"), [(WordForm(), 200), (WordForm({"word": "x"}), 200), (WordForm({}), 422)])
def test_other_forms_have_their_usual_status(form: Form, status: int) -> None:
    assert status_of(form) == status


def _point() -> tuple[str, dict[str, Any], Any]:
    found = PublicityPoint.objects.create(place=make.place())
    return reverse("points:point", args=[found.place.slug]), {"rating": "4", "text": "Kept words"}, Feedback


def _letters() -> tuple[str, dict[str, Any], Any]:
    return reverse("bulletins:list"), {"email": "kept@example.com", "language": "en"}, Subscriber


def _place() -> tuple[str, dict[str, Any], Any]:
    guest = {"name": "Kept words", "email": "kept@example.com", "seats": "1"}
    return reverse("events:register", args=[make.event().slug]), guest, Registration


def _question() -> tuple[str, dict[str, Any], Any]:
    return reverse("events:ask", args=[make.event().slug]), {"name": "Ann", "text": "Kept words"}, Question


def _sitting() -> tuple[str, dict[str, Any], Any]:
    topic = make.topic()
    occasion = make.sitting(topics=[topic]).occasion
    guest = {"name": "Ann", "email": "kept@example.com", "matter": "Kept words"}
    return reverse("reception:book", args=[topic.pk, occasion.pk]), guest, Registration


ROOMS: dict[str, Callable[[], tuple[str, dict[str, Any], Any]]] = {
    "point": _point,
    "bulletin": _letters,
    "place": _place,
    "question": _question,
    "sitting": _sitting,
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("room", ROOMS)
def test_a_form_sent_too_often_comes_back_whole(client: Client, room: str, language: str) -> None:
    with translation.override(language):
        url, data, model = ROOMS[room]()
        before = model.objects.count()
        worn(room)
        held = client.post(url, data)
        assert held.status_code == 429
        assert SAID[language] in held.content.decode()
        assert ("Kept words" if "Kept words" in data.values() else data["email"]) in held.content.decode()
        assert model.objects.count() == before
        cache.clear()
        assert client.post(url, data).status_code == 302
        assert model.objects.count() == before + 1


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_not_complete_costs_no_turn(client: Client, room: str) -> None:
    with translation.override("en"):
        url, data, _model = ROOMS[room]()
        worn(room, times=MOST - 1)
        for _n in range(3):
            assert client.post(url, {}).status_code == 422
        assert client.post(url, data).status_code == 302


def test_guessed_letters_are_stopped_and_real_ones_are_not(client: Client) -> None:
    seen = [client.post("/en/rate/nonsense/").status_code for _n in range(GUESSES + 1)]
    assert (set(seen[:-1]), seen[-1]) == ({404}, 429)
    row = make.registration(make.occasion(), state="confirmed")
    answer = client.post(reverse("outreach:guest-act", args=[row.key, "cancel"]))
    assert answer.status_code == 302


def test_a_hall_full_of_guests_confirms_from_one_address(client: Client) -> None:
    occasion = make.occasion()
    for _n in range(MOST + 1):
        row = make.registration(occasion, state="unverified")
        assert client.post(reverse("outreach:guest-act", args=[row.key, "confirm"])).status_code == 302
    seen = [client.post(reverse("outreach:guest-act", args=[row.key, "confirm"])).status_code for _n in range(MOST)]
    assert (set(seen[:-1]), seen[-1]) == ({302}, 429)
