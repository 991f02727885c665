"""The registry's extracts: upload, look at what would change, confirm; and the rows that were wrong."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.models import Enterprise, RegistryImport, RegistryRow
from enterprises.models.registry import ImportState, RowKind
from enterprises.registry import workflow
from enterprises.registry.columns import PROBLEMS
from enterprises.registry.forms import ConfirmForm, ExtractForm
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from portal.core.cells import BOM, harmless
from portal.core.keyset import Order, paginate

SHOWN = 10  # rows of each kind
WHY: dict[str, str | Promise] = {
    "empty": gettext_lazy("The file holds no row."),
    "old": gettext_lazy("This is a file of an old kind (.xls), or has a password. Save it as .xlsx without one."),
    "kind": gettext_lazy("This is no table that can be read. Accepted are xlsx and csv."),
    "large": gettext_lazy("What this workbook unpacks to is too large."),
    "rows": gettext_lazy("The file has more than 200,000 rows. Split it into several files."),
    "columns": gettext_lazy("The first row must name the columns; the credit code and the name in Chinese are needed."),
}
NAMES = {field.column: field for field in Enterprise._meta.concrete_fields}


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMIN)
def extracts(request: SignedInRequest) -> HttpResponse:
    """All of them, the newest first; and the form for another one."""
    sent = request.method == "POST"
    form = ExtractForm(request.POST, request.FILES) if sent else ExtractForm()
    if sent and form.is_valid():
        data = form.cleaned_data
        try:
            row = workflow.upload(data["file"], extract_on=data["extract_on"], by=request.user)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("The file is being read. Nothing is changed before you confirm."))
            return redirect("registry:extract", row.pk)
    page = paginate(
        RegistryImport.objects.select_related("by"), order=[Order("id", desc=True)], cursor=request.GET.get("cursor")
    )
    context = {"form": form, "page": page}
    return render(request, "registry/list.html", context, status=422 if form.errors else 200)


@require_safe
@roles_required(Role.ADMIN)
def extract(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became of a file, or would become of it."""
    row = get_object_or_404(RegistryImport.objects.select_related("by", "confirmed_by"), pk=pk)
    kinds = [
        (kind, RowKind(kind).label, row.counts.get(kind, 0), list(_some(row, kind)) if row.counts.get(kind) else [])
        for kind in RowKind.values
    ]
    total = sum(row.counts.get(kind, 0) for kind in RowKind.values)
    context: dict[str, Any] = {
        "row": row,
        "why": WHY.get(row.problem, ""),
        "kinds": [each for each in kinds if each[2]],
        "total": total,
        "done": [(_("taken in"), row.counts.get("done_new", 0)), (_("changed"), row.counts.get("done_changed", 0))],
        "busy": row.state in (ImportState.UPLOADED, ImportState.APPLYING),
        "form": ConfirmForm(),
        "may_drop": row.state in (ImportState.READ, ImportState.FAILED),
        "crumbs": [(_("Registry"), "..")],
    }
    return render(request, "registry/extract.html", context)


def _some(extract: RegistryImport, kind: str) -> Iterator[dict[str, Any]]:
    """The first rows of a kind: what they are called, and what would change."""
    rows = RegistryRow.objects.filter(extract=extract, kind=kind).select_related("enterprise").order_by("line")[:SHOWN]
    for row in rows:
        name = row.facts.get("name_zh_hans") or (row.cells[1] if len(row.cells) > 1 else "")
        before = row.enterprise
        yield {
            "line": row.line,
            "code": row.credit_code,
            "name": name,
            "known": before if kind == RowKind.DOUBTFUL else None,
            "changes": [(label_of(key), _now(before, key), value) for key, value in row.changes.items()],
            "kept": [label_of(key) for key in row.kept],
            "problems": [(label_of(key), PROBLEMS.get(code, code)) for key, code in row.problems],
        }


def label_of(column: str) -> str:
    field = NAMES.get(column)
    words = str(getattr(field, "verbose_name", column))
    words = {"name_zh_hans": _("Name in Chinese"), "name_en": _("Name in English")}.get(column, words)
    words = {"address_zh_hans": _("Address in Chinese"), "address_en": _("Address in English")}.get(column, words)
    return words[:1].upper() + words[1:]


def _now(enterprise: Enterprise | None, column: str) -> Any:
    value = getattr(enterprise, column, None)
    return "–" if value in (None, "") else value


@require_POST
@roles_required(Role.ADMIN)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    row = get_object_or_404(RegistryImport, pk=pk)
    try:
        if verb == "confirm":
            form = ConfirmForm(request.POST)
            workflow.confirm(row, by=request.user, take_doubtful=form.is_valid() and form.cleaned_data["take_doubtful"])
            messages.success(request, _("The rows are being taken over."))
        elif verb == "drop":
            workflow.drop(row, by=request.user)
            messages.success(request, _("The extract is dropped; nothing was changed."))
        else:
            raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("registry:extract", pk)


class _Line:
    """A file that gives back what csv writes."""

    def write(self, text: str) -> str:
        return text


@require_safe
@roles_required(Role.ADMIN)
def wrong_rows(request: SignedInRequest, pk: int) -> Any:
    """Their own cells, with what is wrong in the reader's language."""
    row = get_object_or_404(RegistryImport, pk=pk)
    language = bilingual.current()
    response = StreamingHttpResponse(_wrong(row, language), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="wrong-rows-{row.pk}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _wrong(extract: RegistryImport, language: str) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    with bilingual.speaking(language):
        yield BOM + write([_("Line"), _("What is wrong"), _("Cells")])
        labels = {code: str(words) for code, words in PROBLEMS.items()}
        rows = RegistryRow.objects.filter(extract=extract, kind=RowKind.WRONG).order_by("line")
        for line, problems, cells in rows.values_list("line", "problems", "cells").iterator(chunk_size=2_000):
            said = " ".join(f"{label_of(key)}: {labels.get(code, code)}" for key, code in problems)
            yield write([line, said, *map(harmless, cells)])
