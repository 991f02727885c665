"""The four rates that stay apart, read from the kept figures: a constant number of queries, whatever the history."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from portal.core import bilingual
from portal.core.minute import once_a_minute
from portal.core.templatetags.ui import number
from stewards.enums import RequestType
from stewards.figures import FEW
from stewards.models import FiguresCounted, RequestCategory
from stewards.rating.rollups import COUNTS

DIMENSIONS: dict[str, str | Promise] = {
    "department": gettext_lazy("By department"),
    "category": gettext_lazy("By category"),
    "steward": gettext_lazy("By steward"),
    "type": gettext_lazy("By type"),
    "month": gettext_lazy("By month"),
}
FILTERS = {"department": "department_id", "steward": "steward_id", "type": "type", "category": "category_id"}
_SUMS = ", ".join(f"sum({name})" for name in COUNTS)


@dataclass(frozen=True, slots=True)
class Definition:
    """A rate: its name, what is counted over what, in words, and whether people rated for it."""

    code: str
    name: str | Promise
    words: str | Promise
    part: str
    whole: str
    by_rating: bool = False


RATES = (
    Definition(
        "response",
        gettext_lazy("Response rate"),
        gettext_lazy(
            "Requests answered at least once, of all requests received that need an answer (not those withdrawn, "
            "merged or not accepted)."
        ),
        *("answered", "needed"),
    ),
    Definition(
        "on_time",
        gettext_lazy("On-time rate"),
        gettext_lazy(
            "Requests whose latest answer came by its due date, of all that are answered or late without an answer. "
            "The due date stands still only while it is the enterprise's turn."
        ),
        *("in_time", "due"),
    ),
    Definition(
        "resolution",
        gettext_lazy("Resolution rate"),
        gettext_lazy("Requests that the enterprise calls solved, of all that it rated; its last word counts."),
        *("solved", "rated"),
        by_rating=True,
    ),
    Definition(
        "satisfaction",
        gettext_lazy("Satisfaction"),
        gettext_lazy("Requests rated “satisfied” or “very satisfied”, of all that were rated; the last word counts."),
        *("content", "rated"),
        by_rating=True,
    ),
    Definition(
        "spoken",
        gettext_lazy("Satisfaction by telephone"),
        gettext_lazy(
            "Callers without an account who said “satisfied” or “very satisfied” to somebody of the district who had "
            "no part in the answer and wrote it down, of all such ratings. They are in no other rate."
        ),
        *("told_content", "told"),
    ),
)


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate of one row. hidden: too few ratings to be shown to the reader."""

    definition: Definition
    part: int
    whole: int
    hidden: bool = False

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.whole, 1) if self.whole and not self.hidden else None

    @property
    def shown(self) -> SafeString:
        """“93.8 % 15/16” as a cell of a table shows it."""
        if self.percent is None:
            return format_html('<span class="meta">{}</span>', _("too few ratings") if self.hidden else _("none"))
        words = number(self.percent), number(self.part), number(self.whole)
        return format_html('{} % <small class="meta">{}/{}</small>', *words)


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one department, category, steward, type or month."""

    key: str
    label: str
    counts: dict[str, int]
    hidden: bool = False
    told_hidden: bool = False  # the same of the ratings by telephone

    @property
    def rates(self) -> list[Rate]:
        return [Rate(each, self.counts[each.part], self.counts[each.whole], self._hides(each)) for each in RATES]

    def _hides(self, definition: Definition) -> bool:
        return self.told_hidden if definition.whole == "told" else self.hidden and definition.by_rating


@dataclass(frozen=True)
class Asked:
    """Which figures: months from and to (both included), and what they are narrowed to."""

    first: date
    last: date
    narrowed: dict[str, Any]


@dataclass(frozen=True)
class Report:
    """Everything the page and the file show."""

    total: Row
    tables: dict[str, list[Row]]
    counted_at: datetime | None
    more: dict[str, int] = field(default_factory=dict)  # rows that each table has beyond those shown


def kept_report(asked: Asked, *, whole: bool, most: int) -> Report:
    """A report with the first `most` rows of each table. It stays true until the figures are counted anew, so for that
    long it is made once for all readers of a language. One query."""
    counted_at = FiguresCounted.objects.values_list("counted_at", flat=True).first()
    about = f"{counted_at} {bilingual.current()} {whole} {most} {asked}"
    name = f"figures-{hashlib.sha256(about.encode()).hexdigest()}"
    return once_a_minute(name, lambda: shortened(report(asked, whole=whole), most))[0]


def shortened(found: Report, most: int) -> Report:
    more = {name: len(rows) - most for name, rows in found.tables.items() if len(rows) > most}
    return replace(found, tables={name: rows[:most] for name, rows in found.tables.items()}, more=more)


def report(asked: Asked, *, whole: bool) -> Report:
    """whole: small counts too, for those who could look the requests up anyway."""
    cells = _cells(asked)
    named = _names(cells)
    tables: dict[str, list[Row]] = {name: [] for name in DIMENSIONS}
    for dimension, key, counts in cells:
        tables[dimension].append(Row(key, named(dimension, key), counts))
    for name, rows in tables.items():
        rows.sort(key=lambda row: row.key if name == "month" else (-row.counts["needed"], row.key))
    total = Row("", _("All together"), _added(row.counts for row in tables["type"]))
    if not whole:
        tables = {name: suppressed(rows) for name, rows in tables.items()}
        total = suppressed([total])[0]
    counted_at = FiguresCounted.objects.values_list("counted_at", flat=True).first()
    return Report(total, tables, counted_at)


def suppressed(rows: Sequence[Row]) -> list[Row]:
    """Rows with fewer than five ratings keep them to themselves. If that is one row alone, it could be worked back
    from the total: then the next smallest does the same."""
    rated, told = _small(rows, "rated"), _small(rows, "told")
    return [replace(row, hidden=row.key in rated, told_hidden=row.key in told) for row in rows]


def _small(rows: Sequence[Row], name: str) -> set[str]:
    small = {row.key for row in rows if 0 < row.counts[name] < FEW}
    others = [row for row in rows if row.counts[name] >= FEW]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda row: (row.counts[name], row.key)).key)
    return small


def _added(rows: Iterable[dict[str, int]]) -> dict[str, int]:
    total = dict.fromkeys(COUNTS, 0)
    for counts in rows:
        for name in COUNTS:
            total[name] += counts[name]
    return total


def _cells(asked: Asked) -> list[tuple[str, str, dict[str, int]]]:
    """(dimension, key, counts); from the months where nothing but a type narrows them, else from the days."""
    first, after = asked.first, _month_after(asked.last)
    if set(asked.narrowed) <= {"type"}:
        sql = f"""
            SELECT dimension, key, {_SUMS} FROM stewards_monthfigures
             WHERE type = %s AND month >= %s AND month < %s GROUP BY dimension, key
            UNION ALL
            SELECT 'month', month::text, {_SUMS} FROM stewards_monthfigures
             WHERE type = %s AND month >= %s AND month < %s AND dimension = 'type' GROUP BY month"""  # noqa: S608 - constants
        return _read(sql, [asked.narrowed.get("type", ""), first, after] * 2)
    conditions = " AND ".join(f"{FILTERS[name]} = %s" for name in asked.narrowed)
    sql = f"""
        SELECT CASE WHEN GROUPING(department_id) = 0 THEN 'department' WHEN GROUPING(steward_id) = 0 THEN 'steward'
                    WHEN GROUPING(type) = 0 THEN 'type' WHEN GROUPING(category_id) = 0 THEN 'category'
                    ELSE 'month' END,
               CASE WHEN GROUPING(type) = 0 THEN type WHEN GROUPING(month) = 0 THEN month::text
                    ELSE coalesce(department_id, steward_id, category_id, 0)::text END,
               {_SUMS}
          FROM (SELECT *, date_trunc('month', day)::date AS month FROM stewards_dayfigures
                 WHERE day >= %s AND day < %s AND {conditions}) AS narrowed
         GROUP BY GROUPING SETS ((department_id), (steward_id), (type), (category_id), (month))"""  # noqa: S608 - constants
    return _read(sql, [first, after, *asked.narrowed.values()])


def _read(sql: str, values: list[Any]) -> list[tuple[str, str, dict[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [
            (dimension, key, dict(zip(COUNTS, map(int, counts), strict=True)))
            for dimension, key, *counts in cursor.fetchall()
        ]


def _names(cells: Iterable[tuple[str, str, dict[str, int]]]) -> Any:
    """A function that names a key of a dimension in the active language; three queries."""
    keys: dict[str, set[int]] = {"department": set(), "steward": set(), "category": set()}
    for dimension, key, _counts in cells:
        if dimension in keys:
            keys[dimension].add(int(key))
    departments = {pk: each.name for pk, each in Department.objects.in_bulk(keys["department"]).items()}
    people = {
        pk: each.name for pk, each in User.objects.only("name_zh", "name_en", "email").in_bulk(keys["steward"]).items()
    }
    found = RequestCategory.objects.select_related("parent").in_bulk(keys["category"])
    categories = {pk: category_words(each) for pk, each in found.items()}
    known = {"department": departments, "steward": people, "category": categories}
    none = {"department": _("no department"), "steward": _("no steward"), "category": _("no category")}

    def named(dimension: str, key: str) -> str:
        if dimension == "type":
            return str(RequestType(key).label) if key in RequestType.values else key
        if dimension == "month":
            return key[:7]
        return str(known[dimension].get(int(key)) or none[dimension])

    return named


def category_words(category: RequestCategory) -> str:
    if category.parent is None:
        return category.name
    return _("%(parent)s, %(name)s") % {"parent": category.parent.name, "name": category.name}


def _month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
