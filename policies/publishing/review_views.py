"""Reviewing a revision: what it says, what changed, and the verdict of somebody who did not write it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from policies import rules, workflow
from policies.attachments.showing import shown
from policies.content import TEXTS
from policies.eligibility.reach_words import preview
from policies.enums import Act, RevisionState
from policies.labels import field_label, listed
from policies.models import Revision, RevisionComment
from policies.notices import title_of
from policies.publishing import scheduling
from policies.publishing.forms import ScheduleForm
from policies.publishing.side_by_side import base_of, criteria_of, facts_of, pairs_of
from policies.publishing.trying import Trying, trying
from policies.publishing.views import TONES, attempt, revision_or_404
from portal.core.access import Refused, roles_required
from portal.core.templatetags.ui import day_plain

REMARK = "remark_"
LONGEST = 2_000
ACT_TONES = {
    Act.PUBLISHED: "ok",
    Act.RETURNED: "warn",
    Act.SENT: "info",
    Act.REPEALED: "bad",
    Act.SCHEDULED: "info",
    Act.CALLED_OFF: "warn",
}


@roles_required(*rules.READERS)
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole revision; for a reviewer, with remarks and the two buttons. POST decides."""
    revision = revision_or_404(pk)
    if request.method == "POST":
        decided = _decide(request, revision)
        if decided:
            return decided
        revision = revision_or_404(pk)
    base = base_of(revision)
    rows = list(revision.comments.select_related("author"))
    pairs = pairs_of(revision.content, revision.stale, base=base)
    for pair in pairs:
        pair.bound = request.POST.get(f"{REMARK}{pair.name}", "")
        pair.remarks = [row for row in rows if row.field == pair.name]
    context: dict[str, Any] = {
        "revision": revision,
        "title": title_of(revision),
        "tone": TONES[revision.state],
        "pairs": pairs,
        "facts": facts_of(revision.content, base),
        "criteria": criteria_of(revision.content, base),
        "attachments": shown(revision.content),
        "compared": base is not None,
        "gaps": listed(rules.gaps(revision.content)),
        "stale": listed(revision.stale),
        "history": [_event(row) for row in rows],
        "text": request.POST.get("text", ""),
        "schedule": ScheduleForm(request.POST if "schedule" in request.POST else None),
    }
    context["reach"] = preview(request.user, revision, context["criteria"])
    context["trying"] = _trying(request, revision)
    verdicts = _verdicts(request.user, revision)
    context["kept"] = "" if verdicts["may_send_back"] or verdicts["may_call_off"] else _words_of(request)
    return render(request, "publishing/review.html", context | verdicts)


def _trying(request: SignedInRequest, revision: Revision) -> Trying | None:
    """The criteria tried out; in the reviewer's own form, so that no remark is lost over it."""
    if revision.state not in rules.OPEN:
        return None
    owner = "review" if rules.may_send_back(request.user, revision) else "try"
    sent = request.POST if request.method == "POST" else request.GET
    return trying(sent, revision.content.get("criteria") or [], owner=owner)


def _words_of(request: SignedInRequest) -> str:
    """All that a reviewer typed, to be shown again when it can no longer be sent."""
    parts = [_typed(request, "text"), *(_typed(request, f"{REMARK}{name}") for name in TEXTS)]
    return "\n\n".join(filter(None, parts))


def _verdicts(user: Any, revision: Revision) -> dict[str, Any]:
    in_review = revision.state == RevisionState.IN_REVIEW
    return {
        "in_review": in_review,
        "may_publish": rules.may_publish(user, revision),
        "may_call_off": rules.may_call_off(user, revision),
        "may_send_back": rules.may_send_back(user, revision),
        "may_take_back": rules.may_take_back(user, revision),
        "may_write": rules.may_write(user, revision),
        "may_send": rules.may_send(user, revision),
        "may_discard": rules.may_discard(user, revision),
    }


def _event(row: RevisionComment) -> dict[str, Any]:
    title = Act(row.act).label if row.act in Act.values else row.act
    if row.field:
        title = _("%(act)s: %(field)s") % {"act": title, "field": field_label(row.field)}
    return {
        "title": title,
        "at": row.created_at,
        "who": row.author.name if row.author else "",
        "text": _said(row),
        "tone": ACT_TONES.get(Act(row.act), "quiet") if row.act in Act.values else "quiet",
    }


def _said(row: RevisionComment) -> str:
    """The words of an act; of one that set a day, that day in the reader's language."""
    day = parse_date(row.text) if row.act == Act.SCHEDULED else None
    return _("To be published on %(day)s.") % {"day": day_plain(day)} if day else row.text


def _decide(request: SignedInRequest, revision: Revision) -> HttpResponse | None:
    """Publish, schedule, call off or return; None when that was refused, so that what was typed stays on the page."""
    if "try" in request.POST:
        return None
    remarks = {name: _typed(request, f"{REMARK}{name}") for name in TEXTS}
    text = _typed(request, "text")
    if any(len(each) > LONGEST for each in (text, *remarks.values())):
        messages.error(request, _("A comment has at most %(count)s characters.") % {"count": f"{LONGEST:,}"})
        return None
    if "return" in request.POST:
        done = _("Returned. The author sees your comments.")
        ok = attempt(
            request, lambda: workflow.send_back(revision, by=request.user, text=text, remarks=remarks), done=done
        )
        return redirect("publishing:desk") if ok else None
    if "call_off" in request.POST:
        done = _("Called off. The text is in review again.")
        ok = attempt(request, lambda: scheduling.call_off(revision, by=request.user, text=text), done=done)
        return redirect("publishing:review", pk=revision.pk) if ok else None
    if not {"publish", "schedule"} & request.POST.keys():
        raise Http404
    if text or any(remarks.values()):
        messages.error(request, _("You have written comments. Return it with them, or clear them before publishing."))
        return None
    seen = request.POST.get("lock_version", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise Http404
    if "schedule" in request.POST:
        return _schedule(request, revision, int(seen))
    done = _("Published. Everybody can read it now.")
    ok = attempt(request, lambda: workflow.publish(revision, by=request.user, seen=int(seen)), done=done)
    return redirect("publishing:validity", slug=revision.policy.slug) if ok else None


def _schedule(request: SignedInRequest, revision: Revision, seen: int) -> HttpResponse | None:
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return None
    day = form.cleaned_data["publish_on"]
    done = _("Scheduled. It becomes public on %(day)s.") % {"day": day_plain(day)}
    ok = attempt(request, lambda: scheduling.schedule(revision, on=day, by=request.user, seen=seen), done=done)
    return redirect("publishing:review", pk=revision.pk) if ok else None


def _typed(request: SignedInRequest, name: str) -> str:
    """A line end counts as one character, as in the browser."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()


@require_POST
@roles_required(*rules.READERS)
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    revision = revision_or_404(pk)
    done = _("Sent to review. You will hear when somebody has published or returned it.")
    attempt(request, lambda: workflow.send_to_review(revision, by=request.user), done=done)
    return redirect("publishing:review", pk=pk)


@require_POST
@roles_required(*rules.READERS)
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    revision = revision_or_404(pk)
    try:
        workflow.take_back(revision, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("publishing:review", pk=pk)
    messages.success(request, _("Taken back. It is a draft again."))
    return redirect("publishing:edit", pk=pk)


@require_POST
@roles_required(*rules.READERS)
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    revision = revision_or_404(pk)
    ok = attempt(request, lambda: workflow.discard(revision, by=request.user), done=_("The draft is discarded."))
    return redirect("publishing:desk") if ok else redirect("publishing:review", pk=pk)
