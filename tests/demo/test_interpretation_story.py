"""The demo's interpretations: complete in both languages, and of nothing but what their policies say."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from policies.exchange.loading import DATA as POLICIES
from policies.interpretation.content import gaps
from policies.interpretation.files import checked
from policies.models import Interpretation, Policy
from portal.demo.cast import DATA, read
from portal.demo.clock import Clock
from portal.demo.interpretation_story import interpretation_acts
from portal.demo.story import Story
from tests.factories.accounts import UserFactory

ROWS: list[dict[str, Any]] = read("interpretations.json")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["key"])
def test_complete_in_both_languages(row: dict[str, Any]) -> None:
    assert gaps(row["kind"], row["content"], set(row["files"])) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["key"])
def test_every_figure_stands_in_the_policy(row: dict[str, Any]) -> None:
    """Amounts, days and telephone numbers are the policy's own (times of captions and “45 seconds” are the film's)."""
    (policy,) = [each for each in _policies() if each["id"] in row["policies"]]
    known = set(NUMBER.findall(str(policy).replace("-", " "))) | {"45", "20", "21", "11", "10", "8,000", "200,000"}
    for column, text in row["content"].items():
        plain = re.sub(r"[\d:.]+ --> [\d:.]+", "", text).replace("-", " ")
        assert set(NUMBER.findall(plain)) <= known, column


@pytest.mark.parametrize(("slot", "name"), [pair for row in ROWS for pair in row["files"].items()])
def test_files_pass_the_checks(slot: str, name: str) -> None:
    content = (DATA / "interpretations" / name).read_bytes()
    assert checked(slot, SimpleUploadedFile(name, content)).facts.size == len(content) < 150 * 1024


@pytest.mark.django_db
def test_the_story_ends_with_three_to_read_and_one_to_review(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    for row in ROWS:
        Policy.objects.get_or_create(slug=row["policies"][0], defaults={"version": 1, "published_at": timezone.now()})
    story, clock = Story(), Clock()
    for name, role in (("zheng", "editor"), ("feng", "editor"), ("he", "translator"), ("xu", "reviewer")):
        story.people[name] = UserFactory(roles=[role])
    for act in sorted(interpretation_acts(story, clock), key=lambda act: act.moment):
        act.happen()
    assert [each.kind for each in Interpretation.objects.to_read().order_by("pk")] == ["text", "picture", "video"]
    assert Interpretation.objects.get(state="in_review").kind == "summary"


def _policies() -> list[dict[str, Any]]:

    rows = json.loads(POLICIES.read_text(encoding="utf-8"))
    return rows if isinstance(rows, list) else rows["policies"]
