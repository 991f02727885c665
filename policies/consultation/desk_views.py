"""Consultations at the publishing desk: composing a draft, its review, publication and withdrawal."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies.consultation import answering, rules, workflow
from policies.consultation.comment_form import put
from policies.consultation.enums import Stage
from policies.consultation.forms import ClauseForm, DraftForm, OutcomeForm, PairForm, PasteForm, WithdrawForm
from policies.consultation.splitting import Split, split
from policies.models import Consultation, ConsultationClause
from policies.publishing.views import attempt
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version

TONES = {
    Stage.DRAFT: "quiet",
    Stage.IN_REVIEW: "info",
    Stage.RELEASED: "ok",
    Stage.ANSWERS_IN_REVIEW: "info",
    Stage.ANSWERED: "quiet",
    Stage.WITHDRAWN: "warn",
}


@require_safe
@roles_required(*rules.READERS)
def consultations(request: SignedInRequest) -> HttpResponse:
    """All of them, the last changed first."""
    rows = Consultation.objects.select_related("department", "author")
    order = [Order("changed_at", desc=True), Order("id", desc=True)]
    page = paginate(rows, order=order, cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "rows": [{"consultation": each, "tone": tone_of(each), "state": state_of(each)} for each in page],
        "may_begin": rules.may_begin(request.user),
        "crumbs": crumbs()[:1],
    }
    return render(request, "publishing/consultations.html", context)


def tone_of(consultation: Consultation) -> str:
    return TONES[Stage(consultation.stage)]


def state_of(consultation: Consultation) -> Any:
    """In words: a released one by its days."""
    standing = consultation.standing
    released = consultation.stage == Stage.RELEASED and standing
    return standing.label if released and standing else consultation.get_stage_display()


def crumbs(consultation: Consultation | None = None) -> list[tuple[str, str]]:
    """The way to a page: the desk, the list, and the consultation that the page is a part of."""
    way = [
        (_("Publishing"), reverse("publishing:desk")),
        (_("Draft consultations"), reverse("publishing:consultations")),
    ]
    if consultation is not None:
        way.append((str(consultation), reverse("publishing:consultation", args=[consultation.pk])))
    return way


def consultation_or_404(pk: int) -> Consultation:
    rows = Consultation.objects.select_related("department", "policy", "outcome", "author", "reviewer")
    return get_object_or_404(rows, pk=pk)


@roles_required(*rules.READERS)
def new(request: SignedInRequest) -> HttpResponse:
    if not rules.may_begin(request.user):
        raise Http404
    form = DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        begun = workflow.begin(by=request.user, content=form.content())
        messages.success(request, _("The draft is begun. Now give its articles."))
        return redirect("publishing:consultation", pk=begun.pk)
    return render(request, "publishing/consultation_new.html", {"form": form, "crumbs": crumbs()})


@roles_required(*rules.READERS)
def consultation(request: SignedInRequest, pk: int) -> HttpResponse:
    """One consultation: written here while it is a draft, read and decided on afterwards."""
    found = consultation_or_404(pk)
    form = DraftForm(request.POST if request.method == "POST" else None, row=found)
    theirs: list[Any] = []
    if request.method == "POST" and form.is_valid():
        saved, theirs = kept(
            request,
            form,
            lambda: workflow.save(found, by=request.user, content=form.content(), seen=form.seen_version),
            _("The draft is saved."),
        )
        if saved:
            return redirect("publishing:consultation", pk=pk)
    return render(request, "publishing/consultation.html", desk_page(request, found, form) | {"theirs": theirs})


def desk_page(request: SignedInRequest, found: Consultation, form: DraftForm) -> dict[str, Any]:
    user = request.user
    outcome = found.outcome.slug if found.outcome else ""
    return {
        "consultation": found,
        "tone": tone_of(found),
        "state": state_of(found),
        "clauses": list(found.clauses.all()),
        "form": form,
        "may_write": rules.may_write(user, found),
        "may_send": rules.may_send(user, found),
        "may_send_answers": rules.may_send_answers(user, found),
        "may_take_back": rules.may_take_back(user, found),
        "may_decide": rules.may_decide(user, found),
        "may_publish": rules.may_publish(user, found),
        "may_withdraw": rules.may_withdraw(user, found),
        "may_name_outcome": rules.may_name_outcome(user, found),
        "withdraw_form": WithdrawForm(),
        "outcome_form": OutcomeForm(initial={"outcome": outcome}),
        "crumbs": crumbs(),
    }


def kept(
    request: SignedInRequest, form: PairForm, verb: Callable[[], object], done: str
) -> tuple[bool, list[tuple[Any, str, str]]]:
    """Run a verb of saving; and when somebody else saved meanwhile, what they wrote."""
    try:
        verb()
    except workflow.Overtaken as overtaken:
        messages.error(request, str(overtaken))
        return False, form.again(overtaken.current)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False, []
    messages.success(request, done)
    return True, []


@roles_required(*rules.READERS)
def clause(request: SignedInRequest, pk: int, clause: int | None = None) -> HttpResponse:
    """A new article, or one that is changed."""
    found = consultation_or_404(pk)
    row = found.clauses.filter(pk=clause or 0).first()
    if clause is not None and row is None and request.method != "POST":
        raise Http404
    form = ClauseForm(request.POST if request.method == "POST" else None, row=row)
    if row is None and request.method != "POST":
        form.initial["number"] = (found.clauses.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    theirs: list[Any] = []
    if request.method == "POST" and form.is_valid():
        saved, theirs = kept(
            request, form, lambda: _save_clause(request, found, clause, form), _("The article is saved.")
        )
        if saved:
            return redirect(f"{reverse('publishing:consultation', args=[pk])}#articles")
    context = {
        "consultation": found,
        "clause": row,
        "form": form,
        "theirs": theirs,
        "crumbs": crumbs(found),
        "may_write": rules.may_write(request.user, found),
    }
    return render(request, "publishing/consultation_clause.html", context)


def _save_clause(
    request: SignedInRequest, found: Consultation, clause: int | None, form: ClauseForm
) -> ConsultationClause:
    content = form.content()
    return workflow.save_clause(
        found,
        by=request.user,
        number=content.pop("number"),
        content=content,
        clause=clause,
        seen=form.seen_version,
    )


@require_POST
@roles_required(*rules.READERS)
def remove_clause(request: SignedInRequest, pk: int, clause: int) -> HttpResponse:
    found = consultation_or_404(pk)
    attempt(request, lambda: workflow.remove_clause(found, clause, by=request.user), done=_("The article is removed."))
    return redirect(f"{reverse('publishing:consultation', args=[pk])}#articles")


@roles_required(*rules.READERS)
def paste(request: SignedInRequest, pk: int) -> HttpResponse:
    """The articles from pasted text: first a preview of how it was cut, then they are taken over."""
    found = consultation_or_404(pk)
    form = PasteForm(request.POST if request.method == "POST" else None)
    form.initial["seen"] = found.lock_version
    context: dict[str, Any] = {"consultation": found, "form": form, "crumbs": crumbs(found)}
    context["may_write"] = rules.may_write(request.user, found)
    if request.method == "POST" and form.is_valid():
        splits = _splits(form)
        context |= _preview(splits)
        if "take" in request.POST and all(each.usable for each in splits.values()) and splits:
            texts = {column: each.clauses for column, each in splits.items()}
            done = _("The articles are taken over.")
            seen = form.seen_version
            if attempt(
                request, lambda: workflow.paste_clauses(found, by=request.user, texts=texts, seen=seen), done=done
            ):
                return redirect(f"{reverse('publishing:consultation', args=[pk])}#articles")
        put(form, "seen", str(found.lock_version))
    return render(request, "publishing/consultation_paste.html", context)


def _splits(form: PasteForm) -> dict[str, Split]:
    """Column → what its text was cut into, of the languages that were pasted."""
    columns = bilingual.columns("text")
    typed = {column: form.cleaned_data[column] for column in columns if form.cleaned_data[column]}
    return {column: split(text, column.removeprefix("text_")) for column, text in typed.items()}


def _preview(splits: dict[str, Split]) -> dict[str, Any]:
    """Both languages side by side, by number."""
    numbers = sorted(set().union(*(each.clauses for each in splits.values())))
    nothing = Split()
    zh, en = (splits.get(column, nothing) for column in bilingual.columns("text"))
    return {
        "splits": [(column.removeprefix("text_"), each) for column, each in splits.items()],
        "pairs": [(number, zh.clauses.get(number, ""), en.clauses.get(number, "")) for number in numbers],
        "both": len(splits) == len(bilingual.LANGUAGES),
        "usable": bool(splits) and all(each.usable for each in splits.values()),
    }


@require_POST
@roles_required(*rules.READERS)
def act(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of the verbs that need no more than a remark: named by the button that was pressed."""
    found, user = consultation_or_404(pk), request.user
    text = request.POST.get("text", "").replace("\r\n", "\n")
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "send": (lambda: workflow.send(found, by=user), _("Sent to review.")),
        "take-back": (lambda: workflow.take_back(found, by=user), _("Taken back. It can be changed again.")),
        "return": (lambda: workflow.send_back(found, by=user, text=text), _("Returned with your remark.")),
        "publish": (lambda: workflow.publish(found, by=user, seen=seen_version(request)), _("Published for comment.")),
        "send-answers": (lambda: answering.send_answers(found, by=user), _("Sent to review.")),
        "publish-answers": (
            lambda: answering.publish_answers(found, by=user, seen=seen_version(request)),
            _("The answers are public. Those who commented signed in are told in their digest."),
        ),
    }
    verb, done = verbs.get(request.POST.get("act", ""), (None, ""))
    if verb is None:
        raise Http404
    if not attempt(request, verb, done=done) and text:
        page = desk_page(request, found, DraftForm(row=found)) | {"remark": text}
        return render(request, "publishing/consultation.html", page)
    return redirect("publishing:consultation", pk=pk)


@require_POST
@roles_required(*rules.READERS)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = consultation_or_404(pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            zh, en = (form.cleaned_data[column] for column in bilingual.columns("withdrawn"))
            workflow.withdraw(found, by=request.user, reason_zh_hans=zh, reason_en=en)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Withdrawn."))
            return redirect("publishing:consultation", pk=pk)
    page = desk_page(request, found, DraftForm(row=found)) | {"withdraw_form": form}
    return render(request, "publishing/consultation.html", page)
