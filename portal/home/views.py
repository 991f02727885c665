"""Pages that span apps: the front page, each role's way in, the service package, the audit trail."""

from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.enums import DESK_ROLES, PUBLISHING_ROLES, Role
from accounts.models import User
from enterprises.enums import MembershipState
from enterprises.models import Enterprise
from enterprises.queries import chosen, memberships_of
from outreach import newest
from policies import presenting
from policies.consultation.queries import newest_open
from policies.enums import Category
from portal.core.access import roles_required
from portal.core.calendar import local_day
from portal.home import audit as auditing
from portal.home import doors
from portal.home import package as packaging
from portal.home.frontpage import category_counts, closing_soon, latest, promises
from portal.home.ways import ways
from stewards.assignment.presenting import absence_of
from stewards.queries import steward_of


@require_safe
@login_not_required
@vary_on_headers("Accept-Language", "Cookie")
def root(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the front page in the reader's language."""
    with translation.override(translation.get_language_from_request(request)):
        return redirect("home:front")


@require_safe
@login_not_required
def front(request: HttpRequest) -> HttpResponse:
    """What the portal is for, and the shortest ways to it."""
    day = local_day()
    counts = category_counts(day)
    context = {
        "latest": presenting.rows_of(latest(day), day),
        "closing": presenting.rows_of(closing_soon(day), day),
        "categories": [(value, label, counts[value]) for value, label in Category.choices if counts.get(value)],
        "promises": promises(day),
        "consultation": newest_open(day),
        "ways": ways(official=request.user.is_authenticated and request.user.is_official),
        "events": newest.coming(day),
        "bulletin": newest.newest_bulletin(),
        "videos": newest.videos(1),
    }
    return render(request, "home/front.html", context)


def landing(request: HttpRequest) -> HttpResponse:
    """Each role's own desk."""
    user = cast(User, request.user)
    if user.has_role(Role.ADMIN):
        return redirect("centre:overview")
    if user.has_role(*DESK_ROLES):
        return redirect("desk:queue")
    if user.has_role(*PUBLISHING_ROLES):
        return redirect("home:today")
    if user.has_role(Role.AUDITOR):
        return redirect("home:audit")
    own = doors.remember(request, user)
    if own and not memberships_of(user):
        return redirect(own[0])
    return redirect("home:package")


@require_safe
def package(request: HttpRequest) -> HttpResponse:
    """The enterprise's own page: its steward, what fits it and why, what is open."""
    user = cast(User, request.user)
    memberships = memberships_of(user)
    enterprise = chosen(request, memberships)
    claimed = [m.enterprise for m in memberships if m.state == MembershipState.CLAIMED]
    if enterprise is None:
        if user.is_official:
            raise Http404
        return render(request, "home/package_none.html", {"claimed": claimed})
    day = local_day()
    stewardship = steward_of(enterprise)
    context = {
        "enterprise": enterprise,
        "enterprises": [m.enterprise for m in memberships if m.state == MembershipState.ACTIVE],
        "claimed": claimed,
        "stewardship": stewardship,
        "absence": absence_of(stewardship.steward if stewardship else None),
        "fitting": packaging.fitting(enterprise, day, request.GET.get("page", "")),
        "packages": packaging.packages_for(enterprise, day),
        "requests": packaging.open_requests(user, enterprise),
    }
    return render(request, "home/package.html", context)


@require_safe
def package_print(request: HttpRequest) -> HttpResponse:
    """The bilingual leaflet: the same package once in Chinese and once in English, for paper."""
    enterprise = _own(request)
    day = local_day()
    leaves = packaging.leaves(enterprise, day)
    context = {"enterprise": enterprise, "stewardship": steward_of(enterprise), "leaves": leaves, "day": day}
    return render(request, "home/package_print.html", context)


def _own(request: HttpRequest) -> Enterprise:
    enterprise = chosen(request, memberships_of(request.user))
    if enterprise is None:
        raise Http404
    return enterprise


@require_safe
@roles_required(Role.AUDITOR, Role.ADMIN)
def audit(request: HttpRequest) -> HttpResponse:
    """Who changed what and when; to read only."""
    source = request.GET.get("of", "")
    if source not in auditing.SOURCES:
        source = "policies"
    sources: list[Any] = [(name, label, name == source) for name, (label, _model) in auditing.SOURCES.items()]
    trail = auditing.trail(source, request.GET.get("before", ""), request.GET.get("object", ""))
    return render(request, "home/audit.html", {"sources": sources, "source": source, "trail": trail})


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")
