"""What is one partner's is not there for the contacts of another, whatever they ask for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from outreach import registering
from outreach.models import EventPartner, HandOver, JointTask, Registration, ShareUse
from outreach.registering import Guest
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.outreach_rooms import packages as packs
from tests.factories.outreach_rooms import partners as rooms

pytestmark = pytest.mark.django_db

CASES: dict[str, tuple[str, str, Callable[[Any], list[Any]]]] = {
    "reach report": ("get", "packs:own", lambda their: [their.handed.pk]),
    "reach at the desk": ("get", "packs:reach", lambda their: [their.handed.version_id]),
    "version at the desk": ("get", "packs:version", lambda their: [their.handed.version_id]),
    "receipt": ("post", "packs:receive", lambda their: [their.handed.pk]),
    "hand-over": ("post", "packs:hand-over", lambda their: [their.handed.version_id]),
    "memorandum": ("get", "partners:own-memorandum", lambda their: [their.memorandum.pk]),
    "signed file": ("get", "partners:file", lambda their: [their.memorandum.pk]),
    "signed file before": ("get", "partners:old-file", lambda their: [their.memorandum.pk, 1]),
    "joint task": ("post", "partners:own-task", lambda their: [their.task.pk]),
    "its page at the desk": ("get", "partners:partner", lambda their: [their.partner.pk]),
    "group places": ("post", "events:group", lambda their: [their.event.slug]),
    "guest list": ("get", "events:guests", lambda their: [their.event.pk]),
    "attendance": ("get", "events:report", lambda their: [their.event.pk]),
    "questions": ("get", "events:manage", lambda their: [their.event.pk]),
    "answering a question": ("post", "events:question", lambda their: [their.question.pk, "answer"]),
    "a question made a request": ("post", "events:question", lambda their: [their.question.pk, "request"]),
}


class Theirs:
    """A partner with everything that it can have, and somebody who speaks for it."""

    def __init__(self) -> None:
        self.partner = make.partner()
        self.contact = make.contact(self.partner)
        self.handed = packs.handed(to=self.partner, contact=None)
        self.memorandum = rooms.memorandum(self.partner)
        rooms.amended(self.memorandum)
        self.task = rooms.task(self.memorandum)
        self.event = make.event(capacity=20, event={"group_places": 10})
        EventPartner.objects.create(event=self.event, partner=self.partner)
        person = self.contact.user
        guest = Guest(name="№ 1", email=person.email, user=person, partner=self.partner, seats=3, needs="№ ramp")
        self.group = registering.register(self.event.occasion, guest=guest)
        self.question = self.event.occasion.questions.create(text="№ rent?", name="№ 2", registration=self.group)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("case", CASES)
def test_of_another_partner_there_is_nothing(as_user: Any, case: str) -> None:
    method, name, arguments = CASES[case]
    their, own = Theirs(), Theirs()
    address = reverse(name, args=arguments(their))
    data = {"seats": "2", "answer": "№", f"t{their.task.pk}-progress": "50", "partner": their.partner.pk}
    assert getattr(as_user(own.contact.user), method)(address, data).status_code == 404
    assert HandOver.objects.get(pk=their.handed.pk).received_at is None
    assert JointTask.objects.get(pk=their.task.pk).progress == 0
    assert Registration.objects.get(pk=their.group.pk).seats == 3
    their.question.refresh_from_db()
    assert (their.question.answer, their.question.request) == ("", None)


def test_lists_of_a_partner_name_its_own_alone(as_user: Any) -> None:
    their, own = Theirs(), Theirs()
    ShareUse.objects.create(link=packs.link(their.handed), day=local_day(), count=7654)
    client = as_user(own.contact.user)
    for name, mine, foreign in (
        ("packs:owns", own.handed.version.package.title_en, their.handed.version.package.title_en),
        ("partners:own", own.memorandum.title_en, their.memorandum.title_en),
        ("events:groups", own.event.occasion.title_en, their.event.occasion.title_en),
    ):
        page = client.get(reverse(name)).content.decode()
        assert mine in page
        assert foreign not in page
        assert "7,654" not in page
        assert their.partner.name not in page


@pytest.mark.parametrize("verb", ["", "cancel"])
def test_at_an_event_of_both_nobody_acts_for_the_other(as_user: Any, verb: str) -> None:
    their, own = Theirs(), Theirs()
    EventPartner.objects.create(event=their.event, partner=own.partner)
    client = as_user(own.contact.user)
    assert "№ ramp" not in client.get(reverse("events:groups")).content.decode()
    data = {"seats": "9", "partner": their.partner.pk, "verb": verb}
    assert client.post(reverse("events:group", args=[their.event.slug]), data).status_code == 404
    their.group.refresh_from_db()
    assert (their.group.seats, their.group.state) == (3, "confirmed")
