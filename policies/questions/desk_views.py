"""The desk where public questions are written, reviewed, published and withdrawn."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from policies.models import Policy, PolicyQuestion
from policies.publishing.views import attempt
from policies.questions import rules, workflow
from policies.questions.enums import QuestionState
from policies.questions.forms import QuestionForm, VerdictForm
from policies.questions.page import TONES, context_of
from policies.rules import READERS
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate

TABS = {
    "drafts": rules.WRITABLE,
    "review": (QuestionState.IN_REVIEW,),
    "published": (QuestionState.PUBLISHED,),
    "withdrawn": (QuestionState.WITHDRAWN,),
}


@require_safe
@roles_required(*READERS)
def desk(request: SignedInRequest) -> HttpResponse:
    """Questions by state; `?policy=slug` shows those about one policy."""
    slug = request.GET.get("policy", "")[:100]
    policy = get_object_or_404(Policy.objects.defer("search"), slug=slug) if slug else None
    first = "review" if request.user.has_role(Role.REVIEWER) else "drafts"
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else first
    rows = PolicyQuestion.objects.filter(policy=policy) if policy else PolicyQuestion.objects.all()
    tabs = _tabs(tab, rows, slug)
    rows = rows.filter(state__in=TABS[tab]).select_related("policy", "author")
    order = [Order("changed_at", desc=tab != "review"), Order("id", desc=tab != "review")]
    page = paginate(rows, order=order, cursor=request.GET.get("cursor"))
    context = {
        "tab": tab,
        "tabs": tabs,
        "page": page,
        "policy": policy,
        "rows": [(each, TONES[each.state], _lacks(each)) for each in page],
    }
    return render(request, "publishing/questions.html", context)


def _tabs(tab: str, rows: Any, slug: str) -> list[dict[str, Any]]:
    labels = {
        "drafts": _("To write and translate"),
        "review": _("In review"),
        "published": _("Published"),
        "withdrawn": str(QuestionState.WITHDRAWN.label),
    }
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    more = f"&policy={slug}" if slug else ""
    return [
        {
            "label": labels[name],
            "url": f"{reverse('publishing:questions')}?show={name}{more}",
            "current": name == tab,
            "count": sum(counts.get(state, 0) for state in states),
        }
        for name, states in TABS.items()
    ]


def _lacks(question: PolicyQuestion) -> int:
    return sum(not getattr(question, column) for column in rules.TEXTS)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*READERS)
def question(request: SignedInRequest, pk: int) -> HttpResponse:
    """One question: to write, to review, or to read, as the person may. POST is one of the ACTS."""
    found = _question_or_404(pk)
    form = QuestionForm(question=found)
    theirs = None
    if request.method == "POST":
        name = request.POST.get("act", "")
        if name in ("save", "send"):
            form = QuestionForm(request.POST, question=found)
            saved = _write(request, found, form, send=name == "send")
            if saved is None:
                return redirect("publishing:question", pk=pk)
            form, theirs = saved
        elif name not in ACTS:
            raise Http404
        elif ACTS[name](request, found):
            return redirect("publishing:question", pk=pk)
        found = _question_or_404(pk)
    context = context_of(request.user, found, request.POST) | {"form": form, "theirs": theirs}
    return render(request, "publishing/question.html", context)


def _question_or_404(pk: int) -> PolicyQuestion:
    rows = PolicyQuestion.objects.select_related("policy", "author", "reviewer", "enterprise", "asker")
    return get_object_or_404(rows.defer("policy__search"), pk=pk)


Written = tuple[QuestionForm, PolicyQuestion | None] | None


def _write(request: SignedInRequest, found: PolicyQuestion, form: QuestionForm, *, send: bool) -> Written:
    """Save, and send when that was asked; None when all is done, else the form to show and whose text stands there."""
    if not form.is_valid():
        return form, None
    texts, seen = form.texts(), form.cleaned_data["seen"]
    try:
        saved = workflow.save(found, by=request.user, texts=texts, seen=seen)
    except workflow.Overtaken as overtaken:
        messages.error(request, str(overtaken))
        return form.shown_again(overtaken.current), overtaken.current
    except Refused as refused:
        messages.error(request, str(refused))
        return form, None
    if not send:
        messages.success(request, _("Saved."))
        return None
    checked = form.cleaned_data["checked"]
    done = _("Sent to review. Another person publishes it.")
    sent = attempt(
        request,
        lambda: workflow.send_to_review(saved, by=request.user, seen=saved.lock_version, checked=checked),
        done=done,
    )
    return None if sent else (form.shown_again(saved), None)


def _publish(request: SignedInRequest, found: PolicyQuestion) -> bool:
    form = VerdictForm(request.POST)
    if not form.is_valid():
        raise Http404
    done = _("Published. Everybody can read it under the policy now.")
    return attempt(request, lambda: workflow.publish(found, by=request.user, **form.cleaned_data), done=done)


def _with_reason(verb: Callable[..., object], done: Any) -> Callable[[SignedInRequest, PolicyQuestion], bool]:
    def act(request: SignedInRequest, found: PolicyQuestion) -> bool:
        text = request.POST.get("text", "")
        return attempt(request, lambda: verb(found, by=request.user, text=text), done=str(done))

    return act


def _plain(verb: Callable[..., object], done: Any) -> Callable[[SignedInRequest, PolicyQuestion], bool]:
    return lambda request, found: attempt(request, lambda: verb(found, by=request.user), done=str(done))


ACTS: dict[str, Callable[[SignedInRequest, PolicyQuestion], bool]] = {
    "take-back": _plain(workflow.take_back, gettext_lazy("Taken back. It can be written again.")),
    "return": _with_reason(workflow.send_back, gettext_lazy("Returned with your comment.")),
    "publish": _publish,
    "withdraw": _with_reason(workflow.withdraw, gettext_lazy("Withdrawn. It is not public.")),
    "take-up": _plain(workflow.take_up, gettext_lazy("It is a draft again.")),
}
