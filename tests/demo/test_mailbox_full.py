"""The demo's dead letter: refused by a mail server at every attempt, given up, and sent again by the service centre."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.delivery import MAX_ATTEMPTS, deliver
from notices.models import Message
from notices.workflow import Text, notify
from portal.demo.mailbox_full import REFUSAL, full_while
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


def test_one_mailbox_is_full_and_the_others_are_not(as_user: As, settings: Any) -> None:
    settings.EMAIL_KEPT_IN_PORTAL = True
    full, other, admin = UserFactory(), UserFactory(), UserFactory(roles=["admin"])

    def act() -> None:
        for person in (full, other):
            notify(person, key=f"k:{person.pk}", kind="request.x", text=lambda: Text("№ 1", "№ 2"), urgent=True)

    before = timezone.now
    full_while(full.email, act)
    assert timezone.now is before, "the clock is as it was"
    lost, arrived = full.messages_received.get(), other.messages_received.get()
    assert (arrived.state, arrived.attempts) == ("sent", 1)
    assert (lost.state, lost.attempts) == ("failed", MAX_ATTEMPTS)
    assert REFUSAL.split(" ", 1)[1] in lost.last_error
    for language, words in (("en", "given up"), ("zh-hans", "Mailbox full")):
        page = as_user(admin).get(f"/{language}/centre/messages/{lost.pk}/").content.decode()
        assert words in page
    assert as_user(admin).post(reverse("outbox:resend", args=[lost.pk])).status_code == 302
    assert Message.objects.get(pk=lost.pk).state == "queued"
    assert deliver() == 1
    assert (Message.objects.get(pk=lost.pk).state, Message.objects.get(pk=lost.pk).last_error) == ("sent", "")
