"""The figures are put together once a minute for all who read the same; nobody gets what is kept for others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from portal.core import minute
from stewards.models import DayFigures, FiguresCounted
from stewards.rating import figures
from stewards.rating.forms import FiguresForm
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.stewards.test_figures_pages import FEW, cell, to_months

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minute, "SECONDS", 60)


def kept(most: int = 30, *, whole: bool = True, **asked: str) -> figures.Report:
    return figures.kept_report(FiguresForm(asked).asked(), whole=whole, most=most)


def department(name: str, **counts: int) -> Any:
    made = DepartmentFactory(code=name.lower(), name_en=name, name_zh_hans=f"{name}局")
    cell(department=made, **counts)
    return made


def labels(report: figures.Report, table: str = "department") -> list[str]:
    return [row.label for row in report.tables[table]]


def test_the_same_question_is_answered_by_one_query(django_assert_num_queries: Any) -> None:
    department("Tax")
    to_months()
    first, asked = kept(), FiguresForm({}).asked()
    with django_assert_num_queries(1):  # when they were counted
        assert figures.kept_report(asked, whole=True, most=30) == first
    assert labels(first) == ["Tax"]


def test_counted_anew_they_are_put_together_anew() -> None:
    department("Tax")
    to_months()
    before = kept()
    department("Trade")
    to_months()
    FiguresCounted.objects.update(counted_at=timezone.now())
    after = kept()
    assert (labels(before), sorted(labels(after))) == (["Tax"], ["Tax", "Trade"])
    assert after.counted_at is not None
    assert before.counted_at is not None
    assert after.counted_at > before.counted_at


@pytest.mark.parametrize("first", [True, False])
def test_what_the_centre_sees_whole_others_do_not_get(first: bool) -> None:
    department("Tax")
    department("Small", **FEW)
    to_months()
    reports = {whole: kept(whole=whole) for whole in (first, not first)}
    hidden = {whole: [row.hidden for row in report.tables["department"]] for whole, report in reports.items()}
    assert hidden == {True: [False, False], False: [True, True]}


def test_each_reads_them_in_their_own_language() -> None:
    department("Tax")
    to_months()
    said = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            said += labels(kept())
    assert said == ["Tax", "Tax局", "Tax"]


def test_another_question_is_another_answer() -> None:
    tax = department("Tax")
    cell(type="complaint", department=department("Trade"))
    to_months()
    assert sorted(labels(kept())) == ["Tax", "Trade"]
    assert labels(kept(department=str(tax.pk))) == ["Tax"]
    assert labels(kept(type="complaint")) == ["Trade"]


@pytest.mark.parametrize(("count", "shown", "more"), [(1, 1, 0), (3, 3, 0), (4, 3, 1), (9, 3, 6)])
def test_the_first_rows_and_how_many_there_are_beyond(count: int, shown: int, more: int) -> None:
    for n in range(count):
        cell(steward=StewardFactory(), needed=100 - n)
    to_months()
    report = kept(most=3)
    counted = [row.counts["needed"] for row in report.tables["steward"]]
    assert counted == sorted(counted, reverse=True)
    assert (len(counted), report.more.get("steward", 0)) == (shown, more)
    assert report.total.counts["needed"] == sum(DayFigures.objects.values_list("needed", flat=True))


def test_the_page_of_a_leader_after_the_centres(as_user: SignIn, admin_user: Any) -> None:
    department("Tax")
    department("Small", **FEW)
    to_months()
    pages = [
        " ".join(as_user(person).get("/en/figures/").content.decode().split())
        for person in (admin_user, UserFactory(roles=["leader"]), admin_user)
    ]
    assert ["too few ratings" in page for page in pages] == [False, True, False]
    assert ["1/3" in page for page in pages] == [True, False, True]
