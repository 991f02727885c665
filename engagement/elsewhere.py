"""Contacts that other rooms keep and an enterprise's own contact record shows, such as invitations to events.

A room above adds its own when it starts (`register`), so that nothing here imports it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from enterprises.models import Enterprise

SHOWN = 20  # the latest of each room


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact: when, what about, what became of it, where it can be read. Never counted as a visit."""

    day: date
    title: str
    words: str
    url: str


Source = Callable[[Enterprise, int], list[Entry]]
_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Twice is once."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def entries_of(enterprise: Enterprise) -> list[Entry]:
    """The latest first."""
    found = [entry for source in _SOURCES for entry in source(enterprise, SHOWN)]
    return sorted(found, key=lambda entry: entry.day, reverse=True)
