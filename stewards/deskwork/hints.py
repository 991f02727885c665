"""What to tell us, so that we can help: a line each, by type of request; the service centre can change them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from portal.core import bilingual
from portal.core.access import require, roles_required
from stewards.asking.forms import LongText
from stewards.centre.rules import may_run_centre
from stewards.enums import RequestType
from stewards.models import QuestionHint

in_centre = roles_required(Role.ADMIN)
# While the service centre has written nothing for a type.
STARTING: dict[str, tuple[str | Promise, ...]] = {
    RequestType.CONSULTATION: (
        gettext_lazy("Which policy or rule is it about?"),
        gettext_lazy("What do you plan to do, and when?"),
        gettext_lazy("What have you found out already?"),
    ),
    RequestType.HELP: (
        gettext_lazy("What has to be done, and until when?"),
        gettext_lazy("Which office have you turned to, and what did it say?"),
        gettext_lazy("What happens to your enterprise if it is not done in time?"),
    ),
    RequestType.COMPLAINT: (
        gettext_lazy("Which authority, which office, on which day?"),
        gettext_lazy("What happened, and what should have happened?"),
        gettext_lazy("What would settle it for you?"),
    ),
    RequestType.REPORT: (
        gettext_lazy("Who breaks which rule, where and since when?"),
        gettext_lazy("What have you seen yourself, and what can you show?"),
    ),
    RequestType.SUGGESTION: (
        gettext_lazy("What could be better, and for whom?"),
        gettext_lazy("How is it done elsewhere?"),
    ),
}


def hints() -> list[tuple[str, list[str]]]:
    """(type, lines) for every type that has any, in the page's language; one query."""
    kept = {hint.type: hint.text for hint in QuestionHint.objects.all()}
    found = [(str(label), _lines(kept.get(value), value)) for value, label in RequestType.choices]
    return [(label, lines) for label, lines in found if lines]


def _lines(text: str | None, type: str) -> list[str]:
    if text is None:
        return [str(line) for line in STARTING.get(type, ())]
    return [line.strip() for line in text.splitlines() if line.strip()]


def keep(type: str, *, by: User, text_zh_hans: str, text_en: str) -> QuestionHint:
    """Say what enterprises are asked for with the type; an empty text asks for nothing."""
    require(may_run_centre(by))
    texts = {"text_zh_hans": text_zh_hans.strip(), "text_en": text_en.strip()}
    found, _created = QuestionHint.objects.update_or_create(type=type, defaults=texts)
    return found


class HintForm(forms.Form):
    text_zh_hans = LongText(label=gettext_lazy("In Chinese, a line each"), rows=6, max_length=2_000, required=False)
    text_en = LongText(label=gettext_lazy("In English, a line each"), rows=6, max_length=2_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["lang"] = "en" if name.endswith("_en") else "zh-Hans"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("text_zh_hans")) != bool(data.get("text_en")):
            self.add_error(None, _("Write it in both languages, or in neither."))
        return data


@require_safe
@in_centre
def types(request: SignedInRequest) -> HttpResponse:
    """Every type with what enterprises are asked for."""
    known = dict(hints())
    rows = [(value, label, known.get(str(label), [])) for value, label in RequestType.choices]
    return render(request, "deskwork/hints.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def hint(request: SignedInRequest, type: str) -> HttpResponse:
    if type not in RequestType.values:
        raise Http404
    form = HintForm(request.POST if request.method == "POST" else None, initial=_texts(type))
    if form.is_valid():
        keep(type, by=request.user, **form.cleaned_data)
        messages.success(request, _("Kept. The form for requests shows it from now on."))
        return redirect("centre:hints")
    return render(request, "deskwork/hint.html", {"form": form, "type": RequestType(type).label})


def _texts(type: str) -> dict[str, str]:
    """What is in force, in both languages."""
    kept = QuestionHint.objects.filter(type=type).first()
    texts = {}
    for language in bilingual.LANGUAGES:
        name = f"text_{bilingual.SUFFIX[language]}"
        with bilingual.speaking(language):
            texts[name] = (getattr(kept, name) or "") if kept else "\n".join(_lines(None, type))
    return texts
