"""Providers and those who keep their entries; the district's side."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from investment import queries, workflow
from investment.forms import KeeperForm, ProviderForm
from investment.models import OFFICIALS, Keeper, Provider
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import sent


@require_safe
@roles_required(*OFFICIALS)
def providers(request: SignedInRequest) -> HttpResponse:
    page = paginate(queries.providers(), order=[Order("id")], cursor=request.GET.get("cursor"))
    return render(request, "investment/providers.html", {"page": page, "crumbs": _crumbs()[:1]})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*OFFICIALS)
def new(request: SignedInRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*OFFICIALS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _write(request, get_object_or_404(Provider, pk=pk))


def _write(request: SignedInRequest, row: Provider | None) -> HttpResponse:
    kept = Provider(pk=row.pk) if row else None
    form = ProviderForm(sent(request), instance=row)
    if request.method == "POST" and form.is_valid():
        done = workflow.write_provider(kept, by=request.user, facts=form.facts())
        messages.success(request, _("Saved."))
        return redirect("investment:provider", done.pk)
    title = _("Change the provider") if row else _("New provider")
    back = reverse("investment:provider", args=[row.pk]) if row else _crumbs()[1][1]
    context = {"form": form, "title": title, "crumbs": _crumbs(), "back": back}
    return render(request, "investment/write.html", context, status=422 if form.errors else 200)


@require_safe
@roles_required(*OFFICIALS)
def provider(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, _loaded(pk), KeeperForm())


def _loaded(pk: int) -> Provider:
    return get_object_or_404(Provider.objects.select_related("park"), pk=pk)


def _show(request: SignedInRequest, row: Provider, form: Any, status: int = 200) -> HttpResponse:
    context = {
        "provider": row,
        "keepers": row.keepers.filter(ended_on=None).select_related("user"),
        "form": form,
        "count": row.resources.count(),
        "crumbs": _crumbs(),
    }
    return render(request, "investment/provider.html", context, status=status)


@require_POST
@roles_required(*OFFICIALS)
def appoint(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _loaded(pk), KeeperForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, 422)
    try:
        workflow.appoint(row, by=request.user, **form.cleaned_data)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The invitation is on its way."))
    return redirect("investment:provider", pk)


@require_POST
@roles_required(*OFFICIALS)
def dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    keeper = get_object_or_404(Keeper, pk=pk)
    workflow.dismiss(keeper, by=request.user)
    messages.success(request, _("%(name)s keeps these entries no longer.") % {"name": keeper.name})
    return redirect("investment:provider", keeper.provider_id)


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Resource room"), reverse("investment:room")),
        (_("Providers"), reverse("investment:providers")),
    ]
