"""Whose eyes a kept statement is made for: people of one kind share it, with their own keys in it."""

from datetime import date
from typing import Any

from accounts.models import User
from portal.core.calendar import local_day
from portal.core.prepared import DEPARTMENT, USER

Kind = tuple[frozenset[str], bool, date]


def kind_of(user: Any, day: date | None = None) -> Kind:
    """What a statement depends on beside its stand-ins: the roles, whether the person is of a department, and the day,
    for conditions that ask for it by themselves."""
    return frozenset(user.roles), user.department_id is not None, day or local_day()


def somebody(roles: frozenset[str], in_department: bool, _day: date) -> User:
    """Whoever is of that kind, with stand-ins for keys."""
    return User(pk=USER, department_id=DEPARTMENT if in_department else None, roles=list(roles))


def keys_of(user: Any) -> dict[Any, Any]:
    """What stands where `somebody` has stand-ins."""
    return {USER: user.pk, DEPARTMENT: user.department_id}
