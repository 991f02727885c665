"""The district at a glance: each number with the list behind it. What is counted over everything open is counted once
a minute for all readers; which list somebody may open is asked for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.enums import Role
from engagement.queries import silent
from insights.models import MonthFlow
from insights.performance.flow import months_until
from policies.models import MissedSearch, Policy, PolicyQuestion, ViewCount
from portal.core.keyset import capped_count
from portal.core.minute import once_a_minute
from portal.core.templatetags.ui import day_plain, number
from stewards.centre.overview import kept_standing
from stewards.desk.queue import tabs_for
from stewards.enums import WORKING_STATES, RequestState
from stewards.models import CoverageGap, HelpRequest
from stewards.rating import figures

READERS = (Role.ADMIN, Role.LEADER, Role.AUDITOR)
MONTHS, MOST, DAYS = 12, 10, 30
CAP = 999
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Number:
    """A number, a moment or nothing; url: the list behind it, where the reader may open one."""

    name: Words
    value: Any
    url: str = ""
    words: Words = ""

    @property
    def shown(self) -> str:
        if self.value is None:
            return "–"
        if isinstance(self.value, datetime):
            return day_plain(self.value)
        return number(self.value) if isinstance(self.value, int) else str(self.value)


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    title: Words
    numbers: list[Number]


@dataclass(frozen=True)
class Standing:
    """What is counted over everything, as it was up to a minute ago."""

    backlog: dict[str, int]
    oldest: Any
    silent: tuple[int, bool]
    gaps: int
    read: list[tuple[int, int]]
    missed: list[tuple[str, int, str]]
    questions: int


# Code, name, condition on open requests, tab of the queue, its filter.
_WORKED = Q(state__in=WORKING_STATES)
BACKLOG: tuple[tuple[str, Words, Any, str, str], ...] = (
    ("open", gettext_lazy("Open requests"), lambda day: Q(), "open", ""),
    ("overdue", gettext_lazy("Overdue"), lambda day: _WORKED & Q(due_on__lt=day), "overdue", ""),
    (
        "week",
        gettext_lazy("Due within seven days"),
        lambda day: _WORKED & Q(due_on__range=(day, day + timedelta(days=7))),
        *("open", "7"),
    ),
    ("unassigned", gettext_lazy("In nobody's hands"), lambda day: Q(state=RequestState.SUBMITTED), "unassigned", ""),
    ("waiting", gettext_lazy("Waiting for the enterprise"), lambda day: Q(state=RequestState.WAITING), "waiting", ""),
)
AGES: tuple[tuple[str, Words, int, int | None], ...] = (  # received so many days ago: from, to
    ("age-7", gettext_lazy("Received within seven days"), 0, 7),
    ("age-30", gettext_lazy("8 to 30 days ago"), 8, 30),
    ("age-more", gettext_lazy("More than 30 days ago"), 31, None),
)


def standing(day: date) -> Standing:
    counts: dict[str, Any] = {code: Count("pk", filter=which(day)) for code, _n, which, _t, _f in BACKLOG[1:]}
    for code, _name, least, most in AGES:
        since = Q(submitted_at__date__lte=day - timedelta(days=least))
        until = Q(submitted_at__date__gte=day - timedelta(days=most)) if most is not None else Q()
        counts[code] = Count("pk", filter=since & until)
    found = HelpRequest.objects.all().open().aggregate(open=Count("pk"), oldest=Min("submitted_at"), **counts)
    oldest = found.pop("oldest")
    recently = ViewCount.objects.filter(day__gt=day - timedelta(days=DAYS)).values_list("policy")
    return Standing(
        backlog=found,
        oldest=oldest,
        silent=capped_count(silent(day), CAP),
        gaps=CoverageGap.objects.filter(closed_at=None).count(),
        read=list(recently.annotate(many=Sum("count")).order_by("-many", "policy")[:MOST]),
        missed=list(MissedSearch.objects.order_by("-count", "-pk").values_list("words", "count", "language")[:MOST]),
        questions=PolicyQuestion.objects.filter(created_at__date__gt=day - timedelta(days=DAYS)).count(),
    )


def groups(user: Any, day: date) -> list[Group]:
    """Everything that is a number, in the active language."""
    now, _counted_at = once_a_minute(f"district-{day}", lambda: standing(day))
    flow = MonthFlow.objects.filter(month=day.replace(day=1)).first() or MonthFlow(month=day.replace(day=1))
    return [
        _requests(user, now),
        _ages(now),
        _policies(user, now, flow),
        _contact(user, now, flow),
        _gaps(user, now, day),
    ]


def _requests(user: Any, now: Standing) -> Group:
    tabs = tabs_for(user) if user.has_role(Role.ADMIN, Role.LEADER) else []
    rows = [
        Number(name, now.backlog[code], _queue(tab, due) if tab in tabs else "") for code, name, _w, tab, due in BACKLOG
    ]
    return Group("requests", gettext_lazy("Requests now"), rows)


def _queue(tab: str, due: str) -> str:
    return f"{reverse('desk:queue')}?{urlencode({'tab': tab, **({'due': due} if due else {})})}"


def _ages(now: Standing) -> Group:
    rows = [Number(name, now.backlog[code]) for code, name, _least, _most in AGES]
    rows.append(Number(gettext_lazy("The oldest was received on"), now.oldest))
    return Group("ages", gettext_lazy("How long they have been open"), rows)


def _policies(user: Any, now: Standing, flow: MonthFlow) -> Group:
    rows = [
        Number(gettext_lazy("Published this month"), flow.policies, reverse("policies:list")),
        Number(
            gettext_lazy("Asked about in 30 days"),
            now.questions,
            reverse("publishing:questions") if user.has_role(Role.ADMIN, Role.REVIEWER, Role.EDITOR) else "",
            gettext_lazy("Questions that may become public with their answer"),
        ),
    ]
    return Group("policies", gettext_lazy("Policies"), rows)


def _contact(user: Any, now: Standing, flow: MonthFlow) -> Group:
    many, more = now.silent
    to_list = reverse("visits:no-contact") if user.has_role(Role.ADMIN, Role.LEADER) else ""
    rows = [
        Number(gettext_lazy("Visits this month"), flow.visits),
        Number(gettext_lazy("Enterprises visited this month"), flow.visited),
        Number(gettext_lazy("Key enterprises without contact"), f"{many:,}{'+' if more else ''}", to_list),
        Number(gettext_lazy("Events this month"), flow.events, reverse("events:list")),
        Number(gettext_lazy("Guests at events this month"), flow.guests),
    ]
    return Group("contact", pgettext_lazy("district", "Visits and events"), rows)


def _gaps(user: Any, now: Standing, day: date) -> Group:
    missing = kept_standing(day)[0].without_steward
    admin = user.has_role(Role.ADMIN)
    rows = [
        Number(gettext_lazy("Key enterprises without a steward"), missing, reverse("centre:stewards") if admin else ""),
        Number(gettext_lazy("Subjects that nobody could take"), now.gaps, reverse("centre:coverage") if admin else ""),
    ]
    return Group("gaps", gettext_lazy("Gaps"), rows)


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and went out in a month."""

    month: date
    received: int
    answered: int
    url: str


def months(day: date) -> list[Month]:
    """The last twelve, the latest first: what came in, and what was answered."""
    wanted = list(months_until(day.replace(day=1), MONTHS))
    answered = dict(MonthFlow.objects.filter(month__in=wanted).values_list("month", "answered"))
    report = figures.kept_report(figures.Asked(wanted[-1], wanted[0], {}), whole=True, most=MONTHS)
    received = {row.key[:7]: row.counts["needed"] for row in report.tables["month"]}
    return [
        Month(month, received.get(f"{month:%Y-%m}", 0), answered.get(month, 0), _figures({}, month, month))
        for month in wanted
    ]


def rates(day: date, *, whole: bool) -> figures.Report:
    """The four rates of the last twelve months, with the ten rows of each table that count most."""
    wanted = list(months_until(day.replace(day=1), MONTHS))
    return figures.kept_report(figures.Asked(wanted[-1], wanted[0], {}), whole=whole, most=MOST)


def rows_of(report: figures.Report, name: str, day: date) -> list[tuple[figures.Row, str]]:
    """(row, the figures narrowed to it)"""
    wanted = list(months_until(day.replace(day=1), MONTHS))
    return [
        (row, _figures({name: row.key} if row.key not in ("", "0") else {}, wanted[-1], wanted[0]))
        for row in report.tables[name]
    ]


def _figures(narrowed: Mapping[str, str], first: date, last: date) -> str:
    return f"{reverse('rating:figures')}?{urlencode({'first': f'{first:%Y-%m}', 'last': f'{last:%Y-%m}', **narrowed})}"


def most_read(day: date) -> list[tuple[Policy, int, str]]:
    """(policy, how often in thirty days, its figures)"""
    now, _counted_at = once_a_minute(f"district-{day}", lambda: standing(day))
    found = Policy.objects.in_bulk([key for key, _many in now.read])
    return [
        (found[key], many, reverse("home:figures", args=[found[key].slug])) for key, many in now.read if key in found
    ]


def missed(day: date) -> list[tuple[str, int, str]]:
    """(words, how often, the language of the page they were typed into)"""
    return once_a_minute(f"district-{day}", lambda: standing(day))[0].missed
