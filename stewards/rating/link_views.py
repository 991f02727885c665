"""Rating an answer by the link in its message, without signing in. GET never writes, POST rates once."""

from typing import Any

import pghistory
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.pace import GUESSES, too_often
from portal.core.access import Refused
from stewards.rating import links, rated
from stewards.rating.forms import LinkRateForm
from stewards.rating.links import Opened, Why

SAID = {
    Why.WRONG: (
        404,
        gettext_lazy("This link is not complete"),
        gettext_lazy(
            "Please open it from the message once more, or sign in and rate the answer on the request's page."
        ),
    ),
    Why.EXPIRED: (
        410,
        gettext_lazy("This link has expired"),
        gettext_lazy(
            "You can still rate the answer: sign in and open the request. Without an account, tell us by telephone."
        ),
    ),
    Why.USED: (
        200,
        gettext_lazy("This answer is rated: thank you"),
        gettext_lazy(
            "Your word is with the people who answered. Who was dissatisfied is called back. To read your rating, or "
            "to open the request again, sign in."
        ),
    ),
    Why.PAST: (
        410,
        gettext_lazy("There is nothing to rate here any more"),
        gettext_lazy("The request has gone on since this message was written. Sign in to see how it stands."),
    ),
}


# The signed address itself is the permission: no cookie takes part, so there is nothing that another site could borrow,
# and without a referrer the usual check of the form's origin could not work.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The form on GET; on POST the rating, in the name of the person whom the message was sent to."""
    opened = links.open_link(token)
    if isinstance(opened, Why):
        if request.method == "POST" and too_often(request, "rating-link", GUESSES):
            return shy(render(request, "429.html", status=429))
        return _closed(request, opened)
    form = LinkRateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _rate(opened, form)
        except Refused as refused:  # somebody else was quicker, or the request went on meanwhile
            form.add_error(None, str(refused))
        else:
            return shy(redirect("rating:link", token))
    context: dict[str, Any] = {"asked": opened.request, "form": form, "by_caller": not opened.person.is_active}
    return shy(render(request, "rating/link.html", context, status=422 if form.errors else 200))


def _rate(opened: Opened, form: LinkRateForm) -> None:
    with pghistory.context(user=opened.person.pk, by_link=True):
        rated.rate(opened.request, by=opened.person, **form.act())


def _closed(request: HttpRequest, why: Why) -> HttpResponse:
    status, title, text = SAID[why]
    return shy(render(request, "rating/link_closed.html", {"heading": title, "text": text}, status=status))


def shy(response: HttpResponse) -> HttpResponse:
    """Neither kept nor indexed, and the address with its token is told to nobody."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
