"""The words with the same meaning that officials keep, as searches use them.

They are kept compiled in each process. A search first asks when they were last changed and how many there are, one
small query; so a change counts at once, everywhere.
"""

from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max

from policies.models import SynonymGroup
from portal.core.meanings import Meanings

Stamp = tuple[datetime | None, int]


def meanings() -> Meanings:
    """The groups as they are now; one query unless they were changed."""
    now = SynonymGroup.objects.aggregate(changed=Max("changed_at"), many=Count("pk"))
    return _compiled((now["changed"], now["many"]))


@lru_cache(maxsize=2)
def _compiled(_stamp: Stamp) -> Meanings:
    groups = SynonymGroup.objects.order_by("pk").values_list("words_zh_hans", "words_en")
    return Meanings([*chinese, *english] for chinese, english in groups)
