"""Eligibility as a small form: one row a condition, checked by `criteria` with the message beside the row."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.eligibility.check import MAX_CONDITIONS
from policies.eligibility.criteria import validate
from policies.eligibility.fields import FIELDS, Condition
from policies.eligibility.vocabulary import WORDS, Vocabulary, condition_of, sentences, shown_operator, shown_value

EMPTY_ROWS = 3
PREFIX = "criteria"


class CriterionForm(forms.Form):
    """One condition; a row without field and value is no condition."""

    field = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    op = forms.ChoiceField(label=gettext_lazy("Comparison"), required=False, choices=list(WORDS.items()))
    value = forms.CharField(label=gettext_lazy("Value"), required=False, max_length=2_000)
    clause_zh = forms.CharField(label=gettext_lazy("Clause (Chinese)"), required=False, max_length=300)
    clause_en = forms.CharField(label=gettext_lazy("Clause (English)"), required=False, max_length=300)
    stored = forms.CharField(required=False, widget=forms.HiddenInput)
    said: Mapping[str, str] = {}

    def __init__(self, *args: Any, words: Vocabulary, texts_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        choose: list[tuple[str, Any]] = [("", "—")]
        self.fields["field"].choices = choose + [(name, each.label) for name, each in FIELDS.items()]  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs["list"] = "criteria-codes"
        self.fields["clause_zh"].widget.attrs |= {"lang": "zh-Hans", "dir": "auto"}
        self.fields["clause_en"].widget.attrs |= {"lang": "en", "dir": "auto"}
        for name in ("field", "op", "value", "stored"):
            self.fields[name].disabled = texts_only

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("value") and not data.get("field") and "field" not in self.errors:
            self.add_error("field", _("Say what the condition is about."))
        if data.get("field") and not data.get("value") and "value" not in self.errors:
            self.add_error("value", _("Give the value to compare with."))
        return data

    @property
    def condition(self) -> dict[str, Any] | None:
        """The row as stored; None for an empty row and for one to be removed."""
        data = getattr(self, "cleaned_data", {})
        if not data.get("field") or not data.get("value") or data.get("DELETE"):
            return None
        made = condition_of(data["field"], data.get("op") or "eq", data["value"], self.words, data.get("stored") or "")
        clauses = {key: data[key] for key in ("clause_zh", "clause_en") if data.get(key)}
        return made | clauses


class BaseCriteria(forms.BaseFormSet):
    """All rows together."""

    @property
    def codes(self) -> list[tuple[str, str]]:
        """Codes and their names, to be suggested while somebody types."""
        return cast(Vocabulary, self.form_kwargs["words"]).options

    def clean(self) -> None:
        rows = [form for form in self.forms if form.condition]
        for problem in validate([form.condition for form in rows]):
            if problem.index >= 0:
                rows[problem.index].add_error("value", problem.message)
            else:
                raise forms.ValidationError(problem.message)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this condition")

    @property
    def conditions(self) -> list[dict[str, Any]]:
        return [form.condition for form in self.forms if form.condition]

    def say(self) -> None:
        """Give every sound row its sentence in both languages."""
        rows = [form for form in self.forms if form.is_bound and not form.errors and form.condition]
        said = sentences([form.condition for form in rows])
        for form, zh, en in zip(rows, said["zh-hans"], said["en"], strict=True):
            form.said = {"zh": zh, "en": en}


CriteriaFormSet = forms.formset_factory(
    CriterionForm,
    formset=BaseCriteria,
    extra=0,
    can_delete=True,
    max_num=MAX_CONDITIONS,
    absolute_max=MAX_CONDITIONS + 20,
    validate_max=False,
)


def initial_rows(criteria: Sequence[Condition]) -> list[dict[str, Any]]:
    return [
        {
            "field": condition["field"],
            "op": shown_operator(condition["op"]),
            "value": shown_value(condition),
            "clause_zh": condition.get("clause_zh", ""),
            "clause_en": condition.get("clause_en", ""),
            "stored": condition["op"],
        }
        for condition in criteria
    ]


def criteria_rows(data: Any, criteria: Sequence[Condition], *, texts_only: bool, more: bool = False) -> BaseCriteria:
    """The rows of a page: what was sent (`data`), or what is stored; with empty rows to fill in."""
    words = Vocabulary.load()
    if data is None:
        extra = 0 if texts_only else EMPTY_ROWS
        data = as_sent(initial_rows(criteria), extra)
    elif texts_only:  # exactly the stored conditions, however many were sent
        data = {**data.dict(), f"{PREFIX}-TOTAL_FORMS": len(criteria), f"{PREFIX}-INITIAL_FORMS": len(criteria)}
    elif more:
        data = data.copy()
        count = data.get(f"{PREFIX}-TOTAL_FORMS", "")
        known = int(count) if count.isdecimal() and len(count) < 6 else 0
        data[f"{PREFIX}-TOTAL_FORMS"] = str(known + EMPTY_ROWS)
    kwargs = {"words": words, "texts_only": texts_only}
    rows = CriteriaFormSet(data, prefix=PREFIX, initial=initial_rows(criteria), form_kwargs=kwargs)
    return cast(BaseCriteria, rows)


def as_sent(rows: Sequence[Mapping[str, Any]], extra: int) -> dict[str, str]:
    """Rows in the shape in which a browser sends them."""
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(rows) + extra), f"{PREFIX}-INITIAL_FORMS": str(len(rows))}
    for index, row in enumerate(rows):
        data |= {f"{PREFIX}-{index}-{name}": str(value) for name, value in row.items()}
    return data
