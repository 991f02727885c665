"""What several rooms' desks fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import bilingual


class TitledForm(forms.Form):
    """A draft may still lack a language, but not be without any name on the desk."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) or name in self.errors for name in bilingual.columns("title")):
            self.add_error(
                f"title_{bilingual.SUFFIX[bilingual.current()]}",
                _("Give it a title in one language; the other can follow until it is sent to review."),
            )
        return cleaned


class RemarkForm(forms.Form):
    """What whoever reviews would like to have changed; the author reads it in the language in which it was written."""

    remark = forms.CharField(
        label=_("What should be changed"),
        max_length=500,
        required=False,
        widget=forms.TextInput({"lang": "", "dir": "auto"}),
    )
