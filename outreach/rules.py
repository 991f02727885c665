"""Who may do what in outreach, as far as several rooms ask."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from outreach.models import Observer, Partner
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day

ORGANISERS = (Role.EDITOR, Role.REVIEWER, Role.ADMIN)
READERS = (*ORGANISERS, Role.TRANSLATOR, Role.LEADER, Role.AUDITOR)


def may_organise(user: Any) -> Verdict:
    """Events, places, materials, partners, drafts of issues and packages."""
    if user.is_authenticated and user.has_role(*ORGANISERS):
        return Allowed()
    return Denied(_("Only the policy officials and the service centre can do this."))


def may_publish(user: Any, author_id: int | None) -> Verdict:
    """Bulletins, packages for partners, public replies: a reviewer or the service centre, and never one's own work."""
    if not (user.is_authenticated and user.has_role(Role.REVIEWER, Role.ADMIN)):
        return Denied(_("Only a reviewer or the service centre can publish this."))
    if author_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else has to publish it."))
    return Allowed()


def may_speak_for(user: Any, partner: Partner) -> Verdict:
    """A contact of the partner with an account."""
    if user.is_authenticated and Partner.objects.of_contact(user).filter(pk=partner.pk).exists():
        return Allowed()
    return Denied(_("Only the partner's own contacts can do this."))


def observes_now(user: Any) -> bool:
    """Whether the person is an observer whose term runs."""
    today = local_day()
    terms = Observer.objects.filter(user=user, batch__term_begins__lte=today, batch__term_ends__gte=today)
    return terms.exclude(ended_on__lt=today).exists()
