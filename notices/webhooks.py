"""From the outbox to the district's own messenger: urgent messages to staff, signed, each under one number.

The body is JSON; `X-Portal-Signature` is `t=<seconds since 1970>,v1=<hex of HMAC-SHA256 over "t.body">` with the
endpoint's secret (docs/operations.md shows how a receiver checks it). A row is claimed and marked as in
notices/delivery.py; what is not answered with a 2xx is tried again, later and later, and given up at last.
"""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notices import hosts
from notices.delivery import MAX_ATTEMPTS, SECONDS_A_RUN, absolute, due_now, pause_after
from notices.models import Delivery, Endpoint, Message, State, Wish, group_of
from notices.wishes import Outgoing, allowed

log = logging.getLogger(__name__)


def address(messages: Sequence[Outgoing], wishes: Mapping[int, Wish]) -> int:
    """Deliveries for those of the stored messages that go to the messenger; call it in their transaction.

    One query where no endpoint is in use.
    """
    urgent = [each for each in messages if each.state == State.QUEUED and not each.is_private and _to_staff(each)]
    endpoints = list(Endpoint.objects.filter(active=True)) if urgent else []
    if not endpoints:
        return 0
    rules = allowed()
    wanted = [each for each in urgent if rules[group_of(each.kind)].messenger and _wishes(each, wishes)]
    stored = Message.objects.filter(uuid__in=[each.uuid for each in wanted]).only("pk", "next_attempt_at")
    rows = [
        Delivery(message=message, endpoint=endpoint, next_attempt_at=message.next_attempt_at)
        for message in stored
        for endpoint in endpoints
    ]
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))


def _to_staff(message: Outgoing) -> bool:
    return message.recipient is not None and message.recipient.is_official


def _wishes(message: Outgoing, wishes: Mapping[int, Wish]) -> bool:
    wish = wishes.get(message.recipient_id or 0)
    return wish is None or wish.messenger


def deliver(limit: int = 1_000) -> int:
    """Send what is queued and due; returns how many arrived. An endpoint that fails is left alone for this run."""
    sent, failing = 0, set[int]()
    until = time.monotonic() + SECONDS_A_RUN
    for _turn in range(limit):
        with transaction.atomic():
            delivery = _due(failing).first()
            if delivery is None:
                break
            if _send(delivery):
                sent += 1
            else:
                failing.add(delivery.endpoint_id)
        if time.monotonic() > until:
            break
    return sent


def _due(failing: set[int]) -> QuerySet[Delivery]:
    due = Delivery.objects.filter(due_now("message__created_at"), state=State.QUEUED, endpoint__active=True)
    rows = due.exclude(endpoint__in=failing).select_related("message__recipient", "endpoint")
    return rows.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True, of=("self",))


def _send(delivery: Delivery) -> bool:
    """Send one claimed delivery and mark it."""
    now = timezone.now()
    delivery.attempts += 1
    try:
        post(delivery.endpoint, body_of(delivery), str(delivery.uuid))
    except (OSError, HTTPException, ValueError) as error:  # ValueError: an address that is none
        log.warning("delivery %s not taken (attempt %s): %s", delivery.uuid, delivery.attempts, error)
        delivery.last_error = f"{type(error).__name__}: {error}".replace("\x00", "")[:300]
        delivery.next_attempt_at = now + pause_after(delivery.attempts)
        delivery.state = State.FAILED if delivery.attempts >= MAX_ATTEMPTS else State.QUEUED
    else:
        delivery.state, delivery.sent_at, delivery.last_error = State.SENT, now, ""
    delivery.save(update_fields=["state", "sent_at", "attempts", "next_attempt_at", "last_error"])
    return delivery.state == State.SENT


def body_of(delivery: Delivery) -> bytes:
    message = delivery.message
    facts: dict[str, Any] = {
        "id": str(delivery.uuid),
        "to": message.email,
        "kind": message.kind,
        "language": message.language,
        "subject": message.subject,
        "text": message.body,
        "url": absolute(message.url),
        "written_at": message.created_at.isoformat(),
    }
    return json.dumps(facts, ensure_ascii=False).encode()


def signature(secret: str, body: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(endpoint: Endpoint, body: bytes, number: str) -> None:
    """One attempt, signed; see notices/hosts.py for what it raises."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Hongkou Enterprise Service Portal",
        "X-Portal-Delivery": number,
        "X-Portal-Signature": signature(endpoint.secret, body, int(time.time())),
    }
    hosts.post(endpoint.url, body, headers)
