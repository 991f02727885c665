"""Forms of segments and tags. Cleaning only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises import credit_code
from enterprises.enums import Ownership, SizeClass, Standing, Tier
from enterprises.fields import UNKNOWN, IndustryCodesField
from enterprises.models import Enterprise, EnterpriseTag, Park, Subdistrict, Title
from enterprises.segments.conditions import NO_TIER, Conditions
from portal.core.forms import NameField

NOT_KNOWN = (UNKNOWN, pgettext_lazy("filter", "not known"))


def _many(label: Any, choices: Any = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class SegmentForm(forms.Form):
    """A name and conditions; what is left empty is not asked."""

    name = NameField(label=gettext_lazy("Name of the segment"), max_length=80)
    tiers = _many(gettext_lazy("Tier"), [*((t.value, t.label) for t in Tier if t.value), (NO_TIER, Tier.NONE.label)])
    industries = IndustryCodesField(label=gettext_lazy("Industries"))
    subdistricts = _many(gettext_lazy("Subdistrict"))
    parks = _many(gettext_lazy("Park or building"))
    sizes = _many(gettext_lazy("Size class"), SizeClass.choices)
    ownerships = _many(gettext_lazy("Ownership"), Ownership.choices)
    titles = _many(gettext_lazy("Title held"))
    tags = _many(gettext_lazy("Tag"))
    standings = _many(gettext_lazy("Standing"), Standing.choices)
    founded_within = forms.IntegerField(
        label=gettext_lazy("Founded within so many years"), min_value=1, max_value=200, required=False
    )
    employees_from = forms.IntegerField(
        label=gettext_lazy("Employees from"), min_value=1, max_value=10_000_000, required=False
    )
    employees_to = forms.IntegerField(
        label=gettext_lazy("Employees up to"), min_value=1, max_value=10_000_000, required=False
    )
    here = forms.BooleanField(
        label=gettext_lazy("Only those registered in Hongkou, or whose place is not known"), required=False
    )

    def __init__(self, *args: Any, conditions: Conditions | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = conditions or Conditions()
        self._offer("subdistricts", [*((row.code, str(row)) for row in Subdistrict.objects.all()), NOT_KNOWN])
        self._offer("parks", [*((row.slug, str(row)) for row in Park.objects.all()), NOT_KNOWN])
        self._offer("titles", [(row.code, str(row)) for row in Title.objects.all()])
        had = [key for key in kept.tags if key.isdecimal()]
        tags = EnterpriseTag.objects.filter(Q(retired_at__isnull=True) | Q(pk__in=had))
        self._offer("tags", [(str(row.pk), str(row)) for row in tags])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        low, high = data.get("employees_from"), data.get("employees_to")
        if low and high and low > high:
            self.add_error("employees_to", _("This is less than “from”."))
        return data

    def conditions(self) -> Conditions:
        return Conditions.of(self.cleaned_data)


def asked_by(address: Mapping[str, Any]) -> Conditions:
    """Conditions that an address prefills (area, park, industry, as the industry map says them); odd words are
    passed over."""
    found: dict[str, Any] = {}
    for column, name in (("subdistricts", "area"), ("parks", "park"), ("industries", "industry")):
        value = str(address.get(name, ""))[:80].replace("\0", "")
        if value:
            found[column] = [value]
    return Conditions.of(found)


class TagForm(forms.Form):
    name_zh_hans = NameField(label=gettext_lazy("Name in Chinese"), max_length=60)
    name_en = NameField(label=gettext_lazy("Name in English"), max_length=60)


class BulkTagForm(forms.Form):
    """A tag for all of a segment."""

    tag: Any = forms.ModelChoiceField(label=gettext_lazy("Tag"), queryset=EnterpriseTag.objects.filter(retired_at=None))


class EnterpriseTagsForm(forms.Form):
    """What one enterprise is tagged with."""

    tags: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tags"), queryset=EnterpriseTag.objects.filter(retired_at=None), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class FindForm(forms.Form):
    """The enterprise to be tagged, by its code."""

    credit_code = forms.CharField(label=gettext_lazy("Unified social credit code"), max_length=40)

    def clean_credit_code(self) -> Enterprise:
        code = credit_code.check(self.cleaned_data["credit_code"])
        found = Enterprise.objects.of_code(code)
        if found is None:
            raise forms.ValidationError(_("There is no enterprise with this code."))
        return found
