"""Interpretations at the publishing desk: what waits for whom, and the acts on one."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies.enums import InterpretationState
from policies.interpretation import rules, workflow
from policies.interpretation.forms import WithdrawForm
from policies.interpretation.naming import title_of
from policies.interpretation.showing import Shown, with_all
from policies.models import Interpretation, Policy
from policies.publishing.views import attempt
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate

TONES = {"draft": "quiet", "returned": "warn", "in_review": "info", "published": "ok"}
TABS = ("drafts", "review", "check", "published", "withdrawn")
LONGEST = 2_000
# act of the address → the verb, what is said afterwards, whether one goes on writing
ACTS: dict[str, tuple[Callable[..., Interpretation], Any, bool]] = {
    "send": (
        workflow.send_to_review,
        gettext_lazy("Sent to review. You will hear when somebody has published or returned it."),
        False,
    ),
    "take-back": (workflow.take_back, gettext_lazy("Taken back. It is a draft again."), True),
    "discard": (workflow.discard, gettext_lazy("The draft is discarded."), False),
    "revise": (
        workflow.revise,
        gettext_lazy("A draft with the same texts and files. It replaces what is published when it is published."),
        True,
    ),
    "confirm": (workflow.confirm, gettext_lazy("It now refers to the policy as it is."), False),
}


@require_safe
@roles_required(*rules.READERS)
def desk(request: SignedInRequest) -> HttpResponse:
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else _first_tab(request)
    slug = request.GET.get("policy", "")
    policy = Policy.objects.published().filter(slug=slug).first() if slug else None
    rows = {name: _rows(name, policy) for name in TABS}
    page = paginate(
        with_all(rows[tab]),
        order=[Order("changed_at", desc=True), Order("id", desc=True)],
        cursor=request.GET.get("cursor"),
    )
    context = {
        "tab": tab,
        "policy": policy,
        "tabs": _tabs(tab, policy, {name: each.count() for name, each in rows.items()}),
        "page": page,
        "rows": [_row(found, request) for found in page],
        "may_begin": rules.may_begin(request.user),
    }
    return render(request, "publishing/interpretations.html", context)


def _first_tab(request: SignedInRequest) -> str:
    return "drafts" if rules.may_begin(request.user) else "review"


def _rows(tab: str, policy: Policy | None) -> Any:
    everything = Interpretation.objects.all()
    found = {
        "drafts": everything.filter(state__in=rules.WRITABLE),
        "review": everything.filter(state=InterpretationState.IN_REVIEW),
        "check": everything.to_check(),
        "published": everything.published(),
        "withdrawn": everything.filter(state=InterpretationState.WITHDRAWN),
    }[tab]
    return found.filter(Q(links__policy=policy)) if policy else found


def _tabs(tab: str, policy: Policy | None, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "drafts": _("Drafts"),
        "review": _("In review"),
        "check": _("To be checked"),
        "published": _("Published"),
        "withdrawn": _("Withdrawn"),
    }
    url, of = reverse("publishing:interpretations"), f"&policy={policy.slug}" if policy else ""
    return [
        {"label": labels[name], "url": f"{url}?show={name}{of}", "current": name == tab, "count": counts[name]}
        for name in TABS
    ]


def _row(found: Interpretation, request: SignedInRequest) -> dict[str, Any]:
    writes = bool(rules.may_write(request.user, found))
    return {
        "found": found,
        "title": title_of(found),
        "tone": TONES.get(found.state, "quiet"),
        "url": reverse(f"publishing:interpretation-{'edit' if writes else 'review'}", args=[found.pk]),
        "own": found.author_id == request.user.pk,
        "shown": Shown(found),
    }


@require_POST
@roles_required(*rules.READERS)
def act(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Send, take back, discard, begin a new version, say that it still holds."""
    found = interpretation_or_404(pk)
    if act not in ACTS:
        raise Http404
    verb, done, writes_on = ACTS[act]
    try:
        after = verb(found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("publishing:interpretation-review", pk=pk)
    messages.success(request, str(done))
    return redirect(f"publishing:interpretation-{'edit' if writes_on else 'review'}", pk=after.pk)


@require_POST
@roles_required(*rules.READERS)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = interpretation_or_404(pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        done = _("Withdrawn. Nobody but officials can read it now.")
        attempt(request, lambda: workflow.withdraw(found, by=request.user, text=text), done=done)
    else:
        messages.error(request, _("A comment has at most %(count)s characters.") % {"count": f"{LONGEST:,}"})
    return redirect("publishing:interpretation-review", pk=pk)


@require_POST
@roles_required(*rules.READERS)
def drop_file(request: SignedInRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    found = interpretation_or_404(pk)
    attempt(request, lambda: workflow.drop_file(found, key, by=request.user), done=_("The file is removed."))
    return redirect("publishing:interpretation-edit", pk=pk)


def interpretation_or_404(pk: int) -> Interpretation:
    return get_object_or_404(with_all(Interpretation.objects.select_related("replaces")), pk=pk)
