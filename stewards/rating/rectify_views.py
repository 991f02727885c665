"""Ratings to be put right: the list, and one with its calls."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Denied, Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from stewards.asking.forms import SeenForm
from stewards.deskwork.reaching import told_or_call
from stewards.models import HelpRequest, Rectification
from stewards.rating import rectifying
from stewards.rating.forms import CallForm, CloseForm
from stewards.timeline import SCORES

workers = roles_required(Role.STEWARD, Role.ADMIN)
SHOW = {
    "open": gettext_lazy("To be put right"),
    "overdue": gettext_lazy("Overdue"),
    "closed": gettext_lazy("Put right"),
}
DONE = {
    "call": gettext_lazy("The call is kept."),
    "close": gettext_lazy("Closed: the enterprise is told what was done."),
}


@require_safe
@workers
def rectifications(request: SignedInRequest) -> HttpResponse:
    """Those the person answers for, the most urgent first."""
    show = request.GET.get("show", "")
    show = show if show in SHOW else "open"
    rows = _chosen(rectifying.visible_to(request.user), show)
    order = [Order("id", desc=True)] if show == "closed" else [Order("due_on"), Order("id")]
    context = {
        "page": paginate(rows, order=order, cursor=request.GET.get("cursor")),
        "show": show,
        "scores": dict(SCORES),
        "today": local_day(),
        "tabs": [{"label": label, "url": f"?show={name}", "current": name == show} for name, label in SHOW.items()],
    }
    return render(request, "rating/rectifications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def rectification(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of them: what the enterprise said, each call, and the closing. POST keeps a call or closes."""
    found = get_object_or_404(rectifying.visible_to(request.user), pk=pk)
    bound: CallForm | CloseForm | None = None
    verb = request.POST.get("act", "")
    if request.method == "POST":
        if verb not in DONE:
            raise Http404
        bound = (CallForm if verb == "call" else CloseForm)(request.POST, auto_id=f"id_{verb}_%s")
        if bound.is_valid():
            try:
                _perform(found, bound, request.user)
            except Refused as refused:
                found = get_object_or_404(rectifying.visible_to(request.user), pk=pk)
                bound.data = {**request.POST.dict(), "seen": str(found.lock_version)}
                bound.add_error(None, str(refused))
            else:
                words = str(DONE[verb])
                messages.success(request, told_or_call(found.request, words) if verb == "close" else words)
                return redirect("rating:rectification", pk)
    status = 422 if bound is not None else 200
    return render(request, "rating/rectification.html", _context(request, found, verb, bound), status=status)


def _perform(found: Rectification, form: CallForm | CloseForm, by: Any) -> None:
    if isinstance(form, CallForm):
        rectifying.call_back(found, by=by, **form.act())
    else:
        rectifying.close(found, by=by, **form.act())


def _chosen(rows: QuerySet[Rectification], show: str) -> QuerySet[Rectification]:
    if show == "overdue":
        return rectifying.overdue(rows)
    return rows.filter(closed_at__isnull=show == "open")


def _context(request: SignedInRequest, found: Rectification, verb: str, bound: Any) -> dict[str, Any]:
    works = rectifying.may_work_on(request.user, found, found.request)
    closes = rectifying.may_close(request.user, found, found.request)
    return {
        "found": found,
        "asked": found.request,
        "calls": found.calls.select_related("by"),
        "score": dict(SCORES)[found.rating.score],
        "late": found.closed_at is None and found.due_on < local_day(),
        "call_form": _form(CallForm, "call", found, bound if verb == "call" else None) if works else None,
        "close_form": _form(CloseForm, "close", found, bound if verb == "close" else None) if closes else None,
        "not_yet": closes.reason if works and isinstance(closes, Denied) else "",
        "kept": bound.data.get("done") or bound.data.get("words") if bound and not works else "",
        "desk_link": HelpRequest.objects.on_desk_of(request.user).filter(pk=found.request_id).exists(),
        "crumbs": [(_("Ratings to be put right"), reverse("rating:rectifications"))],
    }


def _form(form_class: type[SeenForm], name: str, found: Rectification, bound: SeenForm | None) -> SeenForm:
    return bound if bound is not None else form_class(initial={"seen": found.lock_version}, auto_id=f"id_{name}_%s")
