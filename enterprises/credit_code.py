"""The unified social credit code (统一社会信用代码): 18 characters by GB 32100-2015, the last a check digit (mod 31).

Digit 1: registering authority (9 = market regulation), 2: kind of body (1 = enterprise), 3-8: administrative
division, 9-17: organisation code by GB 11714 (whose last character is a check digit of its own, not enforced here
because old codes without it are valid), 18: check digit. I, O, S, V and Z never occur.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = ALPHABET[:10]
LENGTH = 18
DIVISION_END = 8  # up to here only digits
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = (*(pow(3, place, 31) for place in range(LENGTH - 1)), 1)


def normalise(text: str) -> str:
    """The code as it is stored: upper case, full-width made plain, without spaces, hyphens or invisible characters."""
    plain = unicodedata.normalize("NFKC", text)
    kept = (char for char in plain if unicodedata.category(char)[0] not in "ZC" and unicodedata.category(char) != "Pd")
    return "".join(kept).upper()


def check(text: str) -> str:
    """The normalised code; ValidationError in the active language with code "length", "character" or "check_digit"."""
    if _sound(text):  # as most are in a table of a hundred thousand: ten times quicker than what follows
        return text
    code = normalise(text)
    if len(code) != LENGTH:
        message = _("A unified social credit code has 18 characters; this one has %(count)s.")
        raise ValidationError(message, code="length", params={"count": len(code)})
    wrong = next((n for n, char in enumerate(code) if char not in (ALPHABET if n >= DIVISION_END else DIGITS)), None)
    if wrong is not None:
        message = _("Character %(place)s, “%(character)s”, cannot stand there in a unified social credit code.")
        raise ValidationError(message, code="character", params={"place": wrong + 1, "character": code[wrong]})
    if not uscc.is_valid(code):
        raise ValidationError(
            _("The check digit does not fit: please compare the code with the business licence."), code="check_digit"
        )
    return code


def _sound(text: str) -> bool:
    """A code as it is stored, with the check digit that fits."""
    if len(text) != LENGTH or not (text.isascii() and text[:DIVISION_END].isdecimal()):
        return False
    try:
        return sum(_VALUES[char] * weight for char, weight in zip(text, _WEIGHTS, strict=True)) % 31 == 0
    except KeyError:
        return False


def make(serial: int, prefix: str = "91310109") -> str:
    """A valid code for fictional enterprises, different for each serial (from 0) under 8 leading digits.

    The default prefix is an enterprise registered in Hongkou District. The organisation codes begin with MA, as those
    given since 2015 do. ValueError when prefix or serial cannot make a code.
    """
    room = len(ALPHABET) ** 6
    if not re.fullmatch(r"[0-9]{8}", prefix) or not 0 <= serial < room:
        raise ValueError(f"no credit code for {prefix!r} and {serial!r}")
    characters = ""
    for _place in range(6):
        serial, digit = divmod(serial, len(ALPHABET))
        characters = ALPHABET[digit] + characters
    body = f"{prefix}MA{characters}"
    body += _organisation_check(body[8:])
    return body + uscc.calc_check_digit(body)


def _organisation_check(eight: str) -> str:
    """The check character of an organisation code by GB 11714-1997 (mod 11); letters count from A = 10."""
    total = sum(int(char, 36) * weight for char, weight in zip(eight, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
