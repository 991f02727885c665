"""What is filled in about observers; cleaning only."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Department
from engagement.forms import date_input
from outreach.enums import Aspect, TermEnd
from outreach.models import Candidate, Observation, Observer, ObserverBatch, Occasion, Place
from outreach.observers import pictures
from policies.models import Policy
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.forms import NameField
from stewards.asking.forms import FilesInput

BATCH = (
    *("number", "name_zh_hans", "name_en", "call_zh_hans", "call_en", "places", "apply_from", "apply_until"),
    *("term_begins", "term_ends", "result_zh_hans", "result_en"),
)
REPLY = (*bilingual.columns("said"), *bilingual.columns("did"))


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


MOST_YEARS = 10  # further away a day is a slip of the pen


class BatchForm(forms.ModelForm):
    """Days that are not known stay empty."""

    name_zh_hans = NameField(label=gettext_lazy("Name in Chinese"), max_length=160)
    name_en = NameField(label=gettext_lazy("Name in English"), max_length=160)

    class Meta:
        model = ObserverBatch
        fields = BATCH
        labels = {
            "call_zh_hans": gettext_lazy("Call for candidates in Chinese"),
            "call_en": gettext_lazy("Call for candidates in English"),
            "result_zh_hans": gettext_lazy("What came of it, in Chinese"),
            "result_en": gettext_lazy("What came of it, in English"),
        }
        widgets = {
            **{name: date_input() for name in ("apply_from", "apply_until", "term_begins", "term_ends")},
            **{f"{name}_{end}": _area(5) for name in ("call", "result") for end in ("zh_hans", "en")},
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for first, last in (("apply_from", "apply_until"), ("term_begins", "term_ends")):
            begins, ends = said.get(first), said.get(last)
            if begins and ends and ends < begins:
                self.add_error(last, _("It would end before it begins."))
            if bool(begins) != bool(ends) and not {first, last} & set(self.errors):
                self.add_error(last if begins else first, _("Give both days, or none."))
            for name, day in ((first, begins), (last, ends)):
                if day and abs(day.year - local_day().year) > MOST_YEARS:
                    self.add_error(name, _("This day is more than ten years away: is the year right?"))
        return said

    def validate_constraints(self) -> None:
        """Said at the field already."""

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {name: (said[name] or "") if name.endswith(("_zh_hans", "_en")) else said[name] for name in BATCH}


class ApplyForm(forms.ModelForm):
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=80)
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I agree that the district uses these data to choose observers and to work with me during my term, and "
            "for nothing else. I can withdraw my application; what I wrote in it is then deleted."
        ),
        error_messages={"required": gettext_lazy("Without your consent the application cannot be kept.")},
    )

    class Meta:
        model = Candidate
        fields = ("name", "phone", "languages", "background", "motivation")
        widgets = {"motivation": _area(5)}

    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AssignForm(forms.Form):
    """The same task for one or several observers: about a policy, a place, an occasion, or in words alone."""

    observers = forms.ModelMultipleChoiceField(
        Observer.objects.none(), label=gettext_lazy("Observers"), widget=forms.CheckboxSelectMultiple
    )
    task_zh_hans = forms.CharField(label=gettext_lazy("What to look at, in Chinese"), max_length=300)
    task_en = forms.CharField(label=gettext_lazy("What to look at, in English"), max_length=300)
    department: Any = forms.ModelChoiceField(
        Department.objects.order_by("pk"), label=gettext_lazy("Responsible department")
    )
    policy: Any = forms.ModelChoiceField(Policy.objects.none(), label=gettext_lazy("Policy"), required=False)
    place: Any = forms.ModelChoiceField(Place.objects.order_by("slug"), label=gettext_lazy("Place"), required=False)
    occasion: Any = forms.ModelChoiceField(Occasion.objects.none(), label=gettext_lazy("Event"), required=False)
    due_on = forms.DateField(label=gettext_lazy("Due"), required=False, widget=date_input())

    def __init__(self, *args: Any, batch: ObserverBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["observers"].queryset = batch.observers.select_related("candidate").order_by("pk")
        fields["observers"].label_from_instance = lambda row: f"{row.candidate.name} · {row.certificate}"
        fields["policy"].queryset = Policy.objects.exclude(published_at=None).order_by("-pk")
        fields["policy"].label_from_instance = lambda row: row.title
        fields["occasion"].queryset = Occasion.objects.exclude(state="draft").order_by("-day", "-pk")

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day and day < local_day():
            raise ValidationError(_("Choose a day that is still to come."))
        return day

    def wanted(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        tasks = {lang: said.pop(f"task_{bilingual.SUFFIX[lang]}") for lang in bilingual.LANGUAGES}
        return {**said, "tasks": tasks}


class EndForm(forms.Form):
    """The end of an observer's term before that of the batch."""

    how = forms.ChoiceField(label=gettext_lazy("How it ends"), choices=TermEnd.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=gettext_lazy("Last day"), initial=local_day, widget=date_input())
    why = forms.CharField(
        label=gettext_lazy("Reason, which the person reads"),
        max_length=300,
        help_text=gettext_lazy("The certificate tells only how and when the term ended, not why."),
    )


class PicturesField(forms.FileField):
    """Several at once; what they are is checked where they are kept."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if len(data or []) > pictures.MOST:
            raise ValidationError(_("At most %(count)s pictures.") % {"count": pictures.MOST})
        return list(data or [])


class ObservationForm(forms.ModelForm):
    """Points for each aspect that could be judged, and words."""

    images = PicturesField(
        label=gettext_lazy("Pictures"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy(
            "Up to four: PNG, JPEG or WebP. Place, time and device are taken out. They stay private until the reply is "
            "published; show no faces."
        ),
    )

    class Meta:
        model = Observation
        fields = ("seen_on", "good", "better", "proposal")
        widgets = {"seen_on": date_input(), **{name: _area() for name in ("good", "better", "proposal")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for aspect in Aspect:
            self.fields[aspect.value] = forms.TypedChoiceField(
                label=aspect.label,
                choices=[("", _("Not judged")), *((str(n), str(n)) for n in range(5, 0, -1))],
                coerce=int,
                empty_value=None,
                required=False,
                initial=self.instance.points.get(aspect.value, ""),
                help_text=_("5 is best"),
            )
        self.order_fields(["seen_on", *Aspect.values, "good", "better", "proposal", "images"])

    def clean_seen_on(self) -> Any:
        day = self.cleaned_data["seen_on"]
        if day > local_day():
            raise ValidationError(_("The day lies in the future."))
        return day

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def points(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in Aspect.values if self.cleaned_data.get(name)}


class ReplyForm(forms.ModelForm):
    """In both languages; without the observer's name."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Observation
        fields = REPLY
        labels = {
            "said_zh_hans": gettext_lazy("You said, in Chinese"),
            "said_en": gettext_lazy("You said, in English"),
            "did_zh_hans": gettext_lazy("We did, in Chinese"),
            "did_en": gettext_lazy("We did, in English"),
        }
        widgets = {name: _area() for name in REPLY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.lock_version
        for name in REPLY:
            self.fields[name].required = True

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in REPLY}
