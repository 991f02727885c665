"""The due dates of parts: working days, never later than the request's own, and standing still when it does."""

from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, PartState, RequestPart
from stewards.timewords import day_words


def earliest() -> date:
    """Today, or the next working day where today is none."""
    today, working = local_day(), calendar.current()
    return today if working.is_working(today) else working.add_working_days(today, 1)


def latest(request: HelpRequest) -> date:
    """The request's own day, or the one promised since; where both are over, the first day that is left."""
    assert request.due_on
    return max(request.due_on, request.renewed_due_on or request.due_on, earliest())


def proposed(request: HelpRequest) -> date:
    """A working day before the answer is due, so that the steward has time to put it together."""
    first, day, working = earliest(), latest(request), calendar.current()
    before = date.fromordinal(day.toordinal() - 1)
    while before > first and not working.is_working(before):
        before = date.fromordinal(before.toordinal() - 1)
    return max(before, first)


def checked(request: HelpRequest, day: date) -> date:
    """The day, where a part may be due on it; Refused with the reason otherwise."""
    first, last = earliest(), latest(request)
    if day < first:
        raise Refused(_("The part cannot be due before %(day)s.") % {"day": day_words(first)})
    if day > last:
        words = _("The part cannot be due after %(day)s, when the enterprise was promised its answer.")
        raise Refused(words % {"day": day_words(last)})
    if not calendar.current().is_working(day):
        raise Refused(_("%(day)s is no working day.") % {"day": day_words(day)})
    return day


def shift(request: HelpRequest, days: int) -> None:
    """The clock of the request stood still for so many working days: that of its parts did as well."""
    working = calendar.current()
    if days <= 0:
        return
    for part in RequestPart.objects.live().filter(request=request.pk):
        part.due_on = working.add_working_days(part.due_on, days)
        part.save(update_fields=["due_on"])


def follow(request: HelpRequest, changed: set[str]) -> None:
    """After the request has changed: no part is due later than it, and none is left open once it is over."""
    parts = RequestPart.objects.live().filter(request=request.pk)
    if "state" in changed and request.state not in OPEN_STATES:
        parts.update(state=PartState.WITHDRAWN, lock_version=F("lock_version") + 1)
    elif changed & {"due_on", "renewed_due_on"}:
        last = latest(request)
        parts.filter(due_on__gt=last).update(due_on=last)
