from typing import Any

from django import forms

from policies.models import GlossaryTerm


class GlossaryForm(forms.ModelForm):
    """One term; both languages are needed. `seen`: the lock_version that was read."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = GlossaryTerm
        fields = ("chinese", "english", "note")
        widgets = {
            "chinese": forms.TextInput(attrs={"lang": "zh-Hans"}),
            "english": forms.TextInput(attrs={"lang": "en"}),
            "note": forms.TextInput(attrs={"dir": "auto"}),
        }

    def __init__(self, data: Any = None, *, term: GlossaryTerm | None = None) -> None:
        super().__init__(data, instance=term, initial={"seen": term.lock_version} if term else None)

    def clean_chinese(self) -> str:
        return " ".join(self.cleaned_data["chinese"].split())

    def clean_english(self) -> str:
        return " ".join(self.cleaned_data["english"].split())

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
