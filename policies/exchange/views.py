"""Policies from a file and into one: upload, preview, confirmation; download."""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies import rules as policy_rules
from policies.enums import ImportOutcome, ImportRowKind
from policies.exchange import importing, rules
from policies.exchange.forms import UploadForm
from policies.exchange.presenting import OUTCOME_TONES, TABS, notes_of, shown_rows, unknown_of
from policies.models import PolicyImport
from policies.publishing.worklists import published
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate

PAGE = 20
IN_MEMORY = 2 * 1024 * 1024  # a larger file that is written waits on the disk


@roles_required(*policy_rules.READERS)
def imports(request: SignedInRequest) -> HttpResponse:
    """The room of files: upload one, take policies out."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                batch = importing.upload(form.cleaned_data["file"], by=request.user)
            except Refused as refused:
                form.add_error("file", str(refused))
            else:
                return redirect("publishing:import", pk=batch.pk)
    own = PolicyImport.objects.visible_to(request.user).order_by("-created_at")
    context = {
        "form": form,
        "may_import": rules.may_import(request.user),
        "batches": [_summary(batch) for batch in own[:20]],
        "q": request.GET.get("q", "").strip()[:200],
        "only_gaps": request.GET.get("gaps") == "1",
    }
    return render(request, "publishing/imports.html", context)


def _summary(batch: PolicyImport) -> dict[str, Any]:
    return {"batch": batch, "over": batch.confirmed_at is None and batch.expires_at <= timezone.now()}


@require_safe
@roles_required(*rules.IMPORTERS)
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the file would do, or has done, row by row."""
    batch = _own_or_404(request, pk)
    rows = batch.rows.select_related("policy", "revision__author")
    kept = batch.rows.exists()
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else _first_tab(batch)
    page = paginate(TABS[tab](rows), order=[Order("number"), Order("id")], cursor=request.GET.get("cursor"), size=PAGE)
    shown = shown_rows(page)
    open_rows = batch.rows.filter(kind__in=importing.TAKEN, outcome="")
    verdict = rules.may_confirm(request.user, batch, timezone.now())
    waiting = batch.rows.filter(outcome=ImportOutcome.WAITING).count() if batch.confirmed_at else 0
    context = {
        "batch": batch,
        "tabs": _tabs(batch, tab),
        "page": page,
        "rows": shown,
        "choosable": any(each["may_choose"] for each in shown),
        "notes": notes_of(batch),
        "unknown": unknown_of(batch),
        "kept": kept,
        "left": open_rows.count() if verdict else 0,
        "verdict": verdict,
        "may_discard": rules.may_discard(request.user, batch),
        "waiting": waiting,
        "done": batch.rows.exclude(outcome__in=("", ImportOutcome.WAITING)).count() if waiting else 0,
        "results": _results(batch),
    }
    return render(request, "publishing/import.html", context)


def _first_tab(batch: PolicyImport) -> str:
    if batch.confirmed_at:
        return "taken"
    return next((kind for kind in TABS if batch.counts.get(kind)), "new")


def _tabs(batch: PolicyImport, tab: str) -> list[dict[str, Any]]:
    labels = {str(kind): kind.label for kind in ImportRowKind}
    tabs = [(kind, str(label), batch.counts.get(kind, 0)) for kind, label in labels.items()]
    if batch.confirmed_at:
        tabs.append(("taken", _("Taken over"), None))
    return [
        {"label": label, "url": f"?show={name}", "current": name == tab, "count": count} for name, label, count in tabs
    ]


def _results(batch: PolicyImport) -> list[dict[str, Any]]:
    found = ((outcome, batch.results.get(outcome, 0)) for outcome in ImportOutcome)
    return [{"label": each.label, "count": count, "tone": OUTCOME_TONES[each]} for each, count in found if count]


@require_POST
@roles_required(*rules.IMPORTERS)
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take rows over: all that are new or changed, or those ticked on the page."""
    batch = _own_or_404(request, pk)
    chosen = request.POST.getlist("row")
    numbers = None if "all" in request.POST else {int(row) for row in chosen if row.isdecimal() and len(row) < 8}
    try:
        count = importing.confirm(batch, by=request.user, numbers=numbers)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(count)s row is confirmed.", "%(count)s rows are confirmed.", count)
        messages.success(request, said % {"count": count})
    return redirect("publishing:import", pk=pk)


@require_POST
@roles_required(*rules.IMPORTERS)
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = _own_or_404(request, pk)
    try:
        importing.discard(batch, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("publishing:import", pk=pk)
    messages.success(request, _("The preview is discarded; nothing was changed."))
    return redirect("publishing:imports")


@require_safe
@roles_required(*policy_rules.READERS)
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """The published policies that the desk's filters leave."""
    from policies.exchange.writing import write  # no process takes long to start for workbooks that it may never write

    words, only_gaps = request.GET.get("q", "").strip()[:200], request.GET.get("gaps") == "1"
    chosen = published(words, only_gaps=only_gaps)
    try:
        return _file(lambda out: write(kind, chosen, out), kind, f"policies-{local_day().isoformat()}.{kind}")
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(reverse("publishing:imports") + "#export")


@require_safe
@roles_required(*policy_rules.READERS)
def template(request: SignedInRequest) -> HttpResponse:
    from policies.exchange.template import write_template

    return _file(write_template, "xlsx", "policies-template.xlsx")


def _file(writer: Callable[[IO[bytes]], None], kind: str, name: str) -> HttpResponse:
    from policies.exchange.writing import CONTENT_TYPES

    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    try:
        writer(out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    response = FileResponse(out, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])
    return cast(HttpResponse, response)


def _own_or_404(request: SignedInRequest, pk: int) -> PolicyImport:
    return get_object_or_404(PolicyImport.objects.visible_to(request.user), pk=pk)
