"""After the last day: reading, sorting and answering comments, and what came of the consultation."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies.consultation import answering, rules, workflow
from policies.consultation import export as exporting
from policies.consultation.desk_views import consultation_or_404, crumbs, desk_page, kept, tone_of
from policies.consultation.enums import Aside
from policies.consultation.figures import shares_of
from policies.consultation.forms import DraftForm, GroupForm, OutcomeForm
from policies.consultation.queries import (
    SET_ASIDE,
    UNSORTED,
    WHOLE,
    Chosen,
    chosen_from,
    comments_of,
    groups_of,
)
from policies.models import CommentGroup, Consultation, ConsultationComment
from policies.publishing.views import attempt
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.search import segments

MOST_AT_ONCE = 200
SHOWN = 20  # comments beside the text that answers them


@require_safe
@roles_required(*rules.READERS)
def comments(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came in, to be found, filtered and sorted; who it came from, as far as people said."""
    found = consultation_or_404(pk)
    chosen = chosen_from(request.GET)
    groups, clauses = groups_of(found), list(found.clauses.all())
    rows = comments_of(found, chosen)
    page = paginate(rows, order=[Order("id")], cursor=request.GET.get("cursor"))
    context = {
        "consultation": found,
        "tone": tone_of(found),
        "chosen": chosen,
        "groups": groups,
        "page": page,
        "rows": [_row(each, chosen) for each in page],
        "totals": _totals(found),
        "shares": shares_of(found),
        "may_evaluate": rules.may_evaluate(request.user, found),
        "asides": [(value, label) for value, label in Aside.choices if value],
        "clause_options": [(WHOLE, _("The draft as a whole")), *((str(each.pk), str(each)) for each in clauses)],
        "group_options": _group_options(groups),
        "back": _back(request),
        "crumbs": crumbs(found),
    }
    return render(request, "publishing/consultation_comments.html", context)


def _row(comment: ConsultationComment, chosen: Chosen) -> dict[str, Any]:
    sent = comment.submission
    return {
        "comment": comment,
        "text": segments(comment.text, chosen.words) if chosen.words else [(comment.text, False)],
        "lang": "en" if sent.language == "en" else "zh-Hans",
        "sent": sent,
        "name": sent.enterprise.name if sent.named and sent.enterprise else "",
    }


def _totals(consultation: Consultation) -> dict[str, int]:
    """All, and those not sorted yet; one query."""
    unsorted = Q(group=None, set_aside=Aside.NONE)
    return consultation.comments.aggregate(all=Count("pk"), left=Count("pk", filter=unsorted))


def _group_options(groups: list[CommentGroup]) -> list[tuple[str, str]]:
    own = [(str(group.pk), str(group)) for group in groups]
    return [(UNSORTED, _("Not sorted yet")), (SET_ASIDE, _("Set aside")), *own]


def _back(request: SignedInRequest) -> str:
    """The filters of the page, to come back to after sorting."""
    names = ("q", "clause", "group", "cursor")
    return urlencode({name: request.GET[name] for name in names if request.GET.get(name)})


@require_POST
@roles_required(*rules.READERS)
def sort(request: SignedInRequest, pk: int) -> HttpResponse:
    """Several comments at once: `to` is a group's key, "aside-<reason>", or "none"."""
    found = consultation_or_404(pk)
    picked = [int(each) for each in request.POST.getlist("comment")[:MOST_AT_ONCE] if _is_key(each)]
    target = request.POST.get("to", "")
    try:
        moved = answering.sort(found, picked, by=request.user, **_target(target))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = ngettext("%(count)s comment sorted.", "%(count)s comments sorted.", moved)
        messages.success(request, told % {"count": moved})
    url = reverse("publishing:consultation-comments", args=[pk])
    back = request.POST.get("back", "")[:1_000]
    return redirect(f"{url}?{back}" if back else url)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _target(value: str) -> dict[str, Any]:
    if value == UNSORTED:
        return {}
    if value.startswith("aside-"):
        return {"aside": value.removeprefix("aside-")}
    if _is_key(value):
        return {"group": int(value)}
    raise Refused(_("Choose where the comments belong."))


@roles_required(*rules.READERS)
def group(request: SignedInRequest, pk: int, group: int | None = None) -> HttpResponse:
    """A new group, or one whose summary and answer are written."""
    found = consultation_or_404(pk)
    row = found.groups.filter(pk=group or 0).first()
    if group is not None and row is None and request.method != "POST":
        raise Http404
    form = GroupForm(request.POST if request.method == "POST" else None, consultation=found, row=row)
    theirs: list[Any] = []
    if request.method == "POST" and form.is_valid():
        saved, theirs = kept(
            request,
            form,
            lambda: answering.save_group(
                found, by=request.user, content=form.content(), group=group, seen=form.seen_version
            ),
            _("The group is saved."),
        )
        if saved:
            return redirect("publishing:consultation-comments", pk=pk)
    context = {
        "consultation": found,
        "group": row,
        "form": form,
        "theirs": theirs,
        "comments": list(row.comments.order_by("pk")[:SHOWN]) if row else [],
        "may_evaluate": rules.may_evaluate(request.user, found),
        "crumbs": [*crumbs(found), (_("Comments"), reverse("publishing:consultation-comments", args=[pk]))],
    }
    return render(request, "publishing/consultation_group.html", context)


@require_POST
@roles_required(*rules.READERS)
def remove_group(request: SignedInRequest, pk: int, group: int) -> HttpResponse:
    found = consultation_or_404(pk)
    done = _("The group is removed. Its comments have to be sorted again.")
    attempt(request, lambda: answering.remove_group(found, group, by=request.user), done=done)
    return redirect("publishing:consultation-comments", pk=pk)


@require_safe
@roles_required(*rules.READERS)
def export(request: SignedInRequest, pk: int) -> HttpResponse:
    return exporting.csv_of(consultation_or_404(pk))


@require_POST
@roles_required(*rules.READERS)
def outcome(request: SignedInRequest, pk: int) -> HttpResponse:
    found = consultation_or_404(pk)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        policy = form.cleaned_data["outcome"]
        done = _("Saved. Both pages lead to each other.") if policy else _("The link is taken away.")
        if attempt(request, lambda: workflow.name_outcome(found, by=request.user, policy=policy), done=done):
            return redirect("publishing:consultation", pk=pk)
    page = desk_page(request, found, DraftForm(row=found)) | {"outcome_form": form}
    return render(request, "publishing/consultation.html", page)
