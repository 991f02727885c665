"""What is on my desk in two other shapes: a board by state, and a calendar of the days on which answers are due."""

import re
from calendar import monthcalendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from portal.core import bilingual, calendar
from portal.core.access import roles_required
from portal.core.templatetags.ui import month as month_words
from portal.core.workdays import Calendar
from stewards.desk.filters import Filters
from stewards.desk.queue import TABS, Viewer, overdue, tabs_for
from stewards.desk.rows import DueWords, Row, read, with_new_date
from stewards.deskwork.record_page import crumbs
from stewards.enums import OPEN_STATES, RequestState
from stewards.models import HelpRequestQuerySet

on_desk = roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
MOST_IN_COLUMN = 20
MOST_IN_MONTH = 500
MOST_LATE = 20
_COLUMNS = (
    *("number", "subject", "state", "due_on", "due_provisional", "renewed_due_on"),
    *("enterprise__name_zh_hans", "enterprise__name_en", "asker__name_zh", "asker__name_en", "asker__email"),
)
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Card:
    """One request in the calendar."""

    url: str
    number: str
    subject: str
    who: str
    due: str = ""
    tone: str = "quiet"
    provisional: bool = False
    renewed: date | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board; `more` leads to the list when it holds more than is shown."""

    state: str
    label: str
    cards: list[Row]
    more: str = ""


@dataclass(slots=True)
class Day:
    """A day of the calendar's page; `off` and `makeup` say in words what the weekday does not."""

    day: date
    inside: bool
    today: bool
    working: bool
    makeup: bool
    cards: list[Card] = field(default_factory=list)


def _own(user: User) -> tuple[str, HelpRequestQuerySet, Viewer]:
    """The list that is the person's own in the queue, and its name."""
    viewer = Viewer.on(user, calendar.local_day(), calendar.current())
    name = tabs_for(user)[0]
    return name, TABS[name].select(viewer).filter(state__in=OPEN_STATES), viewer


class _Cards:
    """Makes cards of flat rows: what they share is looked up once."""

    def __init__(self, words: DueWords | None = None) -> None:
        self.words, self.base, self.name = words, reverse("desk:queue"), bilingual.namer()

    def __call__(self, row: Any) -> Card:
        due, tone = self.words(row.due_on) if self.words and row.due_on and row.state != "waiting" else ("", "quiet")
        enterprise = self.name(row.enterprise__name_zh_hans, row.enterprise__name_en)
        return Card(
            url=f"{self.base}{row.number}/",
            number=row.number,
            subject=row.subject,
            who=enterprise or self.name(row.asker__name_zh, row.asker__name_en) or row.asker__email.partition("@")[0],
            due=with_new_date(due, row.renewed_due_on) if due else "",
            tone=tone,
            provisional=row.due_provisional,
            renewed=row.renewed_due_on,
        )


def columns(user: User) -> list[Column]:
    """Every open state with its most urgent requests, as the queue lists them; a query for each."""
    viewer, name = Viewer.on(user, calendar.local_day(), calendar.current()), tabs_for(user)[0]
    found = []
    for state in OPEN_STATES:
        rows = read(name, viewer, calendar.current(), None, Filters(state=state, short=True)).rows
        more = f"{reverse('desk:queue')}?tab={name}&state={state}" if len(rows) > MOST_IN_COLUMN else ""
        found.append(Column(state, str(RequestState(state).label), rows[:MOST_IN_COLUMN], more))
    return found


@require_safe
@on_desk
def board(request: SignedInRequest) -> HttpResponse:
    shown = [column for column in columns(request.user) if column.cards or column.state != RequestState.SUBMITTED]
    context = {"columns": shown, "any": any(column.cards for column in shown), "crumbs": crumbs()}
    return render(request, "deskwork/board.html", context)


def month_of(text: str, today: date) -> date:
    """“2026-11” → its first day; anything else, or a month that no request can be due in, → this month."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def weeks(first: date, today: date, working: Calendar) -> list[list[Day]]:
    """The weeks of the month from Monday on, with the days of its neighbours that fill them."""
    start = first - timedelta(days=first.weekday())
    count = len(monthcalendar(first.year, first.month))
    days = [start + timedelta(days=n) for n in range(count * 7)]
    made = [
        Day(day, day.month == first.month, day == today, works := working.is_working(day), works and day.weekday() > 4)
        for day in days
    ]
    return [made[n : n + 7] for n in range(0, len(made), 7)]


def fill(shown: list[list[Day]], rows: list[Any]) -> None:
    """Put the requests on the days on which they are due now: a new date takes the place of the one it has broken."""
    card = _Cards()
    by_day = {day.day: day for week in shown for day in week if day.inside}
    for row in rows:
        due = row.renewed_due_on or row.due_on
        if due in by_day:
            by_day[due].cards.append(card(row))


def due_within(own: HelpRequestQuerySet, first: date, after: date) -> list[Any]:
    """What is due now in that time, the first so many and one more."""
    now = Q(renewed_due_on__gte=first, renewed_due_on__lt=after)
    rows = own.filter(now | Q(renewed_due_on__isnull=True, due_on__gte=first, due_on__lt=after))
    return list(_flat(rows.order_by(Coalesce("renewed_due_on", "due_on"), "id"))[: MOST_IN_MONTH + 1])


def late(own: HelpRequestQuerySet, viewer: Viewer) -> list[Card]:
    """What is past its promised day, whatever month that was in, the latest first; one more than is shown."""
    card = _Cards(DueWords(viewer.today, calendar.current()))
    rows = overdue(own, viewer.today).order_by("due_on", "id")
    return [card(row) for row in _flat(rows)[: MOST_LATE + 1]]


def _flat(rows: HelpRequestQuerySet) -> Any:
    return rows.values_list(*_COLUMNS, named=True)


@require_safe
@on_desk
def month(request: SignedInRequest) -> HttpResponse:
    """The due dates of what is on my desk, month by month."""
    today, working = calendar.local_day(), calendar.current()
    first = month_of(request.GET.get("month", ""), today)
    after = (first + timedelta(days=32)).replace(day=1)
    name, own, viewer = _own(request.user)
    found, this = due_within(own, first, after), first == today.replace(day=1)
    past = late(own, viewer) if this else []
    shown = weeks(first, today, working)
    fill(shown, found[:MOST_IN_MONTH])
    context: dict[str, Any] = {
        "weeks": shown,
        "weekdays": [WEEKDAYS_ABBR[n] for n in range(7)],
        "title": month_words(first),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{after:%Y-%m}",
        "this": this,
        "late": past[:MOST_LATE],
        "all_late": f"{reverse('desk:queue')}?tab={name}&due=overdue" if len(past) > MOST_LATE else "",
        "count": len(found[:MOST_IN_MONTH]),
        "too_many": len(found) > MOST_IN_MONTH,
        "unpublished": not working.is_published(first.year),
        "year": first.year,
        "crumbs": crumbs(),
    }
    return render(request, "deskwork/month.html", context)
