"""Acts on the ticked requests of the queue: what is still to be said, what came of each, taking it back."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import Department, User
from portal.core.access import Refused, require, roles_required
from stewards import rules
from stewards.asking.forms import LongText
from stewards.desk.queue import just_taken
from stewards.deskwork import bulk, tagging
from stewards.deskwork.callers import is_out_of_reach
from stewards.deskwork.record_page import crumbs
from stewards.enums import Ground
from stewards.models import BulkAct, CannedAnswer, HelpRequest, Tag
from stewards.parts.standing import WITH_PARTS
from stewards.relations.sorting import names_in
from stewards.transitions import Verb

on_desk = roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
NAMES: dict[str, Any] = {
    Verb.ACCEPT: gettext_lazy("Accept"),
    Verb.ASSIGN: gettext_lazy("Assign to a steward"),
    Verb.REFER: gettext_lazy("Refer to a department"),
    Verb.NOTE: gettext_lazy("Internal note"),
    Verb.ANSWER: gettext_lazy("Answer with a canned answer"),
    Verb.CLOSE: gettext_lazy("Close the requests"),
    Verb.DECLINE: gettext_lazy("Decline"),
    tagging.TAG: gettext_lazy("Add tags"),
    tagging.UNTAG: gettext_lazy("Remove tags"),
}
AT_ONCE = gettext_lazy("Whoever asked is told at once: this cannot be taken back.")
BEFORE: dict[str, Any] = {  # what is to be known before the act
    Verb.ANSWER: AT_ONCE,
    Verb.DECLINE: AT_ONCE,
    Verb.CLOSE: gettext_lazy("Whoever asked is told. It can be taken back within ten minutes; they are told that too."),
    Verb.NOTE: gettext_lazy("It can be taken back within ten minutes; the audit trail keeps it then."),
}
MOST_KNOWN = 200


class BulkForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)


class NoteForm(BulkForm):
    text = LongText(label=gettext_lazy("Note"), help_text=gettext_lazy("The enterprise never sees it."), rows=3)


class ReferForm(BulkForm):
    department: Any = forms.ModelChoiceField(
        label=gettext_lazy("Department"), queryset=Department.objects.all(), empty_label="—"
    )
    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The department and the enterprise read it."),
        max_length=2_000,
        rows=3,
    )


class AssignForm(BulkForm):
    steward: Any = forms.ModelChoiceField(
        label=gettext_lazy("Service steward"), queryset=User.objects.none(), empty_label="—"
    )
    note = LongText(label=gettext_lazy("Note for the steward"), max_length=2_000, rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["steward"]
        field.queryset = User.objects.with_role(Role.STEWARD).order_by("pk")


class AnswerForm(BulkForm):
    """The same answer to each, in its language; `sure`: the answer whose texts were read through."""

    canned: Any = forms.ModelChoiceField(
        label=gettext_lazy("Canned answer"), queryset=CannedAnswer.objects.none(), empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["canned"]
        field.queryset = CannedAnswer.objects.filter(active=True, use=CannedAnswer.Use.ANSWER)

    @property
    def is_sure(self) -> bool:
        return self.data.get("sure", "") == str(self.cleaned_data["canned"].pk)


class DeclineForm(BulkForm):
    ground = forms.ChoiceField(label=gettext_lazy("Legal ground"), choices=[("", "—"), *Ground.choices])
    law = forms.CharField(
        label=gettext_lazy("Law or rule"),
        help_text=gettext_lazy("Needed for another legal ground: its name and article."),
        max_length=300,
        required=False,
    )
    where_instead = LongText(
        label=gettext_lazy("Where to go instead"),
        help_text=gettext_lazy("The enterprises read it: name the office, its telephone or its address."),
        max_length=2_000,
        rows=3,
    )


class TagForm(BulkForm):
    names = forms.CharField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("A word or two each, divided by commas. The enterprise never sees them."),
        max_length=500,
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off", "dir": "auto"}),
    )

    def clean_names(self) -> list[str]:
        names = names_in(self.cleaned_data["names"])
        if not names:
            raise forms.ValidationError(_("Write a tag."))
        return names


FORMS: dict[str, type[BulkForm]] = {
    Verb.ACCEPT: BulkForm,
    Verb.NOTE: NoteForm,
    Verb.REFER: ReferForm,
    Verb.ASSIGN: AssignForm,
    Verb.ANSWER: AnswerForm,
    Verb.CLOSE: BulkForm,
    Verb.DECLINE: DeclineForm,
    tagging.TAG: TagForm,
    tagging.UNTAG: TagForm,
}


def verbs_for(user: User) -> list[tuple[str, Any]]:
    """What the person can do with several requests at once."""
    admin, works = user.has_role(Role.ADMIN), user.has_role(Role.STEWARD, Role.HANDLER)
    fitting = {
        Verb.ACCEPT: works,
        Verb.REFER: works,
        Verb.ASSIGN: admin,
        Verb.ANSWER: works,
        Verb.CLOSE: admin or user.has_role(Role.STEWARD),
        Verb.DECLINE: admin or user.has_role(Role.STEWARD),
        Verb.NOTE: True,
        **dict.fromkeys(tagging.ACTS, True),
    }
    return [(str(verb), NAMES[verb]) for verb, fits in fitting.items() if fits]


def picks_of(values: list[str]) -> dict[str, int]:
    """“HK-2026-000123:4” for each ticked request: its number and the version that the page showed."""
    pairs = (value.replace("\0", "").rpartition(":") for value in values)
    return {number: int(version) for number, _colon, version in pairs if version.isdecimal() and len(version) < 10}


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def act(request: SignedInRequest) -> HttpResponse:
    """First what is still to be said, then the act; read by itself the page leads to the queue."""
    verb, picks = request.POST.get("act", ""), picks_of(request.POST.getlist("pick"))
    if request.method != "POST" or verb not in FORMS:
        return redirect("desk:queue")
    asked = "said" not in request.POST and verb != Verb.ACCEPT and picks
    initial = {"key": request.POST.get("key") or uuid.uuid4()}
    form = FORMS[verb](initial=initial) if asked else FORMS[verb](request.POST)
    valid = form.is_valid()
    if valid and not (isinstance(form, AnswerForm) and not form.is_sure):
        facts = dict(form.cleaned_data)
        try:
            done = bulk.perform(by=request.user, verb=verb, picks=picks, form_key=facts.pop("key"), **facts)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("desk:queue")
        return redirect("desk:bulk-done", done.pk)
    found = just_taken(request.user).filter(number__in=list(picks)).select_related("enterprise", "policy", "steward")
    rows = list(found.prefetch_related(WITH_PARTS).defer("search").order_by("due_on", "pk")[: bulk.MOST])
    texts = _texts(request.user, form.cleaned_data["canned"], rows) if valid and isinstance(form, AnswerForm) else []
    context = {
        "form": form,
        "verb": verb,
        "name": NAMES[verb],
        "picks": [f"{number}:{version}" for number, version in picks.items()],
        "rows": rows,
        "known": _known_tags(verb, rows),
        "before": BEFORE.get(verb, ""),
        "texts": texts,
        "ready": sum(not why for _row, _text, why in texts),
        "crumbs": crumbs(),
    }
    return render(request, "deskwork/bulk.html", context)


def _texts(user: User, canned: CannedAnswer, rows: list[HelpRequest]) -> list[tuple[HelpRequest, str, str]]:
    """For each request what it would be answered with, or why it would not."""
    return [(row, *_text(user, canned, row)) for row in rows]


def _text(user: User, canned: CannedAnswer, row: HelpRequest) -> tuple[str, str]:
    try:
        require(rules.may(user, Verb.ANSWER, row))
        return bulk.answer_of(row, canned), ""
    except Refused as refused:
        return "", str(refused)


def _known_tags(verb: str, rows: list[HelpRequest]) -> list[str]:
    """What the field of tags offers: the newest of the district's, or those that the requests have."""
    if verb not in tagging.ACTS:
        return []
    tags = Tag.objects.order_by("-pk")
    found = tags.filter(uses__request__in=rows).distinct() if verb == tagging.UNTAG else tags
    return [str(each) for each in found[:MOST_KNOWN]]


@require_safe
@on_desk
def result(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came of each request."""
    done = get_object_or_404(BulkAct, pk=pk, by=request.user)
    items = done.items.select_related("request__asker", "request__enterprise").order_by("pk")
    told = done.verb in (Verb.ANSWER, Verb.DECLINE, Verb.CLOSE)
    rows = [
        (item, bulk.can_undo(done, item), told and not item.refusal and is_out_of_reach(item.request)) for item in items
    ]
    context = {
        "done": done,
        "name": NAMES.get(done.verb, done.verb),
        "rows": rows,
        "undoable": sum(can for _item, can, _call in rows),
        "until": done.at + bulk.UNDONE_WITHIN,
        "stays": done.verb not in bulk.UNDOABLE,
        "crumbs": crumbs(),
    }
    return render(request, "deskwork/bulk_done.html", context)


@require_POST
@on_desk
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back one item, or all of them."""
    done = get_object_or_404(BulkAct, pk=pk, by=request.user)
    item = request.POST.get("item", "")
    before = done.items.filter(undone_at__isnull=False).count()
    one = int(item) if item.isdecimal() and len(item) < 19 else 0
    only = one if "item" in request.POST else None
    for refusal in bulk.undo(done, by=request.user, only=only):
        messages.error(request, refusal)
    count = done.items.filter(undone_at__isnull=False).count() - before
    if count:
        words = ngettext("%(count)d request is as it was before.", "%(count)d requests are as they were before.", count)
        messages.success(request, words % {"count": count})
    return redirect(reverse("desk:bulk-done", args=[pk]))
