"""The desk: composing a package, sending it to review, publishing, handing over, its reach."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.choosing import MODELS, to_add
from outreach.forms import RemarkForm
from outreach.models import PackagePiece, PackageVersion
from outreach.packages import forms, queries, rules, workflow
from outreach.packages import reach as reaching
from outreach.packages.lacking import lacking
from outreach.rules import ORGANISERS, READERS, may_organise
from policies.publishing.views import attempt
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version

ACTS = ("up", "down", "remove", "refresh")
MOST = 2_147_483_647


@require_safe
@roles_required(*READERS)
def versions(request: SignedInRequest) -> HttpResponse:
    order = [Order("created_at", desc=True), Order("id", desc=True)]
    page = paginate(queries.listed(), order=order, cursor=request.GET.get("cursor"))
    rows = [{"version": row, "tone": queries.tone(row)} for row in page]
    context = {"page": page, "rows": rows, "may_compose": may_organise(request.user)}
    return render(request, "outreach/packages/desk.html", context)


@roles_required(*ORGANISERS)
def new(request: SignedInRequest) -> HttpResponse:
    form = forms.TextForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made: list[PackageVersion] = []
        done = _("The package is begun. Now choose what goes into it.")
        if attempt(request, lambda: made.append(workflow.begin(by=request.user, content=form.texts())), done=done):
            return redirect("packs:version", made[0].pk)
    return render(request, "outreach/packages/new.html", {"form": form}, status=422 if form.errors else 200)


@roles_required(*READERS)
def version(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version: read by the desk, changed as long as it is a draft."""
    found = _version(pk)
    form = forms.TextForm(request.POST if request.method == "POST" else None, version=found)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        save = lambda: workflow.rewrite(found, by=request.user, content=form.texts(), seen=seen)  # noqa: E731
        if attempt(request, save, done=_("Saved.")):
            return redirect("packs:version", pk)
        found = _version(pk)
    status = 422 if form.errors else 200
    return render(request, "outreach/packages/version.html", _context(request, found, form), status=status)


def _context(
    request: SignedInRequest,
    found: PackageVersion,
    form: forms.TextForm | None = None,
    typed: Mapping[int, forms.WordsForm] = {},
) -> dict[str, Any]:
    """`typed`: the form of a piece that was not saved, by the piece's key."""
    user, words = request.user, request.GET.get("q", "").strip()[:100]
    may_compose, is_open = rules.may_compose(user, found), found.state in rules.OPEN
    rows = queries.pieces_of(found)
    for row in rows:
        row["form"] = typed.get(row["piece"].pk) or _words_form(row["piece"], found)
    return {
        "version": found,
        "tone": queries.tone(found),
        "form": form or forms.TextForm(version=found),
        "rows": rows,
        "q": words,
        "found": to_add(words, found) if may_compose else [],
        "lacking": lacking(found) if is_open else [],
        "others": found.package.versions.exclude(pk=found.pk),
        "hand_overs": found.hand_overs.select_related("partner"),
        "may_compose": may_compose,
        "may_take_back": rules.may_take_back(user, found),
        "may_publish": rules.may_publish(user, found),
        "may_hand_over": rules.may_hand_over(user, found),
        "may_renew": rules.may_renew(user, found),
        "reason_form": forms.ReasonForm(auto_id="id_reason_%s"),
        "remark_form": RemarkForm(),
        "hand_over_form": forms.HandOverForm(version=found),
    }


@require_POST
@roles_required(*ORGANISERS)
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    found, kind, key = _version(pk), request.POST.get("kind", ""), request.POST.get("pk", "")
    if not kind:
        messages.error(request, _("Choose something to add."))
        return redirect("packs:version", pk)
    if kind not in MODELS or not (key.isdecimal() and key.isascii() and int(key) <= MOST):
        raise Http404
    thing = get_object_or_404(MODELS[kind], pk=int(key))
    done = _("It is in the package. Now say why.")
    attempt(request, lambda: workflow.add(found, by=request.user, **{kind: thing}), done=done)
    return redirect("packs:version", pk)


def _words_form(piece: PackagePiece, found: PackageVersion, data: Any = None) -> forms.WordsForm:
    initial = {name: getattr(piece, name) or "" for name in workflow.WORDS} | {"seen": found.lock_version}
    return forms.WordsForm(data, initial=initial, auto_id=f"id_{piece.pk}_%s")


@require_POST
@roles_required(*ORGANISERS)
def piece(request: SignedInRequest, pk: int, piece: int, act: str) -> HttpResponse:
    found = _version(pk)
    if act == "words":
        return _say_why(request, found, piece)
    if act not in ACTS:
        raise Http404
    attempt(request, lambda: workflow.arrange(found, piece, act, by=request.user), done=_("Saved."))
    return redirect("packs:version", pk)


def _say_why(request: SignedInRequest, found: PackageVersion, pk: int) -> HttpResponse:
    """Why a piece is in the package; what cannot be saved stays in its field."""
    row = found.pieces.filter(pk=pk).first()
    if row is None:
        messages.error(request, _("This piece is no longer there."))
        return redirect("packs:version", found.pk)
    form = _words_form(row, found, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            workflow.reword(found, pk, by=request.user, content=said, seen=said["seen"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("packs:version", found.pk)
    found = _version(found.pk)  # as it is now, with what somebody else has written meanwhile
    again = request.POST.copy()
    again["seen"] = str(found.lock_version)
    form.data = again
    context = _context(request, found, typed={pk: form})
    return render(request, "outreach/packages/version.html", context, status=422)


@require_POST
@roles_required(*ORGANISERS)
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _version(pk)
    form = forms.HandOverForm(request.POST, version=found)
    if not form.is_valid():
        messages.error(request, _("Nothing was handed over: choose at least one partner that does not have it yet."))
        return redirect("packs:version", pk)
    chosen = list(form.cleaned_data["partners"])
    give = lambda: workflow.hand_over(found, chosen, by=request.user)  # noqa: E731
    attempt(request, give, done=_("Handed over. The partners' contacts have been told."))
    return redirect("packs:version", pk)


@require_safe
@roles_required(*READERS)
def reach(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _version(pk)
    context = {"version": found, "reaches": reaching.of_package(found)}
    return render(request, "outreach/packages/reach.html", context)


@require_POST
@roles_required(*ORGANISERS)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """send, take-back, publish, withdraw, renew, discard."""
    found = _version(pk)
    if verb == "withdraw":
        return _withdraw(request, found)
    if verb not in VERBS:
        raise Http404
    do, done, goes_to_list = VERBS[verb]
    made: list[Any] = []
    if attempt(request, lambda: made.append(do(request, found)), done=str(done())):
        if goes_to_list:
            return redirect("packs:desk")
        if isinstance(made[0], PackageVersion):
            return redirect("packs:version", made[0].pk)
    return redirect("packs:version", pk)


def _publish(request: SignedInRequest, found: PackageVersion) -> None:
    workflow.publish(found, by=request.user, seen=seen_version(request))


def _withdraw(request: SignedInRequest, found: PackageVersion) -> HttpResponse:
    form = forms.ReasonForm(request.POST, auto_id="id_reason_%s")
    if form.is_valid():
        try:
            workflow.withdraw(found, by=request.user, reason=form.cleaned_data)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Withdrawn. Every copy says so from now on."))
            return redirect("packs:version", found.pk)
    context = _context(request, _version(found.pk)) | {"reason_form": form}
    return render(request, "outreach/packages/version.html", context, status=422)


def _take_back(request: SignedInRequest, found: PackageVersion) -> None:
    workflow.take_back(found, by=request.user, remark=request.POST.get("remark", ""))


VERBS: dict[str, tuple[Callable[[SignedInRequest, PackageVersion], Any], Callable[[], str], bool]] = {
    "send": (lambda r, v: workflow.send(v, by=r.user), lambda: _("Sent to review."), False),
    "take-back": (_take_back, lambda: _("It is a draft again."), False),
    "publish": (_publish, lambda: _("Published. Partners that had the version before have this one now."), False),
    "renew": (lambda r, v: workflow.renew(v, by=r.user), lambda: _("This is the draft of the new version."), False),
    "discard": (lambda r, v: workflow.discard(v, by=r.user), lambda: _("The draft is discarded."), True),
}


def _version(pk: int) -> PackageVersion:
    return get_object_or_404(PackageVersion.objects.select_related("package", "author", "reviewer"), pk=pk)
