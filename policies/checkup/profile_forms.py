"""A profile typed in for one check-up: nothing of it is stored."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.enums import Ownership, SizeClass
from enterprises.forms import HONGKOU, OPEN, YES_NO
from enterprises.models import Industry, Park, Subdistrict, Title
from enterprises.size import size_class
from policies.checkup.figures import FigureField
from policies.checkup.questions import QUESTIONS
from policies.eligibility.criteria import AtLeast
from policies.eligibility.fields import FIELDS
from policies.eligibility.naming import NO_PARK

MOST = {"employees": 10_000_000, "founded_years": 1000}
FLAGS = {"yes": True, "no": False}


class ShareField(forms.DecimalField):
    """5, 2.5 or 2.5%. As text: a field for numbers sends nothing at all for what it cannot read."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        return super().to_python(text.removesuffix("%").strip())

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "inputmode": "decimal"}


class ProfileForm(forms.Form):
    """Named as the fields of criteria are; every one may stay empty, which is "unknown"."""

    district = forms.ChoiceField(required=False)
    industry_code = forms.ChoiceField(required=False)
    employees = FigureField(money=False, whole=True)
    annual_revenue_cny = FigureField(money=True)
    size = forms.ChoiceField(choices=[("", OPEN), *SizeClass.choices], required=False)
    ownership = forms.ChoiceField(choices=[("", OPEN), *Ownership.choices], required=False)
    founded_years = FigureField(money=False)
    rd_expense_ratio = ShareField(required=False, min_value=0, max_value=100, decimal_places=2)
    listed = forms.ChoiceField(choices=YES_NO, required=False)
    subdistrict = forms.ChoiceField(required=False)
    park = forms.ChoiceField(required=False)
    titles = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    titles_complete = forms.BooleanField(required=False, label=gettext_lazy("We hold no other title of this list"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in FIELDS:
            self.fields[name].label = str(FIELDS[name].label)
        self.fields["rd_expense_ratio"].label = _("R&D expense as a share of revenue (%)")
        self.fields["annual_revenue_cny"].label = _("Annual revenue (CNY)")
        self.fields["annual_revenue_cny"].help_text = _("In yuan, such as 12,000,000 or 12 million.")
        self.fields["rd_expense_ratio"].help_text = _("In percent, such as 5 or 2.5.")
        self.fields["size"].help_text = _("Left empty, it is worked out from industry, people and revenue.")
        self._choose()

    def _choose(self) -> None:
        """The lists, in the language of the page; one query each."""
        places = [(HONGKOU, _("Hongkou District")), ("other", _("another district or city"))]
        choices: dict[str, list[tuple[str, str]]] = {
            "district": places,
            "industry_code": [(row.pk, str(row)) for row in Industry.objects.filter(code__regex=r"^[A-Z]\d\d")],
            "subdistrict": [(row.pk, str(row)) for row in Subdistrict.objects.all()],
            "park": [(NO_PARK, _("in none of these")), *((row.pk, str(row)) for row in Park.objects.all())],
        }
        for name, listed in choices.items():
            self.fields[name].choices = [("", OPEN), *listed]  # type: ignore[attr-defined]
        self.fields["titles"].choices = [(row.pk, str(row)) for row in Title.objects.all()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("district") == "other" and data.get("subdistrict"):
            self.add_error("subdistrict", _("The subdistricts offered here lie in Hongkou District."))
        for name in ("employees", "founded_years"):
            if (data.get(name) or 0) > MOST[name]:
                self.add_error(name, _("This is more than can be."))
        return data

    def facts(self) -> dict[str, Any]:
        """What was typed, as criteria speak of it."""
        data = self.cleaned_data
        facts = {name: data.get(name) for name in FIELDS}
        facts["district"] = data.get("district") or (HONGKOU if data.get("subdistrict") else "")  # all lie in it
        facts["listed"] = FLAGS.get(data.get("listed") or "")
        facts["titles"] = (frozenset if data.get("titles_complete") else AtLeast)(data.get("titles") or ())
        for name in ("employees", "annual_revenue_cny", "founded_years"):
            facts[name] = None if data.get(name) is None else int(data[name])
        if data.get("rd_expense_ratio") is not None:
            facts["rd_expense_ratio"] = float(data["rd_expense_ratio"] / 100)
        facts["size"] = data.get("size") or self._size(facts) or ""
        return facts

    def _size(self, facts: dict[str, Any]) -> str | None:
        return size_class(facts["industry_code"], facts["employees"], facts["annual_revenue_cny"], None)

    def asked_first(self, name: str) -> tuple[list[forms.BoundField], list[forms.BoundField]]:
        """The field that is asked for (titles with their tick), and the rest."""
        first = [name, "titles_complete"] if name == "titles" else [name]
        asked = [self[each] for each in first if each in self.fields]
        for each in asked[:1]:
            each.label = str(QUESTIONS[name]) if name != "founded_years" else each.label
        return asked, [field for field in self if field.name not in first]


def is_typed(params: Any) -> bool:
    return any(name in params for name in (*FIELDS, "titles_complete", "try"))
