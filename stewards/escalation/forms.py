"""The forms of instructions, supervised handling, new dates and linked leaders; cleaning only."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import User
from enterprises.enums import Tier
from enterprises.models import Enterprise, Subdistrict
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from stewards.asking.forms import LongText
from stewards.desk.forms import ActForm
from stewards.enums import LinkScope
from stewards.escalation.verbs import MAX_TEXT
from stewards.models import Instruction
from stewards.transitions import Verb


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class InstructForm(ActForm):
    text = LongText(
        label=gettext_lazy("Instruction"),
        help_text=gettext_lazy("Steward and handler are told at once and report back; the enterprise does not see it."),
        max_length=MAX_TEXT,
        rows=3,
    )


class InstructionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        words = _("%(name)s, %(day)s: %(text)s")
        return words % {"name": obj.leader.name, "day": day_plain(obj.created_at), "text": obj.text[:80]}


class ReportForm(ActForm):
    instruction = InstructionChoice(
        label=gettext_lazy("Instruction"), queryset=Instruction.objects.none(), empty_label=None
    )
    text = LongText(label=gettext_lazy("What was done"), max_length=MAX_TEXT, rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = Instruction.objects.filter(request=self.request, reported_at=None)
        self.fields["instruction"].queryset = waiting.select_related("leader")  # type: ignore[attr-defined]


class SuperviseForm(ActForm):
    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "The answer is then due within the days of the service standard, three by default; steward and handler "
            "are told at once."
        ),
        max_length=MAX_TEXT,
        rows=3,
    )


class ReleaseForm(ActForm):
    word = LongText(label=gettext_lazy("How it ended"), max_length=MAX_TEXT, rows=3)


class RenewForm(ActForm):
    day = _day(gettext_lazy("New date"))
    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "The enterprise is told the new date and the reason at once. The first promise stays visible and counts."
        ),
        max_length=MAX_TEXT,
        rows=3,
    )


FORMS: dict[Verb, type[ActForm]] = {
    Verb.REPORT: ReportForm,
    Verb.RENEW: RenewForm,
    Verb.INSTRUCT: InstructForm,
    Verb.SUPERVISE: SuperviseForm,
    Verb.RELEASE: ReleaseForm,
}


class LeaderForm(forms.Form):
    """Who is linked to what, from when."""

    leader: Any = forms.ModelChoiceField(
        label=gettext_lazy("Linked leader"), queryset=User.objects.none(), empty_label="—"
    )
    scope = forms.ChoiceField(label=gettext_lazy("Linked to"), choices=LinkScope.choices)
    enterprise = forms.CharField(
        label=gettext_lazy("Enterprise: unified social credit code"), required=False, max_length=30
    )
    tier = forms.ChoiceField(
        label=gettext_lazy("Tier"), required=False, choices=[("", "—"), *(each for each in Tier.choices if each[0])]
    )
    subdistrict: Any = forms.ModelChoiceField(
        label=gettext_lazy("Subdistrict"), queryset=Subdistrict.objects.none(), required=False, empty_label="—"
    )
    starts_on = _day(gettext_lazy("From"))
    ends_on = _day(
        gettext_lazy("Until"), required=False, help_text=gettext_lazy("Leave it empty if it has no end yet.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = User.objects.with_role(Role.LEADER).order_by("pk")  # type: ignore[attr-defined]
        self.fields["subdistrict"].queryset = Subdistrict.objects.all()  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = local_day()

    def clean_enterprise(self) -> Enterprise | None:
        code = "".join(self.cleaned_data["enterprise"].split()).upper()
        if not code or self.data.get("scope") != LinkScope.ENTERPRISE:
            return None
        found = Enterprise.objects.of_code(code)
        if found is None:
            raise forms.ValidationError(_("No enterprise with this code is recorded."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        scope = data.get("scope")
        if scope and scope not in self.errors and not data.get(scope):
            self.add_error(scope, _("Say to what the leader is linked."))
        for other in {"enterprise", "tier", "subdistrict"} - {scope}:
            data[other] = "" if other == "tier" else None
        return data


class EndForm(forms.Form):
    ends_on = _day(gettext_lazy("Until"))
