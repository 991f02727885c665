"""The part of the bench that takes over an extract: its file is a real one, its floor reads the same rows."""

from pathlib import Path
from typing import Any

import pytest

from enterprises.loading import load_taxonomies
from enterprises.models import Enterprise
from portal.bench import extract
from portal.bench.__main__ import PARTS, arguments
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    load_taxonomies()


def test_it_is_a_part_of_its_own() -> None:
    assert "registry" in PARTS
    assert arguments().parse_args(["--part", "registry"]).part == "registry"


def test_its_rows_are_the_same_each_time_and_all_different() -> None:
    made = extract.rows(50)
    assert made == extract.rows(50)
    assert len({row[0] for row in made}) == len({row[1] for row in made}) == 50


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_whole_way_takes_over_every_row(kind: str, tmp_path: Path) -> None:
    path = extract.written(kind, extract.rows(20), tmp_path)
    assert extract.floor(path) > 0
    assert Enterprise.objects.count() == 0
    admin = UserFactory(roles=["admin"])
    seconds, counts = extract.whole(path, admin, local_day())
    assert seconds > 0
    assert counts["done_new"] == Enterprise.objects.count() == 20
    assert extract.whole(path, admin, local_day())[1]["same"] == 20


def test_a_few_of_its_rows_change(tmp_path: Path) -> None:
    made, admin = extract.rows(20), UserFactory(roles=["admin"])
    extract.whole(extract.written("csv", made, tmp_path), admin, local_day())
    changed = extract.with_changes(made, 7)
    assert sum(one != other for one, other in zip(made, changed, strict=True)) == 7
    counts = extract.whole(extract.written("csv", changed, tmp_path), admin, local_day())[1]
    assert (counts["done_new"], counts["done_changed"], counts["same"]) == (0, 7, 13)


def test_memory_is_told_in_megabytes() -> None:
    assert 20 < extract.memory() < 5_000
