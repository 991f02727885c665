"""Figures that cost much and may be a minute old: counted once for everybody who looks."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, cast

from django.core.cache import cache
from django.utils import timezone

SECONDS = 60
T = TypeVar("T")


def once_a_minute(name: str, count: Callable[[], T]) -> tuple[T, datetime]:
    """What `count` gives, counted by anybody within the last minute, and when that was. Without Valkey: counted now."""
    kept = cast(tuple[T, datetime] | None, cache.get(name))
    if kept is None:
        kept = count(), timezone.now()
        cache.set(name, kept, SECONDS)
    return kept
