"""The figures as people read them: numerators and denominators, filters, small counts, the file, the queries."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.core.calendar import local_day
from stewards.models import DayFigures, FiguresCounted, MonthFigures, RequestCategory
from stewards.rating import figures, rollups
from stewards.rating.figures import Row, suppressed
from stewards.rating.forms import FiguresForm, _month
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
COUNTS = {"needed": 10, "answered": 9, "due": 8, "in_time": 6, "rated": 6, "solved": 3, "content": 5}
COUNTS |= {"told": 7, "told_content": 6}
FEW = {**COUNTS, "rated": 3, "solved": 1, "content": 2, "told": 1, "told_content": 1}
MONTHS = [("2026-02", date(2026, 2, 1)), ("2026-2", None), ("²026-02", None), ("", None)]


def cell(day: date | None = None, **fields: Any) -> DayFigures:
    return DayFigures.objects.create(**{"day": day or local_day(), "type": "help", **COUNTS, **fields})


def to_months() -> None:
    MonthFigures.objects.all().delete()
    FiguresCounted.objects.all().delete()
    rollups._fill(rollups._FILL_MONTHS, {"first": rollups.EVER, "after": date(2100, 1, 1)})
    FiguresCounted.objects.create(late_before=local_day())


@pytest.fixture
def two(db: None) -> tuple[Any, Any]:
    """Two departments: one with many ratings, one with few."""
    tax, trade = DepartmentFactory(code="tax", name_en="Tax"), DepartmentFactory(code="trade", name_en="Trade")
    parent = RequestCategory.objects.create(name_en="Money", name_zh_hans="资金")
    child = RequestCategory.objects.create(name_en="Rent", name_zh_hans="租金", parent=parent)
    cell(department=tax, steward=StewardFactory(name_en="Stella Steward"), category=child)
    cell(department=trade, **{**FEW, "type": "complaint"})
    to_months()
    return tax, trade


def read(client: Client, query: str = "") -> str:
    response = client.get(f"/en/figures/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_four_rates_stay_apart_with_what_they_are_counted_from(as_user: SignIn, admin_user: Any, two: Any) -> None:
    text = read(as_user(admin_user))
    rates = {"Response": "18/20", "On-time": "12/16", "Resolution": "4/9", "Satisfaction": "7/9", "by telephone": "7/8"}
    for name, words in rates.items():
        assert name in text
        assert f">{words}<" in text
    assert "90.0 %" in text
    assert "many answers are not many solutions" in text
    for name in ("Tax", "Trade", "Money, Rent", "Stella Steward", "no steward", "no category", "Complaint"):
        assert name in text
    assert f"{local_day():%Y-%m}" in text


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_few_ratings_are_for_the_service_centre_alone(as_user: SignIn, role: str, two: Any) -> None:
    text = read(as_user(UserFactory(roles=[role])))
    assert "too few ratings" in text
    assert "1/3" not in text
    assert "3/6" not in text  # else the small one could be worked back from the total
    assert "4/9" in text
    assert "Dissatisfied ratings" not in text  # the centre's own navigation


@pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["editor"]])
def test_others_find_nothing(as_user: SignIn, roles: list[str]) -> None:
    client = as_user(UserFactory(roles=roles))
    assert {client.get(f"/en/figures/{name}").status_code for name in ("", "file.csv")} == {404}


def test_narrowed_figures_agree_with_the_whole(as_user: SignIn, admin_user: Any, two: Any) -> None:
    tax, trade = two
    client = as_user(admin_user)
    text = read(client, f"?department={tax.pk}")
    assert ">9/10<" in text
    assert "18/20" not in text
    assert 'scope="row">Trade' not in text
    assert "Stella Steward" in text
    assert "1/3" in read(client, f"?department={trade.pk}&type=complaint")
    assert "No request in this time." in read(client, f"?department={trade.pk}&type=help")
    whole = figures.report(FiguresForm({}).asked(), whole=True)
    parts = [figures.report(FiguresForm({"type": kind}).asked(), whole=True).total for kind in ("help", "complaint")]
    assert whole.total.counts == {name: sum(part.counts[name] for part in parts) for name in COUNTS}


@pytest.mark.parametrize("narrowing", ["", "type", "department"])
def test_months_limit_all_ways_of_reading(two: Any, narrowing: str) -> None:
    old = local_day().replace(day=1) - timedelta(days=1)
    cell(old, needed=77, department=two[0])
    to_months()
    this, last = f"{local_day():%Y-%m}", f"{old:%Y-%m}"
    narrowed = {"": {}, "type": {"type": "help"}, "department": {"department": str(two[0].pk)}}[narrowing]

    def report(first: str, last: str) -> figures.Report:
        return figures.report(FiguresForm({"first": first, "last": last, **narrowed}).asked(), whole=True)

    newest, before, turned = report(this, this), report(last, last), report(this, last)
    assert before.total.counts["needed"] == 77
    assert newest.total.counts["needed"] == (10 if narrowed else 20)
    assert turned.total.counts["needed"] == 77 + newest.total.counts["needed"]  # the wrong way round is put right
    assert [row.label for row in turned.tables["month"]] == [last, this]


@pytest.mark.parametrize(
    "query",
    ["?first=2026-13", "?first=abc", "?last=9999-01", "?department=x", "?steward=0%27", "?type=spam", "?category=-1"],
)
def test_what_means_nothing_is_as_good_as_empty(as_user: SignIn, admin_user: Any, two: Any, query: str) -> None:
    assert "18/20" in read(as_user(admin_user), query)


@pytest.mark.parametrize(("text", "month"), MONTHS)
def test_months_are_read(text: str, month: date | None) -> None:
    assert _month(text) == month


def test_the_file_for_a_spreadsheet(as_user: SignIn, admin_user: Any, two: Any) -> None:
    two[0].name_en = "=HYPERLINK(1)"
    two[0].save()
    response = as_user(admin_user).get("/en/figures/file.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert rows[0][:5] == ["Grouped", "Name", "Response rate: of these", "Response rate: out of", "Response rate: %"]
    assert rows[1][1:8] == ["All together", "18", "20", "90.0", "12", "16", "75.0"]
    by_name = {row[1]: row for row in rows if len(row) > 2}
    assert by_name["Trade"][8:] == ["", "", "<5"] * 3  # for everybody, the service centre included
    assert by_name["'=HYPERLINK(1)"][8:] == ["", "", "<5"] * 3
    assert any(row and row[0] == "Satisfaction" and "last word" in row[1] for row in rows)
    assert "满意率" in as_user(admin_user).get("/zh-hans/figures/file.csv").content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("rated", "hidden"),
    [
        ([0, 5, 9], []),
        ([4, 5, 9], ["0", "1"]),
        ([4, 1, 9], ["0", "1"]),
        ([3], ["0"]),
        ([0, 0, 4, 50], ["2", "3"]),
        ([], []),
    ],
)
def test_which_rows_keep_their_ratings_to_themselves(rated: list[int], hidden: list[str]) -> None:
    rows = suppressed([Row(str(n), str(n), {**COUNTS, "rated": count}) for n, count in enumerate(rated)])
    assert [each.key for each in rows if each.hidden] == hidden
    for each in rows:
        untold = [rate.percent is None for rate in each.rates]
        assert untold[:2] == [False, False]  # what is not by rating is always shown
        assert all(untold[2:4]) == (each.hidden or each.counts["rated"] == 0)


def test_no_row_and_nothing_counted_yet(as_user: SignIn, admin_user: Any) -> None:
    text = read(as_user(admin_user))
    assert "Nothing has been counted yet" in text
    assert "none" in text


@pytest.mark.parametrize("narrowed", [False, True])
def test_the_number_of_queries_does_not_grow(
    as_user: SignIn, admin_user: Any, django_assert_num_queries: Any, narrowed: bool
) -> None:
    client, department = as_user(admin_user), DepartmentFactory(code="one")
    query = f"?department={department.pk}" if narrowed else ""
    for count in (1, 30):
        DayFigures.objects.all().delete()
        for n in range(count):
            held = department if narrowed or n == 0 else DepartmentFactory(code=f"more-{n}")
            cell(local_day() - timedelta(days=n), department=held, steward=StewardFactory() if n % 10 == 0 else None)
        to_months()
        with django_assert_num_queries(11):
            client.get(f"/en/figures/{query}")
