"""Visits as a calendar file (iCalendar, RFC 5545), at an address that only its owner knows."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from engagement import route
from engagement.enums import BOOKED, UNSETTLED, Side, VisitState
from engagement.models import CalendarFeed, Visit
from engagement.queries import PLACED, points_of
from engagement.rules import VISITORS
from enterprises.models import Enterprise, Membership
from policies.opendata.calendar_file import escaped, folded
from policies.opendata.feeds import host
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.openly import for_everybody

KEPT_OVER = timedelta(days=90)
STATUS = {VisitState.CONFIRMED: "CONFIRMED", VisitState.CANCELLED: "CANCELLED", VisitState.DECLINED: "CANCELLED"}
GONE = (VisitState.CANCELLED, VisitState.DECLINED)


@for_everybody
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of one address, in its owner's language; nothing for an address that was revoked."""
    found = CalendarFeed.objects.filter(token=token, revoked_at=None).select_related("person", "enterprise").first()
    if found is None or not _may_read(found):
        raise Http404
    with bilingual.speaking(found.person.language):
        text = calendar_of(_visits(found), found)
    return HttpResponse(
        text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"}
    )


def feed_of(person: Any, enterprise: Enterprise | None = None) -> str:
    """The person's calendar address, if there is one."""
    found = CalendarFeed.objects.filter(person=person, enterprise=enterprise, revoked_at=None)
    token = found.values_list("token", flat=True).first()
    return settings.SITE_URL + reverse("calendars:visits", args=[token]) if token else ""


def calendar_of(visits: Iterable[Visit], of: CalendarFeed) -> str:
    name = escaped(_("Visits"))
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host()}//Visits//{bilingual.current().upper()}"),
        *("CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{name}", f"X-WR-CALNAME:{name}"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"),
    ]
    found = list(visits)
    turns = {} if of.enterprise_id else _turns(found)
    for visit in found:
        lines += _event(visit, of, turns.get(visit.pk, ""))
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _may_read(found: CalendarFeed) -> bool:
    if not found.person.is_active:
        return False
    if found.enterprise_id is None:
        return found.person.has_role(*VISITORS)
    active = Membership.objects.active().filter(enterprise=found.enterprise_id)
    return active.filter(user=found.person_id).exists()


def _visits(found: CalendarFeed) -> Iterable[Visit]:
    if found.enterprise_id is None:
        visits = Visit.objects.of_person(found.person)
    else:
        visits = Visit.objects.of_member(found.person).filter(enterprise=found.enterprise_id)
    recent = visits.filter(day__gte=local_day() - KEPT_OVER, state__in=[*BOOKED, *GONE])
    return recent.select_related(*PLACED, "organiser").order_by("starts_at", "pk")


def _turns(visits: list[Visit]) -> dict[int, str]:
    """Its place in the order of the day plan, for days with several visits."""
    found: dict[int, str] = {}
    days = sorted((visit for visit in visits if visit.state in BOOKED), key=lambda visit: visit.day)
    for _day, group in groupby(days, key=lambda visit: visit.day):
        way = route.ordered(points_of(group))
        places = {point.key: (n, point.place) for n, point in enumerate(way, 1)} if len(way) > 1 else {}
        for key, (number, place) in places.items():
            facts = {"number": number, "count": len(way), "place": place}
            found[key] = _("Stop %(number)d of %(count)d: %(place)s") % facts
    return found


def _event(visit: Visit, of: CalendarFeed, turn: str) -> Iterator[str]:
    ours = of.enterprise_id is None
    page = reverse("visits:detail" if ours else "contacts:visit", args=[visit.pk])
    changed = _utc(visit.changed_at)
    with_whom = visit.enterprise.name if ours else (visit.organiser.name if visit.organiser else "")
    yield "BEGIN:VEVENT"
    yield f"UID:visit-{visit.pk}-{Side.GOVERNMENT if ours else Side.ENTERPRISE}@{host()}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{visit.lock_version}"
    yield f"DTSTART:{_utc(visit.starts_at)}"
    yield f"DTEND:{_utc(visit.ends_at)}"
    yield f"SUMMARY:{escaped(_('%(purpose)s (%(who)s)') % {'purpose': visit.purpose, 'who': with_whom})}"
    yield f"LOCATION:{escaped(visit.place)}"
    yield f"DESCRIPTION:{escaped(' · '.join(filter(None, (visit.state_words, turn))))}"
    yield f"URL:{settings.SITE_URL}{page}"
    yield f"STATUS:{STATUS.get(VisitState(visit.state), 'TENTATIVE' if visit.state in UNSETTLED else 'CONFIRMED')}"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
