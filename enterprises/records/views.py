"""The records on the service centre's pages: found, their standing and head, merged and split.

One record with all its facts is a page of portal/home/record.py, since what it shows lies above.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.enums import Standing
from enterprises.models import Enterprise, MergeRecord
from enterprises.records import above, forms, merging, standing
from enterprises.records.rules import may_merge
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from portal.core.sent import sent

keeping = roles_required(Role.ADMIN)
MOST_FOUND = 12
TONES = {Standing.ACTIVE: "ok", Standing.LEAVING: "warn", Standing.LEFT: "quiet", Standing.CLOSED: "quiet"}


@require_safe
@keeping
def records(request: SignedInRequest) -> HttpResponse:
    """All records, found by name or code, by their standing."""
    form = forms.FilterForm(request.GET)
    asked = form.asked()
    merged = asked["standing"] == forms.MERGED
    rows = Enterprise.objects.filter(merged_into__isnull=not merged)
    if asked["q"].strip():
        rows = Enterprise.objects.found_by(asked["q"], merged=merged)
    if asked["standing"] in Standing.values:
        rows = rows.filter(standing=asked["standing"])
    rows = rows.select_related("industry", "subdistrict", "merged_into")
    page = paginate(rows, order=[Order("id")], cursor=request.GET.get("cursor"))
    shown = [{"record": row, "tone": TONES[Standing(row.standing)]} for row in page]
    context = {"page": page, "rows": shown, "form": form, "filtered": any(asked.values()), "merged": merged}
    return render(request, "records/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def stand(request: SignedInRequest, pk: int) -> HttpResponse:
    """It plans to leave, has left, is closed, or operates again."""
    row = get_object_or_404(Enterprise, pk=pk)
    form = forms.StandingForm(sent(request), initial={"standing": row.standing, "on": local_day()})
    if request.method == "POST" and form.is_valid():
        try:
            standing.change(row, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The standing is recorded, and who looks after the enterprise is told."))
            return redirect("home:record", pk)
    return render(request, "records/standing.html", {"record": row, "form": form, "crumbs": _crumbs(row)})


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def head(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whose branch or subsidiary it is."""
    row: Enterprise = get_object_or_404(Enterprise.objects.select_related("head"), pk=pk)
    form = forms.HeadForm(sent(request), initial=_head_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            standing.depend(row, by=request.user, head=form.head, head_as=form.cleaned_data["head_as"])
        except Refused as refused:
            form.add_error("credit_code", str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("home:record", pk)
    return render(request, "records/head.html", {"record": row, "form": form, "crumbs": _crumbs(row)})


def _head_of(row: Enterprise) -> dict[str, str]:
    return {"credit_code": row.head.credit_code or "", "head_as": row.head_as} if row.head else {}


@require_safe
@keeping
def find(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which other record is of the same enterprise."""
    row = get_object_or_404(Enterprise, pk=pk, merged_into=None)
    form = forms.FindForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = Enterprise.objects.found_by(words or row.name).exclude(pk=pk).order_by("pk")[: MOST_FOUND + 1]
    found = list(rows)
    context = {"record": row, "form": form, "found": found[:MOST_FOUND], "more": len(found) > MOST_FOUND}
    return render(request, "records/find.html", context | {"words": words, "crumbs": _crumbs(row)})


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def merge(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """What would move and which facts differ; then it is done."""
    rows = Enterprise.objects.select_related(*PLACES)
    keep: Enterprise = get_object_or_404(rows, pk=pk)
    drop: Enterprise = get_object_or_404(rows, pk=other)
    if not may_merge(keep, drop):
        raise Http404
    preview = merging.preview(keep, drop)
    form = forms.MergeForm(sent(request), differences=preview.differences)
    if request.method == "POST" and form.is_valid():
        try:
            merging.merge(keep, drop, by=request.user, reason=form.cleaned_data["reason"], take=form.taken())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Both records are one now. It can be undone on this page."))
            return redirect("home:record", pk)
    context: dict[str, Any] = {"keep": keep, "drop": drop, "preview": preview, "form": form, "crumbs": _crumbs(keep)}
    return render(request, "records/merge.html", context)


PLACES = ("industry", "subdistrict", "park", "operating_subdistrict")


@require_POST
@keeping
def split(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a merge."""
    record = get_object_or_404(MergeRecord, pk=pk)
    try:
        stuck = merging.split(record, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The merge is undone: everything that had moved is back."))
        if stuck:
            names = ", ".join(sorted({above.name_of(key) for key in stuck}))
            messages.warning(
                request, _("Some rows stay, because others are in their place: %(names)s.") % {"names": names}
            )
    return redirect("home:record", record.keep_id)


def _crumbs(row: Enterprise) -> list[tuple[str, str]]:
    return [(_("Records"), reverse("records:list")), (str(row), reverse("home:record", args=[row.pk]))]
