"""Real events that public pages told of: what they do not say stays empty."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from outreach.enums import Confidence, EventFormat, EventKind, OccasionKind, OccasionState, Precision
from outreach.loading import rows
from outreach.models import Event, Occasion, Place

KINDS = {"open_month": EventKind.OPEN_MONTH, "seminar": EventKind.SEMINAR, "policy_session": EventKind.POLICY_SESSION}


def load() -> int:
    """Returns how many rows are new; what is there already is left alone."""
    known = set(Event.objects.values_list("slug", flat=True))
    found = [row for row in rows("events") if row["id"] not in known]
    every: Any = Place.objects.all()
    places = {place.name_zh_hans: place for place in every}
    with transaction.atomic():
        for row in found:
            _load(row, places)
    return len(found)


def _load(row: dict[str, Any], places: dict[str, Place]) -> None:
    day, precision = _day(row["date"], row["date_precision"])
    place = places.get(row["venue_zh"] or "")
    texts = {"title_zh_hans": row["title_zh"], "title_en": row["title_en"]}
    if place is None:
        texts |= {"room_zh_hans": row["venue_zh"] or "", "room_en": row["venue_en"] or ""}
    occasion = Occasion.objects.create(
        kind=OccasionKind.EVENT,
        state=OccasionState.PUBLISHED,
        day=day,
        precision=precision,
        place=place,
        source_url=row["source_url"],
        confidence=row.get("confidence") or Confidence.HIGH,
        changed_at=timezone.now(),
        **texts,
    )
    both = {
        f"{name}_{ours}": row.get(f"{name}_{theirs}") or ""
        for name in ("theme", "host")
        for ours, theirs in (("zh_hans", "zh"), ("en", "en"))
    }
    Event.objects.create(
        occasion=occasion,
        slug=row["id"],
        kind=KINDS.get(row["kind"], EventKind.OTHER),
        format=EventFormat.ON_SITE,
        **both,
    )


def _day(text: str, precision: str) -> tuple[date, str]:
    """ "2024-08" is known by its month."""
    parts = [int(part) for part in text.split("-")]
    return date(*[*parts, 1, 1][:3]), {1: Precision.YEAR, 2: Precision.MONTH}.get(len(parts), Precision(precision))
