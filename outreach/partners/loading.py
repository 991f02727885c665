"""Real associations that are near the district, as far as public pages told of them; unknown stays empty."""

from typing import Any

from django.db import transaction

from outreach.enums import MemorandumState, PartnerKind
from outreach.loading import rows
from outreach.models import Memorandum, Partner

KINDS = {
    "chamber": PartnerKind.CHAMBER,
    "foreign_chamber": PartnerKind.CHAMBER,
    "industry_association": PartnerKind.INDUSTRY,
    "alliance": PartnerKind.ALLIANCE,
}
TRANSLATED = {
    "name_zh": ("中文名称为本站译名。", "The Chinese name is this portal's translation."),
    "name_en": ("英文名称为本站译名。", "The English name is this portal's translation."),
}
BOTH_TRANSLATED = ("中英文名称均为本站表述。", "Both names are this portal's wording.")
SIGNED_2024 = "shanghai-international-chamber-of-commerce"


def load() -> int:
    """Returns how many rows are new; what is there already is left alone."""
    with transaction.atomic():
        new = sum(_partner(row) for row in rows("associations"))
        return new + _memorandum()


def _partner(row: dict[str, Any]) -> bool:
    chinese, english = _note(row["translated"])
    _row, created = Partner.objects.get_or_create(
        slug=row["id"],
        defaults={
            "name_zh_hans": row["name_zh"],
            "name_en": row["name_en"],
            "kind": KINDS.get(row["kind"], PartnerKind.OTHER),
            "about_zh_hans": row["relation_zh"],
            "about_en": row["relation_en"],
            "source_url": row["source_url"],
            "source_note_zh_hans": chinese,
            "source_note_en": english,
            "confidence": row["confidence"],
        },
    )
    return created


def _note(translated: list[str]) -> tuple[str, str]:
    if len(translated) == len(TRANSLATED):
        return BOTH_TRANSLATED
    return TRANSLATED[translated[0]] if translated else ("", "")


def _memorandum() -> int:
    """The source says with whom and in which year: the day, the term and the areas are not known."""
    partner = Partner.objects.get(slug=SIGNED_2024)
    if partner.memoranda.exists():
        return 0
    source = next(row for row in rows("associations") if row["id"] == SIGNED_2024)
    memorandum = Memorandum.objects.create(
        title_zh_hans="2024年政社合作备忘录",
        title_en="2024 cooperation memorandum",
        district_side_zh_hans="虹口区政府办",
        district_side_en="Hongkou government office",
        state=MemorandumState.SIGNED,
        source_url=source["source_url"],
        confidence=source["confidence"],
    )
    memorandum.parties.add(partner)
    return 1
