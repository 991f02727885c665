"""Which tier an enterprise's facts give, by a round's rules: one statement over all enterprises.

A condition is met (1), not known (0) or not met (-1); a tier is what its worst condition is. An enterprise gets the
highest tier that is met. The one it has already is not taken away for a fact that nobody knows. Whoever has moved away
or closed has none.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from enterprises.enums import Tier

MET, UNKNOWN, UNMET = 1, 0, -1
TIERS = (Tier.MUNICIPAL, Tier.DISTRICT, Tier.SUBDISTRICT)  # from the top
CONDITIONS = ("revenue", "employees", "titles", "industries")
WAN = 10_000
STARTING: Mapping[str, Mapping[str, Any]] = {  # a start for the form; each round decides for itself
    Tier.MUNICIPAL: {"revenue": 200_000 * WAN, "employees": 300},
    Tier.DISTRICT: {"revenue": 20_000 * WAN, "employees": 50},
    Tier.SUBDISTRICT: {"revenue": 2_000 * WAN},
}
RANK = "array_position(ARRAY['', 'subdistrict', 'district', 'municipal'], {}::text)"
FACTS = "'revenue', annual_revenue_cny, 'employees', employees, 'industry', industry_id, 'gone', gone"
GONE = """CASE WHEN e.merged_into_id IS NOT NULL THEN 'merged'
    WHEN e.standing IN ('left', 'closed') THEN e.standing ELSE '' END"""
_HELD = """EXISTS (SELECT 1 FROM enterprises_titlegrant AS g WHERE g.enterprise_id = e.id
    AND g.title_id = ANY(%({tier}_titles)s) AND (g.expires_on IS NULL OR g.expires_on >= %(day)s))"""
_SQL = {
    "revenue": "CASE WHEN e.annual_revenue_cny IS NULL THEN 0 "
    "WHEN e.annual_revenue_cny >= %({tier}_revenue)s THEN 1 ELSE -1 END",
    "employees": "CASE WHEN e.employees IS NULL THEN 0 WHEN e.employees >= %({tier}_employees)s THEN 1 ELSE -1 END",
    "titles": f"CASE WHEN {_HELD} THEN 1 WHEN e.titles_known THEN -1 ELSE 0 END",
    "industries": "CASE WHEN e.industry_id IS NULL THEN 0 WHEN e.industry_id ~ %({tier}_within)s THEN 1 "
    "WHEN e.industry_id = ANY(%({tier}_coarse)s) THEN 0 ELSE -1 END",
}


def asked(rule: Mapping[str, Any]) -> list[str]:
    """The conditions of a tier that say anything."""
    return [name for name in CONDITIONS if rule.get(name)]


def change_sql(was: str, proposed: str) -> str:
    """What becomes of a tier, as enterprises.enums.Change names it."""
    return (
        f"CASE WHEN {proposed} = {was} THEN 'stays' WHEN {was} = '' THEN 'enters' WHEN {proposed} = '' THEN 'leaves' "
        f"WHEN {RANK.format(proposed)} > {RANK.format(was)} THEN 'up' ELSE 'down' END"
    )


def parameters(rules: Mapping[str, Any], day: date) -> dict[str, Any]:
    found: dict[str, Any] = {"day": day}
    for tier in TIERS:
        rule = rules.get(tier, {})
        codes = rule.get("industries") or []
        found |= {f"{tier}_{name}": rule.get(name) for name in CONDITIONS}
        found[f"{tier}_within"] = "^(" + "|".join(codes) + ")"
        found[f"{tier}_coarse"] = sorted({code[0] for code in codes if len(code) > 1})
    return found


def judged_sql(rules: Mapping[str, Any]) -> str:
    """SELECT of every enterprise: id, was, computed, reasons. For use as a subquery, with `parameters`."""
    verdicts = ", ".join(f"{_worst(tier, rules)} AS {tier}" for tier in TIERS)
    each = ", ".join(_statuses(rules)) or "1 AS nothing_asked"
    chosen = " ".join(
        f"WHEN {tier} = {MET} OR ({tier} = {UNKNOWN} AND tier = '{tier}') THEN '{tier}'" for tier in TIERS
    )
    return f"""
        SELECT id, tier AS was,
            CASE WHEN gone <> '' THEN '' {chosen} ELSE '' END AS computed, {_reasons(rules)} AS reasons
        FROM (SELECT *, {verdicts} FROM (
            SELECT e.id, e.tier, e.annual_revenue_cny, e.employees, e.industry_id, {GONE} AS gone, {each}
            FROM enterprises_enterprise AS e
        ) AS facts WHERE gone = '' OR tier <> '') AS verdicts"""  # noqa: S608 - names of our own


def _statuses(rules: Mapping[str, Any]) -> Iterator[str]:
    for tier in TIERS:
        for name in asked(rules.get(tier, {})):
            yield f"{_SQL[name].format(tier=tier)} AS {tier}_{name}"


def _worst(tier: str, rules: Mapping[str, Any]) -> str:
    """A tier without conditions is nobody's."""
    names = [f"{tier}_{name}" for name in asked(rules.get(tier, {}))]
    return f"LEAST({', '.join(names)})" if names else str(UNMET)


def _reasons(rules: Mapping[str, Any]) -> str:
    """As JSON: the status of each condition, and the facts that were looked at."""
    parts = [f"'facts', jsonb_build_object({FACTS})"]
    for tier in TIERS:
        names = asked(rules.get(tier, {}))
        inner = ", ".join(f"'{name}', {tier}_{name}" for name in names)
        parts.append(f"'{tier}', jsonb_build_object({inner})")
    return f"jsonb_build_object({', '.join(parts)})"
