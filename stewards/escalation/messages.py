"""What people are told when something is escalated or late; called in the receiver's language."""

from django.utils.translation import gettext as _

from notices.workflow import Text
from stewards import timeline
from stewards.acts import Say
from stewards.messages import to_asker, to_desk
from stewards.models import HelpRequest, RequestEvent
from stewards.timewords import day_words


def instructed(request: HelpRequest, event: RequestEvent) -> Text:
    ask = _("Please do what it asks, and report back on the request's page.")
    return to_desk(_("A leader's instruction"), timeline.title(event), event.text, ask, request=request)


def reported(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("A report on your instruction"), timeline.title(event), event.text, request=request)


def supervised(reason: str) -> Say:
    def say(request: HelpRequest, event: RequestEvent) -> Text:
        why = _("Reason: %(reason)s") % {"reason": reason}
        return to_desk(_("Under supervised handling"), timeline.title(event), why, _due(request), request=request)

    return say


def sooner(request: HelpRequest, event: RequestEvent) -> Text:
    why = _("Your request is under supervised handling now: you get the answer earlier than promised.")
    return to_asker(_("Your request is handled under supervision"), why, _due(request), request=request)


def released(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("Supervised handling ended"), timeline.title(event), event.text, request=request)


def renewed(request: HelpRequest, event: RequestEvent) -> Text:
    assert request.due_on
    promised = {"day": day_words(request.due_on)}
    sorry = _("We promised you an answer by %(day)s and cannot keep that. We are sorry.") % promised
    counts = _("The first promise is still counted as ours to keep.")
    subject = _("A new date for your request")
    return to_asker(subject, sorry, _new_date(request), event.text, counts, request=request)


def renewed_for_desk(request: HelpRequest, event: RequestEvent) -> Text:
    return to_desk(_("A new date was set"), timeline.title(event), _new_date(request), event.text, request=request)


def unheard(request: HelpRequest, event: RequestEvent) -> Text:
    again = _("The request is open again.") if event.data.get("reopened") else ""
    ask = _("Please call the enterprise today. Whatever the timeline says: it was not reached.")
    subject = _("“Nobody has contacted me”")
    return to_desk(subject, timeline.title(event), event.text, again, ask, _due(request), request=request)


def _due(request: HelpRequest) -> str:
    assert request.due_on
    return _("Answer due by %(due)s.") % {"due": day_words(request.due_on)}


def _new_date(request: HelpRequest) -> str:
    assert request.renewed_due_on
    return _("The new date is %(day)s.") % {"day": day_words(request.renewed_due_on)}
