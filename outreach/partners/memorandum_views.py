"""The desk's page of a memorandum: written, signed, renewed, ended, its tasks and yearly reviews."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.enums import MemorandumState
from outreach.models import JointTask, Memorandum
from outreach.partners import memoranda
from outreach.partners.desk_views import crumbs
from outreach.partners.forms import (
    AmendForm,
    EndForm,
    KeeperForm,
    MemorandumForm,
    ProgressForm,
    ReviewForm,
    SignForm,
    TaskForm,
)
from outreach.partners.showing import facts_of, task_rows, versions
from outreach.rules import ORGANISERS, READERS, may_organise
from portal.core.access import Refused, roles_required
from portal.core.sent import seen_version

S = MemorandumState


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def new(request: SignedInRequest) -> HttpResponse:
    """`?partner=` chooses the first one already."""
    wanted = request.GET.get("partner", "")
    chosen = [int(wanted)] if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 else []
    return _write(request, None, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Memorandum, pk=pk)
    if row.state != S.DRAFT and request.method != "POST":
        return redirect("partners:memorandum", pk)
    return _write(request, row, list(row.parties.values_list("pk", flat=True)))


def _write(request: SignedInRequest, row: Memorandum | None, parties: list[int]) -> HttpResponse:
    kept = Memorandum(pk=row.pk) if row else None
    initial = {"parties": parties, "seen": row.lock_version if row else None}
    form = MemorandumForm(request.POST or None, request.FILES or None, instance=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        seen = None if kept is None else -1 if said["seen"] is None else said["seen"]
        try:
            done = memoranda.write(
                kept, by=request.user, facts=form.facts(), parties=said["parties"], file=said["scan"], seen=seen
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept as a draft."))
            return redirect("partners:memorandum", done.pk)
    title = _("Change the memorandum") if row else _("New memorandum")
    context = {"form": form, "title": title, "crumbs": crumbs(), "back": crumbs()[0][1]}
    return render(request, "outreach/partners/write.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put right what holds; the old version stays readable."""
    row = get_object_or_404(Memorandum, pk=pk)
    if row.state != S.SIGNED and request.method != "POST":
        return redirect("partners:memorandum", pk)
    kept, post = Memorandum(pk=pk), request.method == "POST"
    form = AmendForm(request.POST or None, request.FILES or None, instance=row, initial={"seen": row.lock_version})
    if post and form.is_valid():
        said = form.cleaned_data
        seen = -1 if said["seen"] is None else said["seen"]
        try:
            memoranda.amend(kept, by=request.user, facts=form.facts(), why=form.why(), file=said["scan"], seen=seen)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Amended; both sides are told, and what held before can still be read."))
            return redirect("partners:memorandum", pk)
    context = {"form": form, "title": _("Amend the memorandum"), "crumbs": crumbs()}
    context["back"] = reverse("partners:memorandum", args=[pk])
    return render(request, "outreach/partners/write.html", context, status=422 if post else 200)


def _loaded(pk: int) -> Memorandum:
    tasks = Prefetch("tasks", JointTask.objects.select_related("changed_by"))
    rows = Memorandum.objects.select_related("steward", "file", "renews", "renewed_by")
    return get_object_or_404(rows.prefetch_related("parties", "reviews__by", "amendments__file", tasks), pk=pk)


@require_safe
@roles_required(*READERS)
def memorandum(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, _loaded(pk))


def _forms(row: Memorandum) -> dict[str, Any]:
    """What can be done in its state."""
    keeper = {"keeper": KeeperForm(memorandum=row)}
    if row.state == S.DRAFT:
        return {"sign": SignForm(), "task": TaskForm(), **keeper}
    review = {"review": ReviewForm(memorandum=row)}
    return {"task": TaskForm(), **review, "end": EndForm(), **keeper} if row.state == S.SIGNED else review


def _show(request: SignedInRequest, row: Memorandum, *, failed: Any = None, status: int = 200) -> HttpResponse:
    may = may_organise(request.user)
    forms = _forms(row) if may else {}
    placed = failed is None or failed.prefix in forms or (isinstance(failed, ProgressForm) and row.state == S.SIGNED)
    if failed is not None and failed.prefix in forms:
        forms[failed.prefix] = failed
    context = {
        **facts_of(row),
        "tasks": task_rows(row, official=True, failed=failed) if may else _read_only(row),
        "versions": versions(row),
        "missing": memoranda.missing(row) if row.state == S.DRAFT else [],
        "forms": forms,
        "unsaved": None if placed else failed,  # its form is no longer on the page
        "may": may,
        "crumbs": crumbs(row.parties.all()[0] if row.parties.all() else None),
    }
    return render(request, "outreach/partners/memorandum.html", context, status=status)


def _read_only(row: Memorandum) -> list[dict[str, Any]]:
    return [{**each, "form": None} for each in task_rows(row, official=False)]


@require_POST
@roles_required(*ORGANISERS)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """sign, end, renew, task, review, keeper."""
    row = _loaded(pk)
    if verb == "renew":
        return _renew(request, row)
    if verb not in VERBS:
        raise Http404
    make, run = VERBS[verb]
    form = make(request.POST, **({"memorandum": row} if verb in ("review", "keeper") else {}))
    if not form.is_valid():
        return _show(request, row, failed=form, status=422)
    try:
        done = run(row, request, form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, _loaded(pk), failed=form, status=409)
    messages.success(request, done)
    return redirect("partners:memorandum", pk)


def _renew(request: SignedInRequest, row: Memorandum) -> HttpResponse:
    try:
        draft = memoranda.renew(row, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("partners:memorandum", row.pk)
    messages.success(request, _("This is the draft of the next one, with the same partners and texts."))
    return redirect("partners:memorandum", draft.pk)


def _both(said: dict[str, Any]) -> dict[str, str]:
    return {"zh-hans": said["zh_hans"], "en": said["en"]}


def _sign(row: Memorandum, request: SignedInRequest, said: dict[str, Any]) -> str:
    memoranda.sign(row, by=request.user, on=said["on"], seen=seen_version(request))
    return _("Signed: it holds, and both sides are told.")


def _end(row: Memorandum, request: SignedInRequest, said: dict[str, Any]) -> str:
    memoranda.end_early(row, by=request.user, on=said["on"], why=_both(said), seen=seen_version(request))
    return _("The memorandum has ended, and both sides are told.")


def _task(row: Memorandum, request: SignedInRequest, said: dict[str, Any]) -> str:
    memoranda.add_task(row, by=request.user, titles=_both(said), due_on=said["due_on"])
    return _("The task is added.")


def _review(row: Memorandum, request: SignedInRequest, said: dict[str, Any]) -> str:
    memoranda.review(row, by=request.user, year=said["year"], texts=_both(said))
    return _("The review is saved.")


def _keeper(row: Memorandum, request: SignedInRequest, said: dict[str, Any]) -> str:
    memoranda.hand_over(row, by=request.user, to=said["person"])
    return _("Somebody else looks after it from now on.")


VERBS: dict[str, tuple[Any, Callable[[Memorandum, SignedInRequest, dict[str, Any]], str]]] = {
    "sign": (SignForm, _sign),
    "end": (EndForm, _end),
    "task": (TaskForm, _task),
    "review": (ReviewForm, _review),
    "keeper": (KeeperForm, _keeper),
}


@require_POST
@roles_required(*ORGANISERS)
def task(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where a task stands, as the district's side sees it."""
    row = get_object_or_404(JointTask, pk=pk)
    form = ProgressForm(request.POST, task=row, official=True)
    if not form.is_valid():
        return _show(request, _loaded(row.memorandum_id), failed=form, status=422)
    said = form.cleaned_data
    try:
        memoranda.move_task(row, by=request.user, progress=said["progress"], note=said["note"], drop=said["drop"])
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved. The partner's contacts are told."))
    return redirect("partners:memorandum", row.memorandum_id)
