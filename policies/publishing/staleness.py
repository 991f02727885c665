"""Which texts of a bilingual content are missing, and which are stale: written before their other language changed.

A content maps columns ("title_zh_hans", "title_en", …) to texts. `content["agreed"]` remembers, for each stale column,
the other language's text with which it last agreed, so that the change since can be shown. Pure; no database.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from policies.content import TEXTS
from portal.core import bilingual

Content = Mapping[str, Any]
AGREED = "agreed"


def text_of(content: Content, column: str) -> str:
    return str(content.get(column) or "")


def pairs(fields: Iterable[str] = TEXTS) -> Iterable[tuple[str, str]]:
    """Every text column with its other language's: each pair both ways round."""
    for field in fields:
        zh, en = bilingual.columns(field)
        yield from ((zh, en), (en, zh))


def other_column(column: str) -> str:
    """'title_en' for 'title_zh_hans', and back."""
    name, chinese, _rest = column.partition("_zh_hans")
    zh, en = bilingual.columns(name if chinese else column.removesuffix("_en"))
    return en if chinese else zh


def stale_after(
    previous: Content,
    new: Content,
    previous_stale: Collection[str],
    confirmed: Collection[str] = (),
    fields: Iterable[str] = TEXTS,
) -> list[str]:
    """The stale columns after an edit.

    A change in one language flags the other where that has text. A text that changes itself is fresh, and so are
    both when both change. A stale text that is rewritten has caught up, and flags nothing; nor does a first wording,
    or taking a text out. `confirmed`: columns somebody looked at and found still correct.
    """
    stale = []
    for column, source in pairs(fields):
        if not text_of(new, column) or column in confirmed or _changed(previous, new, column):
            continue
        rewritten = _changed(previous, new, source) and text_of(previous, source) and text_of(new, source)
        flagged = rewritten and source not in previous_stale
        if flagged or column in previous_stale:
            stale.append(column)
    return stale


def agreed_after(previous: Content, stale: Iterable[str]) -> dict[str, str]:
    """For each stale column the other language's text with which it last agreed; kept from one edit to the next."""
    known = previous.get(AGREED) or {}
    return {column: known.get(column, text_of(previous, other_column(column))) for column in stale}


def missing_in(content: Content, fields: Iterable[str] = TEXTS) -> list[str]:
    """Text columns that are empty while their other language is written."""
    return [column for column, source in pairs(fields) if text_of(content, source) and not text_of(content, column)]


def _changed(previous: Content, new: Content, column: str) -> bool:
    return text_of(previous, column).split() != text_of(new, column).split()
