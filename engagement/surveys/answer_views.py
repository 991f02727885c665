"""Answering a survey by the link in its message, without signing in. GET never writes, POST answers once."""

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
from engagement.surveys import links, workflow
from engagement.surveys.forms import AnswerForm
from engagement.surveys.links import Why
from portal.core.access import Refused
from stewards.rating.link_views import shy

SAID = {
    Why.WRONG: (
        404,
        gettext_lazy("This link is not complete"),
        gettext_lazy("Please open it from the message once more."),
    ),
    Why.USED: (
        200,
        gettext_lazy("Your enterprise has answered: thank you"),
        gettext_lazy("One answer for an enterprise is enough. Nobody sees whose answer it is."),
    ),
    Why.PAST: (
        410,
        gettext_lazy("This survey is closed"),
        gettext_lazy("Thank you all the same: nobody reminds you, and nothing follows from not answering."),
    ),
}


# As with the rating: the signed address itself is the permission, and no cookie takes part.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions on GET; on POST the enterprise's answer."""
    opened = links.open_link(token)
    if isinstance(opened, Why):
        if request.method == "POST" and too_often(request, "survey-link", GUESSES):
            return shy(render(request, "429.html", status=429))
        status, title, text = SAID[opened]
        return shy(render(request, "surveys/answer_closed.html", {"heading": title, "text": text}, status=status))
    survey = opened.invitation.survey
    questions = list(survey.questions.all())
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST" and form.is_valid():
        try:
            with pghistory.context(by_link=True):
                workflow.answer(opened.invitation, answers=form.answers())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return shy(redirect("surveys:answer", token))
    context: dict[str, Any] = {"survey": survey, "enterprise": opened.invitation.enterprise, "form": form}
    return shy(render(request, "surveys/answer.html", context, status=422 if form.errors else 200))
