"""What an enterprise is looking for, for those who look after it."""

from typing import Any

from django.db.models import Count, Q

from enterprises.models import Enterprise
from investment.models import Need
from investment.naming import all_names
from investment.showing import wanted

SHOWN = 5


def open_needs(enterprise: Enterprise) -> list[dict[str, Any]]:
    """The newest, each in a few words with how many are on its short list; one query if there are none."""
    listed = Count("marks", filter=Q(marks__shortlisted_at__isnull=False, marks__declined_at__isnull=True))
    rows = list(Need.objects.open().filter(enterprise=enterprise).annotate(listed=listed).order_by("-pk")[:SHOWN])
    names = all_names() if rows else {}
    return [{"need": row, "words": wanted(row, names)} for row in rows]
