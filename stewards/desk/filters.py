"""The queue's filters, as they stand in the address: what is known is used, the rest is left out and said so."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise
from portal.core.keyset import pk_in_any, value_in_any
from portal.core.prepared import TEXT
from portal.core.search import tsquery_text
from stewards.desk.queue import Tab, Viewer, overdue
from stewards.enums import OPEN_STATES, WORKING_STATES, RequestState, RequestType
from stewards.models import HelpRequest, HelpRequestQuerySet
from stewards.relations.filtering import Lists, has_tag, sorted_under, tagged
from stewards.standard.contact import not_contacted

DUE_WORDS: dict[str, str | Promise] = {
    "overdue": gettext_lazy("Overdue"),
    "next": gettext_lazy("Today or the next working day"),
    "3": gettext_lazy("Within 3 days"),
    "7": gettext_lazy("Within 7 days"),
    "14": gettext_lazy("Within 14 days"),
    "contact": gettext_lazy("Not contacted yet"),
}
MAX_TEXT, MOST_ENTERPRISES = 100, 500
_NUMBER = re.compile(r"[A-Za-z]{1,6}-\d[\d-]*")
_NAMES = {
    "q": gettext_lazy("Number or words"),
    "enterprise": gettext_lazy("Enterprise"),
    "type": gettext_lazy("Type"),
    "state": gettext_lazy("State"),
    "due": gettext_lazy("Due"),
    "category": gettext_lazy("Category"),
    "tag": gettext_lazy("Tag"),
}


class Matches(Func):
    """Whether a search column answers a ready-made query."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True)
class Filters:
    """What the address asks for; `notes` are sentences on what could not be used."""

    q: str = ""
    enterprise: str = ""
    type: str = ""
    state: str = ""
    due: str = ""
    category: str = ""
    tag: str = ""
    notes: list[str] = field(default_factory=list, compare=False)
    short: bool = False  # of open requests alone
    standing: bool = False  # with a stand-in for the words, for a statement that is kept

    @property
    def any(self) -> bool:
        return bool(self.q or self.enterprise or self.type or self.state or self.due or self.category or self.tag)

    @classmethod
    def read(cls, address: Mapping[str, str], tab: Tab) -> "Filters":
        """From the query string; values that this tab does not know are left out with a note."""
        notes: list[str] = []

        def text(name: str) -> str:
            value = " ".join(address.get(name, "").split())
            if len(value) > MAX_TEXT:
                notes.append(_("“%(name)s” was cut to %(most)d characters.") % {"name": _NAMES[name], "most": MAX_TEXT})
            return value[:MAX_TEXT]

        def choice(name: str, known: Iterable[str]) -> str:
            value = address.get(name, "").strip()
            if value and value not in known:
                notes.append(
                    _("The filter “%(name)s” does not know “%(value)s” here; it was left out.")
                    % {"name": _NAMES[name], "value": value[:40]}
                )
                return ""
            return value

        sorted_by = any(address.get(name) for name in ("category", "tag"))
        lists = Lists.read() if sorted_by else Lists([])
        return cls(
            q=_searchable(text("q"), notes),
            enterprise=text("enterprise"),
            type=choice("type", RequestType.values),
            state=choice("state", tab.states),
            due=choice("due", DUE_WORDS),
            category=choice("category", lists.keys(tags=False)),
            tag=choice("tag", lists.keys(tags=True)),
            notes=notes,
            short=set(tab.states) <= set(OPEN_STATES),
        )

    def narrow(self, requests: HelpRequestQuerySet, viewer: Viewer) -> HelpRequestQuerySet:
        """All but words and tag: what an index in the lists' order answers."""
        if self.type:
            requests = requests.filter(type=self.type)
        if self.state:
            requests = requests.filter(state=self.state)
        if self.enterprise:
            requests = requests.filter(value_in_any("enterprise", [_enterprises(self.enterprise)]))
        if _NUMBER.fullmatch(self.q):
            requests = requests.filter(number__startswith=self.q.upper())
        return _due(sorted_under(requests, self.category), self.due, viewer)

    @property
    def holds(self) -> Any:
        """Words and tag as a condition on one row; None where neither is asked for."""
        words = self.words
        if not self.tag:
            return words
        tag = has_tag(self.tag)
        return tag if words is None else ExpressionWrapper(Q(tag) & Q(words), BooleanField())

    def holding(self, requests: HelpRequestQuerySet) -> HelpRequestQuerySet:
        """Words and tag by the indexes that find all that hold them."""
        if self.tag:
            requests = tagged(requests, self.tag, short=self.short)
        if self.words is not None:
            found = HelpRequest.objects.filter(self.words).values("pk")
            requests = requests.filter(pk_in_any([found]))
        return requests

    @property
    def words(self) -> Matches | None:
        """The condition on the text; None where a number, or nothing, is searched for."""
        asked = TEXT if self.standing and self.q else self.looked_for
        return None if asked is None else Matches(F("search"), Cast(Value(asked), SearchQueryField()))

    @property
    def looked_for(self) -> str | None:
        """The words as the search column is asked for them."""
        return None if not self.q or _NUMBER.fullmatch(self.q) else tsquery_text(self.q)

    @property
    def lasting(self) -> bool:
        """Whether others will ask the same, but for the words."""
        return not self.enterprise and not _NUMBER.fullmatch(self.q)

    def kept(self) -> "Filters":
        """These, whatever the words."""
        return replace(self, q=self.q and TEXT, notes=[], standing=True)


def _searchable(words: str, notes: list[str]) -> str:
    if words and not _NUMBER.fullmatch(words) and tsquery_text(words) is None:
        notes.append(_("There is nothing to search for in “%(words)s”; it was left out.") % {"words": words[:40]})
        return ""
    return words


def _enterprises(text: str) -> Any:
    return Enterprise.objects.found_by(text).order_by("pk").values("pk")[:MOST_ENTERPRISES]


def _due(requests: HelpRequestQuerySet, due: str, viewer: Viewer) -> HelpRequestQuerySet:
    if not due:
        return requests
    if due == "overdue":
        return overdue(requests, viewer.today)
    if due == "contact":
        return not_contacted(requests)
    last = viewer.next_day if due == "next" else viewer.today + timedelta(days=int(due))
    return requests.filter(state__in=WORKING_STATES, due_on__range=(viewer.today, last))


def options(filters: Filters, tab: Tab) -> dict[str, list[Any]]:
    """What the form's drop-down lists offer: (value, word, chosen); no list of states where there is but one."""
    lists = Lists.read()
    states = [(value, RequestState(value).label) for value in tab.states] if len(tab.states) > 1 else []
    return {
        "type": [(value, word, value == filters.type) for value, word in RequestType.choices],
        "state": [(value, word, value == filters.state) for value, word in states],
        "due": [(value, word, value == filters.due) for value, word in DUE_WORDS.items()],
        "category": lists.categories(filters.category),
        "tag": lists.tags(filters.tag),
    }
