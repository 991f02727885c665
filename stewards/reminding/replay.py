"""A changed rule tried on the months behind us: who would have received what, beside the rule as it is.

The database replays the timeline: each spell (from when to when a request stood as the rule's basis says) is given
the day on which either version of the rule falls due, and counts where the spell still ran then. Nothing is written;
what comes to Python is one row a person and a sample. Receivers are those who held the request on that day by the audit
trail, or hold it today where the trail does not reach back; a due date counts as it stands now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import User
from portal.core import calendar
from portal.core.calendar import local_day
from portal.core.workdays import Calendar
from stewards.models import HelpRequest, ReminderRule
from stewards.reminding.due import BASES, Staff, slots_of

MOST_SPELLS = 200_000
MOST_PEOPLE = 50
SAMPLE = 20
SECONDS = 20
LONGEST_RULE = 90  # days; see RuleForm
DAYS_A_MONTH = 31

# From when a request stood like this, and what ended it, by its timeline.
_EVENTS = {
    "assigned": ("'assigned','submitted','referred'", "'accepted','not_accepted','withdrawn'"),
    "waiting": ("'asked_back'", "'replied','answered','withdrawn'"),
    "answered": ("'answered'", "'rated','closed','reopened','unheard'"),
    "closed": ("'closed'", "'reopened','unheard','lasted'"),
    "instructed": ("'instructed'", "'reported','answered','withdrawn'"),
}
_BY_EVENTS = """
SELECT request_id, NULL::bigint AS part, began, ended FROM (
  SELECT request_id, kind, at AS began,
         lead(at) OVER (PARTITION BY request_id ORDER BY id) AS ended
    FROM stewards_requestevent
   WHERE kind IN ({begins}, {ends}) AND at >= %(since)s
) AS told WHERE kind IN ({begins})
"""
_RENEWED = "(SELECT min(at) FROM stewards_requestevent AS e WHERE e.request_id = r.id AND e.kind = 'renewed')"
_BY_DAY = """
SELECT id AS request_id, NULL::bigint AS part, ({column} + time '12:00') AT TIME ZONE %(zone)s AS began,
       LEAST(answered_at, waiting_since, {renewed}
             CASE WHEN state IN ('withdrawn', 'not_accepted', 'merged') THEN changed_at END) AS ended
  FROM stewards_helprequest AS r
 WHERE {column} >= %(since)s::date AND {column} <= %(until)s::date AND state <> 'draft'
"""
# What came to nothing is left out: when it did is not known to the day.
_BY_PART = """
SELECT request_id, id AS part, (due_on + time '12:00') AT TIME ZONE %(zone)s AS began, answered_at AS ended
  FROM stewards_requestpart
 WHERE due_on >= %(since)s::date AND due_on <= %(until)s::date AND state NOT IN ('returned', 'withdrawn')
"""
_DAYS = {"due": "due_on", "undated": "due_on", "renewed": "renewed_due_on"}

_REPLAY = """
WITH spells AS MATERIALIZED ({spells} ORDER BY 1 DESC LIMIT %(most)s),
days AS (SELECT * FROM unnest(%(days)s::date[], %(asis)s::timestamptz[], %(changed)s::timestamptz[])
             AS days(day, asis, changed)),
fired AS (
  SELECT request_id, part,
         CASE WHEN asis BETWEEN %(from)s AND %(now)s AND (ended IS NULL OR ended > asis) THEN asis END AS asis,
         CASE WHEN changed BETWEEN %(from)s AND %(now)s AND (ended IS NULL OR ended > changed)
              THEN changed END AS changed
    FROM spells JOIN days ON days.day = (began AT TIME ZONE %(zone)s)::date
),
counting AS MATERIALIZED (
  SELECT *, coalesce(part, row_number() OVER ()) AS place FROM fired WHERE asis IS NOT NULL OR changed IS NOT NULL
),
past AS MATERIALIZED (
  SELECT place AS id, r.enterprise_id, r.asker_id,
         CASE WHEN known THEN then_.steward_id ELSE r.steward_id END AS steward_id,
         CASE WHEN known THEN then_.handler_id ELSE r.handler_id END AS handler_id,
         CASE WHEN known THEN then_.department_id ELSE r.department_id END AS department_id,
         CASE WHEN known THEN then_.state ELSE r.state END AS state
    FROM counting JOIN stewards_helprequest AS r ON r.id = request_id
    LEFT JOIN LATERAL (
      SELECT true AS known, e.steward_id, e.handler_id, e.department_id, e.state FROM stewards_helprequestevent AS e
       WHERE e.pgh_obj_id = request_id AND e.pgh_created_at <= coalesce(counting.changed, counting.asis)
       ORDER BY e.pgh_id DESC LIMIT 1
    ) AS then_ ON true
),
sent AS MATERIALIZED (SELECT counting.*, receiver FROM counting JOIN ({receivers}) AS held USING (place)),
people AS (
  SELECT receiver, count(asis) AS asis, count(changed) AS changed FROM sent GROUP BY receiver
),
most AS (SELECT * FROM people ORDER BY abs(changed - asis) DESC, changed DESC, receiver LIMIT %(people)s),
sample AS (
  SELECT request_id, receiver, asis, changed FROM sent WHERE asis IS DISTINCT FROM changed
   ORDER BY coalesce(changed, asis) DESC, request_id DESC, receiver LIMIT %(sample)s
)
SELECT (SELECT count(*) FROM spells),
       (SELECT array[count(*), coalesce(sum(asis), 0), coalesce(sum(changed), 0)]::bigint[] FROM people),
       (SELECT coalesce(json_agg(json_build_array(receiver, asis, changed)), '[]') FROM most),
       (SELECT coalesce(json_agg(json_build_array(
                 (SELECT number FROM stewards_helprequest AS r WHERE r.id = request_id),
                 (SELECT subject FROM stewards_helprequest AS r WHERE r.id = request_id), receiver,
                 (asis AT TIME ZONE %(zone)s)::date, (changed AT TIME ZONE %(zone)s)::date)), '[]') FROM sample)
"""


class TooMuch(Exception):
    """The replay took longer than somebody should wait for a page."""


@dataclass(frozen=True)
class Person:
    """How many reminders one person would have received by the rule as it is, and as it was changed."""

    who: User | None
    asis: int
    changed: int

    @property
    def more(self) -> int:
        return self.changed - self.asis


@dataclass(frozen=True)
class Example:
    """One reminder that would have been another: on which day as it is, on which day as changed."""

    number: str
    subject: str
    who: User | None
    asis: date | None
    changed: date | None


@dataclass(frozen=True)
class Replay:
    """What came of it; `people` are those for whom most changes, `more_people` how many are not named."""

    since: date
    asis: int = 0
    changed: int = 0
    people: list[Person] = field(default_factory=list)
    more_people: int = 0
    sample: list[Example] = field(default_factory=list)
    cut: bool = False

    @property
    def more(self) -> int:
        return self.changed - self.asis


def replay(rule: ReminderRule, *, days: int, active: bool, months: int, now: datetime | None = None) -> Replay:
    """The rule as it is, and with these numbers, on the last months. Reads only; raises TooMuch."""
    now = now or timezone.now()
    since = local_day(now) - timedelta(days=DAYS_A_MONTH * months)
    changed = copy(rule)
    changed.days, changed.active = (-days if rule.days < 0 else days), active
    params = _params(rule, changed, since, now)
    with _patience() as cursor:
        cursor.execute(*_statement(rule, params))
        row = cursor.fetchone()
    return _told(since, *row)


def _params(rule: ReminderRule, changed: ReminderRule, since: date, now: datetime) -> dict[str, Any]:
    first = since - timedelta(days=2 * LONGEST_RULE)
    last = local_day(now) + timedelta(days=2 * LONGEST_RULE)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        "days": days,
        "asis": moments(rule, days),
        "changed": moments(changed, days),
        "since": _at(first, 0),
        "until": _at(last, 0),
        "from": _at(since, 0),
        "now": now,
        "zone": settings.TIME_ZONE,
        "most": MOST_SPELLS,
        "people": MOST_PEOPLE,
        "sample": SAMPLE,
    }


def moments(rule: ReminderRule, days: list[date]) -> list[datetime | None]:
    """When the rule falls due for what began on each of the days; never, while it is not in use."""
    if not rule.active:
        return [None] * len(days)
    working = calendar.current()
    return [_at(fires_on(rule, day, working), settings.REMINDER_HOUR) for day in days]


def fires_on(rule: ReminderRule, day: date, working: Calendar) -> date:
    """The first day on which a sweep finds due what began (or is due) on that day."""
    if not rule.working_days:
        return day + timedelta(days=rule.days)
    if rule.days > 0:
        return working.add_working_days(day, rule.days)
    fires = day + timedelta(days=rule.days)  # before the day: the earliest from which so few working days are left
    while working.add_working_days(fires - timedelta(days=1), -rule.days) >= day:
        fires -= timedelta(days=1)
    return fires


def _statement(rule: ReminderRule, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement for all receivers of the rule, its values under names of their own."""
    staff, values, receivers = Staff.now(), dict(params), []
    for basis in BASES[rule.basis]:
        for slot in slots_of(basis, rule, staff):
            held = HelpRequest.objects.filter(basis.had).filter(slot.when).order_by()
            if rule.basis == "assigned":
                held = held.filter(steward__isnull=bool(basis.audience))
            place = "parts__id" if basis.part else "pk"
            sql, given = held.annotate(receiver=slot.receiver).values_list(place, "receiver").query.sql_with_params()
            if not basis.part:
                sql = sql.replace(_TODAY, _THEN, 1)
            names = [f"held{len(values) + n}" for n in range(len(given))]
            values |= dict(zip(names, given, strict=True))
            receivers.append(_HELD.format(sql=sql % tuple(f"%({name})s" for name in names)))
    every = " UNION ALL ".join(receivers) or _NOBODY
    return _REPLAY.format(spells=_spells(rule.basis), receivers=every), values


_TODAY, _THEN = 'FROM "stewards_helprequest"', 'FROM past AS "stewards_helprequest"'
_HELD = "SELECT * FROM ({sql}) AS raw(place, receiver) WHERE receiver IS NOT NULL"
_NOBODY = "SELECT NULL::bigint AS place, NULL::bigint AS receiver WHERE false"


def _spells(basis: str) -> str:
    if basis == "part":
        return _BY_PART
    if basis in _DAYS:
        renewed = f"{_RENEWED}," if basis == "undated" else ""
        return _BY_DAY.format(column=_DAYS[basis], renewed=renewed)
    begins, ends = _EVENTS[basis]
    return _BY_EVENTS.format(begins=begins, ends=ends)


@contextmanager
def _patience() -> Iterator[Any]:
    """A cursor whose statements are given up before their reader gives up."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {SECONDS * 1000:.0f}")
            yield cursor
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise TooMuch from error


def _told(since: date, spells: int, sums: list[int], people: list[Any], sample: list[Any]) -> Replay:
    """The database's answer with the people in it."""
    users = User.objects.in_bulk({*(row[0] for row in people), *(row[2] for row in sample)})
    return Replay(
        since,
        asis=sums[1],
        changed=sums[2],
        people=[Person(users.get(who), asis, changed) for who, asis, changed in people],
        more_people=sums[0] - len(people),
        sample=[Example(n, s, users.get(who), _day(asis), _day(new)) for n, s, who, asis, new in sample],
        cut=spells >= MOST_SPELLS,
    )


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
