"""Linking leaders to enterprises, and ending a link."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Enterprise, Subdistrict
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards.centre.rules import may_begin_on, may_run_centre
from stewards.models import LeaderLink


def link(
    *,
    by: Any,
    leader: User,
    scope: str,
    starts_on: date,
    ends_on: date | None = None,
    enterprise: Enterprise | None = None,
    tier: str = "",
    subdistrict: Subdistrict | None = None,
) -> LeaderLink:
    """From that day on the leader is told of what is late there, and can read it. The same link twice stays one."""
    require(may_run_centre(by))
    require(may_begin_on(starts_on))
    if not leader.has_role(Role.LEADER):
        raise Refused(_("%(name)s is not a linked leader.") % {"name": leader.name})
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The last day cannot be before the first."))
    to: dict[str, Any] = {"scope": scope, "enterprise": enterprise, "tier": tier, "subdistrict": subdistrict}
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=leader.pk)
        if LeaderLink.objects.current(max(starts_on, local_day())).filter(leader=leader, **to).exists():
            raise Refused(_("%(name)s is linked there already.") % {"name": leader.name})
        return LeaderLink.objects.create(leader=leader, starts_on=starts_on, ends_on=ends_on, **to)


def end(found: LeaderLink, *, by: Any, ends_on: date) -> LeaderLink:
    """The last day of a link: today or later; what was already told stays readable."""
    require(may_run_centre(by))
    with transaction.atomic():
        locked = LeaderLink.objects.select_for_update().get(pk=found.pk)
        if locked.ends_on is not None and locked.ends_on < local_day():
            raise Refused(_("This link has ended already."))
        if ends_on < max(local_day(), locked.starts_on):
            raise Refused(_("A link ends today or later, and not before it begins."))
        locked.ends_on = ends_on
        locked.save(update_fields=["ends_on"])
    return locked
