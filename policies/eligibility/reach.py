"""How far a policy reaches: its criteria held against every verified enterprise, counted by the database.

One statement groups the enterprises by how each condition came out; all figures are sums over these groups. So each
condition is worked out once a row, however many figures are shown. A group of conditions counts as one. What is
"nearly" is what `matching` calls so: nothing speaks against it, and one fact would settle it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from enterprises.models import Enterprise
from policies.eligibility.fields import Condition
from policies.eligibility.groups import ANY, items_of, kind_of, leaves
from policies.eligibility.sql import condition_sql, criteria_sql, matching, surely
from policies.models import Policy, Revision

MOST_RIVALS = 5
Row = Mapping[str, Any]
Standing = tuple[bool | None, set[str]]


@dataclass(slots=True)
class Tally:
    """How one condition or group stands. alone: enterprises that meet all the others and not this one."""

    met: int = 0
    unmet: int = 0
    unknown: int = 0
    alone: int = 0


@dataclass(slots=True)
class Reach:
    """Verified enterprises by how they stand. stay: those who met the previous criteria too; before: all who did."""

    met: int = 0
    nearly: int = 0
    unclear: int = 0
    unmet: int = 0
    stay: int = 0
    before: int = 0
    tallies: list[Tally] = field(default_factory=list)
    both: list[int] = field(default_factory=list)  # enterprises that meet a rival's criteria too, a figure each

    @property
    def total(self) -> int:
        return self.met + self.nearly + self.unclear + self.unmet

    @property
    def hardest(self) -> int | None:
        """The condition that excludes most; None where none excludes anybody."""
        counts = [tally.unmet for tally in self.tallies]
        return counts.index(max(counts)) if any(counts) else None


def reach_of(
    criteria: Sequence[Condition],
    day: date,
    *,
    previous: Sequence[Condition] | None = None,
    rivals: Sequence[Policy] = (),
) -> Reach:
    """One query. previous: the criteria that are published now, if any."""
    counts: dict[str, Any] = {"count": Count("pk")}
    if previous is not None:
        counts["before"] = _counted(previous, day)
    counts |= {f"both{n}": _counted([*criteria, *rival.criteria], day) for n, rival in enumerate(rivals)}
    parts = {f"c{n}": condition_sql(each, day) for n, each in enumerate(leaves(criteria))}
    verified = Enterprise.objects.operating().filter(verified_at__isnull=False).order_by()
    groups = verified.annotate(**parts).values(*parts)
    rows: Any = groups.annotate(**counts) if parts else [verified.aggregate(**counts)]
    reach = Reach(tallies=[Tally() for _item in criteria], both=[0] * len(rivals))
    for row in rows:
        verdicts = iter([row[name] for name in parts])
        _add(reach, row, [_standing(item, verdicts) for item in criteria])
    return reach


def newly_matching(
    subject: Policy | Revision, previous_criteria: Sequence[Condition] | None, day: date
) -> "QuerySet[Enterprise, int]":
    """Keys of the verified enterprises that meet the policy's criteria and did not meet the previous ones for certain.

    Not evaluated yet, so that it can be narrowed. previous_criteria: None where there was no policy before.
    """
    criteria = subject.criteria if isinstance(subject, Policy) else subject.content.get("criteria") or []
    enterprises = matching(criteria, day)
    if previous_criteria is not None:
        enterprises = enterprises.alias(was=surely(criteria_sql(previous_criteria, day))).filter(was=False)
    return enterprises.order_by("pk").values_list("pk", flat=True)


def rivals_of(revision: Revision, day: date) -> list[Policy]:
    """Other policies in force for the same accepting department and category whose applications run at the same time.

    A window without a beginning or an end is open on that side. One more than is shown.
    """
    content = revision.content
    department, category = content.get("department_id"), content.get("category")
    if not department or not category:
        return []
    others = Policy.objects.in_force(day).filter(department=department, category=category)
    if content.get("window_closes"):
        others = others.filter(Q(window_opens__isnull=True) | Q(window_opens__lte=content["window_closes"]))
    opens = max(filter(None, (content.get("window_opens"), day.isoformat())))
    others = others.filter(Q(window_closes__isnull=True) | Q(window_closes__gte=opens))
    columns = ("slug", "title_zh_hans", "title_en", "criteria")
    return list(others.exclude(pk=revision.policy_id).only(*columns).order_by("-pk")[: MOST_RIVALS + 1])


def _counted(criteria: Sequence[Condition], day: date) -> Count:
    return Count("pk", filter=Q(criteria_sql(criteria, day)))


def _standing(item: Condition, verdicts: Iterator[bool | None]) -> Standing:
    """How an item stands by the verdicts of its conditions in their order, and the fields that leave it open."""
    kind = kind_of(item)
    if not kind:
        verdict = next(verdicts)
        return verdict, {item["field"]} if verdict is None else set()
    decisive, parts = kind == ANY, [_standing(each, verdicts) for each in items_of(item)]
    found = [verdict for verdict, _fields in parts]
    if decisive in found:
        return decisive, set()
    return (None if None in found else not decisive), set().union(*(fields for _verdict, fields in parts))


def _add(reach: Reach, row: Row, items: Sequence[Standing]) -> None:
    """Add one group of enterprises to the sums."""
    count = row["count"]
    verdicts = [verdict for verdict, _fields in items]
    for tally, verdict in zip(reach.tallies, verdicts, strict=True):
        tally.met += count * (verdict is True)
        tally.unmet += count * (verdict is False)
        tally.unknown += count * (verdict is None)
    reach.before += row.get("before", 0)
    open_fields = set().union(*(fields for _verdict, fields in items))
    if False in verdicts:
        reach.unmet += count
        if not open_fields and verdicts.count(False) == 1:
            reach.tallies[verdicts.index(False)].alone += count
    elif open_fields:
        reach.nearly += count * (len(open_fields) == 1)
        reach.unclear += count * (len(open_fields) > 1)
    else:
        reach.met += count
        reach.stay += row.get("before", 0)
        reach.both = [sum_ + row[f"both{n}"] for n, sum_ in enumerate(reach.both)]
