"""Claim, profile steps, invitation."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises import credit_code
from enterprises.districts import HONGKOU
from enterprises.enums import Ownership
from enterprises.models import Enterprise, Industry, Title
from portal.core.forms import NameField

OPEN = pgettext_lazy("a fact of the own record", "not stated")
YES_NO = [("", OPEN), ("yes", _("Yes")), ("no", _("No"))]


class ClaimForm(forms.Form):
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as on the business licence."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name_zh_hans = NameField(
        label=_("Name in Chinese"),
        max_length=200,
        required=False,
        help_text=_("Only needed when the enterprise is not in the portal yet. As on the business licence."),
    )
    name_en = NameField(label=_("Name in English"), max_length=200, required=False)
    evidence = forms.CharField(
        label=_("How you act for this enterprise"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: legal representative, head of administration. The service centre verifies it."),
    )

    def clean_credit_code(self) -> str:
        return credit_code.check(self.cleaned_data["credit_code"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = data.get("credit_code")
        if code and not data.get("name_zh_hans") and not Enterprise.objects.filter(credit_code=code).exists():
            self.add_error("name_zh_hans", _("This enterprise is not in the portal yet: give its Chinese name."))
        return data


class StepForm(forms.ModelForm):
    """One short step of the profile. Every field may stay empty: unknown is better than guessed."""

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class IdentityForm(StepForm):
    listed = forms.TypedChoiceField(
        label=_("Listed on a stock exchange"),
        choices=YES_NO,
        required=False,
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
    )
    ownership = forms.ChoiceField(label=_("Ownership"), choices=[("", OPEN), *Ownership.choices], required=False)

    class Meta:
        model = Enterprise
        fields = ("name_zh_hans", "name_en", "founded_on", "ownership", "listed")
        widgets: ClassVar = {"founded_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        field_classes: ClassVar = {"name_zh_hans": NameField, "name_en": NameField}
        labels: ClassVar = {"name_zh_hans": _("Name in Chinese"), "name_en": _("Name in English")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_zh_hans"].required = True
        self.fields["name_en"].help_text = _("As you use it abroad; leave it empty if there is none.")
        self.initial["listed"] = {True: "yes", False: "no"}.get(self.instance.listed, "")

    def clean_founded_on(self) -> date | None:
        founded = self.cleaned_data["founded_on"]
        if founded and founded > date.today():
            raise ValidationError(_("The founding date lies in the future."))
        if founded and founded.year < 1800:
            raise ValidationError(_("Please check the year."))
        return founded


class IndustryForm(StepForm):
    class Meta:
        model = Enterprise
        fields = ("industry",)
        help_texts: ClassVar = {"industry": _("The division of GB/T 4754-2017 that brings most of your revenue.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["industry"]
        field.queryset = Industry.objects.filter(code__regex=r"^[A-Z]\d\d").order_by("code")
        field.empty_label = OPEN


class SizeForm(StepForm):
    rd_percent = forms.DecimalField(
        label=_("R&D expense as a share of revenue (%)"), min_value=0, max_value=100, decimal_places=2, required=False
    )

    class Meta:
        model = Enterprise
        fields = ("employees", "annual_revenue_cny", "assets_cny")
        labels: ClassVar = {
            "employees": _("Number of employees"),
            "annual_revenue_cny": _("Revenue of last year (CNY)"),
            "assets_cny": _("Total assets (CNY)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annual_revenue_cny"].help_text = _("In yuan, without separators.")
        ratio = self.instance.rd_expense_ratio
        self.initial["rd_percent"] = None if ratio is None else f"{(ratio * 100).normalize():f}"
        for name in ("employees", "annual_revenue_cny", "assets_cny"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def facts(self) -> dict[str, Any]:
        percent = self.cleaned_data["rd_percent"]
        return {**super().facts(), "rd_expense_ratio": None if percent is None else percent / 100}


DISTRICTS = [("", OPEN), (HONGKOU, _("Hongkou District")), ("other", _("another district or city"))]


class PlaceForm(StepForm):
    """Where it is registered, where it works, and where it pays its taxes: three places that often differ."""

    district = forms.ChoiceField(label=_("Registered in"), choices=DISTRICTS, required=False)
    operating_district = forms.ChoiceField(label=_("Operates in"), choices=DISTRICTS, required=False)
    tax_district = forms.ChoiceField(
        label=_("Pays taxes in"),
        choices=DISTRICTS,
        required=False,
        help_text=_("The district of the tax office that you are registered with."),
    )

    class Meta:
        model = Enterprise
        fields = (
            *("district", "subdistrict", "park", "address_zh_hans", "address_en"),
            *("operating_district", "operating_subdistrict", "operating_address_zh_hans", "operating_address_en"),
            "tax_district",
        )
        labels: ClassVar = {
            "address_zh_hans": _("Address in Chinese"),
            "address_en": _("Address in English"),
            "operating_address_zh_hans": _("Operating address in Chinese"),
            "operating_address_en": _("Operating address in English"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subdistrict", "park", "operating_subdistrict"):
            field: Any = self.fields[name]
            field.empty_label = OPEN
        # The registry may name another district by its code: it stays as long as “another district” is chosen.
        named = {name: getattr(self.instance, name) for name in ("district", "operating_district", "tax_district")}
        self._elsewhere = {name: code for name, code in named.items() if code not in dict(DISTRICTS)}
        self.initial.update(dict.fromkeys(self._elsewhere, "other"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for district, subdistrict in (("district", "subdistrict"), ("operating_district", "operating_subdistrict")):
            if data.get(district) == "other" and data.get(subdistrict):
                self.add_error(subdistrict, _("The subdistricts offered here lie in Hongkou District."))
        return data | {name: code for name, code in self._elsewhere.items() if data.get(name) == "other"}


class TitlesForm(forms.Form):
    """A checkbox and two dates for each title, and whether the list is complete."""

    complete = forms.BooleanField(
        label=_("We hold no other title of this list"),
        required=False,
        help_text=_("Then policies that need another title are shown as “not met” instead of “unknown”."),
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titles = list(Title.objects.all())
        held = {g.title_id: g for g in enterprise.title_grants.all()}
        self.initial["complete"] = enterprise.titles_known
        date_input = {"type": "date"}
        for title in self.titles:
            grant = held.get(title.pk)
            values = {"name": str(title)}
            self.fields[f"has-{title.pk}"] = forms.BooleanField(
                label=str(title), required=False, initial=grant is not None
            )
            self.fields[f"granted-{title.pk}"] = forms.DateField(
                label=_("%(name)s: granted on") % values,
                required=False,
                initial=grant and grant.granted_on,
                widget=forms.DateInput(attrs=date_input, format="%Y-%m-%d"),
            )
            self.fields[f"expires-{title.pk}"] = forms.DateField(
                label=_("%(name)s: valid until") % values,
                required=False,
                initial=grant and grant.expires_on,
                widget=forms.DateInput(attrs=date_input, format="%Y-%m-%d"),
            )

    def rows(self) -> list[dict[str, Any]]:
        """For the template: the three fields of each title together."""
        return [
            {"has": self[f"has-{t.pk}"], "granted": self[f"granted-{t.pk}"], "expires": self[f"expires-{t.pk}"]}
            for t in self.titles
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for title in self.titles:
            granted, expires = data.get(f"granted-{title.pk}"), data.get(f"expires-{title.pk}")
            if granted and expires and expires < granted:
                self.add_error(f"expires-{title.pk}", _("This date is before the date of the grant."))
            if (granted or expires) and not data.get(f"has-{title.pk}"):
                self.add_error(f"has-{title.pk}", _("Tick the title, or clear its dates."))
        return data

    def grants(self) -> dict[str, dict[str, Any]]:
        """{code: {"granted_on", "expires_on"}} of the ticked titles."""
        data = self.cleaned_data
        return {
            t.pk: {"granted_on": data[f"granted-{t.pk}"], "expires_on": data[f"expires-{t.pk}"]}
            for t in self.titles
            if data[f"has-{t.pk}"]
        }


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of your colleague"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    until = forms.DateField(
        label=_("Only for an agent: last day of the mandate"),
        help_text=_("An accountant or an association asks for your enterprise until this day, and changes nothing."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Note to the person"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you do not confirm the claim."),
    )
