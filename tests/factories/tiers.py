"""Rounds of tiers in every state, segments, tags; and what tests/test_access_matrix.py asks for."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from enterprises.models import Enterprise, EnterpriseTag, Segment, Tagging, TierProposal, TierRound
from enterprises.tiers import workflow
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory

WAN = 10_000
RULES: dict[str, Any] = {
    "municipal": {"revenue": 100_000 * WAN, "employees": 300, "titles": [], "industries": []},
    "district": {"revenue": 10_000 * WAN, "employees": None, "titles": [], "industries": []},
    "subdistrict": {"revenue": 1_000 * WAN, "employees": None, "titles": [], "industries": []},
}
_numbers = count(1)


def admin(**fields: Any) -> Any:
    return UserFactory(roles=[Role.ADMIN], **fields)


def reviewer(**fields: Any) -> Any:
    return UserFactory(roles=[Role.REVIEWER], **fields)


def earning(wan: int | None, employees: int | None = None, tier: str = "", **fields: Any) -> Enterprise:
    """An enterprise with so many times 10,000 yuan a year."""
    revenue = None if wan is None else wan * WAN
    made: Enterprise = EnterpriseFactory(annual_revenue_cny=revenue, employees=employees, tier=tier, **fields)
    return made


def opened(by: Any = None, rules: dict[str, Any] | None = None, year: int = 2026) -> TierRound:
    """A round with the list that its rules give."""
    return workflow.open_round(by=by or admin(), year=year, rules=rules or RULES)


def in_review(by: Any = None, **how: Any) -> TierRound:
    return workflow.send(row := opened(by, **how), by=row.opened_by)


def approved(by: Any = None, *, days: int = 0, **how: Any) -> TierRound:
    """By somebody else; of a day in the past where `days` is negative."""
    row = workflow.approve(in_review(by, **how), by=reviewer(), day=local_day() + timedelta(days=max(days, 0)))
    if days < 0:
        TierRound.objects.filter(pk=row.pk).update(effective_on=local_day() + timedelta(days=days))
        row.refresh_from_db()
    return row


def effective(**how: Any) -> TierRound:
    """As one that was carried out."""
    row = approved(**how)
    now = timezone.now()
    row.proposals.update(done_at=now)
    TierRound.objects.filter(pk=row.pk).update(state="effective", done_at=now)
    row.refresh_from_db()
    return row


def proposal_of(row: TierRound, enterprise: Enterprise) -> TierProposal:
    return row.proposals.get(enterprise=enterprise)


def segment(name: str = "", by: Any = None, **conditions: Any) -> Segment:
    kept = {"here": False, **(conditions or {"tiers": ["district"]})}
    return Segment.objects.create(name=name or f"§ {next(_numbers)}", conditions=kept, author=by or admin())


def tag(name: str = "", **fields: Any) -> EnterpriseTag:
    name = name or f"§ {next(_numbers)}"
    return EnterpriseTag.objects.create(name_en=name, name_zh_hans=f"{name}（中）", **fields)


def tagged(enterprise: Enterprise, of: EnterpriseTag, by: Any = None) -> Tagging:
    return Tagging.objects.create(enterprise=enterprise, tag=of, by=by or admin())


# --- who gets in: tests/test_access_matrix.py ------------------------------------------------------------

TABLE: dict[str, tuple[str, str]] = {
    **{f"tiers:{name}": ("G", "radu") for name in ("list", "round", "file")},
    **{f"tiers:{name}": ("G", "a") for name in ("new", "rules", "enterprise")},
    "tiers:bulk": ("P", "a"),
    "tiers:act": ("P", "a/rdu"),
    **{f"segments:{name}": ("G", "era") for name in ("list", "detail")},
    **{f"segments:{name}": ("G", "ea") for name in ("new", "edit")},
    "segments:retire": ("P", "ea"),
    "segments:bulk-tag": ("P", "a"),
    **{f"segments:{name}": ("G", "a") for name in ("tags", "tag", "enterprise")},
    "home:segment-uses": ("G", "era"),
}


def addresses() -> dict[str, list[Any]]:
    one = earning(20_000)
    row, kept, word = opened(), segment(), tag()
    return {
        **{f"tiers:{name}": [row.pk] for name in ("round", "file", "rules", "bulk")},
        "tiers:enterprise": [row.pk, proposal_of(row, one).pk],
        "tiers:act": [row.pk, "send"],
        **{f"segments:{name}": [kept.pk] for name in ("detail", "edit", "bulk-tag")},
        "segments:retire": [segment().pk],
        "segments:tag": [word.pk],
        "segments:enterprise": [one.pk],
        "home:segment-uses": [kept.pk],
    }
