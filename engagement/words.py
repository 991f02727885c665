"""Visits in words: when, the timeline, the tone of a state."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagement.enums import UNSETTLED, Contact, Verb, VisitState
from engagement.models import Visit
from portal.core.calendar import local_day
from stewards.timewords import day_words

V = Verb
TITLES = {
    V.PLAN: gettext_lazy("%(name)s planned the visit"),
    V.REQUEST: gettext_lazy("%(name)s asked for the visit"),
    V.CONFIRM: gettext_lazy("%(name)s confirmed the visit"),
    V.DECLINE: gettext_lazy("%(name)s declined the visit"),
    V.MOVE: gettext_lazy("%(name)s proposed another time"),
    V.MERGE: gettext_lazy("%(name)s merged the visit into another one"),
    V.JOIN: gettext_lazy("%(name)s joins the visit"),
    V.HOLD: gettext_lazy("%(name)s recorded that the visit took place"),
    V.WRITE_UP: gettext_lazy("%(name)s wrote the visit up"),
    V.PROMISE: gettext_lazy("%(name)s made a promise a request"),
    V.CANCEL: gettext_lazy("%(name)s cancelled the visit"),
    V.PAUSE: gettext_lazy("%(name)s asked for quiet: the visit is on hold"),
}
TONES: dict[str, str] = {
    VisitState.REQUESTED: "warn",
    VisitState.MOVED: "warn",
    VisitState.CONFIRMED: "ok",
    VisitState.HELD: "warn",
    VisitState.WRITTEN_UP: "ok",
}
FOR_ENTERPRISE = (V.REQUEST, V.CONFIRM, V.DECLINE, V.MOVE, V.JOIN, V.HOLD, V.CANCEL, V.PAUSE)


def when(starts: datetime, ends: datetime) -> str:
    """Friday 27 November 2026, 14:00 to 15:00."""
    first, last = timezone.localtime(starts), timezone.localtime(ends)
    facts = {"day": day_words(local_day(starts)), "first": f"{first:%H:%M}", "last": f"{last:%H:%M}"}
    return _("%(day)s, %(first)s to %(last)s") % facts


def when_of(visit: Visit) -> str:
    return when(visit.starts_at, visit.ends_at)


def why_counted(visit: Visit) -> str:
    """Whether the guard counts it, and why; for the enterprise's own record."""
    if visit.asked_by == Contact.ENTERPRISE:
        return _("Not counted: you asked for it yourself.")
    if visit.asked_by == Contact.ENFORCEMENT:
        return _("Not counted: law enforcement is only recorded.")
    if visit.state == VisitState.MERGED:
        return _("Not counted: merged, so that you are visited once.")
    nothing_came = visit.state in UNSETTLED and visit.day < local_day()
    if visit.state in (VisitState.DECLINED, VisitState.CANCELLED) or nothing_came:
        return _("Not counted: it did not take place.")
    if visit.is_on_hold:
        return _("Counted for now; if it does not take place, no longer.")
    return _("Counted as one visit of the year.")


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    at: datetime
    text: str


def timeline(visit: Visit, *, of_enterprise: bool = False) -> list[Line]:
    """Oldest first, one query; the enterprise reads what concerns it."""
    entries = visit.entries.select_related("actor")
    if of_enterprise:
        entries = entries.filter(kind__in=FOR_ENTERPRISE)
    return [Line(str(TITLES[Verb(e.kind)]) % {"name": e.actor.name}, e.at, e.text) for e in entries]
