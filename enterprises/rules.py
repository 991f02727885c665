"""Who may do what with an enterprise's record."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from enterprises.enums import MemberRole, MembershipState
from enterprises.models import Enterprise, Membership
from portal.core.access import Allowed, Denied, Verdict

LONGEST_MANDATE = timedelta(days=731)
MAX_CLAIMS = 5  # of one person, waiting to be verified


def membership_of(user: Any, enterprise: Enterprise) -> Membership | None:
    """The person's active membership, if any."""
    return Membership.objects.active().filter(enterprise=enterprise, user=user).first()


def may_edit(user: Any, enterprise: Enterprise) -> Verdict:
    """Members keep the record of their own enterprise; an agent asks for it, and that is all."""
    membership = membership_of(user, enterprise)
    if membership and membership.role == MemberRole.AGENT:
        return Denied(str(_("An agent asks for the enterprise; its own people keep its record.")))
    if membership:
        return Allowed()
    return Denied(str(_("Only people who act for this enterprise can change its record.")))


def may_invite(user: Any, enterprise: Enterprise) -> Verdict:
    """Only an owner decides who else acts for the enterprise."""
    membership = membership_of(user, enterprise)
    if membership and membership.role == MemberRole.OWNER:
        return Allowed()
    return Denied(str(_("Only an owner of the enterprise can invite or remove colleagues.")))


def may_last_until(day: date, today: date) -> Verdict:
    """A mandate ends: on a day to come, within two years."""
    if today < day <= today + LONGEST_MANDATE:
        return Allowed()
    return Denied(str(_("A mandate ends on a day to come, within two years.")))


def may_end(user: Any, membership: Membership) -> Verdict:
    """An owner lets colleagues go; everybody can leave."""
    if user.pk == membership.user_id and membership.state == MembershipState.ACTIVE:
        return Allowed()
    return may_invite(user, membership.enterprise)


def may_claim_more(user: Any, now: datetime) -> Verdict:
    """So many claims wait for a person at a time: each is checked by somebody at the service centre."""
    waiting = user.memberships.filter(state=MembershipState.CLAIMED, created_at__gt=now - timedelta(days=30))
    if waiting[:MAX_CLAIMS].count() < MAX_CLAIMS:
        return Allowed()
    words = _("%(count)s of your claims are waiting to be verified. Please claim more when these are decided.")
    return Denied(words % {"count": MAX_CLAIMS})


def may_decide_claims(user: Any) -> Verdict:
    """Claims are verified by the service centre."""
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(str(_("Claims are verified by the service centre.")))
