"""The service centre's surveys: the list, one on its way from draft to results."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from engagement.deskside import seen
from engagement.surveys import choosing, workflow
from engagement.surveys.forms import AudienceForm, SurveyForm, initial_of
from engagement.surveys.models import Survey, SurveyState
from engagement.surveys.results import results
from engagement.surveys.words import TONES
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards.figures import FEW

in_centre = roles_required(Role.ADMIN)
SPARED_SHOWN = 10


@require_safe
@in_centre
def surveys(request: SignedInRequest) -> HttpResponse:
    page = paginate(_counted(), order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    rows = [{"survey": row, "tone": TONES[row.state]} for row in page.rows]
    return render(request, "surveys/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def new(request: SignedInRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    if survey.state != SurveyState.DRAFT and request.method != "POST":
        return redirect("surveys:detail", pk)
    return _write(request, survey)


def _write(request: SignedInRequest, survey: Survey | None) -> HttpResponse:
    form = SurveyForm(request.POST or None, initial=initial_of(survey) if survey else None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = workflow.write(survey, by=request.user, **form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept as a draft. Now choose whom to ask."))
            return redirect("surveys:detail", kept.pk)
    context = {"form": form, "survey": survey, "crumbs": _crumbs()}
    return render(request, "surveys/write.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@in_centre
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft with whom it would reach, or a sent one with its answers."""
    return _page(request, pk)


def _page(request: SignedInRequest, pk: int, status: int = 200) -> HttpResponse:
    survey = get_object_or_404(_counted(), pk=pk)
    draft = survey.state == SurveyState.DRAFT
    form = AudienceForm(request.POST or request.GET) if draft else None
    chosen = choosing.choose(form.audience()) if form else None
    context: dict[str, Any] = {
        "survey": survey,
        "tone": TONES[survey.state],
        "questions": survey.questions.all(),
        "form": form,
        "asked": bool(form and form.audience()),
        "chosen": chosen,
        "spared": [_spared(words, found) for words, found in chosen.spared] if chosen else [],
        "left_out": [(choosing.why_words(code), count) for code, count in sorted(survey.left_out.items())],
        "audience": choosing.Audience.of(survey.audience).words(),
        "results": results(survey),
        "few": FEW,
        "most": choosing.MOST,
        "crumbs": _crumbs(),
    }
    return render(request, "surveys/detail.html", context, status=status)


@require_POST
@in_centre
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Send, close, discard."""
    survey = get_object_or_404(Survey, pk=pk)
    if verb not in ("send", "close", "discard"):
        raise Http404
    try:
        done = _perform(request, survey, verb)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, pk, status=409)
    messages.success(request, done)
    return redirect("surveys:list") if verb == "discard" else redirect("surveys:detail", pk)


def _perform(request: SignedInRequest, survey: Survey, verb: str) -> str:
    if verb == "discard":
        workflow.discard(survey, by=request.user)
        return _("The draft is discarded.")
    if verb == "close":
        workflow.close(survey, by=request.user)
        return _("The survey is closed.")
    audience = AudienceForm(request.POST).audience()
    count = len(workflow.send(survey, by=request.user, audience=audience, seen=seen(request)).going)
    words = ngettext(
        "Sent to %(count)s enterprise; it is in its next digest.",
        "Sent to %(count)s enterprises; it is in their next digest.",
        count,
    )
    return words % {"count": count}


def _spared(words: str, found: list[Any]) -> dict[str, Any]:
    return {"words": words, "count": len(found), "some": found[:SPARED_SHOWN], "more": len(found) - SPARED_SHOWN}


def _counted() -> Any:
    """With how many were asked and how many answered."""
    answered = Count("invitations", filter=Q(invitations__answered_at__isnull=False))
    return Survey.objects.annotate(asked=Count("invitations"), answered=answered)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Surveys"), reverse("surveys:list"))]
