"""The kept figures of the map: one row for each place × industry of a quarter, at each depth of either.

A quarter that has ended is counted from the audit trail, as the records stood at its last moment; the running one from
the records themselves. So every quarter can be counted again at any time, twice or late, and comes out the same.
"""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from enterprises.districts import HONGKOU
from insights import masks, periods
from insights.models import MapCell, MapElsewhere, MapPeriod
from portal.core.calendar import local_day

LOCK = 7_304_131  # of pg_advisory_xact_lock: one run at a time
KEPT = 8  # quarters
NOT_COUNTED = ["draft", "not_accepted", "withdrawn", "merged"]

_NOW = """SELECT id, district, subdistrict_id, park_id, industry_id, employees, annual_revenue_cny AS revenue
  FROM enterprises_enterprise WHERE standing IN ('active', 'leaving') AND merged_into_id IS NULL"""
_THEN = """SELECT * FROM (
SELECT DISTINCT ON (e.pgh_obj_id) e.pgh_obj_id AS id, e.district, e.subdistrict_id, e.park_id, e.industry_id,
       e.employees, e.annual_revenue_cny AS revenue, e.standing, e.merged_into_id
  FROM enterprises_enterpriseevent e JOIN enterprises_enterprise still ON still.id = e.pgh_obj_id
 WHERE e.pgh_created_at < %({moment})s
 ORDER BY e.pgh_obj_id, e.pgh_created_at DESC, e.pgh_id DESC
) stood WHERE standing IN ('active', 'leaving') AND merged_into_id IS NULL"""
_FILL = """
INSERT INTO insights_mapcell (period_id, area, park, section, division, enterprises, employees, known_employees,
       revenue, known_revenue, largest_employees, largest_revenue, before, after, known_growth, requests, asking,
       hidden)
WITH records AS ({records}), earlier AS ({earlier}),
asked AS (
    SELECT enterprise_id, count(*) AS requests, bool_or(policy_id IS NOT NULL) AS asking FROM stewards_helprequest
     WHERE submitted_at >= %(start)s AND submitted_at < %(end)s AND NOT state = ANY(%(without)s)
     GROUP BY enterprise_id),
facts AS (
    SELECT coalesce(r.subdistrict_id, '-') AS area, coalesce(r.park_id, '-') AS park,
           coalesce(i.section, '-') AS section,
           CASE WHEN length(i.code) > 1 THEN left(i.code, 3) ELSE '-' END AS division,
           r.employees, r.revenue, a.requests, a.asking,
           CASE WHEN r.revenue IS NOT NULL AND e.revenue IS NOT NULL THEN e.revenue END AS before,
           CASE WHEN r.revenue IS NOT NULL AND e.revenue IS NOT NULL THEN r.revenue END AS after
      FROM records r
      LEFT JOIN enterprises_industry i ON i.code = r.industry_id
      LEFT JOIN earlier e ON e.id = r.id
      LEFT JOIN asked a ON a.enterprise_id = r.id
     WHERE r.district IN ('', %(district)s))
SELECT %(period)s,
       CASE WHEN GROUPING(area) = 0 THEN area ELSE '*' END, CASE WHEN GROUPING(park) = 0 THEN park ELSE '*' END,
       CASE WHEN GROUPING(section) = 0 THEN section ELSE '*' END,
       CASE WHEN GROUPING(division) = 0 THEN division ELSE '*' END,
       count(*), coalesce(sum(employees), 0), count(employees), coalesce(sum(revenue), 0), count(revenue),
       coalesce(max(employees), 0), coalesce(max(revenue), 0), coalesce(sum(before), 0), coalesce(sum(after), 0),
       count(before), coalesce(sum(requests), 0), count(*) FILTER (WHERE asking), '{{}}'
  FROM facts
 GROUP BY GROUPING SETS ((), (section), (section, division),
          (area), (area, section), (area, section, division),
          (area, park), (area, park, section), (area, park, section, division))
"""
_ELSEWHERE = """
INSERT INTO insights_mapelsewhere (period_id, district, enterprises)
SELECT %(period)s, district, count(*) FROM ({records}) r WHERE NOT district IN ('', %(district)s) GROUP BY district
"""


def refresh() -> int:
    """The running quarter anew, and those that ended since they were counted; returns how many."""
    now, oldest = periods.quarter_of(local_day()), _oldest()
    closed = set(MapPeriod.objects.filter(closed=True).values_list("first", flat=True))
    wanted = [first for first in _quarters(now) if first == now or (first >= oldest and first not in closed)]
    for first in reversed(wanted):
        count(first)
    MapPeriod.objects.exclude(first__in=_quarters(now)).delete()
    return len(wanted)


def rebuild() -> int:
    """All that is kept, from the beginning."""
    MapPeriod.objects.update(closed=False)
    return refresh()


def count(first: date) -> None:
    """One quarter, from the records or the audit trail; readers see the figures before or those after."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        running = first == periods.quarter_of(local_day())
        period, _new = MapPeriod.objects.update_or_create(
            first=first, defaults={"counted_at": timezone.now(), "closed": not running}
        )
        MapCell.objects.filter(period=period).delete()
        MapElsewhere.objects.filter(period=period).delete()
        records = _NOW if running else _THEN.format(moment="end")
        earlier = _THEN.format(moment="start")
        values = _values(first)
        cursor.execute(_FILL.format(records=records, earlier=earlier), values)
        cursor.execute(_ELSEWHERE.format(records=records), values)
        masks.keep(period)


def _values(first: date) -> dict[str, Any]:
    return {
        "period": first,
        "start": periods.midnight(first),
        "end": periods.midnight(periods.after(first)),
        "district": HONGKOU,
        "without": NOT_COUNTED,
    }


def _quarters(now: date) -> list[date]:
    found = [now]
    while len(found) < KEPT:
        found.append(periods.before(found[-1]))
    return found


def _oldest() -> date:
    """The quarter at whose end the audit trail of records already existed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(pgh_created_at) FROM enterprises_enterpriseevent")
        (found,) = cursor.fetchone() or (None,)
    return periods.quarter_of(timezone.localdate(found)) if found else date.max
