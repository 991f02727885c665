"""Cleaning of what officials type about a policy."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from policies.content import CHOICES, DATES, TEXT_COLUMNS, TEXTS
from policies.enums import Category, Level, Mode, Repeat, SupportType
from policies.labels import column_label, field_label
from policies.models import Policy
from policies.publishing.drafts import PROVISIONAL
from policies.publishing.money import MoneyField
from policies.publishing.term_forms import ExcludesField, TermForm, TermsField, term_rows
from policies.publishing.worklists import named
from policies.rules import can_end, can_wait
from portal.core import bilingual
from portal.core.calendar import local_day

LONG = ("summary", "benefit", "how_to_apply", "materials")
LONGEST = 20_000
HINTS = {
    "benefit": gettext_lazy("How much, for what, and what it cannot be combined with."),
    "materials": gettext_lazy("One document on each line."),
    "contact": gettext_lazy("Whom to ask: the office and its telephone number."),
}
PAIRS = {"effective_to": "effective_from", "window_closes": "window_opens"}
LANGUAGE_ATTRS = {"zh_hans": "zh-Hans", "en": "en"}


class TextField(forms.CharField):
    """Text in one of the languages: line ends as they are stored, one line where the column holds one line."""

    def __init__(self, column: str, *, long: bool) -> None:
        language = column.rpartition("_zh_hans")[1].strip("_") or "en"
        attrs = {"lang": LANGUAGE_ATTRS[language], "dir": "auto", "rows": 5 if long else 2}
        super().__init__(
            label=column_label(column),
            required=False,
            max_length=LONGEST if long else 300,
            widget=forms.Textarea(attrs=attrs),
        )
        self.long = long

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return text if self.long else " ".join(text.split())


class RevisionForm(forms.Form):
    """Everything of a policy but its criteria. Translators see the facts, and change only the texts."""

    level = forms.ChoiceField(choices=Level.choices)
    category = forms.ChoiceField(choices=[("", "—"), *Category.choices], required=False)
    support_type = forms.ChoiceField(choices=[("", "—"), *SupportType.choices], required=False)
    mode = forms.ChoiceField(choices=Mode.choices, required=False)
    document_number = forms.CharField(max_length=100, required=False)
    issued_on = forms.DateField(required=False)
    effective_from = forms.DateField(required=False)
    effective_to = forms.DateField(required=False)
    window_opens = forms.DateField(required=False)
    window_closes = forms.DateField(required=False)
    max_amount_cny = MoneyField(required=False)
    repeat_limit = forms.ChoiceField(choices=Repeat.choices, required=False)
    terms = TermsField(required=False)
    excludes = ExcludesField(required=False)
    disclosed_on = forms.DateField(required=False)
    department_id: "forms.ModelChoiceField[Department]" = forms.ModelChoiceField(
        Department.objects.all(), required=False, empty_label="—"
    )
    source_url = forms.URLField(max_length=500, required=False, assume_scheme="https")
    slug = forms.SlugField(max_length=100, required=False)
    for_reference = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        content: Mapping[str, Any],
        policy: Policy | None = None,
        texts_only: bool = False,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        """`typed`: shown in the fields instead of `content`, without being judged yet."""
        own = {"slug": _shown_slug(policy), "for_reference": policy is None or bool(content.get("translated"))}
        super().__init__(data, initial={**content, **own, **(typed or {})})
        self.content, self.policy = content, policy
        self.fields["excludes"].known = content.get("excludes") or []  # type: ignore[attr-defined]
        for column in TEXT_COLUMNS:
            name = column.removesuffix("_zh_hans").removesuffix("_en")
            self.fields[column] = TextField(column, long=name in LONG)
        for name, field in self.fields.items():
            if name not in TEXT_COLUMNS:
                field.disabled = texts_only
        self._dress()
        if policy and policy.published_at:
            del self.fields["slug"]

    def _dress(self) -> None:
        for name in (*CHOICES, "document_number", "source_url", "terms", "excludes", *DATES):
            self.fields[name].label = field_label(name)
        for name in DATES:
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["max_amount_cny"].label = field_label("max_amount_cny")
        self.fields["max_amount_cny"].help_text = _("Such as 200,000; empty where the policy names none.")
        self.fields["terms"].help_text = _(
            "Only what the policy states. Several rules add up, and the highest amount above is the cap over all."
        )
        self.fields["excludes"].help_text = _("Title, document number or address of a policy, one on each line.")
        self.fields["disclosed_on"].help_text = _("The day it was first made public; it is not set by publishing here.")
        self.fields["department_id"].label = field_label("department")
        self.fields["slug"].label = field_label("slug")
        self.fields["slug"].help_text = _("Made from the English title when left empty; fixed once published.")
        self.fields["for_reference"].label = _("The English text is a translation for reference; the Chinese prevails")

    @property
    def term_rows(self) -> list[TermForm]:
        return term_rows(self["terms"].value(), judged=self.is_bound)

    def clean_excludes(self) -> list[str]:
        slugs: list[str] = self.cleaned_data["excludes"]
        if self.policy and self.policy.slug in slugs:
            raise forms.ValidationError(_("A policy cannot exclude itself."))
        return slugs

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        owner = Policy.objects.filter(slug=slug).first() if slug else None
        if owner and owner != self.policy:
            raise forms.ValidationError(_("Another policy already has this short name."))
        if slug.startswith(PROVISIONAL):
            raise forms.ValidationError(_("A short name cannot begin like this."))
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for last, first in PAIRS.items():
            if data.get(first) and data.get(last) and data[last] < data[first]:
                self.add_error(last, _("The end lies before the beginning."))
        titles = bilingual.columns("title")
        if not any(data.get(column) or column in self.errors for column in titles):
            self.add_error(titles[0], _("Give a title in at least one language."))
        return data

    def values(self) -> dict[str, Any]:
        """What was typed as a revision's content; what could not be read is left out."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("slug", "for_reference")}
        for name in DATES:
            if name in data:
                data[name] = data[name].isoformat() if data[name] else None
        if "department_id" in data:
            data["department_id"] = data["department_id"].pk if data["department_id"] else None
        data["translated"] = self._translated()
        return data

    def pairs(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField]]:
        """(field, Chinese, English) of every text, in the order of the page."""
        for name in TEXTS:
            zh, en = bilingual.columns(name)
            yield name, self[zh], self[en]

    def _translated(self) -> list[str]:
        """The columns that are translations for reference: those known as such, and what English text is new."""
        if not self.cleaned_data.get("for_reference"):
            return []
        known = list(self.content.get("translated") or [])
        english = [bilingual.columns(name)[1] for name in TEXTS]
        written = [column for column in english if self.cleaned_data.get(column)]
        new = [column for column in written if not (known and self.content.get(column))]
        return known + [column for column in new if column not in known]


def _shown_slug(policy: Policy | None) -> str:
    return policy.slug if policy and not policy.slug.startswith(PROVISIONAL) else ""


class ScheduleForm(forms.Form):
    """The day on which the portal is to publish what is in review."""

    publish_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["publish_on"].label = _("Publish on")
        self.fields["publish_on"].help_text = _("It becomes public in the first minutes of that day.")

    def clean_publish_on(self) -> date:
        day: date = self.cleaned_data["publish_on"]
        verdict = can_wait(day, local_day())
        if not verdict:
            raise forms.ValidationError(str(verdict.reason))
        return day


class RepealForm(forms.Form):
    """From which day a policy no longer applies, and what replaces it."""

    repealed_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    replaced_by = forms.CharField(required=False, max_length=300)

    def __init__(self, data: Any = None, *, policy: Policy, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.policy = policy
        self.fields["repealed_on"].label = _("Repealed from")
        self.fields["repealed_on"].help_text = _("The first day on which it no longer applies. It may be yet to come.")
        self.fields["replaced_by"].label = _("Replaced by")
        self.fields["replaced_by"].help_text = _("Title, document number or address of the policy that replaces it.")

    def clean_repealed_on(self) -> date:
        day: date = self.cleaned_data["repealed_on"]
        verdict = can_end(self.policy, day, local_day())
        if not verdict:
            raise forms.ValidationError(str(verdict.reason))
        return day

    def clean_replaced_by(self) -> Policy | None:
        text = str(self.cleaned_data["replaced_by"]).strip()
        if not text:
            return None
        found = list(named(Policy.objects.published().exclude(pk=self.policy.pk), text)[:6])
        if not found:
            raise forms.ValidationError(_("No published policy is called that."))
        if len(found) > 1:
            names = "; ".join(f"{policy.title} ({policy.slug})" for policy in found[:5])
            raise forms.ValidationError(
                _("Several policies fit. Give the address of one: %(names)s") % {"names": names}
            )
        return found[0]
