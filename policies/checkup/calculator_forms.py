"""The figures that a policy's rules need, asked for in one short form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from policies.checkup.calculator import Estimate, estimate
from policies.checkup.figures import FigureField
from policies.checkup.term_words import base_words, label_of, rule_words
from policies.checkup.terms import OTHER, Term

COUNTS = {
    "person": lambda: _("Number of persons"),
    "person_month": lambda: _("Persons × months"),
    "job": lambda: _("Number of jobs"),
    "sqm_month": lambda: _("Square metres × months"),
    "project": lambda: _("Number of projects"),
}


class CalculatorForm(forms.Form):
    """A field for each rule: a figure, or a tick for a fixed amount that is for one case among several."""

    def __init__(self, data: Any = None, *, terms: Sequence[Term]) -> None:
        super().__init__(data if data is not None and any(key.startswith("figure") for key in data) else None)
        self.terms = terms
        for place, term in enumerate(terms):
            if not self._is_certain(place):
                self.fields[f"figure{place}"] = _field(term)
                self.fields[f"figure{place}"].required = len(terms) == 1

    def _is_certain(self, place: int) -> bool:
        """The one amount that everybody gets; nothing is asked for it."""
        return len(self.terms) == 1 and self.terms[place]["kind"] == "fixed"

    @property
    def asks(self) -> bool:
        return bool(self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Fill in at least one figure."))
        return data

    def worked_out(self, cap: int | None) -> Estimate | None:
        """The estimate, once there is something to work out and nothing is wrong."""
        if not self.asks:
            return estimate(self.terms, {place: Decimal(1) for place in range(len(self.terms))}, cap)
        if not self.is_valid():
            return None
        typed = {place: self.cleaned_data.get(f"figure{place}") for place in range(len(self.terms))}
        return estimate(self.terms, {place: Decimal(figure) for place, figure in typed.items() if figure}, cap)


def _field(term: Term) -> forms.Field:
    case = label_of(term)
    if term["kind"] == "fixed":
        words = rule_words(term)
        named = _("%(case)s (%(rule)s)") % {"case": case, "rule": words}
        return forms.BooleanField(label=named if case else capfirst(words), required=False)
    if term["kind"] == "ratio":
        name = _("%(base)s (CNY)") % {"base": capfirst(base_words(term))}
        case = "" if term["base"] == OTHER else case
    else:
        name = COUNTS[term["unit"]]()
    label = _("%(case)s: %(figure)s") % {"case": case, "figure": name} if case else name
    whole = term.get("unit") in ("person", "job", "project")
    return FigureField(money=term["kind"] == "ratio", whole=whole, label=label, help_text=capfirst(rule_words(term)))
