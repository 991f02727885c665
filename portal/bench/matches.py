"""The part of the bench that measures matching: one enterprise, one policy, and everything, each beside its floor.

Explaining is CPU of this process. Storing is clock time, since most of it is PostgreSQL's; floor and work are done in
turn, so that a slow moment weighs on both, and what both found is compared.
"""

import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from enterprises.models import Enterprise
from policies.eligibility.criteria import explain
from policies.eligibility.matching import facts_of, match_facts, rules
from policies.matches import storing
from policies.matches.bits import unpacked
from policies.models import MatchShard, Policy, PolicyMatch
from portal.bench import plain
from portal.bench.measure import spread
from portal.core.calendar import local_day

MOST_EXPLAINING, MOST_POLICY, MOST_ALL = 3.0, 3.0, 2.0
SAMPLE = 60  # enterprises, and policies, that are looked at
SHOWN = 21  # policies on the package page
Line = tuple[str, bool]


def run(rounds: int) -> tuple[list[str], bool]:
    """Lines of the table, and whether all limits are kept."""
    day = local_day()
    plain.run(plain.PAIRS)
    plain.run(plain.SETS)
    results = [*_explaining(day), *_one_policy(day, rounds), *_everything(day, rounds)]
    lines = [f"{'matching':58} {'floor':>10} {'ours':>10} {'ratio':>7} {'noise':>7} {'limit':>6}"]
    return lines + [line for line, _kept in results], all(kept for _line, kept in results)


def _explaining(day: date) -> Iterator[Line]:
    """All policies held against an enterprise, and every condition explained of as many as a page shows: CPU alone."""
    rules(day)
    policies = dict(Policy.objects.in_force(day).values_list("pk", "criteria"))
    enterprises = list(Enterprise.objects.prefetch_related("title_grants").order_by("-pk")[:SAMPLE])
    times = [min(_explained(facts_of(each, day), policies, day) for _again in range(5)) for each in enterprises]
    cost = statistics.median(times)
    name = f"one enterprise, {len(policies):,} policies, {SHOWN} of them explained"
    verdict = f"{MOST_EXPLAINING:>4.0f} ms {_verdict(cost <= MOST_EXPLAINING)}"
    yield f"{name:58} {'':>10} {cost:>7.2f} ms {'':>7} {spread(times):>7.0%} {verdict}", cost <= MOST_EXPLAINING


def _explained(facts: Mapping[str, Any], policies: Mapping[int, Any], day: date) -> float:
    begun = time.process_time()
    matches = match_facts(facts, day)
    for key in (*matches.met, *matches.nearly, *matches.unclear)[:SHOWN]:
        explain(policies[key], facts)
    return (time.process_time() - begun) * 1000


def _one_policy(day: date, rounds: int) -> Iterator[Line]:
    """A changed policy for all enterprises, stored, beside one hand-written INSERT … SELECT."""
    policies = list(Policy.objects.in_force(day).order_by("-pk").values_list("pk", "criteria")[:SAMPLE])
    if not MatchShard.objects.exists():
        storing.refresh_all(day)
    ratios, floors, ours = [], [], []
    for key, criteria in policies:
        pair = [
            (_timed(lambda: plain.store_policy(key, criteria, day)), _timed(lambda: storing.refresh_policy(key, day)))  # noqa: B023
            for _round in range(min(rounds, 3))
        ]
        floors.append(min(floor for floor, _ours in pair))
        ours.append(min(mine for _floor, mine in pair))
        ratios.append(ours[-1] / floors[-1])
    count = Enterprise.objects.count()
    yield _line(f"one changed policy, {count:,} enterprises, stored", floors, ours, ratios, MOST_POLICY)


def _everything(day: date, rounds: int) -> Iterator[Line]:
    """All policies for all enterprises: from nothing, and once more when nothing has changed."""
    policies = list(Policy.objects.in_force(day).order_by("pk").values_list("pk", "criteria"))
    floors: list[float] = []
    fresh: list[float] = []
    again: list[float] = []
    for _round in range(min(rounds, 5)):
        plain.run("TRUNCATE bench_sets")
        floors.append(_timed(lambda: plain.store_all(policies, day)))
        PolicyMatch.objects.all().delete()
        for times in (fresh, again):
            MatchShard.objects.update(refreshed_on=None)
            times.append(_timed(lambda: storing.refresh_all(day)))
    size = f"{Enterprise.objects.count():,} × {len(policies):,}"
    for name, times in ((f"{size}, refreshed and stored", fresh), (f"{size}, refreshed again, nothing changed", again)):
        yield _line(name, floors, times, [mine / floor for mine, floor in zip(times, floors, strict=True)], MOST_ALL)
    stored = sum(unpacked(met).bit_count() for met in PolicyMatch.objects.values_list("met", flat=True))
    same = stored == plain.store_all(policies, day)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = "the same as the floor's" if same else "NOT THE SAME as the floor's"
    yield f"{stored:,} matches, {told}; {memory:.0f} MB of memory, most of it the floor's", same


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _line(name: str, floors: Sequence[float], ours: Sequence[float], ratios: Sequence[float], most: float) -> Line:
    ratio = statistics.median(ratios)
    times = f"{statistics.median(floors):>7.1f} ms {statistics.median(ours):>7.1f} ms"
    line = f"{name:58} {times} {ratio:>7.2f} {spread(ratios):>7.0%} {most:>6.1f} {_verdict(ratio <= most)}"
    return line, ratio <= most


def _verdict(kept: bool) -> str:
    return "PASS" if kept else "over"
