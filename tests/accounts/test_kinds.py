"""People of one kind share a kept statement; what tells them apart is the kind, or a key in it."""

from datetime import date
from typing import Any

import pytest

from accounts.kinds import keys_of, kind_of, somebody
from accounts.models import User
from portal.core.calendar import local_day
from portal.core.prepared import DEPARTMENT, USER

DAY = date(2026, 6, 1)


def person(*roles: str, department: int | None = None, pk: int = 7) -> User:
    return User(pk=pk, roles=list(roles), department_id=department)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (person("steward", "handler", department=4, pk=8), True),
        (person("handler", "steward", department=3), True),
        (person("steward", "handler"), False),
        (person("steward", department=3), False),
        (person(), False),
    ],
    ids=["another person elsewhere", "in another order", "of no department", "a role less", "no role"],
)
def test_who_is_of_one_kind(other: User, same: bool) -> None:
    assert (kind_of(person("steward", "handler", department=3), DAY) == kind_of(other, DAY)) is same


def test_each_day_is_another_kind() -> None:
    assert kind_of(person()) == kind_of(person(), local_day()) != kind_of(person(), DAY)


@pytest.mark.parametrize(("department", "placed"), [(3, DEPARTMENT), (None, None)])
def test_somebody_has_stand_ins_where_people_have_keys(department: Any, placed: Any) -> None:
    one = person("steward", department=department)
    anybody = somebody(*kind_of(one))
    assert (anybody.pk, anybody.department_id, anybody.roles) == (USER, placed, ["steward"])
    assert kind_of(anybody) == kind_of(one)
    assert keys_of(one) == {USER: 7, DEPARTMENT: department}
