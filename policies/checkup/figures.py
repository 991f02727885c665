"""Figures as people type them into the calculator."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from policies.eligibility.vocabulary import parse_number

MOST = 10**13  # yuan
MOST_THINGS = 10**9
_MILLIONS = re.compile(r"(.*\d)\s*(million|mio|m|thousand|k)\b\.?\s*(?:yuan|rmb|cny)?", re.IGNORECASE)
_TIMES = {"t": 1_000, "k": 1_000, "m": 1_000_000}


class FigureField(forms.Field):
    """1,200,000 · 120万 · 1.5亿元 · CNY 1.2 million · 12.5 → Decimal. `money`: yuan; `whole`: people, jobs."""

    def __init__(self, *, money: bool, whole: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)
        self.money, self.whole = money, whole
        self.widget.attrs["inputmode"] = "text" if money else "decimal"

    def to_python(self, value: Any) -> Decimal | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        if not text:
            return None
        number = _read(text, money=self.money)
        if number is None or "%" in text or number > (MOST if self.money else MOST_THINGS):
            money = _("Give an amount in yuan, such as 1,200,000 or 1.2 million.")
            raise forms.ValidationError(money if self.money else _("Give a number."))
        if self.whole and number % 1:
            raise forms.ValidationError(_("Give a whole number."))
        return number


def _read(text: str, *, money: bool) -> Decimal | None:
    """Of things other than money, "m" may be metres or months."""
    match = _MILLIONS.fullmatch(text) if len(text) <= 60 else None
    if match and not money and match[2].lower() == "m":
        return None
    number = parse_number(match[1] if match else text)
    if number is None:
        return None
    return Decimal(str(number)) * (_TIMES[match[2][0].lower()] if match else 1)
