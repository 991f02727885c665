"""Values of criteria as officials type them: names or codes, 20万 or 200,000, 3%, yes or no. And back."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from policies.eligibility.criteria import sentence
from policies.eligibility.fields import FIELDS, FLAG, LIST_OPERATORS, NUMBER, TAGS, Condition, values_of
from policies.eligibility.naming import FIXED, TABLES, codes_in, names_of
from portal.core import bilingual

# What a person chooses, and what is stored for a field that holds a set of codes.
WORDS = {
    "eq": pgettext_lazy("comparison", "is"),
    "gte": pgettext_lazy("comparison", "is at least"),
    "lte": pgettext_lazy("comparison", "is at most"),
    "in": pgettext_lazy("comparison", "is one of"),
}
SHARE = "rd_expense_ratio"  # the one field that is typed in percent
_FOR_SETS = {"eq": "contains", "in": "any"}
_FROM_STORED = {"contains": "eq", "any": "in"}
_BETWEEN = re.compile(r"[,，、;；\n]+")
_UNITS: dict[str, int | Decimal] = {"亿": 100_000_000, "万": 10_000, "%": Decimal("0.01")}
_SPACES = re.compile(r"(?<=\d)\s+(?=\d)")
_DIGITS = r"(?:\d{1,4}(?:,\d{3,4})+|\d+)(?:\.\d+)?|\.\d+"
_NUMBER = re.compile(rf"(?:cny|rmb|¥|人民币)?({_DIGITS})([万亿%]?)元?", re.IGNORECASE)
_YES = frozenset({"yes", "true", "y", "1", "是", "已上市"})
_NO = frozenset({"no", "false", "n", "0", "否", "未上市"})


def parse_number(text: str, *, percent: bool = True) -> int | float | None:
    """20万, 200,000, CNY 200,000, 1.5亿元, 3% → a number, whole where it can be; None for anything else.

    Commas and spaces divide thousands and nothing else: 1,5 may be meant as 1.5, so it is not guessed.
    percent: whether a percentage is a number here.
    """
    if len(text) > 100:
        return None
    plain = "".join(_SPACES.sub(",", unicodedata.normalize("NFKC", text)).split())
    match = _NUMBER.fullmatch(plain) if len(plain) <= 30 else None
    if not match or (match[2] == "%" and not percent):
        return None
    try:
        value = Decimal(match[1].replace(",", "")) * _UNITS.get(match[2], 1)
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass
class Vocabulary:
    """All names of codes, in both languages: to suggest them, and to understand them when they are typed."""

    options: list[tuple[str, str]] = field(default_factory=list)  # (code, names), in order
    _codes: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Vocabulary":
        """One query for each table."""
        words = cls()
        for name, codes in FIXED.items():
            for code in codes:
                words._know(name, code, [_in(language, codes[code]) for language in bilingual.LANGUAGES])
        for name, model in TABLES.items():
            for pk, *names in model._default_manager.order_by("pk").values_list("pk", "name_zh_hans", "name_en"):
                words._know(name, pk, [text for text in names if text])
        return words

    def code(self, name: str, text: str) -> str:
        """The code that a typed name or code means in this field; the text itself when it means none."""
        return self._codes.get((name, _plain(text)), text.strip())

    def unknown(self, condition: Condition) -> str:
        """The first value of a condition that is in none of the portal's tables; "" where all are."""
        name = condition["field"]
        values = values_of(condition) if name in TABLES else ()
        return next((str(value) for value in values if self._codes.get((name, _plain(value))) != value), "")

    def _know(self, name: str, code: str, names: list[str]) -> None:
        self.options.append((code, " · ".join(names)))
        for text in (code, *names):
            self._codes.setdefault((name, _plain(text)), code)


def condition_of(name: str, word: str, text: str, words: Vocabulary, stored: str = "") -> dict[str, Any]:
    """A row of the form → a condition, to be checked by `validate`. `stored`: the operator it was loaded with."""
    kind = FIELDS[name].kind
    parts = parts_of(text)
    if kind == NUMBER:
        number = parse_number(text, percent=name == SHARE)
        return {"field": name, "op": word, "value": text if number is None else number}
    if kind == FLAG:
        return {"field": name, "op": word, "value": _flag(text)}
    if word == "eq" and len(parts) > 1:
        word = "in"
    op = _FOR_SETS.get(word, word) if kind == TAGS else word
    if stored and shown_operator(stored) == word and (stored in LIST_OPERATORS) == (op in LIST_OPERATORS):
        op = stored
    values = [words.code(name, part) for part in parts]
    return {"field": name, "op": op, "value": values if op in LIST_OPERATORS else (values or [""])[0]}


def parts_of(text: str) -> list[str]:
    """Several values as people write them one after the other."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def shown_operator(op: str) -> str:
    return _FROM_STORED.get(op, op)


def shown_value(condition: Condition) -> str:
    """A stored value as it is edited."""
    value = condition["value"]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if condition["field"] == SHARE:
        share = f"{Decimal(str(value)) * 100:f}"
        return (share.rstrip("0").rstrip(".") if "." in share else share) + "%"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(str(item) for item in values_of(condition))


def sentences(criteria: Sequence[Condition]) -> dict[str, list[str]]:
    """The conditions in words, in both languages; two queries at most."""
    said = {}
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            names = names_of(codes_in(criteria))
            said[language] = [sentence(condition, language, names) for condition in criteria]
    return said


def _flag(text: str) -> bool | str:
    plain = _plain(text)
    return True if plain in _YES else False if plain in _NO else text


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def _in(language: str, text: Any) -> str:
    with translation.override(language):
        return str(text)
