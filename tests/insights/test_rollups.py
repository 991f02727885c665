"""The kept figures equal a recount by hand, in the running quarter and in those that have ended."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from enterprises.models import Enterprise
from insights import periods, rollups
from insights.models import ALL, NONE, MapCell, MapElsewhere, MapPeriod
from insights.tasks import count_map
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.insights import earlier, many, quarters_ago, taxonomies
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
COUNTS = ("enterprises", "employees", "known_employees", "revenue", "known_revenue", "requests", "asking")


def recount() -> dict[tuple[str, ...], list[int]]:
    """Every cell of the running quarter, record by record."""
    cells: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for each in Enterprise.objects.select_related("industry").filter(district__in=["", "310109"]):
        asked = HelpRequest.objects.filter(enterprise=each).exclude(state__in=rollups.NOT_COUNTED)
        asked = asked.filter(submitted_at__gte=periods.midnight(periods.quarter_of(local_day())))
        facts = [
            *(1, each.employees or 0, each.employees is not None),
            *(each.annual_revenue_cny or 0, each.annual_revenue_cny is not None),
            *(asked.count(), asked.filter(policy__isnull=False).exists()),
        ]
        code = each.industry_id or NONE
        section, division = code[0], code[:3] if len(code) > 1 else NONE
        places = [(ALL, ALL), (each.subdistrict_id or NONE, ALL), (each.subdistrict_id or NONE, each.park_id or NONE)]
        for place in places:
            for industry in ((ALL, ALL), (section, ALL), (section, division)):
                cell = cells[(*place, *industry)]
                cell[:] = [old + int(new) for old, new in zip(cell, facts, strict=True)]
    return cells


@pytest.fixture
def records() -> list[Enterprise]:
    areas, industries, park = taxonomies()
    rows: list[Enterprise] = []
    for n in range(24):
        facts: dict[str, Any] = {
            "subdistrict": [*areas.values(), None][n % 4],
            "industry": [*industries.values(), None][n % 6],
            "park": park if n % 3 else None,
            "employees": None if n % 5 == 0 else n,
            "annual_revenue_cny": None if n % 7 == 0 else n * 1_000_003,
            "district": ["310109", "", "310109"][n % 3],
        }
        rows.append(EnterpriseFactory(**facts))
    rows.append(EnterpriseFactory(district="other"))
    return rows


def kept(first: date) -> dict[tuple[str, ...], list[int]]:
    cells = MapCell.objects.filter(period=first)
    return {(c.area, c.park, c.section, c.division): [int(getattr(c, name)) for name in COUNTS] for c in cells}


def test_every_cell_equals_a_recount(records: list[Enterprise]) -> None:
    now = timezone.now()
    for state, policy in (("submitted", None), ("submitted", PolicyFactory()), ("withdrawn", None)):
        HelpRequestFactory(enterprise=records[1], state=state, submitted_at=now, policy=policy)
    HelpRequestFactory(enterprise=records[2], submitted_at=now - timedelta(days=200))
    first = periods.quarter_of(local_day())
    assert count_map() >= 1
    assert kept(first) == dict(recount())
    assert kept(first)[(ALL, ALL, ALL, ALL)][0] == 24  # and the one registered elsewhere stands apart
    assert list(MapElsewhere.objects.values_list("district", "enterprises")) == [("other", 1)]
    before = kept(first)
    records[3].subdistrict = records[4].subdistrict
    records[3].employees = 999
    records[3].save()
    rollups.refresh()
    assert kept(first) == dict(recount()) != before
    again = kept(first)
    rollups.rebuild()  # twice, late: the same
    assert kept(first) == again
    assert MapPeriod.objects.get(first=first).closed is False


def test_a_quarter_that_ended_is_as_the_records_stood_then() -> None:
    areas, industries, _park = taxonomies()
    facts = {"subdistrict": areas["310109014"], "industry": industries["I65"], "employees": 20}
    old, new, gone = many(3, annual_revenue_cny=300, **facts)
    earlier(old, quarters_ago(1), annual_revenue_cny=200, employees=10)
    earlier(old, quarters_ago(2), annual_revenue_cny=100, employees=5)
    earlier(gone, quarters_ago(2), annual_revenue_cny=999)
    gone.delete()
    assert rollups.refresh() == 3
    now, last, first = MapPeriod.objects.all()
    assert [row.closed for row in (now, last, first)] == [False, True, True]

    def cell(period: MapPeriod) -> list[int]:
        row = MapCell.objects.get(period=period, area="310109014", park=ALL, section="I", division="I65")
        return [row.enterprises, row.employees, int(row.revenue), int(row.before), int(row.after), row.known_growth]

    assert cell(now) == [2, 40, 600, 200, 300, 1]  # the new one has no figure of the quarter before
    assert cell(last) == [1, 10, 200, 100, 200, 1]
    assert cell(first) == [1, 5, 100, 0, 0, 0]  # before the first there is nothing: growth is absent
    new.annual_revenue_cny = 700
    new.save()
    assert rollups.refresh() == 1  # what has ended is counted once
    assert (cell(now)[2], cell(last)[2]) == (1000, 200)
    assert rollups.rebuild() == 3
    assert cell(last) == [1, 10, 200, 100, 200, 1]


def test_only_so_many_quarters_are_kept() -> None:
    MapPeriod.objects.create(first=date(2001, 1, 1), closed=True)
    MapPeriod.objects.create(first=date(2001, 4, 1), closed=True)
    assert rollups.refresh() == 1
    assert MapPeriod.objects.get().first == periods.quarter_of(local_day())


@pytest.mark.parametrize(
    ("day", "first", "following", "previous", "code"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1), date(2025, 10, 1), "2026-1"),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 7, 1), date(2026, 1, 1), "2026-2"),
        (date(2026, 11, 23), date(2026, 10, 1), date(2027, 1, 1), date(2026, 7, 1), "2026-4"),
    ],
)
def test_quarters(day: date, first: date, following: date, previous: date, code: str) -> None:
    assert periods.quarter_of(day) == first
    assert (periods.after(first), periods.before(first), periods.code(first)) == (following, previous, code)
