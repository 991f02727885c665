"""Files with policies as people send them."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from policies.exchange import importing
from policies.models import ImportRow, PolicyImport
from tests.factories.publishing import CONTENT, editor

Rows = Sequence[Sequence[Any]]


def workbook(rows: Rows, *, merged: Sequence[str] = (), name: str = "policies.xlsx") -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def text(
    rows: Rows, *, encoding: str = "utf-8", separator: str = ",", name: str = "policies.csv"
) -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode(encoding))


def records(*rows: Any, name: str = "policies.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps(rows).encode())


def complete(**fields: Any) -> dict[str, Any]:
    """A record of a new policy with nothing missing."""
    return {**CONTENT, "slug": "fictional-subsidy", **fields}


def imported(*rows: Any, by: Any = None) -> PolicyImport:
    """A preview of these records."""
    return importing.upload(records(*rows), by=by or editor())


def row_of(batch: PolicyImport, number: int = 1) -> ImportRow:
    return ImportRow.objects.select_related("policy", "revision").get(batch=batch, number=number)
