"""What is filled in about events; cleaning only."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.enums import EventFormat, EventKind, Language
from outreach.events.workflow import Wanted
from outreach.models import Material, Occasion, Partner, Place
from outreach.models.shared import LONGEST
from policies.enums import InterpretationKind, InterpretationState
from policies.models import Interpretation, Policy
from portal.core import bilingual
from portal.core.forms import NameField

PAIRS = {
    "title": (gettext_lazy("Title"), 200, 1),
    "theme": (gettext_lazy("Theme"), 300, 1),
    "about": (gettext_lazy("About the event"), 5000, 6),
    "host": (gettext_lazy("Organised by"), 300, 1),
    "room": (gettext_lazy("Room"), 120, 1),
    "speakers": (gettext_lazy("Speakers: a line each, name; position; topic; languages"), 3000, 4),
}
OF_EVENT = ("theme", "about", "host")
OF_OCCASION = ("title", "room")
MOST_SPEAKERS = 30
PARTS = {"name": 80, "role": 160, "topic": 200}
SPOKEN = len(PARTS)  # where the languages stand in a line


def pair(name: str, *, required: bool = False) -> dict[str, forms.CharField]:
    """The field of a text in both languages."""
    label, most, rows = PAIRS[name]
    made = {}
    for column, language in zip(bilingual.columns(name), bilingual.LANGUAGES, strict=True):
        facts: dict[str, Any] = {"label": label_in(language, label), "max_length": most, "required": required}
        if rows > 1:
            made[column] = forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **facts)
        else:
            made[column] = NameField(**facts)
    return made


def _label_in(language: str, label: Any) -> str:
    words = {"zh-hans": _("%(label)s (Chinese)"), "en": _("%(label)s (English)")}
    return words[language] % {"label": label}


label_in = lazy(_label_in, str)


class EventForm(forms.Form):
    """An event, its texts in both languages; what is missing is asked for when it is published."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=EventKind.choices)
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=EventFormat.choices)
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), localize=False
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day of the event"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        localize=False,
        required=False,
        help_text=gettext_lazy("Only of an event over several days; people are let in on each of them."),
    )
    begins = forms.TimeField(
        label=gettext_lazy("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place: Any = forms.ModelChoiceField(
        label=gettext_lazy("Place"), queryset=Place.objects.filter(active=True), required=False
    )
    online_url = forms.URLField(
        label=gettext_lazy("Address for online guests"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Shown only to those who have a place."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    interpretation = forms.MultipleChoiceField(
        label=gettext_lazy("Interpreted into"),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy(
            "Leave it empty if nobody needs to be counted. More places let the waiting list move up. "
            "Of an event on site and online: places in the room; who takes part online needs none."
        ),
    )
    group_places = forms.IntegerField(
        label=gettext_lazy("Places kept for partners' groups"), min_value=0, max_value=30_000, initial=0, required=False
    )
    registers_until = forms.DateTimeField(
        label=gettext_lazy("Registration until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: until it begins."),
    )
    policies = forms.CharField(
        label=gettext_lazy("Policies that it is about"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The address of each policy's page, a line each. Enterprises that these fit can be invited."
        ),
    )
    partners: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Partners"),
        queryset=Partner.objects.filter(active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, occasion: Occasion | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = initial_of(occasion) if occasion else None
        super().__init__(*args, **kwargs)
        texts = {name: field for each in PAIRS for name, field in pair(each, required=each == "title").items()}
        self.fields = {**texts, **self.fields}

    def clean_policies(self) -> list[Policy]:
        lines = [line.strip() for line in self.cleaned_data["policies"].splitlines() if line.strip()]
        slugs = [line.split("?")[0].rstrip("/").rpartition("/")[2] for line in lines]
        found = {each.slug: each for each in Policy.objects.published().filter(slug__in=slugs).defer("search")}
        if unknown := [slug for slug in slugs if slug not in found]:
            raise forms.ValidationError(_("There is no such policy: %(what)s") % {"what": ", ".join(unknown[:5])})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = self._moment("begins"), self._moment("ends")
        if first and last and last <= first:
            self.add_error("last_day" if said.get("last_day") else "ends", _("It ends before it begins."))
        elif first and last and last - first > LONGEST:
            self.add_error("last_day", _("An event lasts a month at most."))
        if first and said.get("registers_until") and said["registers_until"] > first:
            self.add_error("registers_until", _("Registration ends when the event begins, at the latest."))
        if (said.get("group_places") or 0) > (said.get("capacity") or 0):
            self.add_error("group_places", _("More places are kept for groups than there are."))
        self._speakers()
        return said

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        texts = {name: [said[column] for column in bilingual.columns(name)] for name in (*OF_EVENT, *OF_OCCASION)}
        columns = {name: dict(zip(bilingual.columns(name), pair_, strict=True)) for name, pair_ in texts.items()}
        occasion = {k: v for name in OF_OCCASION for k, v in columns[name].items()}
        names = ("place", "online_url", "languages", "interpretation", "capacity", "registers_until")
        occasion |= {name: said[name] for name in names}
        occasion |= {"starts_at": self._moment("begins"), "ends_at": self._moment("ends")}
        event = {k: v for name in OF_EVENT for k, v in columns[name].items()}
        event |= {"kind": said["kind"], "format": said["format"], "group_places": said["group_places"] or 0}
        return Wanted(occasion, event, said["policies"], said["partners"], self._speakers())

    def _moment(self, name: str) -> datetime | None:
        day, clock = self.cleaned_data.get("day"), self.cleaned_data.get(name)
        if name == "ends":
            day = self.cleaned_data.get("last_day") or day
        return timezone.make_aware(datetime.combine(day, clock)) if day and clock else None

    def _speakers(self) -> list[dict[str, Any]]:
        """Line by line, the languages side by side; what a speaker speaks may be said on either side."""
        sides = [_lines(self.cleaned_data.get(column) or "") for column in bilingual.columns("speakers")]
        if wrong := _wrong(sides):
            self.add_error("speakers_en", wrong)
            return []
        return [
            {
                **{f"{name}_zh_hans": chinese[n] for n, name in enumerate(PARTS)},
                **{f"{name}_en": english[n] for n, name in enumerate(PARTS)},
                "languages": spoken(chinese[SPOKEN]) or spoken(english[SPOKEN]),
            }
            for chinese, english in zip(*sides, strict=True)
        ]


def _lines(text: str) -> list[list[str]]:
    """Name, position, topic, languages of each line; what is not said is empty."""
    lines = [line.replace("；", ";").split(";", SPOKEN) for line in text.splitlines() if line.strip()]
    return [[part.strip() for part in [*line, *[""] * SPOKEN][: SPOKEN + 1]] for line in lines]


def _wrong(sides: list[list[list[str]]]) -> str:
    lines = [line for side in sides for line in side]
    if len(sides[0]) != len(sides[1]):
        return _("Name the same speakers in both languages, a line each.")
    if len(sides[0]) > MOST_SPEAKERS or any(
        len(part) > most for line in lines for part, most in zip(line, PARTS.values(), strict=False)
    ):
        return _("That is too long for a speaker's line.")
    if unknown := next((line[SPOKEN] for line in lines if line[SPOKEN] and not spoken(line[SPOKEN])), ""):
        known = ", ".join(str(label) for label in Language.labels)
        return _("Which language is “%(what)s”? Known are: %(known)s.") % {"what": unknown[:60], "known": known}
    return ""


def spoken(text: str) -> list[str]:
    """Codes of the languages named in either language or by their codes; none where one of them is unknown."""
    names: dict[str, str] = {code: code for code in Language.values}
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            names |= {str(label).lower(): code for code, label in Language.choices}
    found = [names.get(part.strip().lower(), "") for part in re.split(r"[,，、/]", text) if part.strip()]
    return list(dict.fromkeys(found)) if all(found) else []


def initial_of(occasion: Occasion) -> dict[str, Any]:
    """The event as the form shows it."""
    event: Any = occasion.event
    texts = {c: getattr(occasion, c) or "" for name in OF_OCCASION for c in bilingual.columns(name)}
    texts |= {c: getattr(event, c) or "" for name in OF_EVENT for c in bilingual.columns(name)}
    speakers = list(event.speakers.all())
    for suffix in ("zh_hans", "en"):
        rows = [
            [*(getattr(each, f"{part}_{suffix}") or "" for part in PARTS), ", ".join(each.languages)]
            for each in speakers
        ]
        texts[f"speakers_{suffix}"] = "\n".join("; ".join(row).rstrip("; ") for row in rows)
    facts = {
        name: getattr(occasion, name) for name in ("place", "online_url", "languages", "interpretation", "capacity")
    }
    start = timezone.localtime(occasion.starts_at) if occasion.starts_at else None
    end = timezone.localtime(occasion.ends_at) if occasion.ends_at else None
    until = timezone.localtime(occasion.registers_until) if occasion.registers_until else None
    return {
        **texts,
        **facts,
        "registers_until": until,
        "day": occasion.day,
        "begins": start.time() if start else None,
        "ends": end.time() if end else None,
        "last_day": end.date() if end and end.date() != occasion.day else None,
        "kind": event.kind,
        "format": event.format,
        "group_places": event.group_places,
        "policies": "\n".join(event.policies.values_list("slug", flat=True)),
        "partners": list(event.partners.values_list("partner", flat=True)),
    }


class WhyForm(forms.Form):
    """Why it is cancelled, in both languages."""

    why_zh_hans = forms.CharField(label=gettext_lazy("Reason (Chinese)"), max_length=300)
    why_en = forms.CharField(label=gettext_lazy("Reason (English)"), max_length=300)

    def why(self) -> dict[str, str]:
        return {"zh-hans": self.cleaned_data["why_zh_hans"], "en": self.cleaned_data["why_en"]}


class AfterForm(forms.Form):
    """Materials, the recording, what came of it."""

    materials: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Materials"),
        queryset=Material.objects.filter(withdrawn_at=None),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    recording: Any = forms.ModelChoiceField(
        label=gettext_lazy("Recording"),
        required=False,
        queryset=Interpretation.objects.filter(
            kind=InterpretationKind.VIDEO, state=InterpretationState.PUBLISHED
        ).order_by("-pk"),
        help_text=gettext_lazy("An interpretation video that is published: it has captions in both languages."),
    )
    summary_zh_hans = forms.CharField(
        label=gettext_lazy("What came of it (Chinese)"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    summary_en = forms.CharField(
        label=gettext_lazy("What came of it (English)"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        summary = {"zh-hans": said["summary_zh_hans"].strip(), "en": said["summary_en"].strip()}
        return {"summary": summary, "recording": said["recording"], "materials": said["materials"]}


class QuestionForm(forms.Form):
    """A question; visitors say how to address them, and may show their code, so that we can write to them."""

    text = forms.CharField(
        label=gettext_lazy("What would you like to ask?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    name = NameField(label=gettext_lazy("Your name"), max_length=80)
    code = forms.CharField(
        label=gettext_lazy("Your check-in code, if you are registered"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("Then we can also answer you in person. It is not shown."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "ask_%s"
        super().__init__(*args, **kwargs)
        if user.is_authenticated:
            del self.fields["name"], self.fields["code"]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Public answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WalkInForm(forms.Form):
    name = NameField(label=gettext_lazy("Name of the guest"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)


class GroupForm(forms.Form):
    """A partner's group."""

    seats = forms.IntegerField(label=gettext_lazy("How many people"), min_value=1, max_value=200, localize=False)
    needs = forms.CharField(label=gettext_lazy("What the group needs on site"), max_length=300, required=False)
