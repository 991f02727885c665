"""Forms about visits; cleaning only."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagement.enums import Contact, Limit, Verb
from engagement.models import Visit
from engagement.words import when_of
from engagement.workflow import Wanted
from portal.core.calendar import local_day
from stewards.models import HelpRequest

MINUTES = (30, 60, 90, 120, 180, 240)


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _minutes() -> list[tuple[int, Any]]:
    return [(n, _("%(count)s minutes") % {"count": n}) for n in MINUTES]


class TimeForm(forms.Form):
    """A day, a time and how long; as two moments of the district's clock."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    begins = forms.TimeField(
        label=gettext_lazy("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(label=gettext_lazy("How long"), choices=_minutes, coerce=int, initial=60)

    def times(self) -> tuple[datetime, datetime]:
        day: date = self.cleaned_data["day"]
        begins: time = self.cleaned_data["begins"]
        start = timezone.make_aware(datetime.combine(day, begins.replace(second=0, microsecond=0, tzinfo=None)))
        return start, start + timedelta(minutes=self.cleaned_data["minutes"])

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if abs((day - local_day()).days) > 400:
            raise forms.ValidationError(_("Choose a day within the coming year."))
        return day


class AskForm(TimeForm):
    """A visit as the enterprise asks for it."""

    purpose = forms.CharField(label=gettext_lazy("What it is about"), max_length=200)
    details = forms.CharField(
        label=gettext_lazy("What should we prepare?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    field_order: Sequence[str] = ("purpose", "details", "place", "day", "begins", "minutes")

    def wanted(self) -> Wanted:
        start, end = self.times()
        texts = {name: self.cleaned_data[name] for name in ("purpose", "details", "place")}
        return Wanted(starts_at=start, ends_at=end, occasion=self.cleaned_data.get("occasion"), **texts)


class PlanForm(AskForm):
    """A visit as staff plan it. `occasion`: the number of a request that the person may see."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of visit"),
        choices=[(kind.value, kind.label) for kind in (Contact.GOVERNMENT, Contact.ENFORCEMENT)],
        initial=Contact.GOVERNMENT,
        help_text=gettext_lazy(
            "Law enforcement is only recorded: it is not announced here, not counted and never refused."
        ),
    )
    occasion = forms.CharField(
        label=gettext_lazy("Number of the request that led to it"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Neither the enterprise nor the plan shows who made the request."),
    )
    field_order: Sequence[str] = ("day", "begins", "minutes", "purpose", "details", "place", "kind", "occasion")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["details"].label = _("What is to be talked about")

    def clean_occasion(self) -> HelpRequest | None:
        number = self.cleaned_data["occasion"].strip().upper()
        if not number:
            return None
        found: HelpRequest | None = HelpRequest.objects.readable_by(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no request with this number on your desk."))
        return found


class TextForm(forms.Form):
    """A word that goes with an act."""

    text = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ConfirmForm(TextForm):
    """Nothing need be said to a yes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("A word with it")


class MoveForm(TimeForm, TextForm):
    """Another time."""

    field_order = ("day", "begins", "minutes", "text")


class VisitChoice(forms.ModelChoiceField):
    """A visit by its time and purpose."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{when_of(obj)} · {obj.purpose}"


class MergeForm(forms.Form):
    """Which of the enterprise's other visits one takes part in instead."""

    into = VisitChoice(label=gettext_lazy("Visit"), queryset=Visit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    topic = forms.CharField(label=gettext_lazy("What you come for"), max_length=200)
    offer = forms.CharField(widget=forms.HiddenInput, required=False)


class NotesForm(forms.Form):
    """The write-up without its promises."""

    present = forms.CharField(
        label=gettext_lazy("Who was there from the enterprise"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Name and position; the first line also says whom to ask about the promises."),
    )
    heard = forms.CharField(
        label=gettext_lazy("What was asked and said"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions left open"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PromiseForm(forms.Form):
    """One promise in a sentence."""

    text = forms.CharField(label=gettext_lazy("Promise"), max_length=500)
    due_on = forms.DateField(
        label=gettext_lazy("Promised by"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("Empty: as the service standard says."),
    )

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and not local_day() <= day <= local_day() + timedelta(days=400):
            raise forms.ValidationError(_("The day by which something is promised lies ahead."))
        return day


PromiseFormSet = forms.formset_factory(PromiseForm, extra=3, max_num=20, absolute_max=20)


class NotNowForm(forms.Form):
    """Quiet until a day."""

    last = forms.DateField(label=gettext_lazy("Please leave us in peace until"), widget=date_input())
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


class LimitForm(forms.Form):
    """A number of the guard, from a day on."""

    code = forms.ChoiceField(label=gettext_lazy("Setting"), choices=Limit.choices)
    value = forms.IntegerField(label=gettext_lazy("New number"), min_value=0, max_value=366)
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=date_input())
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class QuietForm(forms.Form):
    """A quiet period of the whole district, named in both languages."""

    name_zh_hans = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    first = forms.DateField(label=gettext_lazy("First day"), widget=date_input())
    last = forms.DateField(label=gettext_lazy("Last day"), widget=date_input())


FORMS: dict[str, type[forms.Form]] = {
    Verb.CONFIRM: ConfirmForm,
    Verb.DECLINE: TextForm,
    Verb.MOVE: MoveForm,
    Verb.CANCEL: TextForm,
}
