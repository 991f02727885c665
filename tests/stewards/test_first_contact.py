"""First contact: promised by the standard, kept or not, said on the pages, found in the queue."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.core import calendar
from portal.core.workdays import Calendar
from stewards import timeline, workflow
from stewards.models import HelpRequest, ServiceStandard
from stewards.standard.contact import Contact, first_contact, not_contacted
from stewards.standard.standing import standing
from stewards.timewords import day_words
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.stewards.scene import Scene, last_mail
from tests.stewards.test_deadlines import at

AsUser = Callable[[Any], Client]


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        (Contact(date(2026, 6, 3)), "A person gets in touch by Wednesday 3 June 2026 at the latest."),
        (
            Contact(date(2026, 6, 1)),
            "The first contact was promised by Monday 1 June 2026 and has not happened yet.",
        ),
        (
            Contact(date(2026, 6, 1), at(2026, 6, 1, 16), "Stella"),
            "First contact by Stella: 1 June 2026, 16:00, as promised.",
        ),
        (
            Contact(date(2026, 5, 29), at(2026, 6, 1, 16), "Stella"),
            "First contact by Stella: 1 June 2026, 16:00, later than promised (Friday 29 May 2026).",
        ),
    ],
)
def test_in_words(contact: Contact, words: str) -> None:
    with time_machine.travel(at(2026, 6, 2)):
        assert contact.words(date(2026, 6, 2)) == words


@pytest.mark.parametrize(
    ("due", "today", "left", "words"),
    [
        (date(2026, 6, 5), date(2026, 6, 6), -1, "1 working day overdue"),
        (date(2026, 6, 5), date(2026, 6, 5), 0, "due today"),
        (date(2026, 6, 5), date(2026, 6, 4), 1, "due tomorrow"),
        (date(2026, 6, 8), date(2026, 6, 5), 1, "due in 1 working day"),
        (date(2026, 6, 6), date(2026, 6, 5), 1, "due tomorrow"),  # a due day that was none is still ahead
    ],
)
def test_the_one_reckoning(due: date, today: date, left: int, words: str) -> None:
    stands = standing(due, today, Calendar())
    assert (stands.left, str(stands), stands.is_late) == (left, words, left < 0)


@pytest.mark.django_db
class TestMeasured:
    @pytest.fixture
    def asked(self, scene: Scene) -> HelpRequest:
        ServiceStandard.objects.filter(type="help").update(contact_days=2)
        with time_machine.travel(at(2026, 6, 1)):
            return scene.request("accepted")

    def contact(self, asked: HelpRequest) -> Contact:
        found = first_contact(asked, timeline.entries(asked, internal=True))
        assert found
        return found

    def test_accepting_is_no_contact_yet(self, asked: HelpRequest) -> None:
        assert self.contact(asked) == Contact(date(2026, 6, 3))

    @pytest.mark.parametrize("verb", ["contact", "ask_back", "answer"])
    def test_the_first_word_counts(self, scene: Scene, asked: HelpRequest, verb: str) -> None:
        with time_machine.travel(at(2026, 6, 3)):
            workflow.note(asked, by=scene.steward, text="Look at the file.")
            getattr(workflow, verb)(asked, by=scene.steward, text="Good morning.")
        with time_machine.travel(at(2026, 6, 5)):
            if verb != "answer":
                workflow.answer(asked, by=scene.steward, text="Apply online.")
        found = self.contact(asked)
        first = asked.events.get(kind=found_kind(verb))
        assert (found.at, found.name, found.is_kept) == (first.at, "Stella Steward", True)

    def test_taken_down_by_telephone(self, scene: Scene, asked: HelpRequest) -> None:
        HelpRequest.objects.filter(pk=asked.pk).update(channel="phone", recorded_by=scene.steward)
        asked.refresh_from_db()
        assert self.contact(asked).at == asked.events.get(kind="submitted").at
        assert not not_contacted(HelpRequest.objects.all()).exists()

    def test_said_when_it_comes_in(self, scene: Scene) -> None:
        ServiceStandard.objects.filter(type="help").update(contact_days=2)
        asked = scene.request("assigned")
        by = day_words(calendar.current().add_working_days(calendar.local_day(asked.submitted_at), 2))
        assert f"A person gets in touch by {by} at the latest." in last_mail(scene.owner).body
        assert f"contact the enterprise by {by}." in last_mail(scene.steward).body

    def test_old_requests_are_measured_by_the_default(self) -> None:
        old = HelpRequestFactory(submitted_at=at(2026, 6, 1))
        assert first_contact(old, []) == Contact(date(2026, 6, 2))
        assert first_contact(HelpRequest(), []) is None

    def test_said_on_both_pages(self, scene: Scene, asked: HelpRequest, as_user: AsUser) -> None:
        words = "The first contact was promised by Wednesday 3 June 2026 and has not happened yet."
        with time_machine.travel(at(2026, 6, 4)):
            assert words in as_user(scene.owner).get(f"/en/requests/{asked.number}/").content.decode()
            page = as_user(scene.steward).get(f"/en/desk/{asked.number}/").content.decode()
        assert f'<span class="due-bad">{words}</span>' in page


def found_kind(verb: str) -> str:
    return {"contact": "contacted", "ask_back": "asked_back", "answer": "answered"}[verb]


@pytest.mark.django_db
class TestQueue:
    def test_not_contacted_yet(self, as_user: AsUser) -> None:
        steward, asker = StewardFactory(), UserFactory()
        rows = [accepted(steward, asker=asker, subject=f"{n} is here") for n in ("untouched", "spoken", "referred")]
        for row, kind in zip(rows, ("note", "contacted", "asked_back"), strict=True):
            row.events.create(kind=kind)
        HelpRequestFactory(state="answered", steward=steward, asker=asker, subject="answered is here")
        page = as_user(steward).get("/en/desk/?tab=mine&due=contact").content.decode()
        shown = [name for name in ("untouched", "spoken", "referred", "answered") if f"{name} is here" in page]
        assert shown == ["untouched"]
        assert "Not contacted yet</option>" in page

    def test_late_before_the_question_is_late_in_the_queue_as_on_the_page(self, as_user: AsUser) -> None:
        steward = StewardFactory()
        with time_machine.travel(at(2026, 6, 10)):
            calendar.forget()
            asked = accepted(steward, due_on=date(2026, 6, 8), promised_days=5, submitted_at=at(2026, 6, 1))
            HelpRequest.objects.filter(pk=asked.pk).update(state="waiting", waiting_since=at(2026, 6, 10))
            client = as_user(steward)
            assert "2 working days overdue, waiting since 10 June 2026" in client.get("/en/desk/").content.decode()
            assert "2 working days overdue" in client.get(f"/en/desk/{asked.number}/").content.decode()
