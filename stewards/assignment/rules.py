"""Who may enter leave and keep profiles, each refusal with its reason."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day
from stewards.assignment.queries import can_stand_in
from stewards.models import Leave

LONGEST = timedelta(days=366)
LATEST = timedelta(days=31)  # who fell ill is entered afterwards


def may_keep_profile(by: User, person: User) -> Verdict:
    if not by.has_role(Role.ADMIN):
        return Denied(_("Only the service centre can do this."))
    return is_steward(person)


def may_enter_leave(by: User, person: User) -> Verdict:
    """The person, or the service centre."""
    if by.pk != person.pk and not by.has_role(Role.ADMIN):
        return Denied(_("Leave is entered by the person or by the service centre."))
    if person.has_role(Role.STEWARD, Role.HANDLER):
        return Allowed()
    return Denied(_("%(name)s is neither a service steward nor a handler.") % {"name": person.name})


def may_end_leave(by: User, leave: Leave) -> Verdict:
    if by.pk != leave.person_id and not by.has_role(Role.ADMIN):
        return Denied(_("Leave is ended by the person or by the service centre."))
    if leave.ended_at or leave.ends_on < local_day():
        return Denied(_("This leave is over."))
    return Allowed()


def may_last(starts_on: date, ends_on: date) -> Verdict:
    """A leave ends today or later, lasts a year at most, and is entered within a month of its beginning."""
    today = local_day()
    if ends_on < starts_on:
        return Denied(_("A leave ends on the day it begins or later."))
    if ends_on < today:
        return Denied(_("This leave is over already."))
    if starts_on < today - LATEST or starts_on > today + LONGEST:
        return Denied(_("A leave begins at most a month ago and within a year."))
    if ends_on - starts_on > LONGEST:
        return Denied(_("A leave lasts a year at the longest."))
    return Allowed()


def may_stand_in(person: User, substitute: User, starts_on: date, ends_on: date) -> Verdict:
    """Somebody else who can do what the person does, and is not away all the time themselves."""
    if substitute.pk == person.pk:
        return Denied(_("Nobody stands in for themselves."))
    if not can_stand_in(person, substitute):
        if person.has_role(Role.STEWARD):
            return is_steward(substitute)
        return Denied(_("%(name)s takes no requests in this department.") % {"name": substitute.name})
    away = Leave.objects.filter(
        person=substitute, starts_on__lte=starts_on, ends_on__gte=ends_on, ended_at__isnull=True
    )
    if away.exists():
        return Denied(_("%(name)s is away in these days, too.") % {"name": substitute.name})
    return Allowed()


def is_steward(person: User) -> Verdict:
    if person.has_role(Role.STEWARD):
        return Allowed()
    return Denied(_("%(name)s is not a service steward.") % {"name": person.name})
