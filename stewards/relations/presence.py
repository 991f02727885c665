"""Who else has a request open on the desk just now. Kept in the cache alone: without Valkey nobody is seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from portal.core import bilingual
from stewards.models import HelpRequest
from stewards.timeline import both_names

GONE_AFTER = 150  # seconds; an open page says every minute that it is still open
POLL = 60


@dataclass(frozen=True)
class Looking:
    """Somebody else, by name, and since when."""

    name: str
    since: datetime


def look(request: HelpRequest, by: Any) -> list[Looking]:
    """Say that the person has it open, and learn who else has."""
    key, now = f"desk-open:{request.pk}", timezone.now()
    there: dict[int, dict[str, Any]] = cache.get(key) or {}
    there = {pk: each for pk, each in there.items() if (now - each["seen"]).total_seconds() < GONE_AFTER}
    mine = there.get(by.pk) or {"since": now, "names": both_names(by)}
    cache.set(key, there | {by.pk: mine | {"seen": now}}, GONE_AFTER)
    others = [each for pk, each in there.items() if pk != by.pk]
    return [Looking(each["names"][bilingual.current()], each["since"]) for each in others]
