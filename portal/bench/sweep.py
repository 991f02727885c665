"""The part of the bench that measures the reminder sweep: ten thousand due among all requests, beside bare SQL.

The bare SQL finds them by the very condition of the rule and writes the same rows: the ledger's, a message each with a
text of one piece, and the link between both. Floor and sweep take turns, each in a transaction that is undone.
"""

import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from portal.bench.measure import spread
from portal.core import calendar
from stewards.models import ReminderRule
from stewards.reminding.due import Staff, due, reminder_day
from stewards.reminding.sweep import sweep

RULE, DUE = "overdue-enterprise", 10_000
MOST, MOST_MEMORY = 3.0, 40.0  # times the floor; megabytes more than before
RECORD = """
INSERT INTO stewards_reminder (request_id, rule_id, cycle, recipient_id, created_at)
SELECT pk, %s, cycle, receiver, now() FROM ({found}) AS due {most} ON CONFLICT DO NOTHING
"""
POST = """
INSERT INTO notices_message (uuid, key, recipient_id, email, kind, language, subject, body, url, state, attempts,
                             created_at, next_attempt_at, last_error)
SELECT gen_random_uuid(), 'reminder:' || e.id, e.recipient_id, u.email, 'reminder', u.language, 'Late: ' || r.number,
       coalesce(n.name_en, '') || ' was promised an answer by ' || r.due_on || repeat('.', 400), r.number, 'held', 0,
       now(), now(), ''
  FROM stewards_reminder e JOIN stewards_helprequest r ON r.id = e.request_id
  JOIN accounts_user u ON u.id = e.recipient_id LEFT JOIN enterprises_enterprise n ON n.id = r.enterprise_id
 WHERE e.message_id IS NULL AND e.rule_id = %s AND e.created_at = now()
"""
LINK = """
UPDATE stewards_reminder e SET message_id = m.id FROM notices_message m
 WHERE m.key = 'reminder:' || e.id AND e.message_id IS NULL AND e.rule_id = %s
"""


def run(rounds: int) -> tuple[list[str], bool]:
    """Lines of the table, and whether the limits are kept."""
    rule = ReminderRule.objects.get(code=RULE)
    count, floors, ours, memory = 0, [], [], []
    for _round in range(rounds):
        with _ready(rule):
            floors.append(_timed(lambda: _plain(rule))[0])
        with _ready(rule):
            before = _peak()
            seconds, count = _timed(sweep)
            ours.append(seconds)
            memory.append(_peak() - before)
    ratios = [mine / floor for mine, floor in zip(ours, floors, strict=True)]
    ratio, more = statistics.median(ratios), max(memory)
    verdict = f"{MOST:>6.1f} {'PASS' if ratio <= MOST else 'over'}"
    lines = [
        f"{'sweep':42} {'floor s':>9} {'ours s':>9} {'ratio':>7} {'noise':>7} {'limit':>6}",
        f"{f'{count:,} reminders due, found and posted':42} {statistics.median(floors):>9.2f} "
        f"{statistics.median(ours):>9.2f} {ratio:>7.2f} {spread(ratios):>7.0%} {verdict}",
        f"most memory it added: {more:.0f} MB (limit {MOST_MEMORY:.0f} MB)",
    ]
    return lines, ratio <= MOST and more <= MOST_MEMORY


@contextmanager
def _ready(rule: ReminderRule) -> Iterator[None]:
    """One rule alone is in use, and no more than so many reminders of it are due."""
    with transaction.atomic():
        ReminderRule.objects.exclude(pk=rule.pk).update(active=False)
        _record(rule, f"OFFSET {DUE}")
        _run("UPDATE stewards_reminder SET created_at = created_at - interval '1 day'", [])
        yield
        transaction.set_rollback(True)


def _plain(rule: ReminderRule) -> None:
    _record(rule, "")
    _run(POST, [rule.pk])
    _run(LINK, [rule.pk])


def _record(rule: ReminderRule, most: str) -> None:
    lists: Iterator[Any] = due(rule, reminder_day(), calendar.current(), Staff.now())
    for requests in lists:
        found, params = requests.order_by("pk").values("pk", "cycle", "receiver").query.sql_with_params()
        _run(RECORD.format(found=found, most=most), [rule.pk, *params])


def _run(statement: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def _peak() -> float:
    """Megabytes, at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
