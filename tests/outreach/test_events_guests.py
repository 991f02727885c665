"""Who is asked to an event, who speaks there, groups of several partners, and the code at the door."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from engagement.models import NotNow
from engagement.surveys.choosing import sending_day
from outreach import registering
from outreach.enums import RegistrationState
from outreach.events import inviting
from outreach.guests import qr
from outreach.models import Event, Occasion, Registration
from outreach.registering import Guest
from policies.opendata.data import address
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.outreach.test_events_desk import at, filled, invited

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("chinese", "english", "codes"),
    [
        ("甲；主任；政策；中文、英语", "A; head; policies", ["zh", "en"]),
        ("甲", "A; ; ; ja, Korean", ["ja", "ko"]),
        ("甲；；；中文", "A; ; ; English", ["zh"]),
        ("甲；主任", "A; head", []),
        ("甲；；；中文", "A; ; ; Klingon", None),
        ("甲；；；中文, xx", "A", None),
    ],
)
def test_what_speakers_speak_is_named_in_either_language(
    as_user: Any, chinese: str, english: str, codes: list[str] | None
) -> None:
    client = as_user(make.organiser())
    page = client.post(at("new"), filled(speakers_zh_hans=chinese, speakers_en=english))
    if codes is None:
        assert page.status_code == 422
        assert "Which language is" in page.content.decode()
        return
    event = Event.objects.get()
    assert event.speakers.get().languages == codes
    again = client.get(at("edit", event.pk)).content.decode()
    assert ", ".join(codes) in again


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [(0, 0, "not_now"), (9, 11, "not_now"), (0, 20, "not_now"), (1, 9, ""), (11, 20, "")],
)
def test_quiet_counts_on_the_day_of_the_letter_and_on_the_day_of_the_event(first: int, last: int, held: str) -> None:
    """The event is ten days after the letter; quiet between the two, or later, keeps nobody from being asked."""
    event, (member,) = invited(1)
    day = sending_day()
    Occasion.objects.update(day=day + timedelta(days=10))
    days = {"first": day + timedelta(days=first), "last": day + timedelta(days=last)}
    NotNow.objects.create(enterprise=member.enterprise, by=member.user, **days)
    assert [each.held_back for each in inviting.candidates(Event.objects.get(pk=event.pk))] == [held]


def test_an_event_on_a_saturday_is_no_reason_to_spare_anybody() -> None:
    event, _members = invited(1)
    Occasion.objects.update(day=sending_day() + timedelta(days=12 - sending_day().weekday()))
    found = Event.objects.get(pk=event.pk)
    assert found.occasion.day.weekday() == 5
    assert [each.held_back for each in inviting.candidates(found)] == [""]


def test_a_contact_of_two_partners_brings_a_group_of_each(as_user: Any) -> None:
    event = make.event(capacity=20, event={"group_places": 10})
    person: Any = UserFactory()
    mine = [make.partner() for _n in range(2)]
    foreign, idle = make.partner(), make.partner()
    for partner in (*mine, idle):
        make.contact(partner, user=person)
    for partner in (*mine, foreign):
        event.partners.create(partner=partner)
    registering.register(event.occasion, guest=Guest(name="№", email=person.email, user=person))
    client = as_user(person)
    page = client.get(at("groups")).content.decode()
    assert all(each.name in page for each in mine)
    for seats, partner in enumerate(mine, 2):
        client.post(at("group", event.slug), {"seats": str(seats), "partner": partner.pk})
    held = Registration.objects.exclude(partner=None).order_by("seats")
    assert [(each.seats, each.partner) for each in held] == [(2, mine[0]), (3, mine[1])]
    for refused in (foreign.pk, idle.pk, "", "x"):
        assert client.post(at("group", event.slug), {"seats": "2", "partner": refused}).status_code == 404
    client.post(at("group", event.slug), {"verb": "cancel", "partner": mine[0].pk})
    assert [each.partner for each in held.filter(state=S.CONFIRMED)] == [mine[1]]


def test_two_contacts_of_a_partner_have_one_group_between_them() -> None:
    event, partner = make.event(capacity=20, event={"group_places": 10}), make.partner()
    people: list[Any] = UserFactory.create_batch(2)
    guests = [Guest(name="№", email=each.email, user=each, partner=partner, seats=4) for each in people]
    assert len({registering.register(event.occasion, guest=guest).pk for guest in guests}) == 1


@pytest.mark.parametrize("kind", ["event", "sitting"])
def test_the_phone_of_whoever_is_at_the_door_opens_the_door_with_the_code(
    client: Client, as_user: Any, kind: str
) -> None:
    """The QR code is an address: nobody is let in by reading it, and it leads only those of that door anywhere."""
    row = make.event(day=local_day(), clock="00:00").occasion
    if kind == "sitting":
        row = make.sitting(day=local_day(), clock="00:00").occasion
    own = make.registration(row)
    drawn = client.get(reverse("outreach:guest-code", args=[own.key]))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content == qr.picture(address("outreach:scanned", own.code)).content
    path = reverse("outreach:scanned", args=[own.code])
    assert client.get(path)["Location"].startswith("/en/accounts/login/")
    assert as_user(UserFactory()).get(path).status_code == 404
    staff = as_user(make.organiser(language="en"))
    page = staff.get(path, follow=True)
    assert f'value="{own.code}"' in page.content.decode()
    assert page.redirect_chain[0][0].startswith("/en/outreach/")
    assert Registration.objects.get(pk=own.pk).state == S.CONFIRMED
    assert staff.get(reverse("outreach:scanned", args=["22222222"])).status_code == 404
    stranger = as_user(UserFactory(roles=[Role.STEWARD]))
    assert stranger.get(path, follow=True).status_code == 404


def test_the_programme_of_a_month_says_where_in_which_languages_and_where_to_register(client: Client) -> None:
    place = make.place()
    row = make.event(place=place, languages=["zh"], interpretation=["ja"]).occasion
    page = client.get(at("month", row.day.year, row.day.month)).content.decode()
    assert all(word in page for word in ("Chinese", "Interpreted into: Japanese", "Register and read more at:"))
    assert place.address in page
