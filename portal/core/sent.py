"""What the form of one act says beside its fields, and what is said to a person whose act was refused."""

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from portal.core.access import Refused


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing; None where it is only shown."""
    return request.POST if request.method == "POST" else None


def seen_version(request: HttpRequest) -> int:
    """The version that the page showed; what is not a number is taken for an old page."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def say_refused(request: HttpRequest, refusal: Refused) -> None:
    """The reason, and that browsers never keep chosen files."""
    messages.error(request, str(refusal))
    if request.FILES:
        messages.warning(request, _("Please choose the files again; your text is kept."))
