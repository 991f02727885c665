"""Plausible data of any size for measuring and trying out: `manage.py populate`.

Everything comes from one seed, so the same sizes, seed and day give the same rows. People are marked by e-mail
addresses at example.org, enterprises by a division code that does not exist, policies by the name in their address;
the next run removes what an earlier one made. Rows go in by COPY, with the audit triggers off.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
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
    """How much to make."""

    enterprises: int
    policies: int
    requests: int
    staff: int
    open_share: float = 0.1


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
        owners = enterprises.make(sizes.enterprises, staff, rng, day, made)
        slugs = policies.make(sizes.policies, rng, day, made)
        requests.make(sizes.requests, sizes.open_share, staff, owners, slugs, rng, day, made)
    rollups.rebuild()
    analyse()
    return made
