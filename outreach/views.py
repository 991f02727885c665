"""The two ways in: open government for everybody, and the desk of those who prepare it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from outreach.newest import coming, videos
from outreach.rooms import DESK, PUBLIC, entries
from outreach.rules import READERS
from outreach.waiting import waiting
from portal.core.access import roles_required
from portal.core.calendar import local_day


@login_not_required
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Every room that is open to the public, with a sentence on what one finds there."""
    context = {"rooms": entries(PUBLIC), "events": coming(local_day()), "videos": videos()}
    return render(request, "outreach/hub.html", context)


@roles_required(*READERS)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The rooms behind: what is written, planned, kept; first what waits in them."""
    context: dict[str, Any] = {"rooms": entries(DESK), "waiting": waiting(local_day())}
    return render(request, "outreach/desk.html", context)
