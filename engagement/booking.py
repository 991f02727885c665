"""What the guard needs to know about an enterprise, read from the database: five queries, whatever there is."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q

from engagement.enums import AHEAD, BOOKED, STARTING, UNSETTLED, Contact, Limit, Side, VisitState
from engagement.guard import Book, Booked, Quiet
from engagement.models import GuardLimit, NotNow, QuietPeriod, Visit, VisitQuerySet
from engagement.surveys.models import SurveyInvitation
from enterprises.models import Enterprise
from portal.core.calendar import current, local_day

OLDEST = timedelta(days=800)  # a year's cap looks back no further


def book_of(enterprise: Enterprise, *, without: Iterable[int] = ()) -> Book:
    """The enterprise's book; `without` leaves out visits that are to be moved or merged."""
    return books_of([enterprise], without=without)[enterprise.pk]


def books_of(enterprises: Iterable[Enterprise], *, without: Iterable[int] = ()) -> dict[int, Book]:
    """The books of many enterprises in the same five queries."""
    enterprises = list(enterprises)
    keys = [enterprise.pk for enterprise in enterprises]
    limits, district, calendar = limits_so_far(), _district(), current()
    booked: dict[int, list[Booked]] = {key: [] for key in keys}
    quiet: dict[int, list[Quiet]] = {key: list(district) for key in keys}
    rest = Book(limits=limits)
    for visit in _visits(keys).exclude(pk__in=list(without)):
        if visit.state == VisitState.DECLINED:
            declined = local_day(visit.changed_at)
            days = rest.limit(Limit.DAYS_AFTER_NO, declined)
            if days:
                quiet[visit.enterprise_id].append(Quiet(declined, declined + timedelta(days=days - 1), "declined"))
        else:
            booked[visit.enterprise_id].append(_booked(visit))
    asked = SurveyInvitation.objects.filter(enterprise__in=keys, day__gte=local_day() - OLDEST).order_by("day", "pk")
    for key, enterprise, day in asked.values_list("pk", "enterprise_id", "day"):
        booked[enterprise].append(Booked(key, day, Contact.SURVEY, open=False))
    for wish in NotNow.objects.filter(enterprise__in=keys, ended_on=None):
        quiet[wish.enterprise_id].append(Quiet(wish.first, wish.last, "not_now"))
    for each in enterprises:
        if not each.is_operating:
            quiet[each.pk].append(Quiet(each.standing_on or date.min, date.max, "gone"))
    return {key: Book(tuple(booked[key]), tuple(quiet[key]), limits, calendar.is_working) for key in keys}


def limits_so_far() -> tuple[tuple[date, dict[str, int]], ...]:
    """Every number that was ever set, the latest first."""
    rows = GuardLimit.objects.order_by("-valid_from", "-pk").values_list("code", "value", "valid_from")
    return tuple((since, {code: value}) for code, value, since in rows)


def limit_now(name: Limit, day: date | None = None) -> int:
    """One number in force, without a book."""
    rows = GuardLimit.objects.filter(code=name, valid_from__lte=day or local_day()).order_by("-valid_from")
    found = rows.values_list("value", flat=True).first()
    return STARTING[name] if found is None else found


def _visits(keys: list[int]) -> VisitQuerySet:
    """Those that count, and those that the enterprise has declined. Nobody came on a day that was never confirmed."""
    today = local_day()
    visits = Visit.objects.filter(enterprise__in=keys, asked_by=Contact.GOVERNMENT, day__gte=today - OLDEST)
    counted = Q(state__in=BOOKED, counted=True) & ~Q(state__in=UNSETTLED, day__lt=today)
    declined = Q(state=VisitState.DECLINED, declined_by=Side.ENTERPRISE)
    return visits.filter(counted | declined).select_related("department").order_by("day", "pk")


def _booked(visit: Visit) -> Booked:
    who = visit.department.name if visit.department else ""
    return Booked(visit.pk, visit.day, visit.asked_by, visit.state in AHEAD, who)


def _district() -> list[Quiet]:
    return [Quiet(each.first, each.last, "district", each.name) for each in QuietPeriod.objects.all()]
