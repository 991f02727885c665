"""What is filled in about a package for partners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.forms import TitledForm
from outreach.models import HandOver, PackageVersion, Partner


def _line(label: Any, lang: str, most: int = 300, *, required: bool = False) -> forms.CharField:
    widget = forms.TextInput({"lang": lang, "dir": "auto"})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget)


def _text(label: Any, lang: str) -> forms.CharField:
    widget = forms.Textarea({"lang": lang, "dir": "auto", "rows": 5})
    return forms.CharField(label=label, max_length=3_000, required=False, widget=widget)


class TextForm(TitledForm):
    """Title and introduction in both languages; of a later version also what has changed."""

    title_zh_hans = _line(_("Title (Chinese)"), "zh-Hans", 200)
    title_en = _line(_("Title (English)"), "en", 200)
    introduction_zh_hans = _text(_("Introduction (Chinese)"), "zh-Hans")
    introduction_en = _text(_("Introduction (English)"), "en")
    why_zh_hans = _line(_("What has changed (Chinese)"), "zh-Hans")
    why_en = _line(_("What has changed (English)"), "en")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, version: PackageVersion | None = None) -> None:
        initial: dict[str, Any] = {}
        if version is not None:
            owners = {"title": version.package}
            names = (name for name in self.base_fields if name != "seen")
            initial = {name: getattr(owners.get(name.partition("_")[0], version), name) or "" for name in names}
            initial["seen"] = version.lock_version
        super().__init__(data, initial=initial)
        if version is None or version.number == 1:
            del self.fields["why_zh_hans"], self.fields["why_en"]

    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class WordsForm(forms.Form):
    """Why a piece is in the package."""

    words_zh_hans = _line(_("Why it is in the package (Chinese)"), "zh-Hans")
    words_en = _line(_("Why it is in the package (English)"), "en")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the version that the page showed


class ReasonForm(forms.Form):
    """Why a version is withdrawn; everybody who has the printed code reads it."""

    why_zh_hans = _line(_("Reason (Chinese)"), "zh-Hans", required=True)
    why_en = _line(_("Reason (English)"), "en", required=True)


class HandOverForm(forms.Form):
    """Partners that do not have this version yet."""

    partners: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Partners"), queryset=Partner.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, version: PackageVersion) -> None:
        super().__init__(data)
        known = HandOver.objects.filter(version=version).values("partner")
        chooser: Any = self.fields["partners"]
        chooser.queryset = Partner.objects.filter(active=True).exclude(pk__in=known)
