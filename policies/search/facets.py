"""How many policies each choice of a filter would leave, the other filters being as they are.

One integer for each choice, whose bit n says whether policy n is among them: a count is an AND and a `bit_count`, so
forty counts cost microseconds, at 20,000 policies as at 200. The integers are kept in each process and read anew when
a policy was changed, the day changed, or they are a few minutes old.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, reduce
from operator import and_

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Value

from policies.changes import Stamp, stamp
from policies.enums import Mode
from policies.models import Policy, PolicyQuerySet
from policies.presenting import SOON_DAYS
from policies.search import audience

Counts = Mapping[str, Mapping[str, int]]
AMOUNTS = (100_000, 500_000, 1_000_000, 5_000_000)
COLUMNS = {"level": "level", "category": "category", "support": "support_type"}


def narrowed(policies: PolicyQuerySet, name: str, value: str, day: date) -> PolicyQuerySet:
    """What a filter's choice leaves. What a filter means is said here, and in `Facets.without` for audiences."""
    if name in COLUMNS:
        return policies.filter(**{COLUMNS[name]: value})
    if name == "validity":
        return policies if value == "all" else policies.in_force(day)
    if name == "open":
        return policies.open_on(day)
    if name == "soon":
        return policies.open_on(day).filter(window_closes__lte=day + timedelta(days=SOON_DAYS))
    if name == "free":
        return policies.filter(mode=Mode.NO_APPLICATION)
    if name == "amount":
        return policies.filter(max_amount_cny__gte=int(value))
    return policies


class _NoneOf(Func):
    """Whether a number is none of a list; PostgreSQL looks it up in a table of the list."""

    template = "(%(expressions)s))"
    arg_joiner = " <> ALL ("
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Facets:
    """The published policies by every choice of every filter; "" is the choice of none."""

    bits: Mapping[str, Mapping[str, int]]
    out: audience.RuledOut = field(default_factory=dict)

    def without(self, policies: PolicyQuerySet, name: str, value: str) -> PolicyQuerySet:
        """What the choice of an industry or a size leaves: nothing that rules it out."""
        keys = self.out.get(name, {}).get(value)
        return policies.filter(_NoneOf(F("pk"), Value(keys, ArrayField(BigIntegerField())))) if keys else policies

    def left(self, chosen: Mapping[str, str], found: int | None = None) -> int:
        """How many policies these choices leave, of those `found`."""
        return self._of(self._masks(chosen).values(), found).bit_count()

    def counts(self, chosen: Mapping[str, str], found: int | None = None) -> Counts:
        """Filter → choice → how many policies it would leave, whatever else is chosen staying so."""
        masks = self._masks(chosen)
        counts = {}
        for name, choices in self.bits.items():
            others = self._of((mask for each, mask in masks.items() if each != name), found)
            counts[name] = {value: (others & mask).bit_count() for value, mask in choices.items()}
        return counts

    def _masks(self, chosen: Mapping[str, str]) -> dict[str, int]:
        return {name: choices.get(chosen.get(name, ""), 0) for name, choices in self.bits.items()}

    def _of(self, masks: Iterable[int], found: int | None) -> int:
        everything = self.bits["validity"]["all"]
        return reduce(and_, masks, everything if found is None else found)


def facets(day: date) -> Facets:
    """As the policies are now; one small query unless something changed."""
    return _facets(stamp(), day)


def found_by(tsquery: str | None) -> int:
    """The policies that answer the search, drafts too, which no count holds; one query, answered by the index."""
    if not tsquery:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT policies_found(%s::tsquery)", [tsquery])
        return bitmap(cursor.fetchone()[0] or [])


def bitmap(keys: Iterable[int]) -> int:
    keys = list(keys)
    row = bytearray(max(keys, default=0) // 8 + 1)
    for key in keys:
        row[key >> 3] |= 1 << (key & 7)
    return int.from_bytes(row, "little")


@lru_cache(maxsize=2)
def _facets(_stamp: Stamp, day: date) -> Facets:
    """All published policies, nothing of them but their keys, in a dozen queries."""
    policies = Policy.objects.published()
    whole = _keys(policies)
    bits = {name: {"": whole, **_by_column(policies, column)} for name, column in COLUMNS.items()}
    bits["validity"] = {"all": whole, "": _keys(narrowed(policies, "validity", "", day))}
    for name, choices in {"amount": map(str, AMOUNTS), "open": "1", "soon": "1", "free": "1"}.items():
        bits[name] = {"": whole, **{value: _keys(narrowed(policies, name, value, day)) for value in choices}}
    out = audience.ruled_out()
    for name, choices in out.items():
        bits[name] = {"": whole, **{value: whole & ~bitmap(keys) for value, keys in choices.items()}}
    return Facets(bits, out)


def _by_column(policies: PolicyQuerySet, column: str) -> dict[str, int]:
    rows = policies.order_by().values_list(column).annotate(keys=ArrayAgg("pk"))
    return {value: bitmap(keys) for value, keys in rows}


def _keys(policies: PolicyQuerySet) -> int:
    return bitmap(policies.aggregate(keys=ArrayAgg("pk"))["keys"] or [])
