"""Issues and publications from before this portal, as far as public pages told of them."""

from typing import Any

from django.db import transaction

from outreach.enums import BulletinKind, Publication
from outreach.loading import known_date, rows
from outreach.models import Bulletin

NOTES = {
    "title_zh": ("中文标题为本站译文。", "The Chinese title is this portal's translation."),
    "title_en": ("英文标题为本站译文。", "The English title is this portal's translation."),
}


def load() -> int:
    """Returns how many rows are new; what is there already is left alone."""
    with transaction.atomic():
        return sum(_issue(row) for row in rows("bulletins"))


def _issue(row: dict[str, Any]) -> bool:
    day, precision = known_date(row["date"])
    notes = [NOTES[name] for name in row["translated"] if name in NOTES]
    kind = row["kind"] if row["kind"] in BulletinKind.values else BulletinKind.OTHER
    _found, created = Bulletin.objects.get_or_create(
        slug=row["id"],
        defaults={
            "kind": kind,
            "day": day,
            "precision": precision,
            "title_zh_hans": row["title_zh"],
            "title_en": row["title_en"],
            "words_zh_hans": row["summary_zh"] or "",
            "words_en": row["summary_en"] or "",
            "issuer_zh_hans": row["issuer_zh"] or "",
            "issuer_en": row["issuer_en"] or "",
            "state": Publication.PUBLISHED if row["source_url"] else Publication.DRAFT,
            "source_url": row["source_url"] or "",
            "source_note_zh_hans": "".join(note[0] for note in notes),
            "source_note_en": " ".join(note[1] for note in notes),
            "confidence": row["confidence"],
        },
    )
    return created
