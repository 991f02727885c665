"""The new date of a request whose promise was broken, when it is put together with another one: what the enterprise was
told in either of them is kept, whichever goes on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stewards.enums import EventKind
from stewards.models import HelpRequest

Said = tuple[date, date | None]  # the promised day, and the one that was given since
KINDS = (EventKind.JOINED, EventKind.PARTED)


def together(said: Iterable[Said], today: date) -> date | None:
    """The new date that goes beside the earliest promised day: the first that was told and is still ahead, else the
    latest new one. None where none of them has a new date, or the promised day is as early."""
    all_of_them = list(said)
    renewed = [new for _due, new in all_of_them if new]
    if not renewed:
        return None
    ahead = [new or due for due, new in all_of_them if (new or due) >= today]
    day = min(ahead) if ahead else max(renewed)
    return day if day > min(due for due, _new in all_of_them) else None


@dataclass
class Renewals:
    """What merges have made of a request's new date, read from its timeline. `base`: its own; `then`: what the last
    merge gave it; `offers`: what each merged request brought along, by number."""

    set: bool = False
    base: date | None = None
    then: date | None = None
    offers: dict[str, date | None] = field(default_factory=dict)

    @classmethod
    def of(cls, goal: HelpRequest) -> "Renewals":
        found = cls()
        for data in goal.events.filter(kind__in=KINDS).order_by("pk").values_list("data", flat=True):
            kept = data.get("renewed", {})
            if "offer" in kept:
                found.offers[data["other"]] = _day(kept["offer"])
            if "then" in kept:
                found.set, found.base, found.then = True, _day(kept["base"]), _day(kept["then"])
        return found

    def holds(self, goal: HelpRequest) -> bool:
        """Whether the date is the one that a merge gave it, and nobody has given another since."""
        return self.set and self.then == goal.renewed_due_on

    def own_of(self, goal: HelpRequest) -> date | None:
        return self.base if self.holds(goal) else goal.renewed_due_on


def kept(base: date | None, then: date | None) -> dict[str, Any]:
    """As the timeline entry of a merge keeps it."""
    return {"base": base and base.isoformat(), "then": then and then.isoformat()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
