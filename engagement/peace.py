"""What keeps the peace: the guard's numbers, quiet periods, an enterprise's “not now”, and calendar addresses."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from engagement import messages, rules
from engagement.acts import Act, booking, lock
from engagement.booking import limit_now
from engagement.enums import Contact, Limit, Side, Verb, VisitState
from engagement.models import CalendarFeed, GuardLimit, NotNow, QuietPeriod, Visit
from enterprises.models import Enterprise
from portal.core.access import Refused, require
from portal.core.calendar import local_day

LARGEST = 366


def set_limit(code: str, *, value: int, valid_from: date, reason: str, by: Any) -> GuardLimit:
    """A number of the guard from a day on, with the reason; what was decided before stays as it was."""
    require(rules.may_set(by))
    if code not in Limit.values or not 0 <= value <= LARGEST:
        raise Refused(_("Choose a number from 0 to %(most)s.") % {"most": LARGEST})
    if valid_from < local_day():
        raise Refused(_("A new number holds from today on at the earliest."))
    if not reason.strip():
        raise Refused(_("Say why: whoever plans a visit reads the number."))
    facts = {"value": value, "reason": reason.strip()[:200], "by": by}
    return GuardLimit.objects.update_or_create(code=code, valid_from=valid_from, defaults=facts)[0]


def set_quiet_period(*, names: dict[str, str], first: date, last: date, by: Any) -> QuietPeriod:
    require(rules.may_set(by))
    if last < first or last < local_day():
        raise Refused(_("A quiet period ends after it begins, and not in the past."))
    return QuietPeriod.objects.create(first=first, last=last, **names)


def drop_quiet_period(period: QuietPeriod, *, by: Any) -> None:
    require(rules.may_set(by))
    period.delete()


def say_not_now(enterprise: Enterprise, *, by: Any, last: date, note: str = "") -> NotNow:
    """Quiet until a day: nobody asks the enterprise for a visit.

    What it was asked for and has not answered is put on hold: there is nothing left to answer, whoever planned the
    visit is told, and asks again when the quiet is over. What the enterprise has confirmed, proposed or wished for
    itself stays.
    """
    require(rules.may_speak_for(by, enterprise))
    today = local_day()
    longest = limit_now(Limit.NOT_NOW_DAYS)
    if not today <= last <= today + timedelta(days=longest):
        raise Refused(_("Choose a day within the next %(days)s days.") % {"days": longest})
    with booking(enterprise) as locked:
        _end(locked)
        wish = NotNow.objects.create(enterprise=locked, by=by, first=today, last=last, note=note.strip())
        waiting = Visit.objects.filter(enterprise=locked, asked_by=Contact.GOVERNMENT, turn=Side.ENTERPRISE)
        for visit in waiting.filter(starts_at__gt=timezone.now()).order_by("pk"):
            _pause(Act(lock(visit), by), last)
    return wish


def end_not_now(enterprise: Enterprise, *, by: Any) -> None:
    require(rules.may_speak_for(by, enterprise))
    _end(enterprise)


def make_feed(person: Any, enterprise: Enterprise | None = None) -> CalendarFeed:
    """The person's calendar address; the one there is, if there is one."""
    require(rules.may_speak_for(person, enterprise) if enterprise else rules.may_plan(person))
    with transaction.atomic():
        CalendarFeed.objects.bulk_create([CalendarFeed(person=person, enterprise=enterprise)], ignore_conflicts=True)
        return CalendarFeed.objects.get(person=person, enterprise=enterprise, revoked_at=None)


def revoke_feed(person: Any, enterprise: Enterprise | None = None) -> None:
    """From now on the address leads nowhere."""
    feeds = CalendarFeed.objects.filter(person=person, enterprise=enterprise, revoked_at=None)
    feeds.update(revoked_at=timezone.now())


def _pause(act: Act, last: date) -> None:
    act.change(state=VisitState.PLANNED, turn=Side.NOBODY)
    act.record(Verb.PAUSE)
    act.tell_visitors(lambda visit, _text: messages.paused(visit, last))
    act.save()


def _end(enterprise: Enterprise) -> None:
    NotNow.objects.filter(enterprise=enterprise, ended_on=None).update(ended_on=local_day())
