"""The profile in short steps: which fields belong together, and what the record says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises import forms
from enterprises.models import Enterprise
from portal.core.templatetags.ui import cny, day, day_plain, number


@dataclass(frozen=True)
class Step:
    """A step's title and form (the titles' form is built from the list of titles)."""

    title: str | Promise
    form: type[forms.StepForm] | None


STEPS: dict[str, Any] = {
    "identity": Step(gettext_lazy("Name and founding"), forms.IdentityForm),
    "industry": Step(gettext_lazy("Industry"), forms.IndustryForm),
    "size": Step(gettext_lazy("Size and research"), forms.SizeForm),
    "place": Step(gettext_lazy("Place"), forms.PlaceForm),
    "titles": Step(gettext_lazy("Titles held"), None),
}
# Which step settles a condition's field (policies/eligibility/criteria.py names the fields).
STEP_OF_FIELD = {
    "founded_years": "identity",
    "ownership": "identity",
    "listed": "identity",
    "industry_code": "industry",
    "size": "size",
    "employees": "size",
    "annual_revenue_cny": "size",
    "rd_expense_ratio": "size",
    "district": "place",
    "subdistrict": "place",
    "park": "place",
    "titles": "titles",
}


DISTRICTS = ("district", "operating_district", "tax_district")


def neighbours(step: str) -> tuple[str | None, str | None]:
    """The steps before and after."""
    keys = list(STEPS)
    at = keys.index(step)
    return (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)


def shown(enterprise: Enterprise, field: str) -> Any:
    """The value in words, or None when unknown."""
    value = getattr(enterprise, field)
    if value in (None, ""):
        return None
    if field in {"ownership", "size"}:
        return getattr(enterprise, f"get_{field}_display")()
    if field == "listed":
        return _("Yes") if value else _("No")
    if field in DISTRICTS:
        return _("Hongkou District") if value == forms.HONGKOU else _("another district or city")
    if field == "rd_expense_ratio":
        return f"{(value * 100).normalize():f}%"
    return _figure(field, value)


def _figure(field: str, value: Any) -> str:
    if field in {"annual_revenue_cny", "assets_cny"}:
        return cny(value)
    if field == "founded_on":
        return day(value)
    return number(value) if field == "employees" else str(value)


FIELDS = {
    "identity": ("name_zh_hans", "name_en", "founded_on", "ownership", "listed"),
    "industry": ("industry",),
    "size": ("employees", "annual_revenue_cny", "assets_cny", "rd_expense_ratio", "size"),
    "place": (
        *("district", "subdistrict", "park", "address_zh_hans", "address_en"),
        *("operating_district", "operating_subdistrict", "operating_address_zh_hans", "operating_address_en"),
        "tax_district",
    ),
}
LABELS = {
    "name_zh_hans": gettext_lazy("Name in Chinese"),
    "name_en": gettext_lazy("Name in English"),
    "address_zh_hans": gettext_lazy("Address in Chinese"),
    "address_en": gettext_lazy("Address in English"),
    "operating_address_zh_hans": gettext_lazy("Operating address in Chinese"),
    "operating_address_en": gettext_lazy("Operating address in English"),
}
_SOURCES = {
    "declared": pgettext_lazy("source of a fact", "declared by the enterprise"),
    "registry": pgettext_lazy("source of a fact", "from the registry"),
    "verified": pgettext_lazy("source of a fact", "verified"),
}


def rows_of(enterprise: Enterprise) -> list[dict[str, Any]]:
    """[{key, title, rows: [{label, value, source, on}]}], a row a fact; value None when unknown."""
    steps = []
    for key, step in STEPS.items():
        rows = _title_rows(enterprise) if key == "titles" else [_row(enterprise, field) for field in FIELDS[key]]
        steps.append({"key": key, "title": step.title, "rows": rows})
    return steps


def _row(enterprise: Enterprise, field: str) -> dict[str, Any]:
    source = enterprise.sources.get(field, {})
    label: Any = LABELS.get(field) or getattr(Enterprise._meta.get_field(field), "verbose_name", field)
    computed = _("computed by the 2011 standard") if field == "size" else ""
    return {
        "label": str(label)[:1].upper() + str(label)[1:],
        "value": shown(enterprise, field),
        "source": computed or _SOURCES.get(source.get("source"), ""),
        "on": _day_of(source),
        "lang": "zh-Hans" if field.endswith("_zh_hans") else "en" if field.endswith("_en") else "",
    }


def _day_of(source: Mapping[str, str]) -> date | None:
    """Since when the fact is known."""
    return date.fromisoformat(source["on"]) if source.get("on") else None


def _title_rows(enterprise: Enterprise) -> list[dict[str, Any]]:
    grants = enterprise.title_grants.select_related("title").order_by("title")
    rows = [
        {
            "label": str(g.title),
            "value": _("valid until %(day)s") % {"day": day_plain(g.expires_on)} if g.expires_on else _("held"),
            "source": _SOURCES["declared"],
            "on": _day_of(enterprise.sources.get("titles", {})),
        }
        for g in grants
    ]
    if not rows:
        value = _("none") if enterprise.titles_known else None
        rows = [{"label": _("Titles"), "value": value, "source": "", "on": None}]
    return rows
