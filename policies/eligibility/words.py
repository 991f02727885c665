"""Criteria in plain words, in either language."""

import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from policies.eligibility.fields import OWNERSHIPS, SIZES, Condition, values_of
from policies.eligibility.groups import ANY, items_of, kind_of

Names = Mapping[tuple[str, str], str]


def sentence(condition: Condition, lang: str | None = None, names: Names | None = None) -> str:
    """One valid condition as a sentence without a full stop, such as "At least 10 employees" / “员工人数不少于10人”.

    A group is one sentence too: "Any of: At least 10 employees; Listed on a stock exchange".
    lang: a language code, or None for the active one. names: (field, code) → the name to print for districts,
    subdistricts, industries, titles and parks; a code without a name is printed as it is.
    """
    with translation.override(lang) if lang else nullcontext():
        if kind := kind_of(condition):
            return _together(kind, items_of(condition), names)
        field, op = condition["field"], condition["op"]
        if field in AMOUNTS:
            return AMOUNTS[field](op, condition["value"])
        if field == "listed":
            return _("Listed on a stock exchange") if condition["value"] else _("Not listed on a stock exchange")
        return _coded(field, [_label(field, value, names or {}) for value in values_of(condition)])


def _together(kind: str, items: Sequence[Condition], names: Names | None) -> str:
    parts = [(sentence(each, names=names), kind_of(each)) for each in items]
    inside = [_("(%(group)s)") % {"group": text} if grouped else text for text, grouped in parts]
    words = _("Any of: %(conditions)s") if kind == ANY else _("All of: %(conditions)s")
    return words % {"conditions": pgettext("between the conditions of a group", "; ").join(inside)}


def heading(kind: str) -> str:
    """What stands above the conditions of a group, each on its own line."""
    return _("Any one of these:") if kind == ANY else _("All of these:")


def _label(field: str, value: str, names: Names) -> str:
    fixed = {"size": SIZES, "ownership": OWNERSHIPS}.get(field, {})
    return str(fixed[value]) if value in fixed else names.get((field, value), value)


def _coded(field: str, labels: list[str]) -> str:
    one_of = {"names": either(labels)}
    match field:
        case "district":
            return _("Registered in %(names)s") % one_of
        case "industry_code":
            return _("Industry: %(names)s") % one_of
        case "size":
            return _("Enterprise size: %(names)s") % one_of
        case "ownership":
            return _("Ownership: %(names)s") % one_of
        case "titles":
            return _("Holds the title: %(names)s") % one_of
        case _place:
            return _("Located in %(names)s") % one_of


def either(labels: list[str]) -> str:
    """Names joined by "or" in the active language; by semicolons where a name itself has a comma."""
    if len(labels) == 1:
        return labels[0]
    between = pgettext("between names in a list", ", ")
    if any(between.strip() in label for label in labels):
        between = pgettext("between names that have commas", "; ")
    return _("%(names)s or %(last)s") % {"names": between.join(labels[:-1]), "last": labels[-1]}


def amount(value: int | float) -> str:
    """A sum of yuan: 200000 → "CNY 200,000" / “20万元”."""
    if not (translation.get_language() or "").startswith("zh"):
        return f"CNY {value:,}"
    for unit, name in ((10**8, "亿元"), (10**4, "万元")):
        if value >= unit and value % (unit // 100) == 0:
            return f"{value / unit:,.2f}".rstrip("0").rstrip(".") + name
    return f"{value:,}元"


def _years(op: str, value: Any) -> str:
    many = math.ceil(value)
    words = {
        "gte": ngettext("Founded at least %(count)s year ago", "Founded at least %(count)s years ago", many),
        "lte": ngettext("Founded no more than %(count)s year ago", "Founded no more than %(count)s years ago", many),
        "eq": ngettext("Founded exactly %(count)s year ago", "Founded exactly %(count)s years ago", many),
    }
    return words[op] % {"count": f"{value:g}"}


def _employees(op: str, value: Any) -> str:
    words = {
        "gte": ngettext("At least %(count)s employee", "At least %(count)s employees", value),
        "lte": ngettext("At most %(count)s employee", "At most %(count)s employees", value),
        "eq": ngettext("Exactly %(count)s employee", "Exactly %(count)s employees", value),
    }
    return words[op] % {"count": f"{value:,}"}


def _revenue(op: str, value: Any) -> str:
    words = {
        "gte": _("Annual revenue of at least %(amount)s"),
        "lte": _("Annual revenue of at most %(amount)s"),
        "eq": _("Annual revenue of exactly %(amount)s"),
    }
    return words[op] % {"amount": amount(value)}


def _research(op: str, value: Any) -> str:
    words = {
        "gte": _("R&D spending of at least %(share)s of revenue"),
        "lte": _("R&D spending of at most %(share)s of revenue"),
        "eq": _("R&D spending of exactly %(share)s of revenue"),
    }
    return words[op] % {"share": f"{value * 100:g}%"}


AMOUNTS = {
    "founded_years": _years,
    "employees": _employees,
    "annual_revenue_cny": _revenue,
    "rd_expense_ratio": _research,
}
