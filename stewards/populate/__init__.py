"""Plausible data of any size for measuring and trying out: `manage.py populate`.

Everything comes from one seed, so the same sizes, seed and day give the same rows. People are marked by e-mail
addresses at example.org, enterprises by a division code that does not exist, policies by the name in their address;
the next run removes what an earlier one made. Rows go in by COPY, with the audit triggers off.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from django.db import transaction

from enterprises.loading import load_taxonomies
from stewards.models import HelpRequest, Rating, RequestEvent
from stewards.populate import enterprises, people, policies, requests
from stewards.populate.copying import analyse, bulk, rebuilt
from stewards.populate.marks import DOMAIN, remove_generated
from stewards.rating import rollups


@dataclass(frozen=True)
class Sizes:
    """How much to make.

    busy: so many enterprises ask all that is open and most of the rest, and so many stewards of one department hold
    it, so that few requests fill a person's lists; none given: all ask, and all hold.
    """

    enterprises: int
    policies: int
    requests: int
    staff: int
    open_share: float = 0.1
    busy: tuple[int, int] | None = None


def real_requests() -> int:
    """Requests that people asked: a reason not to put invented ones beside them."""
    return HelpRequest.objects.exclude(asker__email__endswith=DOMAIN).count()


def populate(sizes: Sizes, *, seed: int, day: date, tell: Callable[[str], None] = lambda line: None) -> Counter[str]:
    """Make the rows, in place of those of an earlier run; returns how many of each kind."""
    load_taxonomies()
    made: Counter[str] = Counter()
    with transaction.atomic(), bulk(), rebuilt(HelpRequest, RequestEvent, Rating):
        removed = remove_generated()
        if removed:
            tell(f"{removed} rows of an earlier run removed")
        rng = Random(seed)
        staff = people.make_staff(sizes.staff, made)
        asking, holding = sizes.busy or (sizes.enterprises, sizes.staff)
        busy = replace(staff, stewards=sorted(staff.stewards, key=lambda each: each[1])[:holding])
        owners = enterprises.make(sizes.enterprises, lambda n: (busy if n < asking else staff).stewards, rng, day, made)
        slugs = policies.make(sizes.policies, rng, day, made)
        requests.make(sizes.requests, sizes.open_share, busy, (owners[:asking], owners), slugs, rng, day, made)
    rollups.rebuild()
    analyse()
    return made
