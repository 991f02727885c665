"""The service centre's landing desk, and the requests that nobody is responsible for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from stewards import workflow
from stewards.assignment.presenting import away_people
from stewards.assignment.queries import away_until, ending_terms
from stewards.assignment.rotation import assign_by_turn
from stewards.centre import overview as centre
from stewards.centre.forms import AssignForm
from stewards.models import HelpRequest

in_centre = roles_required(Role.ADMIN)
MOST_WAITING = 5


@require_safe
@in_centre
def overview(request: SignedInRequest) -> HttpResponse:
    """What needs somebody's hand today."""
    today = local_day()
    standing, counted_at = centre.kept_standing(today)
    loads, departments = centre.named(standing)
    context = {
        "figures": centre.figures(today),
        "waiting": centre.unassigned().select_related("enterprise")[:MOST_WAITING],
        "standing": standing,
        "counted_at": counted_at,
        "departments": departments,
        "loads": loads,
        "ending": ending_terms(today)[:MOST_WAITING],
        "away": away_people(today),
        "today": today,
    }
    return render(request, "centre/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def unassigned(request: SignedInRequest) -> HttpResponse:
    """Requests without a steward: tick some, choose who gets them, or let the rotation choose."""
    today = local_day()
    waiting = centre.unassigned().select_related("enterprise", "asker")
    page = paginate(waiting, order=[Order("due_on", nulls_last=True), Order("id")], cursor=request.GET.get("cursor"))
    shown = {found.number or "": found for found in page.rows}
    sent = request.POST if request.method == "POST" else None
    ticked = {number: number for number in sent.getlist("requests")} if sent else {}
    choices = [(number, number) for number in {**shown, **ticked}]
    if sent and "rotation" in sent:
        _by_turn(request, sent.getlist("requests"))
        return redirect("centre:unassigned")
    form = AssignForm(sent, numbers=choices, load=centre.open_load(), away=away_until(today))
    if sent and form.is_valid():
        _assign(request, form.cleaned_data["requests"], form.cleaned_data["steward"])
        return redirect("centre:unassigned")
    context = {"page": page, "form": form, "ticked": ticked, "today": today}
    return render(request, "centre/unassigned.html", context)


def _assign(request: SignedInRequest, numbers: list[str], steward: User) -> None:
    """Assign one by one: what somebody else took in the meantime is told and left alone."""
    done = 0
    for found in HelpRequest.objects.submitted().filter(number__in=numbers).order_by("due_on", "id"):
        try:
            workflow.assign(found, steward=steward, by=request.user, seen=_seen(request, found))
        except Refused as refused:
            messages.error(request, f"{found.number}: {refused}")
        else:
            done += 1
    if done:
        words = ngettext("One request is assigned to %(name)s.", "%(count)d requests are assigned to %(name)s.", done)
        messages.success(request, words % {"count": done, "name": steward.name})
    elif not messages.get_messages(request):
        messages.error(request, _("None of these requests waits for a steward any more."))


def _by_turn(request: SignedInRequest, numbers: list[str]) -> None:
    """Each of the ticked requests to whose turn it is; where nobody can take it, the reason."""
    for found in centre.unassigned().filter(number__in=numbers):
        try:
            done = assign_by_turn(found, by=request.user, seen=_seen(request, found))
        except Refused as refused:
            messages.error(request, f"{found.number}: {refused}")
        else:
            words = _("%(number)s is assigned to %(name)s.")
            messages.success(request, words % {"number": done.number, "name": done.steward.name})  # type: ignore[union-attr]


def _seen(request: SignedInRequest, found: HelpRequest) -> int | None:
    """The version of the request that the page showed beside its tick."""
    value = request.POST.get(f"seen-{found.number}", "")
    return int(value) if value.isdecimal() and len(value) < 10 else None
