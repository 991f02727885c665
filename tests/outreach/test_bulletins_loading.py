"""Issues from elsewhere: as far as their sources tell."""

from datetime import date

import pytest

from outreach.bulletins.loading import load
from outreach.loading import rows
from outreach.models import Bulletin

pytestmark = pytest.mark.django_db


def test_once_with_sources_in_both_languages() -> None:
    assert load() == len(rows("bulletins")) == Bulletin.objects.count()
    Bulletin.objects.filter(slug="sh-weekly-28").update(title_en="Mended by hand")
    assert load() == 0
    assert Bulletin.objects.get(slug="sh-weekly-28").title_en == "Mended by hand"
    for row in Bulletin.objects.all():
        assert all((row.source_url, row.title_en, row.title_zh_hans, row.words_en, row.words_zh_hans, row.issuer_en))


@pytest.mark.parametrize(
    ("slug", "day", "precision", "kind", "confidence"),
    [
        ("hk-english-bulletin-2022", date(2022, 7, 1), "month", "bulletin", "low"),
        ("hk-digital-interpreter-2022", date(2022, 7, 1), "month", "interpretation_video", "low"),
        ("sh-weekly-129", date(2026, 1, 28), "day", "bulletin", "high"),
    ],
)
def test_what_is_not_known_stays_empty(slug: str, day: date, precision: str, kind: str, confidence: str) -> None:
    load()
    row = Bulletin.objects.get(slug=slug)
    assert (row.day, row.precision, row.kind, row.confidence) == (day, precision, kind, confidence)
    assert (row.year, row.issue, row.author, row.published_at) == (None, None, None, None)
