"""The signed link to rate: in the answer's message and the reminder, for one person, one round, thirty days, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone, translation

from accounts.pace import GUESSES
from stewards import workflow
from stewards.models import HelpRequest, Rating
from stewards.rating import links
from stewards.rating.links import Opened, Why, open_link, token_of
from stewards.reminding import texts as reminder_texts
from tests.factories.accounts import UserFactory
from tests.factories.rating import answered, rated
from tests.stewards.scene import Scene, last_mail

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
GOOD = {"score": "5", "solved": "yes", "contacted": "yes", "comment": "Quick."}
BAD = {"score": "1", "solved": "no"}


def url(request: HelpRequest, person: Any = None) -> str:
    return f"/en/rate/{token_of(request, person or request.asker)}/"


@pytest.fixture
def asked() -> HelpRequest:
    return answered(subject="Rent subsidy")


def test_the_answer_carries_the_receivers_own_link(scene: Scene) -> None:
    request = scene.request("answered")
    body = last_mail(scene.owner).body
    found = re.search(r"http://\S+/en/rate/(\S+)/", body)
    assert found
    assert "within 30 days" in body
    opened = open_link(found[1])
    assert isinstance(opened, Opened)
    assert (opened.request, opened.person) == (request, scene.owner)
    assert "/rate/" not in last_mail(scene.steward).body  # nobody else is given it


def test_the_link_speaks_the_receivers_language(scene: Scene) -> None:
    scene.owner.language = "zh-hans"
    scene.owner.save()
    scene.request("answered")
    assert "/zh-hans/rate/" in last_mail(scene.owner).body


def test_the_reminder_to_rate_carries_it_and_no_other_reminder_does(asked: HelpRequest) -> None:
    assert url(asked) in reminder_texts.text("unrated", asked, asked.asker).body
    assert "/rate/" not in reminder_texts.text("unrated", asked).body
    asked.closed_at = timezone.now()
    assert "/rate/" not in reminder_texts.text("lasting", asked, asked.asker).body


def test_reading_writes_nothing_and_shows_nothing_personal(client: Client, asked: HelpRequest) -> None:
    before = HelpRequest.objects.values().get(pk=asked.pk)
    for ask in (client.get, client.head):
        response = ask(url(asked))
        assert response.status_code == 200
    text = client.get(url(asked)).content.decode()
    assert asked.number in text
    assert "Rent subsidy" in text
    for secret in (asked.asker.name, asked.asker.email, str(asked.enterprise), asked.steward.name, asked.body):
        assert secret not in text
    assert HelpRequest.objects.values().get(pk=asked.pk) == before
    assert not Rating.objects.exists()


def test_it_is_neither_kept_nor_indexed_nor_told_to_others(client: Client, asked: HelpRequest) -> None:
    for address in (url(asked), "/en/rate/nonsense/"):
        response = client.get(address)
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response.headers["Cache-Control"]


def test_one_post_rates_once_in_the_persons_name(asked: HelpRequest, fresh_cache: None) -> None:
    client = Client(enforce_csrf_checks=True)  # the address is the permission: no cookie takes part
    response = client.post(url(asked), GOOD, follow=True)
    assert "This answer is rated: thank you" in response.content.decode()
    rating = asked.ratings.get()
    assert (rating.score, rating.solved, rating.contacted, rating.comment) == (5, True, True, "Quick.")
    assert rating.rated_by == asked.asker
    asked.refresh_from_db()
    assert asked.state == "rated"
    assert asked.events.get(kind="rated").actor == asked.asker
    again = client.post(url(asked), BAD)
    assert again.status_code == 200
    assert asked.ratings.get().score == 5
    assert "thank you" in client.get(url(asked)).content.decode()
    assert "sessionid" not in client.cookies


def test_a_bad_rating_by_link_is_put_right_too(client: Client, asked: HelpRequest, fresh_cache: None) -> None:
    client.post(url(asked), BAD)
    assert asked.rectifications.count() == 1


@pytest.mark.parametrize("data", [{}, {"score": "9", "solved": "yes"}, {"score": "3"}, {"score": "x", "solved": "no"}])
def test_what_is_not_complete_is_asked_again(client: Client, asked: HelpRequest, data: dict, fresh_cache: None) -> None:
    response = client.post(url(asked), data)
    assert response.status_code == 422
    assert "needs your attention" in response.content.decode() or "need your attention" in response.content.decode()
    assert not Rating.objects.exists()


def test_after_thirty_days_it_has_expired(client: Client, asked: HelpRequest) -> None:
    address = url(asked)
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1)):
        response = client.post(address, GOOD)
    assert response.status_code == 410
    assert "has expired" in response.content.decode()
    assert 'href="/en/requests/"' in response.content.decode()
    assert not Rating.objects.exists()


def test_shortly_before_it_still_holds(client: Client, asked: HelpRequest) -> None:
    address = url(asked)
    with time_machine.travel(timezone.now() + timedelta(days=29, hours=23)):
        assert client.get(address).status_code == 200


FORGED = {
    "nonsense": lambda r: "nonsense",
    "changed": lambda r: token_of(r, r.asker)[:-1] + ("A" if token_of(r, r.asker)[-1] != "A" else "B"),
    "of another purpose": lambda r: signing.dumps([r.pk, r.round, r.asker.pk], salt="other"),
    "of another shape": lambda r: signing.dumps({"r": r.pk}, salt=links.SALT),
    "too few": lambda r: signing.dumps([r.pk], salt=links.SALT),
    "no list": lambda r: signing.dumps(7, salt=links.SALT),
    "far too long": lambda r: "x" * 5_000,
    "chinese": lambda r: "链接",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_wrong_link_opens_nothing(client: Client, asked: HelpRequest, name: str, fresh_cache: None) -> None:
    token = FORGED[name](asked)
    assert open_link(token) == Why.WRONG
    response = client.post(f"/en/rate/{token}/", GOOD)
    assert response.status_code == 404
    assert "not complete" in response.content.decode()
    assert not Rating.objects.exists()


def test_what_was_signed_for_things_that_are_gone_is_past(asked: HelpRequest) -> None:
    nobody = UserFactory.build(pk=999_999_999)
    assert open_link(token_of(asked, nobody)) == Why.PAST
    gone = HelpRequest(pk=999_999_999, round=1)
    assert open_link(token_of(gone, asked.asker)) == Why.PAST


def test_after_reopening_the_old_link_is_past(client: Client, scene: Scene) -> None:
    request = scene.request("answered")
    address = url(request, scene.owner)
    workflow.reopen(request, by=scene.owner, reason="Not settled.")
    response = client.get(address)
    assert response.status_code == 410
    assert "nothing to rate" in response.content.decode()
    assert request.subject not in response.content.decode()


@pytest.mark.parametrize("how", ["left", "deactivated", "never there"])
def test_who_may_no_longer_rate_cannot_by_link_either(client: Client, asked: HelpRequest, how: str) -> None:
    person = asked.asker
    if how == "left":
        person.memberships.update(state="removed")
    elif how == "deactivated":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    else:
        person = UserFactory()
    assert open_link(token_of(asked, person)) == Why.PAST
    assert client.post(url(asked, person), GOOD).status_code == 410
    assert not Rating.objects.exists()


def test_it_is_not_the_signed_in_person_who_rates(as_user: SignIn, asked: HelpRequest, fresh_cache: None) -> None:
    as_user(asked.steward).post(url(asked), GOOD)
    assert asked.ratings.get().rated_by == asked.asker


def test_a_link_of_a_rated_answer_says_so_to_everybody(client: Client) -> None:
    request = rated(4, solved=True)
    response = client.get(url(request))
    assert response.status_code == 200
    assert request.number not in response.content.decode()


def test_trying_again_and_again_is_stopped(client: Client, asked: HelpRequest, fresh_cache: None) -> None:
    address = "/en/rate/nonsense/"
    answers = [client.post(address).status_code for _n in range(GUESSES + 1)]
    assert set(answers[:-1]) == {404}
    assert answers[-1] == 429
    assert client.get(url(asked)).status_code == 200  # reading is never kept back
    assert client.post(url(asked), GOOD).status_code == 302  # nor is who has a letter


def test_other_methods_are_refused(client: Client, asked: HelpRequest) -> None:
    assert client.put(url(asked)).status_code == 405
    assert client.delete(url(asked)).status_code == 405


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_in_both_languages(client: Client, asked: HelpRequest, language: str) -> None:
    with translation.override(language):
        address = links.address_of(asked, asked.asker)
    response = client.get(address.partition("8000")[2] or address)
    assert ("Rate the answer" if language == "en" else "评价") in response.content.decode()


def test_the_service_centre_reads_the_message_without_the_link(scene: Scene, as_user: SignIn) -> None:
    scene.request("answered")
    message = last_mail(scene.owner)
    shown = as_user(scene.admin).get(f"/en/centre/messages/{message.pk}/").content.decode()
    token = re.search(r"/rate/(\S+)/", message.body)[1]  # type: ignore[index]
    assert "/rate/…/" in shown
    assert token not in shown
    assert token in as_user(scene.owner).get(f"/en/messages/{message.pk}/").content.decode()
