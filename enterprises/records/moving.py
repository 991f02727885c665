"""What hangs on an enterprise, found by the models themselves: every foreign key to it, whichever app has it.

So an app above need not say what of it moves when two records become one, and cannot be forgotten. Rows that a unique
constraint of their table would not have beside what is there already stay where they are, and are named.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import Exists, OuterRef, Q, UniqueConstraint
from psycopg.errors import RaiseException

from enterprises.models import Enterprise, MergeRecord

OWN = (MergeRecord,)  # what tells of a merge does not move with it


@dataclass(frozen=True, slots=True)
class Column:
    """A column that names an enterprise."""

    model: Any
    name: str

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def rows_of(self, enterprise: int) -> Any:
        return self.model._base_manager.filter(**{self.name: enterprise})


@dataclass(frozen=True, slots=True)
class Share:
    """Of one column: keys of rows that move, and of those that stay."""

    column: Column
    moved: list[Any]
    left: list[Any]


def columns() -> list[Column]:
    """In a fixed order, so that two merges lock in the same one; the audit trail's copies are history and stay."""
    found = []
    for relation in Enterprise._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        if (
            not isinstance(model, type)
            or hasattr(model, "pgh_tracked_model")
            or model in OWN
            or not model._meta.managed
        ):
            continue
        found.append(Column(model, relation.field.name))  # type: ignore[union-attr]
    return sorted(found, key=lambda each: each.key)


def shares(keep: int, drop: int) -> Iterator[Share]:
    """What would move from one to the other, by reading alone."""
    for column in columns():
        keys = list(column.rows_of(drop).order_by("pk").values_list("pk", flat=True))
        if keys:
            clashing = _clashing(column, keep, drop)
            yield Share(column, [key for key in keys if key not in clashing], sorted(clashing))


def _clashing(column: Column, keep: int, drop: int) -> set[Any]:
    """Rows that a unique constraint forbids beside a row that the other record has."""
    found: set[Any] = set()
    for fields, condition in _uniques(column):
        same = {name: OuterRef(name) for name in fields if name != column.name}
        there = column.model._base_manager.filter(condition, **{column.name: keep}, **same)
        found |= set(column.rows_of(drop).filter(condition).filter(Exists(there)).values_list("pk", flat=True))
    return found


def _uniques(column: Column) -> Iterator[tuple[Iterable[str], Q]]:
    meta = column.model._meta
    if meta.get_field(column.name).unique:
        yield [column.name], Q()
    for names in meta.unique_together:
        if column.name in names:
            yield names, Q()
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint) and column.name in constraint.fields:
            yield constraint.fields, constraint.condition or Q()


def move(share: Share, to: int, since: int) -> Share:
    """Move the rows; those that the table refuses for another reason are tried one by one and stay."""
    keys, left = share.moved, list(share.left)
    if not keys or _moved(share.column, keys, to, since):
        return share
    gone = [key for key in keys if _moved(share.column, [key], to, since)]
    return Share(share.column, gone, sorted({*left, *keys} - set(gone)))


def _moved(column: Column, keys: list[Any], to: int, since: int) -> bool:
    rows = column.rows_of(since).filter(pk__in=keys)
    if column.model is Enterprise:
        rows = rows.exclude(pk=to)  # nothing becomes its own head
    try:
        with transaction.atomic():
            rows.update(**{column.name: to})
    except IntegrityError:
        return False
    except ProgrammingError as error:
        if isinstance(error.__cause__, RaiseException):  # a trigger that keeps its table as it is
            return False
        raise
    return True


def back(moved: Mapping[str, list[Any]], keep: int, drop: int) -> dict[str, list[Any]]:
    """The same rows back; what has meanwhile gone elsewhere stays there. Returns what could not be moved."""
    known = {column.key: column for column in columns()}
    stuck = {}
    for key, keys in moved.items():
        if key in known:
            tried = move(Share(known[key], list(keys), []), drop, keep)
            if tried.left:
                stuck[key] = tried.left
    return stuck
