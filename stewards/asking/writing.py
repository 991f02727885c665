"""Writing a request: the form, drafts that survive a closed tab, sending."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enterprises.models import Enterprise
from policies.models import Policy
from policies.questions.texts import BESIDE_A_FORM, shown_of
from portal.core import bilingual
from portal.core.access import Refused
from stewards.asking import verbs as asking
from stewards.asking.forms import AskForm
from stewards.deskwork.hints import hints
from stewards.enums import RequestState
from stewards.models import HelpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty form; `?policy=slug` fills in the subject."""
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft. Once it is sent its address leads to the request."""
    mine = _draft_of(request, pk)
    if mine.state != RequestState.DRAFT:
        return redirect("requests:detail", number=mine.number)
    return _write(request, mine)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        asking.discard(_draft_of(request, pk), by=request.user)
        messages.success(request, _("The draft is discarded."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("requests:list")


@require_POST
def drop_file(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    try:
        asking.drop_file(_draft_of(request, pk), by=request.user, key=key)
        messages.success(request, _("The file is removed."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("requests:draft", pk=pk)


def _draft_of(request: HttpRequest, pk: int) -> HelpRequest:
    own = HelpRequest.objects.filter(asker=request.user.pk).select_related("policy", "enterprise")
    return get_object_or_404(own, pk=pk)


def _write(request: HttpRequest, draft: HelpRequest | None) -> HttpResponse:
    policy = draft.policy if draft else _policy(request)
    if request.method != "POST":
        return _page(request, _form(request, draft, policy), draft, policy)
    keeping = request.POST.get("action") in ("keep", "autosave")
    form = _form(request, draft, policy, sending=not keeping)
    if request.POST.get("action") == "autosave":
        return _autosave(request, form, draft, policy)
    try:
        if form.is_valid():
            kept = _keep(request, form, draft, policy)
            return _kept(request, kept) if keeping else _sent(request, kept)
        if not keeping:
            draft = _rescue(request, form, draft, policy)
    except Refused as refused:
        form.add_error(None, str(refused))
    return _page(request, form, draft, policy)


def _form(request: HttpRequest, draft: HelpRequest | None, policy: Policy | None, sending: bool = True) -> AskForm:
    mine = Enterprise.objects.of_member(request.user).order_by("pk")
    enterprises = list(mine[:50])
    if draft and draft.enterprise_id not in (None, *(each.pk for each in enterprises)):
        enterprises += mine.filter(pk=draft.enterprise_id)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return AskForm(
        *posted,
        enterprises=enterprises,
        draft=draft,
        sending=sending,
        initial=_initial(draft, policy, enterprises),
    )


def _initial(draft: HelpRequest | None, policy: Policy | None, enterprises: list[Enterprise]) -> dict[str, Any]:
    if draft is not None:
        return {
            "form_key": draft.form_key,
            "enterprise": draft.enterprise_id,
            "type": draft.type,
            "category": str(draft.category_id or ""),
            "subject": draft.subject,
            "body": draft.body,
            "language": draft.language,
        }
    about = _("About the policy “%(title)s”") % {"title": policy.title} if policy else ""
    return {
        "form_key": uuid.uuid4(),
        "type": "consultation",
        "subject": about[: asking.MAX_SUBJECT],
        "language": bilingual.current(),
        "enterprise": enterprises[0].pk if enterprises else None,
    }


def _policy(request: HttpRequest) -> Policy | None:
    """The policy that the question is about; one that does not exist is no reason not to ask."""
    slug = request.POST.get("policy") or request.GET.get("policy") or ""
    return Policy.objects.published().filter(slug=slug[:100]).first() if slug else None


def _keep(request: HttpRequest, form: AskForm, draft: HelpRequest | None, policy: Policy | None) -> HelpRequest:
    key = form.cleaned_data["form_key"] or uuid.uuid4()
    return asking.save_draft(by=request.user, draft=draft, policy=policy, form_key=key, **form.words())


def _kept(request: HttpRequest, kept: HelpRequest) -> HttpResponse:
    if kept.state != RequestState.DRAFT:
        return redirect("requests:detail", number=kept.number)
    messages.success(request, _("The draft is kept. You can go on with it whenever you like."))
    return redirect("requests:draft", pk=kept.pk)


def _sent(request: HttpRequest, kept: HelpRequest) -> HttpResponse:
    sent = asking.submit(kept, by=request.user)
    if kept.state == RequestState.DRAFT:
        messages.success(request, _("Your request is sent. Its number is %(number)s.") % {"number": sent.number})
    return redirect("requests:detail", number=sent.number)


def _rescue(
    request: HttpRequest, form: AskForm, draft: HelpRequest | None, policy: Policy | None
) -> HelpRequest | None:
    """Sending failed: what can be kept is kept as a draft, so that good files need not be chosen again."""
    lenient = _form(request, draft, policy, sending=False)
    if lenient.is_valid():
        return _keep(request, lenient, draft, policy)
    if request.FILES and "files" not in form.errors:
        form.add_error("files", _("Please choose the files again; your text is kept."))
    return draft


def _autosave(request: HttpRequest, form: AskForm, draft: HelpRequest | None, policy: Policy | None) -> HttpResponse:
    """What the page sends by itself while somebody writes; the answer is one line below the form."""
    if not form.is_valid():
        return render(request, "requests/_saved.html", {"errors": [e for es in form.errors.values() for e in es]})
    try:
        kept = _keep(request, form, draft, policy)
    except Refused as refused:
        return render(request, "requests/_saved.html", {"errors": [str(refused)]})
    response = render(request, "requests/_saved.html", {"at": timezone.localtime()})
    response["HX-Replace-Url"] = reverse("requests:draft", args=[kept.pk])
    return response


def _page(request: HttpRequest, form: AskForm, draft: HelpRequest | None, policy: Policy | None) -> HttpResponse:
    context = {
        "form": form,
        "draft": draft,
        "policy": policy,
        "answered": shown_of(policy, BESIDE_A_FORM) if policy else None,
        "attached": list(draft.attachments.order_by("pk")) if draft else [],
        "hints": hints(),
        "action": reverse("requests:draft", args=[draft.pk]) if draft else reverse("requests:new"),
    }
    return render(request, "requests/write.html", context)
