"""What the pages of publicity points and materials show."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from outreach.models import Material, MaterialEdition, OpeningHours, Place, PublicityPoint, Stock
from portal.core.calendar import current


@dataclass(frozen=True, slots=True)
class Today:
    """Whether a place is open now, in words; `known` is False where no hours are known."""

    known: bool
    open: bool
    text: str


def points() -> QuerySet[PublicityPoint]:
    """Those that can be visited, with what a list shows."""
    live = PublicityPoint.objects.filter(closed_on__isnull=True, place__active=True)
    return live.select_related("place__subdistrict").prefetch_related("place__hours").order_by("place__slug")


def chosen(rows: QuerySet[PublicityPoint], subdistrict: str, language: str) -> QuerySet[PublicityPoint]:
    if subdistrict:
        rows = rows.filter(place__subdistrict=subdistrict)
    return rows.filter(place__languages__contains=[language]) if language else rows


def newest() -> Subquery:
    """The number of the newest edition of a material, for rows that have one."""
    editions = MaterialEdition.objects.filter(material=OuterRef("material")).order_by("-number")
    return Subquery(editions.values("number")[:1])


def stock_of(point: PublicityPoint) -> QuerySet[Stock]:
    """What lies there, each with whether a newer edition exists."""
    return stock().filter(point=point)


def guides_of(point: PublicityPoint) -> QuerySet[MaterialEdition]:
    """Of what lies there, the newest edition of each material that was not withdrawn: what a code should lead to."""
    there = Stock.objects.filter(point=point, copies__gt=0, material__withdrawn_at=None).values("material")
    editions = MaterialEdition.objects.filter(material__in=there).annotate(newest=newest())
    return editions.filter(number=F("newest")).select_related("material").order_by("material__slug")


def stock() -> QuerySet[Stock]:
    rows = Stock.objects.filter(copies__gt=0).annotate(newest=newest())
    return rows.select_related("point__place", "material", "edition").order_by(
        "point", "material__slug", "-edition__number"
    )


def to_replace() -> QuerySet[Stock]:
    """Copies of an edition that is no longer the newest, of a withdrawn material, or written for an older policy."""
    older = Q(edition__number__lt=F("newest"))
    changed = Q(edition__policy_version__lt=F("material__policy__version"))
    gone = Q(material__withdrawn_at__isnull=False)
    return stock().filter(older | changed | gone, point__closed_on__isnull=True).select_related("material__policy")


def why_replaced(row: Any) -> str:
    if row.material.withdrawn_at is not None:
        return _("This material was withdrawn.")
    if row.edition.number < row.newest:
        return _("Edition %(newest)s has appeared.") % {"newest": row.newest}
    return _("The policy has been amended since it was printed: a new edition is needed.")


def current_edition(material: Material) -> MaterialEdition | None:
    return material.editions.select_related("file_zh", "file_en").order_by("-number").first()


def week(place: Place) -> list[tuple[str, str]]:
    """Weekday and hours in words, for the days on which it is open."""
    by_day: dict[int, list[OpeningHours]] = {}
    for row in place.hours.all():
        by_day.setdefault(row.weekday, []).append(row)
    return [(str(WEEKDAYS[day]), _spans(rows)) for day, rows in sorted(by_day.items())]


def today(place: Place, moment: datetime | None = None) -> Today:
    """Open or not, by the working-day calendar: closed on holidays, open on make-up workdays as on a Friday."""
    now = timezone.localtime(moment)
    rows = list(place.hours.all())
    if not rows:
        return Today(False, False, _("Opening hours are not known."))
    spans = hours_on(rows, now.date())
    if not spans:
        return Today(True, False, _("Closed today."))
    is_open = any(row.opens <= now.time() < row.closes for row in spans)
    facts = {"hours": _spans(spans)}
    return Today(True, is_open, (_("Open now: %(hours)s") if is_open else _("Closed now. Today: %(hours)s")) % facts)


def hours_on(rows: list[OpeningHours], day: date) -> list[OpeningHours]:
    """The stretches that hold on the day."""
    working = current().is_working(day)
    found = [row for row in rows if row.weekday == day.weekday() and (working or not row.working_days)]
    if not found and working and day.weekday() > 4:  # a make-up workday
        found = [row for row in rows if row.weekday == 4 and row.working_days]
    return sorted(found, key=lambda row: row.opens)


def _spans(rows: list[OpeningHours]) -> str:
    return ", ".join(f"{_clock(row.opens)}–{_clock(row.closes)}" for row in rows)


def _clock(value: time) -> str:
    return f"{value:%H:%M}"
