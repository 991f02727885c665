"""A table with policies, whatever kind of file it comes from: its row of headings, and the rows below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from policies.exchange.columns import IDENTIFYING, column_named, heading_of
from portal.core.access import Refused

MAX_COLUMNS = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SEARCHED = 20  # rows in which the headings are looked for


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file by the number people see; cells: column → raw value, of the columns that the file has."""

    number: int
    cells: dict[str, Any]


@dataclass
class Table:
    """What was found in a file. letters: column → its letter in the spreadsheet; about: its make, for the preview."""

    kind: str
    lines: Iterator[Line]
    letters: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)


def columns_of(row: list[Any]) -> dict[int, str]:
    """Place → column, of the headings of a row that are known."""
    found = {place: column_named(value) for place, value in enumerate(row)}
    return {place: column for place, column in found.items() if column}


def heading_row(rows: list[list[Any]]) -> int | None:
    """The place of the row with the most known headings, of which one must say which policy a row is about."""
    best, most = None, 0
    for place, row in enumerate(rows[:SEARCHED]):
        known = columns_of(row)
        if len(known) > most and set(known.values()) & set(IDENTIFYING):
            best, most = place, len(known)
    return best


def headed(kind: str, row: list[Any], number: int) -> Table:
    """A table that begins below this row; its lines are to follow. Refused for a heading that occurs twice."""
    known = columns_of(row)
    table = Table(kind, iter(()), about={"headings": number})
    for place, column in known.items():
        if column in table.letters:
            cells = {"one": f"{table.letters[column]}{number}", "other": f"{letter(place)}{number}"}
            raise Refused(
                _("The column “%(column)s” is there twice: in the cells %(one)s and %(other)s.")
                % {"column": heading_of(column), **cells}
            )
        table.letters[column] = letter(place)
    table.unknown = [
        f"{shown_name(value)} ({letter(place)})"
        for place, value in enumerate(row)
        if value is not None and str(value).strip() and place not in known
    ]
    return table


def shown_name(value: object) -> str:
    """A heading that nobody knows, as it can be stored and shown: without NUL and half emojis."""
    return _UNSTORABLE.sub("�", str(value)).strip()[:60]


def no_headings() -> Refused:
    names = pgettext("between names in a list", ", ").join(heading_of(column) for column in IDENTIFYING)
    said = _("No row of headings was found that names one of these columns: %(names)s. The template shows how.")
    return Refused(said % {"names": names})


def letter(place: int) -> str:
    """The spreadsheet's name of a column, from 0: A, B, … Z, AA."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
