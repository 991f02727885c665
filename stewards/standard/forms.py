"""Forms of the service standard: deciding on more time, the table, how days are counted, calendars. Cleaning only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.calendar import local_day
from stewards.asking.forms import LongText
from stewards.models import CountingRule, RequestCategory, ServiceStandard

FURTHEST = timedelta(days=731)


class DecideForm(forms.Form):
    """A word is needed to refuse."""

    word = LongText(
        label=_("Why it is refused"), help_text=_("Whoever asked reads it."), max_length=2_000, rows=3, required=False
    )


class CategoryChoice(forms.ModelChoiceField):
    """Categories with the one they stand under: “Taxes: refunds”."""

    def label_from_instance(self, obj: Any) -> str:
        return category_words(obj)


def category_words(category: RequestCategory) -> str:
    if category.parent is None:
        return category.name
    return gettext("%(parent)s: %(name)s") % {"parent": category.parent.name, "name": category.name}


class FromADay(forms.ModelForm):
    """A row of an effective-dated table: it begins tomorrow or later, so that no promise of today is touched."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["valid_from"]
        field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        known = self.initial.get("valid_from")
        if known is None or known <= local_day():
            self.initial["valid_from"] = local_day() + timedelta(days=1)
        field.help_text = _("Tomorrow at the earliest. Promises that were given before stay as they are.")
        self.fields["basis"].required = True
        self.fields["basis"].help_text = _("The decision or document that it follows.")

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day <= local_day():
            raise forms.ValidationError(gettext("The past stays as it was: choose tomorrow or a later day."))
        if day > local_day() + FURTHEST:
            raise forms.ValidationError(gettext("Choose a day within the next two years."))
        return day

    def _get_validation_exclusions(self) -> set[str]:
        """A row for the same day is corrected, not refused: what is unique is the verb's business."""
        return super()._get_validation_exclusions() | {"valid_from"}  # type: ignore[misc]


class StandardForm(FromADay):
    """Days for a type of request, or more narrowly for one of its categories."""

    class Meta:
        model = ServiceStandard
        fields = (
            *("type", "category", "days", "contact_days", "complex_days", "supervised_days", "rectify_days"),
            *("active", "basis", "valid_from"),
        )
        field_classes = {"category": CategoryChoice}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = (
            RequestCategory.objects.filter(active=True)
            .select_related("parent")
            .order_by(F("parent__place").asc(nulls_first=True), "parent", "place", "pk")
        )
        category.empty_label = _("All categories of this type")
        category.help_text = _("The narrower row wins: a category over the one above it, both over the type.")
        self.fields["days"].label = _("Answer within (working days)")
        self.fields["active"].help_text = _("For a category only: without the tick the wider row holds again.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("active") and not data.get("category") and "active" not in self.errors:
            words = gettext("Every type needs a standard: only a category's row can be put out of use.")
            self.add_error("active", words)
        return data


class CountingForm(FromADay):
    class Meta:
        model = CountingRule
        fields = ("receipt_counts", "extensions", "longest_extension", "furthest_new_date", "basis", "valid_from")


class CalendarFileForm(forms.Form):
    """The file itself is judged by `calendar_file`."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The notice of the State Council: number and date.")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("csv, JSON or xlsx with a column “date” and a column “type”. A preview comes first."),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.json,.xlsx"}),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
