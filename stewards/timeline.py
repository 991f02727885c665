"""The timeline of a request as people read it; internal entries for the desk alone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import bilingual
from stewards.enums import EventKind, Ground
from stewards.models import Attachment, HelpRequest, RequestEvent
from stewards.timewords import day_words, when_words

K = EventKind
# "%(name)s" did it; the same sentence stands in the timeline and tells what happened since a page was opened.
_TITLES: dict[str, Any] = {
    K.SUBMITTED: gettext_lazy("%(name)s sent the request"),
    K.ASSIGNED: gettext_lazy("Assigned to %(steward)s"),
    K.ACCEPTED: gettext_lazy("%(name)s accepted the request"),
    K.CONTACTED: gettext_lazy("%(name)s wrote to the enterprise"),
    K.ASKED_BACK: gettext_lazy("%(name)s asked the enterprise a question"),
    K.REPLIED: gettext_lazy("%(name)s replied for the enterprise"),
    K.NOTE: gettext_lazy("%(name)s wrote a note"),
    K.REFERRED: gettext_lazy("%(name)s referred the request to %(department)s"),
    K.ANSWERED: gettext_lazy("%(name)s answered the request"),
    K.RATED: gettext_lazy("%(name)s rated the answer: %(score)s"),
    K.REOPENED: gettext_lazy("%(name)s opened the request again"),
    K.CLOSED: gettext_lazy("%(name)s closed the request"),
    K.NOT_ACCEPTED: gettext_lazy("%(name)s did not accept the request: %(ground)s"),
    K.WITHDRAWN: gettext_lazy("%(name)s withdrew the request"),
    K.RECOMPUTED: gettext_lazy("The due date was computed anew"),
}
_TONES: dict[str, str] = {
    K.SUBMITTED: "info",
    K.ACCEPTED: "info",
    K.ASKED_BACK: "warn",
    K.ANSWERED: "ok",
    K.NOT_ACCEPTED: "bad",
    K.REOPENED: "warn",
    K.CLOSED: "ok",
}
SCORES = (
    (5, gettext_lazy("Very satisfied")),
    (4, gettext_lazy("Satisfied")),
    (3, gettext_lazy("Neither satisfied nor dissatisfied")),
    (2, gettext_lazy("Dissatisfied")),
    (1, gettext_lazy("Very dissatisfied")),
)


@dataclass(frozen=True)
class Entry:
    """One entry, ready for requests/_timeline.html."""

    kind: str
    tone: str
    title: str
    at: datetime
    text: str
    internal: bool
    facts: str = ""
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def is_answer(self) -> bool:
        return self.kind == EventKind.ANSWERED


def entries(request: HelpRequest, *, internal: bool = False) -> list[Entry]:
    """Oldest first; two queries whatever the length."""
    events = request.events.select_related("actor").prefetch_related("attachments").order_by("pk")
    if not internal:
        events = events.filter(internal=False)
    return [_entry(event) for event in events]


def title(event: RequestEvent) -> str:
    """The event as a clause, in the language of the page."""
    return str(_TITLES[event.kind]) % _names(event)


def sentence(event: RequestEvent, reader: Any) -> str:
    """“Li Wei accepted the request (14:03).”; the reader's own act is told as such."""
    if event.actor_id == reader.pk:
        text = _("You have done this already: %(what)s (%(when)s).")
    else:
        text = _("%(what)s (%(when)s).")
    return text % {"what": title(event), "when": when_words(event.at)}


def ground_words(code: str) -> str:
    return str(Ground(code).label) if code in Ground.values else ""


def _entry(event: RequestEvent) -> Entry:
    return Entry(
        kind=event.kind,
        tone="warn" if event.internal else _TONES.get(event.kind, "quiet"),
        title=title(event),
        at=event.at,
        text=event.text,
        internal=event.internal,
        facts=_facts(event),
        attachments=list(event.attachments.all()),
    )


def _names(event: RequestEvent) -> dict[str, str]:
    """The names that a title may need; those kept in the event's data are bilingual."""
    data = event.data
    return {
        "name": event.actor.name if event.actor else _("The portal"),
        "steward": _kept(data.get("steward")),
        "department": _kept(data.get("department")),
        "score": str(dict(SCORES).get(data.get("score", 0), "")),
        "ground": ground_words(data.get("ground", "")),
    }


def both_names(whose: Any) -> dict[str, str]:
    """A person's or department's name in both languages, to be kept in an event."""
    names = {}
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            names[language] = str(whose.name)
    return names


def _kept(names: Any) -> str:
    """A name that was kept in both languages when it happened."""
    if not isinstance(names, dict):
        return ""
    return names.get(bilingual.current()) or names.get(bilingual.other(bilingual.current())) or ""


def _facts(event: RequestEvent) -> str:
    """What the entry adds to its text: whether it was solved, the new due date."""
    data = event.data
    if event.kind == EventKind.RATED:
        return _("Solved") if data.get("solved") else _("Not solved")
    if data.get("due_on"):
        due = date.fromisoformat(data["due_on"])
        return _("Due by %(day)s") % {"day": day_words(due)}
    return ""
