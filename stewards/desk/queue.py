"""The queue: its tabs as conditions, their counts in one query, and the rows of one page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from portal.core.keyset import Order
from portal.core.workdays import Calendar
from stewards.enums import OPEN_STATES, WORKING_STATES, RequestState
from stewards.models import HelpRequest, HelpRequestQuerySet
from stewards.parts.queries import pressing
from stewards.rating import beside

STALE_PAGE = timedelta(hours=12)  # how long a queue may stay open on a screen
CAP = 99  # counts beyond it read “99+”
BY_DUE_DATE = (Order("due"), Order("id"))
NEWEST_ANSWER = (Order("answered", desc=True), Order("id", desc=True))
NEWEST = (Order("id", desc=True),)


@dataclass(frozen=True)
class Viewer:
    """Whose queue, seen on which day; `next_day` is the next working day."""

    user: User
    today: date
    next_day: date

    @property
    def desk(self) -> HelpRequestQuerySet:
        return HelpRequest.objects.readable_by(self.user)

    @classmethod
    def on(cls, user: User, today: date, calendar: Calendar) -> "Viewer":
        return cls(user, today, calendar.add_working_days(today, 1))


def overdue(requests: HelpRequestQuerySet, today: date) -> HelpRequestQuerySet:
    """Past the promised day while it is our turn; while the enterprise is asked, the clock stands still."""
    return requests.filter(state__in=WORKING_STATES, due_on__lt=today)


def just_taken(user: User) -> HelpRequestQuerySet:
    """The desk, and for stewards what somebody took from the common list while their page still offered it."""
    desk = HelpRequest.objects.on_desk_of(user)
    if not user.has_role(Role.STEWARD):
        return desk
    since = timezone.now() - STALE_PAGE
    taken = Q(assigned_at__gte=since) | Q(accepted_at__gte=since)
    return desk | HelpRequest.objects.submitted().filter(taken)


def _mine(viewer: Viewer) -> HelpRequestQuerySet:
    return HelpRequest.objects.all().open().filter(Q(steward=viewer.user) | Q(handler=viewer.user))


def _department(viewer: Viewer) -> HelpRequestQuerySet:
    return HelpRequest.objects.all().open().filter(department=viewer.user.department_id)


@dataclass(frozen=True)
class Tab:
    """One view of the queue; `states` are those that can occur in it, `counted` says whether a number stands beside."""

    label: str | Promise
    select: Callable[[Viewer], HelpRequestQuerySet]
    states: tuple[str, ...] = OPEN_STATES
    order: tuple[Order, ...] = BY_DUE_DATE
    counted: bool = True
    empty: str | Promise = ""


TABS: dict[str, Tab] = {
    "mine": Tab(_("Mine"), _mine, empty=_("You hold no open request.")),
    "department": Tab(_("My department"), _department, empty=_("Your department holds no open request.")),
    "open": Tab(_("All open"), lambda viewer: viewer.desk.open(), empty=_("No request is open.")),
    "unassigned": Tab(
        _("Unassigned"),
        lambda viewer: viewer.desk.filter(state=RequestState.SUBMITTED),
        states=(RequestState.SUBMITTED,),
        empty=_("Every request has somebody who looks after it."),
    ),
    "overdue": Tab(
        _("Overdue"),
        lambda viewer: overdue(viewer.desk, viewer.today),
        states=WORKING_STATES,
        empty=_("Nothing is overdue."),
    ),
    "waiting": Tab(
        _("Waiting"),
        lambda viewer: viewer.desk.filter(state=RequestState.WAITING),
        states=(RequestState.WAITING,),
        empty=_("No enterprise owes us an answer."),
    ),
    "answered": Tab(
        _("Recently answered"),
        lambda viewer: viewer.desk.filter(
            state__in=(RequestState.ANSWERED, RequestState.RATED), answered_at__isnull=False
        ),
        states=(RequestState.ANSWERED, RequestState.RATED),
        order=NEWEST_ANSWER,
        counted=False,
        empty=_("No answered request waits to be closed."),
    ),
    "all": Tab(
        _("Everything"),
        lambda viewer: viewer.desk,
        states=tuple(state for state in RequestState.values if state != RequestState.DRAFT),
        order=NEWEST,
        counted=False,
        empty=_("No request has reached you yet."),
    ),
}

OWN = ("mine", "open")  # what the strip on top counts in, for those who act
# The strip on top: number beside words, and the filters that list exactly those requests.
DAY: dict[str, Callable[[HelpRequestQuerySet, Viewer], HelpRequestQuerySet]] = {
    "overdue": lambda requests, viewer: overdue(requests, viewer.today),
    "next": lambda requests, viewer: requests.filter(
        state__in=WORKING_STATES, due_on__range=(viewer.today, viewer.next_day)
    ),
    "assigned": lambda requests, viewer: requests.filter(state=RequestState.ASSIGNED),
}


def tabs_for(user: User) -> list[str]:
    """Names of the tabs that make sense for the person, their own first."""
    works = user.has_role(Role.STEWARD, Role.HANDLER)
    names = ["mine"] if works else []
    if works and user.department_id:
        names.append("department")
    if user.has_role(Role.ADMIN):
        names.append("open")
    if user.has_role(Role.STEWARD, Role.ADMIN):
        names.append("unassigned")
    if not names:
        return ["overdue", "all"]  # a linked leader
    return [*names, "overdue", "waiting", "answered", "all"]


def counts(viewer: Viewer) -> dict[str, int]:
    """How many requests each counted tab and each part of the day holds, at most CAP + 1, in one query."""
    user = viewer.user
    names, sql, params = _counting(frozenset(user.roles), bool(user.department_id), viewer.today, viewer.next_day)
    known = {_STAND_IN.pk: user.pk, _STAND_IN.department_id: user.department_id}
    with connection.cursor() as cursor:
        cursor.execute(sql, [known.get(value, value) for value in params])
        row = cursor.fetchone()
    return dict(zip(names, row or (), strict=True))


_STAND_IN = User(pk=-1, department_id=-2)


@lru_cache(maxsize=64)
def _counting(
    roles: frozenset[str], in_department: bool, today: date, next_day: date
) -> tuple[list[str], str, list[Any]]:
    """The counting statement for people with those roles, made once a day, with a stand-in where a person's keys go."""
    user = User(pk=_STAND_IN.pk, department_id=_STAND_IN.department_id if in_department else None, roles=list(roles))
    viewer = Viewer(user, today, next_day)
    names = tabs_for(user)
    own = TABS[names[0]].select(viewer)
    counted: dict[str, QuerySet[Any, Any]] = {name: TABS[name].select(viewer) for name in names if TABS[name].counted}
    if names[0] in OWN:
        counted |= {f"day-{part}": choose(own, viewer) for part, choose in DAY.items()}
    parts = pressing(user)
    if parts is not None:
        counted["parts"] = parts
    rectify = beside.pressing(user)
    if rectify is not None:
        counted["rectify"] = rectify
    pieces: list[str] = []
    params: list[Any] = []
    for requests in counted.values():
        sql, values = requests.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        pieces.append(f"(SELECT count(*) FROM ({sql}) AS few)")  # noqa: S608 - written by the ORM, values apart
        params += values
    return list(counted), f"SELECT {', '.join(pieces)}", params
