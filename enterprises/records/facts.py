"""Where two records of one enterprise differ, and taking a fact over with where it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from enterprises import profile, size
from enterprises.enums import Tier
from enterprises.models import Enterprise

CODE = "credit_code"
# What can be chosen; the size class follows from its inputs, titles are rows of their own.
FACTS = (CODE, "tier", *(name for names in profile.FIELDS.values() for name in names if name != "size"))
EMPTY = (None, "")


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact in words, as either record has it; None: unknown. filled: only the one that goes knows it."""

    field: str
    label: str
    kept: str | None
    dropped: str | None
    filled: bool


def differences(keep: Enterprise, drop: Enterprise) -> list[Difference]:
    return [
        Difference(name, _label(name), _words(keep, name), _words(drop, name), value(keep, name) in EMPTY)
        for name in FACTS
        if value(keep, name) != value(drop, name) and value(drop, name) not in EMPTY
    ]


def value(row: Enterprise, name: str) -> Any:
    """As the column has it: the key of a related row."""
    return getattr(row, Enterprise._meta.get_field(name).attname)  # type: ignore[union-attr]


def take(row: Enterprise, other: Enterprise, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Put the other's facts into the row; returns {field: {"was", "now", "source"}} by which it can be undone."""
    taken = {}
    for name in names:
        taken[name] = {"was": value(row, name), "now": value(other, name), "source": row.sources.get(name)}
        put(row, name, value(other, name), other.sources.get(name))
    _resize(row)
    return taken


def put_back(row: Enterprise, taken: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What was there before, but for facts that were changed since; returns the names of those put back."""
    done = []
    for name, was in taken.items():
        field: Any = Enterprise._meta.get_field(name)
        column = field.target_field if field.is_relation else field
        if value(row, name) == column.to_python(was["now"]):
            put(row, name, column.to_python(was["was"]), was["source"])
            done.append(name)
    _resize(row)
    return done


def put(row: Enterprise, name: str, fact: Any, source: Any) -> None:
    setattr(row, Enterprise._meta.get_field(name).attname, fact)  # type: ignore[union-attr]
    row.sources.pop(name, None)
    if source:
        row.sources[name] = source


def _resize(row: Enterprise) -> None:
    row.size = size.size_class(row.industry_id, row.employees, row.annual_revenue_cny, row.assets_cny) or ""


def _label(name: str) -> str:
    return str(profile.LABELS.get(name) or capfirst(str(Enterprise._meta.get_field(name).verbose_name)))  # type: ignore[union-attr]


def _words(row: Enterprise, name: str) -> str | None:
    if name == "tier":
        return str(Tier(row.tier).label)
    return profile.shown(row, name)
