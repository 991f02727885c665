"""Forms of a round: its rules, the list's filters, a change by hand, the decision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.enums import Change, Tier
from enterprises.fields import IndustryCodesField
from enterprises.models import Enterprise, Industry, Subdistrict, TierProposal, TierRound, Title
from enterprises.tiers.ranking import STARTING, TIERS, WAN, asked
from portal.core.calendar import local_day

MOST_WAN = 100_000_000
KEEP, BY_RULES = "keep", "rules"


class RulesForm(forms.Form):
    """What each tier asks for; what is left empty is not asked. Revenue in units of 10,000 yuan, as officials count."""

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new:
            self.fields["year"] = forms.IntegerField(
                label=_("Year"), min_value=2020, max_value=2100, initial=local_day().year
            )
        titles = [(row.code, row.name) for row in Title.objects.all()]
        for tier in TIERS:
            self._ask(tier, titles)

    def _ask(self, tier: Tier, titles: list[tuple[str, str]]) -> None:
        words = {"tier": tier.label}
        self.fields[f"{tier}_revenue"] = forms.IntegerField(
            label=_("%(tier)s: annual revenue from, in CNY 10,000") % words,
            min_value=1,
            max_value=MOST_WAN,
            required=False,
        )
        self.fields[f"{tier}_employees"] = forms.IntegerField(
            label=_("%(tier)s: employees from") % words, min_value=1, max_value=10_000_000, required=False
        )
        self.fields[f"{tier}_titles"] = forms.MultipleChoiceField(
            label=_("%(tier)s: holds one of these titles") % words,
            choices=titles, required=False, widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        self.fields[f"{tier}_industries"] = IndustryCodesField(label=_("%(tier)s: in one of these industries") % words)

    def clean(self) -> dict[str, Any]:
        for tier in TIERS:
            if not any(name.startswith(tier) for name in self.errors) and not asked(self._rule(tier)):
                self.add_error(f"{tier}_revenue", _("Ask for at least one thing: otherwise everybody would be in it."))
        return self.cleaned_data

    def rules(self) -> dict[str, Any]:
        return {str(tier): self._rule(tier) for tier in TIERS}

    def _rule(self, tier: str) -> dict[str, Any]:
        data = self.cleaned_data
        revenue = data.get(f"{tier}_revenue")
        return {
            "revenue": revenue * WAN if revenue else None,
            "employees": data.get(f"{tier}_employees"),
            "titles": data.get(f"{tier}_titles") or [],
            "industries": data.get(f"{tier}_industries") or [],
        }


def initial_of(rules: Mapping[str, Any] = STARTING) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tier in TIERS:
        rule = rules.get(tier, {})
        found |= {f"{tier}_{name}": value for name, value in rule.items()}
        found[f"{tier}_revenue"] = rule["revenue"] // WAN if rule.get("revenue") else None
    return found


class ListFilter(forms.Form):
    """Which changes the list shows; what is not understood counts as not asked."""

    change = forms.ChoiceField(
        label=pgettext_lazy("of a tier", "Change"),
        required=False,
        choices=[("", pgettext_lazy("filter", "All")), *Change.choices],
    )
    industry = forms.ChoiceField(label=gettext_lazy("Industry"), required=False)
    subdistrict = forms.ChoiceField(label=gettext_lazy("Subdistrict"), required=False)
    q = forms.CharField(label=gettext_lazy("Enterprise: name or credit code"), required=False, max_length=100)
    hand = forms.BooleanField(label=gettext_lazy("Changed by hand"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", pgettext_lazy("filter", "All"))
        sections = Industry.objects.filter(code=F("section"))
        self._offer("industry", [every, *((row.code, str(row)) for row in sections)])
        self._offer("subdistrict", [every, *((row.code, str(row)) for row in Subdistrict.objects.all())])

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name))}

    def found(self, row: TierRound) -> QuerySet[TierProposal]:
        rows = row.proposals.all()
        asked = self.asked()
        if "change" in asked:
            rows = rows.filter(change=asked["change"])
        if "industry" in asked:
            rows = rows.filter(enterprise__industry__section=asked["industry"])
        if "subdistrict" in asked:
            rows = rows.filter(enterprise__subdistrict=asked["subdistrict"])
        if "q" in asked:
            rows = rows.filter(enterprise__in=Enterprise.objects.found_by(asked["q"]).values("pk"))
        return rows.exclude(proposed=F("computed")) if "hand" in asked else rows


class ChangeForm(forms.Form):
    """Another tier for one enterprise, or for all that are shown."""

    tier = forms.ChoiceField(
        label=gettext_lazy("Tier"), widget=forms.RadioSelect,
        choices=[
            (KEEP, gettext_lazy("Keep the tier as it is")),
            (BY_RULES, gettext_lazy("As the rules give")),
            *((tier.value, tier.label) for tier in TIERS),
            ("none", Tier.NONE.label),
        ],
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Not needed for “As the rules give”."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("tier") not in (None, BY_RULES) and not data.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", _("Say why, so that whoever reviews it understands."))
        return data

    def wanted(self) -> dict[str, str]:
        tier = self.cleaned_data["tier"]
        return {"tier": "" if tier == "none" else tier, "note": self.cleaned_data["note"]}


class ApproveForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Takes effect on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=local_day,
    )  # fmt: skip


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is to be put right"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
