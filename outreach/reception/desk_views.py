"""The room behind: the coming sessions, series planned, zones and topics kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from outreach.models import Place, Topic, Zone
from outreach.reception import queries, workflow
from outreach.reception.forms import PlanForm, TopicForm, ZoneForm
from outreach.rules import ORGANISERS, READERS
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day

PRESENT = (*READERS, Role.STEWARD, Role.HANDLER)
BACK, FORTH = timedelta(days=14), timedelta(days=28)


@roles_required(*PRESENT)
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """Today, what comes, what was, and the figures; who comes is shown by session, to its people."""
    today = local_day()
    rows = queries.desk_days(today - BACK, today + FORTH)
    mine = set(queries.for_staff(request.user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    for row in rows:
        row.is_mine = row.pk in mine
    context = {
        "today": [row for row in rows if row.day == today],
        "ahead": [row for row in rows if row.day > today],
        "past": [row for row in reversed(rows) if row.day < today],
        "figures": queries.figures(),
        "may_plan": request.user.has_role(*ORGANISERS),
    }
    return render(request, "outreach/reception/desk.html", context)


@roles_required(*ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest) -> HttpResponse:
    """A series of sessions, planned as a whole or not at all."""
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.plan(form.series(), by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = ngettext("%(count)s session is planned.", "%(count)s sessions are planned.", len(made))
            messages.success(request, words % {"count": len(made)})
            return redirect("reception:desk")
    return render(request, "outreach/reception/plan.html", {"form": form}, status=422 if form.errors else 200)


@roles_required(*ORGANISERS)
@require_safe
def kept(request: SignedInRequest) -> HttpResponse:
    """Zones and topics, those out of use too."""
    topics = [(row, len(queries.lines(row))) for row in Topic.objects.select_related("department")]
    places = Place.objects.filter(zones__isnull=False).distinct().prefetch_related("hours")
    context = {
        "zones": Zone.objects.select_related("place"),
        "topics": topics,
        "places": [(each, queries.hours_words(each)) for each in places],
    }
    return render(request, "outreach/reception/kept.html", context)


@roles_required(*ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    return _kept(request, TopicForm, get_object_or_404(Topic, pk=pk) if pk else None, _("Topic"))


@roles_required(*ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def zone(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    return _kept(request, ZoneForm, get_object_or_404(Zone, pk=pk) if pk else None, _("Zone"))


def _kept(request: SignedInRequest, make: Callable[..., Any], row: Any, heading: str) -> HttpResponse:
    posted = request.method == "POST"
    form = make(request.POST if posted else None, instance=row)
    if posted and form.is_valid():
        with transaction.atomic():
            form.save()
        messages.success(request, _("Saved."))
        return redirect("reception:kept")
    context = {"form": form, "heading": heading}
    return render(request, "outreach/reception/keep.html", context, status=422 if form.errors else 200)
