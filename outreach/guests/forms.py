"""What a guest fills in."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import Feedback, Occasion, Registration
from outreach.registering import Guest
from portal.core import bilingual

MOST_SEATS = 10


class GuestForm(forms.ModelForm):
    """Name and address, as little as is needed; whoever is signed in is known already."""

    class Meta:
        model = Registration
        fields = ("name", "email", "phone", "seats", "online", "needs")

    def __init__(self, *args: Any, occasion: Occasion, user: Any, seats: int = MOST_SEATS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occasion, self.user = occasion, user
        self.fields["phone"].help_text = _("Only if we may call you about this. It is deleted afterwards.")
        self.fields["needs"].help_text = _("For example a ramp, sign language, a quiet place. You need not say why.")
        self.fields["name"].label = _("Your name")
        self.fields["email"].required = True
        self.fields["email"].help_text = _("We send you a letter; open it and confirm, and the place is reserved.")
        self.fields["seats"] = forms.IntegerField(
            label=_("How many people"), min_value=1, max_value=seats, initial=1, localize=False
        )
        event = getattr(occasion, "event", None)
        if event is None or event.format != "both":
            del self.fields["online"]
        else:
            self.fields["online"].label = _("I take part online")
            self.fields["online"].help_text = _("Then you need no place in the room.")
        if user.is_authenticated:
            self.fields["name"].initial = user.name
            del self.fields["email"]

    def guest(self) -> Guest:
        """What was filled in, once it is valid."""
        said = self.cleaned_data
        known = self.user.is_authenticated
        names = ("name", "phone", "seats", "needs", "online")
        return Guest(
            **{name: said[name] for name in names if name in said},
            email=self.user.email if known else said["email"],
            language=self.user.language if known else bilingual.current(),
            user=self.user if known else None,
        )


class FeedbackForm(forms.ModelForm):
    """One to five, one question, a few words; all of it may be left out but not everything."""

    rating = forms.TypedChoiceField(
        label=_("How was it?"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        choices=[(5, _("Very good")), (4, _("Good")), (3, _("All right")), (2, _("Poor")), (1, _("Very poor"))],
    )
    found = forms.TypedChoiceField(
        label=_("Did you find what you needed?"),
        required=False,
        coerce=lambda value: {"yes": True, "no": False}[value],
        empty_value=None,
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )

    class Meta:
        model = Feedback
        fields: ClassVar = ["rating", "found", "text"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.get(name) not in (None, "") for name in self.fields) and not self.errors:
            raise forms.ValidationError(_("Say at least one thing: a rating, yes or no, or a few words."))
        return said
