"""Putting messages into the outbox. Delivery is in notices/delivery.py; nothing here talks to a mail server."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from notices.models import ACCOUNT, Message, State
from notices.rules import may_resend
from notices.tasks import deliver_due
from portal.core import bilingual
from portal.core.access import require
from portal.core.queue import enqueue


@dataclass(frozen=True)
class Text:
    """What a message says, in the language that was active when it was made; `url` is a path of the portal."""

    subject: str
    body: str
    url: str = ""


def notify(recipient: User, *, key: str, kind: str, text: Callable[[], Text], urgent: bool = False) -> Message | None:
    """Post one message in the recipient's language; None when `key` was posted before.

    Call it inside the transaction of the act it tells of: the row is the outbox entry. `urgent` goes out at
    once (first contact, overdue, security, answers to the person's own act); everything else waits for the
    person's daily digest.
    """
    return _post(compose(recipient, key=key, kind=kind, text=text, urgent=urgent))


def compose(recipient: User, *, key: str, kind: str, text: Callable[[], Text], urgent: bool = False) -> Message:
    """The message `notify` would post, not yet stored: for `post_all`."""
    with bilingual.speaking(recipient.language):
        said = text()
    return Message(
        key=key,
        recipient=recipient,
        email=recipient.email,
        kind=kind,
        language=recipient.language,
        subject=said.subject[:300],
        body=said.body,
        url=said.url[:300],
        state=State.QUEUED if urgent else State.HELD,
    )


def post_all(messages: Sequence[Message]) -> None:
    """Store many composed messages in one go; those whose key was posted before are left out."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    if any(message.state == State.QUEUED for message in messages):
        enqueue(deliver_due)


def send_account_mail(*, email: str, kind: str, subject: str, body: str) -> None:
    """Account mail (verification, password reset): at once, whether or not the address has an account."""
    user = User.objects.filter(email__iexact=email).first()
    _post(
        Message(
            key=f"{ACCOUNT}{uuid.uuid4()}",
            recipient=user,
            email=email,
            kind=kind,
            language=translation.get_language() or "zh-hans",
            subject=subject[:300],
            body=body,
            next_attempt_at=timezone.now(),
        )
    )


def resend(message: Message, *, by: User) -> None:
    """Put a message that was given up back into the queue, with all its attempts before it."""
    with transaction.atomic():
        locked = Message.objects.select_for_update().get(pk=message.pk)
        require(may_resend(by, locked))
        locked.state, locked.attempts, locked.next_attempt_at = State.QUEUED, 0, timezone.now()
        locked.save(update_fields=["state", "attempts", "next_attempt_at"])
        enqueue(deliver_due)


def _post(message: Message) -> Message | None:
    Message.objects.bulk_create([message], ignore_conflicts=True)
    posted = Message.objects.filter(key=message.key, uuid=message.uuid).first()
    if posted and posted.state == State.QUEUED:
        enqueue(deliver_due)
    return posted
