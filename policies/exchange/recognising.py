"""Which policy a row of a file is about: by its short name, else its document number, else its Chinese title."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from policies.exchange.columns import NUMBER, SLUG, TITLE
from policies.models import Policy, Revision
from policies.rules import OPEN

Content = Mapping[str, Any]
_BRACKETS = ("〔〕", "[]", "()", "【】", "［］", "（）")
_PLAIN = str.maketrans("".join(_BRACKETS), "〔〕" * len(_BRACKETS))


def spelt(name: str) -> str:
    """A short name in small letters; a number of a document with the brackets that it should have."""
    return name.translate(_PLAIN).lower()


def _spellings(numbers: Iterable[str]) -> set[str]:
    """The numbers with any of the brackets that people type."""
    tables = [str.maketrans("〔〕", pair) for pair in _BRACKETS]
    return {*numbers, *(spelled for number in numbers for spelled in _bracketed(number, tables))}


def _bracketed(number: str, tables: Iterable[dict[int, int]]) -> Iterable[str]:
    plain = number.translate(_PLAIN)
    return (plain.translate(table) for table in tables) if "〔" in plain else ()


class Ambiguous(ValueError):
    """Several policies fit; `str(error)` names them, in the active language."""


class Known:
    """The policies that any of these contents may be about: published ones, and those that somebody is writing."""

    def __init__(self, contents: Iterable[Content]) -> None:
        self.policies: dict[int, Policy] = {}
        self.open: dict[int, Revision] = {}
        self._called: dict[tuple[str, str], set[int]] = {}
        wanted: dict[str, set[str]] = {column: set() for column in (SLUG, NUMBER, TITLE)}
        for content in contents:
            for column, values in wanted.items():
                if content.get(column):
                    values.add(content[column])
        self._load(wanted)

    def _load(self, wanted: Mapping[str, set[str]]) -> None:
        slugs, titles, numbers = wanted[SLUG], wanted[TITLE], _spellings(wanted[NUMBER])
        published = Q(document_number__in=numbers) | Q(title_zh_hans__in=titles) | Q(small__in=slugs)
        for policy in Policy.objects.published().alias(small=Lower("slug")).filter(published).defer("search"):
            self._know(policy, {NUMBER: policy.document_number, TITLE: policy.title_zh_hans})
        written = Q(content__document_number__in=[*numbers]) | Q(content__title_zh_hans__in=[*titles])
        revisions = Revision.objects.filter(state__in=OPEN).select_related("policy", "author")
        begun = written | Q(small__in=slugs) | Q(policy__in=[*self.policies])
        for revision in revisions.alias(small=Lower("policy__slug")).filter(begun):
            self.open[revision.policy_id] = revision
            self._know(revision.policy, revision.content)

    def _know(self, policy: Policy, names: Content) -> None:
        self.policies[policy.pk] = policy
        for column, value in ((SLUG, policy.slug), (NUMBER, names.get(NUMBER)), (TITLE, names.get(TITLE))):
            if value:
                self._called.setdefault((column, spelt(value)), set()).add(policy.pk)

    def find(self, content: Content) -> Policy | None:
        """The policy that a row means; None when it is a new one. Ambiguous when several fit."""
        if content.get(SLUG):
            return self._one(self._named(SLUG, content))
        numbered, titled = self._named(NUMBER, content), self._named(TITLE, content)
        return self._one(numbered & titled or numbered or titled)

    def _named(self, column: str, content: Content) -> set[int]:
        return self._called.get((column, spelt(content.get(column) or "")), set())

    def _one(self, found: set[int]) -> Policy | None:
        if len(found) > 1:
            names = sorted(self.policies[pk].slug for pk in found)
            listed = pgettext("between names in a list", ", ").join(names[:5])
            raise Ambiguous(_("fits several policies: %(names)s; give the short name of one") % {"names": listed})
        return self.policies[next(iter(found))] if found else None
