"""Category and tag as filters of the queue."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value

from portal.core import bilingual
from portal.core.keyset import pk_in_any
from portal.core.prepared import Prepared
from stewards.models import HelpRequestQuerySet, RequestCategory, RequestTag, Tag

MOST_TAGS = 300
Option = tuple[str, str, bool]
Group = tuple[str, list[Option]]


@dataclass(frozen=True)
class Lists:
    """Both lists, read in one query; retired categories too, since old requests have them."""

    rows: list[dict[str, Any]]

    @classmethod
    def read(cls) -> "Lists":
        names, rows = _lists().rows({})
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return cls(sorted(found, key=lambda row: (row["rank"], row["pk"])))

    def keys(self, *, tags: bool) -> set[str]:
        return {str(row["pk"]) for row in self.rows if row["tag"] is tags}

    def categories(self, chosen: str) -> list[Group]:
        """First-level categories that have others below them head a group."""
        below: dict[Any, list[dict[str, Any]]] = {}
        for row in (row for row in self.rows if not row["tag"]):
            below.setdefault(row["above"], []).append(row)
        groups: list[Group] = []
        for first in below.get(None, []):
            second = [_option(row, chosen) for row in below.get(first["pk"], [])]
            groups.append((_name(first) if second else "", [_option(first, chosen), *second]))
        return groups

    def tags(self, chosen: str) -> list[Option]:
        return sorted((_option(row, chosen) for row in self.rows if row["tag"]), key=lambda option: option[1].lower())


@cache
def _lists() -> Prepared:
    names = {"zh": F("name_zh_hans"), "en": F("name_en")}
    kind = {"tag": Value(False, BooleanField()), "above": F("parent"), "rank": F("place")}
    none = Value(None, BigIntegerField())
    categories = RequestCategory.objects.order_by().values("pk", **names, **kind)
    tags = Tag.objects.order_by("-pk").values("pk", **names, tag=Value(True), above=none, rank=Value(0))
    return Prepared(*categories.union(tags[:MOST_TAGS], all=True).query.sql_with_params())


def sorted_under(requests: HelpRequestQuerySet, category: str) -> HelpRequestQuerySet:
    """A category of the first level stands for those below it too."""
    if not category:
        return requests
    chosen = RequestCategory.objects.filter(Q(pk=category) | Q(parent=category)).order_by()
    return requests.filter(category__in=chosen.values("pk"))


def tagged(requests: HelpRequestQuerySet, tag: str, *, short: bool = False) -> HelpRequestQuerySet:
    """Those with the tag, wherever they stand in their list.

    short: the list holds open requests alone. Then it is read in its order and each looked up among the tagged ones;
    in a long list the tagged ones are looked up.
    """
    uses = RequestTag.objects.filter(tag=int(tag)).values("request")
    here = _IsTrue(ExpressionWrapper(Q(pk__in=uses), BooleanField()))
    return requests.filter(here if short else pk_in_any([uses]))


def has_tag(tag: str) -> Func:
    """Whether one request has the tag, by a look at that request's tags: for the few rows that come next in a list.
    (IN or EXISTS would let PostgreSQL read all uses of the tag first.)"""
    use = RequestTag.objects.filter(request=OuterRef("pk"), tag=int(tag)).values(yes=Value(True))
    return _IsTrue(Subquery(use[:1], BooleanField()))


class _IsTrue(Func):
    """A condition that PostgreSQL does not turn into a join."""

    template = "(%(expressions)s) IS TRUE"
    output_field = BooleanField()


def _option(row: dict[str, Any], chosen: str) -> Option:
    return str(row["pk"]), _name(row), str(row["pk"]) == chosen


def _name(row: dict[str, Any]) -> str:
    names = (row["zh"], row["en"]) if bilingual.current() == "zh-hans" else (row["en"], row["zh"])
    return names[0] or names[1] or ""
