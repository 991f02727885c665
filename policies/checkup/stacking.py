"""Policies that cannot be had together: who excludes whom, whichever of the two says so."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.utils.translation import pgettext

from policies.changes import Stamp, stamp
from policies.models import Policy
from portal.core import bilingual

Conflicts = Mapping[int, frozenset[int]]
TITLES = ("slug", *bilingual.columns("title"))
MOST_NAMED = 20


def conflicts() -> Conflicts:
    """Published policy → those it cannot be combined with; kept in each process until a policy changes."""
    return conflicts_at(stamp())


@lru_cache(maxsize=2)
def conflicts_at(_stamp: Stamp) -> Conflicts:
    """The same for who has asked already whether a policy changed."""
    rows = list(Policy.objects.published().exclude(excludes=[]).values_list("pk", "excludes"))
    wanted = {slug for _pk, excludes in rows for slug in excludes}
    keys = dict(Policy.objects.published().filter(slug__in=wanted).values_list("slug", "pk")) if wanted else {}
    both: dict[int, set[int]] = {}
    for pk, excludes in rows:
        for other in {keys[slug] for slug in excludes if slug in keys} - {pk}:
            both.setdefault(pk, set()).add(other)
            both.setdefault(other, set()).add(pk)
    return {pk: frozenset(others) for pk, others in both.items()}


def rivals_of(policy: Policy) -> list[Policy]:
    """Published policies that cannot be had together with this one, by title; no query for them where none are."""
    rows = Policy.objects.published().only(*TITLES).order_by("-published_at", "-pk")
    if policy.pk is None:  # an old version, for reading: what it said itself
        return list(rows.filter(slug__in=policy.excludes)[:MOST_NAMED]) if policy.excludes else []
    others = conflicts().get(policy.pk, ())
    return list(rows.filter(pk__in=others)[:MOST_NAMED]) if others else []


def titles_of(slugs: Iterable[str]) -> dict[str, str]:
    """Slug → title, in the active language; one query, none for nothing."""
    wanted = set(slugs)
    rows = Policy.objects.filter(slug__in=wanted).only(*TITLES) if wanted else []
    return {policy.slug: str(policy) for policy in rows}


def excludes_line(slugs: Iterable[str] | None, titles: Mapping[str, str]) -> str:
    """The policies by title, those that do not exist (any more) by their short name."""
    return pgettext("between names that have commas", "; ").join(titles.get(slug, slug) for slug in slugs or [])
