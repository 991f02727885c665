"""What the service centre looks at: how much is where, who carries what. Reads only, a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Department, User
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Membership
from notices.models import Delivery, Message, State
from portal.core.keyset import capped_count
from stewards.enums import WORKING_STATES, EventKind
from stewards.models import HelpRequest, HelpRequestQuerySet, Rectification, RequestEvent, Supervision, TimeAsk
from stewards.queries import current_stewardships

CAP = 999
LATE_MAIL = timedelta(hours=1)
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Figure:
    """A number that stops at the cap: “999+”."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.count:,}{'+' if self.more else ''}"

    def __bool__(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class Load:
    """What one steward carries."""

    steward: User
    open: int
    overdue: int
    entrusted: int


def unassigned() -> HelpRequestQuerySet:
    """Requests that nobody is responsible for, the most urgent first."""
    return HelpRequest.objects.filter(state="submitted", steward__isnull=True).order_by("due_on", "id")


def overdue(day: date) -> HelpRequestQuerySet:
    return HelpRequest.objects.filter(state__in=WORKING_STATES, due_on__lt=day)


def figures(day: date) -> dict[str, Figure]:
    """The numbers on top of the overview."""
    now = timezone.now()
    counted: dict[str, QuerySet[Any]] = {
        "unassigned": unassigned(),
        "overdue": overdue(day),
        "claims": Membership.objects.filter(state=MembershipState.CLAIMED),
        "without_steward": key_enterprises().filter(without_steward()),
        "supervised": Supervision.objects.filter(ended_at=None),
        "unheard": RequestEvent.objects.filter(kind=EventKind.UNHEARD, at__gte=now - RECENT),
        "rectifications": Rectification.objects.filter(closed_at__isnull=True, due_on__lt=day),
        "more_time": TimeAsk.objects.all().pending(),
        "failed": Message.objects.filter(state=State.FAILED),
        "undelivered": Delivery.objects.filter(state=State.FAILED),
        "late": _late_mail(now - LATE_MAIL),
    }
    return {name: Figure(*capped_count(rows, CAP)) for name, rows in counted.items()}


def _late_mail(before: datetime) -> QuerySet[Message]:
    """Tried in vain or never tried; what waited for the end of somebody's quiet hours is not late by that."""
    untried = Q(last_error="", next_attempt_at__gte=before)
    return Message.objects.filter(~untried, state=State.QUEUED, created_at__lt=before)


def overdue_by_department(day: date) -> list[tuple[Department | None, int]]:
    """Departments with overdue requests, the most first; None for those that no department holds."""
    rows = overdue(day).order_by().values_list("department").annotate(count=Count("pk")).order_by("-count")
    counts = dict(rows)
    names = Department.objects.in_bulk([key for key in counts if key])
    return [(names.get(key), count) for key, count in counts.items()]


def open_load() -> dict[int, int]:
    """Open requests of each steward who has any."""
    rows = HelpRequest.objects.all().open().filter(steward__isnull=False).order_by().values_list("steward")
    return dict(rows.annotate(count=Count("pk")))


def loads(day: date) -> list[Load]:
    """Each steward's load, the heaviest first."""
    opened = open_load()
    late = dict(overdue(day).order_by().values_list("steward").annotate(count=Count("pk")))
    entrusted = dict(current_stewardships(day).order_by().values_list("steward").annotate(count=Count("pk")))
    people = User.objects.with_role(Role.STEWARD).select_related("department").order_by("pk")
    found = [Load(p, opened.get(p.pk, 0), late.get(p.pk, 0), entrusted.get(p.pk, 0)) for p in people]
    return sorted(found, key=lambda load: (-load.open, -load.entrusted, load.steward.pk))


def key_enterprises() -> QuerySet[Enterprise]:
    return Enterprise.objects.exclude(tier="")


def without_steward() -> Q:
    """Enterprises that no stewardship covers: neither their own, nor their park's, nor their subdistrict's."""
    current = current_stewardships()
    return ~Q(
        Exists(current.filter(enterprise=OuterRef("pk")))
        | Exists(current.filter(park__isnull=False, park=OuterRef("park")))
        | Exists(current.filter(subdistrict__isnull=False, subdistrict=OuterRef("subdistrict")))
    )


def with_steward_ids(enterprises: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Annotate each enterprise with `own_steward`, `park_steward` and `steward_pk`, whoever covers it most closely."""

    def of(column: str) -> Subquery:
        found = current_stewardships().filter(**{column: OuterRef("pk" if column == "enterprise" else column)})
        return Subquery(found.order_by("-starts_on", "-pk").values("steward")[:1])

    return enterprises.annotate(
        own_steward=of("enterprise"),
        park_steward=of("park"),
        steward_pk=Coalesce(F("own_steward"), F("park_steward"), of("subdistrict")),
    )
