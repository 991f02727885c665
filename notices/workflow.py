"""Putting messages into the outbox. Delivery is in notices/delivery.py; nothing here talks to a mail server."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from notices import webhooks, wishes
from notices.models import ACCOUNT, GUEST, Delivery, Endpoint, Message, State
from notices.models.channel import new_secret
from notices.rules import may_resend, may_resend_all, may_resend_delivery, may_run_channels, may_test
from notices.tasks import deliver_due, deliver_hooks
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
    """Store many composed messages in one go, as their receivers wish; a key that was posted before is left out."""
    store_as_wished(messages, lambda: Message.objects.bulk_create(messages, ignore_conflicts=True))


def store_as_wished(messages: Sequence[wishes.Outgoing], store: Callable[[], Any]) -> None:
    """Change messages to what their receivers wish, store them, and have them delivered."""
    for message in messages:
        if not message.email:  # nobody to write to: it can be read in the portal
            message.state = State.KEPT
    wished = wishes.apply(messages)
    store()
    if any(message.state == State.QUEUED for message in messages):
        enqueue(deliver_due)
        if webhooks.address(messages, wished):
            enqueue(deliver_hooks)


def write_to(
    email: str, *, language: str, key: str, kind: str, text: Callable[[], Text], user: User | None = None
) -> Message | None:
    """Post one message to an address, at once and in `language`: to guests and subscribers, who may have no account.

    The key begins with GUEST, so that its text, which carries their personal address, is read by nobody else.
    """
    with bilingual.speaking(language):
        said = text()
    return _post(
        Message(
            key=f"{GUEST}{key}",
            recipient=user,
            email=email,
            kind=kind,
            language=language,
            subject=said.subject[:300],
            body=said.body,
            url=said.url[:300],
        )
    )


def unsaid(key: str) -> int:
    """Drop messages whose key begins so and that wait for a digest: what they tell of was taken back."""
    return Message.objects.filter(key__startswith=key, state=State.HELD).delete()[0]


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


def resend_all(*, by: User) -> int:
    """Everything that was given up, back into the queue; returns how many. Account mail is left out: its codes and
    links no longer hold, and whoever still needs one has asked for another.
    """
    with transaction.atomic():
        given_up = Message.objects.filter(state=State.FAILED).exclude(key__startswith=ACCOUNT)
        require(may_resend_all(by, given_up.exists()))
        count = given_up.update(state=State.QUEUED, attempts=0, next_attempt_at=timezone.now())
        enqueue(deliver_due)
    return count


def resend_deliveries(endpoint: Endpoint, *, by: User, only: Delivery | None = None) -> int:
    """Put one delivery that was given up, or all of the endpoint's, back into the queue; returns how many."""
    with transaction.atomic():
        given_up = endpoint.deliveries.filter(state=State.FAILED).select_for_update()
        if only is not None:
            given_up = given_up.filter(pk=only.pk)
        require(may_resend_delivery(by, endpoint, given_up.exists()))
        count = given_up.update(state=State.QUEUED, attempts=0, next_attempt_at=timezone.now())
        enqueue(deliver_hooks)
    return count


def renew_secret(endpoint: Endpoint, *, by: User) -> str:
    """A new secret, which is shown this once; what is signed from now on is signed with it."""
    require(may_run_channels(by))
    with transaction.atomic():
        locked = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        locked.secret, locked.secret_at = new_secret(), timezone.now()
        locked.save(update_fields=["secret", "secret_at"])
    return locked.secret


def keep_endpoint(endpoint: Endpoint, *, by: User) -> Endpoint:
    """A new address, or another name or use of one. What waits for one that is taken out of use is given up: nobody
    shall be flooded with what is long over when it is used again.
    """
    require(may_run_channels(by))
    with transaction.atomic():
        endpoint.save(update_fields=["name", "url", "active"] if endpoint.pk else None)
        if not endpoint.active:
            waiting = endpoint.deliveries.filter(state=State.QUEUED)
            waiting.update(state=State.FAILED, last_error="out of use")
    return endpoint


def send_test(endpoint: Endpoint, *, by: User) -> Delivery:
    """A message to the person who asks, by mail and to this endpoint, whatever the person wishes."""
    require(may_test(by, endpoint))
    with transaction.atomic():
        message = _post(compose(by, key=f"test:{uuid.uuid4()}", kind="other.test", text=_test_text, urgent=True))
        assert message is not None
        delivery, _created = Delivery.objects.get_or_create(message=message, endpoint=endpoint)
        enqueue(deliver_hooks)
    return delivery


def _test_text() -> Text:
    return Text(_("A test message of the portal"), _("If you read this in the messenger, the channel works."), "")


def _post(message: Message) -> Message | None:
    post_all([message])
    return Message.objects.filter(key=message.key, uuid=message.uuid).first()
