"""The list of what a round would change, made by one statement for all enterprises."""

import json
from typing import Any

from django.db import connection
from django.db.models import F

from enterprises.models import TierRound
from enterprises.tiers.ranking import change_sql, judged_sql, parameters
from portal.core.calendar import local_day

_COMPOSE = """
WITH judged AS MATERIALIZED ({judged}),
by_hand AS (SELECT enterprise_id FROM enterprises_tierproposal WHERE round_id = %(round)s),
stayed AS (
    SELECT was, count(*) AS many FROM judged
    WHERE computed = was AND id NOT IN (SELECT enterprise_id FROM by_hand) GROUP BY was
),
listed AS (
    INSERT INTO enterprises_tierproposal
        (round_id, enterprise_id, was, computed, proposed, change, reasons, note)
    SELECT %(round)s, id, was, computed, computed, {fresh}, reasons, ''
    FROM judged WHERE computed <> was OR id IN (SELECT enterprise_id FROM by_hand) ORDER BY id
    ON CONFLICT (round_id, enterprise_id) DO UPDATE
    SET was = excluded.was, computed = excluded.computed, reasons = excluded.reasons, change = {again}
    RETURNING 1
)
SELECT (SELECT coalesce(jsonb_object_agg(was, many), '{{}}') FROM stayed), (SELECT count(*) FROM listed)
"""


def compose(row: TierRound) -> int:
    """Judge every enterprise by the round's rules; what was decided by hand stays. Sets `stayed`; returns how many
    are listed."""
    row.proposals.filter(proposed=F("computed")).delete()
    statement = _COMPOSE.format(
        judged=judged_sql(row.rules),
        fresh=change_sql("was", "computed"),
        again=change_sql("excluded.was", "enterprises_tierproposal.proposed"),
    )
    values: dict[str, Any] = {**parameters(row.rules, local_day()), "round": row.pk}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        stayed, listed = cursor.fetchone()
        cursor.execute("ANALYZE enterprises_tierproposal")  # or its pages are planned as for a few rows
    row.stayed = json.loads(stayed) if isinstance(stayed, str) else stayed
    return int(listed)
