"""The district's wording in both languages: found in a text as it is written, and the verbs by which it is kept.

Each verb: rule → atomic → lock → re-check → save.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules
from policies.models import GlossaryTerm
from portal.core.access import Refused, require

MOST = 12
READ = 20_000  # characters of a text that are looked through


@dataclass(frozen=True, slots=True)
class Hint:
    """A term that stands in one text: what the other should say, whether it does already, and which of them it is."""

    term: GlossaryTerm
    source: str
    wording: str
    language: str  # of the wording
    used: bool


def hints(chinese: str, english: str, terms: Iterable[GlossaryTerm] | None = None) -> list[Hint]:
    """Terms in either text, the unused first and the longest before the shorter they contain; one query at most."""
    chinese, english = chinese[:READ], english[:READ]
    if not chinese.strip() and not english.strip():
        return []
    known = sorted(GlossaryTerm.objects.all() if terms is None else terms, key=lambda each: -len(each.chinese))
    found = [*_in_chinese(known, chinese, english), *_in_english(known, chinese, english)]
    return sorted(found, key=lambda hint: hint.used)[:MOST]


def _in_chinese(known: list[GlossaryTerm], chinese: str, english: str) -> list[Hint]:
    """What stands inside a longer term is part of that one and no term of its own."""
    found, rest = [], chinese
    for term in known:
        if term.chinese in rest:
            rest = rest.replace(term.chinese, "\0")
            found.append(Hint(term, term.chinese, term.english, "en", _says(english, term.english)))
    return found


def _in_english(known: list[GlossaryTerm], chinese: str, english: str) -> list[Hint]:
    """Only where the Chinese does not say it yet: what it says was found by `_in_chinese`."""
    return [
        Hint(term, term.english, term.chinese, "zh-Hans", used=False)
        for term in known
        if term.chinese not in chinese and _says(english, term.english)
    ]


def _says(english: str, wording: str) -> bool:
    """Whole words, whatever their capitals, in the singular or a plain plural."""
    stem = wording.removesuffix("y")
    plural = re.escape(stem) + ("(e?s)?" if stem == wording else "(y|ies)")
    return re.search(rf"(?<!\w){plural}(?!\w)", english, re.IGNORECASE) is not None


def add(*, by: User, chinese: str, english: str, note: str = "") -> GlossaryTerm:
    require(rules.may_keep_synonyms(by))
    return _store(GlossaryTerm(), chinese, english, note)


def change(term: GlossaryTerm, *, by: User, chinese: str, english: str, note: str, seen: int) -> GlossaryTerm:
    """`seen`: the lock_version that the page showed."""
    require(rules.may_keep_synonyms(by))
    with transaction.atomic():
        return _store(_unchanged(term, seen), chinese, english, note)


def remove(term: GlossaryTerm, *, by: User, seen: int) -> None:
    require(rules.may_keep_synonyms(by))
    with transaction.atomic():
        _unchanged(term, seen).delete()


def _unchanged(term: GlossaryTerm, seen: int) -> GlossaryTerm:
    locked = GlossaryTerm.objects.select_for_update().filter(pk=term.pk).first()
    if locked is None:
        raise Refused(_("This term has been removed meanwhile."))
    if locked.lock_version != seen:
        raise Refused(_("Somebody has changed this term meanwhile. Please read it again."))
    return locked


def _store(term: GlossaryTerm, chinese: str, english: str, note: str) -> GlossaryTerm:
    term.chinese, term.english, term.note = chinese, english, note
    term.lock_version += 1
    term.changed_at = timezone.now()
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError:
        raise Refused(_("The glossary has this term already.")) from None
    return term
