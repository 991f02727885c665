"""What merges have made of a request's due date and of those of its parts, read from its timeline."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from portal.core import calendar
from stewards.enums import EventKind
from stewards.models import HelpRequest

PROMISE = ("due_on", "due_provisional", "promised_days")
Kept = dict[str, Any]


@dataclass
class History:
    """Every day in it is moved on by the waits since, as the request's own date was.

    `base`: its own promise; `then`: the one that the last merge gave it; `offers`: what each merged request brought
    along, by number; `parts`: of each part its own day and the one it was given."""

    base: Kept = field(default_factory=dict)
    then: Kept = field(default_factory=dict)
    offers: dict[str, Kept] = field(default_factory=dict)
    parts: dict[str, tuple[date, date]] = field(default_factory=dict)

    @classmethod
    def of(cls, goal: HelpRequest) -> "History":
        found = cls()
        telling = Q(kind__in=[EventKind.JOINED, EventKind.PARTED]) | Q(data__has_key="paused_from")
        for event in goal.events.filter(telling).order_by("pk"):
            found._read(event.data)
        return found

    def holds(self, goal: HelpRequest) -> bool:
        """Whether nothing but waits has changed the date since a merge set it."""
        return bool(self.then) and self.then == promise_of(goal)

    def _read(self, data: Kept) -> None:
        if "paused_from" in data:
            days = map(date.fromisoformat, (data["paused_from"], data["paused_to"]))
            self._wait(calendar.current().working_days_between(*days))
        if "offer" in data:
            self.offers[data["other"]] = dict(data["offer"])
        if "then" in data:
            self.base, self.then = dict(data["base"]), dict(data["then"])
        for part, (was, given) in data.get("parts", {}).items():
            own, before = self.parts.get(part, (None, None))
            first = own if own and before == date.fromisoformat(was) else date.fromisoformat(was)
            self.parts[part] = (first, date.fromisoformat(given))

    def _wait(self, days: int) -> None:
        if days <= 0:
            return
        working = calendar.current()
        for promise in filter(None, (self.base, self.then, *self.offers.values())):
            due = working.deadline(date.fromisoformat(promise["due_on"]), days)
            promise["due_on"] = due.day.isoformat()
            promise["due_provisional"] = promise["due_provisional"] or due.provisional
        for part, both in self.parts.items():
            self.parts[part] = (working.add_working_days(both[0], days), working.add_working_days(both[1], days))


def promise_of(request: HelpRequest) -> Kept:
    assert request.due_on is not None
    return {name: getattr(request, name) for name in PROMISE} | {"due_on": request.due_on.isoformat()}
