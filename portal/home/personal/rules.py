"""Who may be forgotten, and who carries it out."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import ErasureState, Role
from accounts.models import ErasureRequest, User
from enterprises.enums import MemberRole
from enterprises.models import Membership
from portal.core.access import Allowed, Denied, Verdict
from stewards.models import HelpRequest, RequestPart
from stewards.models.part import LIVE_PARTS
from stewards.queries import current_stewardships


def may_be_forgotten(person: User) -> Verdict:
    """Not while somebody waits for an answer to them, or for their answer."""
    for membership in _alone(person):
        if HelpRequest.objects.open().filter(enterprise=membership.enterprise_id).exists():
            words = _(
                "You are the only owner of %(name)s, which has open requests. Ask a colleague in, or wait for the "
                "answers."
            )
            return Denied(words % {"name": membership.enterprise})
    if HelpRequest.objects.open().filter(asker=person, enterprise=None).exists():
        return Denied(_("A request of yours is still open. Withdraw it, or wait for the answer."))
    if person.is_official and _has_work(person):
        return Denied(_("There is open work in this person's hands: hand it over first."))
    return Allowed()


def _alone(person: User) -> list[Membership]:
    """Where nobody else is an owner."""
    owned = Membership.objects.active().filter(user=person, role=MemberRole.OWNER).select_related("enterprise")
    others = Membership.objects.active().filter(role=MemberRole.OWNER, user__is_active=True).exclude(user=person)
    return list(owned.exclude(enterprise__in=others.values("enterprise")).order_by("pk"))


def _has_work(person: User) -> bool:
    requests = HelpRequest.objects.open().filter(Q(steward=person) | Q(handler=person))
    parts = RequestPart.objects.filter(handler=person, state__in=LIVE_PARTS)
    return requests.exists() or parts.exists() or current_stewardships().filter(steward=person).exists()


def may_decide(user: Any, row: ErasureRequest) -> Verdict:
    """The service centre, and nobody for themselves."""
    if not user.has_role(Role.ADMIN):
        return Denied(_("Erasure is carried out by the service centre."))
    if row.person_id == user.pk:
        return Denied(_("Somebody else has to check your own request."))
    if row.state != ErasureState.WAITING:
        return Denied(_("This request is decided already."))
    return Allowed()
