"""Composing service packages, and handing them over."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from enterprises.models import Segment
from enterprises.segments.conditions import Conditions
from policies import rules
from policies.enums import PackageState
from policies.models import Package, PackageItem, Policy
from policies.packages import packages as verbs
from policies.packages.forms import NoteForm, PackageForm
from policies.presenting import TONES as VALIDITY_TONES
from policies.publishing.views import attempt
from policies.publishing.worklists import published
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate

FOUND = 12
TONES = {PackageState.DRAFT: "quiet", PackageState.HANDED_OVER: "ok", PackageState.WITHDRAWN: "bad"}


@require_safe
@roles_required(*rules.READERS)
def packages(request: SignedInRequest) -> HttpResponse:
    rows = Package.objects.select_related("enterprise", "segment", "author").annotate(policies=Count("items"))
    page = paginate(
        rows, order=[Order("created_at", desc=True), Order("id", desc=True)], cursor=request.GET.get("cursor")
    )
    context = {
        "page": page,
        "rows": [{"package": package, "tone": TONES[PackageState(package.state)]} for package in page],
        "may_compose": rules.may_compose(request.user),
    }
    return render(request, "publishing/packages.html", context)


@roles_required(*rules.COMPOSERS)
def new(request: SignedInRequest) -> HttpResponse:
    form = PackageForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        package = verbs.compose(by=request.user, content=form.values())
        messages.success(request, _("The package is begun. Now choose its policies."))
        return redirect("publishing:package", pk=package.pk)
    return render(request, "publishing/package_new.html", {"form": form})


@roles_required(*rules.READERS)
def package(request: SignedInRequest, pk: int) -> HttpResponse:
    found = package_or_404(pk)
    may_compose = rules.may_compose(request.user, found)
    form = PackageForm(request.POST if request.method == "POST" else None, user=request.user, package=found)
    if request.method == "POST" and form.is_valid():
        done = _("The package is saved.")
        if attempt(request, lambda: verbs.rewrite(found, by=request.user, content=form.values()), done=done):
            return redirect("publishing:package", pk=pk)
    items = list(found.items.select_related("policy"))
    words = request.GET.get("q", "").strip()[:200]
    context = {
        "package": found,
        "tone": TONES[PackageState(found.state)],
        "form": form,
        "items": [_item(item) for item in items],
        "may_compose": may_compose,
        "may_hand_over": rules.may_hand_over(request.user, found),
        "may_withdraw": rules.may_withdraw(request.user, found),
        "held": _held(found.segment),
        "q": words,
        "found": _to_add(words, items) if may_compose else [],
    }
    return render(request, "publishing/package.html", context)


def _held(segment: Segment | None) -> int:
    """How many enterprises are in the segment now."""
    return Conditions.of(segment.conditions).rows().count() if segment else 0


def _item(item: PackageItem) -> dict[str, Any]:
    names = verbs.NOTES
    form = NoteForm(initial={name: getattr(item, name) or "" for name in names}, auto_id=f"id_{item.pk}_%s")
    return {"item": item, "policy": item.policy, "tone": VALIDITY_TONES[item.policy.validity], "form": form}


def _to_add(words: str, items: list[PackageItem]) -> list[Policy]:
    """Policies in force that are called so, the newest first; the newest of all when nothing was asked for."""
    chosen = [item.policy_id for item in items]
    policies = published(words).in_force().exclude(pk__in=chosen).defer("search")
    return list(policies.order_by("-changed_at", "-pk")[:FOUND])


@require_POST
@roles_required(*rules.READERS)
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    found = package_or_404(pk)
    number = request.POST.get("policy", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    policy = get_object_or_404(Policy.objects.published(), pk=int(number))
    done = _("Added: %(title)s") % {"title": str(policy)}
    attempt(request, lambda: verbs.add(found, policy, by=request.user), done=done)
    words = request.POST.get("q", "").strip()[:200]
    url = reverse("publishing:package", args=[pk])
    return redirect(f"{url}?{urlencode({'q': words})}#add" if words else f"{url}#policies")


@require_POST
@roles_required(*rules.READERS)
def item(request: SignedInRequest, pk: int, item: int) -> HttpResponse:
    """Move up or down, remove, or keep the notes: the button says which."""
    found = package_or_404(pk)
    try:
        _act(request, found, item)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("publishing:package", pk=pk)


def _act(request: SignedInRequest, found: Package, item: int) -> None:
    asked = request.POST
    if "up" in asked or "down" in asked:
        verbs.move(found, item, by=request.user, up="up" in asked)
    elif "remove" in asked:
        verbs.remove(found, item, by=request.user)
        messages.success(request, _("Taken out of the package."))
    elif "note" in asked:
        form = NoteForm(asked)
        if not form.is_valid():
            raise Refused(_("A note has at most 300 characters in each language."))
        verbs.annotate(found, item, by=request.user, notes=form.cleaned_data)
        messages.success(request, _("The note is saved."))
    else:
        raise Http404


@require_POST
@roles_required(*rules.READERS)
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    found = package_or_404(pk)
    done = _("Handed over. Every enterprise sees it now.")
    if found.segment:
        done = _("Handed over. The enterprises of the segment see it now.")
    if found.enterprise:
        done = _("Handed over. The people of the enterprise are told in their digest.")
    attempt(request, lambda: verbs.hand_over(found, by=request.user), done=done)
    return redirect("publishing:package", pk=pk)


@require_POST
@roles_required(*rules.READERS)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = package_or_404(pk)
    done = _("Withdrawn. No enterprise sees it any more.")
    attempt(request, lambda: verbs.withdraw(found, by=request.user), done=done)
    return redirect("publishing:package", pk=pk)


def package_or_404(pk: int) -> Package:
    return get_object_or_404(Package.objects.select_related("enterprise", "segment", "author", "handed_over_by"), pk=pk)
