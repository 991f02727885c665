"""Pages of the canned answers: the list, and one of them to write or change."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from stewards.asking.forms import LongText
from stewards.deskwork import canned
from stewards.deskwork.record_page import crumbs
from stewards.enums import RequestType
from stewards.models import CannedAnswer
from stewards.relations.fields import CategoryField, category_choices

keepers = roles_required(Role.STEWARD, Role.ADMIN)
SORTED = ("use", "type", "category_id")
COLUMNS = ("title_zh_hans", "title_en", "text_zh_hans", "text_en")


def check_placeholders(text: str) -> None:
    if found := canned.faults(text):
        raise ValidationError([ValidationError("%(fault)s", params={"fault": fault}) for fault in found])


class CannedForm(forms.Form):
    title_zh_hans = forms.CharField(
        label=gettext_lazy("Name in Chinese"), max_length=80, validators=[check_placeholders]
    )
    title_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, validators=[check_placeholders])
    text_zh_hans = LongText(label=gettext_lazy("Text in Chinese"), rows=8, validators=[check_placeholders])
    text_en = LongText(label=gettext_lazy("Text in English"), rows=8, validators=[check_placeholders])
    use = forms.ChoiceField(
        label=gettext_lazy("What it is for"),
        choices=CannedAnswer.Use.choices,
        widget=forms.RadioSelect,
        initial=CannedAnswer.Use.ANSWER,
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type of request"),
        choices=[("", gettext_lazy("all")), *RequestType.choices],
        required=False,
        help_text=gettext_lazy("On requests of this type it stands on top of the list."),
    )
    category = CategoryField()
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("category")
        self.fields["category"].choices = partial(category_choices, kept, gettext_lazy("all"))  # type: ignore[attr-defined]
        for name in COLUMNS:
            self.fields[name].widget.attrs["lang"] = "en" if name.endswith("_en") else "zh-Hans"


@require_safe
@keepers
def answers(request: SignedInRequest) -> HttpResponse:
    """Questions and answers apart, each by type and category."""
    rows = CannedAnswer.objects.select_related("category__parent")
    rows = rows.order_by("-active", "type", "category__parent__place", "category__place", "title_zh_hans", "pk")
    found = {use: [row for row in rows if row.use == use] for use in CannedAnswer.Use}
    names = {
        CannedAnswer.Use.ANSWER: _("Answers and messages"),
        CannedAnswer.Use.QUESTION: _("Questions to enterprises"),
    }
    context = {"uses": [(use, names[use], kept) for use, kept in found.items() if kept], "crumbs": crumbs()}
    return render(request, "deskwork/canned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def answer(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """A new one, or one to change."""
    found = get_object_or_404(CannedAnswer, pk=pk) if pk else None
    initial = {name: getattr(found, name) for name in (*COLUMNS, *SORTED, "active")} if found else None
    if initial:
        initial["category"] = initial.pop("category_id")
    form = CannedForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            words = {name: form.cleaned_data[name] for name in COLUMNS}
            rest = {name: value for name, value in form.cleaned_data.items() if name not in COLUMNS}
            kept = canned.keep(found, by=request.user, words=words, **rest)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": kept.title})
            return redirect("desk:canned")
    context = {"form": form, "found": found, "placeholders": list(canned.WORDS.items()), "crumbs": crumbs()}
    return render(request, "deskwork/canned_edit.html", context)
