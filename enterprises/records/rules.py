"""Who keeps the records: the service centre."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from enterprises.enums import Standing
from enterprises.models import Enterprise
from portal.core.access import Allowed, Denied, Verdict

EARLIEST = date(1949, 10, 1)
FURTHEST = timedelta(days=731)


def may_keep(user: Any) -> Verdict:
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(str(_("Records are kept by the service centre.")))


def may_stand(enterprise: Enterprise, standing: str, on: date | None, today: date) -> Verdict:
    """A day is needed for what is no longer usual; only a plan can lie ahead."""
    if enterprise.merged_into_id:
        return Denied(_("This record was merged into another one: change that one."))
    if enterprise.standing == standing:
        return Denied(_("The record says so already."))
    if on is None:
        return Denied(_("Say on which day."))
    if not EARLIEST <= on <= today + FURTHEST:
        return Denied(_("Please check the year."))
    if on > today and standing != Standing.LEAVING:
        return Denied(_("This day lies ahead: until then the enterprise is only planning it."))
    return Allowed()


def may_merge(keep: Enterprise, drop: Enterprise) -> Verdict:
    if keep.pk == drop.pk:
        return Denied(_("A record cannot be merged with itself."))
    if drop.merged_into_id:
        return Denied(_("%(name)s was merged into another record already.") % {"name": drop})
    if keep.merged_into_id:
        return Denied(_("%(name)s was merged into another record already.") % {"name": keep})
    return Allowed()


def may_hang(enterprise: Enterprise, head: Enterprise) -> Verdict:
    """A head stands above its branches: no circle, and no record that is there no more."""
    if head.pk == enterprise.pk:
        return Denied(_("An enterprise is not its own head."))
    if head.merged_into_id or enterprise.merged_into_id:
        return Denied(_("This record was merged into another one: choose that one."))
    above, seen = head, {enterprise.pk}
    while above.head_id is not None:
        if above.head_id in seen:
            return Denied(_("%(name)s depends on this enterprise itself.") % {"name": head})
        seen.add(above.pk)
        above = Enterprise.objects.get(pk=above.head_id)
    return Allowed()
