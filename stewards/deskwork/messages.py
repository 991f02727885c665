"""What the desk's quicker ways tell people; called in the receiver's language."""

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.workflow import Text
from stewards import messages, timeline
from stewards.models import HelpRequest, RequestEvent


def recorded(request: HelpRequest, event: RequestEvent) -> Text:
    """To the enterprise's owner, at once: somebody asked for the enterprise, and this is what was written down."""
    wrong = _("If this is not what your enterprise wants, write to us on the request's page or withdraw it there.")
    told = messages.received(request, event)
    words = [timeline.title(event), request.body, told.body.partition("\n\n")[2], wrong]
    return messages.to_asker(_("We have recorded a request of your enterprise"), *words, request=request)


def undone(request: HelpRequest, event: RequestEvent) -> Text:
    """To those who ask: something that we told them was taken back a few minutes later."""
    sorry = _("This was corrected by us within minutes; you need not do anything.")
    return messages.to_asker(_("A correction on your request"), timeline.title(event), sorry, request=request)


def identified(request: HelpRequest, event: RequestEvent) -> Text:
    """To those whose request it is from now on: what was written down, and what to do if it is not theirs."""
    wrong = _("If it is not yours, write to us on the request's page: we take the link back.")
    words = [timeline.title(event), request.body, wrong]
    return messages.to_asker(_("A request is linked to you"), *words, request=request)


def mistaken(request: HelpRequest, event: RequestEvent) -> Text:
    """To those who read it until now: the number alone, the rest is no longer theirs to know."""
    words = _("Request %(number)s was linked to you by mistake. We are sorry; you need not do anything.")
    number = {"number": request.number}
    return Text(
        _("A request is no longer linked to you (%(number)s)") % number, words % number, reverse("requests:list")
    )


def given_back(request: HelpRequest, event: RequestEvent) -> Text:
    return messages.to_desk(_("A request is yours again"), timeline.title(event), request=request)
