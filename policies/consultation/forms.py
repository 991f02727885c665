"""Cleaning of what officials type about a consultation."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from policies.consultation import answering, splitting, workflow
from policies.consultation.comment_form import LinesField, put
from policies.consultation.enums import Outcome
from policies.models import CommentGroup, Consultation, ConsultationClause, Policy
from policies.publishing.worklists import named
from portal.core import bilingual
from portal.core.templatetags.ui import day_plain

WORDS = {
    "title": (gettext_lazy("Title (Chinese)"), gettext_lazy("Title (English)")),
    "reason": (gettext_lazy("Why we ask (Chinese)"), gettext_lazy("Why we ask (English)")),
    "short_reason": (
        gettext_lazy("Why the time is shorter (Chinese)"),
        gettext_lazy("Why the time is shorter (English)"),
    ),
    "text": (gettext_lazy("Text (Chinese)"), gettext_lazy("Text (English)")),
    "summary": (gettext_lazy("You said (Chinese)"), gettext_lazy("You said (English)")),
    "answer": (gettext_lazy("We did, and why (Chinese)"), gettext_lazy("We did, and why (English)")),
    "withdrawn": (gettext_lazy("Reason (Chinese)"), gettext_lazy("Reason (English)")),
}


class PairForm(forms.Form):
    """A form with texts in both languages, `pairs`: name → (longest, rows); one row is a single line."""

    pairs: dict[str, tuple[int, int]] = {}
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, initial=self.start(row))
        for name, (longest, rows) in self.pairs.items():
            for column, label, lang in zip(bilingual.columns(name), WORDS[name], ("zh-Hans", "en"), strict=True):
                attrs = {"lang": lang, "dir": "auto"} | ({"rows": rows} if rows > 1 else {})
                widget = forms.Textarea(attrs=attrs) if rows > 1 else forms.TextInput(attrs=attrs)
                self.fields[column] = LinesField(label=label, max_length=longest, required=False, widget=widget)

    @classmethod
    def start(cls, row: Any) -> dict[str, Any]:
        """What the form begins with: the texts of a row, and its version."""
        if row is None:
            return {}
        columns = [column for name in cls.pairs for column in bilingual.columns(name)]
        return {column: getattr(row, column) or "" for column in columns} | {"seen": row.lock_version}

    @property
    def seen_version(self) -> int:
        seen = self.cleaned_data.get("seen")
        return -1 if seen is None else seen

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def again(self, current: Any) -> list[tuple[Any, str, str]]:
        """After somebody else saved: send again writes over it. What of theirs differs: label, language, text."""
        put(self, "seen", str(current.lock_version))
        languages = {column: lang for name in self.pairs for column, lang in _languages(name)}
        return [
            (field.label, languages.get(name, bilingual.current()), _shown(field, getattr(current, name)))
            for name, field in self.fields.items()
            if name != "seen" and (getattr(current, name) or "") != (self.cleaned_data.get(name) or "")
        ]


def _languages(name: str) -> Iterator[tuple[str, str]]:
    return zip(bilingual.columns(name), ("zh-Hans", "en"), strict=True)


def _shown(field: Any, value: Any) -> str:
    """A value as words, nothing for none."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day_plain(value)
    if isinstance(field, forms.ChoiceField) and isinstance(value, str):
        labels: Any = field.choices
        return str(dict(labels).get(value, "")) if value else ""
    return "" if value is None else str(value)


class PolicyField(forms.CharField):
    """A published policy by its title, document number or address."""

    def clean(self, value: Any) -> Policy | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(named(Policy.objects.published(), text)[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No published policy is called that."))
        names = "; ".join(f"{policy.title} ({policy.slug})" for policy in found[:5])
        raise forms.ValidationError(_("Several policies fit. Give the address of one: %(names)s") % {"names": names})


class DraftForm(PairForm):
    """Everything of a draft but its articles."""

    pairs = {"title": (200, 1), "reason": (5_000, 5), "short_reason": (300, 1)}
    department: Any = forms.ModelChoiceField(
        label=gettext_lazy("Issuing department"), queryset=Department.objects.all(), required=False
    )
    policy = PolicyField(
        label=gettext_lazy("Policy it concerns"),
        help_text=gettext_lazy("Title, document number or address of a published policy that the draft would change."),
        max_length=300,
        required=False,
    )
    inclusive = forms.BooleanField(
        label=gettext_lazy("It concerns enterprises in general: at least half of those consulted are to be SMEs"),
        required=False,
    )
    opens_on = forms.DateField(
        label=gettext_lazy("First day for comments"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Last day for comments"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, row=row)
        usual, shortest = settings.CONSULTATION_DAYS, settings.CONSULTATION_SHORTEST_DAYS
        self.fields["closes_on"].help_text = _(
            "%(usual)s days at least; with a public reason fewer, but never under %(shortest)s."
        ) % {"usual": usual, "shortest": shortest}

    @classmethod
    def start(cls, row: Consultation | None) -> dict[str, Any]:
        if row is None:
            return {"inclusive": True}
        plain = {name: getattr(row, name) for name in ("department", "inclusive", "opens_on", "closes_on")}
        return super().start(row) | plain | {"policy": row.policy.slug if row.policy else ""}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("title_zh_hans") or data.get("title_en") or self.errors):
            self.add_error("title_zh_hans", _("Give a title in at least one language."))
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("The last day lies before the first."))
        return data


class ClauseForm(PairForm):
    pairs = {"text": (workflow.LONGEST_CLAUSE, 5)}
    number = forms.IntegerField(label=gettext_lazy("Number of the article"), min_value=1, max_value=999)

    @classmethod
    def start(cls, row: ConsultationClause | None) -> dict[str, Any]:
        return super().start(row) | ({"number": row.number} if row else {})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("text_zh_hans") or data.get("text_en") or self.errors):
            self.add_error("text_zh_hans", _("Give the text in at least one language."))
        return data


class PasteForm(PairForm):
    """The whole draft as text, in one language or in both."""

    pairs = {"text": (splitting.MOST_TYPED, 12)}


class GroupForm(PairForm):
    pairs = {"title": (120, 1), "summary": (2_000, 5), "answer": (4_000, 5)}
    kind = forms.ChoiceField(
        label=gettext_lazy("What became of it"), choices=[("", "—"), *Outcome.choices], required=False
    )
    clause: Any = forms.ModelChoiceField(
        label=gettext_lazy("Concerns"),
        queryset=ConsultationClause.objects.none(),
        required=False,
        empty_label=gettext_lazy("The draft as a whole"),
    )

    def __init__(self, data: Any = None, *, consultation: Consultation, row: CommentGroup | None = None) -> None:
        super().__init__(data, row=row)
        self.fields["clause"].queryset = consultation.clauses.all()  # type: ignore[attr-defined]

    @classmethod
    def start(cls, row: CommentGroup | None) -> dict[str, Any]:
        return super().start(row) | ({"kind": row.kind, "clause": row.clause_id} if row else {})

    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in answering.FIELDS}


class WithdrawForm(PairForm):
    pairs = {"withdrawn": (500, 2)}


class OutcomeForm(forms.Form):
    outcome = PolicyField(
        label=gettext_lazy("Policy that came of it"),
        help_text=gettext_lazy("Title, document number or address of a published policy; empty to take the link away."),
        max_length=300,
        required=False,
    )
