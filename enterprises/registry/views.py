"""The registry's extracts: upload, look at what would change, confirm; and the rows that were wrong."""

import csv
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.districts import name_of
from enterprises.models import Enterprise, Industry, Park, RegistryImport, RegistryRow, Subdistrict
from enterprises.models.registry import ImportState, RowKind
from enterprises.registry import staging, workflow
from enterprises.registry.columns import PROBLEMS
from enterprises.registry.forms import ConfirmForm, ExtractForm
from enterprises.registry.words import WHY
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from portal.core.cells import BOM, harmless
from portal.core.keyset import Order, paginate
from portal.core.templatetags.ui import cny, day_plain, number

SHOWN = 10  # rows of each kind
Places = Mapping[str, Mapping[str, Any]]  # column → key → row
NAMES: dict[str, Any] = {str(field.column): field for field in Enterprise._meta.concrete_fields}
WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "annual_revenue_cny": cny,
    "assets_cny": cny,
    "employees": number,
    **dict.fromkeys(("district", "operating_district", "tax_district"), name_of),
    "founded_on": day_plain,
}


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
    places: Places = {
        "industry_id": Industry.objects.in_bulk(),
        "subdistrict_id": (areas := Subdistrict.objects.in_bulk()),
        "operating_subdistrict_id": areas,
        "park_id": Park.objects.in_bulk(),
    }
    kinds = [
        (
            kind,
            RowKind(kind).label,
            row.counts.get(kind, 0),
            list(_some(row, kind, places)) if row.counts.get(kind) else [],
        )
        for kind in RowKind.values
    ]
    total = sum(row.counts.get(kind, 0) for kind in RowKind.values)
    context: dict[str, Any] = {
        "row": row,
        "why": WHY.get(row.problem, ""),
        "kinds": [each for each in kinds if each[2]],
        "total": total,
        "done": [
            (RowKind.NEW, _("taken in"), row.counts.get("done_new", 0)),
            (RowKind.CHANGED, _("changed"), row.counts.get("done_changed", 0)),
        ],
        "told": staging.told(row) if row.state == ImportState.UPLOADED else 0,
        "busy": row.state in (ImportState.UPLOADED, ImportState.APPLYING),
        "form": ConfirmForm(),
        "may_drop": row.state in (ImportState.READ, ImportState.FAILED),
    }
    return render(request, "registry/extract.html", context)


@require_safe
@roles_required(Role.ADMIN)
def taken(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """All rows of a kind of an extract that was taken over, each with its record."""
    row = get_object_or_404(RegistryImport, pk=pk, state=ImportState.DONE)
    if kind not in (RowKind.NEW, RowKind.CHANGED):
        raise Http404
    kinds = [kind, RowKind.DOUBTFUL] if kind == RowKind.NEW and row.take_doubtful else [kind]
    rows = RegistryRow.objects.filter(extract=row, kind__in=kinds)
    rows = rows.exclude(kind=RowKind.DOUBTFUL, enterprise__credit_code=F("credit_code"))  # of a merged record
    page = paginate(rows, order=[Order("line"), Order("id")], cursor=request.GET.get("cursor"))
    codes = Enterprise.objects.in_bulk([each.credit_code for each in page], field_name="credit_code")
    shown = [(each, codes.get(each.credit_code)) for each in page]
    context = {"row": row, "page": page, "rows": shown, "label": RowKind(kind).label}
    return render(request, "registry/taken.html", context)


def _some(extract: RegistryImport, kind: str, places: Places) -> Iterator[dict[str, Any]]:
    """The first rows of a kind: what they are called, and what would change."""
    rows = RegistryRow.objects.filter(extract=extract, kind=kind).select_related("enterprise__merged_into")
    for row in rows.order_by("line")[:SHOWN]:
        name = row.facts.get("name_zh_hans") or (row.cells[1] if len(row.cells) > 1 else "")
        before = row.enterprise
        yield {
            "line": row.line,
            "code": row.credit_code,
            "name": name,
            "known": (before.merged_into or before) if before and kind == RowKind.DOUBTFUL else None,
            "changes": [
                (label_of(key), shown(getattr(before, key, None), key, places), shown(value, key, places))
                for key, value in row.changes.items()
            ],
            "facts": _facts(row, places) if kind in (RowKind.NEW, RowKind.DOUBTFUL) else [],
            "kept": [label_of(key) for key in row.kept],
            "problems": [(label_of(key), PROBLEMS.get(code, code)) for key, code in row.problems],
        }


def _facts(row: RegistryRow, places: Places) -> list[tuple[str, Any]]:
    """What a record would begin with, beside its code and the name in Chinese."""
    said = {column: value for column, value in row.facts.items() if column not in ("credit_code", "name_zh_hans")}
    return [
        (label_of(column), shown(value, column, places)) for column, value in said.items() if value not in ("", None)
    ]


def label_of(column: str) -> str:
    field = NAMES.get(column)
    words = str(getattr(field, "verbose_name", column))
    words = {"name_zh_hans": _("Name in Chinese"), "name_en": _("Name in English")}.get(column, words)
    words = {"address_zh_hans": _("Address in Chinese"), "address_en": _("Address in English")}.get(column, words)
    return words[:1].upper() + words[1:]


def shown(value: Any, column: str, places: Places) -> Any:
    """A fact in words."""
    if value in (None, ""):
        return "–"
    if column in WRITTEN:
        return WRITTEN[column](NAMES[column].to_python(value))
    words = dict(NAMES[column].flatchoices)
    return words.get(value, places.get(column, {}).get(value, value))


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
