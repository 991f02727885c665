"""The desk of the bulletin: issues are composed, checked, reviewed, corrected."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach import pieces
from outreach.bulletins import subscribing, workflow
from outreach.bulletins.forms import CorrectionForm, IssueForm, WordsForm
from outreach.choosing import MODELS, to_add
from outreach.enums import Publication
from outreach.forms import RemarkForm
from outreach.models import Bulletin, Subscriber
from outreach.rules import ORGANISERS, READERS, may_organise, may_publish
from policies.publishing.views import attempt
from portal.core.access import roles_required
from portal.core.keyset import Order, paginate

ACTS = ("up", "down", "remove", "refresh")
VERBS = ("send", "take-back", "publish")


@require_safe
@roles_required(*READERS)
def desk(request: SignedInRequest) -> HttpResponse:
    order = [Order("day", desc=True), Order("id", desc=True)]
    page = paginate(Bulletin.objects.select_related("author"), order=order, cursor=request.GET.get("cursor"))
    context = {"page": page, "may": may_organise(request.user), "subscribers": Subscriber.objects.current().count()}
    return render(request, "outreach/bulletins/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def new(request: SignedInRequest) -> HttpResponse:
    form = IssueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made: list[Bulletin] = []
        begin = lambda: made.append(workflow.begin(by=request.user, content=form.cleaned_data))  # noqa: E731
        if attempt(request, begin, done=_("The issue is begun. Now choose what goes into it.")):
            return redirect("bulletins:compose", made[0].slug)
    return render(request, "outreach/bulletins/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*READERS)
def compose(request: SignedInRequest, slug: str) -> HttpResponse:
    """One issue on the desk; its texts are changed here as long as it is a draft."""
    row = _issue(slug)
    form = _issue_form(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        save = lambda: workflow.rewrite(row, by=request.user, content=form.cleaned_data, seen=seen)  # noqa: E731
        if attempt(request, save, done=_("Saved.")):
            return redirect("bulletins:compose", slug)
    return _page(request, row, form=form, status=422 if form.errors else 200)


def _page(request: SignedInRequest, row: Bulletin, *, status: int = 422, **typed: Any) -> HttpResponse:
    """The issue on the desk; `typed`: forms with what could not be saved, so that no words are lost."""
    words = request.GET.get("q", "").strip()[:100]
    draft = row.state == Publication.DRAFT and bool(may_organise(request.user))
    context = {
        "issue": row,
        "form": _issue_form(row),
        "rows": [
            {"piece": piece, "shown": pieces.shown(piece), "problems": pieces.problems(piece)}
            for piece in pieces.loaded(row.pieces.all())
        ],
        "q": words,
        "found": to_add(words, row) if draft else [],
        "words_form": WordsForm(auto_id="id_own_%s"),
        "correction_form": CorrectionForm(auto_id="id_correction_%s"),
        "corrected": None,
        "corrections": row.corrections.all(),
        "lacking": workflow.lacking(row) if row.state in (Publication.DRAFT, Publication.IN_REVIEW) else [],
        "is_draft": draft,
        "may": may_organise(request.user),
        "may_publish": may_publish(request.user, row.author_id),
        "may_correct": may_publish(request.user, None),
        "remark_form": RemarkForm(),
        "reached": subscribing.reached(row),
    }
    return render(request, "outreach/bulletins/compose.html", context | typed, status=status)


def _issue_form(row: Bulletin, data: Any = None) -> IssueForm:
    initial = {name: getattr(row, name) for name in workflow.TEXTS} | {"seen": row.lock_version}
    return IssueForm(data, initial=initial)


def _issue(slug: str) -> Bulletin:
    return get_object_or_404(Bulletin, slug=slug, source_url="")


@require_POST
@roles_required(*ORGANISERS)
def add(request: SignedInRequest, slug: str) -> HttpResponse:
    row, kind, key = _issue(slug), request.POST.get("kind", ""), request.POST.get("pk", "")
    if kind == "words":
        form = WordsForm(request.POST, auto_id="id_own_%s")
        own = {name: form.cleaned_data[name] for name in workflow.OWN} if form.is_valid() else {}
        put = lambda: workflow.add(row, by=request.user, **own)  # noqa: E731
        if own and attempt(request, put, done=_("It is in the issue.")):
            return redirect("bulletins:compose", slug)
        return _page(request, row, words_form=form)
    if kind not in MODELS or not (key.isdecimal() and key.isascii() and len(key) < 10):
        messages.error(request, _("Choose what is to be added."))
        return redirect("bulletins:compose", slug)
    thing = get_object_or_404(MODELS[kind], pk=int(key))
    attempt(request, lambda: workflow.add(row, by=request.user, **{kind: thing}), done=_("It is in the issue."))
    return redirect("bulletins:compose", slug)


@require_POST
@roles_required(*ORGANISERS)
def piece(request: SignedInRequest, slug: str, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    row = _issue(slug)
    attempt(request, lambda: workflow.arrange(row, pk, act, by=request.user), done=_("Saved."))
    return redirect("bulletins:compose", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def words(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """The editor's own words in an issue, changed."""
    row = _issue(slug)
    found = get_object_or_404(row.pieces.filter(pieces.OF_WORDS, bulletin__state=Publication.DRAFT), pk=pk)
    initial = {name: getattr(found, name) for name in workflow.OWN} | {"seen": row.lock_version}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        save = lambda: workflow.reword(row, pk, by=request.user, content=form.cleaned_data, seen=seen)  # noqa: E731
        if attempt(request, save, done=_("Saved.")):
            return redirect("bulletins:compose", slug)
    context = {"issue": row, "form": form}
    return render(request, "outreach/bulletins/words.html", context, status=422 if form.errors else 200)


@require_POST
@roles_required(*ORGANISERS)
def act(request: SignedInRequest, slug: str, verb: str) -> HttpResponse:
    """send, take-back, publish or correct."""
    row, by = _issue(slug), request.user
    if verb == "correct":
        return _correct(request, row)
    if verb in VERBS:
        seen = request.POST.get("seen", "")
        shown = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
        verbs: dict[str, Callable[..., None]] = {
            "send": workflow.send,
            "take-back": partial(workflow.take_back, remark=request.POST.get("remark", "")),
            "publish": partial(workflow.publish, seen=shown),
        }
        done = {
            "send": _("Sent to review."),
            "take-back": _("Taken back to be changed."),
            "publish": _("Published. It is on its way to the subscribers."),
        }
        attempt(request, lambda: verbs[verb](row, by=by), done=done[verb])
    else:
        raise Http404
    return redirect("bulletins:compose", slug)


def _correct(request: SignedInRequest, row: Bulletin) -> HttpResponse:
    form = CorrectionForm(request.POST, auto_id="id_correction_%s")
    key = request.POST.get("piece", "")
    at = int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else None
    put = lambda: workflow.correct(row, by=request.user, text=form.cleaned_data, piece=at)  # noqa: E731
    if form.is_valid() and attempt(request, put, done=_("The correction is shown.")):
        return redirect("bulletins:compose", row.slug)
    return _page(request, row, correction_form=form, corrected=at)
