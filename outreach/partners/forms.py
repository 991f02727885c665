"""Forms about partners, their contacts, memoranda, tasks and reviews; cleaning only."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from engagement.forms import date_input
from outreach.enums import Area, PartnerKind
from outreach.files import IMAGES, checked
from outreach.models import JointTask, Memorandum, Partner, PartnerContact
from outreach.partners import memoranda, workflow
from outreach.rules import ORGANISERS
from portal.core.calendar import local_day
from portal.core.forms import NameField

REASON = 300


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class SearchForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Find a partner"), max_length=60, required=False, widget=forms.SearchInput)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *PartnerKind.choices]  # type: ignore[attr-defined]

    def asked(self) -> tuple[str, str]:
        """The word and the kind; what means nothing is as good as not asked."""
        self.is_valid()
        return self.cleaned_data.get("q", ""), self.cleaned_data.get("kind", "")


class PartnerForm(forms.ModelForm):
    """A partner in both languages. The telephone and the address are the organisation's, never a person's."""

    name_zh_hans = NameField(label=gettext_lazy("Name in Chinese"), max_length=160)
    name_en = NameField(label=gettext_lazy("Name in English"), max_length=160)
    website = forms.URLField(label=gettext_lazy("Website"), max_length=300, required=False, assume_scheme="https")
    logo_file = forms.FileField(
        label=gettext_lazy("Logo"), required=False, help_text=gettext_lazy("A picture: PNG, JPEG or WebP.")
    )

    class Meta:
        model = Partner
        fields = workflow.FACTS
        labels = {
            "about_zh_hans": gettext_lazy("In one sentence, in Chinese"),
            "about_en": gettext_lazy("In one sentence, in English"),
            "address_zh_hans": gettext_lazy("Address in Chinese"),
            "address_en": gettext_lazy("Address in English"),
        }
        help_texts = {"phone": gettext_lazy("Of the organisation, not of a person: the public sees it.")}

    def clean_logo_file(self) -> Any:
        file = self.cleaned_data["logo_file"]
        if file and checked(file).content_type not in IMAGES:
            raise ValidationError(_("The logo has to be a picture."))
        return file

    def facts(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] if name == "park" else self.cleaned_data[name] or "" for name in _TEXTS
        } | {
            "public": self.cleaned_data["public"],
            "active": self.cleaned_data["active"],
        }


_TEXTS = tuple(name for name in workflow.FACTS if name not in ("public", "active"))


class ContactForm(forms.ModelForm):
    """Who speaks for the partner, and the address they are invited at."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=80)

    class Meta:
        model = PartnerContact
        fields = ("name", "position", "email", "phone")


class MemorandumForm(forms.ModelForm):
    """A draft; most of it may stay empty until it is signed. `seen`: the version that was read."""

    title_zh_hans = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=200)
    parties: Any = forms.ModelMultipleChoiceField(
        queryset=Partner.objects.filter(active=True),
        label=gettext_lazy("Partners"),
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Areas of cooperation"),
        choices=Area.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    scan = forms.FileField(
        label=gettext_lazy("Signed file"),
        required=False,
        help_text=gettext_lazy("The signed memorandum as a PDF file."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Memorandum
        fields = memoranda.FACTS
        labels = {
            "number": gettext_lazy("Number of the memorandum"),
            "district_side_zh_hans": gettext_lazy("On the district's side, in Chinese"),
            "district_side_en": gettext_lazy("On the district's side, in English"),
            "summary_zh_hans": gettext_lazy("What was agreed, in Chinese"),
            "summary_en": gettext_lazy("What was agreed, in English"),
        }
        widgets = {
            "begins_on": date_input(),
            "ends_on": date_input(),
            "summary_zh_hans": _area(5),
            "summary_en": _area(5),
        }

    field_order = (
        *("title_zh_hans", "title_en", "number", "parties", "district_side_zh_hans", "district_side_en", "areas"),
        *("summary_zh_hans", "summary_en", "begins_on", "ends_on", "scan", "public", "seen"),
    )

    def clean_scan(self) -> Any:
        file = self.cleaned_data["scan"]
        if file and checked(file).content_type != "application/pdf":
            raise ValidationError(_("The signed memorandum has to be a PDF file."))
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("begins_on"), said.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("It would end before it begins."))
        return said

    def validate_constraints(self) -> None:
        """Said at the field already."""

    def facts(self) -> dict[str, Any]:
        loose = ("areas", "begins_on", "ends_on", "public")
        return {
            name: self.cleaned_data[name] if name in loose else self.cleaned_data[name] or ""
            for name in memoranda.FACTS
        }


class AmendForm(MemorandumForm):
    """Another version of what holds, and why; its partners stay."""

    why_zh_hans = forms.CharField(label=gettext_lazy("Why it is amended, in Chinese"), max_length=REASON)
    why_en = forms.CharField(label=gettext_lazy("Why it is amended, in English"), max_length=REASON)
    parties = None
    field_order: Any = ("why_zh_hans", "why_en", *MemorandumForm.field_order)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scan"].label = _("New signed file, if there is one")

    def why(self) -> dict[str, str]:
        return {"zh-hans": self.cleaned_data["why_zh_hans"], "en": self.cleaned_data["why_en"]}


class SignForm(forms.Form):
    prefix = "sign"
    on = forms.DateField(initial=local_day, label=gettext_lazy("Signed on"), widget=date_input())


class EndForm(forms.Form):
    prefix = "end"
    on = forms.DateField(initial=local_day, label=gettext_lazy("Last day"), widget=date_input())
    zh_hans = forms.CharField(label=gettext_lazy("Why it ends early, in Chinese"), max_length=REASON)
    en = forms.CharField(label=gettext_lazy("Why it ends early, in English"), max_length=REASON)


class TaskForm(forms.Form):
    prefix = "task"
    zh_hans = forms.CharField(label=gettext_lazy("Task in Chinese"), max_length=200)
    en = forms.CharField(label=gettext_lazy("Task in English"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("Due"), required=False, widget=date_input())


class ReviewForm(forms.Form):
    """What came of a year; the years are those in which the memorandum held."""

    prefix = "review"
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    zh_hans = forms.CharField(label=gettext_lazy("What came of it, in Chinese"), max_length=3000, widget=_area())
    en = forms.CharField(label=gettext_lazy("What came of it, in English"), max_length=3000, widget=_area())

    def __init__(self, *args: Any, memorandum: Memorandum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, last = memoranda.years_of(memorandum)
        self.fields["year"].choices = [(year, str(year)) for year in range(last, first - 1, -1)]  # type: ignore[attr-defined]


class KeeperForm(forms.Form):
    prefix = "keeper"
    person = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Looked after by"))

    def __init__(self, *args: Any, memorandum: Memorandum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["person"] = memorandum.steward_id
        self.fields["person"].queryset = User.objects.with_role(*ORGANISERS).order_by("pk")  # type: ignore[attr-defined]


class ProgressForm(forms.Form):
    """Where a task stands; drop: only the district's side is asked."""

    progress = forms.IntegerField(label=gettext_lazy("Progress in per cent"), min_value=0, max_value=100)
    note = forms.CharField(label=gettext_lazy("Where it stands"), max_length=500, required=False)
    drop = forms.BooleanField(label=gettext_lazy("This is no longer pursued"), required=False)

    def __init__(self, *args: Any, task: JointTask, official: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix = f"t{task.pk}"
        self.initial = {"progress": task.progress, "note": task.note, "drop": task.state == "dropped"}
        if not official:
            del self.fields["drop"]
