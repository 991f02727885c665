from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import State


class OutboxFilter(forms.Form):
    """Filters of the outbox, as they stand in the address; what is not understood counts as not asked."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices])
    recipient = forms.CharField(label=_("Receiver: name or e-mail address"), required=False, max_length=100)

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
