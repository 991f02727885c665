"""Who asks for more time, for those who decide: the list, and one ask with what it would do."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core import calendar
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.workdays import Deadline
from stewards.deskwork.reaching import told_or_call
from stewards.models import TimeAsk
from stewards.standard import asks, deadlines, verbs
from stewards.standard.forms import DecideForm
from stewards.standard.rounds import round_of
from stewards.standard.rules import may_settle

deciders = roles_required(Role.ADMIN, Role.LEADER)


@require_safe
@deciders
def extensions(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, oldest first, and what was decided lately."""
    waiting = asks.visible_to(request.user).pending()
    page = paginate(waiting, order=[Order("id")], cursor=request.GET.get("cursor"))
    rows = [{"ask": ask, "stands": deadlines.standing_of(ask.request)} for ask in page.rows]
    context = {"page": page, "rows": rows, "decided": asks.decided(request.user)}
    return render(request, "standard/extensions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@deciders
def extension(request: SignedInRequest, pk: int) -> HttpResponse:
    """One ask: approve it, or refuse it with a word."""
    ask = get_object_or_404(asks.visible_to(request.user), pk=pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = _decide(request, ask, form.cleaned_data["word"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect("desk:extensions")
    return render(request, "standard/extension.html", {"form": form, **_context(request, ask)})


def _decide(request: SignedInRequest, ask: TimeAsk, word: str) -> str:
    if request.POST.get("act") == "grant":
        verbs.grant_time(ask.request, by=request.user, ask=ask)
        return told_or_call(ask.request, _("Approved. The enterprise has been told the new date and the reason."))
    if request.POST.get("act") != "refuse":
        raise Http404
    verbs.refuse_time(ask.request, by=request.user, ask=ask, word=word)
    return _("Refused. Whoever asked has been told why; the date stays.")


def _context(request: SignedInRequest, ask: TimeAsk) -> dict[str, Any]:
    earlier = ask.request.time_asks.exclude(pk=ask.pk).select_related("asked_by", "decided_by").order_by("pk")
    pending = ask.state == TimeAsk.State.PENDING and ask.request.is_open and ask.round == ask.request.round
    return {
        "ask": ask,
        "asked": ask.request,
        "pending": pending,
        "verdict": may_settle(request.user, ask),
        "would": _would(ask) if pending else None,
        "stands": deadlines.standing_of(ask.request) if pending else None,
        "earlier": earlier,
        "reads": type(ask.request).objects.readable_by(request.user).filter(pk=ask.request_id).exists(),
    }


def _would(ask: TimeAsk) -> Deadline:
    """The due date after an approval."""
    working = calendar.current()
    if ask.kind == TimeAsk.Kind.COMPLEX:
        return round_of(ask.request).due(ask.days, working)
    assert ask.request.due_on
    return working.deadline(ask.request.due_on, ask.days)
