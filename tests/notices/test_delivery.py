"""Delivery against a real mail server that refuses, disappears and comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notices import delivery
from notices.delivery import MAX_ATTEMPTS, deliver, envelope, pause_after
from notices.models import Message
from notices.tasks import deliver_due
from tests.factories.notices import MessageFactory
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with MailServer() as running:
        settings.EMAIL_KEPT_IN_PORTAL = False
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.SITE_URL = "https://portal.example.org"
        yield running


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def make_due() -> None:
    Message.objects.update(next_attempt_at=timezone.now())


def test_a_mail_says_all_and_carries_its_own_name(server):
    message = MessageFactory(subject="Answer to\n your request 你好", body="It is done.\n")
    assert deliver() == 1
    mail = server.accepted[0]
    assert mail["Subject"] == "Answer to your request 你好"
    assert mail["To"] == message.email
    assert mail["Message-ID"] == f"<{message.uuid}@portal.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content().replace("\r\n", "\n")
    assert "It is done.\n\nhttps://portal.example.org/en/requests/T-000001/" in text
    assert text.rstrip().endswith("https://portal.example.org/en/")
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("sent", 1, "")
    assert message.sent_at is not None


def test_sent_once_only(server):
    MessageFactory.create_batch(3)
    assert (deliver(), deliver(), deliver_due()) == (3, 0, 0)
    assert len(server.accepted) == 3


@pytest.mark.parametrize("state", ["held", "sent", "failed", "in_digest"])
def test_only_what_is_queued_goes_out(server, state):
    MessageFactory(state=state)
    assert deliver() == 0
    assert server.accepted == []


def test_not_before_its_time_and_oldest_first(server):
    now = timezone.now()
    MessageFactory(next_attempt_at=now + timedelta(minutes=5))
    MessageFactory(subject="second", next_attempt_at=now - timedelta(minutes=1))
    MessageFactory(subject="first", next_attempt_at=now - timedelta(minutes=2))
    assert deliver() == 2
    assert [mail["Subject"] for mail in server.accepted] == ["first", "second"]


def test_what_a_clock_that_ran_a_day_ahead_has_posted_does_not_wait_for_that_day(server):
    now, day = timezone.now(), timedelta(days=1)
    MessageFactory(subject="ahead", next_attempt_at=now + day)
    MessageFactory(subject="refused once", attempts=1, next_attempt_at=now + timedelta(minutes=1))
    Message.objects.filter(subject="ahead").update(created_at=now + day)
    assert deliver() == 1
    assert [mail["Subject"] for mail in server.accepted] == ["ahead"]


def test_the_limit_is_kept(server):
    MessageFactory.create_batch(3)
    assert deliver(limit=2) == 2
    assert states() == ["sent", "sent", "queued"]


def test_a_server_that_refuses_half_delays_that_half_only(server):
    good, bad = MessageFactory.create_batch(2), MessageFactory.create_batch(2)
    refused = {message.email for message in bad}
    server.refuses = lambda recipient: recipient in refused
    assert deliver() == 2
    for message in bad:
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("queued", 1)
        assert message.next_attempt_at > timezone.now() + timedelta(seconds=50)
        assert "451" in message.last_error
    assert deliver() == 0, "not due yet"
    server.refuses = lambda recipient: False
    make_due()
    assert deliver() == 2
    assert sorted(mail["To"] for mail in server.accepted) == sorted(m.email for m in [*good, *bad])
    assert set(states()) == {"sent"}


def test_given_up_after_the_last_attempt(server):
    server.refuses = lambda recipient: True
    message = MessageFactory()
    for _attempt in range(MAX_ATTEMPTS + 2):
        make_due()
        deliver()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", MAX_ATTEMPTS)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (7, 64), (8, 120), (30, 120)])
def test_pauses_double_up_to_two_hours(attempts, minutes):
    assert pause_after(attempts) == timedelta(minutes=minutes)


def test_a_mail_server_that_is_away_costs_no_message_an_attempt(server, settings):
    message = MessageFactory()
    MessageFactory()
    settings.EMAIL_PORT = 1
    for _run in range(MAX_ATTEMPTS + 2):
        make_due()
        assert deliver() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert "refused" in message.last_error
    settings.EMAIL_PORT = server.port
    make_due()
    assert deliver() == 2
    assert set(states()) == {"sent"}


def test_a_connection_that_breaks_is_opened_anew_for_the_next(server):
    first, second = MessageFactory.create_batch(2)
    server.hangs_up = True
    assert deliver(limit=1) == 0
    server.hangs_up = False
    assert deliver() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("queued", "sent")
    make_due()
    assert deliver() == 1
    names = [mail["Message-ID"] for mail in server.accepted]
    assert names.count(f"<{first.uuid}@portal.example.org>") == 2, "the stated window: the same name both times"


@pytest.mark.parametrize("address", ["two@example.org, three@example.org", "bad\n@example.org", "@@"])
def test_one_impossible_message_does_not_stop_the_others(server, address):
    bad = MessageFactory(email=address)
    MessageFactory(subject="fine")
    assert deliver() == 1
    assert "fine" in [mail["Subject"] for mail in server.accepted]
    bad.refresh_from_db()
    assert len(bad.last_error) <= 300


def test_in_the_receivers_language(server):
    MessageFactory(language="zh-hans", url="/zh-hans/requests/T-1/")
    deliver()
    text = server.accepted[0].get_content()
    assert "https://portal.example.org/zh-hans/requests/T-1/" in text
    assert server.accepted[0]["Content-Language"] == "zh-hans"


def test_the_run_ends_in_time_and_leaves_the_rest(server, monkeypatch):
    monkeypatch.setattr(delivery, "SECONDS_A_RUN", 0.0)
    MessageFactory.create_batch(2)
    assert deliver() == 1
    assert states().count("queued") == 1


def test_without_a_mail_server_the_portal_keeps_everything(settings, monkeypatch):
    settings.EMAIL_KEPT_IN_PORTAL = True
    settings.EMAIL_BACKEND = "no.such.Backend"
    monkeypatch.setattr(delivery, "KEPT_BATCH", 2)
    MessageFactory.create_batch(5)
    MessageFactory(state="held")
    assert deliver(limit=4) == 4
    assert deliver() == 1
    assert states() == ["sent"] * 5 + ["held"]
    assert all(Message.objects.filter(state="sent").values_list("sent_at", flat=True))


def test_the_same_message_always_makes_the_same_mail():
    message = MessageFactory()
    one, two = envelope(message), envelope(Message.objects.get())
    assert one.message().as_bytes() == two.message().as_bytes()


def test_a_message_without_a_page_has_no_link(settings):
    settings.SITE_URL = "https://portal.example.org"
    assert envelope(MessageFactory(url="", body="Text.")).body.startswith("Text.\n\n-- \n")
