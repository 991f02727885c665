"""What the apps above add to the keeping of records: who is told of a change, and what they bring up to date.

An app above adds its own when it starts, so that nothing here imports it.
"""

from collections.abc import Callable, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise

Audience = Callable[[Enterprise], Iterable[User]]
Care = Callable[[Enterprise], None]
_AUDIENCES: list[Audience] = []
_CARES: list[Care] = []
_NAMES: dict[str, str | Promise] = {}


def told_of(audience: Audience) -> None:
    """These people are told when an enterprise leaves, closes or comes back. Twice is once."""
    if audience not in _AUDIENCES:
        _AUDIENCES.append(audience)


def after_change(care: Care) -> None:
    """This is done, in the same transaction, when a record is merged, split, left, closed or opened again."""
    if care not in _CARES:
        _CARES.append(care)


def people_of(enterprise: Enterprise) -> set[User]:
    return {person for audience in _AUDIENCES for person in audience(enterprise)}


def changed(*enterprises: Enterprise) -> None:
    for enterprise in enterprises:
        for care in _CARES:
            care(enterprise)


def named(names: Mapping[str, str | Promise]) -> None:
    """What rows are called on the pages, by their model (`app.model`) or column (`app.model.column`)."""
    _NAMES.update(names)


def name_of(column: str) -> str:
    """Of the rows of a column; a table that nobody named is no secret, only unnamed."""
    return str(_NAMES.get(column) or _NAMES.get(column.rpartition(".")[0]) or _("Other rows"))
