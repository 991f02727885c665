"""The organisers' side: plans, one event on its way, invitations, questions, attendance."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from engagement.deskside import seen
from enterprises.segments import queries as segments
from outreach.calling_off import call_off
from outreach.enums import OccasionState
from outreach.events import inviting, queries, questions, workflow
from outreach.events.forms import PAIRS, AfterForm, AnswerForm, EventForm, WhyForm
from outreach.models import Occasion, Question
from outreach.rules import ORGANISERS, READERS, may_organise
from outreach.timewords import when_plain
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from portal.core.keyset import paginate

organising = roles_required(*ORGANISERS)
reading = roles_required(*READERS)
SHOWN = 200


def loaded(pk: int) -> Occasion:
    row: Occasion = get_object_or_404(queries.events(), pk=pk)
    return row


@reading
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """Every event, the latest first; drafts among them."""
    page = paginate(queries.events(), order=queries.PAST, cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": queries.rows(page.rows), "may_organise": bool(may_organise(request.user))}
    return render(request, "outreach/events/desk.html", context)


@organising
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    return _write(request, None)


@organising
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _write(request, loaded(pk))


def _write(request: SignedInRequest, row: Occasion | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = EventForm(posted, occasion=row)
    if posted is not None and form.is_valid():
        try:
            kept = workflow.write(row, form.wanted(), by=request.user, seen=seen(request) if row else None)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The event is kept."))
            return redirect("events:manage", kept.pk)
    pairs = [(label, form[f"{name}_zh_hans"], form[f"{name}_en"]) for name, (label, _m, _r) in PAIRS.items()]
    rest = [form[name] for name in form.fields if not name.endswith(("_zh_hans", "_en"))]
    context = {"form": form, "pairs": pairs, "rest": rest, "occasion": row, "crumbs": crumbs(row)}
    return render(request, "outreach/events/write.html", context, status=422 if posted is not None else 200)


@reading
@require_safe
def manage(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, loaded(pk))


@organising
@require_POST
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """publish, cancel, discard, invite."""
    row = loaded(pk)
    try:
        done = _do(request, row, verb)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, loaded(pk), status=409)
    if done is None:
        return _page(request, row, why=WhyForm(request.POST), status=422)
    messages.success(request, done)
    return redirect("events:desk") if verb == "discard" else redirect("events:manage", pk)


def _do(request: SignedInRequest, row: Occasion, verb: str) -> str | None:
    if verb == "publish":
        workflow.publish(row, by=request.user)
        return _("Published: everybody sees it now.")
    if verb == "discard":
        workflow.discard(row, by=request.user)
        return _("The draft is discarded.")
    if verb == "invite":
        key = request.POST.get("segment", "")
        segment = segments.chosen(key)
        if key and segment is None:
            raise Refused(_("This segment is not in use any more."))
        return inviting.done_words(inviting.invite(row, by=request.user, segment=segment))
    if verb != "cancel":
        raise Http404
    form = WhyForm(request.POST)
    if not form.is_valid():
        return None
    call_off(row, by=request.user, why=form.why())
    return _("Cancelled; everybody who registered is written to.")


@organising
@require_POST
def question(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """answer, hide, request."""
    row = get_object_or_404(Question.objects.select_related("occasion__event"), pk=pk, occasion__kind="event")
    try:
        done = _settle(request, row, verb)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(reverse("events:manage", args=[row.occasion_id]) + "#questions")


def _settle(request: SignedInRequest, row: Question, verb: str) -> str:
    if verb == "answer":
        form = AnswerForm(request.POST)
        if not form.is_valid():
            raise Refused(_("Write the answer."))
        questions.answer(row, by=request.user, text=form.cleaned_data["answer"])
        return _("Answered in public.")
    if verb == "hide":
        questions.hide(row, by=request.user)
        return _("Hidden: the public does not see it.")
    if verb == "request":
        made = questions.pass_on(row, by=request.user)
        return _("It is request %(number)s now, with a deadline.") % {"number": made.number}
    raise Http404


@organising
@require_http_methods(["GET", "HEAD", "POST"])
def after(request: SignedInRequest, pk: int) -> HttpResponse:
    """Materials, the recording, the summary."""
    row = loaded(pk)
    event: Any = row.event
    posted = request.POST if request.method == "POST" else None
    initial = {
        "materials": list(row.handouts.values_list("material", flat=True)),
        "recording": row.recording_id,
        **{column: getattr(event, column) for column in bilingual.columns("summary")},
    }
    form = AfterForm(posted, initial=initial)
    if posted is not None and form.is_valid():
        try:
            workflow.keep_after(row, by=request.user, **form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept."))
            return redirect("events:manage", pk)
    context = {"form": form, "occasion": row, "crumbs": crumbs(row)}
    return render(request, "outreach/events/after.html", context, status=422 if form.errors else 200)


def crumbs(row: Occasion | None) -> list[tuple[str, str]]:
    first = [(_("Events: desk"), reverse("events:desk"))]
    return [*first, (row.title, reverse("events:manage", args=[row.pk]))] if row else first


def _page(request: SignedInRequest, row: Occasion, *, why: Any = None, status: int = 200) -> HttpResponse:
    asked = row.questions.select_related("user", "registration", "request")[:SHOWN]
    context = {
        "occasion": row,
        "event": row.event,
        "row": queries.rows([row])[0],
        "when": when_plain(row),
        "gaps": workflow.gaps(row) if row.state == OccasionState.DRAFT else [],
        "figures": queries.figures(row),
        "may_organise": bool(may_organise(request.user)),
        "questions": [
            (each, questions.may_pass_on(request.user, each), AnswerForm(auto_id=f"a{each.pk}_%s")) for each in asked
        ],
        "why": why or WhyForm(),
        "crumbs": [(_("Events: desk"), reverse("events:desk"))],
    }
    return render(request, "outreach/events/manage.html", context, status=status)
