"""Two at the same moment at one point: both count, or an edition is superseded while its copies are counted."""

from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notices.models import Message
from outreach.models import Material, PublicityPoint, Stock
from outreach.points import queries, workflow
from tests.factories import outreach as make
from tests.factories.attachments import pdf
from tests.races import outcome, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def point(**fields: Any) -> PublicityPoint:
    return PublicityPoint.objects.create(place=make.place(), **fields)


def file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf("Guide"))


def test_counted_by_two_at_once_one_row_with_one_of_the_counts() -> None:
    row, edition = point(), make.material().editions.get()
    people = [make.organiser(), make.organiser()]
    acts = [
        partial(workflow.count_stock, row, edition, copies=copies, by=by)
        for copies, by in zip((10, 30), people, strict=True)
    ]
    won, told = outcome(race(PublicityPoint.objects.filter(pk=row.pk), *acts))
    assert (len(won), told) == (2, [])
    kept = Stock.objects.get()
    assert (kept.copies, kept.counted_by) in ((10, people[0]), (30, people[1]))


def test_superseded_while_it_is_counted_it_is_to_be_replaced_whoever_was_first() -> None:
    by = make.organiser()
    row, material = point(keeper=by), make.material()
    old = material.editions.get()
    Stock.objects.create(point=row, material=material, edition=old, copies=5)
    won, told = outcome(
        race(
            Material.objects.filter(pk=material.pk),
            partial(workflow.add_edition, material, by=by, file_zh=file("zh.pdf"), file_en=file("en.pdf")),
            partial(workflow.count_stock, row, old, copies=12, by=by),
        )
    )
    assert (len(won), told) == (2, [])
    assert [(each.edition, each.copies) for each in queries.to_replace()] == [(old, 12)]
    assert [each.number for each in queries.guides_of(row)] == [2]
    assert Message.objects.filter(recipient=by, kind="event.material").count() == 1


def test_two_editions_at_once_are_two_numbers() -> None:
    material, by = make.material(editions=0), make.organiser()
    acts = [
        partial(workflow.add_edition, material, by=by, file_zh=file("zh.pdf"), file_en=file("en.pdf"))
        for _n in range(2)
    ]
    won, told = outcome(race(Material.objects.filter(pk=material.pk), *acts))
    assert (sorted(each.number for each in won), told) == ([1, 2], [])
