"""Cleaning of what officials write about public questions."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from policies.models import PolicyQuestion
from policies.questions.enums import Check
from policies.questions.rules import TEXTS
from policies.questions.workflow import LONGEST, MAX_REASON


class LongText(forms.CharField):
    """Text of several lines; a line end counts as one character, as in the browser."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value) or ""


class QuestionForm(forms.Form):
    """Both texts in both languages, and the checklist. `seen`: the version of the question on the page."""

    question_zh_hans = LongText(label=_("Question (Chinese)"), required=False)
    question_en = LongText(label=_("Question (English)"), required=False)
    answer_zh_hans = LongText(label=_("Answer (Chinese)"), required=False)
    answer_en = LongText(label=_("Answer (English)"), required=False)
    checked = forms.MultipleChoiceField(
        label=_("Before it goes to review"),
        choices=Check.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, question: PolicyQuestion) -> None:
        start = {name: getattr(question, name) or "" for name in TEXTS}
        super().__init__(data, initial={**start, "seen": question.lock_version})
        for name in TEXTS:
            field: Any = self.fields[name]
            kind, _rest, language = name.partition("_")
            field.max_length = LONGEST[kind]
            rows, lang = (3 if kind == "question" else 8), "en" if language == "en" else "zh-Hans"
            attrs = {"rows": rows, "lang": lang, "dir": "auto", "data-most": LONGEST[kind]}
            field.widget = forms.Textarea(attrs=attrs)
            field.validators.append(MaxLengthValidator(LONGEST[kind]))

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TEXTS}

    def shown_again(self, current: PolicyQuestion) -> "QuestionForm":
        """What was typed, now as an answer to what the question has become."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(current.lock_version)
        return QuestionForm(data, question=current)


class ReasonForm(forms.Form):
    """Why it is returned or withdrawn."""

    text = LongText(
        label=_("Comment"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3, "data-most": MAX_REASON})
    )


class VerdictForm(forms.Form):
    """Of a reviewer: what was read, of which version of the policy, and whether what looks personal may stay."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    sure = forms.BooleanField(label=_("I have looked at each of these places: they may stay."), required=False)
