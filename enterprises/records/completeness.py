"""How much a record knows of what every enterprise can say of itself."""

from dataclasses import dataclass

from django.utils.text import capfirst

from enterprises import profile
from enterprises.models import Enterprise

# An English name, a park and a second address are nothing that everybody has; the size class follows from the rest.
COUNTED = {
    "identity": ("name_zh_hans", "founded_on", "ownership", "listed"),
    "industry": ("industry",),
    "size": ("employees", "annual_revenue_cny", "assets_cny", "rd_expense_ratio"),
    "place": ("district", "subdistrict", "address_zh_hans", "operating_district", "tax_district"),
    "titles": ("titles",),
}
ELSEWHERE = "other"  # a subdistrict is one of this district


@dataclass(frozen=True, slots=True)
class Lacking:
    """A fact that nobody has stated, and the step that asks for it."""

    field: str
    step: str
    label: str


@dataclass(frozen=True, slots=True)
class Completeness:
    total: int
    lacking: list[Lacking]

    @property
    def percent(self) -> int:
        """Rounded down: a hundred says that nothing is missing."""
        return 100 * (self.total - len(self.lacking)) // self.total


def of(enterprise: Enterprise) -> Completeness:
    """No query, where the record's titles are complete or unknown."""
    asked = [(step, field) for step, fields in COUNTED.items() for field in fields if _applies(enterprise, field)]
    lacking = [Lacking(field, step, _label(field)) for step, field in asked if not _known(enterprise, field)]
    return Completeness(len(asked), lacking)


def _applies(enterprise: Enterprise, field: str) -> bool:
    return field != "subdistrict" or enterprise.district != ELSEWHERE


def _known(enterprise: Enterprise, field: str) -> bool:
    if field == "titles":
        return enterprise.titles_known
    return getattr(enterprise, Enterprise._meta.get_field(field).attname) not in (None, "")  # type: ignore[union-attr]


def _label(field: str) -> str:
    if field == "titles":
        return str(profile.STEPS["titles"].title)
    named = profile.LABELS.get(field) or Enterprise._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    return str(capfirst(str(named)))
