"""The yearly re-adjustment of the tiers on its pages: rounds, one round with its list, rules, changes, the decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.enums import RoundState
from enterprises.models import TierProposal, TierRound
from enterprises.models.tiers import RUNNING
from enterprises.tiers import export, forms, queries, rules, words, workflow
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version, sent

preparing = roles_required(Role.ADMIN)
reading = roles_required(*rules.READERS)


@require_safe
@reading
def rounds(request: SignedInRequest) -> HttpResponse:
    """This year's and all before it."""
    page = paginate(queries.rounds(), order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    counts = queries.counts_of(page.rows)
    rows = [{"round": row, "tone": words.TONES[RoundState(row.state)], "counts": counts[row.pk]} for row in page]
    free = bool(rules.may_prepare(request.user)) and not TierRound.objects.filter(state__in=RUNNING).exists()
    return render(request, "tiers/rounds.html", {"page": page, "rows": rows, "may_open": free})


@require_http_methods(["GET", "HEAD", "POST"])
@preparing
def new(request: SignedInRequest) -> HttpResponse:
    last = TierRound.objects.first()
    initial = forms.initial_of(last.rules) if last else forms.initial_of()
    form = forms.RulesForm(sent(request), initial=initial, new=True)
    if request.method == "POST" and form.is_valid():
        try:
            row = workflow.open_round(by=request.user, year=form.cleaned_data["year"], rules=form.rules())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The round is open, and its list is made."))
            return redirect("tiers:round", row.pk)
    return _rules_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@preparing
def rewrite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other rules, and the list anew."""
    row = get_object_or_404(TierRound, pk=pk)
    form = forms.RulesForm(sent(request), initial=forms.initial_of(row.rules))
    if request.method == "POST" and form.is_valid():
        try:
            workflow.rewrite(row, by=request.user, rules=form.rules(), seen=seen_version(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The list is made anew; what was decided by hand stays."))
            return redirect("tiers:round", pk)
    return _rules_page(request, form, row)


def _rules_page(request: SignedInRequest, form: forms.RulesForm, row: TierRound | None) -> HttpResponse:
    back = reverse("tiers:round", args=[row.pk]) if row else reverse("tiers:list")
    context = {"form": form, "round": row, "back": back, "crumbs": _crumbs(row)}
    return render(request, "tiers/rules.html", context, status=422 if form.errors else 200)


@require_safe
@reading
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: SignedInRequest, pk: int, *, status: int = 200, **bound: Any) -> HttpResponse:
    row = get_object_or_404(queries.rounds(), pk=pk)
    form = forms.ListFilter(request.GET)
    found = queries.with_enterprises(form.found(row))
    page = paginate(found, order=[Order("id")], cursor=request.GET.get("cursor"))
    context = {
        "round": row,
        "tone": words.TONES[RoundState(row.state)],
        "rules": words.rules_of(row.rules, words.title_names()),
        "counts": queries.counts_of([row])[row.pk],
        "stayed": queries.stayed_of(row),
        "form": form,
        "filtered": bool(form.asked()),
        "page": page,
        "rows": queries.shown(row, page.rows),
        "may": {verb: bool(rules.may(request.user, verb, row)) for verb in rules.FROM},
        "waits": row.state == RoundState.IN_REVIEW and rules.may(request.user, "approve", row),
        "change": bound.get("change") or forms.ChangeForm(auto_id="bulk_%s"),
        "approve": bound.get("approve") or forms.ApproveForm(),
        "back": bound.get("back") or forms.ReturnForm(),
        "query": request.GET.urlencode(),
        "crumbs": _crumbs(None),
    }
    return render(request, "tiers/round.html", context, status=status)


@require_safe
@reading
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(TierRound, pk=pk)
    return export.csv_of(row, forms.ListFilter(request.GET).found(row))


@require_POST
@preparing
def bulk(request: SignedInRequest, pk: int) -> HttpResponse:
    """One change for all that the filter of the address shows."""
    row = get_object_or_404(TierRound, pk=pk)
    form = forms.ChangeForm(request.POST, auto_id="bulk_%s")
    if not form.is_valid():
        return _page(request, pk, status=422, change=form)
    found = forms.ListFilter(request.GET).found(row)
    wanted = form.wanted()
    try:
        count = workflow.propose_all(row, found, by=request.user, what=wanted["tier"], note=wanted["note"])
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, pk, status=409)
    said = ngettext("Changed for %(count)s enterprise.", "Changed for %(count)s enterprises.", count)
    messages.success(request, said % {"count": count})
    return redirect(f"{reverse('tiers:round', args=[pk])}?{request.GET.urlencode()}")


@require_POST
@reading
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """send, approve, return, drop."""
    row = get_object_or_404(TierRound, pk=pk)
    bound: dict[str, Any] = {}
    if verb == "approve":
        bound["approve"] = forms.ApproveForm(request.POST)
    elif verb == "return":
        bound["back"] = forms.ReturnForm(request.POST)
    elif verb not in ("send", "drop"):
        raise Http404
    if not all(form.is_valid() for form in bound.values()):
        return _page(request, pk, status=422, **bound)
    try:
        done = _perform(request, row, verb, bound)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, pk, status=409, **bound)
    messages.success(request, done)
    return redirect("tiers:round", pk)


def _perform(request: SignedInRequest, row: TierRound, verb: str, bound: dict[str, Any]) -> str:
    how: dict[str, Any] = {"by": request.user, "seen": seen_version(request)}
    if verb == "send":
        workflow.send(row, **how)
        return _("It is in review: somebody else decides now.")
    if verb == "approve":
        workflow.approve(row, day=bound["approve"].cleaned_data["day"], **how)
        return _("Approved. It takes effect by itself on its day.")
    if verb == "return":
        workflow.send_back(row, reason=bound["back"].cleaned_data["reason"], **how)
        return _("Sent back with what is to be put right.")
    workflow.drop(row, **how)
    return _("The round is dropped; nothing of it takes effect.")


@require_http_methods(["GET", "HEAD", "POST"])
@preparing
def one(request: SignedInRequest, pk: int, proposal: int) -> HttpResponse:
    """Why an enterprise's tier would change, and another decision."""
    found = queries.with_enterprises(TierProposal.objects.filter(round=pk)).select_related("round")
    each = get_object_or_404(found, pk=proposal)
    initial = {"tier": (each.proposed or "none") if each.by_hand else forms.BY_RULES, "note": each.note}
    form = forms.ChangeForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.propose(each, by=request.user, **form.wanted())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept."))
            return redirect("tiers:round", pk)
    context = {
        "round": each.round,
        "row": queries.shown(each.round, [each])[0],
        "form": form,
        "may": rules.may(request.user, "propose", each.round),
        "crumbs": _crumbs(each.round),
    }
    return render(request, "tiers/enterprise.html", context, status=422 if form.errors else 200)


def _crumbs(row: TierRound | None) -> list[tuple[str, str]]:
    first = [(_("Tiers of key enterprises"), reverse("tiers:list"))]
    return [*first, (str(row.year), reverse("tiers:round", args=[row.pk]))] if row else first
