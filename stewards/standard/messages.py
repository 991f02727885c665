"""What is said about more time; called in the receiver's language."""

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.workflow import Text
from stewards import messages, timeline
from stewards.models import HelpRequest, RequestEvent
from stewards.standard import deadlines


def asked(request: HelpRequest, event: RequestEvent) -> Text:
    """To those who decide: the page where they do."""
    decide = _("Please approve or refuse it before the answer is due.")
    text = messages.to_desk(
        _("More time is asked for"), timeline.title(event), event.text, _due(request), decide, request=request
    )
    return Text(text.subject, text.body, reverse("desk:extension", args=[event.data["ask"]]))


def given(request: HelpRequest, event: RequestEvent) -> Text:
    """To the enterprise, honestly: later than promised, until when, by whom, why."""
    why = _("Reason: %(reason)s") % {"reason": event.text}
    sorry = _("We are sorry that it takes longer than we promised.")
    subject = _("The answer to your request takes longer")
    return messages.to_asker(subject, sorry, timeline.title(event), why, _due(request), request=request)


def given_for_desk(request: HelpRequest, event: RequestEvent) -> Text:
    told = _("The enterprise has been told the new date and the reason.")
    return messages.to_desk(_("More time was approved"), timeline.title(event), told, _due(request), request=request)


def refused(request: HelpRequest, event: RequestEvent) -> Text:
    return messages.to_desk(
        _("More time was refused"), timeline.title(event), event.text, _due(request), request=request
    )


def _due(request: HelpRequest) -> str:
    assert request.due_on
    return _("Answer due by %(due)s.") % {"due": deadlines.due_words(request.due_on, request.promised_days)}
