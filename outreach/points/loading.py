"""Real places of the district, as far as public pages told them; which of them is a publicity point said its source."""

from typing import Any

from django.db import transaction

from enterprises.models import Park, Subdistrict
from outreach.enums import PlaceKind
from outreach.loading import rows
from outreach.models import Place, PublicityPoint

KINDS = {
    "office": PlaceKind.OFFICE,
    "park": PlaceKind.PARK,
    "creative_park": PlaceKind.PARK,
    "service_point": PlaceKind.SERVICE_POINT,
    "service_hall": PlaceKind.SERVICE_POINT,
    "community": PlaceKind.COMMUNITY,
    "culture": PlaceKind.CULTURE,
}
NOTES = {
    "name_zh": ("中文名称为本站译名。", "The Chinese name is this portal's translation."),
    "name_en": ("英文名称为本站译名。", "The English name is this portal's translation."),
}
INFERRED = ("部分信息由本站推断，以现场为准。", "Partly inferred by this portal; what you find on site counts.")
POINT = "Policy Publicity Point"  # as the source's note says it


def load() -> int:
    """Returns how many rows are new; what is there already is left alone."""
    with transaction.atomic():
        return sum(_place(row) for row in rows("venues"))


def _place(row: dict[str, Any]) -> bool:
    chinese, english = _notes(row)
    place, created = Place.objects.get_or_create(
        slug=row["id"],
        defaults={
            "name_zh_hans": row["name_zh"],
            "name_en": row["name_en"],
            "address_zh_hans": row.get("address_zh") or "",
            "address_en": row.get("address_en") or "",
            "kind": KINDS.get(row["kind"], PlaceKind.OTHER),
            "subdistrict": Subdistrict.objects.filter(code=row.get("subdistrict_code") or "").first(),
            "park": Park.objects.filter(slug=row["id"]).first(),
            "source_url": row.get("source_url") or "",
            "source_note_zh_hans": chinese,
            "source_note_en": english,
            "confidence": row["confidence"],
        },
    )
    if created and POINT in (row.get("note") or ""):
        PublicityPoint.objects.create(place=place)
    return created


def _notes(row: dict[str, Any]) -> tuple[str, str]:
    told = [NOTES[name] for name in row.get("translated", ()) if name in NOTES]
    told += [INFERRED] if row["confidence"] == "low" else []
    return "".join(each[0] for each in told), " ".join(each[1] for each in told)
