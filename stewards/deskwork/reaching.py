"""What is said after an act that tells whoever asked: the truth also where no message of the portal reaches them."""

from django.utils.translation import gettext as _

from stewards.deskwork.callers import address_of, is_out_of_reach
from stewards.enums import RequestState
from stewards.models import HelpRequest


def told_or_call(request: HelpRequest, words: str) -> str:
    """The words, or, for callers without an account, that somebody has to call."""
    if not is_out_of_reach(request):
        return words
    facts = {"number": request.number, "email": address_of(request)}
    if facts["email"] and request.state == RequestState.ANSWERED:
        said = _("%(number)s: done. Only a link to rate the answer goes to %(email)s: please call and tell them.")
    else:
        said = _("%(number)s: done. No message of the portal reaches whoever asked: please call and tell them.")
    return said % facts
