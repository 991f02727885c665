"""What we say about forgetting is what is done: the page and the tasks follow the same periods."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from investment.models import Keeper
from investment.workflow import dismiss
from outreach.bulletins import subscribing
from outreach.enums import RegistrationState
from outreach.guests import upkeep
from outreach.models import Registration, Subscriber
from portal.core.calendar import local_day
from stewards.deskwork import recording
from stewards.models import HelpRequest
from tests.factories import investment as resources
from tests.factories import outreach as make
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db


def said(client: Client, language: str = "en") -> str:
    response = client.get(f"/{language}/privacy/")
    assert response.status_code == 200
    return response.content.decode()


def guests(days: int) -> int:
    """How many are known of whoever came so many days ago."""
    event = make.event(local_day() - timedelta(days=days))
    make.registration(event.occasion, RegistrationState.ATTENDED, name="Known")
    upkeep.forget()
    return Registration.objects.filter(occasion=event.occasion, name="Known").count()


def unconfirmed(hours: int) -> int:
    row = make.registration(make.event().occasion, RegistrationState.UNVERIFIED)
    Registration.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=hours, minutes=-1))
    upkeep.drop_unconfirmed()
    return Registration.objects.filter(pk=row.pk).count()


def readers(hours: int) -> int:
    row = Subscriber.objects.create(email=f"r{hours}@example.org", language="en")
    Subscriber.objects.filter(pk=row.pk).update(asked_at=timezone.now() - timedelta(hours=hours, minutes=-1))
    subscribing.drop_unconfirmed()
    return Subscriber.objects.filter(pk=row.pk).count()


def callers(days: int) -> int:
    row = accepted(caller="Known", channel="phone")
    HelpRequest.objects.filter(pk=row.pk).update(
        state="closed", changed_at=timezone.now() - timedelta(days=days, minutes=-1)
    )
    recording.forget_callers()
    return HelpRequest.objects.filter(pk=row.pk, caller="Known").count()


@pytest.mark.parametrize(
    ("words", "known", "last"),
    [
        ("Until 7 days after the visit.", guests, 7),
        ("Until 9 days after the matter is settled.", callers, 9),
        ("Deleted after 48 hours.", unconfirmed, 48),
        ("deleted after 48 hours when you never confirmed it.", readers, 48),
    ],
)
def test_it_is_kept_as_long_as_the_page_says_and_no_longer(
    client: Client, settings: Any, words: str, known: Callable[[int], int], last: int
) -> None:
    settings.GUEST_KEEP_DAYS, settings.CALLER_KEEP_DAYS = 7, 9
    assert words in said(client)
    assert (known(last), known(last + 1)) == (1, 0)


def test_a_reader_who_ends_it_is_forgotten_at_once(client: Client) -> None:
    assert "Forgotten at once when you end it" in said(client)
    row = subscribing.end(Subscriber.objects.create(email="reader@example.org", language="en"))
    assert not Subscriber.objects.filter(email="reader@example.org").exists()
    assert row.ended_at is not None


def test_a_keeper_of_resources_is_forgotten_at_once(client: Client) -> None:
    assert "forgotten at once when you keep them no longer" in said(client)
    person = resources.keeper(resources.provider())
    keeper = Keeper.objects.get(user=person)
    dismiss(keeper, by=resources.official())
    keeper.refresh_from_db()
    assert keeper.email == ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_leads_there_and_the_session_ends_as_said(client: Client, settings: Any, language: str) -> None:
    settings.SESSION_COOKIE_AGE = 86_400 * 3
    assert f'href="/{language}/privacy/"' in client.get(f"/{language}/accessibility/").content.decode()
    assert ("ends 3 days" if language == "en" else "3天") in said(client, language)
