"""What helps a reader on whose search found nothing: near words, fewer words, fewer filters."""

from typing import Any

from django.utils import translation

from policies.search import misses, suggestions
from policies.search.facets import Facets, found_by
from policies.search.filtering import Way, address, without_one
from policies.search.queries import Page, Wanted
from portal.core.search import is_telling

MOST_WORDS = 4  # of a query that are each searched for alone


def help_for(wanted: Wanted, page: Page) -> dict[str, Any]:
    """For the page that shows no policy; and officials hear of words that find nothing even without filters."""
    if not wanted.words:
        return {"without": without_one(wanted, page)}
    if not page.facets.left({}, page.found):
        misses.tell(wanted.words, translation.get_language() or "")
    return {
        "meant": _meant(wanted, page.facets),
        "single": _single(wanted, page.facets),
        "without": without_one(wanted, page),
    }


def _meant(wanted: Wanted, facets: Facets) -> Way | None:
    """The words as they were probably meant; only when these do find something."""
    words = suggestions.likely(wanted.words, wanted.meanings)
    return _way(words, wanted, facets) if words else None


def _single(wanted: Wanted, facets: Facets) -> list[Way]:
    """Each of several words by itself; those that find something."""
    words = list(dict.fromkeys(word for word in wanted.words.split() if is_telling(word)))
    if len(words) < 2:
        return []
    ways = (_way(word, wanted, facets) for word in words[:MOST_WORDS])
    return [way for way in ways if way]


def _way(words: str, wanted: Wanted, facets: Facets) -> Way | None:
    """One query."""
    found = found_by(wanted.meanings.tsquery(words))
    count = facets.left(wanted.values, found)
    if count:
        return Way(words, address(words, wanted.values), count)
    count = facets.left({}, found)
    return Way(words, address(words, {}), count) if count else None
