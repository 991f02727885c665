"""A pasted draft cut into its articles: at 第…条 and at “Article N”, where a line (or a sentence) begins with it."""

import re
from dataclasses import dataclass, field

from policies.consultation.workflow import LONGEST_CLAUSE, MOST_CLAUSES

MOST_TYPED = 100_000
_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
# A line that goes on with 的, 规定, 第 … only mentions an article; after a full stop a space must follow the heading.
_HEADINGS = {
    "zh_hans": re.compile(
        r"(?:^[^\S\n]*第(?P<line>[零〇一二两三四五六七八九十百\d]{1,7})条(?!之|的|规定|第|至|到|和|或|所|以|中|、|，|,)"
        r"|(?<=[。；])[^\S\n]*第(?P<run>[零〇一二两三四五六七八九十百\d]{1,7})条(?=[\s　]))[\s:：.．]*",
        re.MULTILINE,
    ),
    "en": re.compile(
        r"^[^\S\n]*(?:article|art\.|clause|section)[^\S\n]+(?P<line>\d{1,3}|[ivxlc]{1,7})\b"
        r"(?![^\S\n]*(?:,|\(|of\b|and\b|or\b|to\b|shall\b|applies\b|above\b|below\b)|\.\d)[^\S\n]*[:.)–—-]*\s*",
        re.MULTILINE | re.IGNORECASE,
    ),
}
# A line of words that goes on, or ends like a sentence, belongs to its article.
_CHAPTER = re.compile(
    r"^[^\S\n]*(?:第[零〇一二两三四五六七八九十百\d]{1,5}[章节编](?!的|规定|所|中|第|和|与|至|、)[^\n。；，;,]{0,60}"
    r"|(?:chapter|part)[^\S\n]+[\divxlc]{1,6}\b(?![^\S\n]*(?:,|of\b|and\b|or\b|to\b|shall\b|is\b|are\b|applies\b))"
    r"[^\n]{0,80}(?<![.;,]))[^\S\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ROMAN_NUMBER = re.compile(r"c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")


@dataclass
class Split:
    """What was found in one text. left_out: words before the first article, and headings of chapters."""

    clauses: dict[int, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    too_long: list[int] = field(default_factory=list)

    @property
    def too_many(self) -> bool:
        return len(self.clauses) > MOST_CLAUSES

    @property
    def gaps(self) -> list[int]:
        """Numbers that are missing in between."""
        return sorted(set(range(1, max(self.clauses, default=0))) - set(self.clauses))[:20]

    @property
    def empty(self) -> list[int]:
        """Numbers with no text behind them."""
        return [number for number, text in self.clauses.items() if not text]

    @property
    def usable(self) -> bool:
        return bool(self.clauses) and not (self.repeated or self.too_long or self.too_many or self.empty)


def split(text: str, language: str) -> Split:
    """`language`: the suffix of its columns, "zh_hans" or "en". A number that comes again keeps its first text."""
    found = Split()
    text = text.replace("\r\n", "\n").translate({ord("０") + n: str(n) for n in range(10)} | {0x3000: " "})
    headings = [each for each in _HEADINGS[language].finditer(text) if number_of(_number(each))]
    begin = text[: headings[0].start()] if headings else text
    _keep(found, begin)
    ends = [each.start() for each in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=False):
        number = number_of(_number(heading))
        body = text[heading.end() : end]
        for chapter in _CHAPTER.findall(body):
            _keep(found, chapter)
        body = re.sub(r"\n{3,}", "\n\n", _CHAPTER.sub("", body)).strip()
        if number in found.clauses:
            found.repeated.append(number)
        else:
            found.clauses[number] = body
        if len(body) > LONGEST_CLAUSE:
            found.too_long.append(number)
    return found


def number_of(text: str) -> int:
    """12 for "12", "十二" and "XII"; 0 for what is no number from 1 to 999."""
    text = text.lower()
    if text.isascii() and text.isdigit():
        value = int(text)
    elif text and _ROMAN_NUMBER.fullmatch(text):
        value = _roman(text)
    else:
        value = _chinese(text)
    return value if 0 < value < 1000 else 0


def _number(heading: "re.Match[str]") -> str:
    groups = heading.groupdict()
    return groups["line"] or groups.get("run") or ""


def _keep(found: Split, text: str) -> None:
    if text.strip():
        found.left_out.append(text.strip())


def _chinese(text: str) -> int:
    if text and all(char in _DIGITS for char in text):  # 一〇二
        return int("".join(str(_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
        else:
            return 0
    return total + digit


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text]
    later = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, later, strict=True))
