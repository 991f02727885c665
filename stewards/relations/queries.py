"""What lists of requests show of the things that stand around them, read once for a page."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import F

from portal.core import bilingual
from stewards.models import RequestTag


def tags_on(requests: Collection[int]) -> dict[int, list[str]]:
    """The words of the tags of each of these requests, in the page's language or the one they have; in the order in
    which they were put on. One query, none for no requests; who has no tag is not in it."""
    if not requests:
        return {}
    rows: Any = RequestTag.objects.filter(request__in=requests).order_by("pk")
    found: dict[int, list[str]] = defaultdict(list)
    for key, chinese, english in rows.values_list("request", F("tag__name_zh_hans"), F("tag__name_en")):
        first, second = (chinese, english) if bilingual.current() == "zh-hans" else (english, chinese)
        found[key].append(first or second or "")
    return dict(found)
