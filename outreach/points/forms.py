"""Forms about places, materials, stock and what people say of a place; cleaning only."""

from datetime import time
from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from enterprises.models import Subdistrict
from outreach.enums import Access, Language
from outreach.guests.forms import FeedbackForm
from outreach.models import Feedback, Material, MaterialEdition, Place
from policies.models import Policy


class FindForm(forms.Form):
    """Which points: where, and in which language."""

    subdistrict: "forms.ModelChoiceField[Subdistrict]" = forms.ModelChoiceField(
        label=_("Subdistrict"), queryset=Subdistrict.objects.all(), required=False, empty_label=_("All subdistricts")
    )
    language = forms.ChoiceField(label=_("Language spoken"), required=False)
    near = forms.CharField(
        label=_("Near"),
        max_length=60,
        required=False,
        widget=forms.SearchInput,
        help_text=_("A subdistrict, a building or an address of a place that this portal knows."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("All languages")), *Language.choices]  # type: ignore[attr-defined]

    def asked(self) -> tuple[str, str, str]:
        """What means nothing is as good as not asked."""
        self.is_valid()
        where, said = self.cleaned_data.get("subdistrict"), self.cleaned_data
        return where.pk if where else "", said.get("language", ""), said.get("near", "")


class PlaceForm(forms.ModelForm):
    """A place in both languages; its hours on working days, a line each weekday."""

    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), choices=Language.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    access = forms.MultipleChoiceField(
        label=_("Accessibility"), choices=Access.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    point = forms.BooleanField(label=_("A policy publicity point"), required=False)

    class Meta:
        model = Place
        fields = (
            *(
                "name_zh_hans",
                "name_en",
                "kind",
                "address_zh_hans",
                "address_en",
                "subdistrict",
                "latitude",
                "longitude",
            ),
            *("directions_zh_hans", "directions_en", "phone", "languages", "access"),
            *("hours_note_zh_hans", "hours_note_en", "active"),
        )
        labels = {
            "name_zh_hans": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "address_zh_hans": _("Address in Chinese"),
            "address_en": _("Address in English"),
            "directions_zh_hans": _("How to get there, in Chinese"),
            "directions_en": _("How to get there, in English"),
            "hours_note_zh_hans": _("Remark on the opening hours, in Chinese"),
            "hours_note_en": _("Remark on the opening hours, in English"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name_zh_hans", "name_en"):
            self.fields[name].required = True
        for name, most in (("latitude", 90), ("longitude", 180)):
            self.fields[name] = forms.DecimalField(
                label=self.fields[name].label, required=False, min_value=-most, max_value=most, decimal_places=6
            )
        self.fields["latitude"].help_text = _("Only as measured or published; left empty, no distance is told.")
        known = {row.weekday: row for row in self.instance.hours.all()} if self.instance.pk else {}
        for day in range(7):
            for end in ("opens", "closes"):
                self.fields[f"{end}_{day}"] = forms.TimeField(
                    label=(_("%(day)s from") if end == "opens" else _("%(day)s until")) % {"day": WEEKDAYS[day]},
                    required=False,
                    initial=getattr(known.get(day), end, None),
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )
        if self.instance.pk:
            point = getattr(self.instance, "point", None)
            self.fields["point"].initial = point is not None and point.closed_on is None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (said.get("latitude") is None) != (said.get("longitude") is None):
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        for day in range(7):
            opens, closes = said.get(f"opens_{day}"), said.get(f"closes_{day}")
            if (opens is None) != (closes is None) or (opens and closes and closes <= opens):
                self.add_error(f"closes_{day}", _("Say when it opens and when it closes, the later after the earlier."))
        return said

    def hours(self) -> list[tuple[int, time, time]]:
        said = self.cleaned_data
        return [(day, said[f"opens_{day}"], said[f"closes_{day}"]) for day in range(7) if said.get(f"opens_{day}")]


class MaterialForm(forms.ModelForm):
    """A guide or leaflet, in both languages."""

    policy: "forms.ModelChoiceField[Policy]" = forms.ModelChoiceField(
        label=_("Policy that it explains"), queryset=Policy.objects.none(), required=False, to_field_name="slug"
    )

    class Meta:
        model = Material
        fields = ("title_zh_hans", "title_en", "kind", "summary_zh_hans", "summary_en", "policy")
        labels = {
            "title_zh_hans": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "summary_zh_hans": _("Summary in Chinese"),
            "summary_en": _("Summary in English"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title_zh_hans", "title_en"):
            self.fields[name].required = True
        field: Any = self.fields["policy"]
        field.queryset = Policy.objects.published().order_by("slug").only("slug", "title", "title_zh_hans", "title_en")


class EditionForm(forms.Form):
    file_zh = forms.FileField(label=_("Chinese file"))
    file_en = forms.FileField(label=_("English file"))


class StockForm(forms.Form):
    """So many copies of an edition."""

    edition = forms.ModelChoiceField(label=_("Edition"), queryset=MaterialEdition.objects.none())
    copies = forms.IntegerField(label=_("Copies"), min_value=0, max_value=100_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["edition"]
        field.queryset = MaterialEdition.objects.select_related("material").order_by("material__slug", "-number")
        field.label_from_instance = lambda row: (
            _("%(title)s, edition %(number)s")
            % {
                "title": row.material.title,
                "number": row.number,
            }
        )


class PlaceFeedbackForm(FeedbackForm):
    """The same words as after an event, with an address for those who want an answer."""

    class Meta:
        model = Feedback
        fields: ClassVar = ["rating", "found", "text", "email"]
        help_texts: ClassVar = {"email": _("Only if you want an answer.")}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = forms.ModelForm.clean(self) or {}
        if not any(said.get(name) not in (None, "") for name in ("rating", "found", "text")) and not self.errors:
            raise forms.ValidationError(_("Say at least one thing: a rating, yes or no, or a few words."))
        return said
