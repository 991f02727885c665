"""Tags of enterprises: the list of tags, one with its enterprises, what one enterprise has, a tag for a segment."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.models import Enterprise, EnterpriseTag, Segment
from enterprises.segments import queries, workflow
from enterprises.segments.forms import BulkTagForm, EnterpriseTagsForm, FindForm, TagForm
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import sent

tagging = roles_required(Role.ADMIN)


@require_http_methods(["GET", "HEAD", "POST"])
@tagging
def tags(request: SignedInRequest) -> HttpResponse:
    """Every tag, and a new one."""
    form = TagForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            workflow.keep_tag(None, by=request.user, names=form.cleaned_data)
        except Refused as refused:
            form.add_error("name_zh_hans", str(refused))
        else:
            messages.success(request, _("The tag is kept."))
            return redirect("segments:tags")
    context = {"tags": queries.tags(), "form": form, "crumbs": _crumbs()}
    return render(request, "segments/tags.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@tagging
def tag(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tag: its names, whether it is offered, the enterprises that have it, and the way to another."""
    row = get_object_or_404(EnterpriseTag, pk=pk)
    form = TagForm(initial={name: getattr(row, name) for name in workflow.NAMES})
    find = FindForm()
    if request.method == "POST":
        form, find, done = _act(request, row, form, find)
        if done:
            return done
    having = Enterprise.objects.filter(taggings__tag=row).select_related("industry", "subdistrict", "park")
    page = paginate(having, order=[Order("id")], cursor=request.GET.get("cursor"))
    context = {
        "tag": row,
        "form": form,
        "find": find,
        "page": page,
        "crumbs": [*_crumbs(), (_("Tags of enterprises"), reverse("segments:tags"))],
    }
    return render(request, "segments/tag.html", context, status=422 if form.errors or find.errors else 200)


def _act(request: SignedInRequest, row: EnterpriseTag, form: Any, find: Any) -> tuple[Any, Any, HttpResponse | None]:
    """rename, retire, restore, or find an enterprise."""
    asked = request.POST.get("act")
    if asked in ("retire", "restore"):
        workflow.retire_tag(row, by=request.user, back=asked == "restore")
        messages.success(request, _("Kept."))
        return form, find, redirect("segments:tag", row.pk)
    if asked == "find":
        find = FindForm(request.POST)
        found = find.is_valid()
        return form, find, redirect("segments:enterprise", find.cleaned_data["credit_code"].pk) if found else None
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            workflow.keep_tag(row, by=request.user, names=form.cleaned_data)
        except Refused as refused:
            form.add_error("name_zh_hans", str(refused))
        else:
            messages.success(request, _("The tag is kept."))
            return form, find, redirect("segments:tag", row.pk)
    return form, find, None


@require_http_methods(["GET", "HEAD", "POST"])
@tagging
def enterprise(request: SignedInRequest, pk: int) -> HttpResponse:
    """What one enterprise is tagged with."""
    row: Enterprise = get_object_or_404(Enterprise.objects.select_related("industry", "subdistrict", "park"), pk=pk)
    has = queries.tags_of(row)
    form = EnterpriseTagsForm(sent(request), initial={"tags": [tag.pk for tag in has]})
    if request.method == "POST" and form.is_valid():
        workflow.set_tags(row, form.cleaned_data["tags"], by=request.user)
        messages.success(request, _("The tags are kept."))
        return redirect("segments:enterprise", pk)
    context = {
        "enterprise": row,
        "form": form,
        "retired": [tag for tag in has if tag.retired_at],
        "crumbs": [*_crumbs(), (_("Tags of enterprises"), reverse("segments:tags"))],
    }
    return render(request, "segments/enterprise.html", context, status=422 if form.errors else 200)


@require_POST
@tagging
def bulk(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a tag on all of a segment as it is now, or take it off."""
    row = get_object_or_404(Segment, pk=pk, retired_at__isnull=True)
    form = BulkTagForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the tags."))
        return redirect("segments:detail", pk)
    off = "off" in request.POST
    try:
        count = workflow.tag_all(row, form.cleaned_data["tag"], by=request.user, off=off)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("segments:detail", pk)
    if off:
        words = ngettext("Taken off %(count)s enterprise.", "Taken off %(count)s enterprises.", count)
    else:
        words = ngettext("Put on %(count)s enterprise.", "Put on %(count)s enterprises.", count)
    messages.success(request, words % {"count": count})
    return redirect("segments:detail", pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Segments"), reverse("segments:list"))]
