"""Forms of the service centre; cleaning only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from portal.core.access import Denied
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from stewards.centre.rules import may_begin_on
from stewards.standard.working_days import NotADay, read_days


def stewards() -> Any:
    """Everybody who can be named as steward."""
    return User.objects.with_role(Role.STEWARD).select_related("department").order_by("name_en", "pk")


class StewardChoice(forms.ModelChoiceField):
    """A steward by name; `load` says how many open requests each has."""

    load: dict[int, int] = {}
    away: dict[int, date] = {}

    def label_from_instance(self, obj: Any) -> str:
        parts = [obj.name, obj.department.name if obj.department else "", self._load(obj), self._away(obj)]
        return " · ".join(part for part in parts if part)

    def _load(self, person: User) -> str:
        if not self.load:
            return ""
        return str(_("%(count)d open") % {"count": self.load.get(person.pk, 0)})

    def _away(self, person: User) -> str:
        if person.pk not in self.away:
            return ""
        return str(_("away until %(until)s") % {"until": day_plain(self.away[person.pk])})


class AssignForm(forms.Form):
    """The requests that were ticked, and who gets them."""

    steward = StewardChoice(label=_("Steward"), queryset=User.objects.none(), empty_label=_("Choose a steward"))
    requests = forms.MultipleChoiceField(
        label=_("Requests"), error_messages={"required": _("Tick at least one request.")}
    )

    def __init__(
        self,
        *args: Any,
        numbers: list[tuple[str, str]],
        load: dict[int, int],
        away: dict[int, date] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["steward"]
        assert isinstance(chooser, StewardChoice)
        chooser.load, chooser.away, chooser.queryset = load, away or {}, stewards()
        self.fields["requests"].choices = numbers  # type: ignore[attr-defined]


class EntrustForm(forms.Form):
    """Who becomes the steward, and from when."""

    steward = StewardChoice(label=_("Steward"), queryset=User.objects.none(), empty_label=_("Choose a steward"))
    starts_on = forms.DateField(
        label=_("Begins on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The former steward's time ends the day before."),
    )

    def __init__(self, *args: Any, at_once: bool = False, **kwargs: Any) -> None:
        """at_once: nobody has it now, so today is offered rather than tomorrow."""
        super().__init__(*args, **kwargs)
        self.fields["steward"].queryset = stewards()  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = local_day() + timedelta(days=0 if at_once else 1)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        verdict = may_begin_on(day)
        if isinstance(verdict, Denied):
            raise forms.ValidationError(str(verdict.reason))
        return day


class PlaceFilter(forms.Form):
    """Which enterprises the list of stewards shows; what is not understood counts as not asked."""

    q = forms.CharField(label=_("Enterprise: name or credit code"), required=False, max_length=100)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Key enterprises")),
            ("missing", _("Key enterprises without a steward")),
            ("all", _("All enterprises")),
        ],
    )

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class LedgerFilter(forms.Form):
    """Filters of the reminder ledger; what is not understood counts as not asked."""

    rule = forms.ChoiceField(label=_("Rule"), required=False)
    number = forms.CharField(label=_("Number of the request"), required=False, max_length=20)
    recipient = forms.CharField(label=_("Receiver: name or e-mail address"), required=False, max_length=100)

    def __init__(self, *args: Any, rules: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", _("All")), *rules]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class RuleForm(forms.Form):
    """How many days a rule waits, and whether it is in use."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=90)
    active = forms.BooleanField(label=_("In use"), required=False)


class TryRuleForm(RuleForm):
    """The same numbers, tried on what happened before they are saved."""

    months = forms.TypedChoiceField(
        label=_("Try it on the last"),
        coerce=int,
        required=False,
        empty_value=3,  # type: ignore[arg-type]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(n, ngettext("%(n)d month", "%(n)d months", n) % {"n": n}) for n in range(1, 7)]
        self.fields["months"].choices = choices  # type: ignore[attr-defined]

    def rule(self) -> dict[str, Any]:
        """What the rule itself takes."""
        return {name: self.cleaned_data[name] for name in ("days", "active")}


class PersonForm(forms.ModelForm):
    """A member of staff: names, position, roles, department."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    class Meta:
        model = User
        fields = ("name_zh", "name_en", "title_zh", "title_en", "phone", "language", "department", "roles", "is_active")
        labels = {"is_active": _("The account is in use")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].empty_label = "—"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("name_zh") or data.get("name_en") or {"name_zh", "name_en"} & set(self.errors)):
            self.add_error("name_zh", _("Give a name in Chinese or in Latin letters."))
        desk = {Role.STEWARD, Role.HANDLER} & set(data.get("roles") or [])
        if desk and not data.get("department"):
            self.add_error("department", _("A steward or handler belongs to a department."))
        return data


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ("email", "name_zh", "name_en", "title_zh", "title_en", "phone", "language", "department", "roles")
        help_texts = {"email": _("The link for setting a password is sent there.")}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class CalendarForm(forms.Form):
    """A year's days off and make-up workdays, as the notice of the State Council lists them."""

    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The notice of the State Council: number and date.")
    )
    off = forms.CharField(
        label=_("Days off"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One day or span a line, such as 2027-02-05..2027-02-11. Ordinary weekends need not be listed."),
    )
    working = forms.CharField(
        label=_("Make-up workdays"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Saturdays and Sundays on which work is made up for."),
    )

    def clean_off(self) -> list[date]:
        return self._days("off")

    def clean_working(self) -> list[date]:
        return self._days("working")

    def _days(self, name: str) -> list[date]:
        try:
            return read_days(self.cleaned_data[name])
        except NotADay as error:
            words = gettext("“%(word)s” is no day and no span of days. Write 2027-02-05 or 2027-02-05..2027-02-11.")
            raise forms.ValidationError(words % {"word": str(error)[:40]}) from None
