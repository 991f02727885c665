"""What people are told about leave and who answers meanwhile; called in the receiver's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from notices.workflow import Text
from portal.core.templatetags.ui import day_plain
from stewards.assignment.words import counted, one_name, sentence
from stewards.models import HelpRequest, Leave, RequestEvent, RequestPart, Stewardship

MOST_NAMED, MOST_GAPS = 3, 20


class Moved(NamedTuple):
    """How much changed hands for a leave."""

    requests: int = 0
    parts: int = 0


def stand_in_words(data: Mapping[str, Any]) -> str:
    """“Chen Jing is away until 27 November; meanwhile Wang Lei answers, telephone …”, from what an event keeps."""
    kept = data.get("stand_in")
    if not kept:
        return ""
    facts = {
        "name": one_name(kept["name"]),
        "by": one_name(kept["by"]),
        "until": day_plain(date.fromisoformat(kept["until"])),
        "phone": kept.get("phone", ""),
    }
    if facts["phone"]:
        return _("%(name)s is away until %(until)s. Meanwhile %(by)s answers, telephone %(phone)s.") % facts
    return _("%(name)s is away until %(until)s. Meanwhile %(by)s answers.") % facts


def why_nobody(data: Mapping[str, Any]) -> str:
    """Why a request could be given to nobody, for the service centre."""
    choice = data.get("choice")
    if not choice:
        return ""
    parts = [sentence(*words) for words in choice["reasons"]]
    if choice.get("counts"):
        parts.append(_("In the rotation: %(counts)s.") % {"counts": counted(choice["counts"])})
    return " ".join(parts)


def answers_meanwhile(request: HelpRequest, event: RequestEvent) -> Text:
    stays = _("Your steward stays responsible; you need not do anything.")
    return _to_asker(_("Who answers your request meanwhile"), f"{stand_in_words(event.data)}\n\n{stays}", request)


def is_back(request: HelpRequest, event: RequestEvent) -> Text:
    facts = {"name": one_name(event.data["steward"])}
    words = _("%(name)s is back and works on your request again.")
    return _to_asker(_("%(name)s is back") % facts, words % facts, request)


def falls_to_department(request: HelpRequest, event: RequestEvent) -> Text:
    """To the colleagues of a handler who is away and has no substitute."""
    facts = {"number": request.number, "subject": request.subject}
    ask = _("Please take it on: who accepts it first has it.")
    body = f"{_about(facts)}\n\n{stand_in_words(event.data)}\n\n{ask}"
    url = reverse("desk:request", args=[request.number])
    return Text(_("Your department has request %(number)s again") % facts, body, url)


def part_falls_to_you(part: RequestPart) -> Callable[[HelpRequest, RequestEvent], Text]:
    def say(request: HelpRequest, event: RequestEvent) -> Text:
        facts = {"number": request.number, "subject": request.subject}
        due = _("The part is due by %(day)s.") % {"day": day_plain(part.due_on)}
        body = f"{stand_in_words(event.data)} {due}\n\n{part.asked}"
        subject = _("A part of request %(number)s, whose handler is away") % facts
        return Text(subject, f"{_about(facts)}\n\n{body}", reverse("desk:part", args=[part.pk]))

    return say


def _about(facts: Mapping[str, Any]) -> str:
    return _("Request %(number)s: %(subject)s") % facts


def _to_asker(subject: str, body: str, request: HelpRequest) -> Text:
    facts = {"what": subject, "number": request.number}
    about = _about({"number": request.number, "subject": request.subject})
    url = reverse("requests:detail", args=[request.number])
    return Text(_("%(what)s (%(number)s)") % facts, f"{about}\n\n{body}", url)


def entered(leave: Leave, to: User) -> Text:
    """Somebody's leave was entered, told to the person and to the substitutes."""
    subject = _("Leave of %(name)s, %(from)s – %(until)s") % _facts(leave)
    if to == leave.person:
        body = _("The service centre has entered your leave.")
    elif Role.STEWARD not in leave.person.roles:
        body = _("You stand in: what your department has been asked and %(name)s would do is yours in these days.")
        body %= _facts(leave)
    elif to == leave.substitute:
        body = _("You are the substitute: new requests of the steward's enterprises come to you in these days.")
    else:
        body = _("You are the second substitute: if the first is away too, new requests come to you in these days.")
    if to != leave.person and leave.hand_over:
        body += "\n" + _("What is open is handed over to you when the leave begins, and back when it ends.")
    return Text(subject, body, reverse("desk:leave"))


def cancelled(leave: Leave, to: User) -> Text:
    subject = _("The leave of %(name)s from %(from)s to %(until)s is cancelled") % _facts(leave)
    return Text(subject, _("You need not stand in."), reverse("desk:leave"))


def handed_over(leave: Leave, moved: Moved) -> Text:
    facts = _facts(leave)
    words = ngettext(
        "One open request of %(name)s was handed over until %(until)s.",
        "%(count)d open requests of %(name)s were handed over until %(until)s.",
        moved.requests,
    )
    parts = ngettext(
        "One part of a request was handed over.", "%(count)d parts of requests were handed over.", moved.parts
    )
    body = _counted(words % {**facts, "count": moved.requests}, parts % {"count": moved.parts}, moved)
    return Text(_("Requests handed over for the leave of %(name)s") % facts, body, reverse("desk:queue"))


def handed_back(leave: Leave, moved: Moved) -> Text:
    facts = {**_facts(leave), "count": moved.requests}
    if moved.requests:
        words = ngettext(
            "One request is with %(name)s again.", "%(count)d requests are with %(name)s again.", moved.requests
        )
    else:
        words = _("No request had to be handed back.")
    parts = ngettext(
        "One part of a request is with %(name)s again.", "%(count)d parts of requests are with %(name)s again.",
        moved.parts,
    )  # fmt: skip
    body = _counted(words % facts, parts % {**facts, "count": moved.parts}, moved)
    return Text(_("%(name)s is back") % facts, body, reverse("desk:queue"))


def _counted(requests: str, parts: str, moved: Moved) -> str:
    """Both sentences; of requests alone where there is neither."""
    return "\n".join([*([requests] if moved.requests or not moved.parts else []), *([parts] if moved.parts else [])])


def nobody_stands_in(leave: Leave) -> Text:
    """To the service centre: somebody is away and nobody answers meanwhile."""
    subject = _("Nobody stands in for %(name)s until %(until)s") % _facts(leave)
    if Role.STEWARD in leave.person.roles:
        body = _("No substitute is there. New requests of the steward's enterprises come to the service centre.")
    else:
        body = _("Nobody else in the department takes requests: what lies with %(name)s waits.") % _facts(leave)
    return Text(subject, body, reverse("centre:leave", args=[leave.person_id]))


def term_ends(stewardship: Stewardship) -> Text:
    place = stewardship.enterprise or stewardship.park or stewardship.subdistrict
    facts = {"place": place, "name": stewardship.steward.name, "day": day_plain(stewardship.ends_on)}
    body = _("The time of %(name)s ends on %(day)s and nobody is named after that. Please name a steward.")
    return Text(_("Soon without a steward: %(place)s") % facts, body % facts, reverse("centre:coverage"))


def gaps_opened(lines: Sequence[tuple[Any, Any, list[str]]]) -> Text:
    """To the service centre: requests on these subjects from these places would find nobody."""
    places = list(dict.fromkeys(str(place) for place, _subject, _industries in lines))
    named = _("; ").join(places[:MOST_NAMED]) + ("…" if len(places) > MOST_NAMED else "")
    told = [_gap(*line) for line in lines[:MOST_GAPS]]
    if more := len(lines) - len(told):
        told.append(ngettext("%(count)d more on the coverage board", "%(count)d more on the coverage board", more))
        told[-1] %= {"count": more}
    body = _(
        "No steward is named for these places and nobody in the rotation takes these requests. They would come to the "
        "service centre. Please name somebody; you hear of each gap once."
    )
    return Text(
        _("Gap in the coverage: %(places)s") % {"places": named},
        "\n".join([body, "", *told]),
        reverse("centre:coverage"),
    )


def _gap(place: Any, subject: Any, industries: list[str]) -> str:
    facts = {"place": place, "subject": subject, "industries": _("; ").join(industries)}
    if industries:
        return _("%(place)s, %(subject)s: nobody for %(industries)s") % facts
    return _("%(place)s, %(subject)s: nobody") % facts


def _facts(leave: Leave) -> dict[str, Any]:
    return {
        "name": leave.person.name,
        "from": day_plain(leave.starts_on),
        "until": day_plain(leave.ends_on),
    }
