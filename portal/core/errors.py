"""The pages for what is not there, and for what went wrong on our side."""

import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from portal.core.problems import for_programs, nothing_there, problem

_WORDS = re.compile(r"[^!-~]")  # a space, a line end or another script: somebody wrote this
_SECRET = re.compile(r"token|password|code")


def words_typed(request: HttpRequest) -> list[str]:
    """The texts of a sent form that somebody must have written, secrets left out."""
    return [v for k, v in request.POST.items() if isinstance(v, str) and _WORDS.search(v) and not _SECRET.search(k)]


def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; what had been written into the form that was sent there comes back."""
    if for_programs(request):
        return nothing_there()
    if request.get_preferred_type(["text/html", "text/plain"]) == "text/plain":  # who reads no page needs none
        return HttpResponse(_("Page not found"), content_type="text/plain; charset=utf-8", status=404)
    words = words_typed(request) if request.resolver_match else []  # of no page at all, not even the form is read
    return render(request, "404.html", {"words": words}, status=404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database is away, so that proxies and people try again."""
    response = problem(500, "") if for_programs(request) else server_error(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response.headers["Retry-After"] = "30"
    return response
