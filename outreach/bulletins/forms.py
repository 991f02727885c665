"""What is filled in about an issue, and by whoever would like to get it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.forms import TitledForm


def _line(label: Any, lang: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, required=required, widget=forms.TextInput({"lang": lang}))


def _text(label: Any, lang: str, most: int = 5_000, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea({"lang": lang, "rows": 5})
    )


class IssueForm(TitledForm):
    """A draft may still lack a language; what is published may not."""

    title_zh_hans = _line(_("Title (Chinese)"), "zh-Hans", required=False)
    title_en = _line(_("Title (English)"), "en", required=False)
    words_zh_hans = _text(_("Words of the editor (Chinese)"), "zh-Hans", required=False)
    words_en = _text(_("Words of the editor (English)"), "en", required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the version that the page showed


class WordsForm(forms.Form):
    heading_zh_hans = _line(_("Heading (Chinese)"), "zh-Hans")
    heading_en = _line(_("Heading (English)"), "en")
    words_zh_hans = _text(_("Text (Chinese)"), "zh-Hans")
    words_en = _text(_("Text (English)"), "en")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the version that the page showed


class CorrectionForm(forms.Form):
    text_zh_hans = _text(_("Correction (Chinese)"), "zh-Hans", 1_000)
    text_en = _text(_("Correction (English)"), "en", 1_000)


class SubscribeForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "中文"), ("en", "English")])
