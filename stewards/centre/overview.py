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
from portal.core.minute import once_a_minute
from stewards.enums import WORKING_STATES, EventKind
from stewards.models import HelpRequest, HelpRequestQuerySet, Rectification, RequestEvent, Supervision, TimeAsk
from stewards.queries import current_stewardships

CAP = 999
MOST_LOADS = 12
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
    """What one steward, by key, carries."""

    steward: int
    open: int
    overdue: int
    entrusted: int


@dataclass(frozen=True)
class Standing:
    """What has to be counted over everything that is open: shown as it was up to a minute ago."""

    loads: list[Load]
    more_loads: int
    overdue: list[tuple[int | None, int]]
    without_steward: Figure


def unassigned() -> HelpRequestQuerySet:
    """Requests that nobody is responsible for, the most urgent first."""
    return HelpRequest.objects.filter(state="submitted", steward__isnull=True).order_by("due_on", "id")


def overdue(day: date) -> HelpRequestQuerySet:
    return HelpRequest.objects.filter(state__in=WORKING_STATES, due_on__lt=day)


def figures(day: date) -> dict[str, Figure]:
    """The numbers on top of the overview that are read as they are now."""
    now = timezone.now()
    counted: dict[str, QuerySet[Any]] = {
        "unassigned": unassigned(),
        "overdue": overdue(day),
        "claims": Membership.objects.filter(state=MembershipState.CLAIMED),
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


def standing(day: date) -> Standing:
    """The heaviest loads, lateness by department, and key enterprises that nobody looks after. Five queries."""
    carried = loads(day)
    missing = Figure(*capped_count(key_enterprises().filter(without_steward()), CAP))
    late = overdue(day).order_by().values_list("department").annotate(count=Count("pk")).order_by("-count")
    return Standing(carried[:MOST_LOADS], max(len(carried) - MOST_LOADS, 0), list(late), missing)


def kept_standing(day: date) -> tuple[Standing, datetime]:
    """The same, counted by anybody within the last minute, and when."""
    return once_a_minute(f"standing-{day}", lambda: standing(day))


def named(counts: Standing) -> tuple[list[tuple[User, Load]], list[tuple[Department | None, int]]]:
    """Whose the loads are, and the departments, None for what no department holds. Two queries."""
    people = User.objects.select_related("department").in_bulk([load.steward for load in counts.loads])
    departments = Department.objects.in_bulk([key for key, _count in counts.overdue if key])
    carried = [(people[load.steward], load) for load in counts.loads if load.steward in people]
    return carried, [(departments.get(key) if key else None, count) for key, count in counts.overdue]


def open_load() -> dict[int, int]:
    """Open requests of each steward who has any."""
    rows = HelpRequest.objects.all().open().filter(steward__isnull=False).order_by().values_list("steward")
    return dict(rows.annotate(count=Count("pk")))


def loads(day: date) -> list[Load]:
    """Each steward's load, the heaviest first. Three queries."""
    late = Count("pk", filter=Q(state__in=WORKING_STATES, due_on__lt=day))
    held = HelpRequest.objects.all().open().filter(steward__isnull=False).order_by().values_list("steward")
    requests = {key: (opened, overdue) for key, opened, overdue in held.annotate(open=Count("pk"), late=late)}
    entrusted = dict(current_stewardships(day).order_by().values_list("steward").annotate(count=Count("pk")))
    people = User.objects.with_role(Role.STEWARD).values_list("pk", flat=True)
    found = [Load(key, *requests.get(key, (0, 0)), entrusted.get(key, 0)) for key in people]
    return sorted(found, key=lambda load: (-load.open, -load.entrusted, load.steward))


def key_enterprises() -> QuerySet[Enterprise]:
    return Enterprise.objects.operating().exclude(tier="")


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
