"""Who may do what in the service centre, each refusal with its reason."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import Role
from accounts.models import User
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day
from stewards.models import HelpRequest, Stewardship

FURTHEST = timedelta(days=366)
_CENTRE_ONLY = gettext_lazy("Only the service centre can do this.")


def may_run_centre(by: User) -> Verdict:
    return Allowed() if by.has_role(Role.ADMIN) else Denied(_CENTRE_ONLY)


def may_become_steward(by: User, steward: User) -> Verdict:
    """The service centre names stewards, and only people who are stewards."""
    if not by.has_role(Role.ADMIN):
        return Denied(_CENTRE_ONLY)
    if not steward.has_role(Role.STEWARD):
        return Denied(_("%(name)s is not a service steward.") % {"name": steward.name})
    return Allowed()


def may_begin_on(day: date) -> Verdict:
    """A stewardship begins today or later, and not at some far day that nobody will remember."""
    today = local_day()
    if day < today:
        return Denied(_("A stewardship cannot begin in the past."))
    if day > today + FURTHEST:
        return Denied(_("A stewardship begins within a year at the latest."))
    return Allowed()


def may_change_person(by: User, person: User, *, roles: list[str], is_active: bool) -> Verdict:
    """Nobody locks themselves out, and nobody leaves while an enterprise or a request counts on them."""
    if not by.has_role(Role.ADMIN):
        return Denied(_CENTRE_ONLY)
    if by.pk == person.pk and (not is_active or Role.ADMIN not in roles):
        return Denied(_("You cannot take the service centre away from yourself: ask another admin."))
    stays_steward = is_active and Role.STEWARD in roles
    if stays_steward or Role.STEWARD not in person.roles:
        return Allowed()
    to_come_or_running = Q(ends_on__isnull=True) | Q(ends_on__gte=local_day())
    entrusted = Stewardship.objects.filter(to_come_or_running, steward=person).count()
    if entrusted:
        return Denied(
            ngettext(
                "%(name)s still holds one stewardship: give it to somebody else first.",
                "%(name)s still holds %(count)d stewardships: give them to somebody else first.",
                entrusted,
            )
            % {"name": person.name, "count": entrusted}
        )
    held = HelpRequest.objects.all().open().filter(steward=person).count()
    if held:
        return Denied(
            ngettext(
                "%(name)s is responsible for one open request: assign it to somebody else first.",
                "%(name)s is responsible for %(count)d open requests: assign them to somebody else first.",
                held,
            )
            % {"name": person.name, "count": held}
        )
    return Allowed()
