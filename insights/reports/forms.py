"""The words of a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _text(label: Any, language: str, most: int = 5_000, rows: int = 6) -> forms.CharField:
    box = forms.Textarea({"lang": language, "rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, widget=box)


class WordsForm(forms.Form):
    words_zh_hans = _text(_("Introduction (Chinese)"), "zh-Hans")
    words_en = _text(_("Introduction (English)"), "en")
    remarks_zh_hans = _text(_("Remarks on the figures (Chinese)"), "zh-Hans")
    remarks_en = _text(_("Remarks on the figures (English)"), "en")
    changes_zh_hans = _text(_("What is corrected (Chinese)"), "zh-Hans", 1_000, 3)
    changes_en = _text(_("What is corrected (English)"), "en", 1_000, 3)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the version that the page showed

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        """first: a first edition corrects nothing."""
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["changes_zh_hans"], self.fields["changes_en"]

    def pairs(self) -> list[tuple[Any, Any, Any]]:
        """(label, field in Chinese, field in English)"""
        labels = {"words": _("Introduction"), "remarks": _("Remarks on the figures"), "changes": _("What is corrected")}
        return [
            (label, self[f"{name}_zh_hans"], self[f"{name}_en"])
            for name, label in labels.items()
            if f"{name}_en" in self.fields
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why it is sent back"), max_length=500, widget=forms.Textarea({"rows": 3}))
