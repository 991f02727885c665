"""Interpretations as everybody may read them: the list, one of them, its files and captions."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from policies import presenting
from policies.enums import InterpretationKind, InterpretationState
from policies.interpretation.files import files_for
from policies.interpretation.in_short import in_short_of
from policies.interpretation.rules import READERS
from policies.interpretation.showing import Shown, listed, summary_of, with_all
from policies.models import Interpretation
from policies.publishing.staleness import text_of
from policies.standing import standing_of
from policies.views import published_or_404
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from portal.core.ranges import ranged

READ = (InterpretationKind.TEXT, InterpretationKind.PICTURE, InterpretationKind.VIDEO)
FOLLOWED = 10  # steps from what was withdrawn to what has taken its place


@require_safe
@login_not_required
def interpretations(request: HttpRequest) -> HttpResponse:
    """All that are published, the newest first; of one kind when asked."""
    kind = request.GET.get("kind", "")
    rows = with_all(Interpretation.objects.to_read())
    if kind in READ:
        rows = rows.filter(kind=kind)
    order = [Order("published_at", desc=True, nulls_last=True), Order("id", desc=True)]
    page = paginate(rows, order=order, cursor=request.GET.get("cursor"), size=20)
    url = reverse("policies:interpretations")
    tabs = [{"label": _("All"), "url": url, "current": kind not in READ, "count": None}] + [
        {"label": each.label, "url": f"{url}?kind={each}", "current": kind == each, "count": None} for each in READ
    ]
    context = {"rows": listed(page.rows), "page": page, "tabs": tabs}
    return render(request, "policies/interpretations.html", context)


@require_safe
@login_not_required
def interpretation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One, under one of its policies. What was withdrawn leads to what has taken its place."""
    policy = published_or_404(slug)
    found = with_all(Interpretation.objects.filter(pk=pk, links__policy=policy)).first()
    if found is None or found.kind not in READ:
        raise Http404
    if found.state != InterpretationState.PUBLISHED:
        return redirect("policies:interpretation", slug=slug, pk=_successor_or_404(found, slug).pk)
    day = local_day()
    context: dict[str, Any] = {
        "policy": policy,
        "shown": Shown(found),
        "validity": presenting.validity_word(policy, day),
        "standing": standing_of(policy, day),
        "crumbs": [
            (_("Policies"), reverse("policies:list")),
            (presenting.text_of(policy, "title").text, reverse("policies:detail", args=[slug])),
        ],
    }
    return render(request, "policies/interpretation.html", context)


def _successor_or_404(found: Interpretation, slug: str) -> Interpretation:
    """The published one at the end of the chain, if it is about the same policy."""
    for _n in range(FOLLOWED):
        followers = found.successors.filter(links__policy__slug=slug)
        later = followers.filter(state__in=(InterpretationState.PUBLISHED, InterpretationState.WITHDRAWN)).last()
        if later is None:
            break
        if later.state == InterpretationState.PUBLISHED:
            return later
        found = later
    raise Http404


@require_safe
@login_not_required
def file(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A picture or a video, to those who may see what it belongs to; in parts, so that one can seek."""
    row = get_object_or_404(files_for(request.user).select_related("interpretation"), key=key)
    response = ranged(request, row.file, size=row.size, content_type=row.content_type, etag=row.sha256[:32])
    return _as_kept(response, row.interpretation)


@require_safe
@login_not_required
def captions(request: HttpRequest, pk: int, language: str) -> HttpResponseBase:
    found = get_object_or_404(Interpretation, pk=pk)
    text = text_of(found.content, f"captions_{bilingual.SUFFIX.get(language, '')}")
    reads = request.user.is_authenticated and request.user.has_role(*READERS)
    if not text or not (reads or found.state == InterpretationState.PUBLISHED):
        raise Http404
    response = HttpResponse(text, content_type="text/vtt; charset=utf-8")
    return _as_kept(response, found)


def _as_kept(response: HttpResponseBase, found: Interpretation) -> HttpResponseBase:
    """What is published may be kept a while by anybody; drafts by nobody."""
    public = found.state == InterpretationState.PUBLISHED
    response.headers["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    return response


@require_safe
@login_not_required
def in_short(request: HttpRequest, slug: str) -> HttpResponse:
    """What, who, how much, by when, how: one page to be printed, from the policy's own facts."""
    policy = published_or_404(slug)
    day, summary = local_day(), summary_of(policy)
    context = {
        "policy": policy,
        "title": presenting.text_of(policy, "title"),
        "issuer": presenting.text_of(policy, "issuer"),
        "boxes": in_short_of(policy, summary, day),
        "outdated": Shown(summary).about if summary else [],
        "validity": presenting.validity_word(policy, day),
        "standing": standing_of(policy, day),
        "day": day,
    }
    return render(request, "policies/in_short.html", context)
