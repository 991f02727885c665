"""What the pages of rounds read."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, QuerySet

from enterprises.enums import Change, Tier
from enterprises.models import TierProposal, TierRound
from enterprises.tiers import words
from enterprises.tiers.ranking import TIERS

CHANGES = tuple(Change.values)


def rounds() -> QuerySet[TierRound]:
    """The latest first."""
    return TierRound.objects.select_related("opened_by", "decided_by")


def counts_of(rows: Collection[TierRound]) -> dict[int, list[dict[str, Any]]]:
    """By round, each change with its number. One query, of an index alone."""
    proposals = TierProposal.objects.filter(round__in=[row.pk for row in rows]).order_by()
    counted = proposals.values_list("round", "change").annotate(many=Count("pk"))
    found = {(key, change): many for key, change, many in counted}
    return {
        row.pk: [{"change": Change(each), "count": found.get((row.pk, each), 0)} for each in CHANGES] for row in rows
    }


def stayed_of(row: TierRound) -> list[tuple[str, int]]:
    """How many keep the tier they have, by tier, from the top."""
    return [(words.label_of(tier), int(row.stayed.get(tier, 0))) for tier in (*TIERS, Tier.NONE)]


def shown(row: TierRound, found: Iterable[TierProposal]) -> list[dict[str, Any]]:
    """Rows of the list, with their reasons. One query, for the titles' names."""
    titles = words.title_names()
    return [
        {
            "proposal": each,
            "was": words.label_of(each.was),
            "proposed": words.label_of(each.proposed),
            "computed": words.label_of(each.computed),
            "change": each.get_change_display(),
            "tone": words.CHANGE_TONES[Change(each.change)],
            "reasons": words.reasons_of(row.rules, each.reasons, titles),
        }
        for each in found
    ]


def with_enterprises(found: QuerySet[TierProposal]) -> QuerySet[TierProposal]:
    return found.select_related("enterprise__industry", "enterprise__subdistrict", "by")
