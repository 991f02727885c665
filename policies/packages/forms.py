"""Cleaning of what officials type about a service package."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.credit_code import normalise
from enterprises.models import Enterprise, Segment
from enterprises.segments import queries as segments
from policies.enums import Theme
from policies.models import Package

SUGGESTED = 8


class PackageForm(forms.Form):
    """Title and introduction in both languages; and whom it is for: one enterprise, or a theme, a segment, or both."""

    title_zh_hans = forms.CharField(label=gettext_lazy("Title (Chinese)"), max_length=200, required=False)
    title_en = forms.CharField(label=gettext_lazy("Title (English)"), max_length=200, required=False)
    introduction_zh_hans = forms.CharField(
        label=gettext_lazy("Introduction (Chinese)"), max_length=2_000, required=False, widget=forms.Textarea
    )
    introduction_en = forms.CharField(
        label=gettext_lazy("Introduction (English)"), max_length=2_000, required=False, widget=forms.Textarea
    )
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=[("", "—"), *Theme.choices], required=False)
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    enterprise_name = forms.CharField(
        label=gettext_lazy("Enterprise"),
        help_text=gettext_lazy("Its unified social credit code, or its name or a part of it in either language."),
        max_length=200,
        required=False,
    )
    enterprise = forms.ChoiceField(
        label=gettext_lazy("Which of these enterprises?"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, user: Any, package: Package | None = None) -> None:
        super().__init__(data, initial=_initial(package))
        self.found = Enterprise.objects.visible_to(user)
        for name in ("title_zh_hans", "title_en", "introduction_zh_hans", "introduction_en"):
            lang = "en" if name.endswith("_en") else "zh-Hans"
            self.fields[name].widget.attrs |= {"lang": lang, "dir": "auto"}
            if name.startswith("introduction"):
                self.fields[name].widget.attrs["rows"] = 5
        chooser: Any = self.fields["segment"]
        chooser.choices = _segments(package)
        self.several = self._offer()
        if not self.several:
            del self.fields["enterprise"]

    def _offer(self) -> bool:
        """When several enterprises fit what was typed, the person chooses among them."""
        if not self.is_bound:
            return False
        matches = self._matches(str(self.data.get("enterprise_name", "")).strip()[:200])
        if len(matches) < 2:
            return False
        choices = [(str(each.pk), f"{each.name} · {each.credit_code or _('no code')}") for each in matches]
        chooser: Any = self.fields["enterprise"]
        chooser.choices, chooser.required = choices, True
        chooser.error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), _("Several enterprises fit: choose one.")
        )
        return True

    def _matches(self, text: str) -> list[Enterprise]:
        if not text:
            return []
        exact = self.found.filter(
            Q(credit_code=normalise(text)) | Q(name_zh_hans__iexact=text) | Q(name_en__iexact=text)
        )
        rows = list(exact[:SUGGESTED])
        if rows:
            return rows
        return list(self.found.filter(Q(name_zh_hans__icontains=text) | Q(name_en__icontains=text))[:SUGGESTED])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("title_zh_hans") or data.get("title_en") or self.errors):
            self.add_error("title_zh_hans", _("Give a title in at least one language."))
        text = data.get("enterprise_name", "")
        data["enterprise"] = self._chosen(text) if text else None
        if text and data.get("theme"):
            self.add_error("theme", _("A package is for one enterprise or for a theme, not for both."))
        elif text and data.get("segment"):
            self.add_error("segment", _("A package is for one enterprise or for a segment, not for both."))
        elif not (text or data.get("theme") or data.get("segment")) and not self.errors.keys() & {"theme", "segment"}:
            said = _("Choose the enterprise, the theme or the segment that the package is for.")
            self.add_error("enterprise_name", said)
        data["segment"] = Segment.objects.filter(pk=data["segment"]).first() if data.get("segment") else None
        return data

    def _chosen(self, text: str) -> Enterprise | None:
        matches = self._matches(text)
        if not matches:
            self.add_error("enterprise_name", _("No enterprise has this code or name."))
        if len(matches) < 2:
            return matches[0] if matches else None
        return next((each for each in matches if str(each.pk) == self.data.get("enterprise")), None)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "enterprise_name"}


class NoteForm(forms.Form):
    """Why a policy is in the package."""

    note_zh_hans = forms.CharField(label=gettext_lazy("Note (Chinese)"), max_length=300, required=False)
    note_en = forms.CharField(label=gettext_lazy("Note (English)"), max_length=300, required=False)


def _segments(package: Package | None) -> list[tuple[str, str]]:
    """Those in use, and the one that the package has."""
    choices, kept = segments.choices(), package.segment if package else None
    if kept and str(kept.pk) not in dict(choices):
        choices.append((str(kept.pk), _("%(name)s (retired)") % {"name": kept.name}))
    return choices


def _initial(package: Package | None) -> dict[str, Any]:
    if package is None:
        return {}
    names = ("title_zh_hans", "title_en", "introduction_zh_hans", "introduction_en", "theme")
    enterprise = package.enterprise
    typed = (enterprise.credit_code or enterprise.name) if enterprise else ""
    chosen = {"enterprise_name": typed, "segment": str(package.segment_id or "")}
    return {name: getattr(package, name) or "" for name in names} | chosen
