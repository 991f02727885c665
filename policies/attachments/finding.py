"""Where a search found its words when they stand in a policy's attachments alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.attachments.texts import Row, language_of, read_of
from policies.models import Policy
from portal.core import bilingual
from portal.core.search import segments, snippet

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Found:
    """name and text: pieces with whether they answer the search. Languages are set where they are not the page's."""

    name: Pieces
    name_lang: str
    text: Pieces
    text_lang: str


def found_in(policies: Iterable[Policy], words: str) -> dict[int, Found]:
    """Policy → the first of its attachments that holds the words; one query, none where there are no attachments."""
    keys = {policy.pk: [str(key) for key in policy.attachments] for policy in policies if policy.attachments}
    known = read_of({key for each in keys.values() for key in each})
    found = {}
    for pk, listed in keys.items():
        hits = (_found(known[key], words) for key in listed if key in known)
        if hit := next((each for each in hits if each), None):
            found[pk] = hit
    return found


def _found(row: Row, words: str) -> Found | None:
    chinese, english, text = row
    language = bilingual.current()
    own, other = (english, chinese) if language == "en" else (chinese, english)
    name = segments(own or other, words)
    written = language_of(text)
    pieces = snippet(text, words, width=110 if written == "zh-hans" else 220) if text else []
    if not any(hit for _text, hit in [*name, *pieces]):
        name = segments(other, words)
        if not any(hit for _text, hit in name):
            return None
        own = ""
    shown = pieces if any(hit for _text, hit in pieces) else []
    return Found(name, "" if own else bilingual.other(language), shown, "" if written == language else written)
