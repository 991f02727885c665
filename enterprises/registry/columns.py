"""The columns of an extract: what they may be called, and how a cell becomes a fact of the record."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from enterprises import credit_code, districts
from enterprises.enums import Ownership, Standing
from enterprises.models import Industry, Park, Subdistrict

WAN = 10_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
OWNERSHIP = {
    **{value: value for value in Ownership.values},
    "内资": "domestic",
    "内资企业": "domestic",
    "外资": "foreign",
    "外商投资": "foreign",
    "外商独资": "foreign",
    "外资企业": "foreign",
    "合资": "joint",
    "中外合资": "joint",
    "中外合资企业": "joint",
}
STANDING = {
    **{value: value for value in Standing.values},
    **dict.fromkeys(("存续", "在业", "开业", "在营", "正常", "operating"), "active"),
    **dict.fromkeys(("拟迁出",), "leaving"),
    **dict.fromkeys(("迁出", "已迁出", "moved away"), "left"),
    **dict.fromkeys(("注销", "已注销", "吊销", "已吊销"), "closed"),
}
# Problem code → the sentence that names it (for the preview and the file of wrong rows).
PROBLEMS = {
    "missing": _("This cell must not be empty."),
    "code": _("This is no valid unified social credit code."),
    "long": _("This text is too long."),
    "date": _("This is no date, such as 2019-05-31."),
    "future": _("This date lies ahead."),
    "number": _("This is no whole number from 0 on."),
    "industry": _("There is no such class in GB/T 4754-2017."),
    "subdistrict": _("There is no such subdistrict."),
    "park": _("There is no such park or building."),
    "ownership": _("This is none of: domestic, foreign, joint."),
    "district": _("This is neither a district of Shanghai nor the six digits of another one."),
    "standing": _("This is none of: operating, planning to move away, moved away, closed."),
}


class Wrong(ValueError):
    """A cell that is no fact; its argument is a key of PROBLEMS."""


@dataclass(frozen=True)
class Known:
    """What a cell may name, read once for a whole file."""

    industries: frozenset[str]
    subdistricts: Mapping[str, str]
    parks: Mapping[str, str]
    today: date

    @classmethod
    def read(cls, today: date) -> "Known":
        def named(model: Any, key: str) -> dict[str, str]:
            found: dict[str, str] = {}
            for row in model.objects.values_list(key, "name_zh_hans", "name_en"):
                found |= {str(text).strip().lower(): row[0] for text in row if text}
            return found

        codes = frozenset(Industry.objects.values_list("code", flat=True))
        return cls(codes, named(Subdistrict, "code"), named(Park, "slug"), today)


Read = Callable[[str, Known], Any]


def _text(most: int) -> Read:
    def read(cell: str, known: Known) -> str:
        if len(cell) > most:
            raise Wrong("long")
        return cell

    return read


def _code(cell: str, known: Known) -> str:
    try:
        return credit_code.check(cell)
    except ValidationError:
        raise Wrong("code") from None


def _day(cell: str, known: Known) -> str:
    digits = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?", cell)
    try:
        found = date(*map(int, digits.groups())) if digits else datetime.strptime(cell, "%Y%m%d").date()
    except ValueError:
        raise Wrong("date") from None
    if found > known.today:
        raise Wrong("future")
    if found.year < 1800:
        raise Wrong("date")
    return found.isoformat()


def _whole(times: int, most: int) -> Read:
    def read(cell: str, known: Known) -> int:
        try:
            number = Decimal(cell.replace(",", "").replace("，", "")) * times
            if "_" in cell or not 0 <= number <= most or (times == 1 and number != int(number)):
                raise Wrong("number")
        except ArithmeticError:  # no number, or one beyond all bounds
            raise Wrong("number") from None
        return int(number)

    return read


def _industry(cell: str, known: Known) -> str:
    """A section or division; of a finer class its division counts."""
    found = re.match(r"[A-Za-z]\d{0,4}", cell)
    code = found.group().upper()[:3] if found else ""
    if code not in known.industries:
        raise Wrong("industry")
    return code


def _one_of(places: str, problem: str) -> Read:
    def read(cell: str, known: Known) -> str:
        found = getattr(known, places).get(cell.lower())
        if found is None:
            raise Wrong(problem)
        return str(found)

    return read


def _coded(codes: Mapping[str, str], problem: str) -> Read:
    def read(cell: str, known: Known) -> str:
        if cell.lower() not in codes:
            raise Wrong(problem)
        return codes[cell.lower()]

    return read


def _district(cell: str, known: Known) -> str:
    found = districts.CODES.get(cell.lower(), cell)
    if not (len(found) == 6 and found.isascii() and found.isdecimal()):
        raise Wrong("district")
    return found


@dataclass(frozen=True)
class Column:
    """`field`: the record's column; `heads`: what its heading may be, compared without case, spaces and brackets."""

    field: str
    heads: Sequence[str]
    read: Read
    required: bool = False


_MONEY = 9_000_000_000_000_000
COLUMNS = (
    Column(
        "credit_code",
        ("统一社会信用代码", "信用代码", "unified social credit code", "credit code"),
        _code,
        required=True,
    ),
    Column("name_zh_hans", ("企业名称", "名称", "单位名称", "name in chinese"), _text(200), required=True),
    Column("name_en", ("英文名称", "企业英文名称", "name in english", "english name"), _text(200)),
    Column("industry_id", ("行业代码", "行业", "行业门类代码", "industry", "industry code"), _industry),
    Column("founded_on", ("成立日期", "注册日期", "founded on", "founding date"), _day),
    Column("ownership", ("企业类型", "所有制", "ownership"), _coded(OWNERSHIP, "ownership")),
    Column("employees", ("从业人数", "从业人员数", "员工人数", "employees"), _whole(1, 10_000_000)),
    Column(
        "annual_revenue_cny",
        ("营业收入(万元)", "年营业收入(万元)", "annual revenue (CNY 10,000)", "annual revenue (万元)"),
        _whole(WAN, _MONEY),
    ),
    Column(
        "annual_revenue_cny",
        ("营业收入(元)", "年营业收入(元)", "annual revenue (CNY)", "revenue (CNY)"),
        _whole(1, _MONEY),
    ),
    Column(
        "assets_cny",
        ("资产总额(万元)", "总资产(万元)", "total assets (CNY 10,000)", "total assets (万元)"),
        _whole(WAN, _MONEY),
    ),
    Column("assets_cny", ("资产总额(元)", "总资产(元)", "total assets (CNY)", "assets (CNY)"), _whole(1, _MONEY)),
    Column("district", ("注册区", "区", "注册地行政区划", "registered district", "district"), _district),
    Column("subdistrict_id", ("街道", "所属街道", "subdistrict"), _one_of("subdistricts", "subdistrict")),
    Column("park_id", ("园区", "楼宇", "园区楼宇", "park", "park or building"), _one_of("parks", "park")),
    Column("address_zh_hans", ("注册地址", "住所", "地址", "address", "address in chinese"), _text(200)),
    Column("address_en", ("英文地址", "address in english"), _text(200)),
    Column("operating_district", ("经营区", "实际经营区", "实际经营地", "operating district"), _district),
    Column(
        "operating_subdistrict_id",
        ("经营街道", "实际经营街道", "operating subdistrict"),
        _one_of("subdistricts", "subdistrict"),
    ),
    Column("operating_address_zh_hans", ("经营地址", "实际经营地址", "operating address"), _text(200)),
    Column("tax_district", ("税务登记区", "纳税区", "税收户管区", "tax district"), _district),
    Column(
        "standing",
        ("经营状态", "登记状态", "企业状态", "standing", "status"),
        _coded(STANDING, "standing"),
    ),
)


def plain(heading: Any) -> str:
    text = unicodedata.normalize("NFKC", str(heading or "")).lower()
    return re.sub(r"[\s*:：_]", "", text)


_BY_HEAD = {plain(head): column for column in COLUMNS for head in column.heads}


def recognised(headings: Sequence[Any]) -> tuple[dict[int, Column], list[str]]:
    """Place → column; and the headings that nobody knows. A column that stands there twice counts where it is first."""
    found: dict[int, Column] = {}
    unknown = []
    for place, heading in enumerate(headings):
        column = _BY_HEAD.get(plain(heading))
        if column is None or column.field in {each.field for each in found.values()}:
            if name := written(heading):
                unknown.append(name[:60])
        else:
            found[place] = column
    return found, unknown


def facts_of(
    cells: Sequence[Any], columns: Mapping[int, Column], known: Known
) -> tuple[dict[str, Any], list[list[str]]]:
    """A row's facts by the record's columns, and its problems as [column, key of PROBLEMS]; empty cells say nothing."""
    facts: dict[str, Any] = {}
    problems = []
    for place, column in columns.items():
        cell = written(cells[place]) if place < len(cells) else ""
        try:
            if cell:
                facts[column.field] = column.read(cell, known)
            elif column.required:
                raise Wrong("missing")
        except Wrong as wrong:
            problems.append([column.field, str(wrong)])
    return facts, problems


def written(cell: Any) -> str:
    """A cell as text; what a workbook keeps as a number or a date, as people write it. Nothing that can't be stored."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _UNSTORABLE.sub("", str(cell)).strip()
