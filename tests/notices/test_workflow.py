"""Posting into the outbox: once a key, in the receiver's language, whatever the broker does."""

import pytest
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notices.models import Message
from notices.workflow import Text, compose, notify, post_all, resend, send_account_mail
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db


def words() -> Text:
    return Text(_("Requests"), "body", "/en/")


@pytest.mark.parametrize(("urgent", "state"), [(True, "queued"), (False, "held")])
def test_urgent_is_queued_and_the_rest_held(urgent: bool, state: str):
    message = notify(UserFactory(), key="k", kind="request.x", text=words, urgent=urgent)
    assert (message.state, message.attempts, message.sent_at) == (state, 0, None)


def test_the_same_key_twice_is_one_message():
    person = UserFactory()
    first = notify(person, key="k", kind="request.x", text=words)
    assert notify(person, key="k", kind="request.y", text=lambda: Text("other", "other")) is None
    assert Message.objects.get() == first


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_in_the_receivers_language(language: str):
    message = notify(UserFactory(language=language), key="k", kind="x", text=lambda: Text(get_language(), _("Yes")))
    assert (message.language, message.subject) == (language, language)
    assert message.body == {"en": "Yes", "zh-hans": "是"}[language]


def test_a_rolled_back_act_leaves_no_message():
    def act() -> None:
        with transaction.atomic():
            notify(UserFactory(), key="k", kind="x", text=words, urgent=True)
            raise ValueError

    with pytest.raises(ValueError):
        act()
    assert not Message.objects.exists()


def test_a_subject_and_an_address_too_long_are_cut():
    message = notify(UserFactory(), key="k", kind="x", text=lambda: Text("文" * 500, "b", "/" + "x" * 500))
    message.refresh_from_db()
    assert (len(message.subject), len(message.url)) == (300, 300)


@pytest.mark.parametrize("urgent", [True, False])
def test_only_urgent_messages_wake_a_worker(urgent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        notify(UserFactory(), key="k", kind="x", text=words, urgent=urgent)
    assert len(callbacks) == int(urgent)


def test_many_at_once_wake_one_worker(django_capture_on_commit_callbacks):
    people = UserFactory.create_batch(3)
    messages = [compose(p, key=f"k{p.pk}", kind="x", text=words, urgent=True) for p in people]
    with django_capture_on_commit_callbacks() as callbacks:
        post_all([*messages, compose(people[0], key=f"k{people[0].pk}", kind="x", text=words)])
    assert len(callbacks) == 1
    assert Message.objects.count() == 3
    post_all([])


def test_account_mail_goes_to_known_and_unknown_addresses():
    person = UserFactory(email="known@example.org")
    for address in ("Known@example.org", "stranger@example.org"):
        send_account_mail(email=address, kind="password_reset_key", subject="s", body="b")
    known, stranger = Message.objects.order_by("pk")
    assert (known.recipient, stranger.recipient) == (person, None)
    assert {known.state, stranger.state} == {"queued"}
    assert known.is_private
    assert not MessageFactory().is_private


def test_resend_gives_all_attempts_back(admin_user):
    message = MessageFactory(state="failed", attempts=8, last_error="451")
    resend(message, by=admin_user)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    with pytest.raises(Refused, match="on its way or has been sent"):
        resend(message, by=admin_user)


@pytest.mark.parametrize("state", ["queued", "sent", "held", "in_digest"])
def test_only_what_was_given_up_is_sent_again(admin_user, state):
    with pytest.raises(Refused):
        resend(MessageFactory(state=state), by=admin_user)


@pytest.mark.parametrize("roles", [[], ["steward"], ["auditor"]])
def test_only_the_service_centre_sends_again(roles):
    message = MessageFactory(state="failed")
    with pytest.raises(Refused, match="service centre"):
        resend(message, by=UserFactory(roles=roles))
    message.refresh_from_db()
    assert message.state == "failed"
