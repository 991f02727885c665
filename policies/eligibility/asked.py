"""How many policies in force have a condition on a fact, for whoever wonders whether to state it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache, reduce
from operator import or_

from policies.changes import Stamp, stamp
from policies.eligibility.groups import leaves
from policies.models import Policy


def asking(groups: Iterable[Iterable[str]], day: date) -> list[int]:
    """For each group of fields, the policies with a condition on any of them; one small query unless a policy was
    changed since."""
    asked = _asked(stamp(), day)
    return [reduce(or_, (asked.get(name, 0) for name in fields), 0).bit_count() for fields in groups]


@lru_cache(maxsize=2)
def _asked(_stamp: Stamp, day: date) -> Mapping[str, int]:
    """By field, a set of policies as bits."""
    found: defaultdict[str, int] = defaultdict(int)
    for place, criteria in enumerate(Policy.objects.in_force(day).values_list("criteria", flat=True)):
        for condition in leaves(criteria):
            found[str(condition["field"])] |= 1 << place
    return found
