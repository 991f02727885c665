"""Generated departments and members of staff."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Department, User
from stewards.populate.copying import copy, keys
from stewards.populate.marks import DOMAIN, PREFIX

DEPARTMENTS = 12  # at most; one for every four people
USER_COLUMNS = ("id", "email", "password", "name_zh", "name_en", "language", "department_id", "roles", "date_joined")


@dataclass(frozen=True)
class Staff:
    """Pairs of (person, department), by what they do."""

    stewards: list[tuple[int, int]]
    handlers: list[tuple[int, int]]


def make_staff(count: int, made: Counter[str]) -> Staff:
    """Of 100 people 2 are admins, 28 handle for a department, 70 are stewards."""
    departments = keys(Department, max(1, min(DEPARTMENTS, count // 4)))
    rows = (
        (key, f"{PREFIX}{n:02}", f"虚构部门{n}", f"Fictional Department {n}") for n, key in enumerate(departments, 1)
    )
    made["departments"] = copy(Department, ("id", "code", "name_zh_hans", "name_en"), rows)
    people = keys(User, count)
    placed = [(key, departments[n % len(departments)], _role(n)) for n, key in enumerate(people)]
    made["staff"] = copy_people(("staff", n, key, place, [role]) for n, (key, place, role) in enumerate(placed, 1))
    by_role = {
        role: [(key, place) for key, place, is_ in placed if is_ == role] for role in (Role.STEWARD, Role.HANDLER)
    }
    return Staff(by_role[Role.STEWARD], by_role[Role.HANDLER])


def copy_people(people: Iterable[tuple[str, int, int, int | None, list[str]]]) -> int:
    """Rows of (kind, number, key, department, roles): nobody can sign in with a password."""
    password, joined = make_password(None), timezone.now()

    def rows() -> Iterable[tuple[Any, ...]]:
        for kind, n, key, department, roles in people:
            name = (f"虚构{'职员' if kind == 'staff' else '人'}{n}", f"Fictional {kind.title()} {n}")
            language = "en" if n % 7 == 0 else "zh-hans"
            yield (key, f"{kind}{n:06}{DOMAIN}", password, *name, language, department, roles, joined)

    return copy(User, USER_COLUMNS, rows())


def _role(n: int) -> str:
    if n % 50 == 49:
        return Role.ADMIN.value
    return Role.HANDLER.value if n % 25 < 7 and n > 0 else Role.STEWARD.value
