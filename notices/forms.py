from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.hosts import looks_internal
from notices.models import GROUPS, Endpoint, GroupRule, State, Wish
from notices.wishes import Allowed, allowed

HOURS = [("", _("no quiet hours")), *((hour, f"{hour:02}:00") for hour in range(24))]


class OutboxFilter(forms.Form):
    """Filters of the outbox, as they stand in the address; what is not understood counts as not asked."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices])
    recipient = forms.CharField(label=_("Receiver: name or e-mail address"), required=False, max_length=100)

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class EndpointForm(forms.ModelForm):
    """Where the district's messenger takes messages."""

    class Meta:
        model = Endpoint
        fields = ("name", "url", "active")

    def clean_url(self) -> str:
        """A name is asked for when a message is sent; what is plainly inside or tells a password is refused at once."""
        url = self.cleaned_data["url"].strip()
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            raise forms.ValidationError(_("An address here has no name and no password in it."))
        if looks_internal(parts.hostname or ""):
            raise forms.ValidationError(
                _("This address is in an internal network. Ask those who run the portal to name it first.")
            )
        return url


class RulesForm(forms.Form):
    """What people may choose, by group of messages."""

    def __init__(self, data: Any = None) -> None:
        now = allowed()
        super().__init__(data)
        for name in GROUPS:
            self.fields[f"keep-{name}"] = forms.BooleanField(required=False, initial=now[name].may_keep)
            self.fields[f"messenger-{name}"] = forms.BooleanField(required=False, initial=now[name].messenger)

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(GROUPS[name], self[f"keep-{name}"], self[f"messenger-{name}"]) for name in GROUPS]

    def save(self) -> None:
        """Only what differs from what is in force."""
        now = allowed()
        for name in GROUPS:
            asked = Allowed(self.cleaned_data[f"keep-{name}"], self.cleaned_data[f"messenger-{name}"])
            if asked != now[name]:
                GroupRule.objects.update_or_create(
                    group=name, defaults={"may_keep": asked.may_keep, "messenger": asked.messenger}
                )


class WishForm(forms.ModelForm):
    """How a person wants to be written to; only what the district allows is there to choose."""

    quiet_from = forms.TypedChoiceField(
        label=_("Quiet from"), choices=HOURS, coerce=int, empty_value=None, required=False,
        help_text=_("Urgent messages wait until the quiet hours are over; sign-in codes never do."),
    )  # fmt: skip
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"), choices=HOURS, coerce=int, empty_value=None, required=False
    )
    kept = forms.MultipleChoiceField(
        label=_("Read in the portal only, without e-mail"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Wish
        fields = ("quiet_from", "quiet_until", "kept", "messenger", "hints")

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, instance=Wish.objects.filter(user=user).first() or Wish(user=user))
        rules = allowed()
        chooser = self.fields["kept"]
        chooser.choices = [(name, GROUPS[name]) for name in GROUPS if rules[name].may_keep]  # type: ignore[attr-defined]
        if not chooser.choices:  # type: ignore[attr-defined]
            del self.fields["kept"]
        if not (user.is_official and Endpoint.objects.filter(active=True).exists()):
            del self.fields["messenger"]
        if user.is_official:
            del self.fields["hints"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("quiet_from"), data.get("quiet_until")
        if (begins is None) != (ends is None):
            missing = "quiet_until" if ends is None else "quiet_from"
            self.add_error(missing, _("Quiet hours need a beginning and an end."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("Quiet hours cannot last the whole day."))
        return data
