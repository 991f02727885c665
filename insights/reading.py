"""What a page of the map shows: the chosen place and industry, and the figures of what lies below either."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.db.models.functions import Length
from django.http import Http404
from django.utils.translation import gettext as _

from enterprises.districts import HONGKOU
from enterprises.models import EnterpriseQuerySet, Industry, Park, Subdistrict
from insights import periods
from insights.measures import MEASURES, Figure, Measure, figure
from insights.models import ALL, NONE, MapCell, MapPeriod


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for."""

    kept: tuple[MapPeriod, ...]
    period: MapPeriod | None
    beside: MapPeriod | None
    measure: Measure
    area: str = ALL
    park: str = ALL
    section: str = ALL
    division: str = ALL

    @property
    def industry(self) -> str:
        return self.division if self.division not in (ALL, NONE) else self.section

    def query(self, **other: Any) -> str:
        """The address's words for this choice with something else in it; what goes without saying is left out."""
        it = replace(self, **other)
        found = {"area": it.area, "park": it.park, "industry": it.industry}
        words = {name: value for name, value in found.items() if value != ALL}
        if it.division == NONE:
            words["industry"] = f"{it.section}-"
        words |= {"measure": it.measure.code} if it.measure.code != "enterprises" else {}
        words |= {"period": periods.code(it.period.first)} if it.period and it.period != it.kept[0] else {}
        words |= {"beside": periods.code(it.beside.first)} if it.beside else {}
        return f"?{urlencode(words)}"


def chosen(asked: Mapping[str, str]) -> Chosen:
    """From the words of an address; a place or an industry that cannot be is 404, other odd words are passed over."""
    kept = tuple(MapPeriod.objects.all())
    by_code = {periods.code(row.first): row for row in kept}
    period = by_code.get(asked.get("period", ""), kept[0] if kept else None)
    beside = by_code.get(asked.get("beside", ""))
    measure = MEASURES.get(asked.get("measure", ""), MEASURES["enterprises"])
    area, park = asked.get("area") or ALL, asked.get("park") or ALL
    if area == ALL and park != ALL:
        raise Http404
    places = {"area": _key(area, 9), "park": _key(park, 80)}
    return Chosen(kept, period, beside if beside != period else None, measure, **places, **_industry(asked))


def _key(value: str, most: int) -> str:
    if len(value) > most or "\0" in value:
        raise Http404
    return value


def _industry(asked: Mapping[str, str]) -> dict[str, str]:
    code = asked.get("industry") or ALL
    if len(code) == 1:
        return {"section": code}
    if len(code) > 3 or not code.isascii() or code[0] == ALL:
        raise Http404
    return {"section": code[0], "division": NONE if code[1:] == NONE else code}


@dataclass(frozen=True, slots=True)
class Row:
    """A place or an industry below what is chosen, in one quarter or two."""

    key: str
    name: str
    query: str
    cell: MapCell | None
    figures: list[Figure]
    shown: Figure
    beside: Figure | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """In the active language; of those that the page needs."""

    areas: dict[str, str]
    parks: dict[str, str]
    industries: dict[str, str]

    def area(self, key: str) -> str:
        return _("Subdistrict not known") if key == NONE else self.areas[key]

    def park(self, key: str) -> str:
        return _("In no park or building, or not known") if key == NONE else self.parks.get(key, key)

    def section(self, key: str) -> str:
        return _("Industry not known") if key == NONE else self.industries.get(key, key)

    def division(self, key: str) -> str:
        return _("Division not known") if key == NONE else self.industries.get(key, key)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page's figures: of the choice itself, of the places below it, of the industries below it."""

    chosen: Chosen
    names: Names
    here: Row
    places: list[Row]
    industries: list[Row]


def shown(it: Chosen, *, whole: bool) -> Shown:
    """Four queries, whatever is kept."""
    names = _names(it)
    wanted = [period for period in (it.period, it.beside) if period]
    cells = list(MapCell.objects.filter(period__in=wanted).filter(_here(it) | _places(it) | _industries(it)))
    names.parks.update(_parks({cell.park for cell in cells} - {ALL, NONE}))
    if it.park not in (ALL, NONE) and it.park not in names.parks:
        raise Http404
    by = {(c.period_id, c.area, c.park, c.section, c.division): c for c in cells}

    def row(key: str, name: str, **below: Any) -> Row:
        place = replace(it, **below)
        now, then = (
            by.get((period.first, place.area, place.park, place.section, place.division)) if period else None
            for period in (it.period, it.beside)
        )
        figures = [figure(measure, now, whole=whole) for measure in MEASURES.values()]
        beside = figure(it.measure, then, whole=whole) if it.beside else None
        return Row(key, name, it.query(**below), now, figures, figure(it.measure, now, whole=whole), beside)

    return Shown(
        it,
        names,
        row("", ""),
        _sorted(row(key, name, **below) for key, name, below in _below_place(it, names, cells)),
        _sorted(row(key, name, **below) for key, name, below in _below_industry(it, names, cells)),
    )


def _here(it: Chosen) -> Q:
    return Q(area=it.area, park=it.park, section=it.section, division=it.division)


def _places(it: Chosen) -> Q:
    industry = Q(section=it.section, division=it.division)
    if it.area == ALL:
        return industry & ~Q(area=ALL) & Q(park=ALL)
    return industry & Q(area=it.area) & ~Q(park=ALL)


def _industries(it: Chosen) -> Q:
    place = Q(area=it.area, park=it.park)
    if it.section == ALL:
        return place & ~Q(section=ALL) & Q(division=ALL)
    return place & Q(section=it.section) & ~Q(division=ALL)


Below = list[tuple[str, str, dict[str, str]]]


def _below_place(it: Chosen, names: Names, cells: Iterable[MapCell]) -> Below:
    if it.area == ALL:
        keys = {*names.areas, *(cell.area for cell in cells if cell.area == NONE)}
        return [(key, names.area(key), {"area": key}) for key in sorted(keys)]
    if it.park != ALL:
        return []
    keys = {c.park for c in cells if c.park != ALL}
    return [(key, names.park(key), {"park": key}) for key in sorted(keys)]


def _below_industry(it: Chosen, names: Names, cells: Iterable[MapCell]) -> Below:
    if it.section == ALL:
        keys = {c.section for c in cells if c.section != ALL}
        return [(key, names.section(key), {"section": key}) for key in sorted(keys)]
    if it.division != ALL:
        return []
    keys = {c.division for c in cells if c.division != ALL}
    return [(key, names.division(key), {"division": key}) for key in sorted(keys)]


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """The largest number first; then what is hidden or not known; what belongs nowhere last."""
    return sorted(rows, key=lambda row: (row.key == NONE, row.shown.value is None, -(row.shown.value or 0)))


def _names(it: Chosen) -> Names:
    areas = {row.code: row.name for row in Subdistrict.objects.all()}
    if it.area not in (ALL, NONE) and it.area not in areas:
        raise Http404
    wanted = Industry.objects.annotate(length=Length("code"))
    wanted = wanted.filter(Q(length=1) | Q(length=3, section=it.section) if it.section != ALL else Q(length=1))
    industries = {row.code: row.name for row in wanted}
    if any(key not in (ALL, NONE) and key not in industries for key in (it.section, it.division)):
        raise Http404
    return Names(areas, {}, industries)


def _parks(keys: set[str]) -> dict[str, str]:
    return {row.slug: row.name for row in Park.objects.filter(slug__in=keys)}


@dataclass(frozen=True, slots=True)
class Crossing:
    """A number of the crossed table and the address it leads to."""

    figure: Figure
    query: str

    @property
    def value(self) -> Any:
        return None if self.figure.hidden else self.figure.value


@dataclass(frozen=True, slots=True)
class CrossedRow:
    name: str
    query: str
    cells: list[Crossing]


@dataclass(frozen=True, slots=True)
class Crossed:
    areas: list[tuple[str, str]]
    rows: list[CrossedRow]


def crossed(it: Chosen, *, whole: bool) -> Crossed:
    """The chosen measure of each subdistrict × section; three queries."""
    it = replace(it, area=ALL, park=ALL, section=ALL, division=ALL, beside=None)
    names = _names(it)
    cells = MapCell.objects.filter(period=it.period, park=ALL, division=ALL).exclude(area=ALL).exclude(section=ALL)
    by = {(cell.area, cell.section): cell for cell in cells if it.period}
    areas = [*sorted(names.areas), *({NONE} & {area for area, _section in by})]
    sections = sorted({section for _area, section in by}, key=lambda key: (key == NONE, key))
    rows = [
        CrossedRow(
            names.section(section),
            it.query(section=section),
            [
                Crossing(figure(it.measure, by.get((area, section)), whole=whole), it.query(area=area, section=section))
                for area in areas
            ],
        )
        for section in sections
    ]
    return Crossed([(names.area(area), it.query(area=area)) for area in areas], rows)


def records(rows: EnterpriseQuerySet, it: Chosen) -> EnterpriseQuerySet:
    """The records of the chosen place and industry."""
    rows = rows.filter(district__in=("", HONGKOU)).select_related("industry", "subdistrict", "park")
    if it.area != ALL:
        rows = rows.filter(subdistrict=None if it.area == NONE else it.area)
    if it.park != ALL:
        rows = rows.filter(park=None if it.park == NONE else it.park)
    if it.division not in (ALL, NONE):
        return rows.filter(industry__code__startswith=it.division)
    if it.division == NONE:
        return rows.filter(industry=None if it.section == NONE else it.section)
    if it.section != ALL:
        return rows.filter(industry=None) if it.section == NONE else rows.filter(industry__section=it.section)
    return rows
