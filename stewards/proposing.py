"""From an answered request to a public question: what is offered, and the page where it is proposed."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from policies.models import Policy, PolicyQuestion
from policies.questions import rules as question_rules
from policies.questions import workflow as questions
from policies.questions.privacy import Finding, findings_of
from policies.questions.texts import Shown, shown_of
from portal.core.access import Allowed, Denied, Refused, Verdict, require, roles_required
from stewards.asking.forms import LongText
from stewards.desk.page import whole
from stewards.enums import DONE_STATES, EventKind
from stewards.models import HelpRequest

_HAN = re.compile(r"[\u4e00-\u9fff]")


def may_propose(user: Any, request: HelpRequest) -> Verdict:
    """Its steward, its handler or the service centre, once it is answered and about a published policy."""
    in_charge = user.has_role(Role.STEWARD, Role.HANDLER) and user.pk in (request.steward_id, request.handler_id)
    if not (in_charge or user.has_role(Role.ADMIN)):
        return Denied(_("Only its steward, its handler and the service centre can do this."))
    if request.policy is None:
        return Denied(_("This request is not about a policy."))
    if request.state not in DONE_STATES:
        return Denied(_("This request is not answered yet."))
    verdict = question_rules.may_propose(user, request.policy)
    if not verdict:
        return verdict
    known = question_rules.live_of(request.number or "")
    if known:
        return Denied(_("Proposed already; it is now: %(state)s.") % {"state": known.get_state_display()})
    return Allowed()


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a request about a policy: whether it can be proposed, and what is published already."""

    verdict: Verdict
    answered: Shown | None

    @property
    def is_offered(self) -> bool:
        return bool(self.verdict)


def beside(user: Any, request: HelpRequest) -> Beside | None:
    """Nothing for a request without a policy; else at most two queries."""
    if request.policy is None:
        return None
    public = request.policy.published_at is not None
    return Beside(may_propose(user, request), shown_of(request.policy) if public else None)


class ProposeForm(forms.Form):
    """What was asked and answered, to be made general before it is proposed."""

    question = LongText(label=gettext_lazy("Question"), rows=4, max_length=questions.LONGEST["question"])
    answer = LongText(label=gettext_lazy("Answer"), rows=10, max_length=questions.LONGEST["answer"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # in whichever language it was asked and answered
            field.widget.attrs |= {"lang": "", "dir": "auto"}

    def columns(self) -> dict[str, str]:
        """Each text in the column of the language it is written in."""
        return columns_of(self.cleaned_data["question"], self.cleaned_data["answer"])


def columns_of(question: str, answer: str) -> dict[str, str]:
    """By the writing: a text with a Chinese character in it is Chinese."""
    texts = {"question": question, "answer": answer}
    return {f"{name}_{'zh_hans' if _HAN.search(text) else 'en'}": text for name, text in texts.items()}


def propose(request: HelpRequest, *, by: Any, texts: dict[str, str]) -> PolicyQuestion:
    """The lower floor keeps the draft; the request itself stays as it is."""
    require(may_propose(by, request))
    assert request.policy is not None
    return questions.propose(
        request.policy,
        by=by,
        texts=texts,
        source=request.number or "",
        asker=request.asker,
        enterprise=request.enterprise,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The texts as they would be proposed, with what in them may tell who asked. What comes too late is shown again."""
    asked = get_object_or_404(whole(HelpRequest.objects.on_desk_of(request.user)), number=number)
    verdict = may_propose(request.user, asked)
    typed = [request.POST.get(name, "").strip() for name in ProposeForm.base_fields]
    if not verdict:
        messages.error(request, str(verdict.reason))
        if not any(typed):
            return redirect("desk:request", number)
    form = ProposeForm(request.POST if request.method == "POST" else None, initial=_as_written(asked))
    if verdict and request.method == "POST" and form.is_valid():
        try:
            propose(asked, by=request.user, texts=form.columns())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Proposed. It is public once the policy editors have reviewed it."))
            return redirect("desk:request", number)
    context = {
        "asked": asked,
        "form": form,
        "kept": "" if verdict else "\n\n".join(filter(None, typed)),
        "findings": _findings(asked, form, request.user),
        "answered": shown_of(asked.policy) if asked.policy else None,
        "crumbs": [
            (_("Request desk"), reverse("desk:queue")),
            (asked.number or "", reverse("desk:request", args=[number])),
        ],
    }
    return render(request, "desk/propose.html", context)


def _as_written(asked: HelpRequest) -> dict[str, str]:
    """The request's text, or its subject where that is too long for a question, and the latest answer."""
    body = " ".join(asked.body.split())
    answer = asked.events.filter(kind=EventKind.ANSWERED).last()
    question = body if len(body) <= questions.LONGEST["question"] else asked.subject
    return {"question": question, "answer": (answer.text if answer else "")[: questions.LONGEST["answer"]]}


def _findings(asked: HelpRequest, form: ProposeForm, user: Any) -> list[tuple[str, Finding]]:
    texts = {name: str(form[name].value() or "") for name in ("question", "answer")}
    people: dict[str, Any] = {"asker": asked.asker, "enterprise": asked.enterprise, "author": user}
    draft = PolicyQuestion(policy=asked.policy or Policy(), source=asked.number or "", **people)
    for column, text in columns_of(**texts).items():
        setattr(draft, column, text)
    labels = {name: str(form.fields[name].label) for name in texts}
    officials = filter(None, (asked.steward, asked.handler))
    return [(labels[finding.column.partition("_")[0]], finding) for finding in findings_of(draft, *officials)]
