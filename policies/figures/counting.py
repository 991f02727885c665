"""How often the page of a policy is read: counted in Valkey as it is shown, kept in PostgreSQL by a periodic task.

Only numbers by policy, day and language are counted, never who read. Valkey holds the sum of a day since its `run`
began, and keeping it takes nothing away: the same sum kept twice, late or by two workers at once is the same sum. When
Valkey loses its counters a new run begins beside the old one, and the two are added up. While it is away nothing is
counted, and the page of figures says so.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest

from policies.models import Policy
from portal.core import bilingual
from portal.core.cache import ForgivingRedisCache
from portal.core.calendar import local_day

DAYS = 3  # for as long a day can still be kept when the periodic work stood still
SECONDS = (DAYS + 1) * 86_400
BOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|fetch|preview|monitor|scan|headless|lighthouse|curl|wget|python|java/|okhttp|"
    r"go-http|axios|libwww|httpclient|feed|archiver|facebookexternalhit|externalagent|scrap|whatsapp/|httpie|"
    r"postman|guzzle|undici|aiohttp|perl|\bphp|\bruby|\bnode\b|zabbix|nagios|check_http|mediapartners|-user/|inspect",
    re.IGNORECASE,
)
KEEP = """
INSERT INTO policies_viewcount (policy_id, day, language, run, count)
SELECT policy.id, %s, seen.language, %s, seen.count
FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS seen (policy, language, count)
JOIN policies_policy AS policy ON policy.id = seen.policy
ORDER BY policy.id, seen.language
ON CONFLICT (policy_id, day, language, run) DO UPDATE SET count = excluded.count
WHERE policies_viewcount.count < excluded.count
"""


def saw(request: HttpRequest, policy: Policy) -> None:
    """From the policy's page: count it, unless a program, the browser ahead of time or an official asked for it."""
    if request.method == "GET" and is_reader(request):
        store().tally(_name(local_day()), f"{policy.pk}:{bilingual.current()}", SECONDS)


def is_reader(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    if not agent or BOTS.search(agent[:300]) or "prefetch" in ahead or "prerender" in ahead:
        return False
    return not (request.user.is_authenticated and request.user.is_official)


def is_counting() -> bool:
    """Whether views are counted now."""
    return store().tallied(_name(local_day())) is not None


def keep(today: date | None = None) -> int:
    """Bring what was counted in the last days into the database; returns how many counts changed."""
    today = today or local_day()
    changed = 0
    for day in (today - timedelta(days=ago) for ago in range(DAYS)):
        counted = store().tallied(_name(day))
        if counted and all(counted):
            changed += _keep(day, *counted)
    return changed


def _keep(day: date, run: str, counted: Mapping[str, int]) -> int:
    rows = []
    for field, count in counted.items():
        policy, _colon, language = field.partition(":")
        if policy.isdecimal() and language in bilingual.LANGUAGES:
            rows.append((int(policy), language, count))
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        cursor.execute(KEEP, [day, run, *columns])
        return cursor.rowcount


def store() -> ForgivingRedisCache:
    return cast(ForgivingRedisCache, caches["default"])


def _name(day: date) -> str:
    return f"policy-views-{day.isoformat()}"
