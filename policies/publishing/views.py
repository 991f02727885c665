"""The publishing desk: what waits for whom, what is published, and the end of a policy's validity."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from policies import rules, workflow
from policies.content import TEXT_COLUMNS
from policies.enums import Act
from policies.models import Policy, Revision, RevisionComment
from policies.notices import title_of
from policies.presenting import TONES as VALIDITY_TONES
from policies.publishing.forms import RepealForm
from policies.publishing.staleness import missing_in
from policies.publishing.worklists import TABS, counts_for, first_tab, published, revisions_on
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate

TONES = {
    "draft": "quiet",
    "returned": "warn",
    "in_review": "info",
    "scheduled": "info",
    "published": "ok",
    "discarded": "quiet",
}
SORTED_BY = {"review": Order("submitted_at", nulls_last=True), "scheduled": Order("publish_on", nulls_last=True)}


@require_safe
@roles_required(*rules.READERS)
def desk(request: SignedInRequest) -> HttpResponse:
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else first_tab(request.user)
    counts = counts_for(request.user)
    context = {
        "tab": tab,
        "tabs": _tabs(request.user, tab, counts),
        "may_begin": rules.may_begin(request.user),
        "is_reviewer": request.user.has_role(Role.REVIEWER),
        "q": request.GET.get("q", "").strip()[:200],
        "only_gaps": request.GET.get("gaps") == "1",
    }
    lists = _published if tab == "published" else _revisions
    return render(request, "publishing/desk.html", context | lists(request, context))


def _tabs(user: Any, tab: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "mine": _("My drafts"),
        "drafts": _("Drafts of others"),
        "texts": _("To translate"),
        "review": _("In review"),
        "scheduled": _("Scheduled"),
        "published": _("Published"),
    }
    shown = [name for name in TABS if name != "mine" or user.has_role(Role.EDITOR, Role.TRANSLATOR)]
    url = reverse("publishing:desk")
    return [
        {"label": labels[name], "url": f"{url}?show={name}", "current": name == tab, "count": counts.get(name)}
        for name in shown
    ]


def _revisions(request: SignedInRequest, context: dict[str, Any]) -> dict[str, Any]:
    order = SORTED_BY.get(context["tab"], Order("changed_at", desc=True))
    rows = revisions_on(context["tab"], request.user)
    page = paginate(rows, order=[order, Order("id", desc=order.desc)], cursor=request.GET.get("cursor"))
    said = _last_returns(page.rows)
    return {"page": page, "rows": [_row(revision, request.user, said.get(revision.pk)) for revision in page]}


def _row(revision: Revision, user: Any, comment: RevisionComment | None) -> dict[str, Any]:
    own = revision.author_id == user.pk
    writes = bool(rules.may_write(user, revision))
    return {
        "revision": revision,
        "title": title_of(revision),
        "url": reverse("publishing:edit" if writes else "publishing:review", args=[revision.pk]),
        "tone": TONES[revision.state],
        "own": own,
        "missing": len(missing_in(revision.content)) + revision.unnamed,  # type: ignore[attr-defined]
        "stale": len(revision.stale),
        "comment": comment,
    }


def _last_returns(revisions: list[Revision]) -> dict[int, RevisionComment]:
    """The reviewer's last words on each returned revision; one query."""
    returned = [revision.pk for revision in revisions if revision.state == Act.RETURNED]
    rows = RevisionComment.objects.filter(revision__in=returned, act=Act.RETURNED).select_related("author")
    return {row.revision_id: row for row in rows.order_by("pk")} if returned else {}


def _published(request: SignedInRequest, context: dict[str, Any]) -> dict[str, Any]:
    policies = published(context["q"], only_gaps=context["only_gaps"]).prefetch_related("revisions")
    order = [Order("changed_at", desc=True), Order("id", desc=True)]
    page = paginate(policies.defer("search"), order=order, cursor=request.GET.get("cursor"))
    revises = request.user.has_role(Role.EDITOR, Role.TRANSLATOR)
    return {"page": page, "rows": [_policy_row(policy) for policy in page], "revises": revises}


def _policy_row(policy: Policy) -> dict[str, Any]:
    texts = {column: getattr(policy, column) for column in TEXT_COLUMNS}
    return {
        "policy": policy,
        "tone": VALIDITY_TONES[policy.validity],
        "missing": len(missing_in(texts)),
        "stale": len(policy.stale),
        "open": next((each for each in policy.revisions.all() if each.state in rules.OPEN), None),
    }


@require_POST
@roles_required(*rules.READERS)
def new_version(request: SignedInRequest, slug: str) -> HttpResponse:
    policy = published_or_404(slug)
    try:
        revision = workflow.revise(policy, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("publishing:validity", slug=slug)
    return redirect("publishing:edit", pk=revision.pk)


@roles_required(*rules.READERS)
def validity(request: SignedInRequest, slug: str) -> HttpResponse:
    """One published policy: whether it applies, what replaces it, its versions."""
    policy = published_or_404(slug)
    verdict = rules.may_repeal(request.user, policy)
    start = {
        "repealed_on": policy.repealed_on or local_day(),
        "replaced_by": policy.replaced_by.slug if policy.replaced_by else "",
    }
    form = RepealForm(request.POST if request.method == "POST" else None, policy=policy, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        day, successor = data["repealed_on"], data["replaced_by"]
        done = _("The policy's page now says from when it no longer applies.")
        if attempt(request, lambda: workflow.repeal(policy, on=day, by=request.user, replaced_by=successor), done=done):
            return redirect("publishing:validity", slug=slug)
    context = {
        "policy": policy,
        "tone": VALIDITY_TONES[policy.validity],
        "form": form,
        "verdict": verdict,
        "may_revise": rules.may_revise(request.user, policy),
        "open": policy.revisions.filter(state__in=rules.OPEN).first(),
        "versions": policy.revisions.filter(number__isnull=False)
        .select_related("author", "reviewer")
        .order_by("-number"),
    }
    return render(request, "publishing/validity.html", context)


@require_POST
@roles_required(*rules.READERS)
def reinstate(request: SignedInRequest, slug: str) -> HttpResponse:
    policy = published_or_404(slug)
    attempt(
        request,
        lambda: workflow.reinstate(policy, by=request.user),
        done=_("The policy's page no longer says that it was repealed or replaced."),
    )
    return redirect("publishing:validity", slug=slug)


def published_or_404(slug: str) -> Policy:
    return get_object_or_404(Policy.objects.published().select_related("replaced_by"), slug=slug)


def revision_or_404(pk: int) -> Revision:
    """Any revision, with what its pages need."""
    revision = Revision.objects.select_related("policy", "author", "reviewer").filter(pk=pk).first()
    if revision is None:
        raise Http404
    return revision


def attempt(request: SignedInRequest, verb: Callable[[], object], *, done: str) -> bool:
    """Run a verb, and tell the person what came of it."""
    try:
        verb()
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, done)
    return True
