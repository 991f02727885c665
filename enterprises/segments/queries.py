"""Which segments can be chosen, and what their pages read."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, QuerySet

from enterprises.models import Enterprise, EnterpriseTag, Segment
from enterprises.segments.conditions import Conditions
from portal.core.keyset import capped_count

FIRST = 10
CAP = 100_000


def in_use() -> QuerySet[Segment]:
    return Segment.objects.filter(retired_at__isnull=True).order_by("name", "pk")


def choices() -> list[tuple[str, str]]:
    """For a form that asks for one."""
    return [("", "—"), *((str(row.pk), row.name) for row in in_use())]


def chosen(key: str) -> Segment | None:
    """The segment in use that a form or an address names; None for anything else."""
    if not (key.isascii() and key.isdecimal() and len(key) < 18):
        return None
    return in_use().filter(pk=int(key)).first()


def holding(enterprise: Enterprise, segments: Iterable[Segment]) -> list[int]:
    """Keys of those segments whose conditions the enterprise fulfils now. One query for all of them."""
    asked = {f"in_{row.pk}": Exists(Conditions.of(row.conditions).rows().filter(pk=enterprise.pk)) for row in segments}
    if not asked:
        return []
    found = Enterprise.objects.filter(pk=enterprise.pk).annotate(**asked).values(*asked).first() or {}
    return [int(name.removeprefix("in_")) for name, held in found.items() if held]


def preview(conditions: Conditions) -> dict[str, Any]:
    """How many fulfil the conditions now, and the first of them. Two queries."""
    rows = conditions.rows()
    count, more = capped_count(rows, CAP)
    first = list(rows.select_related("industry", "subdistrict", "park").order_by("pk")[:FIRST]) if count else []
    return {"count": count, "more": more, "first": first}


def tags() -> QuerySet[EnterpriseTag]:
    """With how many enterprises have each."""
    return EnterpriseTag.objects.annotate(used=Count("taggings"))


def tags_of(enterprise: Enterprise) -> list[EnterpriseTag]:
    return list(EnterpriseTag.objects.filter(taggings__enterprise=enterprise).order_by("pk"))
