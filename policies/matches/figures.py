"""How many enterprises meet a policy, by industry and subdistrict, for officials: nobody can be recognised in it.

Counts are rounded down to fives, as in the preview of reach, and fewer than five are not told at all (None). Where even
so one of these could be worked back from the other figures, its breakdown is left out as a whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q

from enterprises.models import Industry, Subdistrict
from policies.eligibility.reach_words import FEW
from policies.eligibility.sql import matching
from policies.matches.bits import SHARD
from policies.models import MatchShard, Policy, PolicyMatch
from portal.core.calendar import local_day

Bounds = tuple[int, int]
# One scan over the enterprises for both breakdowns. CASE: a bit beyond the stored ones must not be asked for.
STORED = f"""
SELECT section, place, count(*), grouping(section) FROM (
    SELECT left(e.industry_id, 1) AS section, e.subdistrict_id AS place
    FROM enterprises_enterprise e JOIN policies_policymatch m ON m.policy_id = %s AND m.shard_id = e.id / {SHARD}
    WHERE e.verified_at IS NOT NULL AND e.standing IN ('active', 'leaving') AND e.merged_into_id IS NULL AND CASE
        WHEN e.id %% {SHARD} < 8 * length(m.met) THEN get_bit(m.met, e.id %% {SHARD}) = 1 ELSE false END
) met GROUP BY GROUPING SETS ((section), (place))
"""  # noqa: S608 - made of a constant


@dataclass(frozen=True, slots=True)
class Share:
    """A section of industries or a subdistrict ("": not known). count: None for fewer than five."""

    code: str
    name_zh: str
    name_en: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """total: None for fewer than five. A breakdown is empty where it would tell too much or nothing."""

    total: int | None
    by_industry: list[Share] = field(default_factory=list)
    by_subdistrict: list[Share] = field(default_factory=list)


def matches_of(policy: Policy, day: date | None = None) -> Counted:
    """The enterprises that meet it: as stored, or worked out where that is not up to date; at most four queries."""
    sections, places = _stored(policy) if _is_stored(policy) else _worked_out(policy, day or local_day())
    total = sum(sections.values())
    if total < FEW:
        return Counted(None if total else 0)
    show_sections, show_places = tellable(list(sections.values()), list(places.values()))
    return Counted(
        total - total % FEW,
        _shares(sections, Industry.objects.filter(code__in=sections).in_bulk()) if show_sections else [],
        _shares(places, Subdistrict.objects.filter(code__in=places).in_bulk()) if show_places else [],
    )


def _is_stored(policy: Policy) -> bool:
    """As it is now, and in every shard: half of them would be a wrong number, not a rough one."""
    current = PolicyMatch.objects.filter(policy=policy, shard=OuterRef("pk"), seen=policy.changed_at)
    shards = MatchShard.objects.aggregate(all=Count("pk"), current=Count("pk", filter=Q(Exists(current))))
    return 0 < shards["all"] == shards["current"]


def _stored(policy: Policy) -> tuple[dict[str, int], dict[str, int]]:
    sections: dict[str, int] = {}
    places: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(STORED, [policy.pk])
        for section, place, count, by_place in cursor.fetchall():
            (places if by_place else sections)[(place if by_place else section) or ""] = count
    return sections, places


def _worked_out(policy: Policy, day: date) -> tuple[dict[str, int], dict[str, int]]:
    """For a policy that is not in force yet or any more, or changed a moment ago."""
    sections: dict[str, int] = {}
    places: dict[str, int] = {}
    met = matching(policy.criteria, day).order_by().values_list("industry", "subdistrict")
    for industry, place, count in met.annotate(Count("pk")):
        section = (industry or "")[:1]
        sections[section] = sections.get(section, 0) + count
        places[place or ""] = places.get(place or "", 0) + count
    return sections, places


def _shares(counts: Mapping[str, int], named: "Mapping[str, Industry | Subdistrict]") -> list[Share]:
    ordered = sorted(counts, key=lambda code: (not code, -(counts[code] // FEW), code))
    return [_share(code, named.get(code), counts[code]) for code in ordered]


def _share(code: str, row: "Industry | Subdistrict | None", count: int) -> Share:
    zh, en = (getattr(row, f"name_{language}", None) or code for language in ("zh_hans", "en"))
    return Share(code, zh, en, None if count < FEW else count - count % FEW)


def tellable(first: Sequence[int], second: Sequence[int]) -> tuple[bool, bool]:
    """Whether each of two breakdowns of the same enterprises can be shown beside the total and the other one.

    What can be known of the total is held against what is shown of a breakdown: a small count must stay open.
    """
    total = sum(first)
    shown = [bounds(first), bounds(second), (total - total % FEW, total - total % FEW + FEW - 1)]
    low, high = max(each[0] for each in shown), min(each[1] for each in shown)
    return _open(first, low, high), _open(second, low, high)


def bounds(counts: Iterable[int]) -> Bounds:
    """Between which numbers the sum of counts must be, by what is shown of them."""
    known = [(1, FEW - 1) if count < FEW else (count - count % FEW, count - count % FEW + FEW - 1) for count in counts]
    return sum(low for low, _high in known), sum(high for _low, high in known)


def _open(counts: Sequence[int], low: int, high: int) -> bool:
    """Whether a small count can still be several numbers, when the total is known to be from low to high."""
    small = sum(count < FEW for count in counts)
    if not small:
        return True
    rest = bounds(count for count in counts if count >= FEW)
    others = small - 1
    least = max(1, low - rest[1] - others * (FEW - 1))
    most = min(FEW - 1, high - rest[0] - others)
    return least < most
