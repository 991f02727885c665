"""One sweep over all reminder rules: ledger row and message in the same transaction, each exactly once.

Killed anywhere, it has sent whole batches or nothing; the next sweep finds the rest. Two at once share the work: each
locks its batch and skips what the other holds, and the ledger's unique key settles what is left of a race.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from notices.models import Message
from notices.workflow import compose, post_all
from portal.core import calendar
from stewards.models import HelpRequest, HelpRequestQuerySet, ReminderRule
from stewards.reminding import texts as reminder_texts
from stewards.reminding.due import Staff, due, reminder_day

log = logging.getLogger(__name__)

BATCH = 200

_ENTER = """
INSERT INTO stewards_reminder (request_id, rule_id, cycle, recipient_id, created_at)
SELECT request_id, %s, cycle, recipient_id, now()
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS due(request_id, cycle, recipient_id)
ON CONFLICT DO NOTHING
RETURNING id, request_id, recipient_id
"""
_LINK = """
UPDATE stewards_reminder AS entry SET message_id = message.id
  FROM notices_message AS message
 WHERE entry.id = ANY(%s) AND message.key = 'reminder:' || entry.id
"""


def sweep(now: datetime | None = None) -> int:
    """Post every reminder that is due and not yet sent; returns how many."""
    day, days, staff = reminder_day(now), calendar.current(), Staff.now()
    posted = 0
    for rule in ReminderRule.objects.filter(active=True).order_by("pk"):
        for requests in due(rule, day, days, staff):
            keys = sorted(requests.values_list("pk", flat=True))
            for start in range(0, len(keys), BATCH):
                posted += _post_batch(rule, requests.filter(pk__in=keys[start : start + BATCH]))
    if posted:
        log.info("%s reminders posted", posted)
    return posted


def _post_batch(rule: ReminderRule, requests: HelpRequestQuerySet) -> int:
    """Check again under lock, enter into the ledger, and post what was entered."""
    with transaction.atomic():
        locked = {
            request.pk: request
            for request in requests.select_related("enterprise", "steward", "department")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .order_by("pk")
        }
        entered = _enter(rule, locked.values())
        people = User.objects.in_bulk({recipient for _entry, _request, recipient in entered})
        post_all([_message(rule, entry, locked[request], people[who]) for entry, request, who in entered])
        with connection.cursor() as cursor:
            cursor.execute(_LINK, [[entry for entry, _request, _recipient in entered]])
    return len(entered)


def _enter(rule: ReminderRule, requests: Iterable[HelpRequest]) -> list[tuple[int, int, int]]:
    """Ledger rows that were not there yet: (entry, request, recipient)."""
    rows = [(request.pk, request.cycle, request.receiver) for request in requests]  # type: ignore[attr-defined]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [rule.pk, *(list(column) for column in zip(*rows, strict=True))])
        return cursor.fetchall()


def _message(rule: ReminderRule, entry: int, request: HelpRequest, recipient: User) -> Message:
    return compose(
        recipient,
        key=f"reminder:{entry}",
        kind=f"reminder.{rule.code}",
        text=lambda: reminder_texts.text(rule.code, request, recipient),
        urgent=rule.urgent,
    )
