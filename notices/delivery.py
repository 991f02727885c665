"""From the outbox to the mail server, each message once.

A row is claimed by its row lock (`FOR UPDATE SKIP LOCKED`), sent while the lock is held and marked in the same
transaction. A worker that dies gives the lock back, and another one sends the row; two workers never hold the same
one. One window cannot be closed from here: a worker that dies between the mail server's “250 OK” and our commit
leaves a row that goes out a second time. It carries the same Message-ID then, so that a mail system can drop it.
"""

import logging
import re
import time
from datetime import timedelta
from email.utils import formatdate
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.models import Message, State
from portal.core import bilingual

log = logging.getLogger(__name__)

UNSUBSCRIBE = re.compile(r"https?://\S+/bulletins/subscription/[0-9a-f-]{36}/")
MAX_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(hours=2)
KEPT_BATCH = 500
SECONDS_A_RUN = 240.0
CLOCKS_DIFFER = timedelta(minutes=5)  # two machines may, by so much


def deliver(limit: int = 1_000) -> int:
    """Send what is queued and due, at most `limit` messages; returns how many went out."""
    return _keep_in_portal(limit) if settings.EMAIL_KEPT_IN_PORTAL else _send_by_mail(limit)


def envelope(message: Message) -> EmailMessage:
    """The mail itself: plain text, absolute link, the same Message-ID however often it is built."""
    with bilingual.speaking(message.language):
        lines = [message.body.strip()]
        if message.url:
            lines.append(absolute(message.url))
        lines.append("-- \n" + _("Hongkou Enterprise Service Portal") + f"\n{settings.SITE_URL}/{message.language}/")
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    ending = UNSUBSCRIBE.search(message.body) if message.kind == "bulletin" else None
    post = "List-Unsubscribe=One-Click"  # RFC 8058
    one_click = {"List-Unsubscribe": f"<{ending[0]}>", "List-Unsubscribe-Post": post} if ending else {}
    return EmailMessage(
        subject=" ".join(message.subject.split()),
        body="\n\n".join(lines) + "\n",
        to=[message.email],
        headers={
            "Message-ID": f"<{message.uuid}@{host}>",
            "Date": formatdate(message.created_at.timestamp()),
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
            **one_click,
        },
    )


def absolute(url: str) -> str:
    """A path of the portal as an address for a mail."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4 … minutes after the first, second, third … attempt, two hours at most."""
    return min(timedelta(minutes=2 ** max(attempts - 1, 0)), LONGEST_PAUSE)


def due_now(posted: str) -> Q:
    """Whose time has come; and what was posted by a clock that ran ahead, whatever time it named."""
    now = timezone.now()
    return Q(next_attempt_at__lte=now) | Q(**{f"{posted}__gt": now + CLOCKS_DIFFER})


def _due() -> QuerySet[Message]:
    due = Message.objects.filter(due_now("created_at"), state=State.QUEUED)
    return due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)


def _keep_in_portal(limit: int) -> int:
    """Without a mail server the portal itself is the mailbox: nothing leaves, every row is marked at once."""
    kept = 0
    while kept < limit:
        with transaction.atomic():
            keys = [message.pk for message in _due().only("pk")[: min(KEPT_BATCH, limit - kept)]]
            Message.objects.filter(pk__in=keys).update(state=State.SENT, sent_at=timezone.now(), last_error="")
        if not keys:
            break
        kept += len(keys)
    return kept


def _send_by_mail(limit: int) -> int:
    """One transaction a message, so that a dying worker has at most one message on its conscience."""
    sent = 0
    until = time.monotonic() + SECONDS_A_RUN
    connection = get_connection()
    try:
        for _turn in range(limit):
            with transaction.atomic():
                message = _due().first()
                if message is None or not _reached(connection, message):
                    break
                sent += _send_one(connection, message)
            if time.monotonic() > until:
                break
    finally:
        _close(connection)
    return sent


def _reached(connection: BaseEmailBackend, message: Message) -> bool:
    """Whether the mail server answers. If not, it is nobody's fault: the message keeps its attempts and waits."""
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        log.warning("mail server unreachable: %s", error)
        message.next_attempt_at = timezone.now() + pause_after(1)
        message.last_error = _short(error)
        message.save(update_fields=["next_attempt_at", "last_error"])
        return False
    return True


def _send_one(connection: BaseEmailBackend, message: Message) -> int:
    """Send one claimed message and mark it; a refusal is noted and tried again later, and given up at last."""
    now = timezone.now()
    message.attempts += 1
    try:
        mail = envelope(message)
        mail.connection = connection
        mail.send()
    except Exception as error:  # whatever one message provokes must not stop the others
        log.warning("message %s not sent (attempt %s): %s", message.uuid, message.attempts, error)
        _close(connection)
        message.last_error = _short(error)
        message.next_attempt_at = now + pause_after(message.attempts)
        message.state = State.FAILED if message.attempts >= MAX_ATTEMPTS else State.QUEUED
    else:
        message.state, message.sent_at, message.last_error = State.SENT, now, ""
    message.save(update_fields=["state", "sent_at", "attempts", "next_attempt_at", "last_error"])
    return int(message.state == State.SENT)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, SMTPException) as error:
        log.info("mail connection did not close cleanly: %s", error)


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:300]
