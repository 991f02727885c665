from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from portal.core.forms import NameField


def _named(form: forms.BaseForm, data: dict[str, Any]) -> dict[str, Any]:
    """One name of the two is enough; a name that is wrong is told by its own field."""
    if not (data.get("name_zh") or data.get("name_en") or {"name_zh", "name_en"} & set(form.errors)):
        form.add_error("name_zh", _("Give your name in Chinese or in Latin letters."))
    return data


class SignupForm(forms.Form):
    """What sign-up asks beside address and password: a name, in either script."""

    name_zh = NameField(
        label=pgettext_lazy("person", "Name in Chinese"),
        max_length=80,
        required=False,
        help_text=_("Fill in at least one of the two names."),
    )
    name_en = NameField(label=_("Name in Latin letters"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return _named(self, data)

    def signup(self, request: Any, user: User) -> None:
        user.name_zh, user.name_en = self.cleaned_data["name_zh"], self.cleaned_data["name_en"]
        user.save(update_fields=["name_zh", "name_en"])


class PersonForm(forms.ModelForm):
    """A person's own settings."""

    digest_hour = forms.IntegerField(label=User._meta.get_field("digest_hour").verbose_name, min_value=0, max_value=23)

    class Meta:
        model = User
        fields = ("name_zh", "name_en", "phone", "language", "digest_hour")
        field_classes: ClassVar = {"name_zh": NameField, "name_en": NameField}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return _named(self, data)

    def save(self, commit: bool = True) -> User:
        """Only what the form shows: a role given meanwhile stays."""
        if commit:
            self.instance.save(update_fields=list(self._meta.fields or ()))
        return self.instance
