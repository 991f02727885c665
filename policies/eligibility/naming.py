"""What the codes in criteria and facts are called, for one page in one query; facts in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Model, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from enterprises.models import Industry, Park, Subdistrict, Title
from policies.eligibility.criteria import AtLeast
from policies.eligibility.fields import OWNERSHIPS, SIZES, Condition, values_of
from policies.eligibility.groups import leaves
from policies.eligibility.words import Names
from portal.core import bilingual
from portal.core.templatetags.ui import cny

NO_PARK = "none"  # the fact of an enterprise that is known to be in no park
Code = tuple[str, str]  # a field of criteria and a value of it

TABLES: Mapping[str, type[Model]] = {
    "industry_code": Industry,
    "subdistrict": Subdistrict,
    "park": Park,
    "titles": Title,
}
FIXED: Mapping[str, Mapping[str, str | Promise]] = {
    "district": {"310109": gettext_lazy("Hongkou District"), "other": gettext_lazy("another district or city")},
    "size": SIZES,
    "ownership": OWNERSHIPS,
}


def codes_in(criteria: Iterable[Condition]) -> set[Code]:
    """The codes that sentences about these conditions will name."""
    named = (each for each in leaves(criteria) if each["field"] in TABLES or each["field"] in FIXED)
    return {(each["field"], value) for each in named for value in values_of(each)}


def missing_codes(criteria: Iterable[Condition]) -> list[Code]:
    """The codes in criteria that no table of the portal knows, such as an industry that does not exist. One query."""
    codes = {code for code in codes_in(criteria) if code[0] in TABLES}
    return sorted(codes - names_of(codes).keys())


def codes_of(facts: Mapping[str, Any]) -> set[Code]:
    """The codes in an enterprise's facts."""
    codes = {(field, facts[field]) for field in (*TABLES, *FIXED) if field != "titles" and facts.get(field)}
    return codes | {("titles", title) for title in facts.get("titles") or ()}


def names_of(codes: Iterable[Code]) -> Names:
    """(field, code) → name in the active language, the other language where it has none. One query at most."""
    names: dict[Code, str] = {}
    wanted: dict[str, set[str]] = {}
    for field, code in codes:
        if field in FIXED:
            names[field, code] = str(FIXED[field].get(code, code))
        else:
            wanted.setdefault(field, set()).add(code)
    parts = [_names_in(field, wanted[field]) for field in sorted(wanted)]
    if parts:
        names |= {(field, code): name for field, code, name in parts[0].union(*parts[1:], all=True)}
    return names


def _names_in(field: str, codes: set[str]) -> Any:
    first, second = (f"name_{bilingual.SUFFIX[lang]}" for lang in _languages())
    rows = TABLES[field]._default_manager.filter(pk__in=codes).order_by()
    name = Coalesce(NullIf(F(first), Value("")), F(second), Value(""))
    return rows.values_list(Value(field, TextField()), Cast("pk", TextField()), Cast(name, TextField()))


def _languages() -> tuple[str, str]:
    language = bilingual.current()
    return language, bilingual.other(language)


def fact_words(field: str, fact: Any, names: Names) -> str:
    """An enterprise's own value in plain words; "" when it is not known."""
    if fact is None or fact == "" or (isinstance(fact, AtLeast) and not fact):
        return ""
    match field:
        case "employees":
            return ngettext("%(count)s employee", "%(count)s employees", fact) % {"count": f"{fact:,}"}
        case "annual_revenue_cny":
            return cny(fact)
        case "rd_expense_ratio":
            return f"{float(fact) * 100:g}%"
        case "founded_years":
            return ngettext("%(count)s year", "%(count)s years", int(fact)) % {"count": int(fact)}
        case "listed":
            return _("Yes") if fact else _("No")
        case "titles":
            held = [names.get((field, title), title) for title in sorted(fact)]
            return pgettext("between names in a list", ", ").join(held) or _("none")
    if field == "park" and fact == NO_PARK:
        return _("none")
    return names.get((field, fact), str(fact))
