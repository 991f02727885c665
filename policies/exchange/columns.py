"""The columns of a file with policies: their codes, their headings in both languages, and what each holds."""

import unicodedata
from functools import cache

from django.utils import translation

from policies.content import CHOICES, COLUMNS, DATES, TEXT_COLUMNS, TEXTS
from policies.exchange.loading import SUFFIXES
from policies.exchange.loading_check import FILE_NAMES
from policies.labels import column_label, field_label
from portal.core import bilingual

SLUG, NUMBER, TITLE = "slug", "document_number", "title_zh_hans"
DEPARTMENT = "department_id"
IDENTIFYING = (SLUG, NUMBER, TITLE)
CODED = (*CHOICES, "confidence")  # one word out of a list
STRUCTURED = ("criteria", "terms")  # JSON
LISTS = ("excludes", "translated")
EXCHANGED = (SLUG, *(column for column in COLUMNS if column != "attachments"))
CODES = {DEPARTMENT: "department"}  # what a file calls a column differently
LONGEST = 20_000
LIMITS = {
    **{f"{name}_{suffix}": 300 for name in ("title", "issuer", "contact") for suffix in SUFFIXES.values()},
    NUMBER: 100,
    "source_url": 500,
    "source_note": 300,
}


def code_of(column: str) -> str:
    return CODES.get(column, column)


def heading_of(column: str) -> str:
    """The column's heading in the active language."""
    return field_label(SLUG) if column == SLUG else column_label(column)


def column_named(heading: object) -> str | None:
    """The column that a heading means: its code, its words in either language, or its name in the data file."""
    return _names().get(_plain(heading)) if isinstance(heading, str) and len(heading) <= 200 else None


def is_date(column: str) -> bool:
    return column in DATES


def is_text(column: str) -> bool:
    return column in TEXT_COLUMNS or column in LIMITS


@cache
def _names() -> dict[str, str]:
    names = {"id": SLUG, "eligibility": "criteria"}
    for text in TEXTS:
        for language, suffix in SUFFIXES.items():
            names[_plain(f"{FILE_NAMES.get(text, text)}_{language}")] = f"{text}_{suffix}"
    for column in EXCHANGED:
        names[_plain(column)] = names[_plain(code_of(column))] = column
        for language in bilingual.LANGUAGES:
            with translation.override(language):
                names[_plain(heading_of(column))] = column
    return names


def _plain(text: str) -> str:
    """Without what differs between two ways of typing the same: width, case, spaces, the mark of a required field."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("*:")
