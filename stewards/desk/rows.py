"""One page of the queue as rows of plain words: read in one query, without a model instance for every join."""

from collections import namedtuple
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, ExpressionWrapper, F, OuterRef, TextField, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.kinds import somebody
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.keyset import Page, Place, first_holding, paginate, window
from portal.core.prepared import DAY, KEY, MOMENT, TEXT, Prepared
from portal.core.templatetags.ui import day, day_plain
from portal.core.workdays import Calendar
from stewards.desk.filters import Filters
from stewards.desk.queue import TABS, Viewer, known, stand_in
from stewards.enums import OPEN_STATES, RequestState, RequestType
from stewards.models import HelpRequest, HelpRequestQuerySet, RequestTag
from stewards.standard.standing import standing

SIZE = 30
NEAR = 1_000  # rows in which words are looked for one by one
MOST_TAGS = 3  # of one row
TONES = {
    RequestState.SUBMITTED: "warn",
    RequestState.ASSIGNED: "warn",
    RequestState.ACCEPTED: "info",
    RequestState.IN_PROGRESS: "info",
    RequestState.WAITING: "quiet",
    RequestState.ANSWERED: "ok",
    RequestState.RATED: "ok",
}
_COLUMNS = (
    *(
        "id",
        "number",
        "subject",
        "type",
        "state",
        "due",
        "due_provisional",
        "renewed_due_on",
        "answered",
        "waiting_since",
        "lock_version",
        "supervised_at",
        "attention_at",
    ),
    *("steward_id", "handler_id", "department_id", "enterprise__name_zh_hans", "enterprise__name_en"),
    *(f"{who}__{name}" for who in ("asker", "steward", "handler") for name in ("name_zh", "name_en", "email")),
    *("department__name_zh_hans", "department__name_en"),
    "tags",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What one line of the queue says; `seen` is set where the viewer may accept with one click."""

    url: str
    number: str
    subject: str
    enterprise: str
    type: str
    state: str
    tone: str
    due: str
    due_tone: str
    day: SafeString
    holder: str
    seen: int | None
    pick: str  # number and version, for an act on several requests
    flag: str
    tags: list[str]
    more_tags: int  # than those that are shown


def read(
    name: str, viewer: Viewer, calendar: Calendar, cursor: str | None, filters: Filters | None = None
) -> Page[Row]:
    """One page of a tab's requests, in the tab's order; all of them, or what the filters leave."""
    tab = TABS[name]
    if not tab.lists(viewer):
        return Page([], None, None)
    fetch = partial(_fetch, name, viewer, filters)
    page = paginate(_shape(), order=tab.order, cursor=cursor, size=SIZE, fetch=fetch)
    write = _Writer(viewer, calendar)
    return Page([write(row) for row in page], page.next_cursor, page.prev_cursor)


@cache
def _shape() -> Any:
    """What is read of each row."""
    named = Concat("tag__name_zh_hans", Value("\n"), "tag__name_en", output_field=TextField())
    tags = RequestTag.objects.filter(request=OuterRef("pk")).order_by("pk").values_list(named)
    return with_places(HelpRequest.objects.all()).annotate(tags=ArraySubquery(tags)).values_list(*_COLUMNS, named=True)


def _fetch(name: str, viewer: Viewer, filters: Filters | None, place: Place | None) -> list[Any]:
    """The rows of a tab beyond a place, by a statement that is planned once where it can be."""
    if filters is None or not filters.any:
        statement, stand_ins = _statement(name, place and place.back, *viewer.kind)
    elif filters.lasting:
        statement, stand_ins = _filtering(name, place and place.back, filters.kept(), viewer.next_day, *viewer.kind)
    else:
        return list(_asked(name, viewer, filters, place))
    here = dict(zip(stand_ins, place.values if place else (), strict=bool(place)))
    names, rows = statement.rows(known(viewer) | here | {TEXT: filters and filters.looked_for})
    line = _line(tuple(names))
    return [line(*row) for row in rows]


@lru_cache(maxsize=512)
def _statement(name: str, back: bool | None, *kind: Any) -> tuple[Prepared, list[Any]]:
    """The statement for a tab of people of that kind, and what stands in it for the place of a cursor."""
    return _standing(name, back, stand_in(*kind))


@lru_cache(maxsize=512)
def _filtering(
    name: str, back: bool | None, filters: Filters, next_day: date, roles: frozenset[str], placed: bool, day: date
) -> tuple[Prepared, list[Any]]:
    """The same with filters. The days stand in it as they are, since filters reckon with them."""
    return _standing(name, back, Viewer(somebody(roles, placed, day), day, next_day), filters)


def _standing(
    name: str, back: bool | None, viewer: Viewer, filters: Filters | None = None
) -> tuple[Prepared, list[Any]]:
    stand_ins = [_PLACES[each.field] for each in TABS[name].order]
    place = None if back is None else Place(back, stand_ins)
    return Prepared(*_asked(name, viewer, filters, place).query.sql_with_params()), stand_ins


def _asked(name: str, viewer: Viewer, filters: Filters | None, place: Place | None) -> Any:
    """The first rows of a tab beyond a place. Words and tag are first looked for among those that come next in the
    list: what many requests hold is found there at once. What few hold is found by an index of its own, which knows no
    order."""
    tab = TABS[name]
    lists = [with_places(filters.narrow(each, viewer) if filters else each) for each in tab.lists(viewer)]
    here: Any = {"order": tab.order, "place": place, "most": SIZE + 1}
    if filters is None or filters.holds is None:
        return window(_shape(), among=lists, **here)
    found = first_holding(lists, filters.holds, [filters.holding(each) for each in lists], near=NEAR, **here)
    return window(_shape().filter(found), **here)


_PLACES = {"due": DAY, "answered": MOMENT, "id": KEY}


@cache
def _line(names: tuple[str, ...]) -> Any:
    return namedtuple("Line", names)


def with_places(requests: HelpRequestQuerySet) -> HelpRequestQuerySet:
    """With the columns that the tabs' orders name.

    Wrapped, since they are never null where they are used: so the keyset's comparison is one that an index answers.
    """
    due, answered = F("due_on"), F("answered_at")
    return requests.annotate(
        due=ExpressionWrapper(due, DateField()), answered=ExpressionWrapper(answered, DateTimeField())
    )


class DueWords:
    """Due dates as people say them, seen from one day; each sentence is made once."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self.today = today
        self.calendar = calendar
        self._known: dict[date, tuple[str, str]] = {}

    def __call__(self, due: date) -> tuple[str, str]:
        """The words and their tone."""
        if due not in self._known:
            stands = standing(due, self.today, self.calendar)
            self._known[due] = str(stands), stands.tone
        return self._known[due]


def with_new_date(words: str, renewed: date | None) -> str:
    """How a due date stands, and the date that has replaced it, if one has."""
    return _("%(due)s, new date %(day)s") % {"due": words, "day": day_plain(renewed)} if renewed else words


class _Writer:
    """Turns rows of the database into words; what many rows share is looked up once."""

    def __init__(self, viewer: Viewer, calendar: Calendar) -> None:
        self.user = viewer.user
        self.takes = viewer.user.has_role(Role.STEWARD)
        self.accepts = viewer.user.has_role(Role.STEWARD, Role.HANDLER)
        self.due_words = DueWords(viewer.today, calendar)
        self.days: dict[date, SafeString] = {}
        self.states = {
            value: (str(label), TONES.get(RequestState(value), "quiet")) for value, label in RequestState.choices
        }
        self.types = {value: str(label) for value, label in RequestType.choices}
        self.base = reverse("desk:queue")
        self.named = bilingual.namer()

    def __call__(self, row: Any) -> Row:
        state, tone = self.states[row.state]
        due, due_tone, when = self._due(row)
        return Row(
            url=f"{self.base}{row.number}/",
            number=row.number,
            subject=row.subject,
            enterprise=self._name(row.enterprise__name_zh_hans, row.enterprise__name_en)
            or self._name(row.asker__name_zh, row.asker__name_en, row.asker__email),
            type=self.types[row.type],
            state=state,
            tone=tone,
            due=due,
            due_tone=due_tone,
            day=self._once(when),
            holder=self._holder(row),
            seen=row.lock_version if self._may_accept(row) else None,
            pick=f"{row.number}:{row.lock_version}",
            flag=self._flag(row),
            tags=[self._name(*each.split("\n")) for each in row.tags[:MOST_TAGS]],
            more_tags=max(len(row.tags) - MOST_TAGS, 0),
        )

    def _due(self, row: Any) -> tuple[str, str, date]:
        if row.state == RequestState.WAITING:
            since: datetime = row.waiting_since
            words = _("waiting since %(day)s") % {"day": day_plain(since)}
            stopped = standing(row.due, local_day(since), self.due_words.calendar)
            if stopped.is_late:
                return _("%(late)s, %(waiting)s") % {"late": stopped, "waiting": words}, "bad", row.due
            return words, "quiet", row.due
        if row.state not in OPEN_STATES:
            return "", "quiet", local_day(row.answered) if row.answered else row.due
        words, tone = self.due_words(row.due)
        words = _("%(due)s (provisional)") % {"due": words} if row.due_provisional else words
        return with_new_date(words, row.renewed_due_on), tone, row.due

    def _flag(self, row: Any) -> str:
        """Who looks at it from above."""
        if row.supervised_at:
            return _("Under supervised handling")
        return _("A leader's instruction") if row.attention_at else ""

    def _holder(self, row: Any) -> str:
        if row.state == RequestState.WAITING:
            return _("the enterprise")
        if row.handler_id:
            return self._person(row.handler_id, row.handler__name_zh, row.handler__name_en, row.handler__email)
        if row.department_id:
            return self._name(row.department__name_zh_hans, row.department__name_en)
        if row.steward_id:
            return self._person(row.steward_id, row.steward__name_zh, row.steward__name_en, row.steward__email)
        return _("nobody yet")

    def _person(self, pk: int, *names: str) -> str:
        return _("you") if pk == self.user.pk else self._name(*names)

    def _may_accept(self, row: Any) -> bool:
        """Where a click is expected of the viewer; stewards/rules.py decides, and allows somewhat more."""
        if row.state != RequestState.ASSIGNED:
            return self.takes and row.state == RequestState.SUBMITTED
        ours = row.department_id is None or row.department_id == self.user.department_id
        return self.accepts and (self.user.pk == row.handler_id or (ours and row.handler_id is None))

    def _name(self, zh: str | None, en: str | None, email: str | None = None) -> str:
        return self.named(zh, en) or (email or "").partition("@")[0]

    def _once(self, when: date) -> SafeString:
        if when not in self.days:
            self.days[when] = SafeString(day(when))
        return self.days[when]
