"""Reading an interpretation as its reviewer does, in both languages, and the verdict of who did not write it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http import SignedInRequest
from policies.enums import Act, InterpretationState
from policies.interpretation import rules, workflow
from policies.interpretation.content import gaps, listed
from policies.interpretation.desk_views import LONGEST, TONES, interpretation_or_404
from policies.interpretation.forms import WithdrawForm
from policies.interpretation.naming import title_of
from policies.interpretation.pairs import pairs_of
from policies.interpretation.showing import Shown, address_of
from policies.models import Interpretation
from policies.publishing.review_views import ACT_TONES
from policies.publishing.views import attempt
from portal.core import bilingual
from portal.core.access import roles_required


@roles_required(*rules.READERS)
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole interpretation in both languages; for a reviewer with the two buttons. POST decides."""
    found = interpretation_or_404(pk)
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if request.method == "POST":
        decided = _decide(request, found, text)
        if decided:
            return decided
        found = interpretation_or_404(pk)
    slots = {row.slot for row in found.files.all()}
    missing = gaps(found.kind, found.content, slots)
    context = {
        "found": found,
        "title": title_of(found),
        "tone": TONES.get(found.state, "quiet"),
        "sides": [Shown(found, language) for language in bilingual.LANGUAGES],
        "shown": Shown(found),
        "pairs": pairs_of(found, base=found.replaces.content if found.replaces else None),
        "gaps": listed(missing),
        "stale": listed(found.stale),
        "text": text,
        "history": [_event(row) for row in found.comments.select_related("author")],
        "withdrawing": WithdrawForm(),
        "successor": found.successors.exclude(state=InterpretationState.DISCARDED).last(),
        "public_url": address_of(Shown(found)) if found.state == InterpretationState.PUBLISHED else "",
    }
    return render(request, "publishing/interpretation_review.html", context | _verdicts(request, found))


def _verdicts(request: SignedInRequest, found: Interpretation) -> dict[str, Any]:
    names = ("publish", "send_back", "take_back", "write", "send", "discard", "withdraw", "revise", "confirm")
    verdicts: dict[str, Any] = {f"may_{name}": getattr(rules, f"may_{name}")(request.user, found) for name in names}
    return verdicts | {"in_review": found.state == InterpretationState.IN_REVIEW}


def _decide(request: SignedInRequest, found: Interpretation, text: str) -> HttpResponse | None:
    """Publish or return; None when that was refused, so that what was typed stays on the page."""
    seen = request.POST.get("lock_version", "")
    if not {"return", "publish"} & request.POST.keys() or not seen.isdecimal() or len(seen) > 9:
        raise Http404
    if len(text) > LONGEST:
        messages.error(request, _("A comment has at most %(count)s characters.") % {"count": f"{LONGEST:,}"})
        return None
    if "return" in request.POST:
        done = _("Returned. The author sees your comments.")
        verb = attempt(request, lambda: workflow.send_back(found, by=request.user, text=text), done=done)
        return redirect("publishing:interpretations") if verb else None
    if text:
        messages.error(request, _("You have written comments. Return it with them, or clear them before publishing."))
        return None
    done = _("Published. Everybody can read it now.")
    ok = attempt(request, lambda: workflow.publish(found, by=request.user, seen=int(seen)), done=done)
    return redirect("publishing:interpretation-review", pk=found.pk) if ok else None


def _event(row: Any) -> dict[str, Any]:
    act = Act(row.act)
    return {
        "title": act.label,
        "at": row.created_at,
        "who": row.author.name,
        "text": row.text,
        "tone": ACT_TONES.get(act, "bad" if act == Act.WITHDRAWN else "quiet"),
    }
