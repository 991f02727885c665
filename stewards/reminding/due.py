"""The follow-up rules as queries: a reminder is *due and not yet sent*, never “exactly N days old”.

A rule (a row of ReminderRule) names a basis, a number of days and an audience. The basis says in which states the
rule looks, at which moment it counts from, and what makes it fire again (`cycle`: a new due date, a new assignment,
a new round). What the ledger already holds for (request, rule, cycle, recipient) is not due any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, Expression, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Membership
from portal.core.workdays import Calendar
from stewards.enums import WORKING_STATES, Audience
from stewards.models import HelpRequest, HelpRequestQuerySet, Reminder, ReminderRule

# A question about something older would only puzzle its reader; after an outage this long nothing is made up for.
FORGOTTEN_AFTER = timedelta(days=60)


class _Iso(Func):
    """A moment as text, the same whatever the session's time zone."""

    function = "to_char"
    template = "%(function)s(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    output_field = CharField()


class _IsoDay(Func):
    function = "to_char"
    template = "%(function)s(%(expressions)s, 'YYYY-MM-DD')"
    output_field = CharField()


@dataclass(frozen=True)
class Basis:
    """Where a rule looks. Each `where` is a partial index of HelpRequest, so that what is not due costs nothing."""

    where: Q
    column: str
    cycle: Expression
    audience: str = ""
    forgets: bool = False


_ROUND = Cast("round", CharField())
BASES: dict[str, tuple[Basis, ...]] = {
    "assigned": (
        Basis(Q(state="assigned"), "assigned_at", _Iso(F("assigned_at"))),
        Basis(Q(state="submitted"), "submitted_at", _Iso(F("submitted_at")), audience=Audience.ADMIN),
    ),
    "due": (Basis(Q(state__in=WORKING_STATES), "due_on", _IsoDay(F("due_on"))),),
    "waiting": (Basis(Q(state="waiting"), "waiting_since", _Iso(F("waiting_since"))),),
    "answered": (Basis(Q(state="answered"), "answered_at", _ROUND, forgets=True),),
    "closed": (Basis(Q(state="closed"), "closed_at", _ROUND, forgets=True),),
}


@dataclass(frozen=True)
class Slot:
    """One possible receiver of a request's reminder, and for which requests it is the one."""

    receiver: Any  # an expression
    when: Q = field(default_factory=Q)


@dataclass(frozen=True)
class Staff:
    """The people who are asked by role, read once a sweep."""

    admins: tuple[User, ...]
    leaders: tuple[User, ...]

    @classmethod
    def now(cls) -> "Staff":
        people = list(User.objects.with_role(Role.ADMIN, Role.LEADER).order_by("pk"))
        admins = tuple(person for person in people if person.has_role(Role.ADMIN))
        return cls(admins, tuple(person for person in people if person.has_role(Role.LEADER)))


def reminder_day(now: datetime | None = None) -> date:
    """The day a sweep works for: before the reminder hour still the day before, so that nobody is woken up."""
    local = timezone.localtime(now)
    return local.date() if local.hour >= settings.REMINDER_HOUR else local.date() - timedelta(days=1)


def last_day(rule: ReminderRule, day: date, calendar: Calendar) -> date:
    """The latest day from which the rule's days have passed on `day` (or, for negative days, are about to pass)."""
    if not rule.working_days:
        return day - timedelta(days=rule.days)
    if rule.days <= 0:
        return calendar.add_working_days(day, -rule.days)
    start = day - timedelta(days=rule.days)
    while calendar.add_working_days(start, rule.days) > day:
        start -= timedelta(days=1)
    return start


def due(rule: ReminderRule, day: date, calendar: Calendar, staff: Staff) -> Iterator[HelpRequestQuerySet]:
    """Requests with a reminder due and not yet sent, a queryset per kind of receiver.

    Each row carries `cycle` and `receiver` (a person's id).
    """
    for basis in BASES[rule.basis]:
        requests = HelpRequest.objects.filter(basis.where, _reached(rule, basis, day, calendar))
        for slot in _slots(basis.audience or rule.audience, staff):
            yield _unsent(rule, requests.filter(slot.when).annotate(cycle=basis.cycle, receiver=slot.receiver))


def _reached(rule: ReminderRule, basis: Basis, day: date, calendar: Calendar) -> Q:
    last = last_day(rule, day, calendar)
    if basis.column == "due_on":
        return Q(due_on__lte=last) & (Q(due_on__gte=day) if rule.days < 0 else Q())
    condition = Q(**{f"{basis.column}__lt": _midnight(last + timedelta(days=1))})
    if basis.forgets:
        condition &= Q(**{f"{basis.column}__gte": _midnight(last - FORGOTTEN_AFTER)})
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _unsent(rule: ReminderRule, requests: HelpRequestQuerySet) -> HelpRequestQuerySet:
    sent = Reminder.objects.filter(
        request=OuterRef("pk"), rule=rule.pk, cycle=OuterRef("cycle"), recipient=OuterRef("receiver")
    )
    return requests.filter(~Exists(sent))


def _slots(audience: str, staff: Staff) -> list[Slot]:
    """Who is written to. A request whose steward has left, or that has none, goes to the service centre instead."""
    if audience == Audience.ENTERPRISE:
        return _enterprise()
    if audience == Audience.LEADER:
        return [Slot(_person(p), Q(department=p.department_id) if p.department_id else Q()) for p in staff.leaders]
    admins = [Slot(_person(person)) for person in staff.admins]
    if audience == Audience.ADMIN:
        return admins
    there = Q(steward__is_active=True)
    gone = Q(steward__isnull=True) | Q(steward__is_active=False)
    slots = [Slot(F("steward_id"), there), *(Slot(slot.receiver, gone) for slot in admins)]
    if audience == Audience.HANDLER:
        slots.append(Slot(F("handler_id"), Q(handler__is_active=True) & (gone | ~Q(handler=F("steward")))))
    return slots


def _enterprise() -> list[Slot]:
    """Whoever asked; when they no longer act for the enterprise, its longest-standing owner."""
    active = Membership.objects.filter(enterprise=OuterRef("enterprise"), state="active", user__is_active=True)
    member = Q(Exists(active.filter(user=OuterRef("asker"))))
    asked = Q(asker__is_active=True) & (Q(enterprise__isnull=True) | member)
    owner = Subquery(active.filter(role="owner").order_by("pk").values("user")[:1], output_field=BigIntegerField())
    return [Slot(F("asker_id"), asked), Slot(owner, ~asked & Q(Exists(active.filter(role="owner"))))]


def _person(person: User) -> Value:
    return Value(person.pk, output_field=BigIntegerField())
