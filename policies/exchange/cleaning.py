"""From a cell as people type it to the value that a revision holds; `Wrong` says in words what cannot be read."""

import json
import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Department
from policies.checkup.terms import MOST_CNY
from policies.content import TEXT_COLUMNS
from policies.eligibility.vocabulary import parse_number
from policies.enums import Category, Confidence, Level, Mode, Repeat, SupportType
from policies.exchange import columns
from policies.exchange.loading_check import CHECKS
from policies.publishing.forms import LONG
from portal.core import bilingual

CHOICES: dict[str, Any] = {
    "level": Level,
    "category": Category,
    "support_type": SupportType,
    "mode": Mode,
    "repeat_limit": Repeat,
    "confidence": Confidence,
}
KEPT_WHEN_EMPTY = ("level", "confidence")  # there is no policy without
MAX_LISTED = 100
_DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?)")
_BETWEEN = re.compile(r"[,，、;；\s]+")
_UNREADABLE = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FORMULA = "=+-@\t\r＝＋－＠"  # what spreadsheets take for a formula; in Chinese ones the wide signs do as well
_GUARDED = re.compile(rf"'+[{re.escape(_FORMULA)}]")
_ODD_COMMA = re.compile(r"(?<!\d),|,(?!\d{3,4}(?!\d))")  # 200,000 and 20,0000 are whole; 1,5 may mean 1.5
_EXACT = 10**15  # from here on a spreadsheet has lost the last digits of a number


class Trouble(Enum):
    """What a cell holds in place of a value."""

    FORMULA = 1
    ERROR = 2
    MERGED = 3


class Wrong(ValueError):
    """A cell that can't be taken over; `str(error)` says why, in the active language."""


class Absent(Exception):
    """An empty cell of a column that cannot be emptied: as if the file did not have the column."""


class Cleaner:
    """Reads cells; knows the departments by key, code and both names."""

    def __init__(self, departments: Iterable[tuple[Any, ...]]) -> None:
        self.codes: dict[str, int] = {}
        self.departments: dict[str, set[int]] = {}
        for pk, code, *names in departments:
            self.codes[_plain(code)] = pk
            for name in filter(None, names):
                self.departments.setdefault(_plain(name), set()).add(pk)

    @classmethod
    def load(cls) -> "Cleaner":
        return cls(Department.objects.values_list("pk", "code", "name_zh_hans", "name_en"))

    def clean(self, column: str, raw: Any) -> Any:
        """The value as a revision's content has it. Raises Wrong, or Absent."""
        _no_trouble(raw)
        if column in columns.STRUCTURED:
            return _structured(column, raw)
        if column in columns.LISTS:
            return _listed(column, raw)
        text = as_text(raw, lines=column.removesuffix("_zh_hans").removesuffix("_en") in LONG)
        if column in CHOICES:
            return _choice(column, text)
        if columns.is_date(column):
            return _day(raw, text)
        if column == "max_amount_cny":
            return _amount(raw, text)
        return self.department(text) if column == columns.DEPARTMENT else _text(column, raw, text)

    def department(self, text: str) -> int | None:
        """The one of this code, else of this name."""
        if not text or _plain(text) in self.codes:
            return self.codes[_plain(text)] if text else None
        found = self.departments.get(_plain(text), set())
        if len(found) > 1:
            raise Wrong(_("several departments are called “%(value)s”: give the code of one") % {"value": text[:50]})
        if not found:
            raise Wrong(_("no department is called “%(value)s”") % {"value": text[:50]})
        return next(iter(found))


def as_text(raw: Any, *, lines: bool = False) -> str:
    """Any plain value as text: line ends as they are stored, one line unless `lines`."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        text = "TRUE" if raw else "FALSE"
    elif isinstance(raw, float):
        text = str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    elif isinstance(raw, datetime):
        text = raw.date().isoformat() if not (raw.hour or raw.minute or raw.second) else raw.isoformat(" ")
    elif isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        text = "\n".join(raw)
    elif isinstance(raw, dict | list):
        raise Wrong(_("must be text"))
    else:
        text = str(raw)
    text = _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip() if lines else " ".join(text.split())


def unguarded(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return text[1:] if _GUARDED.match(text) else text


def guarded(text: str) -> str:
    return f"'{text}" if text[:1] in tuple(_FORMULA) or _GUARDED.match(text) else text


def _no_trouble(raw: Any) -> None:
    if raw is Trouble.FORMULA:
        raise Wrong(_("holds a formula; give its value instead"))
    if raw is Trouble.ERROR:
        raise Wrong(_("holds an error of the spreadsheet"))
    if raw is Trouble.MERGED:
        raise Wrong(_("is merged with cells of other columns; separate them"))
    if _unstorable(raw):
        raise Wrong(_("holds a character that is none (NUL or half an emoji)"))


def _unstorable(value: Any) -> bool:
    """Whether a text in it, at any depth, can't be stored."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str) and ("\x00" in item or re.search("[\ud800-\udfff]", item)):
            return True
        if isinstance(item, dict):
            pending += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            pending += item
    return False


def _checked(name: str, value: Any) -> Any:
    """The value, when the check of the portal's own data file finds nothing."""
    fault = CHECKS[name](value)
    if fault:
        raise Wrong(fault)
    return value


def _text(column: str, raw: Any, text: str) -> str:
    _as_typed(raw)
    limit = columns.LIMITS.get(column, columns.LONGEST)
    if len(text) > limit:
        raise Wrong(_("is longer than %(limit)s characters") % {"limit": limit})
    if column == "source_url" and text:
        _checked("source_url", text)
    return _checked("id", text.lower()) if column == columns.SLUG and text else text


def _as_typed(raw: Any) -> None:
    """Refuse what a spreadsheet made of a text: 2023-5 is a day to it, and of 18 digits it keeps 15."""
    if isinstance(raw, date | time | timedelta):
        raise Wrong(_("is a date or time to the spreadsheet; format the cell as text and type it again"))
    if isinstance(raw, float) and abs(raw) >= _EXACT:
        raise Wrong(_("is too long a number for a spreadsheet; format the cell as text and type it again"))


def _choice(column: str, text: str) -> str:
    known = _words(column)
    if not text and column in KEPT_WHEN_EMPTY:
        raise Absent
    if not text or _plain(text) in known:
        return known[_plain(text)] if text else ""
    words = pgettext("between names in a list", ", ").join(str(label) for _code, label in CHOICES[column].choices)
    raise Wrong(_("“%(value)s” is none of these: %(words)s") % {"value": text[:50], "words": words})


@cache
def _words(column: str) -> dict[str, str]:
    """Codes and the words of both languages, as people type them → codes."""
    words = {}
    for language in bilingual.LANGUAGES:
        with translation.override(language):
            for code, label in CHOICES[column].choices:
                words[_plain(code)] = words[_plain(str(label))] = code
    return words


def _day(raw: Any, text: str) -> str | None:
    if not text:
        return None
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", "")) if isinstance(raw, str) else None
    if match:
        parts = [int(part) for part in match.group(1, 3, 4, 5, 6) if part]
        try:
            return date(*parts).isoformat()
        except ValueError:
            pass
    raise Wrong(_("“%(value)s” is not a date such as 2026-01-31 or 2026年1月31日") % {"value": text[:30]})


def _amount(raw: Any, text: str) -> int | None:
    if not text:
        return None
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        number: int | float | None = raw
    else:
        number = None if _ODD_COMMA.search(unicodedata.normalize("NFKC", text[:40])) else parse_number(text)
    if isinstance(number, float) and math.isfinite(number) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_CNY:
        raise Wrong(_("“%(value)s” is no whole amount of yuan such as 200,000 or 20万元") % {"value": text[:30]})
    return number


def _structured(column: str, raw: Any) -> list[Any]:
    value = raw
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return []
    if isinstance(raw, str):
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            raise Wrong(_("is no JSON; see the explanations in the template")) from None
        _no_trouble(value)
    checked: list[Any] = _checked("eligibility" if column == "criteria" else column, value)
    return checked


def _listed(column: str, raw: Any) -> list[str]:
    if isinstance(raw, list) and not all(isinstance(item, str) for item in raw):
        raise Wrong(_("must be a list of words with commas between them"))
    parts = raw if isinstance(raw, list) else _BETWEEN.split(as_text(raw, lines=True))
    items = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(items) > MAX_LISTED:
        raise Wrong(_("holds more than %(limit)s entries") % {"limit": MAX_LISTED})
    return list(_text_columns(items)) if column == "translated" else [_checked("id", item) for item in items]


def _text_columns(items: Iterable[str]) -> Iterable[str]:
    for item in items:
        column = columns.column_named(item)
        if column not in TEXT_COLUMNS:
            raise Wrong(_("“%(value)s” is no column of text such as title_en") % {"value": item[:50]})
        yield column


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
