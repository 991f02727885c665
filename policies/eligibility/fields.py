"""The vocabulary of eligibility criteria: which fields there are, what each compares and with which operators.

A criterion is a JSON object {"field", "op", "value", "clause_zh"?, "clause_en"?}; a policy's criteria are a list of
them that must all hold. This module is data only, so that the checker, the engine and the wording agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Condition = Mapping[str, Any]

TEXT = "text"  # one code out of a list: eq, in, any
PREFIX = "prefix"  # one hierarchical code, met by any of its own beginnings: "I6510" meets "I65" and "I"
NUMBER = "number"  # eq, gte, lte
TAGS = "tags"  # a set of codes: contains, any
FLAG = "flag"  # yes or no: eq

OPERATORS: Mapping[str, frozenset[str]] = {
    TEXT: frozenset({"eq", "in", "any"}),
    PREFIX: frozenset({"eq", "in", "any"}),
    NUMBER: frozenset({"eq", "gte", "lte"}),
    TAGS: frozenset({"contains", "any"}),
    FLAG: frozenset({"eq"}),
}
LIST_OPERATORS = frozenset({"in", "any"})
OPTIONAL_KEYS = frozenset({"clause_zh", "clause_en"})
KEYS = frozenset({"field", "op", "value"}) | OPTIONAL_KEYS

SIZES: Mapping[str, str | Promise] = {
    "micro": pgettext_lazy("enterprise size", "micro"),
    "small": pgettext_lazy("enterprise size", "small"),
    "medium": pgettext_lazy("enterprise size", "medium-sized"),
    "large": pgettext_lazy("enterprise size", "large"),
}
OWNERSHIPS: Mapping[str, str | Promise] = {
    "domestic": pgettext_lazy("ownership", "domestic"),
    "foreign": pgettext_lazy("ownership", "foreign-invested"),
    "joint": pgettext_lazy("ownership", "joint venture"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One profile field that criteria may speak of.

    kind: one of the kinds above. label: its name for people. pattern: what a code must look like (text kinds).
    whole: only whole numbers are accepted. ceiling: the highest number accepted.
    """

    kind: str
    label: str | Promise
    pattern: re.Pattern[str] | None = None
    whole: bool = True
    ceiling: float | None = None


CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

FIELDS: Mapping[str, Field] = {
    "district": Field(TEXT, _("District of registration"), re.compile(r"\d{6}")),
    "subdistrict": Field(TEXT, _("Subdistrict"), re.compile(r"\d{9}")),
    "industry_code": Field(PREFIX, _("Industry"), re.compile(r"[A-T](\d{2}\d{0,2})?")),
    "size": Field(TEXT, _("Enterprise size"), re.compile("|".join(SIZES))),
    "ownership": Field(TEXT, _("Ownership"), re.compile("|".join(OWNERSHIPS))),
    "founded_years": Field(NUMBER, _("Years since founding"), whole=False, ceiling=1000),
    "employees": Field(NUMBER, _("Number of employees"), ceiling=10_000_000),
    "annual_revenue_cny": Field(NUMBER, _("Annual revenue"), ceiling=10**14),
    "rd_expense_ratio": Field(NUMBER, _("R&D spending as a share of revenue"), whole=False, ceiling=1),
    "titles": Field(TAGS, _("Titles held"), CODE),
    "listed": Field(FLAG, _("Listed company")),
    "park": Field(TEXT, _("Park or building"), CODE),
}


def values_of(condition: Condition) -> tuple[Any, ...]:
    """The condition's value(s) as a tuple, whether it was written as a list or alone."""
    value = condition["value"]
    return tuple(value) if isinstance(value, list | tuple) else (value,)
