"""How the amount of a policy is worked out: a short list of rules, what each may hold, and a check of both.

A rule is a JSON object. {"kind": "fixed", "amount"}; {"kind": "ratio", "percent", "base", "cap"?};
{"kind": "per_unit", "amount", "unit", "cap"?}. Each may say "up_to": true where the policy says "up to", a label (which
case it is for; with the base "other": what the percentage is of) and a clause, both in both languages.
What the rules of one policy give is added up; the policy's highest amount is the cap over all. Pure; no database.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

Term = Mapping[str, Any]

MAX_TERMS = 8
MOST_CNY = 10**15
MOST_PERCENT = 1000
LONGEST = 300
OTHER = "other"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half an emoji

KINDS: Mapping[str, str | Promise] = {
    "fixed": pgettext_lazy("rule of an amount", "a fixed amount"),
    "ratio": pgettext_lazy("rule of an amount", "a percentage"),
    "per_unit": pgettext_lazy("rule of an amount", "an amount for each"),
}
BASES: Mapping[str, str | Promise] = {
    "rent": pgettext_lazy("base of a percentage", "rent paid"),
    "renovation": pgettext_lazy("base of a percentage", "fit-out cost"),
    "purchase": pgettext_lazy("base of a percentage", "purchase price"),
    "equipment": pgettext_lazy("base of a percentage", "equipment investment"),
    "research": pgettext_lazy("base of a percentage", "R&D spending"),
    "interest": pgettext_lazy("base of a percentage", "loan interest paid"),
    "fee": pgettext_lazy("base of a percentage", "fee paid"),
    "contract": pgettext_lazy("base of a percentage", "contract value"),
    "wages": pgettext_lazy("base of a percentage", "wages and social insurance"),
    "grant": pgettext_lazy("base of a percentage", "grant already received"),
    OTHER: pgettext_lazy("base of a percentage", "other (named in the label)"),
}
UNITS: Mapping[str, str | Promise] = {
    "person": pgettext_lazy("unit of an amount", "person"),
    "person_month": pgettext_lazy("unit of an amount", "person and month"),
    "job": pgettext_lazy("unit of an amount", "job"),
    "sqm_month": pgettext_lazy("unit of an amount", "square metre and month"),
    "project": pgettext_lazy("unit of an amount", "project"),
}
WORDS = ("label_zh", "label_en", "clause_zh", "clause_en")
NEEDED = {"fixed": ("amount",), "ratio": ("percent", "base"), "per_unit": ("amount", "unit")}
ALLOWED = {
    kind: {"kind", *keys, "up_to", *WORDS} | ({"cap"} if kind != "fixed" else set()) for kind, keys in NEEDED.items()
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the rule's place in the list (from 0; -1 for the list itself), its key, and words."""

    index: int
    key: str
    message: str

    def __str__(self) -> str:
        if self.index < 0:
            return self.message
        said = {"number": self.index + 1, "message": self.message}
        return _("How the amount is worked out, rule %(number)s: %(message)s") % said


def validate(terms: object) -> list[Problem]:
    """Everything wrong with rules as decoded from JSON; empty when they may be stored."""
    if not isinstance(terms, list):
        return [Problem(-1, "", _("The rules of the amount must be a list."))]
    if len(terms) > MAX_TERMS:
        return [Problem(-1, "", _("At most %(limit)s rules are possible.") % {"limit": MAX_TERMS})]
    return [Problem(index, key, words) for index, term in enumerate(terms) for key, words in faults(term)]


def faults(term: object) -> Iterator[tuple[str, str]]:
    """(key, what is wrong with it) of one rule."""
    if not isinstance(term, Mapping) or not isinstance(term.get("kind"), str) or term["kind"] not in KINDS:
        yield "kind", _("Choose what kind of rule it is.")
        return
    kind = term["kind"]
    for key in term.keys() - ALLOWED[kind]:
        yield str(key)[:30], _("This does not belong to a rule of this kind.")
    for key in (*NEEDED[kind], "cap"):
        if key in NEEDED[kind] or (term.get(key) is not None and key in ALLOWED[kind]):
            words = _CHECKS[key](term.get(key))
            if words:
                yield key, words
    if not isinstance(term.get("up_to", False), bool):
        yield "up_to", _("Say yes or no.")
    yield from _wording(term)


def _wording(term: Term) -> Iterator[tuple[str, str]]:
    """Labels and clauses: in both languages or in none."""
    for name in ("label", "clause"):
        texts = {key: term.get(key) for key in (f"{name}_zh", f"{name}_en")}
        for key, text in texts.items():
            if text is not None and (not isinstance(text, str) or len(text) > LONGEST or UNSTORABLE.search(text)):
                yield key, _("Give a text of at most %(limit)s characters.") % {"limit": LONGEST}
            elif not text and (any(texts.values()) or (name == "label" and term.get("base") == OTHER)):
                yield key, _("Give it in both languages.")


def _amount(value: object) -> str:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_CNY
    return "" if sound else _("Give a whole amount of yuan, such as 200,000.")


def _percent(value: object) -> str:
    sound = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MOST_PERCENT
    if sound and Decimal(str(value)) * 100 % 1 == 0:
        return ""
    return _("Give a percentage above 0 and up to 1,000, such as 20 or 2.5.")


def _base(value: object) -> str:
    return "" if isinstance(value, str) and value in BASES else _("Choose what the percentage is of.")


def _unit(value: object) -> str:
    return "" if isinstance(value, str) and value in UNITS else _("Choose for each of what.")


_CHECKS = {"amount": _amount, "cap": _amount, "percent": _percent, "base": _base, "unit": _unit}
