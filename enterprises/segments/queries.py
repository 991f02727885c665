"""Which segments can be chosen, and what their pages read."""

from typing import Any

from django.db.models import Count, QuerySet

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
