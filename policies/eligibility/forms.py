"""Eligibility as a small form: one row a condition or group, checked by `criteria` with the message beside the row."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.eligibility.check import MAX_CONDITIONS, Problem
from policies.eligibility.criteria import validate
from policies.eligibility.fields import FIELDS, Condition
from policies.eligibility.form_rows import (
    CLAUSES,
    EMPTY_ROWS,
    KEY,
    MOST_ROWS,
    PREFIX,
    as_sent,
    count_of,
    initial_rows,
    with_more,
)
from policies.eligibility.form_tree import Made, as_data, every, removed_forms, tree_of
from policies.eligibility.groups import ALL, ANY, items_of
from policies.eligibility.vocabulary import WORDS, Vocabulary, condition_of, sentences

KIND_CHOICES = [(ANY, gettext_lazy("one of them is enough")), (ALL, gettext_lazy("all of them must hold"))]


class CriterionForm(forms.Form):
    """One condition, or the head of a group; a row without kind, field and value is no condition."""

    field = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    op = forms.ChoiceField(label=gettext_lazy("Comparison"), required=False, choices=list(WORDS.items()))
    value = forms.CharField(label=gettext_lazy("Value"), required=False, max_length=2_000)
    clause_zh = forms.CharField(label=gettext_lazy("Clause (Chinese)"), required=False, max_length=300)
    clause_en = forms.CharField(label=gettext_lazy("Clause (English)"), required=False, max_length=300)
    stored = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Of these conditions"), required=False)
    key = forms.RegexField(KEY, required=False, widget=forms.HiddenInput)
    group = forms.ChoiceField(label=gettext_lazy("Stands in"), required=False)
    said: Mapping[str, str] = {}

    def __init__(self, *args: Any, words: Vocabulary, texts_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        choose: list[tuple[str, Any]] = [("", "—")]
        self.fields["field"].choices = choose + [(name, each.label) for name, each in FIELDS.items()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = KIND_CHOICES if self["kind"].value() else [("", ""), *KIND_CHOICES]  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs["list"] = "criteria-codes"
        self.fields["clause_zh"].widget.attrs |= {"lang": "zh-Hans", "dir": "auto"}
        self.fields["clause_en"].widget.attrs |= {"lang": "en", "dir": "auto"}
        for name in ("field", "op", "value", "stored", "kind", "key", "group"):
            self.fields[name].disabled = texts_only

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind"):
            return data
        if data.get("value") and not data.get("field") and "field" not in self.errors:
            self.add_error("field", _("Say what the condition is about."))
        if data.get("field") and not data.get("value") and "value" not in self.errors:
            self.add_error("value", _("Give the value to compare with."))
        return data

    @property
    def condition(self) -> dict[str, Any] | None:
        """The row as stored; None for an empty row."""
        data = getattr(self, "cleaned_data", {})
        if not data.get("field") or not data.get("value"):
            return None
        made = condition_of(data["field"], data.get("op") or "eq", data["value"], self.words, data.get("stored") or "")
        return made | self.clauses

    @property
    def clauses(self) -> dict[str, str]:
        data = getattr(self, "cleaned_data", {})
        return {key: data[key] for key in CLAUSES if data.get(key)}


class BaseCriteria(forms.BaseFormSet):
    """All rows together. first_new: the name of the first row that was just asked for."""

    first_new = ""

    @property
    def codes(self) -> list[tuple[str, str]]:
        """Codes and their names, to be suggested while somebody types."""
        return cast(Vocabulary, self.form_kwargs["words"]).options

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = tree_of(self.forms)
        self._removed = list(removed_forms(self.tree))
        self._offer_groups()

    def _offer_groups(self) -> None:
        """Each row may stand in any group that there is; which one, is told by the number that people see."""
        nodes = list(every(self.tree))
        groups = [node for node in nodes if node.kind and node.key]
        for node in nodes:
            known: list[tuple[str, str]] = [("", _("the list itself"))]
            within = [each for each in groups if each is not node and (each.may_hold_groups or not node.kind)]
            known += [(each.key, _("group %(number)s") % {"number": each.number or "—"}) for each in within]
            node.form.fields["group"].choices = known  # type: ignore[attr-defined]

    @property
    def grouped(self) -> bool:
        return any(node.kind for node in self.tree)

    def _should_delete_form(self, form: forms.Form) -> bool:
        return form in self._removed

    def clean(self) -> None:
        for node in every(self.tree):
            if node.lost and node.form not in self._removed:
                node.form.add_error("group", _("A group cannot stand inside itself."))
        made: Made = {}
        for problem in validate(as_data(self.tree, made)):
            self._tell(problem, made)
        known = [] if self.form_kwargs["texts_only"] else made.values()
        for node, item in known:
            unknown = "" if node.kind or node.form.errors else self.form_kwargs["words"].unknown(item)
            if unknown:
                node.form.add_error("value", _("“%(value)s” is not on the portal's list.") % {"value": unknown})

    def _tell(self, problem: Problem, made: Made) -> None:
        if not problem.place:
            raise forms.ValidationError(problem.message)
        node, _item = made[problem.place]
        if node.form.prefix == self.first_new:  # a group that nobody could fill in yet
            return
        node.form.add_error("kind" if node.kind else "value", problem.message)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        whole = bool(form["kind"].value())
        form.fields["DELETE"].label = _("Remove this group with all it holds") if whole else _("Remove this condition")

    @property
    def wrong(self) -> list[str]:
        """What is wrong with the rows, each with its number."""
        lines = [str(each) for each in self.non_form_errors()]
        for node in every(self.tree):
            for message in (str(each) for faults in node.form.errors.values() for each in faults):
                lines.append(_("Condition %(number)s: %(fault)s") % {"number": node.number or "—", "fault": message})
        return lines

    @property
    def conditions(self) -> list[dict[str, Any]]:
        return as_data(self.tree, {})

    def say(self) -> None:
        """Give every sound row its sentence in both languages; a group, the sentence of all it holds."""
        self.is_valid()  # reads the rows
        made: Made = {}
        as_data(self.tree, made)
        sound = [
            (node.form, item)
            for node, item in made.values()
            if not any(each.form.errors for each in every([node])) and (items_of(item) or not node.kind)
        ]
        said = sentences([item for _form, item in sound])
        for (form, _item), zh, en in zip(sound, said["zh-hans"], said["en"], strict=True):
            form.said = {"zh": zh, "en": en}  # type: ignore[attr-defined]


CriteriaFormSet = forms.formset_factory(
    CriterionForm,
    formset=BaseCriteria,
    extra=0,
    can_delete=True,
    max_num=MAX_CONDITIONS,
    absolute_max=MOST_ROWS,
    validate_max=False,
)


def criteria_rows(data: Any, criteria: Sequence[Condition], *, texts_only: bool, more: str = "") -> BaseCriteria:
    """The rows of a page: what was sent (`data`), or what is stored; with empty rows to fill in.

    more: what the button said that asked for rows, see `with_more`.
    """
    words = Vocabulary.load()
    initial = initial_rows(criteria)
    first_new = f"{PREFIX}-{count_of(data)}" if data and more else ""
    if data is None:
        data = as_sent(initial, 0 if texts_only else EMPTY_ROWS)
    elif texts_only:  # exactly the stored conditions, however many were sent
        data = {**data.dict(), f"{PREFIX}-TOTAL_FORMS": len(initial), f"{PREFIX}-INITIAL_FORMS": len(initial)}
    elif more:
        data = with_more(data.copy(), more)
    # every row is read, though it be like the stored one in its place: that one may be another
    kwargs = {"words": words, "texts_only": texts_only, "empty_permitted": False}
    rows = cast(BaseCriteria, CriteriaFormSet(data, prefix=PREFIX, initial=initial, form_kwargs=kwargs))
    rows.first_new = first_new
    return rows
