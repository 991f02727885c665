"""Forms of investment; cleaning only. What a kind has no use for is not asked."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from investment.enums import MONEY, SPACE, FileKind, Kind, Stage, Why
from investment.models import Keeper, Need, Provider, Resource
from investment.naming import section_choices, subdistrict_choices
from investment.viewings import MOST_SLOTS
from investment.wanting import FACTS as NEED_FACTS
from portal.core.calendar import local_day
from portal.core.forms import NameField

WAN = 10_000
LARGEST_AREA, MOST_WAN = 1_000_000, Decimal(10_000_000)
PLACE = ("park", "subdistrict", "address_zh_hans", "address_en")
ROOM = ("area_m2", "area_min_m2", "floor", "rent", "rent_unit", "fitout", "available_on")
TEXTS = ("title_zh_hans", "title_en", "about_zh_hans", "about_en")
ENTRY: dict[str, tuple[str, ...]] = {
    Kind.PREMISES: (*TEXTS, *PLACE, *ROOM, "sections"),
    Kind.INCUBATOR: (*TEXTS, *PLACE, *ROOM, "stages", "sections"),
    Kind.FUND: (*TEXTS, "ticket_min", "ticket_max", "stages", "sections"),
    Kind.LOAN: (*TEXTS, "ticket_min", "ticket_max", "rate", "stages", "sections"),
    Kind.TALENT: (*TEXTS, *PLACE, "fee", "sections"),
    Kind.RND: (*TEXTS, *PLACE, "fee", "sections"),
}
_WHERE = ("area_from", "area_to", "budget", "budget_unit", "subdistricts", "wanted_by")
WANTED: dict[str, tuple[str, ...]] = {
    Kind.PREMISES: (*_WHERE, "section", "words"),
    Kind.INCUBATOR: (*_WHERE, "stage", "section", "words"),
    Kind.FUND: ("amount", "stage", "section", "words"),
    Kind.LOAN: ("amount", "stage", "section", "words"),
    Kind.TALENT: ("amount", "section", "words"),
    Kind.RND: ("amount", "section", "words"),
}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _wan(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=Decimal("0.1"), max_value=MOST_WAN, decimal_places=2, max_digits=10
    )


def _area(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=LARGEST_AREA, **more)


def yuan(wan: Decimal | None) -> int | None:
    return None if wan is None else int(wan * WAN)


def wan(amount: int | None) -> Decimal | None:
    return None if amount is None else (Decimal(amount) / WAN).normalize() + 0


class FindForm(forms.Form):
    """The filters of the list. What means nothing is as good as not asked."""

    q = forms.CharField(label=gettext_lazy("Words"), max_length=60, required=False, widget=forms.SearchInput)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    subdistrict = forms.ChoiceField(label=gettext_lazy("Subdistrict"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Open to the industry"), required=False)
    area = _area(gettext_lazy("Area wanted (m²)"), required=False)
    rent = forms.DecimalField(
        label=gettext_lazy("Rent up to (CNY per m² and day)"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
    )
    stage = forms.ChoiceField(label=gettext_lazy("For companies at the stage"), required=False)
    amount = _wan(gettext_lazy("Amount wanted (CNY 10,000)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("kind", Kind.choices),
            ("subdistrict", subdistrict_choices()),
            ("section", section_choices()),
            ("stage", Stage.choices),
        ):
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class EntryForm(forms.ModelForm):
    """An entry in both languages. A draft may lack what publication needs."""

    title_zh_hans = NameField(label=gettext_lazy("Title in Chinese"), max_length=160, required=False)
    title_en = NameField(label=gettext_lazy("Title in English"), max_length=160, required=False)
    area_m2 = _area(gettext_lazy("Area (m²)"), required=False)
    area_min_m2 = _area(
        gettext_lazy("Smallest part that can be rented (m²)"),
        required=False,
        help_text=gettext_lazy("Leave it empty if it is rented as a whole."),
    )
    rent = forms.DecimalField(
        label=gettext_lazy("Rent"), required=False, min_value=Decimal(0), max_digits=8, decimal_places=2
    )
    ticket_min = _wan(gettext_lazy("From (CNY 10,000)"))
    ticket_max = _wan(gettext_lazy("Up to (CNY 10,000)"))
    rate = forms.DecimalField(
        label=gettext_lazy("Interest a year, from (%)"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )
    fee = _wan(gettext_lazy("Fee, from (CNY 10,000)"))
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Open to industries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: open to all industries."),
    )
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Stages"),
        choices=Stage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: for companies at every stage."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Resource
        fields = tuple(dict.fromkeys(name for names in ENTRY.values() for name in names))
        labels = {
            "about_zh_hans": gettext_lazy("Description in Chinese"),
            "about_en": gettext_lazy("Description in English"),
            "address_zh_hans": gettext_lazy("Address in Chinese"),
            "address_en": gettext_lazy("Address in English"),
        }
        help_texts = {
            "available_on": gettext_lazy("Leave it empty if it can be had at once."),
            "subdistrict": gettext_lazy("If a park or building is chosen, its own is taken."),
        }
        widgets = {
            "available_on": _day_input(),
            "about_zh_hans": forms.Textarea(attrs={"rows": 4}),
            "about_en": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ENTRY[kind]
        self.fields = {name: self.fields[name] for name in (*names, "seen")}
        if "sections" in self.fields:
            self.fields["sections"].choices = section_choices()  # type: ignore[attr-defined]
        for name in {"ticket_min", "ticket_max", "fee"} & set(names):
            self.initial[name] = wan(getattr(self.instance, name))

    def clean_available_on(self) -> Any:
        """A day long ago says no more than “at once”; one far ahead is a slip."""
        day = self.cleaned_data["available_on"]
        today = local_day()
        if day and not today.year - 5 <= day.year <= today.year + 10:
            raise ValidationError(_("Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("ticket_min", "ticket_max", "fee"):
            if name in said:
                said[name] = yuan(said[name])
        _from_to(self, said, "area_min_m2", "area_m2", _("A part cannot be larger than the whole."))
        _from_to(self, said, "ticket_min", "ticket_max", _("“Up to” is less than “from”."))
        return said

    def validate_constraints(self) -> None:
        """Said at the fields already."""

    def facts(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in self.fields if name != "seen"}
        park, subdistrict = said.pop("park", None), said.pop("subdistrict", None)
        if "park" in self.fields:
            said["park_id"] = park.pk if park else None
            of_park = park.subdistrict_id if park else None
            said["subdistrict_id"] = of_park or (subdistrict.pk if subdistrict else None)
        return said


def _from_to(form: forms.BaseForm, said: dict[str, Any], first: str, last: str, words: str) -> None:
    low, high = said.get(first), said.get(last)
    if low is not None and high is not None and high < low:
        form.add_error(first, words)


class NeedForm(forms.ModelForm):
    """What an enterprise is looking for; all of it may stay open."""

    area_from = _area(gettext_lazy("Area from (m²)"), required=False)
    area_to = _area(gettext_lazy("Area to (m²)"), required=False)
    budget = forms.DecimalField(
        label=gettext_lazy("Rent up to"), required=False, min_value=Decimal("0.01"), max_digits=8, decimal_places=2
    )
    amount = _wan(gettext_lazy("Amount (CNY 10,000)"))
    section = forms.ChoiceField(label=gettext_lazy("Your industry"), required=False)
    subdistricts = forms.MultipleChoiceField(
        label=gettext_lazy("Where"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: anywhere in the district."),
    )

    class Meta:
        model = Need
        fields = NEED_FACTS
        widgets = {"wanted_by": _day_input(), "words": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields = {name: self.fields[name] for name in WANTED[kind]}
        self.fields["section"].choices = [("", _("not stated")), *section_choices()]  # type: ignore[attr-defined]
        if "subdistricts" in self.fields:
            self.fields["subdistricts"].choices = subdistrict_choices()  # type: ignore[attr-defined]
        if "amount" in self.fields:
            self.initial["amount"] = wan(self.instance.amount)
            if kind not in MONEY:
                self.fields["amount"].label = _("Up to (CNY 10,000)")

    def clean_wanted_by(self) -> Any:
        day = self.cleaned_data["wanted_by"]
        if day and day < local_day() and "wanted_by" in self.changed_data:
            raise ValidationError(_("This day is over already."))
        if day and day.year > local_day().year + 10:
            raise ValidationError(_("Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "amount" in said:
            said["amount"] = yuan(said["amount"])
        _from_to(self, said, "area_from", "area_to", _("“To” is less than “from”."))
        if self.kind in SPACE and not self.errors and not any(said.get(name) for name in ("area_from", "area_to")):
            self.add_error("area_from", _("Say how much area you need: from, to, or both."))
        if self.kind in MONEY and not self.errors and not said.get("amount"):
            self.add_error("amount", _("Say how much you need."))
        return said

    def validate_constraints(self) -> None:
        """Said at the fields already."""

    def facts(self) -> dict[str, Any]:
        empty = {"section": "", "stage": "", "words": "", "subdistricts": [], "budget_unit": "day"}
        return {name: self.cleaned_data.get(name, empty.get(name)) for name in NEED_FACTS}


class DeclineForm(forms.Form):
    why = forms.ChoiceField(label=gettext_lazy("Why does it not suit you?"), choices=Why.choices)


class SlotsForm(forms.Form):
    """Up to three times, each a day and an hour."""

    slot_1 = forms.DateTimeField(label=gettext_lazy("First proposed time"))
    slot_2 = forms.DateTimeField(label=gettext_lazy("Second proposed time"), required=False)
    slot_3 = forms.DateTimeField(label=gettext_lazy("Third proposed time"), required=False)
    ACCEPTED = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_SLOTS + 1):
            field: Any = self.fields[f"slot_{n}"]
            field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            field.input_formats = self.ACCEPTED

    def _clean_slot(self, name: str) -> datetime | None:
        moment: datetime | None = self.cleaned_data[name]
        if moment and moment <= timezone.now():
            raise ValidationError(_("This time is over already: choose another one."))
        return moment

    def clean_slot_1(self) -> datetime | None:
        return self._clean_slot("slot_1")

    def clean_slot_2(self) -> datetime | None:
        return self._clean_slot("slot_2")

    def clean_slot_3(self) -> datetime | None:
        return self._clean_slot("slot_3")

    def slots(self) -> list[datetime]:
        found = (self.cleaned_data[f"slot_{n}"] for n in range(1, MOST_SLOTS + 1))
        return [moment for moment in found if moment]


class InterestForm(SlotsForm):
    words = forms.CharField(
        label=gettext_lazy("What you would like to know"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The service steward reads it; the provider does not."),
    )
    need = forms.ModelChoiceField(Need.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs: QuerySet[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = needs  # type: ignore[attr-defined]


class AgreeForm(forms.Form):
    at = forms.ChoiceField(label=gettext_lazy("One of the proposed times"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, slots: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = slots  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Why, for the other side"), max_length=500, required=False)


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=gettext_lazy("What has to be changed"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PictureForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG or WebP. It is drawn anew and loses the place, time and device it holds."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=FileKind.choices)
    about_zh_hans = forms.CharField(label=gettext_lazy("What it shows, in Chinese"), max_length=200)
    about_en = forms.CharField(label=gettext_lazy("What it shows, in English"), max_length=200)


class ProviderForm(forms.ModelForm):
    name_zh_hans = NameField(label=gettext_lazy("Name in Chinese"), max_length=160)
    name_en = NameField(label=gettext_lazy("Name in English"), max_length=160)
    website = forms.URLField(label=gettext_lazy("Website"), max_length=300, required=False, assume_scheme="https")

    class Meta:
        model = Provider
        fields = (
            *("name_zh_hans", "name_en", "kind", "about_zh_hans", "about_en"),
            *("phone", "website", "park", "active"),
        )
        labels = {
            "about_zh_hans": gettext_lazy("In one sentence, in Chinese"),
            "about_en": gettext_lazy("In one sentence, in English"),
        }
        help_texts = {"phone": gettext_lazy("Of the organisation, not of a person: the public sees it.")}

    def facts(self) -> dict[str, Any]:
        kept = ("park", "active")
        return {name: value if name in kept else value or "" for name, value in self.cleaned_data.items()}


class KeeperForm(forms.ModelForm):
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=80)

    class Meta:
        model = Keeper
        fields = ("name", "email")

    def validate_constraints(self) -> None:
        """Who keeps the entries already stays so."""
