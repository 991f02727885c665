"""Pages of those who ask: the list, one request with its timeline, files."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Enterprise
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from portal.core.prepared import TEXT, USER, kept
from stewards import timeline, workflow
from stewards.asking import verbs as asking
from stewards.asking.forms import LANGUAGES, RateForm, ReopenForm, ReplyForm, SeenForm, UnheardForm, WithdrawForm
from stewards.assignment.presenting import meanwhile_on
from stewards.enums import DONE_STATES, RequestState
from stewards.escalation.beside import of_asking
from stewards.files import attachments_for
from stewards.models import HelpRequest
from stewards.parts.presenting import for_enterprise
from stewards.parts.standing import WITH_PARTS
from stewards.queries import asked_by
from stewards.rating.beside import of_request
from stewards.rules import may_link, verdicts
from stewards.standard import deadlines
from stewards.transitions import Verb

TONES = {
    RequestState.WAITING: "warn",
    RequestState.ANSWERED: "ok",
    RequestState.RATED: "ok",
    RequestState.CLOSED: "ok",
    RequestState.NOT_ACCEPTED: "bad",
    RequestState.WITHDRAWN: "quiet",
}
# verb → its form, the verb itself, what to say afterwards
ACTS: dict[str, tuple[type[SeenForm], Callable[..., HelpRequest], Any]] = {
    Verb.REPLY: (ReplyForm, workflow.reply, gettext_lazy("Your message is sent.")),
    Verb.RATE: (RateForm, workflow.rate, gettext_lazy("Thank you for your rating.")),
    Verb.REOPEN: (ReopenForm, workflow.reopen, gettext_lazy("The request is open again; your steward knows at once.")),
    Verb.UNHEARD: (
        UnheardForm,
        workflow.unheard,
        gettext_lazy("Thank you for telling us. The service centre and your steward know now."),
    ),
    Verb.WITHDRAW: (WithdrawForm, workflow.withdraw, gettext_lazy("The request is withdrawn.")),
}


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """The enterprise's requests, newest first, and the person's own drafts."""
    mine = asked_by(request.user)
    show = "all" if request.GET.get("show") == "all" else "open"
    sent = mine.submitted() if show == "all" else mine.open()
    sent = sent.select_related("steward", "handler", "department", "enterprise")
    page = paginate(sent, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"), size=30)
    drafts = HelpRequest.objects.filter(asker=request.user.pk, state=RequestState.DRAFT).order_by("-changed_at")[:20]
    context = {
        "page": page,
        "rows": [_row(each) for each in page],
        "drafts": list(drafts),
        "show": show,
        "new_url": reverse("requests:new"),
        "tabs": [
            {"label": _("Open requests"), "url": "?show=open", "current": show == "open"},
            {"label": _("All requests"), "url": "?show=all", "current": show == "all"},
        ],
    }
    return render(request, "requests/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One request of the person's enterprise; POST is one of the things they can do with it."""
    asked = _load(request, number)
    bound: SeenForm | None = None
    verb = request.POST.get("act", "")
    if request.method == "POST":
        if verb not in ACTS:
            raise Http404
        form_class, act, done = ACTS[verb]
        bound = form_class(request.POST, request.FILES, auto_id=f"id_{verb}_%s")
        if bound.is_valid():
            try:
                act(asked, by=request.user, **bound.act())
            except Refused as refused:
                asked = _load(request, number)
                bound = _again(bound, asked, str(refused))
            else:
                messages.success(request, str(done))
                return redirect("requests:detail", number=number)
        if request.FILES and "files" in bound.fields and "files" not in bound.errors:
            bound.add_error("files", _("Please choose the files again; your text is kept."))
    return render(request, "requests/detail.html", _context(request, asked, verb, bound))


@require_POST
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Say to which of the person's enterprises a request belongs that they sent before they had one."""
    asked, chosen = _load(request, number), request.POST.get("enterprise", "")
    mine = Enterprise.objects.of_member(request.user)
    enterprise = get_object_or_404(mine, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)
    try:
        asking.link(asked, by=request.user, enterprise=enterprise)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The request now belongs to %(name)s.") % {"name": enterprise})
    return redirect("requests:detail", number=number)


@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> FileResponse:
    """A file, as a download, to those who may see the request it belongs to."""
    found = get_object_or_404(attachments_for(request.user), key=key)
    try:
        stored = found.file.open("rb")
    except FileNotFoundError:
        raise Http404
    response = FileResponse(stored, as_attachment=True, filename=found.name, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _load(request: HttpRequest, number: str) -> HelpRequest:
    found: list[HelpRequest] = kept(_of_member, local_day()).all({USER: request.user.pk, TEXT: number})
    if not found:
        raise Http404
    return found[0]


def _of_member(_day: date) -> QuerySet[HelpRequest]:
    """Ten tables are planned once for each connection. The day: who acts for an enterprise may do so until one."""
    people = ("asker", "steward", "handler", "department", "recorded_by")
    related = (*people, "policy", "enterprise", "category__parent", "merged_into")
    mine = HelpRequest.objects.of_member(USER).submitted().select_related(*related)
    return mine.prefetch_related(WITH_PARTS).filter(number=TEXT)


def _again(bound: SeenForm, asked: HelpRequest, reason: str) -> SeenForm:
    """The refused form once more with its text, now as an answer to what the page shows."""
    bound.data = {**bound.data.dict(), "seen": str(asked.lock_version)}  # type: ignore[attr-defined]
    bound.add_error(None, reason)
    return bound


def _context(request: HttpRequest, asked: HelpRequest, verb: str, bound: SeenForm | None) -> dict[str, Any]:
    entries = timeline.entries(asked)
    beside = of_asking(asked, entries)
    allowed: dict[str, Any] = {**verdicts(request.user, asked, [verb for verb in ACTS if verb != Verb.UNHEARD])}
    allowed[Verb.UNHEARD] = beside["may_be_unheard"]  # known from the timeline: the rule itself would read it again
    if asked.state == RequestState.CLOSED and asked.ratings.filter(round=asked.round).exists():
        allowed.pop(Verb.RATE)
    forms = {
        each: bound
        if each == verb and bound
        else form_class(initial={"seen": asked.lock_version}, auto_id=f"id_{each}_%s")
        for each, (form_class, _act, _done) in ACTS.items()
        if allowed.get(each)
    }
    unsent = bound if bound and verb not in forms else None
    answers = [entry for entry in entries if entry.is_answer] if asked.state in DONE_STATES else []
    return {
        "asked": asked,
        "state": state_words(asked),
        "tone": TONES.get(RequestState(asked.state), "info"),
        "overdue": deadlines.is_overdue(asked),
        "crumbs": [(_("Our requests"), reverse("requests:list"))],
        "language": dict(LANGUAGES).get(asked.language, ""),
        "sentences": deadlines.explain(asked, entries=entries),
        "at_work": for_enterprise(asked),
        "meanwhile": meanwhile_on(asked, entries),
        "entries": entries,
        "answer": answers[-1] if answers else None,
        "question": _question(asked, entries),
        "declined": _declined(asked, entries),
        "forms": forms,
        "merged": list(asked.merged.defer("search").order_by("pk")) if "joined" in {e.kind for e in entries} else [],
        "linkable": Enterprise.objects.of_member(request.user) if may_link(request.user, asked) else [],
        **beside,
        "rectifications": of_request(asked),
        "unsent": unsent,
        "unsent_text": next(filter(None, map(unsent.data.get, ("text", "reason", "comment"))), "") if unsent else "",
    }


def state_words(asked: HelpRequest) -> str:
    """The state as the asking side calls it."""
    if asked.state == RequestState.WAITING:
        return _("Waiting for your reply")
    return str(asked.get_state_display())


def _question(asked: HelpRequest, entries: list[timeline.Entry]) -> timeline.Entry | None:
    if asked.state != RequestState.WAITING:
        return None
    return next((entry for entry in reversed(entries) if entry.kind == "asked_back"), None)


def _declined(asked: HelpRequest, entries: list[timeline.Entry]) -> timeline.Entry | None:
    if asked.state != RequestState.NOT_ACCEPTED:
        return None
    return next((entry for entry in reversed(entries) if entry.kind == "not_accepted"), None)


def _row(asked: HelpRequest) -> dict[str, Any]:
    overdue = deadlines.is_overdue(asked)
    return {
        "asked": asked,
        "state": state_words(asked),
        "tone": TONES.get(RequestState(asked.state), "info"),
        "overdue": overdue,
        "open": asked.is_open,
        "person": asked.steward.name if asked.steward else "",
    }
