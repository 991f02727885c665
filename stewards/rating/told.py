"""“You said, we did”: one public page for everything that was said and what was done, grouped by who said it.

Obstacles that enterprises told of are known here. A room above adds its own group when it starts (`register`), so that
nothing here imports it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stewards.models import Obstacle
from stewards.rating import obstacles


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of it; link: words and address; pictures: addresses; note: what else the public reads of it."""

    anchor: str
    title: str
    said: str
    did: str
    at: datetime
    note: str = ""
    link: tuple[str, str] | None = None
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Whose words they are. rows: what is published, in any order; tell: one of them in words."""

    key: str
    heading: str | Promise
    lead: str | Promise
    rows: Callable[[], QuerySet[Any]]
    tell: Callable[[Any], Told]


def _obstacle(found: Obstacle) -> Told:
    policy = found.policy if found.policy and found.policy.published_at else None
    link = (policy.title, reverse("policies:detail", args=[policy.slug])) if policy else None
    assert found.published_at
    return Told(f"o{found.pk}", found.title, found.said, found.did, found.published_at, link=link)


_GROUPS = {
    "enterprises": Group(
        "enterprises",
        _("From enterprises"),
        _("What enterprises said stood in their way, and what the district did about it. No enterprise is named."),
        obstacles.public,
        _obstacle,
    )
}


def register(group: Group) -> None:
    """Twice is once."""
    _GROUPS[group.key] = group


def groups() -> list[Group]:
    return list(_GROUPS.values())
