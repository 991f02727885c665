"""What leaves in a file comes back unchanged; no cell is taken for a formula; the template is what the import reads."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from policies.exchange import importing, writing
from policies.exchange.columns import EXCHANGED, code_of, heading_of
from policies.exchange.loading import DATA, load_file
from policies.exchange.template import write_template
from policies.exchange.writing import write
from policies.models import Policy
from portal.core import bilingual
from portal.core.access import Refused
from tests.factories.accounts import DepartmentFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import CONTENT, draft, editor

pytestmark = pytest.mark.django_db


def written(kind: str) -> bytes:
    out = io.BytesIO()
    write(kind, Policy.objects.published(), out)
    return out.getvalue()


def awkward() -> Policy:
    """A policy with something in every column, and texts that spreadsheets stumble over."""
    DepartmentFactory(code="twin", name_zh_hans="同名", name_en="Twin")
    return PolicyFactory(
        slug="awkward",
        title_zh_hans="=cmd|'/c calc'!A0",
        title_en='\'=quoted, "and" more',
        benefit_en="- one\n- two\x0b",
        how_to_apply_en="@someone; +86 21\tx",
        contact_en="-",
        materials_zh_hans="一\n二",
        max_amount_cny=200_000,
        mode="fast",
        repeat_limit="yearly",
        confidence="low",
        terms=[{"kind": "fixed", "amount": 200_000}],
        excludes=["other"],
        translated=["title_en", "summary_en"],
        criteria=CONTENT["criteria"],
        department=DepartmentFactory(code="centre", name_zh_hans="同名", name_en="Twin"),
        issued_on="2026-03-01",
        disclosed_on="2026-03-02",
        window_closes="2026-12-31",
    )


def test_every_real_policy_goes_out_and_comes_back_unchanged(subtests: Any) -> None:
    """And so does the portal's own data file, under its own names."""
    load_file(DATA)
    files = {"policies.json": DATA.read_bytes()}
    awkward()
    PolicyFactory(slug="other")
    draft()
    for language, kind in (("zh-hans", "xlsx"), ("en", "csv"), ("en", "json")):
        with translation.override(language):
            files[f"{language}.{kind}"] = written(kind)
    for name, data in files.items():
        with subtests.test(name):
            batch = importing.upload(SimpleUploadedFile(name, data), by=editor())
            differing = [(row.slug, row.kind, row.changes, row.faults) for row in batch.rows.exclude(kind="unchanged")]
            assert differing == []
            assert batch.counts["unchanged"] == (80 if name == "policies.json" else 82)
            assert batch.notes["unknown"] == []
            assert name == "policies.json" or set(batch.notes["columns"]) == set(EXCHANGED)


def test_no_cell_is_taken_for_a_formula() -> None:
    awkward()
    book = load_workbook(io.BytesIO(written("xlsx")))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    row = dict(
        zip(
            EXCHANGED,
            next(csv.reader(io.StringIO(written("csv").decode("utf-8-sig").split("\r\n", 1)[1]))),
            strict=True,
        )
    )
    assert kinds <= {"s", "n", "d", "inlineStr"}
    assert row["title_zh_hans"] == "'=cmd|'/c calc'!A0"
    assert row["benefit_en"] == "'- one\n- two"
    assert not [value for value in row.values() if value.startswith(("=", "+", "-", "@"))]
    assert written("csv").startswith(b"\xef\xbb\xbf")


def test_spreadsheets_speak_the_readers_language_and_json_codes() -> None:
    awkward()
    with translation.override("zh-hans"):
        sheet = load_workbook(io.BytesIO(written("xlsx"))).active
        headings = [heading_of(column) for column in EXCHANGED]
    row = {column: cell.value for column, cell in zip(EXCHANGED, sheet[2], strict=True)}
    assert [cell.value for cell in sheet[1]] == headings
    assert (row["level"], row["department_id"], row["issued_on"].year) == ("区级", "centre", 2026)
    [record] = json.loads(written("json"))
    assert (record["level"], record["department"], record["issued_on"]) == ("district", "centre", "2026-03-01")
    assert list(record) == [code_of(column) for column in EXCHANGED]
    assert "attachments" not in record


def test_what_does_not_fit_into_a_workbook_is_said_and_never_cut(monkeypatch: Any) -> None:
    long = [{"field": "employees", "op": "gte", "value": 1, "clause_en": "x" * 33_000}]
    policy = PolicyFactory(title_en="Long", criteria=long)
    with pytest.raises(Refused, match="“Long” has more in the column “Eligibility”"):
        written("xlsx")
    assert b"x" * 33_000 in written("csv")
    Policy.objects.filter(pk=policy.pk).update(criteria=[])
    PolicyFactory()
    monkeypatch.setattr(writing, "MAX_ROWS", 1)
    with pytest.raises(Refused, match="at most 1 policies"):
        written("xlsx")


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_nothing_published_is_a_file_without_rows(kind: str) -> None:
    with pytest.raises(Refused, match="holds no row"):
        importing.upload(SimpleUploadedFile(f"out.{kind}", written(kind)), by=editor())


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_the_template_offers_what_the_import_reads(language: str) -> None:
    out = io.BytesIO()
    with translation.override(language):
        write_template(out)
    book = load_workbook(out)
    sheet, explained, allowed = book.worksheets
    offered = {str(each.sqref).split("2:")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    column = {heading: cell.column_letter for cell in sheet[1] for heading in [cell.value]}
    with translation.override(language):
        place = column[heading_of("category")]
    first, last = (int(part.rsplit("$", 1)[1]) for part in offered[place].split("!")[1].split(":"))
    assert [allowed.cell(row, 2).value for row in (first, last)] == ["technology_innovation", "employment_training"]
    assert [explained.cell(row, 3).value for row in (2, 3)] == ["slug", "title_zh_hans"]
    sheet.append(["brand-new", "全新政策"])
    sheet[f"{place}2"] = allowed.cell(first, 3).value
    filled = io.BytesIO()
    book.save(filled)
    batch = importing.upload(SimpleUploadedFile("template.xlsx", filled.getvalue()), by=editor())
    assert [(row.slug, row.kind, row.content["category"]) for row in batch.rows.all()] == [
        ("brand-new", "new", "technology_innovation")
    ]
