"""One sweep over all reminder rules: ledger row and message in the same transaction, each exactly once.

Killed anywhere, it has sent whole batches or nothing; the next sweep finds the rest. Two at once share the work: each
locks its batch and skips what the other holds, and the ledger's unique key settles what is left of a race.
"""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from notices.models import Message
from notices.workflow import compose, post_all
from portal.core import calendar
from stewards.models import HelpRequestQuerySet, ReminderRule, RequestPart
from stewards.reminding import texts as reminder_texts
from stewards.reminding.due import Staff, due, reminder_day
from stewards.reminding.told import Told

log = logging.getLogger(__name__)

BATCH = 500
Place = tuple[int, str, int]  # request, cycle, receiver: what the ledger keeps once

_ENTER = """
INSERT INTO stewards_reminder (request_id, rule_id, cycle, recipient_id, created_at)
SELECT request_id, %s, cycle, recipient_id, now()
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS due(request_id, cycle, recipient_id)
ON CONFLICT DO NOTHING
RETURNING id, request_id, cycle, recipient_id
"""
_LINK = """
UPDATE stewards_reminder AS entry SET message_id = message.id
  FROM unnest(%s::bigint[], %s::text[]) AS posted(entry_id, key)
  JOIN LATERAL (SELECT id FROM notices_message WHERE notices_message.key = posted.key LIMIT 1) AS message ON true
 WHERE entry.id = posted.entry_id
"""


def sweep(now: datetime | None = None) -> int:
    """Post every reminder that is due and not yet sent; returns how many."""
    day, days, staff = reminder_day(now), calendar.current(), Staff.now()
    posted = 0
    for rule in ReminderRule.objects.filter(active=True).order_by("pk"):
        for requests in due(rule, day, days, staff):
            keys = sorted(set(requests.values_list("pk", flat=True)))
            for start in range(0, len(keys), BATCH):
                posted += _post_batch(rule, requests.filter(pk__in=keys[start : start + BATCH]))
    if posted:
        log.info("%s reminders posted", posted)
    return posted


def _post_batch(rule: ReminderRule, requests: HelpRequestQuerySet) -> int:
    """Check again under lock, enter into the ledger, and post what was entered."""
    with transaction.atomic():
        if not _stands(rule):
            return 0
        rows = requests.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk")
        found = {_place(told): told for told in map(Told._make, rows.values_list(*Told._fields))}
        entered = _enter(rule, found)
        receivers = {who for _entry, (_request, _cycle, who) in entered}
        people = User.objects.only("email", "language", "roles").in_bulk(receivers)
        _with_parts([found[place] for _entry, place in entered])
        post_all([_message(rule, entry, found[place], people[place[2]]) for entry, place in entered])
        with connection.cursor() as cursor:
            keys = [entry for entry, _place in entered]
            cursor.execute(_LINK, [keys, list(map(_key, keys))])
    return len(entered)


def _stands(rule: ReminderRule) -> bool:
    """Whether the rule is still as this sweep read it; the next sweep goes by what it has become."""
    same = {name: getattr(rule, name) for name in ("days", "working_days", "audience", "urgent")}
    return ReminderRule.objects.filter(pk=rule.pk, active=True, **same).exists()


def _place(request: Told) -> Place:
    return request.pk, request.cycle, request.receiver


def _with_parts(requests: list[Any]) -> None:
    """Lay in the part that each is about, for its message; no query where it is about none."""
    keys = {request.part_key for request in requests} - {None}
    parts = RequestPart.objects.select_related("department").in_bulk(keys) if keys else {}
    for request in requests:
        request.late_part = parts.get(request.part_key)


def _enter(rule: ReminderRule, places: Collection[Place]) -> list[tuple[int, Place]]:
    """Ledger rows that were not there yet."""
    if not places:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [rule.pk, *(list(column) for column in zip(*places, strict=True))])
        return [(entry, tuple(place)) for entry, *place in cursor.fetchall()]


def _key(entry: int) -> str:
    return f"reminder:{entry}"


def _message(rule: ReminderRule, entry: int, request: Told, recipient: User) -> Message:
    return compose(
        recipient,
        key=_key(entry),
        kind=f"reminder.{rule.code}",
        text=lambda: reminder_texts.text(rule.code, request, recipient),
        urgent=rule.urgent,
    )
