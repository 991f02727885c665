"""The registry's extract: read in any common form, shown before anything changes, taken over in batches."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from enterprises import credit_code, tasks
from enterprises.models import Enterprise, RegistryImport, RegistryRow
from enterprises.models.registry import ImportState as S
from enterprises.registry import reading, staging, workflow
from enterprises.registry.words import WHY
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
HEADS = ["统一社会信用代码", "企业名称", "行业代码", "成立日期", "从业人数", "营业收入（万元）", "街道", "备注"]
DAY = date(2026, 10, 31)


def row(serial: int, name: str = "", **cells: str) -> list[str]:
    found = dict.fromkeys(HEADS, "") | {
        "统一社会信用代码": credit_code.make(serial),
        "企业名称": name or f"虚构企业{serial}号（上海）有限公司",
        "行业代码": "I6510",
        "成立日期": "2019-05-31",
        "从业人数": "12",
        "营业收入（万元）": "600.5",
        "街道": "虚构街道",
    }
    return list((found | cells).values())


def table(*rows: list[str], heads: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([heads or HEADS, *rows])
    return text.getvalue().encode(encoding)


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for each in (HEADS, *rows):
        book.active.append(each)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(data: bytes, admin: Any, name: str = "extract.csv") -> RegistryImport:
    found = workflow.upload(SimpleUploadedFile(name, data), extract_on=DAY, by=admin)
    workflow.read(found.pk)
    found.refresh_from_db()
    return found


def taken(extract: RegistryImport, admin: Any, *, doubtful: bool = False) -> RegistryImport:
    workflow.confirm(extract, by=admin, take_doubtful=doubtful)
    workflow.apply(extract.pk)
    extract.refresh_from_db()
    return extract


# --- reading ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_as_text_in_common_encodings(admin: Any, encoding: str) -> None:
    found = uploaded(table(row(1), row(2), encoding=encoding), admin)
    assert (found.state, found.counts) == (S.READ, {"new": 2})
    facts = RegistryRow.objects.get(extract=found, line=2).facts
    assert facts["name_zh_hans"] == "虚构企业1号（上海）有限公司"
    assert (facts["annual_revenue_cny"], facts["industry_id"], facts["subdistrict_id"]) == (
        6_005_000,
        "I65",
        "310109014",
    )


@pytest.mark.usefixtures("lists")
def test_a_workbook_with_dates_and_numbers_of_its_own(admin: Any) -> None:
    cells: list[Any] = row(1)
    cells[3], cells[4], cells[5] = date(2020, 1, 2), 7, 600.5
    found = uploaded(workbook(cells), admin, "extract.xlsx")
    facts = RegistryRow.objects.get(extract=found).facts
    assert (facts["founded_on"], facts["employees"], facts["annual_revenue_cny"]) == ("2020-01-02", 7, 6_005_000)


@pytest.mark.usefixtures("lists")
def test_a_workbook_that_says_nothing_of_its_size(admin: Any) -> None:
    """As programs write it that write row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for each in (HEADS, row(1), row(2)):
        sheet.append(each)
    out = io.BytesIO()
    book.save(out)
    assert uploaded(out.getvalue(), admin, "extract.xlsx").counts == {"new": 2}


@pytest.mark.usefixtures("lists")
def test_what_is_not_used_is_told(admin: Any) -> None:
    assert uploaded(table(row(1)), admin).unknown_columns == ["备注"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"   ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "kind"),
        (b"MZ\x90\x00" + b"x" * 50, "kind"),
        (b"PK\x03\x04" + b"x" * 50, "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, "old"),
        ("甲,乙\n1,2\n".encode(), "columns"),
        (table(), "empty"),
        (b"\xff\xfe\x00\x01\x80\x81", "kind"),
    ],
)
def test_what_is_no_extract_is_refused_at_once_or_by_the_task_if_large(
    admin: Any, data: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match=re.escape(str(WHY[why]))):
        uploaded(data, admin)
    assert RegistryImport.objects.count() == 0
    monkeypatch.setattr(workflow, "AT_ONCE", 1)
    found = uploaded(data, admin)
    assert (found.state, found.problem) == (S.FAILED, why)
    assert found.finished_at
    assert RegistryRow.objects.count() == Enterprise.objects.count() == 0


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("统一社会信用代码", "91350100M000100Y4Z", ["credit_code", "code"]),
        ("统一社会信用代码", "", ["credit_code", "missing"]),
        ("企业名称", "", ["name_zh_hans", "missing"]),
        ("企业名称", "长" * 201, ["name_zh_hans", "long"]),
        ("行业代码", "Z99", ["industry_id", "industry"]),
        ("成立日期", "31.5.2019", ["founded_on", "date"]),
        ("成立日期", "2999-01-01", ["founded_on", "future"]),
        ("成立日期", "2019-02-30", ["founded_on", "date"]),
        ("从业人数", "-1", ["employees", "number"]),
        ("从业人数", "1.5", ["employees", "number"]),
        ("从业人数", "NaN", ["employees", "number"]),
        ("营业收入（万元）", "很多", ["annual_revenue_cny", "number"]),
        ("营业收入（万元）", "1e300", ["annual_revenue_cny", "number"]),
        ("街道", "别处街道", ["subdistrict_id", "subdistrict"]),
    ],
)
def test_a_wrong_cell_is_named(admin: Any, column: str, cell: str, problem: list[str]) -> None:
    found = uploaded(table(row(1), row(2, **{column: cell})), admin)
    assert found.counts == {"new": 1, "wrong": 1}
    wrong = RegistryRow.objects.get(extract=found, kind="wrong")
    assert wrong.problems == [problem]
    assert wrong.line == 3
    assert cell[:200] in wrong.cells


@pytest.mark.usefixtures("lists")
def test_the_same_code_twice_counts_once(admin: Any) -> None:
    found = uploaded(table(row(1, "甲公司"), row(1, "乙公司"), row(2)), admin)
    assert found.counts == {"new": 2, "twice": 1}
    assert RegistryRow.objects.get(extract=found, kind="twice").line == 3


@pytest.mark.usefixtures("lists")
def test_a_like_name_under_another_code_is_doubtful(admin: Any) -> None:
    known = EnterpriseFactory(name_zh_hans="虚构 明月（上海）有限责任公司", credit_code=None)
    found = uploaded(table(row(1, "虚构明月(上海)有限公司"), row(2)), admin)
    assert found.counts == {"new": 1, "doubtful": 1}
    assert RegistryRow.objects.get(extract=found, kind="doubtful").enterprise == known


def test_too_many_rows_are_refused(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_ROWS", 2)
    found = uploaded(table(row(1), row(2), row(3)), admin)
    assert (found.state, found.problem) == (S.FAILED, "rows")


@pytest.mark.parametrize(("size", "words"), [(0, "is empty"), (11, "larger than 0 MB")])
def test_a_file_of_a_wrong_size(admin: Any, monkeypatch: pytest.MonkeyPatch, size: int, words: str) -> None:
    monkeypatch.setattr(workflow, "MOST_BYTES", 10)
    with pytest.raises(Refused, match=words):
        workflow.upload(SimpleUploadedFile("a.csv", b"x" * size), extract_on=DAY, by=admin)


def test_an_extract_of_the_future_is_refused(admin: Any) -> None:
    with pytest.raises(Refused, match="lies ahead"):
        workflow.upload(SimpleUploadedFile("a.csv", b"x"), extract_on=date(2999, 1, 1), by=admin)


# --- before and after confirming ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("lists")
def test_nothing_is_written_before_it_is_confirmed(admin: Any) -> None:
    known = EnterpriseFactory(credit_code=credit_code.make(1), employees=5)
    before = Enterprise.objects.filter(pk=known.pk).values().get()
    uploaded(table(row(1), row(2)), admin)
    assert Enterprise.objects.filter(pk=known.pk).values().get() == before
    assert Enterprise.objects.count() == 1


@pytest.mark.usefixtures("lists")
def test_new_records_have_source_day_and_size_class(admin: Any) -> None:
    found = taken(uploaded(table(row(1)), admin), admin)
    made = Enterprise.objects.get(credit_code=credit_code.make(1))
    assert (found.state, found.counts["done_new"], found.confirmed_by) == (S.DONE, 1, admin)
    assert (made.name, made.employees, made.annual_revenue_cny, made.size) == (
        made.name_zh_hans,
        12,
        6_005_000,
        "small",
    )  # type: ignore[attr-defined]
    assert made.sources["employees"] == {"source": "registry", "on": "2026-10-31"}
    assert made.founded_on == date(2019, 5, 31)
    assert "size" not in made.sources
    assert made.verified_at is None


@pytest.mark.usefixtures("lists")
def test_changes_are_those_that_were_shown_and_the_size_class_follows(admin: Any) -> None:
    known = EnterpriseFactory(credit_code=credit_code.make(1), employees=5, size="micro", address_zh_hans="某路1号")
    found = uploaded(table(row(1, 从业人数="320", **{"营业收入（万元）": "20000"})), admin)
    shown = RegistryRow.objects.get(extract=found)
    assert shown.kind == "changed"
    assert shown.changes["employees"] == 320
    taken(found, admin)
    known.refresh_from_db()
    assert (known.employees, known.size, known.address_zh_hans) == (320, "large", "某路1号")  # type: ignore[attr-defined]
    assert found.counts["done_changed"] == 1


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ({"source": "declared", "on": "2026-11-05"}, True),
        ({"source": "declared", "on": "2026-10-01"}, False),
        ({"source": "verified", "on": "2020-01-01"}, True),
        ({"source": "registry", "on": "2026-11-05"}, False),
        (None, False),
    ],
)
def test_what_is_younger_or_verified_stays(admin: Any, source: dict[str, str] | None, kept: bool) -> None:
    known = EnterpriseFactory(
        credit_code=credit_code.make(1), employees=5, sources={"employees": source} if source else {}
    )
    found = uploaded(table(row(1)), admin)
    shown = RegistryRow.objects.get(extract=found)
    assert ("employees" in shown.kept, "employees" in shown.changes) == (kept, not kept)
    taken(found, admin)
    known.refresh_from_db()
    assert known.employees == (5 if kept else 12)


@pytest.mark.usefixtures("lists")
def test_an_unknown_fact_is_filled_in_even_if_its_source_is_young(admin: Any) -> None:
    known = EnterpriseFactory(
        credit_code=credit_code.make(1),
        employees=None,
        sources={"employees": {"source": "declared", "on": "2026-11-09"}},
    )
    taken(uploaded(table(row(1)), admin), admin)
    known.refresh_from_db()
    assert known.employees == 12


@pytest.mark.usefixtures("lists")
def test_the_same_file_again_changes_nothing(admin: Any) -> None:
    data = table(row(1), row(2))
    taken(uploaded(data, admin), admin)
    before = list(Enterprise.objects.order_by("pk").values())
    again = uploaded(data, admin)
    assert again.counts == {"same": 2}
    taken(again, admin)
    assert list(Enterprise.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("lists")
def test_empty_cells_take_nothing_away(admin: Any) -> None:
    taken(uploaded(table(row(1)), admin), admin)
    taken(uploaded(table(row(1, 从业人数="", 街道="")), admin), admin)
    made = Enterprise.objects.get(credit_code=credit_code.make(1))
    assert (made.employees, made.subdistrict_id) == (12, "310109014")


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("doubtful", [True, False])
def test_doubtful_rows_are_taken_in_only_if_asked_for(admin: Any, doubtful: bool) -> None:
    EnterpriseFactory(name_zh_hans="虚构明月有限公司", credit_code=None)
    taken(uploaded(table(row(1, "虚构明月有限公司")), admin), admin, doubtful=doubtful)
    assert Enterprise.objects.filter(credit_code=credit_code.make(1)).exists() is doubtful


@pytest.mark.usefixtures("lists")
def test_what_changed_since_the_preview_is_compared_again(admin: Any) -> None:
    found = uploaded(table(row(1)), admin)
    known = EnterpriseFactory(
        credit_code=credit_code.make(1), employees=99, sources={"employees": {"source": "declared", "on": "2026-11-20"}}
    )
    taken(found, admin)
    known.refresh_from_db()
    assert known.employees == 99
    assert known.founded_on == date(2019, 5, 31)
    assert Enterprise.objects.count() == 1


@pytest.mark.usefixtures("lists")
def test_stopped_between_batches_it_goes_on_where_it_was(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BATCH", 2)
    found = uploaded(table(*(row(n) for n in range(1, 8))), admin)
    workflow.confirm(found, by=admin, take_doubtful=False)
    real, calls = staging.statements.update, []

    def fails() -> str:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real()

    monkeypatch.setattr(staging.statements, "update", fails)
    with pytest.raises(RuntimeError):
        workflow.apply(found.pk)
    found.refresh_from_db()
    assert (found.state, found.position, found.counts["done_new"]) == (S.APPLYING, 5, 4)
    assert Enterprise.objects.count() == 4
    monkeypatch.setattr(staging.statements, "update", real)
    assert tasks.carry_on_extracts() == 1
    found.refresh_from_db()
    assert (found.state, found.counts["done_new"]) == (S.DONE, 7)
    assert Enterprise.objects.count() == 7
    assert tasks.carry_on_extracts() == 0


@pytest.mark.usefixtures("lists")
def test_a_task_that_comes_twice_or_late_does_nothing(admin: Any) -> None:
    found = uploaded(table(row(1)), admin)
    assert tasks.read_extract(found.pk) is False
    assert tasks.apply_extract(found.pk) == 0
    taken(found, admin)
    assert tasks.apply_extract(found.pk) == 0
    assert Enterprise.objects.count() == 1


@pytest.mark.usefixtures("lists")
def test_one_extract_at_a_time(admin: Any) -> None:
    first, second = uploaded(table(row(1)), admin), uploaded(table(row(2)), admin)
    workflow.confirm(first, by=admin, take_doubtful=False)
    with pytest.raises(Refused, match="Another extract is just being taken over"):
        workflow.confirm(second, by=admin, take_doubtful=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistryImport.objects.filter(pk=second.pk).update(state=S.APPLYING)
    with pytest.raises(Refused, match="Being taken over"):
        workflow.confirm(first, by=admin, take_doubtful=False)


@pytest.mark.usefixtures("lists")
def test_dropped_its_rows_are_gone(admin: Any) -> None:
    found = uploaded(table(row(1)), admin)
    workflow.drop(found, by=admin)
    found.refresh_from_db()
    assert found.state == S.DROPPED
    assert RegistryRow.objects.count() == 0
    with pytest.raises(Refused, match="Dropped"):
        workflow.confirm(found, by=admin, take_doubtful=False)


@pytest.mark.parametrize("role", ["", "steward", "handler", "editor", "reviewer", "leader", "auditor"])
def test_only_the_service_centre(role: str) -> None:
    user = UserFactory(roles=[role] if role else [])
    with pytest.raises(Refused, match="Only the service centre"):
        workflow.upload(SimpleUploadedFile("a.csv", b"x"), extract_on=DAY, by=user)


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lists")
def test_from_the_upload_to_the_result(as_user: Sign, admin: Any) -> None:
    client = as_user(admin)
    file = SimpleUploadedFile("extract.csv", table(row(1), row(2, 从业人数="x")))
    answer = client.post(reverse("registry:list"), {"file": file, "extract_on": "2026-10-31"})
    found = RegistryImport.objects.get()
    page = reverse("registry:extract", args=[found.pk])
    assert answer.headers["Location"] == page
    assert b"This goes on without you" in client.get(page).content
    workflow.read(found.pk)
    content = client.get(page).content.decode()
    assert "Take the rows over" in content
    assert "This is no whole number from 0 on." in content
    client.post(reverse("registry:act", args=[found.pk, "confirm"]))
    workflow.apply(found.pk)
    content = client.get(page).content.decode()
    assert "Taken over" in content
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "This field is required"),
        ({"extract_on": "yesterday"}, "Enter a valid date"),
        ({"extract_on": "2999-01-01"}, "This day lies ahead"),
    ],
)
def test_wrong_input_is_told_next_to_the_field(as_user: Sign, admin: Any, data: dict[str, str], words: str) -> None:
    file = {"file": SimpleUploadedFile("a.csv", b"x")} if data else {}
    answer = as_user(admin).post(reverse("registry:list"), {**data, **file})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert RegistryImport.objects.count() == 0


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(("language", "words"), [("en", "This is no whole number"), ("zh-hans", "不是有效的非负整数")])
def test_wrong_rows_as_a_file_in_the_readers_language(as_user: Sign, admin: Any, language: str, words: str) -> None:
    found = uploaded(table(row(1, 从业人数="=1+1"), row(2)), admin)
    answer = as_user(admin).get(f"/{language}/centre/registry/{found.pk}/wrong.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 2
    assert lines[1][0] == "2"
    assert words in lines[1][1]
    assert "'=1+1" in lines[1]


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("count", [1, 3, 30])
def test_queries_do_not_grow(as_user: Sign, admin: Any, django_assert_num_queries: Any, count: int) -> None:
    for n in range(count):
        EnterpriseFactory(credit_code=credit_code.make(n), employees=3)
    found = uploaded(table(*(row(n) for n in range(count))), admin)
    for n in range(count - 1):
        RegistryImport.objects.create(name=f"{n}.csv", extract_on=DAY, by=admin, state=S.DONE)
    client = as_user(admin)
    with django_assert_num_queries(7):
        client.get(reverse("registry:extract", args=[found.pk]))
    with django_assert_num_queries(3):
        client.get(reverse("registry:list"))


def test_an_act_that_is_not_there(as_user: Sign, admin: Any) -> None:
    found = RegistryImport.objects.create(name="a.csv", extract_on=local_day(), by=admin, state=S.READ)
    client = as_user(admin)
    assert client.post(reverse("registry:act", args=[found.pk, "explode"])).status_code == 404
    assert client.get(reverse("registry:act", args=[found.pk, "confirm"])).status_code == 405
    assert client.get(reverse("registry:extract", args=[0])).status_code == 404
    assert reading.MOST_ROWS == 200_000
