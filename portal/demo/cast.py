"""The people of the demonstration: all fictional, written in data/people.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.enums import MembershipState
from portal.core import bilingual

DATA = Path(__file__).parent / "data"
GROUPS: dict[str, str | Promise] = {
    "enterprise": _("Enterprises"),
    "newcomer": _("Newcomers"),
    "steward": _("Service stewards"),
    "handler": _("Department handlers"),
    "publishing": _("Policy officials"),
    "centre": _("Service centre"),
    "oversight": _("Leadership and audit"),
    "partner": _("Partners"),
    "observer": _("Public observers"),
}


@cache
def read(name: str) -> Any:
    """One of the demo's data files."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def email_of(person: dict[str, Any]) -> str:
    """lin.xiao@demo.example: a domain that can't receive mail."""
    return f"{person['name_en'].lower().replace(' ', '.')}@{read('people.json')['domain']}"


@dataclass(frozen=True)
class Figure:
    """One person to be picked, with what there is to do in their place."""

    user: User
    group: str
    place: str
    does: str


def seeded() -> Any:
    """The accounts of the data file, and no other, whatever address somebody registers with."""
    return User.objects.filter(email__in=[email_of(person) for person in read("people.json")["people"]], is_active=True)


def figures() -> Iterator[Figure]:
    """Those that exist, in the order of the file; texts in the active language. Two queries."""
    users = {u.email: u for u in seeded().select_related("department").prefetch_related("memberships__enterprise")}
    suffix = "zh" if bilingual.current() == "zh-hans" else "en"
    for person in read("people.json")["people"]:
        user = users.get(email_of(person))
        if user:
            yield Figure(user, person["group"], _place(user), person[f"does_{suffix}"])


def _place(user: User) -> str:
    """The department, or the enterprise the person acts for."""
    if user.department:
        return user.department.name
    active = [m.enterprise for m in user.memberships.all() if m.state == MembershipState.ACTIVE]
    return str(active[0]) if active else ""
