"""Outlines as paths of an SVG, from a GeoJSON file of districts: checked, drawn once, kept as data."""

import json
import math
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from enterprises.districts import NAMES
from insights.models import Outline
from portal.core.access import Refused

FILE = Path(__file__).parent / "data" / "shanghai_districts.geojson"
WIDTH = 600
MOST_BYTES = 8 * 1024 * 1024
MOST_POINTS = 60_000
CODES = {chinese: code for code, (chinese, _english) in NAMES.items()}
Ring = list[tuple[float, float]]


@lru_cache(maxsize=1)
def own() -> dict[str, Any]:
    """The outlines that come with the portal; they are no reviewed standard map."""
    return drawn(FILE.read_bytes())


def shown() -> tuple[dict[str, Any], Outline | None]:
    """What the page draws, and the official file it comes from, if one was placed. One query."""
    placed = Outline.objects.order_by("-pk").first()
    return (placed.shapes if placed else own()), placed


def drawn(data: bytes) -> dict[str, Any]:
    """{width, height, districts: [{code, name_zh, name_en, path, x, y}]}; Refused says what is wrong with the file."""
    if len(data) > MOST_BYTES:
        raise Refused(_("The file is larger than 8 MB."))
    try:
        features = json.loads(data)["features"]
        rings = [(_names(feature), _rings(feature["geometry"])) for feature in features]
    except (KeyError, TypeError, ValueError, IndexError, RecursionError, AttributeError):
        raise Refused(_("This is no GeoJSON file of districts with their names.")) from None
    if {names["code"] for names, _rings_of in rings} != set(CODES.values()) or len(rings) != len(CODES):
        raise Refused(_("The file has to hold each of the 16 districts of Shanghai once."))
    if sum(len(ring) for _n, found in rings for ring in found) > MOST_POINTS:
        raise Refused(_("The outlines are too fine to be shown: simplify them first."))
    return _placed(rings)


def _names(feature: dict[str, Any]) -> dict[str, str]:
    facts = feature["properties"]
    zh = str(facts.get("name_zh") or facts["name"])
    return {"code": CODES.get(zh, ""), "name_zh": zh, "name_en": str(facts.get("name_en") or zh)[:40]}


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    bodies = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [[(float(point[0]), float(point[1])) for point in ring] for body in bodies for ring in body]
    if not rings or any(len(ring) < 4 for ring in rings):
        raise ValueError
    if not all(120 < lon < 123 and 30 < lat < 33 for ring in rings for lon, lat in ring):  # also not a number
        raise ValueError
    return rings


def _placed(rings: list[tuple[dict[str, str], list[Ring]]]) -> dict[str, Any]:
    points = [point for _names_of, found in rings for ring in found for point in ring]
    west, east = min(lon for lon, _lat in points), max(lon for lon, _lat in points)
    south, north = min(lat for _lon, lat in points), max(lat for _lon, lat in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * narrow)
    districts = []
    for names, found in rings:
        placed = [[((x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in found]
        x, y = _middle(max(placed, key=lambda ring: abs(_area(ring))))
        path = "".join(_path(ring) for ring in placed)
        districts.append({**names, "path": path, "x": round(x), "y": round(y)})
    return {"width": WIDTH, "height": math.ceil((north - south) * scale), "districts": districts}


def _path(ring: Ring) -> str:
    """Whole units of 600 would show: one place behind the point; points that fall together are drawn once."""
    words: list[str] = []
    for x, y in ring[:-1]:
        word = f"{x:.1f} {y:.1f}"
        if not words or words[-1] != word:
            words.append(word)
    return f"M{'L'.join(words)}Z"


def _area(ring: Ring) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    """Its centre of gravity."""
    area = _area(ring)
    if not area:
        return ring[0]
    pairs = list(pairwise(ring))
    x = sum((a + c) * (a * d - c * b) for (a, b), (c, d) in pairs) / (6 * area)
    y = sum((b + d) * (a * d - c * b) for (a, b), (c, d) in pairs) / (6 * area)
    return x, y
