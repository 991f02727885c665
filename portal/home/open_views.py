"""Pages for everybody that lead on: the search over everything, and the way for people from abroad."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from outreach import newest
from portal.core.calendar import local_day
from portal.home import finding
from portal.home.groups import KINDS, POLICIES

ROOMS = ("reception:room", "points:list", "bulletins:list", "events:list", "observers:list")


@require_safe
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """Everything that holds the words, a few of each kind; or more of one kind."""
    asked = finding.asked_from(request.GET, [kind.name for kind in KINDS])
    day, groups = local_day(), []
    if asked.terms:
        if not asked.only:
            groups.append(finding.policies(asked, POLICIES, day))
        groups += [finding.found(kind, asked, day) for kind in KINDS if asked.only in ("", kind.name)]
    filled = [group for group in groups if group.hits]
    context = {"asked": asked, "groups": filled, "count": sum(group.count for group in filled)}
    if asked.words and not filled:
        context["helps"] = finding.helps(asked, day)
    return render(request, "home/search.html", context)


@require_safe
@login_not_required
def for_you(request: HttpRequest) -> HttpResponse:
    """What there is for people from abroad; written for them in English, for their colleagues in Chinese."""
    context = {
        "has": {name.partition(":")[0]: newest.is_open(name) for name in ROOMS},
        "events": newest.coming(local_day(), language="en"),
        "points": newest.points_in("en"),
        "bulletin": newest.newest_bulletin(),
        "videos": newest.videos(),
        "topics": newest.topics(),
    }
    return render(request, "home/for_you.html", context)
