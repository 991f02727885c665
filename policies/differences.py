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
    return _joined(_marks(before, after))


def _marks(before: list[str], after: list[str]) -> Iterator[Mark]:
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > 1_000)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Mark("same", "".join(after[c:d]))
            continue
        yield Mark("del", "".join(before[a:b]))
        yield Mark("ins", "".join(after[c:d]))


def _joined(marks: Iterator[Mark]) -> list[Mark]:
    """Without empty pieces, neighbours of one kind together."""
    joined: list[Mark] = []
    for mark in marks:
        if not mark.text:
            continue
        if joined and joined[-1].kind == mark.kind:
            joined[-1] = Mark(mark.kind, joined[-1].text + mark.text)
        else:
            joined.append(mark)
    return joined
