"""A segment's conditions: of each kind one of those chosen, and the kinds narrow each other."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from enterprises.districts import HONGKOU
from enterprises.enums import Ownership, SizeClass, Standing, Tier
from enterprises.fields import UNKNOWN
from enterprises.models import (
    Enterprise,
    EnterpriseQuerySet,
    EnterpriseTag,
    Industry,
    Park,
    Subdistrict,
    Tagging,
    Title,
    TitleGrant,
)
from portal.core.calendar import local_day

NO_TIER = "none"
GONE = (Standing.LEFT, Standing.CLOSED)
NUMBERS = ("founded_within", "employees_from", "employees_to")


@dataclass(frozen=True, slots=True)
class Conditions:
    """standings: without any, all but those that have moved away or closed. founded_within: years. here: registered in
    the district, or not known where."""

    tiers: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    subdistricts: tuple[str, ...] = ()
    parks: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    ownerships: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    founded_within: int | None = None
    employees_from: int | None = None
    employees_to: int | None = None
    here: bool = True

    def kept(self) -> dict[str, Any]:
        """As a segment keeps it: what says nothing is left out."""
        return {name: value for name, value in asdict(self).items() if value or name == "here"}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Conditions":
        found: dict[str, Any] = {}
        for each in fields(cls):
            value = kept.get(each.name)
            if each.name == "here":
                found["here"] = bool(kept.get("here", True))
            elif each.name in NUMBERS:
                found[each.name] = value or None
            else:
                found[each.name] = tuple(map(str, value or ()))
        return cls(**found)

    def __bool__(self) -> bool:
        """Whether it asks for anything beside the district."""
        return bool(set(self.kept()) - {"here"})

    def rows(self, day: date | None = None) -> EnterpriseQuerySet:
        """The enterprises that fulfil them now."""
        found = Enterprise.objects.filter(merged_into__isnull=True)
        found = found.filter(standing__in=self.standings) if self.standings else found.exclude(standing__in=GONE)
        for condition in self._asked(day or local_day()):
            found = found.filter(condition)
        return found

    def _asked(self, day: date) -> list[Q]:
        return [
            *([Q(district__in=("", HONGKOU))] if self.here else []),
            *([Q(tier__in=["" if tier == NO_TIER else tier for tier in self.tiers])] if self.tiers else []),
            *([_industries(self.industries)] if self.industries else []),
            *([_place("subdistrict", self.subdistricts)] if self.subdistricts else []),
            *([_place("park", self.parks)] if self.parks else []),
            *([Q(size__in=self.sizes)] if self.sizes else []),
            *([Q(ownership__in=self.ownerships)] if self.ownerships else []),
            *([_titles(self.titles, day)] if self.titles else []),
            *([_tags(self.tags)] if self.tags else []),
            *([Q(founded_on__gt=_years_before(day, self.founded_within))] if self.founded_within else []),
            *([Q(employees__gte=self.employees_from)] if self.employees_from else []),
            *([Q(employees__lte=self.employees_to)] if self.employees_to else []),
        ]

    def words(self) -> list[str]:
        """Each condition in the active language."""
        chosen = [
            [_("not a key enterprise") if tier == NO_TIER else str(Tier(tier).label) for tier in self.tiers],
            _named(self.industries, Industry, _("Industry not known")),
            _named(self.subdistricts, Subdistrict, _("Subdistrict not known")),
            _named(self.parks, Park, _("In no park or building, or not known")),
            [str(SizeClass(size).label) for size in self.sizes],
            [str(Ownership(each).label) for each in self.ownerships],
            _named(self.titles, Title),
            _named(self.tags, EnterpriseTag),
            [str(Standing(each).label) for each in self.standings],
        ]
        said = [_(" or ").join(names) for names in chosen if names]
        numbers = {
            "founded_within": _("founded within %(count)s years"),
            "employees_from": _("employees from %(count)s"),
            "employees_to": _("employees up to %(count)s"),
        }
        said += [words % {"count": value} for name, words in numbers.items() if (value := getattr(self, name))]
        return [*said, *([_("registered in Hongkou, or not known where")] if self.here else [])]


def _industries(codes: tuple[str, ...]) -> Q:
    """Sections, divisions with what is finer; “I-” of a section without a division, “-” not known at all."""
    found = Q(pk__in=[])
    for code in codes:
        if code == UNKNOWN:
            found |= Q(industry__isnull=True)
        elif code.endswith(UNKNOWN):
            found |= Q(industry=code[0])
        else:
            found |= Q(industry__section=code) if len(code) == 1 else Q(industry__code__startswith=code)
    return found


def _place(column: str, keys: tuple[str, ...]) -> Q:
    found = Q(**{f"{column}__in": [key for key in keys if key != UNKNOWN]})
    return found | Q(**{f"{column}__isnull": True}) if UNKNOWN in keys else found


def _titles(codes: tuple[str, ...], day: date) -> Q:
    """Held today: a title that has expired does not count."""
    valid = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    return Q(pk__in=TitleGrant.objects.filter(valid, title__in=codes).values("enterprise"))


def _tags(keys: tuple[str, ...]) -> Q:
    return Q(pk__in=Tagging.objects.filter(tag__in=[key for key in keys if key.isdecimal()]).values("enterprise"))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _named(keys: tuple[str, ...], model: Any, unknown: str = "") -> list[str]:
    """Names of rows, and of “not known”; no query where nothing is asked."""
    if not keys:
        return []
    plain = [key.rstrip(UNKNOWN) if model is Industry else key for key in keys if key != UNKNOWN]
    names = [str(row) for row in model.objects.filter(pk__in=plain)]
    return [*names, unknown] if UNKNOWN in keys else names
