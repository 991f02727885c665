"""The daily digest: one a person and working day, at the person's hour, complete and in the person's language."""

from datetime import datetime

import pytest
from django.utils import timezone

from notices.delivery import deliver
from notices.digests import MOST_LISTED, compose
from notices.models import Message, group_of
from notices.tasks import compose_digests
from portal.core.models import CalendarDay
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


def held(person, **fields) -> Message:
    return MessageFactory(recipient=person, state="held", **fields)


def digests() -> list[Message]:
    return list(Message.objects.filter(kind="digest").order_by("pk"))


def test_everything_held_goes_into_one_message():
    person = UserFactory(digest_hour=9, name_en="Ren Li")
    one, two = held(person, subject="Your answer is here"), held(person, kind="reminder.waiting", subject="Your turn")
    assert compose(at(25, 9)) == 1
    digest = digests()[0]
    assert (digest.key, digest.state, digest.recipient) == (f"digest:{person.pk}:2026-11-25", "queued", person)
    assert digest.subject == "2 messages from the portal today"
    assert digest.body.startswith("Hello Ren Li,")
    assert digest.body.index("== Reminders ==") < digest.body.index("Your turn") < digest.body.index("== Requests ==")
    assert "Your answer is here" in digest.body
    assert digest.url == "/en/messages/"
    for message in (one, two):
        message.refresh_from_db()
        assert (message.state, message.digest) == ("in_digest", digest)


def test_links_in_it_are_absolute(settings):
    settings.SITE_URL = "https://portal.example.org"
    held(UserFactory(), url="/en/requests/T-7/")
    compose(at(25, 10))
    assert "  https://portal.example.org/en/requests/T-7/" in digests()[0].body


@pytest.mark.parametrize(
    ("hour", "moment", "written"),
    [(9, at(25, 8, 59), 0), (9, at(25, 9), 1), (0, at(25, 0), 1), (23, at(25, 22), 0)],
)
def test_at_the_persons_hour_and_not_before(hour, moment, written):
    held(UserFactory(digest_hour=hour))
    assert compose(moment) == written


@pytest.mark.parametrize(("day", "written"), [(20, 1), (21, 0), (22, 0), (23, 1)])
def test_on_working_days_only(day, written):
    held(UserFactory())
    assert compose(at(day, 12)) == written


def test_a_make_up_day_of_the_database_counts():
    CalendarDay.objects.create(day=at(21, 0).date(), working=True)
    held(UserFactory())
    assert compose(at(21, 12)) == 1


def test_once_a_day_and_what_comes_later_waits_for_tomorrow():
    person = UserFactory()
    held(person)
    assert (compose(at(25, 10)), compose(at(25, 10))) == (1, 0)
    late = held(person)
    assert compose(at(25, 23)) == 0
    assert compose(at(26, 9)) == 1
    late.refresh_from_db()
    assert late.digest.key.endswith("2026-11-26")


def test_missed_hours_and_days_lose_nothing():
    person = UserFactory(digest_hour=9)
    held(person)
    assert compose(at(27, 22)) == 1
    assert not Message.objects.filter(state="held").exists()


def test_each_person_gets_their_own_in_their_own_language():
    chinese, english = UserFactory(language="zh-hans"), UserFactory(language="en")
    for person in (chinese, english):
        held(person)
    assert compose(at(25, 12)) == 2
    mine = {digest.recipient: digest for digest in digests()}
    assert mine[chinese].language == "zh-hans"
    assert mine[chinese].url == "/zh-hans/messages/"
    assert mine[english].subject == "One message from the portal today"
    assert Message.objects.get(recipient=english, state="in_digest").digest == mine[english]


def test_people_who_left_get_none_and_nothing_held_makes_none():
    held(UserFactory(is_active=False))
    UserFactory()
    MessageFactory(state="queued")
    assert compose(at(25, 12)) == 0
    assert digests() == []


def test_a_flood_is_cut_in_the_text_and_complete_in_the_portal():
    person = UserFactory()
    for _n in range(MOST_LISTED + 3):
        held(person)
    compose(at(25, 12))
    assert "And 3 more in the portal." in digests()[0].body
    assert digests()[0].contents.count() == MOST_LISTED + 3
    assert digests()[0].body.count("* Fictional subject") == MOST_LISTED


def test_the_digest_is_delivered_like_any_message(settings):
    settings.EMAIL_KEPT_IN_PORTAL = True
    held(UserFactory())
    compose(at(25, 12))
    assert deliver() == 1
    assert digests()[0].state == "sent"


@pytest.mark.parametrize(
    ("kind", "group"),
    [("reminder.overdue", "reminder"), ("request.answered", "request"), ("policy_review", "policy"), ("", "other")],
)
def test_kinds_have_a_heading(kind, group):
    assert group_of(kind) == group


def test_the_task_composes_for_now():
    held(UserFactory(digest_hour=0))
    assert compose_digests() in (0, 1)
    assert len(digests()) == Message.objects.filter(state="in_digest").count()
