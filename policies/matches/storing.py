"""Stored matches, brought up to date: all policies for one shard of enterprises, or one policy for all shards.

A shard is one transaction under the lock of its row; a policy takes its own row and shares those of the shards, so that
neither writes what the other has overtaken. Each may be killed, run late, twice, or by several workers at once.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from enterprises.models import Enterprise
from policies.eligibility.fields import Condition, values_of
from policies.eligibility.sql import matching
from policies.matches import news
from policies.matches.bitmaps import Rule, facts_in, fetched, met_in, plan_for
from policies.matches.bits import SHARD, by_shard, packed, unpacked
from policies.models import MatchShard, Policy, PolicyMatch, ProfileChange
from policies.tasks import refresh_shards as help_with_shards
from portal.core.calendar import local_day
from portal.core.queue import enqueue

SECONDS_A_RUN = 240.0
MOST_HELPERS, SHARDS_A_HELPER = 3, 4
MANY = 100  # policies changed at once, from which on it is cheaper to go through the shards
TYPES = ("int8", "int4", "timestamptz", "bytea")
DELETE = "DELETE FROM policies_policymatch WHERE shard_id = %s AND policy_id = ANY(%s)"
COPY = "COPY policies_policymatch (policy_id, shard_id, seen, met) FROM STDIN (FORMAT BINARY)"
PUT = """
INSERT INTO policies_policymatch (policy_id, shard_id, seen, met)
SELECT %s, shard, %s, met FROM unnest(%s::int[], %s::bytea[]) AS rows (shard, met)
ON CONFLICT (policy_id, shard_id) DO UPDATE SET seen = EXCLUDED.seen, met = EXCLUDED.met
"""
FIND = """
INSERT INTO policies_matchshard (number, known)
SELECT DISTINCT id / %s, ''::bytea FROM enterprises_enterprise ON CONFLICT DO NOTHING
"""
Row = tuple[int, int, datetime, bytes]


def run() -> int:
    """What beat asks for: others are asked to help where there is much to do; then owners are told."""
    helpers = min(MOST_HELPERS, due(local_day()).count() // SHARDS_A_HELPER)
    for number in range(helpers):
        enqueue(help_with_shards, number)
    return refresh_all() + news.tell()


def refresh_all(day: date | None = None, *, seconds: float = SECONDS_A_RUN) -> int:
    """Whatever is not up to date, until it is or the time is up; returns how many policies and shards that were."""
    day, until, done = day or local_day(), time.monotonic() + seconds, 0
    _execute(FIND, [SHARD])
    policies = overtaken(day)
    if len(policies) > MANY:
        _begin_anew()
        policies = []
    for key in policies:
        if time.monotonic() < until:
            done += refresh_policy(key, day)
    return done + refresh_shards(day, seconds=until - time.monotonic())


def _begin_anew() -> None:
    """All shards are due. Locked in the order in which others lock them, so that nobody waits for each other."""
    with transaction.atomic():
        list(MatchShard.objects.order_by("number").select_for_update(no_key=True).values_list("number"))
        MatchShard.objects.update(refreshed_on=None)


def refresh_shards(day: date | None = None, *, seconds: float = SECONDS_A_RUN) -> int:
    """Those that are due and in no other worker's hands, one after the other; returns how many."""
    day, until, done = day or local_day(), time.monotonic() + seconds, 0
    while time.monotonic() < until and _refresh_next(day):
        done += 1
    return done


def refresh_enterprise(enterprise: Enterprise, day: date | None = None) -> None:
    """Bring its shard up to date, now."""
    number = enterprise.pk // SHARD
    MatchShard.objects.bulk_create([MatchShard(number=number)], ignore_conflicts=True)
    with transaction.atomic():
        _refresh(MatchShard.objects.select_for_update(no_key=True).get(number=number), day or local_day())


def refresh_policy(key: int, day: date | None = None) -> bool:
    """Store who meets it now; False where it is not in force, so that nothing is stored, or where others are in the
    next day already, so that nothing is taken back.

    What it newly reaches is told by `eligibility.announcing`. An enterprise that has changed as well stays as it was:
    its own news come with its shard.
    """
    day = day or local_day()
    with transaction.atomic():
        policy = Policy.objects.select_for_update(no_key=True).in_force(day).defer("search").filter(pk=key).first()
        shards = _execute("SELECT number, refreshed_on FROM policies_matchshard ORDER BY number FOR SHARE")
        if any(refreshed_on and refreshed_on > day for _number, refreshed_on in shards):
            return False
        if policy is None:
            PolicyMatch.objects.filter(policy=key).delete()
            return False
        met = by_shard(_meeting(policy.criteria, day))
        changed = by_shard(ProfileChange.objects.values_list("enterprise", flat=True).distinct())
        before = _stored("shard_id", "policy_id", key) if changed else {}
        numbers = [number for number, _refreshed_on in shards]
        sets = [met[n] & ~changed[n] | before.get(n, (None, 0))[1] & changed[n] for n in numbers]
        _execute(PUT, [key, policy.changed_at, numbers, [packed(each) for each in sets]])
    return True


def _meeting(criteria: Sequence[Condition], day: date) -> Iterator[int]:
    """Keys of the enterprises that meet them; what an index can answer is asked for beside what decides."""
    enterprises = matching(criteria, day)
    for item in criteria:
        if item.get("field") == "industry_code":
            begins = (Q(industry__code__startswith=prefix) for prefix in values_of(item))
            enterprises = enterprises.filter(reduce(or_, begins))
    return (key for (key,) in fetched(enterprises.order_by().values_list("pk")))


def due(day: date) -> "QuerySet[MatchShard]":
    """Shards whose day has passed, or with an enterprise that has changed; not those of which the next has begun."""
    first = OuterRef("number") * SHARD
    changed = ProfileChange.objects.filter(enterprise__gte=first, enterprise__lt=first + SHARD)
    behind = MatchShard.objects.filter(Q(refreshed_on=None) | Q(refreshed_on__lt=day) | Exists(changed))
    return behind.exclude(refreshed_on__gt=day)


def overtaken(day: date) -> list[int]:
    """Policies in force that are not stored as they are now in every shard that has been gone through."""
    shards = MatchShard.objects.aggregate(done=Count("refreshed_on"), last=Max("refreshed_on"))
    if shards["last"] is None or shards["last"] > day:  # nothing yet, or somebody else is in the next day already
        return []
    current = Count("matches", filter=Q(matches__seen=F("changed_at"), matches__shard__refreshed_on__isnull=False))
    policies = Policy.objects.in_force(day).annotate(current=current).filter(current__lt=shards["done"])
    return list(policies.order_by("pk").values_list("pk", flat=True))


def _refresh_next(day: date) -> bool:
    with transaction.atomic():
        shard = due(day).select_for_update(no_key=True, skip_locked=True).order_by("number").first()
        if shard is not None:
            _refresh(shard, day)
    return shard is not None


def _refresh(shard: MatchShard, day: date) -> None:
    """All policies for the shard, whose row is locked. The changes are taken before the facts are read: one that
    comes in between is found again."""
    ours = ProfileChange.objects.filter(enterprise__gte=shard.number * SHARD, enterprise__lt=(shard.number + 1) * SHARD)
    ours._raw_delete(ours.db)
    plan = plan_for(day)
    facts = facts_in(shard.number, plan)
    before = _stored("policy_id", "shard_id", shard.number)
    told = unpacked(shard.known) & facts.everyone  # who is there for the first time is told nothing
    rows: list[Row] = []
    gained: dict[Rule, int] = {}
    for rule, met in met_in(facts, plan):
        known = before.pop(rule.policy, None)
        if known != (rule.changed_at, met):
            rows.append((rule.policy, shard.number, rule.changed_at, packed(met)))
            if known and known[0] == rule.changed_at and met & ~known[1] & told:
                gained[rule] = met & ~known[1] & told
    if rows or before:
        _replace(shard.number, [*(row[0] for row in rows), *before], rows)
    news.note(shard.number, gained)
    shard.known, shard.refreshed_on = packed(facts.everyone), day
    shard.save(update_fields=["known", "refreshed_on"])


def _stored(by: str, column: str, key: int) -> dict[int, tuple[datetime, int]]:
    rows = _execute(f"SELECT {by}, seen, met FROM policies_policymatch WHERE {column} = %s", [key])  # noqa: S608 - names
    return {key: (seen, unpacked(met)) for key, seen, met in rows}


def _replace(shard: int, policies: Iterable[int], rows: Iterable[Row]) -> None:
    """In place of what is stored of these policies."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE, [shard, list(policies)])
        with cursor.copy(COPY) as target:
            target.set_types(TYPES)
            for row in rows:
                target.write_row(row)


def _execute(statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
