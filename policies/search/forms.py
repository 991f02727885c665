"""Cleaning of the words with the same meaning, as officials type them."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from policies.models import SynonymGroup
from policies.search import synonyms

_BETWEEN = re.compile(r"[\n\r,，、;；=]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
MOST_TYPED = 2_000


class WordsField(forms.CharField):
    """One word or phrase on each line; commas divide too."""

    def __init__(self, *, language: str, label: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "lang": language, "dir": "auto"})
        super().__init__(label=label, required=False, max_length=MOST_TYPED, widget=widget)

    def clean(self, value: Any) -> Any:
        words = [" ".join(word.split()) for word in _BETWEEN.split(super().clean(value))]
        words = synonyms.distinct(word for word in words if word)
        if wrong := list(synonyms.faults(words)):
            raise forms.ValidationError(wrong[:5])
        return words

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class SynonymForm(forms.Form):
    words_zh_hans = WordsField(language="zh-Hans", label=gettext_lazy("Chinese words, each on its own line"))
    words_en = WordsField(
        language="en", label=gettext_lazy("English words and abbreviations in Latin letters, each on its own line")
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, group: SynonymGroup | None = None, word: str = "") -> None:
        """`word`: to begin a new group with."""
        field = "words_zh_hans" if _HAN.search(word) else "words_en"
        start: dict[str, Any] = {field: [word]} if word else {}
        if group:
            start = {"words_zh_hans": group.words_zh_hans, "words_en": group.words_en, "seen": group.lock_version}
        super().__init__(data, initial=start)
        self.group = group

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and (fault := synonyms.fault_of_group(self._words(data), self.group)):
            self.add_error("words_zh_hans", fault)
        return data

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        return {"chinese": self.cleaned_data["words_zh_hans"], "english": self.cleaned_data["words_en"]}

    @staticmethod
    def _words(data: dict[str, Any]) -> list[str]:
        return [*data["words_zh_hans"], *data["words_en"]]
