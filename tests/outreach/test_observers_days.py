"""A batch's days: a slip of the pen in the year is told next to the field, and nothing is kept."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from outreach.models import ObserverBatch
from outreach.observers.forms import MOST_YEARS, BatchForm
from portal.core.calendar import local_day
from tests.factories import outreach as make

pytestmark = pytest.mark.django_db
NAMES = {"number": "77", "name_zh_hans": "虚构批次", "name_en": "Fictional batch"}
FAR = "This day is more than ten years away: is the year right?"


def day(years: int) -> date:
    return local_day().replace(year=local_day().year + years, month=5, day=6)


@pytest.mark.parametrize("pair", [("apply_from", "apply_until"), ("term_begins", "term_ends")])
@pytest.mark.parametrize("year", [1899, 2199])
def test_days_of_another_century_are_told_at_both_fields(pair: tuple[str, str], year: int) -> None:
    form = BatchForm({**NAMES, pair[0]: date(year, 1, 1), pair[1]: date(year, 12, 31)})
    assert not form.is_valid()
    assert {name: form.errors[name] for name in pair} == {name: [FAR] for name in pair}


def test_one_wrong_year_is_told_where_it_stands() -> None:
    form = BatchForm({**NAMES, "term_begins": day(0), "term_ends": day(MOST_YEARS + 1)})
    assert not form.is_valid()
    assert list(form.errors) == ["term_ends"]


@pytest.mark.parametrize("years", [-MOST_YEARS, -1, 0, 1, MOST_YEARS])
def test_days_within_ten_years_are_fine(years: int) -> None:
    form = BatchForm({**NAMES, "term_begins": day(years), "term_ends": day(years)})
    assert form.is_valid(), form.errors


def test_what_was_typed_stays_and_nothing_is_written(as_user: Any) -> None:
    said = {**NAMES, "term_begins": "1899-01-01", "term_ends": "1899-12-31"}
    page = as_user(make.reviewer()).post(reverse("observers:new"), said)
    assert page.status_code == 422
    content = page.content.decode()
    assert FAR.split(":")[0] in content
    assert "1899-01-01" in content
    assert "Fictional batch" in content
    assert not ObserverBatch.objects.exists()
