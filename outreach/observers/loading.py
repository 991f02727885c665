"""The batches of observers that public pages told of: what they do not say stays empty."""

from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from outreach.enums import Confidence
from outreach.loading import known_date, rows
from outreach.models import ObserverBatch
from outreach.timewords import known_day

BATCHES = {"public-observers-2024": 2}  # the event at which a batch was appointed, and its number


def load() -> int:
    """Returns how many rows are new; what is there already is left alone."""
    known = set(ObserverBatch.objects.values_list("number", flat=True))
    new = [row for row in rows("events") if row["id"] in BATCHES and BATCHES[row["id"]] not in known]
    with transaction.atomic():
        for row in new:
            ObserverBatch.objects.create(
                number=BATCHES[row["id"]],
                name_zh_hans="第二批政务公开公众观察员",
                name_en="Second batch of Government Affairs Public Observers",
                source_url=row["source_url"],
                source_note_zh_hans=f"{row['title_zh']}，{_said(row, 'zh-hans')}",
                source_note_en=f"Appointed in {_said(row, 'en')}",
                confidence=row.get("confidence") or Confidence.HIGH,
                published_at=timezone.now(),
            )
    return len(new)


def _said(row: dict[str, Any], language: str) -> str:
    """The day as exactly as the source names it, in words."""
    with translation.override(language):
        return known_day(*known_date(row["date"]))
