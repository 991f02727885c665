"""The enterprise's story: for the district's people who look after it, and for the enterprise itself."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from enterprises.queries import chosen, memberships_of
from investment.needs import open_needs
from investment.rules import looks_after
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.home import brief as briefing
from portal.home import story as telling
from stewards.queries import steward_of


@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """What has happened with an enterprise, as far as the reader may know."""
    enterprise, reader = telling.staff_reader(request.user, pk)
    stewardship = steward_of(enterprise)
    needs = open_needs(enterprise) if looks_after(request.user, stewardship) else []
    context = {"enterprise": enterprise, "stewardship": stewardship, "needs": needs, "own": False}
    return render(request, "home/story.html", context | _page(request, enterprise, reader))


@require_safe
def own_story(request: HttpRequest) -> HttpResponse:
    """The same for those who act for the enterprise."""
    enterprise = chosen(request, memberships_of(request.user))
    if enterprise is None:
        raise Http404
    reader = telling.own_reader(cast(User, request.user), enterprise)
    context = {"enterprise": enterprise, "stewardship": steward_of(enterprise), "own": True}
    return render(request, "home/story.html", context | _page(request, enterprise, reader))


def _page(request: HttpRequest, enterprise: telling.Enterprise, reader: telling.Reader) -> dict[str, object]:
    cursor = request.GET.get("before", "")[:100]
    found = telling.story(enterprise, reader, cursor)
    return {"story": found, "coming": [] if cursor else telling.coming(reader), "cursor": cursor}


@require_safe
def brief(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet in both languages for a leader's visit."""
    enterprise, reader = telling.staff_reader(request.user, pk)
    day = local_day()
    found = briefing.brief(enterprise, reader, day, timezone.now())
    context = {"enterprise": enterprise, "brief": found, "day": day, "languages": bilingual.LANGUAGES}
    return render(request, "home/brief.html", context)
