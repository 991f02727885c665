"""Saved segments: the list, one with who is in it now, writing one, also from the industry map."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from enterprises.models import Segment
from enterprises.segments import queries, workflow
from enterprises.segments.conditions import Conditions
from enterprises.segments.forms import BulkTagForm, SegmentForm, asked_by
from enterprises.segments.rules import KEEPERS, READERS, may_keep, may_tag
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version, sent

keeping = roles_required(*KEEPERS)
reading = roles_required(*READERS)


@require_safe
@reading
def segments(request: SignedInRequest) -> HttpResponse:
    """The latest first; retired ones are marked."""
    rows = Segment.objects.select_related("author")
    page = paginate(rows, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    context = {"page": page, "may_keep": bool(may_keep(request.user)), "may_tag": bool(may_tag(request.user))}
    return render(request, "segments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def new(request: SignedInRequest) -> HttpResponse:
    """With what the address prefills."""
    return _write(request, None, asked_by(request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Segment, pk=pk, retired_at__isnull=True)
    return _write(request, row, Conditions.of(row.conditions))


def _write(request: SignedInRequest, row: Segment | None, before: Conditions) -> HttpResponse:
    """Counted anew with each look; “show” keeps nothing, and needs no name."""
    initial = {**_initial(before), "name": row.name if row else ""}
    form = SegmentForm(sent(request), initial=initial, conditions=before)
    only_shown = "show" in request.POST
    if only_shown:
        form.fields["name"].required = False
    conditions = before
    if request.method == "POST" and form.is_valid():
        conditions = form.conditions()
        if not only_shown and (kept := _kept(request, row, form, conditions)):
            return redirect("segments:detail", kept.pk)
    context = {
        "form": form,
        "segment": row,
        "preview": queries.preview(conditions) if conditions and not form.errors else None,
        "back": reverse("segments:detail", args=[row.pk]) if row else reverse("segments:list"),
        "crumbs": _crumbs(),
    }
    return render(request, "segments/write.html", context, status=422 if form.errors else 200)


def _kept(request: SignedInRequest, row: Segment | None, form: SegmentForm, conditions: Conditions) -> Segment | None:
    try:
        seen = seen_version(request) if row else None
        kept = workflow.keep(row, by=request.user, name=form.cleaned_data["name"], conditions=conditions, seen=seen)
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, _("The segment is kept."))
    return kept


def _initial(conditions: Conditions) -> dict[str, Any]:
    return {name: getattr(conditions, name) for name in SegmentForm.base_fields if name != "name"}


@require_safe
@reading
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its conditions, how many fulfil them now, the first of them."""
    row = get_object_or_404(Segment.objects.select_related("author"), pk=pk)
    conditions = Conditions.of(row.conditions)
    context = {
        "segment": row,
        "words": conditions.words(),
        "preview": queries.preview(conditions),
        "may_keep": bool(may_keep(request.user)) and row.retired_at is None,
        "may_tag": bool(may_tag(request.user)) and row.retired_at is None,
        "tagging": BulkTagForm(),
        "crumbs": _crumbs(),
    }
    return render(request, "segments/detail.html", context)


@require_POST
@keeping
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Segment, pk=pk)
    try:
        workflow.retire(row, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("segments:detail", pk)
    messages.success(request, _("The segment is retired: it is offered no more."))
    return redirect("segments:list")


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Segments"), reverse("segments:list"))]
