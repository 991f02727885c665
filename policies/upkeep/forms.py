from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.enums import TaskKind, TaskOutcome
from policies.models import PolicyTask
from policies.upkeep.settling import LONGEST, OUTCOMES


class SettleForm(forms.Form):
    """What was decided, and a note that is needed where something was done outside the portal."""

    outcome = forms.ChoiceField(label=gettext_lazy("What was decided"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, task: PolicyTask) -> None:
        super().__init__(data)
        choices = OUTCOMES[TaskKind(task.kind)]
        self.fields["outcome"].choices = [(each.value, each.label) for each in choices]  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["outcome"].initial = choices[0].value
        if task.kind == TaskKind.DISCLOSURE:
            self.fields["note"].label = _("Where and when it was made public")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("outcome") == TaskOutcome.DONE and not data.get("note", "").strip():
            self.add_error("note", _("Say where and when it was made public."))
        return data
