"""Bilingual full-text search on PostgreSQL without its parsers, which make one word of a whole run of Chinese.

The application cuts texts itself and hands PostgreSQL ready-made tsvector and tsquery literals. Chinese is indexed as
single characters and overlapping pairs: whatever the query's segmentation, its pairs are in every text that holds it
(recall 1.00 against substring truth; dictionary words alone lose a tenth). The query is cut into dictionary words
first (rjieba), so that 虹口区高新技术企业 also finds texts where the words stand apart. English words are lower-cased
and lose their plural.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

MAX_QUERY = 200  # characters of a query that are looked at
MAX_TERMS = 40  # terms of a query that are asked for
MAX_WORD = 40  # characters of one lexeme
MAX_POSITIONS = 16_000  # a tsvector's positions end at 16,383
MAX_LEXEME_POSITIONS = 250  # it keeps 256 for each lexeme
MAX_BYTES = 600_000  # its lexemes and positions must stay below 1 MB
MAX_TEXT = 100_000  # characters of a text that are indexed or highlighted

_HAN = r"\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{_HAN}]"
# 沪府规〔2023〕5号, however the brackets were typed
_TOKEN = re.compile(
    rf"[〔\[(【]\s*(?P<year>\d{{4}})\s*[〕\])】]\s*第?\s*0*(?P<number>\d{{1,5}})\s*号|(?P<han>[{_HAN}]+)|(?P<word>{_LETTER}+)"
)
_STOP_HAN = frozenset("的了和与及或在是对为等")
_STOP_WORDS = frozenset(
    ["a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"]
)


class Term(NamedTuple):
    """One thing a query asks for. text: as typed, normalised. kind: "number", "han" or "word"."""

    text: str
    kind: str


def normalise(text: str) -> str:
    """Compatibility forms folded (full-width letters become plain), lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def tokens(text: str) -> list[str]:
    """Every lexeme under which the text is found, in the order of the text, repeats included.

    Chinese: characters and overlapping pairs. Other scripts: words without plural endings. Document numbers also whole.
    """
    return [token for place in _places(text) for token in place]


def tsvector_text(parts: Mapping[str, str], once: Mapping[str, str] | None = None) -> str:
    """Texts by weight ("A" highest to "D") → a tsvector literal, to be stored with a cast: `%s::tsvector`.

    `once`: further texts, each lexeme of which counts once, and only where no other text has it. Stays within
    PostgreSQL's limits: what lies beyond them at the end of the lowest weights is left out.
    """
    positions: dict[str, list[str]] = {}
    place = size = 0
    for weight in sorted(parts):
        if weight not in {"A", "B", "C", "D"}:
            raise ValueError(f"no such weight: {weight!r}")
        for lexemes in _places(parts[weight] or ""):
            place += 1
            if place > MAX_POSITIONS or size > MAX_BYTES:
                break
            for lexeme in lexemes:
                known = positions.setdefault(lexeme, [])
                size += 2 if known else len(lexeme.encode()) + 8
                if len(known) < MAX_LEXEME_POSITIONS:
                    known.append(f"{place}{weight}")
    for weight in sorted(once or {}):
        for lexeme in (each for lexemes in _places((once or {})[weight]) for each in lexemes):
            if lexeme not in positions and place < MAX_POSITIONS and size < MAX_BYTES:
                place += 1
                size += len(lexeme.encode()) + 8
                positions[lexeme] = [f"{place}{weight}"]
    return " ".join(f"{_quoted(lexeme)}:{','.join(known)}" for lexeme, known in positions.items())


def tsquery_text(query: str, *, typing: bool = True) -> str | None:
    """What a person typed → a tsquery literal for `%s::tsquery`, or None when there is nothing to search for.

    Every term must occur; the last word in Latin letters may go on (prefix) unless it is known to be whole
    (`typing=False`). Never raises, whatever was typed.
    """
    terms = _terms(query)
    words = (term for term in reversed(terms) if term.kind == "word" and not term.text.isdigit())
    last_word = next(words, None) if typing else None
    asked: list[str] = []
    for term in terms:
        if term.kind == "han":
            asked += [_quoted(piece) for piece in _pieces(term.text)]
        elif term is last_word:
            asked.append(f"{_quoted(_prefix(term.text))}:*")
        else:
            asked.append(_quoted(_singular(term.text)))
    return " & ".join(list(dict.fromkeys(asked))[:MAX_TERMS]) or None


def terms_of(query: str) -> list[str]:
    """The words that a query asks for, one by one; little words only when there is nothing else."""
    return [term.text for term in _terms(query)]


def is_telling(text: str) -> bool:
    """Whether it holds more than little words, which are not searched for beside others."""
    return any(term.text not in _STOP_HAN and term.text not in _STOP_WORDS for term in _terms(text))


def phrase_pattern(phrase: str) -> str:
    """An expression that finds a phrase in normalised text: singular or plural, whatever divides its words."""
    parts = []
    for match in _TOKEN.finditer(normalise(phrase)):
        word = match["word"]
        parts.append(f"(?<!{_LETTER})(?:{_forms(word, '')})(?!{_LETTER})" if word else re.escape(match[0]))
    return r"[\W_]*".join(parts)


def segments(text: str, query: str) -> list[tuple[str, bool]]:
    """The whole text in pieces, each with whether it answers the query (to be marked)."""
    return _cut(text, _hits(text, query), 0, len(text))


def snippet(text: str, query: str, width: int = 120) -> list[tuple[str, bool]]:
    """About `width` characters of the text around the best group of hits, in pieces as in `segments`.

    White space is drawn together; an ellipsis shows where text was left out. Without a hit: the text's beginning.
    """
    text = " ".join(text[:MAX_TEXT].split())
    if len(text) <= width:
        return segments(text, query)
    hits = _hits(text, query)
    start = _best_start(text, hits, width)
    end = min(len(text), start + width)
    if end < len(text):
        end = _word_edge(text, end, -1)
    pieces = _cut(text, hits, start, end)
    if start > 0:
        pieces.insert(0, ("…", False))
    if end < len(text):
        pieces.append(("…", False))
    return pieces


def _places(text: str) -> Iterator[tuple[str, ...]]:
    """The lexemes that begin at each successive place of the text."""
    for match in _TOKEN.finditer(normalise(text[:MAX_TEXT])):
        if match["han"]:
            run = match["han"]
            for n, char in enumerate(run):
                yield (char, run[n : n + 2]) if n + 1 < len(run) else (char,)
        elif match["word"]:
            yield (_singular(match["word"]),)
        else:
            yield (_number(match), match["year"])
            yield (match["number"],)
            yield ("号",)


@lru_cache(maxsize=512)
def _terms(query: str) -> tuple[Term, ...]:
    """What the query asks for; little words only when there is nothing else."""
    found: list[Term] = []
    for match in _TOKEN.finditer(normalise(query[:MAX_QUERY])[:MAX_QUERY]):
        if match["han"]:
            found += [Term(word, "han") for word in _words(match["han"])]
        elif match["word"]:
            found.append(Term(match["word"], "word"))
        else:
            found.append(Term(_number(match), "number"))
    telling = [term for term in found if term.text not in _STOP_HAN and term.text not in _STOP_WORDS]
    return tuple(telling or found)


def _words(run: str) -> Iterator[str]:
    """A run of Chinese as dictionary words; characters that make no word (a name, an abbreviation) stay together."""
    alone = ""
    from rjieba import cut  # its dictionary takes a while to load, and many a process never needs it

    for word in cut(run):
        if len(word) == 1 and word not in _STOP_HAN:
            alone += word
            continue
        if alone:
            yield alone
            alone = ""
        yield word
    if alone:
        yield alone


def _number(match: re.Match[str]) -> str:
    return f"〔{match['year']}〕{match['number']}号"


def _pieces(word: str) -> list[str]:
    """The lexemes that stand for one Chinese word: its overlapping pairs, or the single character."""
    return [word[n : n + 2] for n in range(len(word) - 1)] or [word]


def _singular(word: str) -> str:
    """An English plural without its ending; other words as they are. Cut to the longest lexeme kept."""
    if len(word) > 3 and word.isascii() and word.endswith("s"):
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith(("ches", "shes", "sses", "xes")):
            word = word[:-2]
        elif not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    return word[:MAX_WORD]


def _prefix(word: str) -> str:
    """The beginning to look for while a word is still being typed: "polici" must already find "policy"."""
    word = _singular(word)
    return re.sub(r"ie?$", "", word) if len(word) > 4 else word


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _hits(text: str, query: str) -> list[tuple[int, int]]:
    """Where the query's terms stand in the text: (start, end), in order, without overlaps."""
    pattern = _pattern(query)
    if pattern is None:
        return []
    text = text[:MAX_TEXT]
    plain = normalise(text)
    if len(plain) == len(text):
        return [match.span() for match in pattern.finditer(plain)]
    parts = [normalise(char) for char in text]
    origin = [n for n, part in enumerate(parts) for _ in part]
    spans = [(origin[m.start()], origin[m.end() - 1] + 1) for m in pattern.finditer("".join(parts))]
    return [span for n, span in enumerate(spans) if n == 0 or span[0] >= spans[n - 1][1]]


@lru_cache(maxsize=512)
def _pattern(query: str) -> re.Pattern[str] | None:
    """One expression for everything to be marked."""
    terms = _terms(query)
    han = {piece for term in terms if term.kind == "han" for piece in (term.text, *_pieces(term.text))}
    choices = [re.escape(piece) for piece in sorted(han, key=len, reverse=True)]
    words = [term.text for term in terms if term.kind == "word"]
    for n, word in enumerate(words):
        rest = _LETTER + "*" if n == len(words) - 1 and not word.isdigit() else ""
        choices.append(rf"(?<!{_LETTER})(?:{_forms(word, rest)})(?!{_LETTER})")
    for term in terms:
        if term.kind == "number":
            year, number = re.findall(r"\d+", term.text)
            choices.insert(0, rf"[〔\[(【]\s*{year}\s*[〕\])】]\s*第?\s*0*{number}\s*号")
    return re.compile("|".join(choices)) if choices else None


def _forms(word: str, rest: str) -> str:
    """The word's singular and plural as an expression; `rest`: what may follow a word that is still being typed."""
    if rest:
        return re.escape(_prefix(word)) + rest
    stem = _singular(word)
    forms = [f"{re.escape(stem)}(?:e?s)?", re.escape(word)]
    if stem.endswith("y"):
        forms.append(re.escape(stem[:-1]) + "ies")
    return "|".join(forms)


def _best_start(text: str, hits: list[tuple[int, int]], width: int) -> int:
    """Where a window of that width shows the most different hits (then the most of them), the earliest such."""
    best, best_score = 0, (0, 0)
    lead = width // 4
    for n, (start, _end) in enumerate(hits[:200]):
        shown = [text[a:b].lower() for a, b in hits[n : n + 40] if b <= start - lead + width]
        score = (len(set(shown)), len(shown))
        if score > best_score:
            best, best_score = start, score
    start = max(0, min(best - lead, len(text) - width))
    return min(_word_edge(text, start, 1), best) if start else 0


def _word_edge(text: str, at: int, step: int) -> int:
    """The nearest place in that direction where no Latin word is cut in two; `at` itself if it is far."""
    for n in range(16):
        here = at + n * step
        if (
            not 0 < here < len(text)
            or text[here - 1].isspace()
            or not (_is_letter(text[here - 1]) and _is_letter(text[here]))
        ):
            return here
    return at


def _is_letter(char: str) -> bool:
    return bool(re.match(_LETTER, char))


def _cut(text: str, hits: list[tuple[int, int]], start: int, end: int) -> list[tuple[str, bool]]:
    """text[start:end] in pieces; hits that touch make one piece."""
    pieces: list[tuple[str, bool]] = []
    at = start
    for a, b in hits:
        a, b = max(a, at), min(b, end)
        if a >= b:
            continue
        if a == at and pieces and pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + text[a:b], True)
        else:
            pieces += [(text[at:a], False), (text[a:b], True)]
        at = b
    return [piece for piece in (*pieces, (text[at:end], False)) if piece[0]]
