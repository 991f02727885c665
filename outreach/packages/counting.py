"""How often a shared link is opened: counted in Valkey, kept by a periodic task. See policies/figures/counting.py.

Only numbers, never who. Programs, browsers that look ahead and officials are not counted.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import connection
from django.http import HttpRequest

from outreach.models import ShareLink
from policies.figures.counting import DAYS, SECONDS, is_reader, store
from portal.core.calendar import local_day

KEEP = """
INSERT INTO outreach_shareuse (link_id, day, run, count)
SELECT link.id, %s, %s, seen.count
FROM unnest(%s::bigint[], %s::int[]) AS seen (link, count)
JOIN outreach_sharelink AS link ON link.id = seen.link
ORDER BY link.id
ON CONFLICT (link_id, day, run) DO UPDATE SET count = excluded.count
WHERE outreach_shareuse.count < excluded.count
"""


def opened(request: HttpRequest, link: ShareLink) -> None:
    """From the link's page."""
    if request.method == "GET" and is_reader(request):
        store().tally(_name(local_day()), str(link.pk), SECONDS)


def keep(today: date | None = None) -> int:
    """Bring the last days' counts into the database; twice, late or by two workers at once is the same sum."""
    today = today or local_day()
    changed = 0
    for day in (today - timedelta(days=ago) for ago in range(DAYS)):
        counted = store().tallied(_name(day))
        if counted and all(counted):
            changed += _keep(day, *counted)
    return changed


def _keep(day: date, run: str, counted: Mapping[str, int]) -> int:
    rows = [(int(link), count) for link, count in counted.items() if link.isdecimal()]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [day, run, [link for link, _count in rows], [count for _link, count in rows]])
        return cursor.rowcount


def _name(day: date) -> str:
    return f"package-links-{day.isoformat()}"
