"""Changing the reminder rules: the numbers are the district's, the conditions the software's."""

from copy import copy

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import User
from portal.core import calendar
from portal.core.access import require
from stewards.centre.rules import may_run_centre
from stewards.models import ReminderRule
from stewards.reminding.due import Staff, due, reminder_day


def change(rule: ReminderRule, *, by: User, days: int, active: bool) -> ReminderRule:
    """Set how long the rule waits (given without its sign) and whether it is in use."""
    require(may_run_centre(by))
    with transaction.atomic():
        locked = ReminderRule.objects.select_for_update().get(pk=rule.pk)
        locked.days = -days if locked.days < 0 else days
        locked.active = active
        locked.save(update_fields=["days", "active"])
    return locked


def would_send(rule: ReminderRule, *, days: int) -> int:
    """How many reminders the next sweep would post if the rule had these days; changes nothing."""
    tried = copy(rule)
    tried.days = -days if rule.days < 0 else days
    found = due(tried, reminder_day(), calendar.current(), Staff.now())
    return sum(requests.order_by().count() for requests in found)


def when(rule: ReminderRule) -> str:
    """“3 working days after the due date”, in the active language."""
    days = abs(rule.days)
    return _sentence(rule, days) % {"count": days}


def _sentence(rule: ReminderRule, n: int) -> str:
    if rule.days < 0:
        return ngettext("%(count)d working day before the due date", "%(count)d working days before the due date", n)
    if not rule.working_days:
        return ngettext("%(count)d day after closing", "%(count)d days after closing", n)
    if rule.basis == "assigned":
        return ngettext("%(count)d working day after the assignment", "%(count)d working days after the assignment", n)
    if rule.basis == "due":
        return ngettext("%(count)d working day after the due date", "%(count)d working days after the due date", n)
    if rule.basis == "undated":
        return ngettext(
            "%(count)d working day after the due date, unless there is a new date",
            "%(count)d working days after the due date, unless there is a new date",
            n,
        )
    if rule.basis == "renewed":
        return ngettext("%(count)d working day after the new date", "%(count)d working days after the new date", n)
    if rule.basis == "instructed":
        return ngettext(
            "%(count)d working day after the instruction", "%(count)d working days after the instruction", n
        )
    if rule.basis == "part":
        return ngettext(
            "%(count)d working day after the due date of a part",
            "%(count)d working days after the due date of a part",
            n,
        )
    if rule.basis == "waiting":
        return ngettext("%(count)d working day after our question", "%(count)d working days after our question", n)
    return ngettext("%(count)d working day after the answer", "%(count)d working days after the answer", n)
