"""The frame of every verb: the enterprise's row is locked first, so that two bookings of one week cannot both win."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from engagement import rules
from engagement.enums import Side
from engagement.guard import Verdict
from engagement.models import Visit, VisitEntry
from enterprises.enums import MemberRole
from enterprises.models import Enterprise
from notices.workflow import Text, notify
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards.queries import steward_of

Say = Callable[[Visit, str], Text]
SOON = 2  # days: what changes so shortly before is told at once


class GuardRefused(Refused):
    """The contact guard says no; the verdict holds what it offers instead."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(" ".join(reason.text for reason in verdict.reasons))
        self.verdict = verdict


class Act:
    """One verb at work on a locked visit. What `change` collects is saved when the act ends."""

    def __init__(self, visit: Visit, by: Any) -> None:
        self.visit, self.by, self.now = visit, by, timezone.now()
        self.soon = is_soon(visit)
        self._changed: set[str] = set()
        self._entry: VisitEntry | None = None

    def change(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.visit, name, value)
        self._changed |= set(fields)

    def record(self, kind: str, text: str = "") -> None:
        self._entry = VisitEntry.objects.create(
            visit=self.visit, kind=kind, actor=self.by, at=self.now, text=text.strip()
        )

    def tell_enterprise(self, say: Say) -> None:
        """Its owners; from now on its people see the visit."""
        if self.visit.told_at is None:
            self.change(told_at=self.now)
            self.visit.merged.filter(told_at=None).update(told_at=self.now)
        self._tell(owners_of(self.visit.enterprise), say)

    def tell_visitors(self, say: Say) -> None:
        self._tell(visitors_of(self.visit), say)

    def save(self) -> None:
        self.change(lock_version=self.visit.lock_version + 1, changed_at=self.now)
        self.visit.save(update_fields=sorted(self._changed))

    def _tell(self, people: Iterable[User], say: Say) -> None:
        entry = self._entry
        assert entry is not None
        for person in {p.pk: p for p in people if p.pk != self.by.pk}.values():
            notify(
                person,
                key=f"visit:{self.visit.pk}:{entry.pk}:{person.pk}",
                kind=f"visit.{entry.kind}",
                text=lambda: say(self.visit, entry.text),
                urgent=self.soon or is_soon(self.visit),
            )


@contextmanager
def booking(enterprise: Enterprise) -> Iterator[Enterprise]:
    """Nobody else books, moves or merges a visit to this enterprise until the transaction ends."""
    with transaction.atomic():
        yield Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)


@contextmanager
def acting(verb: str, visit: Visit, *, by: Any, seen: int | None = None, side: str = Side.GOVERNMENT) -> Iterator[Act]:
    """`with acting(Verb.CONFIRM, visit, by=user, side=Side.ENTERPRISE) as act:` … checked again under the lock."""
    with booking(visit.enterprise):
        locked = lock(visit)
        require(rules.may(by, verb, locked, side=side))
        if seen is not None and seen != locked.lock_version:
            raise Refused(_("The visit has changed since you opened it: please look again and decide anew."))
        act = Act(locked, by)
        yield act
        act.save()


def lock(visit: Visit) -> Visit:
    Visit.objects.select_for_update().only("pk").get(pk=visit.pk)
    return Visit.objects.select_related("enterprise", "organiser", "department", "occasion").get(pk=visit.pk)


def is_soon(visit: Visit) -> bool:
    return 0 <= (visit.day - local_day()).days <= SOON


def owners_of(enterprise: Enterprise) -> list[User]:
    """Whom to tell on the enterprise's side: its owners, or all its people where no owner is left."""
    active = enterprise.memberships.active().filter(user__is_active=True).select_related("user")
    members = list(active.order_by("pk"))
    owners = [member.user for member in members if member.role == MemberRole.OWNER]
    return owners or [member.user for member in members]


def visitors_of(visit: Visit) -> list[User]:
    """Whom to tell on our side: those who go; if nobody is left, the steward, or the service centre."""
    along = [each.person for each in visit.participants.select_related("person")]
    going = [person for person in (visit.organiser, *along) if person is not None and person.is_active]
    if going:
        return going
    stewardship = steward_of(visit.enterprise)
    return [stewardship.steward] if stewardship else list(User.objects.with_role(Role.ADMIN))
