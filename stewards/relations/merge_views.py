"""Two requests side by side, and which of them goes on."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from portal.core.access import Denied, Refused
from stewards.deskwork.reaching import told_or_call
from stewards.models import HelpRequest
from stewards.parts import standing
from stewards.relations import merging, rules
from stewards.relations.forms import NumberForm
from stewards.relations.views import crumbs, find, load, on_desk


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def merge(request: SignedInRequest, number: str) -> HttpResponse:
    """Choose the other request, compare the two, say which goes on."""
    asked = load(request, number)
    given = request.POST or request.GET
    form = NumberForm(given if "number" in given else None)
    other = find(request, form) if form.is_valid() else None
    ways, reasons = _ways(request.user, asked, other) if other else ([], [])
    if request.method == "POST" and other:
        way = next((each for each in ways if each["goal"].number == request.POST.get("keep")), None)
        if way is not None:
            try:
                return _merged(request, way["gone"], way["goal"])
            except Refused as refused:
                reasons = [str(refused)]
        elif ways:
            reasons = [_("Choose which of the two goes on.")]
    context = {"asked": asked, "other": other, "form": form, "ways": ways, "reasons": reasons}
    wrong = form.errors or request.method == "POST"
    return render(request, "desk/merge.html", context | {"crumbs": crumbs(number)}, status=422 if wrong else 200)


def _merged(request: SignedInRequest, gone: HelpRequest, goal: HelpRequest) -> HttpResponse:
    seen = request.POST.get(f"seen-{gone.pk}", "")
    merging.merge(gone, into=goal, by=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 10 else -1)
    words = _("%(gone)s continues in %(goal)s; the enterprise was told.")
    messages.success(request, told_or_call(gone, words % {"gone": gone.number, "goal": goal.number}))
    return redirect("desk:request", goal.number)


def _ways(user: Any, asked: HelpRequest, other: HelpRequest) -> tuple[list[dict[str, Any]], list[str]]:
    """The directions that are possible, the older request going on first; and why the others are not."""
    prefetch_related_objects([asked, other], standing.WITH_PARTS)
    older, newer = sorted((asked, other), key=lambda each: each.pk)
    ways: list[dict[str, Any]] = []
    reasons: list[str] = []
    for gone, goal in ((newer, older), (older, newer)):
        verdict = rules.may_continue_in(user, gone, goal)
        if isinstance(verdict, Denied):
            reasons.append(str(verdict.reason))
        elif gone.state not in merging.MERGEABLE:
            reasons.append(_("%(number)s is no longer open: it need not be merged.") % {"number": gone.number})
        else:
            ending = [part.department.name for part in standing.live(gone)]
            ways.append({"gone": gone, "goal": goal, "due_on": _due(gone, goal), "ending": ending})
    return ways, [] if ways else list(dict.fromkeys(reasons))


def _due(gone: HelpRequest, goal: HelpRequest) -> Any:
    """As it would be if the clocks of both ran."""
    return min(parse_date(merging.offer(each, timezone.now())["due_on"]) or date.max for each in (gone, goal))


@require_POST
@on_desk
def unmerge(request: SignedInRequest, number: str) -> HttpResponse:
    """Take the request out of the one it was merged into."""
    asked = load(request, number)
    seen = request.POST.get("seen", "")
    try:
        merging.unmerge(asked, by=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 10 else -1)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(number)s is a request of its own again.") % {"number": number})
    return redirect("desk:request", number)
