"""Parts as pages show them: to the desk as rows, to the enterprise as plain sentences."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import calendar
from portal.core.access import Verdict
from stewards import rules
from stewards.desk.rows import DueWords
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, PartState, RequestPart
from stewards.parts import standing
from stewards.timewords import day_words
from stewards.transitions import Verb

TONES: dict[str, str] = {
    PartState.OPEN: "warn",
    PartState.ACCEPTED: "info",
    PartState.CENTRE: "bad",
    PartState.ANSWERED: "ok",
}
TO_ENTERPRISE = (PartState.OPEN, PartState.ACCEPTED, PartState.ANSWERED)


@dataclass(frozen=True)
class Shown:
    """One part as a row; `opens` says whether the reader may open its page."""

    part: RequestPart
    tone: str
    due: str
    due_tone: str
    opens: bool = True


@dataclass(frozen=True)
class Section:
    """The parts on the desk's page of a request."""

    rows: list[Shown]
    add: Verdict
    summary: str

    def __bool__(self) -> bool:
        return bool(self.rows or self.add)


def shown(part: RequestPart, opens: bool = True) -> Shown:
    due, tone = due_words(part)
    return Shown(part, TONES.get(part.state, "quiet"), due, tone, opens)


def due_words(part: RequestPart) -> tuple[str, str]:
    """How the due date stands; nothing once the part is done, or while the clock stands still."""
    if not part.is_live:
        return "", "quiet"
    if part.request.waiting_since:
        return _("the clock stands still"), "quiet"
    return DueWords(calendar.local_day(), calendar.current())(part.due_on)


def section(request: HelpRequest, user: Any) -> Section:
    whole = standing.has_whole(user, request)
    parts = list(request.parts.all())
    rows = [shown(part, whole or standing.is_theirs(user, part)) for part in parts]
    return Section(rows, rules.may(user, Verb.ADD_PART, request), _summary(request, parts))


def _summary(request: HelpRequest, parts: list[RequestPart]) -> str:
    """What the parts mean for the whole request."""
    if not parts or request.state not in OPEN_STATES:
        return ""
    left = sum(part.is_live for part in parts)
    if left:
        words = ngettext(
            "%(count)s part is still open; the request can be answered once it is done.",
            "%(count)s parts are still open; the request can be answered once they are done.",
            left,
        )
        return words % {"count": left}
    if standing.done(request):
        return _("All departments have answered: the request can be answered now, from their words.")
    return _("No department is at work on it now.")


def for_enterprise(request: HelpRequest) -> list[str]:
    """Which departments work on it, and until when. Never what was said inside."""
    if request.state not in OPEN_STATES:
        return []
    parts = [p for p in request.parts.all() if p.state in TO_ENTERPRISE and p.round == request.round]
    return [_to_enterprise(part) for part in parts]


def _to_enterprise(part: RequestPart) -> str:
    facts = {"department": part.department.name, "day": day_words(part.due_on)}
    if part.state == PartState.ANSWERED:
        return _("%(department)s has done its part.") % facts
    if part.request.waiting_since:
        return _("%(department)s works on a part of it; its date moves on while we wait for you.") % facts
    return _("%(department)s works on a part of it until %(day)s.") % facts
