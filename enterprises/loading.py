"""The taxonomies enterprises are described by, brought in from enterprises/data; re-runnable."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import models, transaction

from enterprises.models import Industry, Park, Subdistrict, Title

DATA = Path(__file__).parent / "data"
PARK_KINDS = {"park", "creative_park", "office", "mall", "culture"}  # service points and halls house no enterprises
TITLES = {
    "high_tech_enterprise": ("高新技术企业", "High-tech enterprise"),
    "srdi": ("专精特新中小企业", "Specialised and sophisticated SME (SRDI)"),
    "little_giant": ("专精特新“小巨人”企业", "“Little giant” enterprise"),
    "regional_hq": ("跨国公司地区总部", "Regional headquarters of a multinational"),
    "business_unit_hq": ("跨国公司事业部总部", "Business-unit headquarters of a multinational"),
    "global_rd_center": ("外资全球研发中心", "Foreign-invested global R&D centre"),
    "enterprise_technology_center": ("企业技术中心", "Enterprise technology centre"),
    "open_innovation_platform": ("外资开放式创新平台", "Foreign-invested open innovation platform"),
    "tech_transfer_project": ("高新技术成果转化项目", "High-tech achievement commercialisation project"),
}


@transaction.atomic
def load_taxonomies(folder: Path = DATA) -> Counter[str]:
    """Industries, subdistricts, parks and titles; counts of new, changed and unchanged rows."""
    counts = _sync(Industry, _industries(_read(folder / "industries.json")))
    districts = _read(folder / "subdistricts.json")["subdistricts"]
    counts += _sync(Subdistrict, [{"code": row["code"]} | _both("name", row) for row in districts])
    counts += _sync(Park, [_park(row) for row in _read(folder / "venues.json") if row["kind"] in PARK_KINDS])
    counts += _sync(Title, [{"code": c, "name_zh_hans": zh, "name_en": en} for c, (zh, en) in TITLES.items()])
    return counts


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _both(field: str, row: dict[str, Any]) -> dict[str, str]:
    return {f"{field}_zh_hans": row[f"{field}_zh"] or "", f"{field}_en": row[f"{field}_en"] or ""}


def _industries(data: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for section in data["sections"]:
        for row in (section, *section["divisions"]):
            rows.append({"code": row["code"], "section": section["code"]} | _both("name", row))
    return rows


def _park(row: dict[str, Any]) -> dict[str, Any]:
    place = {"slug": row["id"], "subdistrict_id": row["subdistrict_code"]}
    return place | _both("name", row) | _both("address", row)


def _sync(model: type[models.Model], rows: list[dict[str, Any]]) -> Counter[str]:
    """Make the table hold the rows; rows that the file does not name stay."""
    counts: Counter[str] = Counter()
    kept: dict[Any, Any] = model._default_manager.in_bulk()
    key = model._meta.pk.name
    for row in rows:
        known = kept.get(row[key])
        if known and all((getattr(known, column) or "") == (value or "") for column, value in row.items()):
            counts["unchanged"] += 1
            continue
        counts["changed" if known else "new"] += 1
        model(**row).save(force_update=bool(known), force_insert=not known)
    return counts
