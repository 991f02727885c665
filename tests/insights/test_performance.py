"""The service in public figures: equal to a recount, small numbers nowhere, the same on page and in files."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from insights import periods
from insights.models import MonthFlow
from insights.performance import facts as gathered
from insights.performance import flow
from insights.tasks import count_flow
from portal.core import bilingual
from portal.core.calendar import local_day
from stewards.enums import RequestType
from stewards.models import HelpRequest
from stewards.rating import figures, rollups
from tests.factories import engagement as visits
from tests.factories import outreach as make
from tests.factories.accounts import DepartmentFactory, StewardFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.rating import answered, rated

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
THIS = local_day().replace(day=1)
LAST = (THIS - timedelta(days=1)).replace(day=1)


def at(month: date, day: int = 3) -> datetime:
    return periods.midnight(month.replace(day=day)) + timedelta(hours=10)


def asked(count: int, month: date = THIS, **facts: Any) -> list[HelpRequest]:
    """So many answered requests, received and answered in a month."""
    rows = [answered(**facts) for _n in range(count)]
    HelpRequest.objects.filter(pk__in=[row.pk for row in rows]).update(submitted_at=at(month), answered_at=at(month, 4))
    return rows


def counted(first: date = LAST, last: date = THIS) -> dict[str, Any]:
    rollups.refresh()
    flow.count()
    return gathered.put_together(first, last)


# --- what happened in a month -------------------------------------------------------------------------------------


def test_months_are_counted_back_over_the_turn_of_the_year() -> None:
    months = list(flow.months_until(date(2026, 2, 1), 4))
    assert months == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1)]


def test_each_months_flow_is_that_of_the_records() -> None:
    asked(3, THIS)
    asked(2, LAST)
    PolicyFactory(published_at=at(LAST))
    held = make.event(day=LAST.replace(day=5)).occasion
    make.registration(held, "attended", seats=2)
    make.registration(held, "missed", seats=4)
    for _turn in range(2):
        assert count_flow() == flow.KEPT
    now, before = MonthFlow.objects.get(month=THIS), MonthFlow.objects.get(month=LAST)
    assert (now.answered, before.answered) == (3, 2)
    assert (before.policies, before.events, before.guests) == (1, 1, 2)
    assert MonthFlow.objects.count() == flow.KEPT


@pytest.mark.parametrize("state", ["withdrawn", "not_accepted", "merged"])
def test_what_was_not_to_be_answered_is_no_answer(state: str) -> None:
    (row,) = asked(1)
    facts = {"ground": "secrets"} if state == "not_accepted" else {}
    HelpRequest.objects.filter(pk=row.pk).update(state=state, **facts)
    flow.count()
    assert MonthFlow.objects.get(month=THIS).answered == 0


def test_events_that_were_cancelled_or_are_still_to_come_were_not_held() -> None:
    for day, state in ((LAST, "cancelled"), (local_day() + timedelta(days=1), "published"), (LAST, "draft")):
        row = make.event(day=day).occasion
        type(row).objects.filter(pk=row.pk).update(state=state)
    flow.count()
    assert sum(MonthFlow.objects.values_list("events", flat=True)) == 0


def test_visits_count_when_they_took_place_and_each_enterprise_once_a_month() -> None:
    day = min(local_day(), LAST.replace(day=20))
    enterprise, steward = EnterpriseFactory(), StewardFactory()
    for state in ("held", "written_up", "cancelled", "declined"):
        visits.visit(enterprise, steward, state=state, day=day)
    flow.count()
    kept = MonthFlow.objects.get(month=day.replace(day=1))
    assert (kept.visits, kept.visited) == (2, 1)


# --- put together -------------------------------------------------------------------------------------------------


def test_the_facts_are_those_of_a_recount() -> None:
    asked(7, THIS, type="help")
    asked(6, LAST, type="complaint")
    found = counted()
    assert found["counts"]["received"] == found["counts"]["answered"] == 13
    assert found["total"]["rates"]["response"] == [13, 13]
    rows = {row["label"]["en"]: row["received"] for row in found["tables"]["type"]}
    assert rows == {str(RequestType.HELP.label): 7, str(RequestType.COMPLAINT.label): 6}
    months = {row["label"]["en"]: row["received"] for row in found["tables"]["month"]}
    assert months == {f"{THIS:%Y-%m}": 7, f"{LAST:%Y-%m}": 6}


def test_months_outside_are_left_out() -> None:
    asked(6, THIS)
    asked(8, LAST)
    assert counted(THIS, THIS)["counts"]["received"] == 6
    assert counted(LAST, LAST)["counts"]["received"] == 8


def test_names_are_kept_in_both_languages() -> None:
    department = DepartmentFactory(name_en="Commerce", name_zh_hans="商务委")
    rows = asked(6)
    HelpRequest.objects.filter(pk__in=[row.pk for row in rows]).update(department=department)
    (row,) = counted()["tables"]["department"]
    assert row["label"] == {"en": "Commerce", "zh-hans": "商务委"}


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ({}, set()),
        ({"a": 5, "b": 9}, set()),
        ({"a": 0, "b": 9}, set()),
        ({"a": 4, "b": 9, "c": 6}, {"a", "c"}),
        ({"a": 4, "b": 3, "c": 6}, {"a", "b"}),
        ({"a": 4}, {"a"}),
        ({"a": 1, "b": 5, "c": 5}, {"a", "b"}),
    ],
)
def test_small_numbers_are_withheld_so_that_no_total_tells_them(numbers: dict[str, int], hidden: set[str]) -> None:
    assert gathered.withheld(numbers) == hidden


def test_a_small_row_leaves_no_number_behind() -> None:
    asked(2, type="complaint")
    asked(9, type="help")
    asked(6, type="consultation")
    found = counted()
    rows = {row["label"]["en"]: row for row in found["tables"]["type"]}
    small, beside = rows[str(RequestType.COMPLAINT.label)], rows[str(RequestType.CONSULTATION.label)]
    assert small["received"] is beside["received"] is None
    assert set(small["rates"].values()) == {None}
    assert rows[str(RequestType.HELP.label)]["received"] == 9


def test_a_few_ratings_are_not_told() -> None:
    for row in asked(6):
        assert row.pk
    rated(5, solved=True)
    found = counted()
    assert found["total"]["rates"]["satisfaction"] is None
    assert found["total"]["rates"]["response"][1] == 7


def test_facts_are_plain_data() -> None:
    asked(6)
    found = counted()
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_each_figure_has_its_definition_in_both_languages(language: str) -> None:
    with bilingual.speaking(language):
        it = gathered.shown(counted())
    names = [name for name, _many in it.counts] + it.heads
    defined = dict(it.definitions)
    assert set(names) <= set(defined)
    assert all(defined.values())


def test_the_document_says_what_the_page_says() -> None:
    text = (ROOT / "docs" / "figures.md").read_text()
    for each in (*gathered.COUNTED, *figures.RATES):
        assert f"| {each.name} | {each.words} |" in text


def test_a_code_that_nobody_knows_any_more_is_left_out() -> None:
    """An old report may hold counts that are no longer made."""
    found = counted()
    found["counts"]["telegrams"] = 3
    found["tables"]["moon"] = []
    it = gathered.shown(found)
    assert len(it.counts) == len(gathered.COUNTED)
    assert [name for name, _title, _rows in it.tables] == list(gathered.TABLES)


# --- the page and its files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "How the service does"), ("zh-hans", "服务成效")])
def test_anybody_reads_it(client: Client, language: str, words: str) -> None:
    asked(6)
    counted()
    page = client.get(f"/{language}/performance/").content.decode()
    assert f"<h1>{words}</h1>" in page
    assert "6/6" in page


def test_without_any_request_it_says_so(client: Client) -> None:
    page = client.get(reverse("insights:performance"))
    assert page.status_code == 200
    assert b"Nothing has been counted yet" in page.content
    assert b"No report has been published yet" in page.content


@pytest.mark.parametrize("months", [1, 3, 12])
def test_its_queries_do_not_grow(client: Client, django_assert_num_queries: Any, months: int) -> None:
    for month in flow.months_until(THIS, months):
        asked(1, month)
    counted()
    client.get(reverse("insights:performance"))
    with django_assert_num_queries(13):
        client.get(reverse("insights:performance"))


def test_the_csv_holds_what_the_page_shows(client: Client) -> None:
    asked(6, type="help")
    asked(2, type="complaint")
    counted()
    response = client.get(reverse("insights:performance-file", args=["csv"]))
    assert response.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert ["Requests received", "8"] in rows
    assert not any(cell in ("2", "6") for row in rows for cell in row)  # two is small, and six would tell it


def test_the_workbook_opens(client: Client) -> None:
    asked(6)
    counted()
    response = client.get(reverse("insights:performance-file", args=["xlsx"]))
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert ("Requests received", 6) in [tuple(row[:2]) for row in sheet.iter_rows(values_only=True)]


def test_the_json_is_the_facts(client: Client) -> None:
    asked(6)
    counted()
    found = json.loads(client.get(reverse("insights:performance-file", args=["json"])).content)
    assert found["counts"]["received"] == 6
    assert found["definitions"][0]["name"]["zh-hans"]


def test_other_kinds_of_files_are_not_there(client: Client) -> None:
    assert client.get(reverse("insights:performance-file", args=["exe"])).status_code == 404
    assert client.post(reverse("insights:performance")).status_code == 405


def test_a_name_is_no_formula(client: Client) -> None:
    department = DepartmentFactory(name_en="=1+1", name_zh_hans="=1+1")
    rows = asked(6)
    HelpRequest.objects.filter(pk__in=[row.pk for row in rows]).update(department=department)
    counted()
    text = client.get(reverse("insights:performance-file", args=["csv"])).content.decode()
    assert ",'=1+1," in text


def test_the_footer_leads_to_it(client: Client) -> None:
    assert reverse("insights:performance").encode() in client.get("/en/").content
