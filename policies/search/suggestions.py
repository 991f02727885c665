"""“Did you mean”: words of the published titles, and of the synonyms, that are nearly what was typed.

Not by pg_trgm: its trigrams of Chinese depend on the database's locale and say little about words of two to four
characters, the extension needs a right that a district's database may not grant, and only a search that found nothing
asks for this. So the vocabulary is kept in each process, as the counts are, and compared here.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from policies.changes import Stamp, stamp
from policies.models import Policy
from portal.core.meanings import Meanings
from portal.core.search import normalise, terms_of, tokens

MOST_TERMS = 6  # of a query that are looked at
LONGEST = 24  # a longer word is no slip of the keyboard
LONGEST_HAN = 10
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(slots=True)
class Vocabulary:
    """words: in Latin letters, by how many titles hold them. chinese: all Chinese of the titles, run by run."""

    words: Counter[str] = field(default_factory=Counter)
    by_letter: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    chinese: str = ""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        known, runs = cls(), []
        for text in texts:
            runs += _HAN.findall(text)
            known.words.update({word for word in tokens(text) if word.isascii() and word.isalpha() and len(word) > 2})
        for word in known.words:
            for first in {word[0], word[1]}:
                known.by_letter[first].append(word)
        known.chinese = "\n".join(runs)
        return known

    def near(self, term: str) -> str | None:
        """The likeliest word for a term that stands nowhere; None where it does, or where nothing is near."""
        if _HAN.fullmatch(term):
            return self._near_chinese(term)
        word = next(iter(tokens(term)), "")
        if not 4 <= len(word) <= LONGEST or word in self.words or not word.isalpha():
            return None
        most = 1 if len(word) < 6 else 2
        near = [(steps, -self.words[each], each) for each, steps in self._candidates(word, most)]
        return min(near)[2] if near else None

    def _candidates(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        """Words that share one of the first two letters: people seldom miss both."""
        for known in {each for first in word[:2] for each in self.by_letter.get(first, ())}:
            if abs(len(known) - len(word)) <= most and (steps := distance(word, known)) <= most:
                yield known, steps

    def _near_chinese(self, term: str) -> str | None:
        """One character wrong (usually another of the same sound), missing, too many, or two the wrong way round."""
        if not 2 <= len(term) <= LONGEST_HAN or term in self.chinese:
            return None
        found = Counter(re.findall("|".join(_slips(term)), self.chinese))
        best = max(found, key=lambda each: (found[each], each), default=None)
        return best if best and (len(term) > 2 or found[best] > 1) else None


def _slips(term: str) -> Iterator[str]:
    size = range(len(term))
    yield from (term[:n] + r"[^\n]" + term[n + 1 :] for n in size)
    if len(term) > 2:
        yield from (term[:n] + term[n + 1] + term[n] + term[n + 2 :] for n in size[:-1])
        yield from (term[:n] + r"[^\n]" + term[n:] for n in size[1:])
    if len(term) > 3:
        yield from (term[:n] + term[n + 1 :] for n in size)


def distance(a: str, b: str) -> int:
    """How many letters must be changed, put in, left out or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        row = [i]
        for j, right in enumerate(b, start=1):
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                steps = min(steps, before[j - 2] + 1)
            row.append(steps)
        before, last = last, row
    return last[-1]


def likely(words: str, meanings: Meanings) -> str:
    """The words with each one that stands nowhere replaced by what is nearest; "" when nothing is."""
    known = _vocabulary(stamp(), meanings)
    changed = text = normalise(words)
    for term in _terms(text):
        if better := known.near(term):
            changed = changed.replace(term, better, 1)
    return changed if changed != text else ""


def _terms(text: str) -> list[str]:
    """Runs of Chinese whole (a wrong character also breaks the dictionary's words), then their words; other words."""
    runs = [run for run in _HAN.findall(text) if len(run) <= LONGEST_HAN]
    return list(dict.fromkeys([*runs, *terms_of(text)]))[:MOST_TERMS]


@lru_cache(maxsize=2)
def _vocabulary(_stamp: Stamp, meanings: Meanings) -> Vocabulary:
    titles = Policy.objects.published().values_list("title_zh_hans", "title_en")
    texts = [normalise(text) for row in titles for text in row if text]
    return Vocabulary.of([*texts, *meanings.words])
