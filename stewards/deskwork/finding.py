"""Finding an enterprise on a form of the desk: a search that keeps what is typed, and what it found to choose from."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise

MOST_FOUND, LONGEST = 8, 100
NONE = "none"


def found(text: str) -> list[Enterprise]:
    """Enterprises by a part of their name or the beginning of their code; one more than is shown."""
    return list(Enterprise.objects.found_by(text[:LONGEST]).order_by("pk")[: MOST_FOUND + 1])


class FinderForm(forms.Form):
    """To be extended by a form with a field `enterprise` of its own, whose first choice is `none`."""

    none: str | Promise = gettext_lazy("No enterprise yet (a founder)")

    q = forms.CharField(
        label=gettext_lazy("Find the enterprise"),
        help_text=gettext_lazy("A part of its name, or the beginning of its credit code."),
        required=False,
        max_length=LONGEST,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    enterprise = forms.ChoiceField(label=gettext_lazy("Enterprise"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.data if self.is_bound else self.initial
        self.found = found(str(typed.get("q") or ""))
        self.has_more = len(self.found) > MOST_FOUND
        self.found = self.found[:MOST_FOUND]
        chosen = str(typed.get("enterprise") or "")
        if self.found and typed.get("action") == "find" and all(chosen != str(each.pk) for each in self.found):
            chosen = self.initial["enterprise"] = ""  # whoever searches again no longer means the one chosen before
        if chosen.isdecimal() and len(chosen) < 19 and all(chosen != str(each.pk) for each in self.found):
            self.found = [*Enterprise.objects.filter(pk=int(chosen)), *self.found]
        self.known = {str(each.pk): each for each in self.found}
        choices = [(key, _words(each)) for key, each in self.known.items()]
        self.fields["enterprise"].choices = [*choices, (NONE, self.none)]  # type: ignore[attr-defined]
        if not chosen and len(self.found) == 1:
            self.initial["enterprise"] = self.found[0].pk

    @property
    def searched(self) -> bool:
        return bool(str(self["q"].value() or "").strip())

    @property
    def enterprise_found(self) -> Enterprise | None:
        return self.known.get(self.cleaned_data.get("enterprise", ""))


def _words(enterprise: Enterprise) -> str:
    return f"{enterprise} · {enterprise.credit_code}" if enterprise.credit_code else str(enterprise)
