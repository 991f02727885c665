"""The kept figures: counts of each day × department × steward × type × category, brought up to date from what changed.

Whatever changes a request or a rating marks the day on which the request was received (triggers of the database, in
the same transaction). A run takes the marks and counts those days anew from the requests themselves: so it may run
twice, late or after a crash, and two at once wait for each other. Time changes things too: requests that became late
since the last run mark their days at its beginning.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.core.calendar import local_day
from stewards.enums import WORKING_STATES
from stewards.models import ChangedDay, DayFigures, FiguresCounted, HelpRequest, MonthFigures

LOCK = 7_304_112  # of pg_advisory_xact_lock: one run at a time
MOST_DAYS = 200  # counted in one transaction
EVER = date(2000, 1, 1)
COUNTS = ("needed", "answered", "due", "in_time", "rated", "solved", "content", "told", "told_content")
NOT_COUNTED = ("draft", "not_accepted", "withdrawn", "merged")
CONTENT = 4  # of five levels: this and above

# One request's part in the counts, %(today)s being the day on which lateness is judged.
_PARTS = """
SELECT {day} AS day, r.department_id, r.steward_id, r.type, r.category_id,
       1 AS needed,
       (r.answered_at IS NOT NULL OR r.round > 1)::int AS answered,
       (r.answered_at IS NOT NULL OR late.now)::int AS due,
       (r.answered_at IS NOT NULL AND (r.answered_at AT TIME ZONE %(zone)s)::date <= r.due_on)::int AS in_time,
       (last.score IS NOT NULL AND NOT last.told)::int AS rated,
       coalesce(last.solved AND NOT last.told, false)::int AS solved,
       coalesce(last.score >= %(content)s AND NOT last.told, false)::int AS content,
       coalesce(last.told, false)::int AS told,
       coalesce(last.score >= %(content)s AND last.told, false)::int AS told_content
  FROM stewards_helprequest r
  CROSS JOIN LATERAL (SELECT r.state = ANY(%(working)s) AND r.due_on < %(today)s AS now) late
  LEFT JOIN LATERAL (
       SELECT score, solved, written_by_id IS NOT NULL AS told FROM stewards_rating
        WHERE request_id = r.id ORDER BY round DESC LIMIT 1) last ON true
 WHERE r.submitted_at >= %(start)s AND r.submitted_at < %(end)s AND NOT r.state = ANY(%(without)s)
"""
_DAY = "(r.submitted_at AT TIME ZONE %(zone)s)::date"
_COLUMNS = ", ".join(COUNTS)
_SUMS = ", ".join(f"sum({name})" for name in COUNTS)
_FILL_DAYS = f"""
INSERT INTO stewards_dayfigures (day, department_id, steward_id, type, category_id, {_COLUMNS})
SELECT day, department_id, steward_id, type, category_id, {_SUMS} FROM ({_PARTS.format(day=_DAY)}) AS parts
 GROUP BY day, department_id, steward_id, type, category_id
"""  # noqa: S608 - made of the constants above
_FILL_MONTHS = f"""
INSERT INTO stewards_monthfigures (month, dimension, key, type, {_COLUMNS})
SELECT month, dimension, key, CASE WHEN GROUPING(type) = 0 THEN type ELSE '' END, {_SUMS} FROM (
    SELECT date_trunc('month', day)::date AS month, type, d.dimension, d.key, {_COLUMNS}
      FROM stewards_dayfigures, LATERAL (VALUES
        ('department', coalesce(department_id, 0)::text), ('steward', coalesce(steward_id, 0)::text),
        ('type', type), ('category', coalesce(category_id, 0)::text)) AS d (dimension, key)
     WHERE day >= %(first)s AND day < %(after)s) AS cells
 GROUP BY GROUPING SETS ((month, dimension, key), (month, dimension, key, type))
"""  # noqa: S608 - made of the constants above


def refresh() -> int:
    """Count anew the days that changed; returns how many. Each batch of days is one transaction."""
    _mark_what_became_late(local_day())
    done = 0
    while taken := _refresh_some(local_day()):
        done += taken
    FiguresCounted.objects.update(counted_at=timezone.now())
    return done


def rebuild() -> int:
    """Everything from the beginning; returns how many days have figures."""
    with transaction.atomic():
        _wait_for_turn()
        ChangedDay.objects.all().delete()
        DayFigures.objects.all().delete()
        MonthFigures.objects.all().delete()
        _fill(_FILL_DAYS, _values(EVER, date.max - timedelta(days=2), local_day()))
        _fill(_FILL_MONTHS, {"first": EVER, "after": date.max})
        _counted_to(local_day())
    return DayFigures.objects.values("day").distinct().count()


def _refresh_some(today: date) -> int:
    with transaction.atomic():
        _wait_for_turn()
        days = sorted(ChangedDay.objects.order_by("day").values_list("day", flat=True).distinct()[:MOST_DAYS])
        keys = list(ChangedDay.objects.filter(day__in=days).values_list("pk", flat=True))
        ChangedDay.objects.filter(pk__in=keys).delete()  # marks that come now stay for the next run
        DayFigures.objects.filter(day__in=days).delete()
        for first, last in _spans(days):
            _fill(_FILL_DAYS, _values(first, last, today))
        for month in sorted({day.replace(day=1) for day in days}):
            after = _next_month(month)
            MonthFigures.objects.filter(month=month).delete()
            _fill(_FILL_MONTHS, {"first": month, "after": after})
    return len(days)


def _mark_what_became_late(today: date) -> None:
    """Once a day: the days of open requests whose last day has passed since this was done before."""
    with transaction.atomic():
        _wait_for_turn()
        before = FiguresCounted.objects.values_list("late_before", flat=True).first() or EVER
        if before < today:
            late = HelpRequest.objects.filter(state__in=WORKING_STATES, due_on__gte=before, due_on__lt=today)
            days = late.order_by().values_list("submitted_at__date", flat=True).distinct()
            ChangedDay.objects.bulk_create(ChangedDay(day=day) for day in days)
            _counted_to(today)


def _counted_to(today: date) -> None:
    FiguresCounted.objects.all().delete()
    FiguresCounted.objects.create(late_before=today)


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _fill(sql: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _values(first: date, last: date, today: date) -> dict[str, Any]:
    return {
        "zone": str(timezone.get_default_timezone()),
        "start": timezone.make_aware(datetime.combine(first, time())),
        "end": timezone.make_aware(datetime.combine(last + timedelta(days=1), time())),
        "today": today,
        "content": CONTENT,
        "working": list(WORKING_STATES),
        "without": list(NOT_COUNTED),
    }


def _spans(days: list[date]) -> list[tuple[date, date]]:
    """Days that follow each other are read in one go."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
