"""Which publicity points are near: from an address or a subdistrict that is known here. Nothing is guessed: a point
whose position is not known has no distance, and stands after those that have one."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.db.models import Avg, Q
from django.utils.translation import gettext as _

from enterprises.models import Park, Subdistrict
from outreach.models import Place, PublicityPoint

EARTH_KM = 6371.0
LEAST = 2  # letters of what is typed


@dataclass(frozen=True, slots=True)
class Origin:
    """From where: its name, its subdistrict, and its position as far as they are known. exact: that of the place
    itself; otherwise the middle of what is known in its subdistrict, which puts in order but tells no distance."""

    name: str
    subdistrict: str
    at: tuple[float, float] | None
    exact: bool = False


def origin(words: str) -> Origin | None:
    """A subdistrict, a place or a building by its name or address in either language; None if none is known."""
    words = words.strip()
    if len(words) < LEAST:
        return None
    named = Q(name_zh_hans__icontains=words) | Q(name_en__icontains=words)
    area = Subdistrict.objects.filter(named).first()
    if area is not None:
        return Origin(area.name, area.pk, _middle(area.pk))
    named |= Q(address_zh_hans__icontains=words) | Q(address_en__icontains=words)
    place = Place.objects.filter(named, active=True).order_by("latitude", "slug").first()
    if place is not None:
        here = _at(place)
        return Origin(place.name, place.subdistrict_id or "", here or _middle(place.subdistrict_id), here is not None)
    park = Park.objects.filter(named).first()
    return Origin(park.name, park.subdistrict_id or "", _middle(park.subdistrict_id)) if park else None


def _at(place: Place) -> tuple[float, float] | None:
    if place.latitude is None or place.longitude is None:
        return None
    return float(place.latitude), float(place.longitude)


def _middle(subdistrict: str | None) -> tuple[float, float] | None:
    """Of the places there whose position is known."""
    known = Place.objects.filter(subdistrict=subdistrict, subdistrict__isnull=False, latitude__isnull=False)
    found = known.aggregate(north=Avg("latitude"), east=Avg("longitude"))
    return (float(found["north"]), float(found["east"])) if found["north"] is not None else None


def sorted_from(rows: list[PublicityPoint], start: Origin) -> list[tuple[PublicityPoint, str]]:
    """The nearest first, each with its distance in words where both positions are known; then those of the same
    subdistrict, then the others."""
    found = []
    for number, row in enumerate(rows):
        here = _at(row.place)
        away = distance(start.at, here) if start.at and here else None
        same = bool(start.subdistrict) and row.place.subdistrict_id == start.subdistrict
        found.append(((away is None, away or 0.0, not same, number), row, _words(away if start.exact else None, same)))
    return [(row, words) for _key, row, words in sorted(found, key=lambda each: each[0])]


def distance(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Kilometres as the crow flies."""
    north, south = radians(start[0]), radians(end[0])
    east = radians(end[1] - start[1])
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def _words(away: float | None, same: bool) -> str:
    if away is None:
        return _("In the same subdistrict") if same else ""
    if away < 1:
        return _("About %(metres)s m away, as the crow flies") % {"metres": max(100, round(away * 10) * 100)}
    return _("About %(km)s km away, as the crow flies") % {"km": round(away, 1)}
