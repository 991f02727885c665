"""The timeline of a request as people read it; internal entries for the desk alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core import bilingual
from portal.core.prepared import KEY, kept
from portal.core.templatetags.ui import day_plain
from stewards.deskwork.cards import Card, with_cards
from stewards.enums import Channel, EventKind, Ground, RequestType
from stewards.models import Attachment, HelpRequest, RequestEvent
from stewards.parts import standing
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
    K.HANDED_OVER: gettext_lazy("%(steward)s answers while %(holder)s is away"),
    K.HANDED_BACK: gettext_lazy("%(steward)s is back and has the request again"),
    K.GIVEN_BACK: gettext_lazy("%(name)s returned the request for %(department)s"),
    K.DECIDED: gettext_lazy("%(name)s decided that %(department)s takes the request"),
    K.PART_ADDED: gettext_lazy("%(name)s asked %(department)s to work on a part"),
    K.PART_TAKEN: gettext_lazy("%(name)s accepted the part of %(department)s"),
    K.PART_ANSWER: gettext_lazy("%(name)s answered the part of %(department)s"),
    K.PART_RETURN: gettext_lazy("%(name)s returned the part of %(department)s"),
    K.PART_PASSED: gettext_lazy("%(before)s passed its part on to %(department)s"),
    K.PART_BACK: gettext_lazy("%(name)s asked %(department)s for more on its part"),
    K.PART_GONE: gettext_lazy("%(name)s withdrew the part of %(department)s"),
    K.PART_GIVEN: gettext_lazy("%(name)s decided that %(department)s takes the part"),
    K.PART_DUE: gettext_lazy("%(name)s gave the part of %(department)s another due date"),
    K.ANSWERED: gettext_lazy("%(name)s answered the request"),
    K.RATED: gettext_lazy("%(name)s rated the answer: %(score)s"),
    K.REOPENED: gettext_lazy("%(name)s opened the request again"),
    K.CLOSED: gettext_lazy("%(name)s closed the request"),
    K.NOT_ACCEPTED: gettext_lazy("%(name)s did not accept the request: %(ground)s"),
    K.WITHDRAWN: gettext_lazy("%(name)s withdrew the request"),
    K.UNDONE: gettext_lazy("%(name)s took back what was done before"),
    K.RECOMPUTED: gettext_lazy("The due date was computed anew"),
    K.TIME_ASKED: gettext_lazy("%(name)s asked for more time: %(more)s"),
    K.TIME_REFUSED: gettext_lazy("%(name)s refused more time, which %(asker)s had asked for"),
    K.EXTENDED: gettext_lazy(
        "%(name)s approved more time, which %(asker)s had asked for: due by %(due_after)s instead of %(due_before)s"
    ),
    K.COMPLEX: gettext_lazy(
        "%(name)s approved the request as complex, as %(asker)s had asked: "
        "due by %(due_after)s instead of %(due_before)s"
    ),
    K.MERGED: gettext_lazy("%(name)s merged the request into %(other)s, where it continues"),
    K.JOINED: gettext_lazy("%(name)s merged request %(other)s into this one"),
    K.UNMERGED: gettext_lazy("%(name)s took the request out of %(other)s again"),
    K.PARTED: gettext_lazy("%(name)s took request %(other)s out of this one again"),
    K.LINKED: gettext_lazy("%(name)s linked the request to %(other)s"),
    K.UNLINKED: gettext_lazy("%(name)s removed the link to %(other)s"),
    K.SORTED: gettext_lazy("%(name)s set the category: %(category)s"),
    K.INSTRUCTED: gettext_lazy("%(name)s gave an instruction"),
    K.REPORTED: gettext_lazy("%(name)s reported on the instruction"),
    K.SUPERVISED: gettext_lazy("%(name)s put the request under supervised handling"),
    K.RELEASED: gettext_lazy("%(name)s ended the supervised handling"),
    K.RENEWED: gettext_lazy("%(name)s set a new date for the answer"),
    K.UNHEARD: gettext_lazy("%(name)s reported that nobody has contacted the enterprise"),
    K.LASTED: gettext_lazy("%(name)s told us whether the solution has lasted"),
    K.IDENTIFIED: gettext_lazy("%(name)s linked the request to %(whose)s"),
    K.MISTAKEN: gettext_lazy("%(name)s took back the link to %(whose)s"),
    K.RECTIFYING: gettext_lazy("The dissatisfied rating is being put right"),
    K.CALLED_BACK: gettext_lazy("%(name)s called the enterprise back"),
    K.RECTIFIED: gettext_lazy("%(name)s put the rating right"),
}
_RECORDED: dict[str, Any] = {  # a request that was taken down for somebody else, by its channel
    Channel.PHONE: gettext_lazy("%(name)s recorded the request, which came by telephone"),
    Channel.WINDOW: gettext_lazy("%(name)s recorded the request, which was made at the window"),
    Channel.VISIT: gettext_lazy("%(name)s recorded the request, which was made on a visit"),
    Channel.EVENT: gettext_lazy("%(name)s recorded the request, which was made at an event"),
}
_OF_PARTS: dict[str, Any] = {  # the same on one part of a request
    K.HANDED_OVER: gettext_lazy("%(steward)s does the part of %(department)s while %(holder)s is away"),
    K.HANDED_BACK: gettext_lazy("%(steward)s is back and does the part of %(department)s again"),
}
_TONES: dict[str, str] = {
    K.SUBMITTED: "info",
    K.ACCEPTED: "info",
    K.ASKED_BACK: "warn",
    K.GIVEN_BACK: "warn",
    K.PART_ADDED: "info",
    K.PART_ANSWER: "ok",
    K.PART_RETURN: "warn",
    K.ANSWERED: "ok",
    K.NOT_ACCEPTED: "bad",
    K.MERGED: "warn",
    K.REOPENED: "warn",
    K.EXTENDED: "warn",
    K.COMPLEX: "warn",
    K.SUPERVISED: "warn",
    K.RENEWED: "warn",
    K.UNHEARD: "bad",
    K.RECTIFYING: "warn",
    K.RECTIFIED: "ok",
    K.IDENTIFIED: "info",
    K.MISTAKEN: "warn",
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
    assignment: dict[str, Any] = field(default_factory=dict)  # why this person: stewards/assignment/words.py
    by: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)

    @property
    def is_answer(self) -> bool:
        return self.kind == EventKind.ANSWERED


def entries(request: HelpRequest, *, internal: bool = False, reads: standing.Reader | None = None) -> list[Entry]:
    """Oldest first; two queries whatever the length. `reads`: on the desk, for somebody who has only parts of it."""
    if reads is None:
        events = kept(_events, internal).all({KEY: request.pk})
    else:
        events = list(_events(internal, request.pk).filter(reads.events))
    return with_cards(_entry(event, _inside(event, internal, reads)) for event in events)


def _events(internal: bool, request: int = KEY) -> QuerySet[RequestEvent]:
    events = RequestEvent.objects.filter(request=request).select_related("actor").prefetch_related("attachments")
    return (events if internal else events.filter(internal=False)).order_by("pk")


def entries_of(events: Iterable[RequestEvent]) -> list[Entry]:
    """These entries with every word, for a page of those who may read them all."""
    return [_entry(event, _inside(event, True, None)) for event in events]


def _inside(event: RequestEvent, internal: bool, reads: standing.Reader | None) -> str:
    """What was said inside with an act that everybody may know of."""
    if not internal or (reads is not None and event.data.get("part") not in reads.parts):
        return ""
    return str(event.data.get("words", ""))


def title(event: RequestEvent) -> str:
    """The event as a clause, in the language of the page."""
    if event.kind == K.SUBMITTED and event.data.get("channel") in _RECORDED:
        return str(_RECORDED[event.data["channel"]]) % _names(event)
    if event.kind == K.RATED and event.data.get("told"):
        return _("%(name)s wrote down the rating given by telephone: %(score)s") % _names(event)
    if event.kind == K.SORTED and "type" in event.data:
        return _("%(name)s sorted the request anew: %(type)s; category: %(category)s") % _names(event)
    titles = _OF_PARTS if "part" in event.data and event.kind in _OF_PARTS else _TITLES
    return str(titles[event.kind]) % _names(event)


def sentence(event: RequestEvent, reader: Any) -> str:
    """“Li Wei accepted the request (14:03).”; the reader's own act is told as such."""
    if event.actor_id == reader.pk:
        text = _("You have done this already: %(what)s (%(when)s).")
    else:
        text = _("%(what)s (%(when)s).")
    return text % {"what": title(event), "when": when_words(event.at)}


def law_words(event: RequestEvent) -> str:
    """On which law or rule a request was not accepted, where one was named."""
    law = event.data.get("law")
    return _("Law or rule: %(law)s") % {"law": law} if law else ""


def ground_words(code: str) -> str:
    return str(Ground(code).label) if code in Ground.values else ""


def _entry(event: RequestEvent, inside: str) -> Entry:
    return Entry(
        kind=event.kind,
        tone="warn" if event.internal else _TONES.get(event.kind, "quiet"),
        title=title(event),
        at=event.at,
        text=event.text or inside,
        internal=event.internal,
        facts=facts(event),
        attachments=list(event.attachments.all()),
        assignment={key: event.data[key] for key in ("choice", "stand_in") if key in event.data},
        by=event.actor.name if event.actor else "",
        data=event.data,
    )


def _names(event: RequestEvent) -> dict[str, str]:
    """The names that a title may need; those kept in the event's data are bilingual."""
    data = event.data
    return {
        "name": event.actor.name if event.actor else _("The portal"),
        "steward": _kept(data.get("steward")),
        "department": _kept(data.get("department")),
        "holder": _kept(data.get("holder")),
        "before": _kept(data.get("before")),
        "whose": _kept(data.get("whose")),
        "score": str(dict(SCORES).get(data.get("score", 0), "")),
        "ground": ground_words(data.get("ground", "")),
        "other": data.get("other", ""),
        **_more_time(data),
        "category": _kept(data.get("category")) or _("none"),
        "type": str(RequestType(data["type"]).label) if data.get("type") in RequestType.values else "",
    }


def _more_time(data: dict[str, Any]) -> dict[str, str]:
    """Who asked for more time, how much, and what became of the due date."""
    dates = {name: data.get(name) for name in ("due_before", "due_after")}
    more = data.get("more", 0)
    asked = ngettext("%(count)s working day more", "%(count)s working days more", more) % {"count": more}
    return {
        "asker": _kept(data.get("asker")),
        "more": asked if more else _("approval as complex"),
        **{name: day_plain(date.fromisoformat(day)) if day else "" for name, day in dates.items()},
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


def facts(event: RequestEvent) -> str:
    """What the entry adds to its text: whether it was solved, the new due date."""
    data = event.data
    if event.kind == EventKind.RATED:
        return _("Solved") if data.get("solved") else _("Not solved")
    if event.kind == EventKind.LASTED:
        return _("Yes, the solution has lasted") if data.get("lasted") else _("No, the matter has come back")
    if event.kind == EventKind.RECTIFYING and data.get("due_on"):
        return _("To be put right by %(day)s") % {"day": day_words(date.fromisoformat(data["due_on"]))}
    if event.kind == EventKind.CALLED_BACK:
        return _("Reached") if data.get("reached") else _("Nobody was reached")
    if event.kind == EventKind.NOTE and data.get("told"):
        return _("Also told: %(names)s") % {"names": ", ".join(map(_kept, data["told"]))}
    if data.get("law"):
        return law_words(event)
    if data.get("due_on"):
        words = {"day": day_words(date.fromisoformat(data["due_on"]))}
        if data.get("due_before"):
            words["before"] = day_plain(date.fromisoformat(data["due_before"]))
            return _("Due by %(day)s; before: %(before)s") % words
        return _("Due by %(day)s") % words
    return ""
