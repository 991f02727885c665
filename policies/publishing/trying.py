"""Trying criteria out while they are written: each condition met, not met or unknown for one enterprise, and why.

Nothing is stored. The enterprise is one of the made-up samples, with single facts replaced by what is typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies import presenting
from policies.eligibility.check import validate
from policies.eligibility.criteria import Outcome, compile_criteria, evaluate, explain, settling_field
from policies.eligibility.fields import FIELDS, TAGS, Condition
from policies.eligibility.groups import leaves
from policies.eligibility.naming import FIXED, NO_PARK, codes_in, codes_of, names_of
from policies.eligibility.samples import SAMPLES
from policies.eligibility.vocabulary import Vocabulary, condition_of, parts_of

PREFIX = "try"
UNKNOWN = frozenset({"?", "？"})
NONE = frozenset({"none", "无", "没有"})


class TryForm(forms.Form):
    """Which sample, and the facts that are to count instead of its own: one field for each that the criteria ask."""

    sample = forms.ChoiceField(label=gettext_lazy("Sample enterprise"), required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        asked: Sequence[str],
        owner: str,
        words: Vocabulary | None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """owner: the id of the form on the page that its fields belong to. typed: shown again, not judged yet."""
        super().__init__(data, prefix=PREFIX, initial={"sample": next(iter(SAMPLES)), **(typed or {})})
        self.words = words
        known = [(key, f"{sample.name} · {sample.about}") for key, sample in SAMPLES.items()]
        self.fields["sample"].choices = [*known, ("", _("none: only the facts typed below"))]  # type: ignore[attr-defined]
        for name in asked:
            self.fields[name] = forms.CharField(label=str(FIELDS[name].label), required=False, max_length=500)
            self.fields[name].widget.attrs |= {"list": "criteria-codes", "autocomplete": "off"}
        for each in self.fields.values():
            each.widget.attrs["form"] = owner

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in [name for name in data if name != "sample" and data[name]]:
            try:
                data[name] = self._fact(name, data[name])
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data

    def _fact(self, name: str, text: str) -> Any:
        """What was typed as a fact: None for unknown. As values of conditions are typed."""
        if text in UNKNOWN:
            return None
        self.words = words = self.words or Vocabulary.load()
        if FIELDS[name].kind == TAGS:
            codes = [] if text.casefold() in NONE else [words.code(name, part) for part in parts_of(text)]
            if codes:
                self._check({"field": name, "op": "any", "value": codes})
            return frozenset(codes)
        if name == "park" and text.casefold() in NONE:
            return NO_PARK
        if words.code(name, text) in FIXED.get(name, {}):
            return words.code(name, text)
        condition = condition_of(name, "eq", text, words)
        self._check(condition)
        value = condition["value"]
        return int(value) if name == "founded_years" else value  # full years, as the portal counts them

    def _check(self, condition: Condition) -> None:
        problem = next(iter(validate([condition])), None)
        if problem or condition["op"] == "in":
            raise forms.ValidationError(problem.message if problem else _("Give one value."))
        unknown = self.words.unknown(condition) if self.words else ""
        if unknown:
            raise forms.ValidationError(_("“%(value)s” is not on the portal's list.") % {"value": unknown})

    @property
    def typed(self) -> dict[str, Any]:
        """The facts that were typed; of a field that was left empty, the sample's counts."""
        return {name: value for name, value in self.cleaned_data.items() if name != "sample" and value != ""}


@dataclass(frozen=True, slots=True)
class Tried:
    """How the criteria stand for one enterprise: as a whole, and each condition with the fact behind it."""

    name: str
    word: presenting.Word
    conditions: list[presenting.Shown]
    settles: str  # what the one field is called that would settle it


@dataclass(slots=True)
class Trying:
    """The panel of a page. others: (sample, how the criteria stand for it); wrong: what keeps them from being tried."""

    form: TryForm
    owner: str
    tried: Tried | None = None
    others: list[tuple[str, presenting.Word]] = field(default_factory=list)
    asked_for: bool = False
    wrong: list[str] = field(default_factory=list)


def trying(
    sent: QueryDict,
    criteria: Sequence[Condition],
    *,
    owner: str,
    words: Vocabulary | None = None,
    wrong: Sequence[str] = (),
) -> Trying:
    """What the panel shows for the criteria as they are written; `wrong`: why they can't be stored like that."""
    wanted, typed = "try" in sent, _typed_in(sent)
    kept = typed if wrong or not wanted else {}  # what was typed stays while the conditions are put right
    fields = (each["field"] for each in leaves(criteria))
    asked = list(dict.fromkeys((*fields, *(name for name in FIELDS if name in kept))))
    form = TryForm(sent if wanted else None, asked=asked, owner=owner, words=words, typed=typed)
    panel = Trying(form, owner, asked_for=wanted, wrong=list(wrong))
    if wanted and not wrong and panel.form.is_valid():
        sample = SAMPLES.get(panel.form.cleaned_data["sample"])
        facts = {**(sample.facts if sample else {}), **panel.form.typed}
        panel.tried = try_out(criteria, facts, sample.name if sample else _("the facts typed"))
        compiled = compile_criteria(criteria)
        panel.others = [(each.name, outcome_word(evaluate(compiled, each.facts))) for each in SAMPLES.values()]
    return panel


def _typed_in(sent: QueryDict) -> dict[str, str]:
    """What was sent of the panel's fields: the sample, even if it is none, and each fact that is not empty."""
    names = [name for name in ("sample", *FIELDS) if f"{PREFIX}-{name}" in sent]
    typed = {name: str(sent[f"{PREFIX}-{name}"]) for name in names}
    return {name: text for name, text in typed.items() if text or name == "sample"}


def try_out(criteria: Sequence[Condition], facts: Mapping[str, Any], name: str) -> Tried:
    """One query."""
    names = names_of(codes_in(criteria) | codes_of(facts))
    settles = settling_field(explain(criteria, facts))
    return Tried(
        name,
        outcome_word(evaluate(compile_criteria(criteria), facts)),
        presenting.conditions_for(list(criteria), facts, names),
        str(FIELDS[settles].label) if settles else "",
    )


def outcome_word(outcome: Outcome) -> presenting.Word:
    words = {Outcome.MET: _("met"), Outcome.UNMET: _("not met"), Outcome.UNKNOWN: _("unknown")}
    return presenting.Word(words[outcome], presenting.OUTCOMES[outcome])
