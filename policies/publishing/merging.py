"""Two people saved the same draft: what each of them changed, brought together. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Merged:
    """content: mine, with what only the other person changed taken over (`taken`). clashes: changed by both."""

    content: dict[str, Any]
    taken: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)


def merge(
    base: Mapping[str, Any] | None, mine: Mapping[str, Any], saved: Mapping[str, Any], columns: Iterable[str]
) -> Merged:
    """base: what I started from (None when unknown: then every difference is a clash). Nothing of mine is lost."""
    merged = Merged(dict(mine))
    for column in columns:
        one, other = mine.get(column), saved.get(column)
        if one == other:
            continue
        if base is not None and one == base.get(column):
            merged.content[column] = other
            merged.taken.append(column)
        elif base is None or other != base.get(column):
            merged.clashes.append(column)
    return merged
