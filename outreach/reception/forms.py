"""What is filled in about the reception room; cleaning only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from outreach.enums import Language
from outreach.models import Registration, Topic, Zone
from outreach.reception.queries import lines, topics, zones
from outreach.reception.workflow import LONGEST_SERIES, Series
from outreach.registering import Guest
from policies.enums import InterpretationKind, InterpretationState
from policies.models import Interpretation
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.forms import NameField
from stewards.enums import RequestType
from stewards.models import HelpRequest

MINUTES = (20, 30, 45, 60, 90, 120)


def shown_name(thing: Any) -> str:
    return str(thing.name)


class Named(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return shown_name(obj)


class BookForm(forms.Form):
    """Who comes and what about; whoever is signed in is known already."""

    name = NameField(label=gettext_lazy("Your name"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("We send you a letter; open it and confirm, and the place is reserved."),
    )
    matter = forms.CharField(
        label=gettext_lazy("Your matter"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A few sentences, in the language you prefer. No identity numbers, please."),
    )
    checked = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Documents that are ready"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick what you have. What is missing does not keep you from coming."),
    )
    request = forms.ModelChoiceField(
        label=gettext_lazy("Request that this is about"),
        queryset=HelpRequest.objects.none(),
        required=False,
        empty_label=gettext_lazy("No request"),
    )
    needs = forms.CharField(
        label=gettext_lazy("What you need on site"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example a ramp, sign language, a quiet place. You need not say why."),
    )

    def __init__(self, *args: Any, topic: Topic, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic, self.user = topic, user
        documents = lines(topic)
        if documents:
            self.fields["checked"].choices = list(enumerate(documents))  # type: ignore[attr-defined]
        else:
            del self.fields["checked"]
        own = HelpRequest.objects.of_member(user).open() if user.is_authenticated else HelpRequest.objects.none()
        if own.exists():
            self.fields["request"].queryset = own.order_by("-pk")  # type: ignore[attr-defined]
            self.fields["request"].label_from_instance = _request_words  # type: ignore[attr-defined]
        else:
            del self.fields["request"]
        if user.is_authenticated:
            self.fields["name"].initial = user.name
            del self.fields["email"]

    def guest(self) -> Guest:
        said = self.cleaned_data
        known = self.user.is_authenticated
        return Guest(
            name=said["name"],
            email=self.user.email if known else said["email"],
            language=bilingual.current(),
            needs=said["needs"],
            matter=said["matter"],
            checked=tuple(sorted(said.get("checked", ()))),
            topic=self.topic,
            user=self.user if known else None,
        )


def _request_words(request: HelpRequest) -> str:
    return f"{request.number} {request.subject}"


class TopicForm(forms.ModelForm):
    """A topic in both languages; the two lists have a line for each document."""

    class Meta:
        model = Topic
        fields = (
            *bilingual.columns("name"),
            *bilingual.columns("about"),
            *bilingual.columns("checklist"),
            "department",
            "position",
            "active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _both_needed(self)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        counts = []
        for column in bilingual.columns("checklist"):
            kept = [line.strip() for line in (said.get(column) or "").splitlines() if line.strip()]
            said[column] = "\n".join(kept)
            counts.append(len(kept))
        if counts[0] != counts[1]:
            words = _("The list has %(zh)s lines in Chinese and %(en)s in English: write each document in both.")
            self.add_error("checklist_en", words % {"zh": counts[0], "en": counts[1]})
        if bool(said.get("about_en")) != bool(said.get("about_zh_hans")):
            self.add_error("about_en", _("Write it in both languages, or in none."))
        return said


class ZoneForm(forms.ModelForm):
    class Meta:
        model = Zone
        fields = ("place", "kind", *bilingual.columns("name"), *bilingual.columns("about"), "position", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _both_needed(self)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("about_en")) != bool(said.get("about_zh_hans")):
            self.add_error("about_en", _("Write it in both languages, or in none."))
        return said


def _both_needed(form: forms.ModelForm) -> None:
    """Names in both languages; which language a field is in is said by its label."""
    words = {"zh_hans": _("%(label)s (Chinese)"), "en": _("%(label)s (English)")}
    for name, field in form.fields.items():
        base, _mark, language = name.partition("_")
        if language in words:
            label = form._meta.model._meta.get_field(base).verbose_name
            field.label = words[language] % {"label": str(label).capitalize()}
            field.required = base == "name"
            if base == "about":
                field.widget = forms.Textarea(attrs={"rows": 3})
    form.fields["position"].label = _("Order on the page")


class PlanForm(forms.Form):
    """A series of sessions."""

    zone: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Zone"), queryset=Zone.objects.filter(active=True)
    )
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        coerce=int,
        choices=[(n, WEEKDAYS[n]) for n in range(5)],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Public holidays are left out; a make-up workday counts as a Friday."),
    )
    begins = forms.TimeField(
        label=gettext_lazy("First session begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Last session ends by"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("Length of a session, in minutes"),
        coerce=int,
        choices=[(n, str(n)) for n in MINUTES],
        initial=30,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Visitors in a session"), min_value=1, max_value=200, initial=1, localize=False
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    topics = Named(label=gettext_lazy("Topics"), queryset=Topic.objects.none(), widget=forms.CheckboxSelectMultiple)
    staff = Named(
        label=gettext_lazy("Staff"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They see who comes to these sessions, and are told of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].label_from_instance = shown_name  # type: ignore[attr-defined]
        self.fields["topics"].queryset = topics()  # type: ignore[attr-defined]
        self.fields["staff"].queryset = staff_to_choose()  # type: ignore[attr-defined]
        if len(kept := zones()) == 1:
            self.fields["zone"].initial = kept[0].pk

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and first < local_day():
            self.add_error("first", _("This day is over."))
        if first and last and not timedelta(0) <= last - first <= LONGEST_SERIES:
            self.add_error("last", _("The last day comes after the first, within three months."))
        if said.get("begins") and said.get("ends") and said["ends"] <= said["begins"]:
            self.add_error("ends", _("The end comes after the beginning."))
        return said

    def series(self) -> Series:
        said = self.cleaned_data
        several = ("topics", "staff", "languages", "weekdays")
        facts: dict[str, Any] = {name: tuple(value) if name in several else value for name, value in said.items()}
        return Series(**facts)


class StaffForm(forms.Form):
    """Who holds one session."""

    staff = Named(label=gettext_lazy("Staff"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = staff_to_choose()  # type: ignore[attr-defined]


def staff_to_choose() -> Any:
    return User.objects.filter(is_active=True).exclude(roles=[]).order_by("name_zh", "pk")


class CancelForm(forms.Form):
    why_zh_hans = forms.CharField(label=gettext_lazy("Why it is cancelled (Chinese)"), max_length=300)
    why_en = forms.CharField(label=gettext_lazy("Why it is cancelled (English)"), max_length=300)

    def why(self) -> dict[str, str]:
        return {"zh-hans": self.cleaned_data["why_zh_hans"], "en": self.cleaned_data["why_en"]}


class CodeForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Check-in code"), max_length=20)


class WalkInForm(forms.ModelForm):
    """Somebody at the door who has not booked: a name at most."""

    class Meta:
        model = Registration
        fields = ("name", "email", "language", "topic", "matter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["topic"]
        chosen.queryset, chosen.label_from_instance = topics(), shown_name
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[("zh-hans", _("Chinese")), ("en", _("English"))]
        )
        self.fields["email"].required = self.fields["topic"].required = False
        self.fields["matter"].required = False

    def guest(self) -> Guest:
        return Guest(**{name: self.cleaned_data[name] for name in self._meta.fields or ()})


class RecordingForm(forms.Form):
    video = forms.ModelChoiceField(label=gettext_lazy("Video"), queryset=Interpretation.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Interpretation.objects.filter(kind=InterpretationKind.VIDEO, state=InterpretationState.PUBLISHED)
        chosen: Any = self.fields["video"]
        chosen.queryset = published.prefetch_related("policies").order_by("-published_at")
        chosen.label_from_instance = video_words


def video_words(video: Interpretation) -> str:
    """The policies that it explains, and when it was published."""
    return " · ".join([*(policy.title for policy in video.policies.all()), f"{video.published_at:%Y-%m-%d}"])


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note of the talk"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Seen by this session's people only; deleted together with the guest's name."),
    )


class RequestForm(forms.Form):
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=RequestType.choices)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    body = forms.CharField(
        label=gettext_lazy("What is needed"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
