"""The follow-up rules as queries: a reminder is *due and not yet sent*, never “exactly N days old”.

A rule (a row of ReminderRule) names a basis, a number of days and an audience. The basis says in which states the
rule looks, at which moment it counts from, and what makes it fire again (`cycle`: a new due date, a new assignment,
a new round). What the ledger already holds for (request, rule, cycle, recipient) is not due any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, Expression, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Membership
from portal.core.workdays import Calendar
from stewards.enums import OPEN_STATES, WORKING_STATES, Audience
from stewards.models import (
    HelpRequest,
    HelpRequestQuerySet,
    Instruction,
    LeaderLink,
    Reminder,
    ReminderRule,
    RequestEvent,
)
from stewards.models.part import AT_WORK

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
    receiver: Expression | F | None = None  # of what is joined here, instead of the rule's audience
    unless: str = ""  # silent once this rule has spoken to the same person in the same cycle
    part: Expression | F | None = None  # the key of the part that it is about
    had: Q = field(default_factory=Q)  # whose part it was, for the replay: whatever has become of it since


def _lasting_told() -> Exists:
    """The enterprise has said by itself whether the solution lasted."""
    return Exists(RequestEvent.objects.filter(request=OuterRef("pk"), kind="lasted", at__gte=OuterRef("closed_at")))


DAYS = ("due_on", "renewed_due_on")
_ROUND = Cast("round", CharField())
_CYCLE_OF_PART = Concat(Value("part "), Cast("parts__id", CharField()), Value(" "), _IsoDay(F("parts__due_on")))
_ABLE = Q(
    parts__department__people__is_active=True, parts__department__people__roles__contains=[Role.HANDLER]
)  # fmt: skip
BASES: dict[str, tuple[Basis, ...]] = {
    "assigned": (
        Basis(Q(state="assigned"), "assigned_at", _Iso(F("assigned_at"))),
        Basis(Q(state="submitted"), "submitted_at", _Iso(F("submitted_at")), audience=Audience.ADMIN),
    ),
    "due": (Basis(Q(state__in=WORKING_STATES), "due_on", _IsoDay(F("due_on"))),),
    "undated": (
        Basis(
            Q(state__in=WORKING_STATES, renewed_due_on=None),
            "due_on",
            _IsoDay(F("due_on")),
            unless="overdue-enterprise",
        ),
    ),
    "renewed": (
        Basis(
            Q(state__in=WORKING_STATES, due_on__lt=F("renewed_due_on")), "renewed_due_on", _IsoDay(F("renewed_due_on"))
        ),
    ),
    "instructed": (
        Basis(
            Q(state__in=OPEN_STATES, pk__in=Instruction.objects.filter(reported_at=None).values("request")),
            "attention_at",
            _Iso(F("attention_at")),
        ),
    ),
    "part": (
        Basis(
            Q(state__in=WORKING_STATES, parts__state="accepted", parts__handler__is_active=True),
            "parts__due_on",
            _CYCLE_OF_PART,
            receiver=F("parts__handler_id"),
            part=F("parts__id"),
            had=Q(parts__handler__is_active=True),
        ),
        Basis(
            Q(state__in=WORKING_STATES, parts__state="open") & _ABLE,
            "parts__due_on",
            _CYCLE_OF_PART,
            receiver=F("parts__department__people__id"),
            part=F("parts__id"),
            had=Q(parts__handler=None) & _ABLE,
        ),
        Basis(
            Q(state__in=WORKING_STATES, parts__state__in=AT_WORK), "parts__due_on", _CYCLE_OF_PART, part=F("parts__id")
        ),
    ),
    "waiting": (Basis(Q(state="waiting"), "waiting_since", _Iso(F("waiting_since"))),),
    "answered": (Basis(Q(state="answered"), "answered_at", _ROUND, forgets=True),),
    "closed": (Basis(Q(state="closed") & ~Q(_lasting_told()), "closed_at", _ROUND, forgets=True),),
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
    linked: frozenset[int]

    @classmethod
    def now(cls) -> "Staff":
        people = list(User.objects.with_role(Role.ADMIN, Role.LEADER).order_by("pk"))
        admins = tuple(person for person in people if person.has_role(Role.ADMIN))
        leaders = tuple(person for person in people if person.has_role(Role.LEADER))
        linked = frozenset(LeaderLink.objects.begun().values_list("leader", flat=True)) if leaders else ()
        return cls(admins, leaders, frozenset(linked))

    def charge_of(self, leader: User) -> Q:
        """Which requests are a leader's: of the enterprises they are linked to; else of their department; else all.

        Whose links have all ended has none: the end of a link must not open the whole district.
        """
        if leader.pk in self.linked:
            links = LeaderLink.objects.filter(leader=leader).current()
            return Q(enterprise__in=links.enterprises().values("pk"))
        return Q(department=leader.department_id) if leader.department_id else Q()

    def nobodys(self) -> Q | None:
        """Requests that are no leader's; None where there are none."""
        charges = [self.charge_of(leader) for leader in self.leaders]
        if not charges:
            return Q()
        return ~reduce(or_, charges) if all(charges) else None  # one of them has the whole district


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

    Each row carries `cycle`, `receiver` (a person's id) and `part_key`; a request with two late parts is there twice.
    """
    for basis in BASES[rule.basis]:
        requests = HelpRequest.objects.filter(basis.where, _reached(rule, basis, day, calendar))
        for slot in slots_of(basis, rule, staff):
            about = basis.part or Value(None, output_field=BigIntegerField())
            found = requests.filter(slot.when).annotate(cycle=basis.cycle, receiver=slot.receiver, part_key=about)
            yield _unsent(Q(rule=rule.pk), _unsent(Q(rule__code=basis.unless), found) if basis.unless else found)


def slots_of(basis: Basis, rule: ReminderRule, staff: Staff) -> list["Slot"]:
    return [Slot(basis.receiver)] if basis.receiver else slots(basis.audience or rule.audience, staff)


def _reached(rule: ReminderRule, basis: Basis, day: date, calendar: Calendar) -> Q:
    last = last_day(rule, day, calendar)
    if basis.column in DAYS:
        reached = Q(due_on__lte=last) & Q(**{f"{basis.column}__lte": last})  # of both only due_on has an index
        return reached & (Q(due_on__gte=day) if rule.days < 0 else Q())
    if basis.column == "parts__due_on":
        return Q(parts__due_on__lte=last)
    condition = Q(**{f"{basis.column}__lt": _midnight(last + timedelta(days=1))})
    if basis.forgets:
        condition &= Q(**{f"{basis.column}__gte": _midnight(last - FORGOTTEN_AFTER)})
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _unsent(rule: Q, requests: HelpRequestQuerySet) -> HelpRequestQuerySet:
    sent = Reminder.objects.filter(
        rule, request=OuterRef("pk"), cycle=OuterRef("cycle"), recipient=OuterRef("receiver")
    )
    return requests.filter(~Exists(sent))


def slots(audience: str, staff: Staff) -> list[Slot]:
    """Who is written to. A request whose steward has left, or that has none, goes to the service centre instead."""
    if audience == Audience.ENTERPRISE:
        return _enterprise()
    if audience == Audience.LEADER:
        return _above(staff)
    admins = [Slot(_person(person)) for person in staff.admins]
    if audience == Audience.ADMIN:
        return admins
    steward: Any = F("steward_id")
    if audience == Audience.STEWARD:  # what is to be accepted lies with the substitute while the steward is away
        steward = Case(When(state="assigned", handler__isnull=False, then=F("handler_id")), default=steward)
    there = Q(steward__is_active=True)
    gone = Q(steward__isnull=True) | Q(steward__is_active=False)
    slots = [Slot(steward, there), *(Slot(slot.receiver, gone) for slot in admins)]
    if audience == Audience.HANDLER:
        slots.append(Slot(F("handler_id"), Q(handler__is_active=True) & (gone | ~Q(handler=F("steward")))))
    return slots


def _above(staff: Staff) -> list[Slot]:
    """The leaders in charge; where there is none, the service centre, so that an escalation never ends nowhere."""
    leaders = [Slot(_person(person), staff.charge_of(person)) for person in staff.leaders]
    nobodys = staff.nobodys()
    return leaders if nobodys is None else [*leaders, *(Slot(_person(person), nobodys) for person in staff.admins)]


def _enterprise() -> list[Slot]:
    """Whoever asked; when they no longer act for the enterprise, its longest-standing owner."""
    active = Membership.objects.active().filter(enterprise=OuterRef("enterprise"), user__is_active=True)
    member = Q(Exists(active.filter(user=OuterRef("asker"))))
    asked = Q(asker__is_active=True) & (Q(enterprise__isnull=True) | member)
    owner = Subquery(active.filter(role="owner").order_by("pk").values("user")[:1], output_field=BigIntegerField())
    return [Slot(F("asker_id"), asked), Slot(owner, ~asked & Q(Exists(active.filter(role="owner"))))]


def _person(person: User) -> Value:
    return Value(person.pk, output_field=BigIntegerField())
