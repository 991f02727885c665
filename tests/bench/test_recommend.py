"""The part of the bench about recommendations: its need and its pages are real ones."""

import pytest

from investment.models import Mark
from investment.quality import measure as quality
from portal.bench import recommend
from portal.bench.__main__ import PARTS, arguments
from tests.factories import investment as make
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def test_it_is_a_part() -> None:
    assert "recommend" in PARTS
    assert arguments().parse_args(["--part", "recommend"]).part == "recommend"


def test_its_pages_are_opened_by_whom_they_are_for() -> None:
    person = make.member()
    rows = [make.resource() for _n in range(6)]
    need = recommend._need()
    assert need.author == person
    assert (Mark.objects.exclude(declined_at=None).count(), Mark.objects.exclude(shortlisted_at=None).count()) == (2, 2)
    client = signed_in(person)
    pages = recommend._pages(need, "en")
    for page in pages:
        assert page.most == 3.0
        assert client.get(page.path).status_code == 200, page.path
    assert str(rows[-1].pk) in "".join(page.path for page in pages)


def test_the_table_names_every_order() -> None:
    lines, kept = quality.table()
    assert kept
    assert all(any(line.startswith(name) for line in lines) for name in quality.ORDERS)
