"""Industry chains: read by everybody, written by the service centre."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from insights import chains as counting
from insights import workflow
from insights.forms import ChainForm, StepForm
from insights.models import Chain, ChainStep, MapPeriod
from insights.rules import sees_all
from portal.core.access import Refused, roles_required
from stewards.figures import FEW

keepers = roles_required(Role.ADMIN)
MOST = 60


@require_safe
@login_not_required
def chains(request: HttpRequest) -> HttpResponse:
    context = {"chains": Chain.objects.order_by("pk")[:MOST], "may": sees_all(request.user), "crumbs": _crumbs()[:1]}
    return render(request, "insights/chains.html", context)


@require_safe
@login_not_required
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    row, whole = get_object_or_404(Chain, pk=pk), sees_all(request.user)
    period = MapPeriod.objects.first()
    context = {
        "chain": row,
        "streams": counting.streams(row, period, whole=whole),
        "period": period,
        "may": whole,
        "few": FEW,
        "much": counting.MUCH,
        "crumbs": _crumbs(),
    }
    return render(request, "insights/chain.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def write(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """A new chain, or other words for one."""
    row = get_object_or_404(Chain, pk=pk) if pk else None
    form = ChainForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            kept = workflow.keep_chain(form.save(commit=False), by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("insights:chain", kept.pk)
    title = _("Change the chain") if row else _("New chain")
    back = reverse("insights:chain", args=[pk]) if pk else reverse("insights:chains")
    return _form_page(request, form, title, back, _crumbs())


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def step(request: SignedInRequest, chain: int, pk: int | None = None) -> HttpResponse:
    of = get_object_or_404(Chain, pk=chain)
    row = get_object_or_404(ChainStep, pk=pk, chain=of) if pk else ChainStep(chain=of)
    form = StepForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.keep_step(form.save(commit=False), form.cleaned_data["divisions"], by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("insights:chain", of.pk)
    title = _("Change the step") if pk else pgettext("chain", "New step")
    back = reverse("insights:chain", args=[of.pk])
    return _form_page(request, form, title, back, [*_crumbs(), (of.name, back)])


@require_POST
@keepers
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    row = Chain.objects.filter(pk=pk).first()
    if row:
        workflow.drop_chain(row, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("insights:chains")


@require_POST
@keepers
def drop_step(request: SignedInRequest, chain: int, pk: int) -> HttpResponse:
    of = get_object_or_404(Chain, pk=chain)
    row = ChainStep.objects.filter(pk=pk, chain=of).first()
    if row:
        workflow.drop_step(row, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("insights:chain", of.pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Regional industry map"), reverse("insights:map")), (_("Industry chains"), reverse("insights:chains"))]


def _form_page(
    request: SignedInRequest, form: Any, title: str, back: str, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "crumbs": crumbs}
    return render(request, "insights/write.html", context, status=422 if form.errors else 200)
