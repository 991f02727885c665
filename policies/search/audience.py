"""For which industries and sizes of enterprise a policy is: for every one that its criteria do not rule out.

Worked out once for each wording of criteria and kept in the process; a policy without such a condition is for all.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from enterprises.loading import DATA
from policies.eligibility.criteria import Outcome, compile_criteria, evaluate
from policies.eligibility.fields import SIZES
from portal.core import bilingual

SECTIONS = "ABCDEFGHIJKLMNOPQRST"  # of GB/T 4754
FIELDS: Mapping[str, tuple[str, Iterable[str]]] = {"industry": ("industry_code", SECTIONS), "size": ("size", SIZES)}
CODED = frozenset(field for field, _choices in FIELDS.values())
RuledOut = Mapping[str, Mapping[str, list[int]]]  # filter → choice → keys of policies


@cache
def _names() -> dict[tuple[str, str], str]:
    sections = json.loads((DATA / "industries.json").read_text(encoding="utf-8"))["sections"]
    return {(row["code"], suffix): row[f"name_{suffix[:2]}"] for row in sections for suffix in ("zh_hans", "en")}


def section_name(code: str) -> str:
    """In the active language."""
    return _names()[code, bilingual.SUFFIX[bilingual.current()]]


INDUSTRY_OPTIONS = [(code, lazy(section_name, str)(code)) for code in SECTIONS]
SIZE_OPTIONS = [
    ("micro", _("Micro enterprises")),
    ("small", _("Small enterprises")),
    ("medium", _("Medium-sized enterprises")),
    ("large", _("Large enterprises")),
]


def ruled_out() -> RuledOut:
    """The published policies that each choice leaves out; one query."""
    out: dict[str, dict[str, list[int]]] = {
        name: {choice: [] for choice in choices} for name, (_field, choices) in FIELDS.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT criteria::text, array_agg(id) FROM policies_policy WHERE published_at IS NOT NULL"
            """ AND criteria::text ~ '"(industry_code|size)"' GROUP BY 1"""
        )
        for criteria, keys in cursor.fetchall():
            for name, choice in _excludes(criteria):
                out[name][choice] += keys
    return out


@lru_cache(maxsize=30_000)
def _excludes(criteria: str) -> tuple[tuple[str, str], ...]:
    """What criteria rule out by one fact alone; what is said of other fields leaves that open, and is passed over."""
    try:
        items = [_bare(item) for item in json.loads(criteria) if item.get("field", "industry_code") in CODED]
        return _ruled_out(json.dumps(items, sort_keys=True))
    except (ValueError, KeyError, TypeError, AttributeError):  # what cannot be read rules nobody out
        return ()


def _bare(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if not key.startswith("clause_")}


@lru_cache(maxsize=5_000)
def _ruled_out(items: str) -> tuple[tuple[str, str], ...]:
    """A section is ruled out when nothing in it can meet the criteria."""
    compiled = compile_criteria(json.loads(items))
    return tuple(
        (name, choice)
        for name, (field, choices) in FIELDS.items()
        for choice in choices
        if evaluate(compiled, {field: choice}) is Outcome.UNMET
    )
