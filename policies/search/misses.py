"""Searches that found nothing, kept for officials: which words, in which language, how often; never by whom.

A page that is read never writes: it hands the cleaned words to a worker. What the broker loses is lost, and nothing
is missing for it; no sweep looks for it.
"""

import hashlib
import re
import unicodedata
from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from policies.models import MissedSearch
from portal.core.calendar import local_day
from portal.core.queue import enqueue
from portal.core.search import MAX_QUERY, normalise, tsquery_text

LONGEST = 60
MOST_KEPT = 2_000
ONCE_IN = 300  # seconds in which the same words count once: pages turned, filters tried, pages loaded again
MOST_A_MINUTE = 60  # a flood of invented words is not worth the worker's time
_SEPARATED = re.compile(r"(?<=\d)[\s().·–-]+(?=\d)")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d[\s–—-]+(?:19|20)\d\d(?!\d)")
_PERSONAL = re.compile(r"@|https?:|www\.|\d{7,}|(?=[0-9a-z]*\d[0-9a-z]*\d)[0-9a-z]{14,}")


def cleaned(words: str) -> str:
    """Words as they are kept; "" for what may be an address, a telephone number, or the code of somebody."""
    text = normalise(words[:MAX_QUERY].encode(errors="ignore").decode())
    text = " ".join("".join(char for char in text if unicodedata.category(char)[0] != "C" or char == " ").split())
    if _PERSONAL.search(_SEPARATED.sub("", _YEARS.sub(" ", text))) or tsquery_text(text) is None:
        return ""
    return text[:LONGEST].strip()


def tell(words: str, language: str) -> None:
    """From a page: have a worker count this search."""
    text = cleaned(words)
    if text and _is_worth_it(text, language):
        from policies.tasks import keep_missed_search

        enqueue(keep_missed_search, text, language)


def _is_worth_it(text: str, language: str) -> bool:
    key = hashlib.sha256(f"{language} {text}".encode()).hexdigest()
    if not cache.add(f"missed-search-{key}", 1, ONCE_IN):
        return False
    cache.add("missed-searches", 0, 60)
    try:
        return bool(cache.incr("missed-searches") <= MOST_A_MINUTE)
    except ValueError:  # it ended its minute between the two
        return True


def keep(words: str, language: str, day: date | None = None) -> None:
    """Count the words; called by a worker. The rarest and oldest make room when there are too many."""
    today = day or local_day()
    with transaction.atomic():
        row, is_new = MissedSearch.objects.get_or_create(
            words=words[:LONGEST], language=language, defaults={"last_day": today}
        )
        if not is_new:
            MissedSearch.objects.filter(pk=row.pk).update(count=F("count") + 1, last_day=today)
            return
        first = MissedSearch.objects.order_by("-count", "-last_day", "-pk")
        MissedSearch.objects.filter(pk__in=first.values("pk")[MOST_KEPT:]).delete()
