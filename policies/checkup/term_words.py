"""Rules of an amount in plain words, in the active language."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from policies.checkup.terms import BASES, OTHER, UNITS, Term
from portal.core import bilingual
from portal.core.templatetags.ui import cny


def term_words(term: Term) -> str:
    """ "New certification: up to CNY 200,000" / “按已付租金的20%，最高200万元”."""
    words = rule_words(term)
    label = "" if term.get("base") == OTHER else label_of(term)
    return pgettext("a case and its rule", "%(label)s: %(rule)s") % {"label": label, "rule": words} if label else words


def rule_words(term: Term) -> str:
    """The same without the case it is for."""
    if term["kind"] == "fixed":
        words = _("up to %(amount)s") if term.get("up_to") else "%(amount)s"
        return words % {"amount": cny(term["amount"])}
    if term["kind"] == "ratio":
        rule = _("up to %(percent)s%% of %(base)s") if term.get("up_to") else _("%(percent)s%% of %(base)s")
        words = rule % {"percent": percent(term), "base": base_words(term)}
    else:
        rule = _("up to %(amount)s for each %(unit)s") if term.get("up_to") else _("%(amount)s for each %(unit)s")
        words = rule % {"amount": cny(term["amount"]), "unit": str(UNITS[term["unit"]])}
    if not term.get("cap"):
        return words
    return _("%(rule)s, at most %(cap)s") % {"rule": words, "cap": cny(term["cap"])}


def percent(term: Term) -> str:
    text = f"{Decimal(str(term['percent'])):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def base_words(term: Term) -> str:
    """What the percentage is of."""
    return label_of(term) if term["base"] == OTHER else str(BASES[term["base"]])


def label_of(term: Term) -> str:
    """Which case the rule is for; "" where the policy has but one."""
    return _own(term, "label")


def clause_of(term: Term) -> str:
    return _own(term, "clause")


def _own(term: Term, name: str) -> str:
    language = "zh" if bilingual.current() == "zh-hans" else "en"
    return str(term.get(f"{name}_{language}") or "")


def terms_words(terms: Any) -> list[str]:
    """Every rule as a line; rules that can't be read (of a content nobody checked) as nothing."""
    return [term_words(term) for term in terms or []]


def terms_line(terms: Any, *, clauses: bool = False) -> str:
    """All rules in one line; for those who review them with their clauses."""
    lines = [_with_clause(term) for term in terms or []] if clauses else terms_words(terms)
    return pgettext("between names that have commas", "; ").join(lines)


def _with_clause(term: Term) -> str:
    words, clause = term_words(term), clause_of(term)
    return _("%(case)s (%(rule)s)") % {"case": words, "rule": clause} if clause else words
