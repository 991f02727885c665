"""An enterprise's needs: said once, what is recommended for each and why, and what it makes of that."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from enterprises.models import Enterprise, Membership
from enterprises.queries import chosen, memberships_of
from enterprises.rules import membership_of
from investment import wanting
from investment.enums import Kind
from investment.forms import DeclineForm, NeedForm
from investment.models import Need, Resource, Viewing
from investment.naming import all_names
from investment.recommending import recommended
from investment.rules import looks_after
from investment.showing import VIEWING_TONES, wanted
from investment.words import weights
from portal.core.access import Refused
from portal.core.sent import sent
from stewards.queries import steward_of

NEEDS = 30


@require_safe
def needs(request: SignedInRequest) -> HttpResponse:
    """All of one's own, with the viewings that are coming."""
    enterprises = _own_enterprises(request)
    names = all_names()
    rows = Need.objects.of_member(request.user).select_related("enterprise").order_by("closed_at", "-pk")[:NEEDS]
    viewings = Viewing.objects.of_member(request.user).select_related("resource").order_by("-pk")[:NEEDS]
    context = {
        "rows": [{"need": row, "words": wanted(row, names)} for row in rows],
        "viewings": [{"viewing": row, "tone": VIEWING_TONES.get(row.state, "info")} for row in viewings],  # type: ignore[call-overload]
        "several": len(enterprises) > 1,
        "kinds": Kind.choices,
    }
    return render(request, "investment/needs.html", context)


def _own_enterprises(request: SignedInRequest) -> list[Enterprise]:
    """Nothing is here for those who act for none."""
    rows = Membership.objects.active().filter(user=request.user).select_related("enterprise").order_by("pk")
    found = [row.enterprise for row in rows]
    if not found:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """`?kind=` says what is looked for; without it, one chooses."""
    _own_enterprises(request)
    enterprise = chosen(request, memberships_of(request.user))
    kind = request.GET.get("kind", "")
    if kind not in Kind.values or enterprise is None:
        return render(request, "investment/need_kind.html", {"kinds": Kind.choices, "enterprise": enterprise})
    section = enterprise.industry.section if enterprise.industry else ""
    initial = {"section": section, "subdistricts": [enterprise.subdistrict_id] if enterprise.subdistrict_id else []}
    form = NeedForm(sent(request), kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            need = wanting.state_need(enterprise, by=request.user, kind=kind, facts=form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("investment:need", need.pk)
    return _form_page(request, form, _("What are you looking for?"), str(Kind(kind).label), reverse("investment:needs"))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    need = _own(request, pk)
    kept = Need(pk=need.pk)
    form = NeedForm(sent(request), kind=need.kind, instance=need)
    if request.method == "POST" and form.is_valid():
        try:
            wanting.change(kept, by=request.user, facts=form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The recommendations follow it."))
            return redirect("investment:need", pk)
    return _form_page(request, form, _("Change what you need"), str(Kind(need.kind).label), _url(pk))


def _form_page(request: SignedInRequest, form: NeedForm, title: str, lead: str, back: str) -> HttpResponse:
    crumbs = [(_("What we need"), reverse("investment:needs"))]
    context = {"form": form, "title": title, "lead": lead, "back": back, "crumbs": crumbs}
    return render(request, "investment/write.html", context, status=422 if form.errors else 200)


def _url(pk: int) -> str:
    return reverse("investment:need", args=[pk])


def _own(request: SignedInRequest, pk: int) -> Need:
    return get_object_or_404(Need.objects.of_member(request.user).select_related("enterprise"), pk=pk)


@require_safe
def need(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is recommended for it, why, and why not; for the enterprise, its steward and the service centre."""
    row: Need = get_object_or_404(Need.objects.select_related("enterprise__industry"), pk=pk)
    inside = membership_of(request.user, row.enterprise) is not None
    if not inside and not looks_after(request.user, steward_of(row.enterprise)):
        raise Http404
    names = all_names()
    context: dict[str, Any] = {
        "need": row,
        "words": wanted(row, names),
        "found": recommended(row, names),
        "may": inside and row.closed_at is None,
        "inside": inside,
        "weights": weights(row.kind),
        "decline_form": DeclineForm(auto_id=False),
        "viewings": row.viewings.select_related("resource").order_by("-pk")[:NEEDS],
    }
    return render(request, "investment/need.html", context)


@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    wanting.close(_own(request, pk), by=request.user)
    messages.success(request, _("Closed. Nothing is recommended for it any more."))
    return redirect("investment:needs")


@require_POST
def mark(request: SignedInRequest, pk: int, resource: int, verb: str) -> HttpResponse:
    """shortlist, unlist, decline, undecline."""
    need = _own(request, pk)
    row: Resource = get_object_or_404(Resource.objects.filter(kind=need.kind), pk=resource)
    try:
        done = _mark(request, need, row, verb)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("investment:need", pk)


def _mark(request: SignedInRequest, need: Need, row: Resource, verb: str) -> str:
    by = request.user
    if verb == "shortlist":
        wanting.shortlist(need, row, by=by)
        return _("On your short list.")
    if verb == "unlist":
        wanting.unlist(need, row, by=by)
        return _("Off your short list.")
    if verb == "decline":
        form = DeclineForm(request.POST)
        wanting.decline(need, row, by=by, why=form.cleaned_data["why"] if form.is_valid() else "")
        return _("Noted: others like it stand lower from now on, and this one is not recommended again.")
    if verb == "undecline":
        wanting.undecline(need, row, by=by)
        return _("It is considered again.")
    raise Http404
