"""The desk of observers: batches, candidates, assignments, observations and their public replies."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from outreach.enums import Aspect, ObservationState
from outreach.models import Assignment, Candidate, Observation, Observer, ObserverBatch
from outreach.observers import observing, queries, workflow
from outreach.observers.forms import REPLY, AssignForm, BatchForm, EndForm, ReplyForm
from outreach.rules import ORGANISERS, READERS, may_organise, may_publish
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate

DESK = (*READERS, Role.HANDLER)
LABELS = ReplyForm.Meta.labels


@require_safe
@roles_required(*DESK)
def desk(request: SignedInRequest) -> HttpResponse:
    """Batches, and what was sent in; a department sees what is its own."""
    page = paginate(queries.inbox(request.user), order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    for row in page.rows:
        row.answered = queries.is_answered(row)  # type: ignore[attr-defined]
    batches = list(ObserverBatch.objects.all()) if request.user.has_role(*READERS) else []
    context = {"page": page, "batches": batches, "may": may_organise(request.user)}
    context["is_reader"] = request.user.has_role(*READERS)
    return render(request, "outreach/observers/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def new(request: SignedInRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _write(request, get_object_or_404(ObserverBatch, pk=pk))


def _write(request: SignedInRequest, batch: ObserverBatch | None) -> HttpResponse:
    kept = ObserverBatch(pk=batch.pk) if batch else None
    form = BatchForm(request.POST if request.method == "POST" else None, instance=batch)
    if request.method == "POST" and form.is_valid():
        try:
            row = workflow.write(kept, by=request.user, facts=form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("observers:batch", row.pk)
    title = _("Change the batch") if batch else _("New batch")
    return _form(request, form, title, reverse("observers:batch", args=[batch.pk]) if batch else None)


@require_safe
@roles_required(*READERS)
def batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """One batch: who applied, who observes, what they were asked, what came of it."""
    row = get_object_or_404(ObserverBatch, pk=pk)
    given = Assignment.objects.filter(observer__batch=row).select_related("observer__candidate", "department")
    context = {
        "batch": row,
        "figures": queries.figures([row])[row.pk],
        "candidates": row.candidates.exclude(state="withdrawn").select_related("observer").order_by("pk"),
        "assignments": given,
        "years": queries.by_year([row])[row.pk],
        "may": may_organise(request.user),
        "may_publish": row.published_at is None and may_publish(request.user, row.author_id),
    }
    return render(request, "outreach/observers/batch.html", context)


@require_POST
@roles_required(Role.REVIEWER, Role.ADMIN)
def publish_batch(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ObserverBatch, pk=pk)
    _do(request, lambda: workflow.publish(row, by=request.user), _("The batch is published."))
    return redirect("observers:batch", pk)


@require_POST
@roles_required(*ORGANISERS)
def decide(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """appoint or decline."""
    row = get_object_or_404(Candidate, pk=pk)
    if verb == "appoint":
        _do(request, lambda: workflow.appoint(row, by=request.user), _("Appointed; the person is told."))
    elif verb == "decline":
        reason = request.POST.get("reason", "")[:300]
        _do(request, lambda: workflow.decline(row, by=request.user, reason=reason), _("The person is told."))
    else:
        raise Http404
    return redirect("observers:batch", row.batch_id)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ObserverBatch, pk=pk)
    form = AssignForm(request.POST if request.method == "POST" else None, batch=row)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.assign(by=request.user, **form.wanted())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Assigned; the observers are told."))
            return redirect("observers:batch", pk)
    return _form(request, form, _("New assignment"), reverse("observers:batch", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def end_term(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody resigned, or is removed, with the reason."""
    row: Observer = get_object_or_404(Observer.objects.select_related("candidate"), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.end_term(row, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The term ends on that day; the person is told."))
            return redirect("observers:batch", row.batch_id)
    title = _("End the term of %(name)s") % {"name": row.candidate.name}
    return _form(request, form, title, reverse("observers:batch", args=[row.batch_id]))


@require_POST
@roles_required(*ORGANISERS)
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    row: Assignment = get_object_or_404(Assignment.objects.select_related("observer"), pk=pk)
    _do(request, lambda: workflow.take_back(row, by=request.user), _("The assignment is withdrawn."))
    return redirect("observers:batch", row.observer.batch_id)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*DESK)
def inspect(request: SignedInRequest, pk: int) -> HttpResponse:
    """One observation: its request, and the public reply."""
    row: Observation = get_object_or_404(queries.inbox(request.user), pk=pk)
    may_reply = bool(observing.may_reply(request.user, row)) and row.state != ObservationState.PUBLISHED
    may_reply = may_reply and queries.is_answered(row)
    post = request.method == "POST"
    form = ReplyForm(request.POST if post else None, instance=row)
    if post and form.is_valid():
        fresh = queries.inbox(request.user).get(pk=pk)
        try:
            observing.reply(fresh, by=request.user, texts=form.texts(), seen=form.cleaned_data["seen"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The reply is kept; somebody else publishes it."))
            return redirect("observers:inspect", pk)
    kept = queries.inbox(request.user).get(pk=pk) if post else row
    return _inspected(request, kept, form if may_reply or form.errors else None)


def _inspected(request: SignedInRequest, row: Observation, form: Any) -> HttpResponse:
    ready = row.state == ObservationState.ANSWERED
    context = {
        "row": row,
        "points": [(Aspect(name).label, value) for name, value in row.points.items()],
        "pictures": row.pictures.select_related("file"),
        "form": form,
        "both": [(LABELS[name], getattr(row, name), "en" if name.endswith("en") else "zh-Hans") for name in REPLY],
        "answered": queries.is_answered(row),
        "may_publish": ready and bool(may_publish(request.user, row.reply_by_id)),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "outreach/observers/inspect.html", context, status=status)


@require_POST
@roles_required(Role.REVIEWER, Role.ADMIN)
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.inbox(request.user), pk=pk)
    said = request.POST.get("seen", "")
    seen = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else -1
    _do(request, lambda: observing.publish(row, by=request.user, seen=seen), _("The reply is published."))
    return redirect("observers:inspect", pk)


def _do(request: SignedInRequest, act: Any, done: str) -> None:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)


def _form(request: SignedInRequest, form: Any, title: str, back: str | None) -> HttpResponse:
    crumbs = [(_("Public observers"), reverse("observers:desk"))]
    context = {"form": form, "title": title, "crumbs": crumbs, "back": back or crumbs[0][1]}
    return render(request, "outreach/observers/form.html", context, status=422 if form.errors else 200)
