"""Forms of surveys: what is asked, whom, and the answer. Cleaning only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagement.forms import date_input
from engagement.surveys.choosing import Audience
from engagement.surveys.models import LEVELS, NO, YES, QuestionKind, Survey, SurveyQuestion
from engagement.surveys.words import value_words
from engagement.surveys.workflow import MOST_QUESTIONS, Asked
from enterprises.enums import Tier
from enterprises.models import Industry, Park
from enterprises.segments.queries import choices
from portal.core import bilingual

TEXTS = ("title_zh_hans", "title_en", "about_zh_hans", "about_en")
NO_NAMES = gettext_lazy(
    "Your words are shown as you write them, without your enterprise. Leave out names, telephone numbers and whatever "
    "only you could know: they would tell who wrote it."
)
VALUES = {QuestionKind.LEVEL: LEVELS, QuestionKind.YES_NO: (YES, NO)}


class SurveyForm(forms.Form):
    """A survey in both languages; the second and third question may stay empty."""

    title_zh_hans = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=120)
    about_zh_hans = forms.CharField(label=gettext_lazy("What it is for, in Chinese"), max_length=500)
    about_en = forms.CharField(label=gettext_lazy("What it is for, in English"), max_length=500)
    closes_on = forms.DateField(label=gettext_lazy("Last day for answers"), widget=date_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "zh_hans": _("Question %(number)s in Chinese"),
            "en": _("Question %(number)s in English"),
            "kind": _("Question %(number)s is answered by"),
        }
        for n in range(1, MOST_QUESTIONS + 1):
            facts = {"number": n}
            for name in ("zh_hans", "en"):
                self.fields[f"{name}_{n}"] = forms.CharField(
                    label=labels[name] % facts, max_length=200, required=n == 1
                )
            self.fields[f"kind_{n}"] = forms.ChoiceField(label=labels["kind"] % facts, choices=QuestionKind.choices)

    def clean(self) -> dict[str, Any]:
        for n in range(2, MOST_QUESTIONS + 1):
            texts = {name: self.cleaned_data.get(f"{name}_{n}", "") for name in ("zh_hans", "en")}
            for name, text in texts.items():
                if not text and any(texts.values()):
                    self.add_error(f"{name}_{n}", _("Write the question in both languages."))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """The arguments of the verb."""
        data = self.cleaned_data
        rows = [(data[f"kind_{n}"], data[f"zh_hans_{n}"], data[f"en_{n}"]) for n in range(1, MOST_QUESTIONS + 1)]
        return {
            "texts": {name: data[name] for name in TEXTS},
            "closes_on": data["closes_on"],
            "questions": [Asked(*row) for row in rows if row[1]],
        }


def initial_of(survey: Survey) -> dict[str, Any]:
    found = {name: getattr(survey, name) for name in (*TEXTS, "closes_on")}
    for each in survey.questions.all():
        texts = zip(("zh_hans", "en"), bilingual.columns("text"), strict=True)
        found |= {f"{name}_{each.place}": getattr(each, column) for name, column in texts}
        found[f"kind_{each.place}"] = each.kind
    return found


class AudienceForm(forms.Form):
    """Whom it is for; read from the address for the preview, and posted again with the sending."""

    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Tier"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(tier.value, tier.label) for tier in Tier if tier.value],
    )  # fmt: skip
    industries = forms.MultipleChoiceField(
        label=gettext_lazy("Industry"), required=False, widget=forms.CheckboxSelectMultiple
    )
    parks = forms.MultipleChoiceField(
        label=gettext_lazy("Park or building"), required=False, widget=forms.CheckboxSelectMultiple
    )
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    served = forms.BooleanField(
        label=gettext_lazy("Only those visited, or with a request answered, in the last three months"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = Industry.objects.filter(code=F("section"))
        self._offer("industries", [(each.code, str(each)) for each in sections])
        self._offer("segment", choices())
        self._offer("parks", [(each.slug, str(each)) for each in Park.objects.all()])

    def audience(self) -> Audience:
        """What means nothing is as good as not chosen."""
        self.is_valid()
        return Audience.of(self.cleaned_data)

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The questions of a survey; each may stay empty."""

    def __init__(self, *args: Any, questions: Sequence[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[f"q{question.pk}"] = _field(question)

    def answers(self) -> dict[int, int | str]:
        given = {int(name[1:]): value for name, value in self.cleaned_data.items()}
        return {key: value for key, value in given.items() if value not in (None, "")}


def _field(question: SurveyQuestion) -> forms.Field:
    if question.kind == QuestionKind.LINE:
        return forms.CharField(label=question.text, max_length=300, required=False, help_text=NO_NAMES)
    choices = [(value, value_words(question.kind, value)) for value in VALUES[QuestionKind(question.kind)]]
    return forms.TypedChoiceField(
        label=question.text, choices=choices, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
