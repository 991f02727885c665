"""Words that mean the same: a search for one of them also asks for the others."""

import re
from collections.abc import Iterable, Sequence

from portal.core.search import MAX_QUERY, is_telling, normalise, phrase_pattern, tsquery_text

MOST_GROUPS = 5  # of one query that are widened; the rest is searched for as it stands


class Meanings:
    """Groups of words with the same meaning, ready to be found in queries."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        known = [(word, list(group)) for group in groups for word in group if phrase_pattern(word)]
        known.sort(key=lambda each: len(each[0]), reverse=True)  # the longest leads: 高新技术企业 before 高新
        self.words = [word for word, _group in known]
        self._groups = [group for _word, group in known]
        choices = "|".join(f"({phrase_pattern(word)})" for word, _group in known)
        self._pattern = re.compile(choices) if known else None

    def tsquery(self, query: str) -> str | None:
        """As `tsquery_text`, with every known word also standing for the others of its group."""
        pieces = list(self._pieces(query))
        if not any(others for _text, others in pieces):
            return tsquery_text(query)
        asked = []
        for number, (text, others) in enumerate(pieces, start=1):
            own = tsquery_text(text, typing=number == len(pieces)) if others or is_telling(text) else None
            choices = [own, *(tsquery_text(word, typing=False) for word in others)]
            found = list(dict.fromkeys(choice for choice in choices if choice))
            if found:
                asked.append("(" + " | ".join(f"({choice})" for choice in found) + ")")
        return " & ".join(asked) or None

    def widened(self, query: str) -> str:
        """The query with the words it also asks for before it: what is to be marked in the texts found."""
        room, also = MAX_QUERY - len(query), []
        for _text, others in self._pieces(query):
            for word in others:
                room -= len(word) + 1
                if room >= 0:
                    also.append(word)
        return " ".join([*also, query])

    def _pieces(self, query: str) -> Iterable[tuple[str, list[str]]]:
        """The query's parts in order, each with the other words of its group (none for what has no group)."""
        text = normalise(query[:MAX_QUERY])[:MAX_QUERY]
        at = 0
        matches = self._pattern.finditer(text) if self._pattern else iter(())
        for _number, match in zip(range(MOST_GROUPS), matches, strict=False):
            if before := text[at : match.start()].strip():
                yield before, []
            group = self._groups[(match.lastindex or 1) - 1]
            yield match[0], [word for word in group if normalise(word) != match[0]]
            at = match.end()
        if rest := text[at:].strip():
            yield rest, []
