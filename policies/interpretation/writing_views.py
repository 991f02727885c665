"""Writing an interpretation in both languages, with its pictures, its video and captions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http import SignedInRequest
from policies.interpretation import rules, workflow
from policies.interpretation.checking import with_transcripts
from policies.interpretation.content import FIELDS, LINK, NEEDED, SLOTS, gaps, kept_columns, label_of, listed
from policies.interpretation.desk_views import TONES, interpretation_or_404
from policies.interpretation.forms import FILE, HINTS, BeginForm, WritingForm
from policies.interpretation.naming import title_of
from policies.interpretation.pairs import pairs_of
from policies.interpretation.showing import Shown
from policies.models import Interpretation
from policies.publishing.differences import differences
from policies.publishing.merging import Merged, merge
from policies.publishing.staleness import text_of
from portal.core.access import Refused, roles_required


@roles_required(*rules.WRITERS)
def new(request: SignedInRequest) -> HttpResponse:
    start = {"kind": request.GET.get("kind") or "text", "policy": request.GET.get("policy", "")[:300]}
    form = BeginForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            found = workflow.begin(by=request.user, kind=data["kind"], policies=[data["policy"]], content={})
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The draft is begun."))
            return redirect("publishing:interpretation-edit", pk=found.pk)
    return render(request, "publishing/interpretation_new.html", {"form": form})


@roles_required(*rules.READERS)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever may not write it (now) is led to the page that shows it."""
    found = interpretation_or_404(pk)
    verdict = rules.may_write(request.user, found)
    if not verdict:
        if request.method == "POST":
            messages.error(request, str(verdict.reason))
        return redirect("publishing:interpretation-review", pk=pk)
    if request.method != "POST":
        return _page(request, found, WritingForm(found=found))
    form = WritingForm(request.POST, request.FILES, found=found)
    if form.is_valid():
        try:
            return _save(request, found, form)
        except workflow.Overtaken as overtaken:
            return _overtaken(request, overtaken, form)
        except Refused as refused:
            messages.error(request, str(refused))
            found = interpretation_or_404(pk)  # its files may be kept already
    elif request.FILES:
        form.add_error(None, _("Please choose your files again: a browser does not keep them."))
    return _page(request, found, form)


def _save(request: SignedInRequest, found: Interpretation, form: WritingForm) -> HttpResponse:
    """Files first, so that they are kept even where somebody else's texts come between."""
    _keep_files(request, found, form)
    texts = form.texts()
    if "transcribe" in request.POST:
        texts = with_transcripts(texts)
    saved = workflow.save(
        found,
        by=request.user,
        content=texts,
        seen=_seen(request),
        confirmed=[name for name in request.POST.getlist("confirmed") if name in kept_columns(found.kind)],
        add=[policy] if (policy := form.cleaned_data.get("add_policy")) else [],
        drop=_dropped(request),
        checked_again="checked_again" in request.POST,
    )
    return _after_saving(request, saved)


def _keep_files(request: SignedInRequest, found: Interpretation, form: WritingForm) -> None:
    known = {slot: request.POST.get(f"known_{slot}", "") for slot in SLOTS[found.kind]}
    taken = workflow.keep_files(found, form.uploads(), by=request.user, known=known)
    if taken:
        told = _("Somebody else has put another file here: %(names)s. Look at it; choose yours again to replace it.")
        messages.warning(request, told % {"names": listed(taken)})


def _dropped(request: SignedInRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("drop") if pk.isdecimal() and len(pk) < 18]


def _seen(request: SignedInRequest) -> int:
    text = request.POST.get("lock_version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Http404
    return int(text)


def _after_saving(request: SignedInRequest, saved: Interpretation) -> HttpResponse:
    """Saved; and sent to review, if that was the button and nothing is missing."""
    if "send" not in request.POST:
        messages.success(request, _("The draft is saved."))
        return redirect("publishing:interpretation-edit", pk=saved.pk)
    try:
        workflow.send_to_review(saved, by=request.user)
    except Refused as refused:
        messages.warning(request, _("The draft is saved, but it was not sent. %(reason)s") % {"reason": str(refused)})
        return redirect("publishing:interpretation-edit", pk=saved.pk)
    messages.success(request, _("Sent to review. You will hear when somebody has published or returned it."))
    return redirect("publishing:interpretation-review", pk=saved.pk)


def _overtaken(request: SignedInRequest, overtaken: workflow.Overtaken, form: WritingForm) -> HttpResponse:
    """No text is saved and none is lost: both come together in the form, and the person decides."""
    current = interpretation_or_404(overtaken.current.pk)
    before = workflow.content_at(current, _seen(request))
    merged = merge(before, form.texts(), current.content, kept_columns(current.kind))
    clash = {
        "reason": str(overtaken),
        "at": current.changed_at,
        "taken": listed(merged.taken),
        "texts": _clashes(merged, current),
        "facts": listed(name for name in merged.clashes if name == LINK),
    }
    typed = merged.content | {"add_policy": request.POST.get("add_policy", "")}
    return _page(request, current, WritingForm(found=current, content=typed), clash=clash, status=409)


def _clashes(merged: Merged, current: Interpretation) -> list[tuple[str, str, Any]]:
    """(label, language, from theirs to mine) of every text that both changed."""
    return [
        (
            label_of(column),
            "en" if column.endswith("_en") else "zh-Hans",
            differences(text_of(current.content, column), text_of(merged.content, column)),
        )
        for column in merged.clashes
        if column != LINK
    ]


def _page(
    request: SignedInRequest, found: Interpretation, form: WritingForm, *, clash: Any = None, status: int = 200
) -> HttpResponse:
    slots = {row.slot: row for row in found.files.all()}
    shown = Shown(found)
    pairs = pairs_of(found)
    for pair in pairs:
        pair.hint = HINTS.get(pair.name, "")
        for side in pair.sides:
            side.bound = form[side.column]
    returned = found.comments.filter(act="returned").select_related("author").last()
    context = {
        "found": found,
        "title": title_of(found),
        "tone": TONES.get(found.state, "quiet"),
        "form": form,
        "pairs": pairs,
        "places": [(form[slot], slots.get(slot), slot) for slot in SLOTS[found.kind]],
        "link": form[LINK] if LINK in form.fields else None,
        "from_files": [form[name] for name in form.fields if name.startswith(FILE)],
        "shown": shown,
        "about": shown.about,
        "dropped": _dropped(request),
        "checked_again": "checked_again" in request.POST,
        "adding": form["add_policy"] if "add_policy" in form.fields else None,
        "lock_version": _seen(request) if request.method == "POST" and not clash else found.lock_version,
        "remark": returned if found.state == "returned" else None,
        "needed": NEEDED[found.kind],
        "gaps": listed(gaps(found.kind, found.content, set(slots))),
        "stale": listed(found.stale),
        "clash": clash,
        "has_captions": "captions" in FIELDS[found.kind],
        "may_discard": rules.may_discard(request.user, found),
    }
    return render(request, "publishing/interpretation_edit.html", context, status=status)
