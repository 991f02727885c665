"""Both languages as equals: names of the columns, the texts of one field, sentences in somebody's language."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.utils import translation

LANGUAGES = ("zh-hans", "en")
SUFFIX = {"zh-hans": "zh_hans", "en": "en"}


def columns(field: str) -> tuple[str, str]:
    """('title_zh_hans', 'title_en') for 'title'."""
    return f"{field}_zh_hans", f"{field}_en"


def other(language: str) -> str:
    """The other of the two languages."""
    return "en" if language == "zh-hans" else "zh-hans"


def current() -> str:
    """The active language, 'zh-hans' or 'en'."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh-hans"


def namer() -> Callable[[str | None, str | None], str]:
    """A function that takes the Chinese and the English name and gives that of the active language, else the other."""
    if current() == "en":
        return lambda zh, en: en or zh or ""
    return lambda zh, en: zh or en or ""


def speaking(language: str) -> AbstractContextManager[None]:
    """`with speaking(user.language): …` for mail and messages in the receiver's language."""
    return translation.override(language if language in LANGUAGES else "zh-hans")
