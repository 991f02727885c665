"""How far a package came: by partner and link, in numbers of days, never of persons."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum

from outreach.models import EnterpriseOrigin, HandOver, PackageVersion, ShareLink, ShareUse
from portal.core.calendar import local_day

FEW = 5  # of enterprises: a partner is told fewer only as "fewer than five"
DAYS = 14
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Reach:
    """What became of one hand-over. enterprises: None where there are too few to be told."""

    handed: HandOver
    link: ShareLink | None
    opened: int
    days: list[tuple[date, int]]
    weeks: list[tuple[date, int]]
    enterprises: int | None


def reaches(hand_overs: list[HandOver], *, for_partner: bool, today: date | None = None) -> list[Reach]:
    """A constant number of queries, however many there are."""
    today = today or local_day()
    versions = {each.version_id for each in hand_overs}
    partners = {each.partner_id for each in hand_overs}
    links = {
        (link.version_id, link.partner_id): link
        for link in ShareLink.objects.filter(version__in=versions, partner__in=partners)
    }
    counts = _counts([link.pk for link in links.values()])
    came = dict(
        EnterpriseOrigin.objects.filter(partner__in=partners).values_list("partner").annotate(Count("pk")).order_by()
    )
    found = []
    for each in hand_overs:
        link = links.get((each.version_id, each.partner_id))
        days = counts.get(link.pk, Counter()) if link else Counter()
        number = came.get(each.partner_id, 0)
        shown = None if for_partner and number < FEW else number
        found.append(Reach(each, link, sum(days.values()), _by_day(days, today), _by_week(days, today), shown))
    return found


def of_package(version: PackageVersion) -> list[Reach]:
    """Every partner and every version of the package, for the desk."""
    rows = HandOver.objects.filter(version__package_id=version.package_id)
    rows = rows.select_related("version__package", "partner", "by", "received_by").order_by(
        "partner", "-version__number"
    )
    return reaches(list(rows), for_partner=False)


def _counts(links: list[int]) -> dict[int, Counter[date]]:
    rows: Any = ShareUse.objects.filter(link__in=links).values_list("link", "day").annotate(Sum("count")).order_by()
    found: dict[int, Counter[date]] = {}
    for link, day, count in rows:
        found.setdefault(link, Counter())[day] += count
    return found


def _by_day(days: Counter[date], today: date) -> list[tuple[date, int]]:
    """The last days, the newest first; those without any are left out."""
    recent = (today - timedelta(days=ago) for ago in range(DAYS))
    return [(day, days[day]) for day in recent if days[day]]


def _by_week(days: Counter[date], today: date) -> list[tuple[date, int]]:
    """By the Monday of each of the last weeks."""
    weeks: Counter[date] = Counter()
    for day, count in days.items():
        weeks[day - timedelta(days=day.weekday())] += count
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    return sorted(((week, count) for week, count in weeks.items() if week >= first), reverse=True)
