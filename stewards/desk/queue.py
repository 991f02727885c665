"""The queue: its tabs as conditions, their counts in one query, and the rows of one page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.kinds import Kind, keys_of, kind_of, somebody
from accounts.models import User
from portal.core.keyset import Order
from portal.core.prepared import NEXT_DAY, TODAY, Prepared
from portal.core.workdays import Calendar
from stewards.enums import OPEN_STATES, WORKING_STATES, RequestState
from stewards.models import HelpRequest, HelpRequestQuerySet
from stewards.models.request import UNTAKEN, ways_to_desk
from stewards.parts import queries as parts
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
    def kind(self) -> Kind:
        return kind_of(self.user, self.today)

    def desk(self, states: Sequence[str]) -> list[HelpRequestQuerySet]:
        """Lists that together are what the person may see in these states; each has an index in the queue's order."""
        if self.user.has_role(Role.LEADER) and not self.user.has_role(Role.ADMIN):
            return [HelpRequest.objects.readable_by(self.user)]
        ways = ways_to_desk(self.user)
        if RequestState.SUBMITTED not in states:
            ways = [way for way in ways if way != UNTAKEN]
        return [HelpRequest.objects.submitted().filter(way) for way in ways]

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


def _mine(viewer: Viewer, states: Sequence[str]) -> list[HelpRequestQuerySet]:
    return [HelpRequest.objects.filter(Q(steward=viewer.user)), HelpRequest.objects.filter(Q(handler=viewer.user))]


def _department(viewer: Viewer, states: Sequence[str]) -> list[HelpRequestQuerySet]:
    return [HelpRequest.objects.filter(department=viewer.user.department_id)]


def _untaken(viewer: Viewer, states: Sequence[str]) -> list[HelpRequestQuerySet]:
    return [HelpRequest.objects.all()] if viewer.user.has_role(Role.STEWARD, Role.ADMIN) else []


def _open(requests: HelpRequestQuerySet, viewer: Viewer) -> HelpRequestQuerySet:
    return requests.open()


@dataclass(frozen=True)
class Tab:
    """One view of the queue: what `narrow` leaves of the lists that `of` names. `states` are those that can occur in
    it, `counted` says whether a number stands beside."""

    label: str | Promise
    of: Callable[[Viewer, Sequence[str]], list[HelpRequestQuerySet]]
    narrow: Callable[[HelpRequestQuerySet, Viewer], HelpRequestQuerySet] = _open
    states: tuple[str, ...] = OPEN_STATES
    order: tuple[Order, ...] = BY_DUE_DATE
    counted: bool = True
    empty: str | Promise = ""

    def lists(self, viewer: Viewer) -> list[HelpRequestQuerySet]:
        """Its requests, in lists that may overlap."""
        return [self.narrow(each, viewer) for each in self.of(viewer, self.states)]

    def select(self, viewer: Viewer) -> HelpRequestQuerySet:
        """Its requests as one list."""
        return reduce(or_, self.lists(viewer), HelpRequest.objects.none())


TABS: dict[str, Tab] = {
    "mine": Tab(_("Mine"), _mine, empty=_("You hold no open request.")),
    "department": Tab(_("My department"), _department, empty=_("Your department holds no open request.")),
    "open": Tab(_("All open"), Viewer.desk, empty=_("No request is open.")),
    "unassigned": Tab(
        _("Unassigned"),
        _untaken,
        lambda requests, viewer: requests.filter(state=RequestState.SUBMITTED),
        states=(RequestState.SUBMITTED,),
        empty=_("Every request has somebody who looks after it."),
    ),
    "overdue": Tab(
        _("Overdue"),
        Viewer.desk,
        lambda requests, viewer: overdue(requests, viewer.today),
        states=WORKING_STATES,
        empty=_("Nothing is overdue."),
    ),
    "waiting": Tab(
        _("Waiting"),
        Viewer.desk,
        lambda requests, viewer: requests.filter(state=RequestState.WAITING),
        states=(RequestState.WAITING,),
        empty=_("No enterprise owes us an answer."),
    ),
    "answered": Tab(
        _("Recently answered"),
        Viewer.desk,
        lambda requests, viewer: requests.filter(
            state__in=(RequestState.ANSWERED, RequestState.RATED), answered_at__isnull=False
        ),
        states=(RequestState.ANSWERED, RequestState.RATED),
        order=NEWEST_ANSWER,
        counted=False,
        empty=_("No answered request waits to be closed."),
    ),
    "all": Tab(
        _("Everything"),
        Viewer.desk,
        lambda requests, viewer: requests,
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
    """How many requests each counted tab and each part of the day holds, in one query; beyond CAP only roughly."""
    names, counting = _counting(*viewer.kind)
    _columns, ((*numbers,),) = counting.rows(known(viewer))
    return dict(zip(names, numbers, strict=True))


def known(viewer: Viewer) -> dict[Any, Any]:
    """What stands where a prepared statement has stand-ins."""
    return keys_of(viewer.user) | {TODAY: viewer.today, NEXT_DAY: viewer.next_day}


def stand_in(*kind: Any) -> Viewer:
    return Viewer(somebody(*kind), TODAY, NEXT_DAY)


@lru_cache(maxsize=64)
def _counting(*kind: Any) -> tuple[list[str], Prepared]:
    """The counting statement for people with those roles."""
    viewer = stand_in(*kind)
    user, names = viewer.user, tabs_for(viewer.user)
    counted: dict[str, list[Any]] = {name: TABS[name].lists(viewer) for name in names if TABS[name].counted}
    if names[0] in OWN:
        own = TABS[names[0]].lists(viewer)
        counted |= {f"day-{part}": [choose(each, viewer) for each in own] for part, choose in DAY.items()}
    for name, pressing in (("parts", parts.pressing(user)), ("rectify", beside.pressing(user))):
        if pressing is not None:
            counted[name] = [pressing]
    pieces = [_counted(lists) for lists in counted.values()]
    params = [value for _sql, values in pieces for value in values]
    return list(counted), Prepared(f"SELECT {', '.join(sql for sql, _values in pieces)}", params)


def _counted(lists: Sequence[Any]) -> tuple[str, list[Any]]:
    """How many rows the lists hold together. Where one of them alone goes beyond CAP, nothing else is read."""
    rows = [each.order_by().values("pk") for each in lists]
    few = [each[: CAP + 1].query.sql_with_params() for each in rows]
    params = [value for _sql, values in few for value in values]
    united = " UNION ".join(f"({sql})" for sql, _values in few)
    whole = f"(SELECT count(*) FROM ({united}) AS few)" if few else "0"  # noqa: S608 - written by the ORM, values apart
    if len(few) < 2:
        return whole, params
    last = [each[CAP : CAP + 1].query.sql_with_params() for each in rows[:-1]]
    alone = [f"(SELECT {CAP + 1} FROM ({sql}) AS beyond)" for sql, _values in last]  # noqa: S608
    values = [value for _sql, values in last for value in values]
    return f"COALESCE({', '.join([*alone, whole])})", values + params
