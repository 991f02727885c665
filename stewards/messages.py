"""What the notices about a request say; called in the receiver's language."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.workflow import Text
from portal.core.calendar import local_day
from stewards import timeline
from stewards.assignment.messages import stand_in_words, why_nobody
from stewards.deskwork import cards
from stewards.models import HelpRequest, RequestEvent
from stewards.standard import contact, deadlines
from stewards.timewords import day_words


def to_asker(subject: str, *paragraphs: str, request: HelpRequest) -> Text:
    return _compose(subject, paragraphs, request, reverse("requests:detail", args=[request.number]))


def to_desk(subject: str, *paragraphs: str, request: HelpRequest) -> Text:
    return _compose(subject, paragraphs, request, reverse("desk:request", args=[request.number]))


def _compose(subject: str, paragraphs: tuple[str, ...], request: HelpRequest, url: str) -> Text:
    facts = {"number": request.number, "subject": request.subject}
    about = _("Request %(number)s: %(subject)s") % facts
    title = _("%(what)s (%(number)s)") % {"what": subject, "number": request.number}
    return Text(title, "\n\n".join([about, *(p for p in paragraphs if p)]), url)


def received(request: HelpRequest, event: RequestEvent) -> Text:
    """The confirmation: number, named person, due date in words."""
    if request.steward is not None:
        who = _("Your steward is %(name)s.") % {"name": request.steward.name}
        if request.steward.phone:
            phone = {"name": request.steward.name, "phone": request.steward.phone}
            who = _("Your steward is %(name)s, telephone %(phone)s.") % phone
    else:
        who = _("The service centre names a steward for you and tells you who it is.")
    away = stand_in_words(event.data)
    by = contact.promised_by(request, event.data)
    first = contact.Contact(by).words(local_day()) if by else ""
    return to_asker(_("We have received your request"), who, away, first, _due(request), request=request)


def new_on_desk(request: HelpRequest, event: RequestEvent) -> Text:
    by = contact.promised_by(request, event.data)
    if by is None:
        first = _("Please accept it and contact the enterprise within one working day.")
    else:
        first = _("Please accept it and contact the enterprise by %(day)s.") % {"day": day_words(by)}
    away = stand_in_words(event.data)
    return to_desk(_("A new request for you"), _from(request), away, first, _due(request), request=request)


def unassigned(request: HelpRequest, event: RequestEvent) -> Text:
    ask, why = _("No steward is responsible for it. Please assign one today."), why_nobody(event.data)
    return to_desk(_("A request without a steward"), _from(request), why, ask, _due(request), request=request)


def assigned(request: HelpRequest, event: RequestEvent) -> Text:
    assert request.steward
    name = _("%(name)s is your steward for this request.") % {"name": request.steward.name}
    return to_asker(_("A steward looks after your request"), name, _due(request), request=request)


def taken_away(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("A request was assigned to somebody else"), timeline.title(event), request=request)


def accepted(request: HelpRequest, event: RequestEvent) -> Text:
    return to_asker(_("Your request was accepted"), timeline.title(event), _due(request), request=request)


def contacted(request: HelpRequest, event: RequestEvent) -> Text:
    return to_asker(_("A message on your request"), _says(event), event.text, request=request)


def asked_back(request: HelpRequest, event: RequestEvent) -> Text:
    pause = _("Until you reply, the clock for the answer stands still.")
    return to_asker(_("We need your reply"), _says(event), event.text, pause, request=request)


def replied(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("The enterprise has written"), _says(event), event.text, _due(request), request=request)


def referred_to_you(request: HelpRequest, event: RequestEvent) -> Text:
    subject = _("A request was referred to your department")
    return to_desk(subject, timeline.title(event), event.text, _due(request), request=request)


def referred(request: HelpRequest, event: RequestEvent) -> Text:
    stays = ""
    if request.steward is not None:
        stays = _("%(name)s stays responsible; you need not do anything.") % {"name": request.steward.name}
    subject = _("A department works on your request")
    return to_asker(subject, timeline.title(event), event.text, stays, request=request)


def answered(request: HelpRequest, event: RequestEvent) -> Text:
    rate = _("Please tell us whether it helped: you can rate the answer, or open the request again.")
    with_it = cards.sentence(event.data.get("cards", ()))
    return to_asker(_("Your request was answered"), event.text, with_it, rate, request=request)


def answered_for_steward(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("A request of yours was answered"), timeline.title(event), event.text, request=request)


def rated(request: HelpRequest, event: RequestEvent) -> Text:
    facts = _("Solved") if event.data.get("solved") else _("Not solved")
    return to_desk(_("An answer was rated"), timeline.title(event), facts, event.text, request=request)


def rated_badly(request: HelpRequest, event: RequestEvent) -> Text:
    call = _("Please call the enterprise back: every dissatisfied rating is followed up.")
    return to_desk(_("The enterprise is dissatisfied"), timeline.title(event), event.text, call, request=request)


def closed(request: HelpRequest, event: RequestEvent) -> Text:
    again = _("If the matter comes up again, you can open the request again at any time.")
    return to_asker(_("Your request was closed"), again, request=request)


def reopened(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("A request was opened again"), _says(event), event.text, _due(request), request=request)


def declined(request: HelpRequest, event: RequestEvent) -> Text:
    ground = _("Ground: %(ground)s") % {"ground": timeline.ground_words(request.ground)}
    law = timeline.law_words(event)
    instead = _("Where to go instead: %(where)s") % {"where": event.text}
    return to_asker(_("We could not accept your request"), ground, law, instead, request=request)


def withdrawn(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("A request was withdrawn"), timeline.title(event), event.text, request=request)


def recomputed(request: HelpRequest, event: RequestEvent) -> Text:
    why = _("The official working-day calendar was published, so the due date was computed anew.")
    return to_asker(_("The due date of your request has changed"), why, _due(request), request=request)


def _says(event: RequestEvent) -> str:
    return _("%(name)s writes:") % {"name": _actor(event)}


def _actor(event: RequestEvent) -> Any:
    return event.actor.name if event.actor else _("The portal")


def _from(request: HelpRequest) -> str:
    facts = {"type": request.get_type_display(), "asker": request.asker.name}
    if request.enterprise is None:
        return _("%(type)s, from %(asker)s") % facts
    return _("%(type)s, from %(enterprise)s (%(asker)s)") % {**facts, "enterprise": request.enterprise.name}


def _due(request: HelpRequest) -> str:
    assert request.due_on
    due = _("Answer due by %(due)s.") % {"due": deadlines.due_words(request.due_on, request.promised_days)}
    if not request.due_provisional:
        return due
    words = {"due": due, "note": deadlines.provisional_words(request.due_on)}
    return _("%(due)s %(note)s") % words
