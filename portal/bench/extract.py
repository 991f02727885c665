"""The part of the bench that takes over an extract of the business registry: the whole way, from the file to records
with their audit trail, against reading the same file and one COPY of what the records hold into a table like theirs.
"""

import csv
import io
import json
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.base import File
from django.db import connection
from openpyxl import Workbook

from accounts.models import User
from enterprises import credit_code
from enterprises.loading import load_taxonomies
from enterprises.models import Enterprise, Industry, RegistryImport
from enterprises.registry import reading, workflow
from portal.core.calendar import local_day

MOST, MOST_MEMORY, TURNS = 4.0, 500.0, 3
HEADS = ["统一社会信用代码", "企业名称", "行业代码", "成立日期", "从业人数", "营业收入（元）", "注册地址"]
SOURCED = ("name_zh_hans", "industry", "founded_on", "employees", "annual_revenue_cny", "address_zh_hans")
FEW = 1_000  # changed rows, of all of them
Row = tuple[str, str, str, str, int, int, str]


def rows(count: int) -> list[Row]:
    """The same ones each time."""
    rng, codes = Random(7), list(Industry.objects.order_by("code").values_list("code", flat=True))
    return [
        (
            credit_code.make(n, "91310000"),
            f"生成测试企业{n}号（上海）有限公司",
            rng.choice(codes),
            date(rng.randrange(1990, 2026), rng.randrange(1, 13), rng.randrange(1, 29)).isoformat(),
            rng.randrange(1, 900),
            rng.randrange(10_000, 900_000_000),
            f"虚构路{n}号",
        )
        for n in range(count)
    ]


def with_changes(made: list[Row], count: int) -> list[Row]:
    """The same with other numbers of employees in the first rows."""
    return [(*row[:4], row[4] + 1_000, *row[5:]) if n < count else row for n, row in enumerate(made)]


def written(kind: str, made: list[Row], place: Path) -> Path:
    path = place / f"extract.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADS, *made])
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in (HEADS, *made):
            sheet.append(row)
        book.save(path)
    return path


def floor(path: Path) -> float:
    """Seconds for reading the file and one COPY of what the records hold in the end, each fact with its source, into a
    table with their columns, indexes and constraints; without triggers, and nothing is checked or compared."""
    with connection.cursor() as cursor:
        table = Enterprise._meta.db_table
        cursor.execute(f"DROP TABLE IF EXISTS plain; CREATE TABLE plain (LIKE {table} INCLUDING ALL)")
        begun = time.perf_counter()
        names = "credit_code, name_zh_hans, name, address, address_zh_hans, industry_id, founded_on, employees"
        blank = "annual_revenue_cny, ownership, size, district, tier, titles_known, sources, created_at"
        said = json.dumps({name: {"source": "registry", "on": "2026-01-01"} for name in SOURCED})
        with path.open("rb") as file, cursor.copy(f"COPY plain ({names}, {blank}) FROM STDIN") as copy:
            for n, row in enumerate(reading.rows_of(io.BytesIO(file.read()))):
                if n:
                    facts = (row[0], row[1], row[1], row[6], row[6], row[2], row[3], int(row[4]), int(row[5]))
                    copy.write_row((*facts, "", "", "", "", False, said, "2026-01-01"))
        seconds = time.perf_counter() - begun
        cursor.execute("DROP TABLE plain")
    return seconds


def whole(path: Path, by: User, day: date) -> tuple[float, dict[str, Any]]:
    """Seconds from the upload to the last record, and what was counted."""
    with path.open("rb") as file:
        begun = time.perf_counter()
        found = workflow.upload(File(file, name=path.name), extract_on=day, by=by)  # type: ignore[arg-type]
        workflow.read(found.pk)
        workflow.confirm(found, by=by, take_doubtful=False)
        workflow.apply(found.pk)
        seconds = time.perf_counter() - begun
    found.refresh_from_db()
    return seconds, found.counts


def memory() -> float:
    """Megabytes that this process holds at most until now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def run(count: int, turns: int = TURNS) -> tuple[list[str], bool]:
    """Lines of the table and whether the limits are kept; the database loses its records on the way."""
    load_taxonomies()
    by, day, kept = User.objects.with_role("admin").order_by("pk")[0], local_day(), True
    made = rows(count)
    lines = [
        f"{'an extract of ' + format(count, ',') + ' rows':46} {'s':>7} {'floor s':>8} {'× floor':>8} {'limit':>6}"
    ]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            path = written(kind, made, Path(folder))
            figures = []
            for _turn in range(turns):
                _forget()
                bare = floor(path)
                figures.append((bare, *whole(path, by, day)))
            ratio = statistics.median(mine / bare for bare, mine, _counts in figures)
            bare, mine = statistics.median(each[0] for each in figures), statistics.median(each[1] for each in figures)
            fine = ratio <= MOST and figures[-1][2].get("done_new") == count
            kept = kept and fine
            told = f"{mine:>7.2f} {bare:>8.2f} {ratio:>8.2f} {MOST:>6.1f} {'PASS' if fine else 'over'}"
            lines.append(f"{kind + ', all of them new':46} {told}")
        again, counts = whole(path, by, day)
        lines.append(f"{'the same once more, nothing to change':46} {again:>7.2f}  {counts.get('same', 0):,} the same")
        few = min(FEW, count // 2)
        some, counts = whole(written("csv", with_changes(made, few), Path(folder)), by, day)
        lines.append(f"{'the same with a few changes (csv)':46} {some:>7.2f}  {counts['done_changed']:,} changed")
        kept = kept and counts["done_changed"] == few
    held = memory()
    kept = kept and held < MOST_MEMORY
    lines.append(f"{'memory of the whole process, at most':46} {held:>7.0f} MB, limit {MOST_MEMORY:.0f}")
    return lines, kept


def _forget() -> None:
    """Without rows of earlier turns; their audit trail goes too, or each turn would find more of it."""
    names = [Enterprise._meta.db_table, RegistryImport._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(names)}, enterprises_enterpriseevent CASCADE")
