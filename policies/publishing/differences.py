"""What changed between two texts, as pieces to be marked: by character in Chinese, by word in English."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

MAX_PIECES = 3_000  # of each text; difflib's time grows with their product

# A Chinese character or a sign alone; a run of letters or digits together; white space together
_PIECE = re.compile(r"[^\W\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\s+|.", re.DOTALL)


class Mark(NamedTuple):
    """A piece of text. kind: "same", "ins" (only in the new text) or "del" (only in the old one)."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Mark]:
    """The new text with what was put in and what was taken out. Texts beyond `MAX_PIECES` are replaced as a whole."""
    if old == new:
        return [Mark("same", new)] if new else []
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if not before or not after or max(len(before), len(after)) > MAX_PIECES:
        return [mark for mark in (Mark("del", old), Mark("ins", new)) if mark.text]
    return list(_marks(before, after))


def _marks(before: list[str], after: list[str]) -> Iterator[Mark]:
    """White space between two changes belongs to them, so that a rewritten phrase stays in one piece."""
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > 1_000)
    opcodes = matcher.get_opcodes()
    gone = come = ""
    for n, (tag, a, b, c, d) in enumerate(opcodes):
        old, new = "".join(before[a:b]), "".join(after[c:d])
        between = tag == "equal" and new.isspace() and 0 < n < len(opcodes) - 1
        if tag != "equal" or between:
            gone, come = gone + old, come + new
            continue
        yield from _change(gone, come)
        gone = come = ""
        yield Mark("same", new)
    yield from _change(gone, come)


def _change(gone: str, come: str) -> Iterator[Mark]:
    if gone:
        yield Mark("del", gone)
    if come:
        yield Mark("ins", come)
