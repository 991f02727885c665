"""The part of the bench that measures finding policies among few and among many.

The list may hardly cost more among many than among few; each is compared with the FULL floor of its own rounds. A
search is held against the floor and the bare SQL of that search together, by the clock, since that SQL is PostgreSQL's.
"""

import statistics
from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from policies.models import Policy
from policies.search.index import asked as asked_for
from policies.search.index import searched
from portal.bench.measure import measure, report, server
from portal.bench.pages import Page, floors

MOST_GROWTH = 1.1
LIST = "policy list"
QUERIES = {"most policies found": "fictional", "few found": "fictional measure 7"}


def pages(language: str) -> list[Page]:
    """The floors, the list, and each search after the bare SQL of that very search."""
    with translation.override(language):
        found, address = floors(), reverse("policies:list")
    found.append(Page(LIST, address, "", 2.0))
    for what, words in QUERIES.items():
        for how, filters in (("", {}), (", filtered", _filter(words))):
            asked = urlencode({"q": words, **filters})
            bare = Page(f"bare SQL, {what}{how}", f"/bench/ranked/?{asked}")
            found += [bare, Page(f"search, {what}{how}", f"{address}?{asked}", "", 2.0, beside=bare.name)]
    return found


def _filter(words: str) -> dict[str, str]:
    """A category in which something is found: a page that finds nothing is another page."""
    found = searched(Policy.objects.published(), asked_for(words)).order_by("-pk").values_list("category", flat=True)
    return {"category": found[0]} if found else {}


def run(
    prepare: Callable[[int], None], language: str, threads: int, rounds: int, each: int, *, few: int, many: int
) -> tuple[list[str], bool]:
    """Lines of both tables and of their comparison, and whether all limits are kept. `prepare` makes policies."""
    lines: list[str] = []
    kept, costs = True, []
    for count in (few, many):
        prepare(count)
        with server(threads) as port:
            results = measure(port, pages(language), rounds=rounds, requests=each)
        table, fine = report(results)
        lines += [f"Among {count:,} policies:", *table, ""]
        kept = kept and (fine or count == few)  # with few, the limits are not asked for
        costs.append(statistics.median(results[LIST].ratios(results)))
    growth = costs[1] / costs[0]
    verdict = "PASS" if growth <= MOST_GROWTH else "over"
    lines.append(f"{LIST} among {many:,}, to its own figure among {few:,}: {growth:.2f}  {MOST_GROWTH} {verdict}")
    return lines, kept and growth <= MOST_GROWTH
