"""One sweep over all reminder rules: ledger row and message in the same transaction, each exactly once.

Killed anywhere, it has sent whole batches or nothing; the next sweep finds the rest. Two at once share the work: each
locks its batch and skips what the other holds, and the ledger's unique key settles what is left of a race.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notices.bulk import post_rows, receivers
from portal.core import calendar
from stewards.models import HelpRequestQuerySet, ReminderRule, RequestPart
from stewards.reminding import texts as reminder_texts
from stewards.reminding.due import Staff, due, reminder_day
from stewards.reminding.told import DUE, Told

log = logging.getLogger(__name__)

BATCH = 1_000

# Found again under lock, entered once, and given the id that its message will have, in one go.
_ENTER = """
WITH found ({columns}) AS ({found}),
entered AS (
  INSERT INTO stewards_reminder (request_id, rule_id, cycle, recipient_id, message_id, created_at)
  SELECT pk, %s, cycle, receiver, nextval('notices_message_id_seq'), now() FROM found
  ON CONFLICT DO NOTHING
  RETURNING id AS entry, message_id AS message, request_id AS pk, cycle, recipient_id AS receiver
)
SELECT found.*, entry, message FROM found JOIN entered USING (pk, cycle, receiver)
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
        entered = _enter(rule, requests)
        _with_parts(entered)
        people = receivers({told.receiver for told in entered})
        post_rows(
            [(people[told.receiver], told) for told in entered],
            kind=f"reminder.{rule.code}",
            urgent=rule.urgent,
            text=lambda receiver, told: reminder_texts.text(rule.code, told, receiver),
            number=lambda told: (told.message, f"reminder:{told.entry}"),
        )
    return len(entered)


def _stands(rule: ReminderRule) -> bool:
    """Whether the rule is still as this sweep read it; the next sweep goes by what it has become."""
    same = {name: getattr(rule, name) for name in ("days", "working_days", "audience", "urgent")}
    return ReminderRule.objects.filter(pk=rule.pk, active=True, **same).exists()


def _with_parts(requests: list[Any]) -> None:
    """Lay in the part that each is about, for its message; no query where it is about none."""
    keys = {request.part_key for request in requests} - {None}
    parts = RequestPart.objects.select_related("department").in_bulk(keys) if keys else {}
    for request in requests:
        request.late_part = parts.get(request.part_key)


def _enter(rule: ReminderRule, requests: HelpRequestQuerySet) -> list[Told]:
    """What was not in the ledger yet and now is; what another sweep has in hand is left to it."""
    rows = requests.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk").values_list(*DUE)
    found, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_ENTER.format(columns=", ".join(DUE), found=found), [*params, rule.pk])
        entered = {told.entry: told for told in map(Told._make, cursor)}  # two roads to one place are one reminder
    return list(entered.values())
