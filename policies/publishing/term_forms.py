"""The rules of a policy's amount, and the policies it excludes, as officials type them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from policies.checkup.term_words import percent
from policies.checkup.terms import ALLOWED, BASES, KINDS, MAX_TERMS, NEEDED, UNITS, WORDS, faults
from policies.models import Policy
from policies.publishing.money import MoneyField
from policies.publishing.worklists import named

KEYS = ("kind", "amount", "percent", "base", "unit", "cap", "up_to", *WORDS)
EMPTY_ROWS = 2
MAX_EXCLUDES = 20
BLANK = [("", "—")]
PERCENT = re.compile(r"(\d{1,5}(?:\.\d{1,10})?|\.\d{1,10})\s*%?")


class SentRows(list[dict[str, str]]):
    """Rows as the browser sent them, not judged yet; a plain list holds rules as they are stored."""


class PercentField(forms.Field):
    """20, 20%, 2.5."""

    def to_python(self, value: Any) -> int | float | None:
        if value in self.empty_values or isinstance(value, int | float):
            return value or None
        match = PERCENT.fullmatch(unicodedata.normalize("NFKC", str(value)[:40]).strip())
        if not match:
            raise forms.ValidationError(_("Give a percentage above 0 and up to 1,000, such as 20 or 2.5."))
        number = Decimal(match[1])
        return int(number) if number == number.to_integral_value() else float(number)


class TermForm(forms.Form):
    """One rule; a row without anything is no rule."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of rule"), required=False, choices=[*BLANK, *KINDS.items()])
    amount = MoneyField(label=gettext_lazy("Amount (CNY)"), required=False)
    percent = PercentField(label=gettext_lazy("Percentage"), required=False)
    base = forms.ChoiceField(label=gettext_lazy("Of what"), required=False, choices=[*BLANK, *BASES.items()])
    unit = forms.ChoiceField(label=gettext_lazy("For each"), required=False, choices=[*BLANK, *UNITS.items()])
    cap = MoneyField(label=gettext_lazy("At most (CNY)"), required=False)
    up_to = forms.BooleanField(label=gettext_lazy("The policy says “up to”"), required=False)
    label_zh = forms.CharField(label=gettext_lazy("Which case (Chinese)"), required=False, max_length=300)
    label_en = forms.CharField(label=gettext_lazy("Which case (English)"), required=False, max_length=300)
    clause_zh = forms.CharField(label=gettext_lazy("Clause (Chinese)"), required=False, max_length=300)
    clause_en = forms.CharField(label=gettext_lazy("Clause (English)"), required=False, max_length=300)
    remove = forms.BooleanField(label=gettext_lazy("Remove this rule"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WORDS:
            self.fields[name].widget.attrs |= {"lang": "zh-Hans" if name.endswith("zh") else "en", "dir": "auto"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self._unread(data):
            self.errors.pop(name, None)
        if self.errors or self.term is None:
            return data
        for key, message in faults(self.term):
            self.add_error(key if key in self.fields else "kind", message)
        return data

    def _unread(self, data: Mapping[str, Any]) -> set[str]:
        """The fields in which nothing can be wrong: all of a removed row, and those that its kind does not show."""
        if data.get("remove"):
            return set(self.fields)
        return set(KEYS) - ALLOWED.get(data.get("kind") or "", set(KEYS))

    @property
    def term(self) -> dict[str, Any] | None:
        """The row as stored: what its kind needs, and what was filled in; None for an empty or removed one."""
        data = self.cleaned_data
        if data.get("remove") or not any(data.get(key) for key in KEYS):
            return None
        kind = data.get("kind") or ""
        needed = NEEDED.get(kind, ())
        wanted = ("kind", *needed, *(("cap",) if kind != "fixed" else ()), "up_to", *WORDS)
        return {key: data[key] for key in wanted if data.get(key)}


class TermsWidget(forms.Widget):
    """Reads the rows of `publishing/_terms.html`; the template draws them."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> SentRows:
        rows = [{key: data.get(f"{name}-{index}-{key}", "") for key in (*KEYS, "remove")} for index in range(MAX_TERMS)]
        return SentRows(row for row in rows if any(row.values()))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


class TermsField(forms.Field):
    widget = TermsWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, SentRows):
            return list(value or [])
        rows = [_bound(row, index) for index, row in enumerate(value)]
        bad = [index for index, row in enumerate(rows, start=1) if not row.is_valid()]
        if bad:
            numbers = pgettext("between names in a list", ", ").join(str(index) for index in bad)
            raise forms.ValidationError(_("Look at the rules again: %(numbers)s.") % {"numbers": numbers})
        return [row.term for row in rows if row.term]


def _bound(row: Mapping[str, Any], index: int) -> TermForm:
    prefix = f"terms-{index}"
    return TermForm({f"{prefix}-{key}": value for key, value in row.items()}, prefix=prefix)


def term_rows(value: Any, *, judged: bool) -> list[TermForm]:
    """The rows of a page: what was sent (with what is wrong in it, once judged) or is stored; then empty ones."""
    sent = isinstance(value, SentRows)
    rows = [_bound(row, index) for index, row in enumerate(value)] if sent and judged else []
    if not rows:
        shown = list(value or []) if sent else [_shown(term) for term in value or []]
        rows = [TermForm(initial=row, prefix=f"terms-{index}") for index, row in enumerate(shown)]
    extra = min(EMPTY_ROWS, MAX_TERMS - len(rows))
    return rows + [TermForm(prefix=f"terms-{len(rows) + index}") for index in range(extra)]


def _shown(term: Mapping[str, Any]) -> dict[str, Any]:
    return {**term, "percent": percent(term)} if "percent" in term else dict(term)


class ExcludesField(forms.CharField):
    """Other policies, one on each line: title, document number or address. Stored as their short names."""

    known: Sequence[str] = ()  # those that are stored: they may stay, even if no published policy is called so

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=6_000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        lines = [line.strip() for line in (super().clean(value) or "").splitlines()]
        return found_policies([line for line in lines if line], self.known)


def found_policies(lines: Sequence[str], known: Sequence[str] = ()) -> list[str]:
    """The short names of the policies that the lines mean; ValidationError naming each line that means none or many.

    known: short names that are taken as they are.
    """
    if len(lines) > MAX_EXCLUDES:
        raise forms.ValidationError(_("At most %(limit)s policies are possible.") % {"limit": MAX_EXCLUDES})
    slugs, problems = [], []
    for line in lines:
        found = [] if line in known else list(named(Policy.objects.published(), line)[:4])
        if line in known:
            slugs.append(line)
        elif len(found) == 1:
            slugs.append(found[0].slug)
        elif found:
            names = "; ".join(policy.slug for policy in found)
            said = {"text": line[:80], "names": names}
            problems.append(_("“%(text)s”: several policies fit. Give the address of one: %(names)s") % said)
        else:
            problems.append(_("“%(text)s”: no published policy is called that.") % {"text": line[:80]})
    if problems:
        raise forms.ValidationError(problems)
    return list(dict.fromkeys(slugs))
