"""The page on which the desk writes down what somebody asks by telephone, at the window or on a visit."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from portal.core.forms import NameField
from stewards.asking.forms import LANGUAGES, LongText
from stewards.asking.verbs import MAX_BODY, MAX_SUBJECT
from stewards.deskwork import recording
from stewards.deskwork.finding import FinderForm
from stewards.enums import Channel, RequestType
from stewards.models import HelpRequest
from stewards.standard import deadlines

on_desk = roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)


class RecordForm(FinderForm):
    """As short as a telephone call: for whom, who asked, what."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    enterprise = forms.ChoiceField(
        label=gettext_lazy("Enterprise"),
        help_text=gettext_lazy("Only if the enterprise itself asks: its owner is told at once and reads every word."),
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        widget=forms.RadioSelect,
        choices=[(value, Channel(value).label) for value in recording.SPOKEN],
    )
    name = NameField(label=gettext_lazy("Who asked"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone to call back"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The link to rate the answer goes there; the answer itself is told by telephone."),
        max_length=75,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=RequestType.choices)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=MAX_SUBJECT)
    body = LongText(label=gettext_lazy("What is needed"), rows=5, max_length=MAX_BODY)
    language = forms.ChoiceField(label=gettext_lazy("Language of the answer"), choices=LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["autofocus"] = not self.is_bound

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "enterprise" in data and recording.owner_of(self.enterprise_found) is None:
            for name in ("name", "phone"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Nobody there has an account: without this nobody can be told the answer."))
        return data

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of `record`."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("form_key", "channel", "type", "subject", "body", "language")}
        caller = " · ".join(filter(None, (data["name"], data["phone"], data["email"])))
        facts = {**kept, "caller": caller, "enterprise": self.enterprise_found}
        words = sorted((name, str(getattr(fact, "pk", fact))) for name, fact in facts.items())
        return {**facts, "form_key": uuid.uuid5(data["form_key"], repr(words))}  # gone back to for another caller


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def record(request: SignedInRequest) -> HttpResponse:
    """One page: find the enterprise (`action=find` keeps what is typed), say who asked and what; it is sent at once."""
    if request.method != "POST":
        start = {"form_key": uuid.uuid4(), "channel": Channel.PHONE, "language": bilingual.current()}
        return _page(request, RecordForm(initial={**start, "enterprise": request.GET.get("enterprise", "")}))
    if request.POST.get("action") == "find":
        return _page(request, RecordForm(initial=request.POST.dict()))
    form = RecordForm(request.POST)
    if form.is_valid():
        try:
            recorded = recording.record(by=request.user, **form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("desk:recorded", recorded.number)
    return _page(request, form)


def _page(request: SignedInRequest, form: RecordForm) -> HttpResponse:
    context = {"form": form, "keep_days": settings.CALLER_KEEP_DAYS, "crumbs": crumbs()}
    return render(request, "deskwork/record.html", context)


@require_safe
@on_desk
def recorded(request: SignedInRequest, number: str) -> HttpResponse:
    """What to tell the caller before the receiver is put down: number, steward, date, and who calls back."""
    mine = HelpRequest.objects.filter(recorded_by=request.user).select_related("enterprise", "asker", "steward")
    asked = get_object_or_404(mine, number=number)
    context = {
        "asked": asked,
        "due": deadlines.due_words(asked.due_on, asked.promised_days) if asked.due_on else "",
        "call_back": recording.is_out_of_reach(asked),
        "on_my_desk": HelpRequest.objects.readable_by(request.user).filter(pk=asked.pk).exists(),
        "crumbs": crumbs(),
    }
    return render(request, "deskwork/recorded.html", context)


def crumbs() -> list[tuple[str, str]]:
    return [(_("Request desk"), reverse("desk:queue"))]
