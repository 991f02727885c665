"""Suggestions for the search box: a fragment for the page, the same for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from policies.search.typing import suggestions
from portal.core.calendar import local_day


@require_safe
@login_not_required
def suggest(request: HttpRequest) -> HttpResponse:
    """Options of a list; nothing where nothing is like what was typed."""
    found = suggestions(request.GET.get("q", ""), local_day())
    answer = HttpResponse(render_to_string("policies/_suggestions.html", {"suggestions": found}) if found else "")
    answer["Cache-Control"] = "public, max-age=60"
    return answer
