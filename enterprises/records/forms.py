"""Finding a record, its standing, its head, and the choices of a merge."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises import credit_code
from enterprises.enums import HeadAs, Standing
from enterprises.models import Enterprise
from enterprises.records.facts import Difference

MERGED = "merged"
UNKNOWN = pgettext_lazy("a fact of a record", "unknown")


class FilterForm(forms.Form):
    """Which records are listed; what is not understood counts as not asked."""

    q = forms.CharField(label=gettext_lazy("Enterprise: name or credit code"), required=False, max_length=100)
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"),
        required=False,
        choices=[
            ("", gettext_lazy("All records")),
            *Standing.choices,
            (MERGED, gettext_lazy("merged into another record")),
        ],
    )

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class StandingForm(forms.Form):
    standing = forms.ChoiceField(label=gettext_lazy("Standing"), choices=Standing.choices, widget=forms.RadioSelect)
    on = forms.DateField(
        label=gettext_lazy("Since or on which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("For a plan, the day on which it will move."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class HeadForm(forms.Form):
    credit_code = forms.CharField(
        label=gettext_lazy("Unified social credit code of the head"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Leave it empty when the enterprise stands alone."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    head_as = forms.ChoiceField(
        label=gettext_lazy("It is its"), choices=HeadAs.choices, widget=forms.RadioSelect, required=False
    )
    head: Enterprise | None = None

    def clean_credit_code(self) -> str:
        typed = self.cleaned_data["credit_code"]
        if not typed.strip():
            return ""
        code = credit_code.check(typed)
        self.head = Enterprise.objects.of_code(code)
        if self.head is None:
            raise ValidationError(_("There is no enterprise with this code."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.head and not data.get("head_as"):
            self.add_error("head_as", _("Say whether it is a branch or a subsidiary."))
        return data


class FindForm(forms.Form):
    """The other record of a merge."""

    q = forms.CharField(
        label=gettext_lazy("The other record: name or credit code"),
        max_length=100,
        required=False,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )


def _marked(field: str, value: Any) -> Any:
    """A text that is in one of the languages says which."""
    language = {"zh_hans": "zh-Hans", "en": "en"}.get(field.partition("_")[2])
    return format_html('<span lang="{}">{}</span>', language, value) if language else value


class MergeForm(forms.Form):
    """For each fact that differs, whose is kept; a fact that only one record knows is taken from there."""

    reason = forms.CharField(
        label=gettext_lazy("How you know that both are the same enterprise"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, differences: list[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [each.field for each in differences]
        for each in differences:
            kept, dropped = (_marked(each.field, value or UNKNOWN) for value in (each.kept, each.dropped))
            self.fields[f"fact-{each.field}"] = forms.ChoiceField(
                label=each.label,
                choices=[
                    ("keep", format_html(_("Of the record that stays: %(value)s").replace("%(value)s", "{}"), kept)),
                    ("drop", format_html(_("Of the other record: %(value)s").replace("%(value)s", "{}"), dropped)),
                ],
                initial="drop" if each.filled else "keep",
                widget=forms.RadioSelect,
            )
        self.order_fields([f"fact-{name}" for name in self.names])

    def taken(self) -> list[str]:
        return [name for name in self.names if self.cleaned_data[f"fact-{name}"] == "drop"]
