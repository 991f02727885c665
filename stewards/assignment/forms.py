"""Forms on leave, profiles and coverage; cleaning only."""

from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Industry, Park, Subdistrict
from portal.core.templatetags.ui import day_plain
from stewards.assignment.queries import away_until, colleagues
from stewards.assignment.words import LANGUAGES
from stewards.centre.forms import stewards
from stewards.enums import RequestType
from stewards.models import RequestCategory


class Substitute(forms.ModelChoiceField):
    """A colleague by name; who is away today is marked."""

    away: dict[int, Any] = {}

    def label_from_instance(self, obj: Any) -> str:
        parts = [obj.name, obj.department.name if obj.department else ""]
        if obj.pk in self.away:
            parts.append(str(_("away until %(until)s") % {"until": day_plain(self.away[obj.pk])}))
        return " · ".join(part for part in parts if part)


class LeaveForm(forms.Form):
    """From when until when, and who answers meanwhile."""

    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    substitute = Substitute(
        label=_("Substitute"), queryset=User.objects.none(), required=False,
        empty_label=_("Nobody: new requests go to the service centre"),
    )  # fmt: skip
    second = Substitute(
        label=_("Second substitute"), queryset=User.objects.none(), required=False, empty_label="—",
        help_text=_("Stands in when the first is away, too."),
    )  # fmt: skip
    hand_over = forms.BooleanField(
        label=_("Hand over what is open, too"),
        required=False,
        help_text=_("The enterprises are told who answers meanwhile. When the leave ends everything comes back."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        away, is_steward = away_until(), Role.STEWARD in person.roles
        others = stewards().exclude(pk=person.pk) if is_steward else colleagues(person)
        for name in ("substitute", "second"):
            field: Any = self.fields[name]
            field.queryset, field.away = others.select_related("department").order_by("name_en", "pk"), away
        if not is_steward:
            self.fields["substitute"].empty_label = _("Nobody: it falls to the department")  # type: ignore[attr-defined]
            self.fields["hand_over"].initial = True


class LanguagesForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("I write to enterprises in"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )


class ProfileForm(forms.Form):
    """What a steward can be given beside their own enterprises; nothing ticked means: any."""

    in_rotation = forms.BooleanField(
        label=_("Takes requests that have no steward of their own"), required=False,
        help_text=_("In turn with the others; own enterprises always come first."),
    )  # fmt: skip
    capacity = forms.IntegerField(label=_("Most open requests at a time"), min_value=1, max_value=500, initial=30)
    languages = forms.MultipleChoiceField(
        label=_("Writes in"), choices=list(LANGUAGES.items()), initial=["zh-hans"],
        error_messages={"required": _("Choose at least one language.")},
    )  # fmt: skip
    types = forms.MultipleChoiceField(label=_("Types of requests"), choices=RequestType.choices, required=False)
    categories = forms.TypedMultipleChoiceField(label=_("Subjects"), coerce=int, required=False)
    subdistricts = forms.MultipleChoiceField(label=_("Subdistricts"), required=False)
    parks = forms.MultipleChoiceField(label=_("Parks and buildings"), required=False)
    industries = forms.MultipleChoiceField(label=_("Industries"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "categories": subjects(),
            "subdistricts": [(each.pk, str(each)) for each in Subdistrict.objects.all()],
            "parks": [(each.pk, str(each)) for each in Park.objects.all()],
            "industries": sections(),
        }
        for name in ("languages", "types", *offered):
            field: Any = self.fields[name]
            field.widget = forms.CheckboxSelectMultiple()
            field.choices = offered.get(name, field.choices)
            if name != "languages":
                field.help_text = _("Nothing ticked: any.")
        for name, choices in offered.items():
            if not choices:
                del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """All columns; what could not be chosen yet stays open."""
        return {"categories": [], "subdistricts": [], "parks": [], "industries": [], **self.cleaned_data}


class BoardForm(forms.Form):
    """What the coverage board shows; what is not understood counts as not asked."""

    columns = forms.ChoiceField(
        label=_("Columns"), required=False, choices=[("", _("Types of requests")), ("subjects", _("Subjects"))]
    )
    industry = forms.ChoiceField(label=_("Industry"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Any language")), *LANGUAGES.items()]
    )

    def __init__(self, *args: Any, industries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].choices = [("", _("All industries")), *industries]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def sections() -> list[tuple[str, str]]:
    """The industries by section: A, B, C …"""
    return [(each.section, each.name) for each in Industry.objects.filter(code=F("section"))]


def subjects() -> list[tuple[int, str]]:
    """The subjects of the upper level that are in use."""
    found = RequestCategory.objects.filter(parent__isnull=True, active=True)
    return [(each.pk, each.name) for each in found]
