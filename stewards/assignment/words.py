"""Why somebody got a request and why the others did not, as sentences in the language of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import bilingual
from portal.core.templatetags.ui import day_plain
from stewards.enums import RequestType

LANGUAGES = {"zh-hans": gettext_lazy("Chinese"), "en": gettext_lazy("English")}
_SENTENCES: dict[str, Any] = {
    # why this person
    "enterprise": gettext_lazy("Service steward of this enterprise."),
    "park": gettext_lazy("Service steward of the enterprise's park or building."),
    "subdistrict": gettext_lazy("Service steward of the enterprise's subdistrict."),
    "stands-in": gettext_lazy("Answers in place of %(name)s, who is away until %(until)s and stays responsible."),
    "knows-subject": gettext_lazy("The subject is theirs."),
    "knows-type": gettext_lazy("Requests of this type are theirs: %(type)s."),
    "knows-area": gettext_lazy("The place is theirs."),
    "knows-industry": gettext_lazy("The industry is theirs."),
    "writes": gettext_lazy("Writes in the language of the request: %(language)s."),
    "load": gettext_lazy("Has room: %(open)s of %(capacity)s open requests."),
    # why not
    "language": gettext_lazy("does not write in the language of the request: %(language)s"),
    "type": gettext_lazy("does not take this type of request: %(type)s"),
    "subject": gettext_lazy("has other subjects"),
    "industry": gettext_lazy("has other industries"),
    "area": gettext_lazy("looks after other places"),
    "away": gettext_lazy("is away until %(until)s"),
    "full": gettext_lazy("has no room: %(open)s of %(capacity)s open requests"),
    "closer": gettext_lazy("could take it, but somebody else fits more closely"),
    "fuller": gettext_lazy("could take it, but has more on the desk: %(open)s of %(capacity)s"),
    "turn": gettext_lazy("could take it, but had a request more recently"),
    # why nobody
    "no-substitute": gettext_lazy(
        "%(name)s, the steward, is away until %(until)s, and no substitute is there: the service centre decides."
    ),
    "nobody": gettext_lazy("No steward is named for this enterprise or place, and nobody takes part in the rotation."),
    "nobody-fits": gettext_lazy("No steward is named, and nobody in the rotation can take it."),
}
_OBSTACLES: dict[str, Any] = {
    "language": gettext_lazy("do not write in its language"),
    "type": gettext_lazy("do not take this type"),
    "subject": gettext_lazy("other subjects"),
    "industry": gettext_lazy("other industries"),
    "area": gettext_lazy("other places"),
    "away": gettext_lazy("away"),
    "full": gettext_lazy("no room"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """What the page of a request says on its assignment. others: name and reason; more: how many are not listed."""

    reasons: list[str]
    others: list[tuple[str, str]]
    more: int = 0


def why(data: Mapping[str, Any]) -> Why | None:
    """What an event keeps about a choice (stewards/assignment/finding.py); None where there is nothing."""
    kept = data.get("choice")
    if not kept:
        return None
    others = [(one_name(names), sentence(*words)) for names, words in kept["passed"]]
    return Why([sentence(*words) for words in kept["reasons"]], others, kept.get("more", 0))


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    if code == "next":
        return _next(facts["count"])
    if code == "only":
        return _only(facts["count"])
    return str(_SENTENCES[code]) % _told(facts)


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a reader knows them: names, days, words of choices."""
    told = dict(facts)
    if "until" in told:
        told["until"] = day_plain(date.fromisoformat(told["until"]))
    if "name" in told:
        told["name"] = one_name(told["name"])
    if "type" in told:
        told["type"] = RequestType(told["type"]).label
    if "language" in told:
        told["language"] = LANGUAGES[told["language"]]
    return told


def one_name(names: Mapping[str, str]) -> str:
    """A name that was kept in both languages."""
    return names.get(bilingual.current()) or next(iter(names.values()), "")


def _next(count: int) -> str:
    if count == 1:
        return _("Has waited longest for a request.")
    return _("Has waited longest of the %(count)s people who fit equally well.") % {"count": count}


def _only(count: int) -> str:
    if count == 1:
        return _("The only person who can take it.")
    return _("Fits best of the %(count)s people who can take it.") % {"count": count}


def counted(counts: Mapping[str, int]) -> str:
    """“other languages: 2; away: 1”: why nobody in the rotation can take a request."""
    parts = [_("%(what)s: %(count)s") % {"what": _OBSTACLES[code], "count": count} for code, count in counts.items()]
    return _("; ").join(parts)
