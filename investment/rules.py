"""Who may do what with resources, needs and viewings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from enterprises.models import Enterprise
from enterprises.rules import membership_of
from investment.enums import COMING, State, ViewingState
from investment.models import OFFICIALS, Need, Provider, Resource, Viewing
from portal.core.access import Allowed, Denied, Verdict
from stewards.models import Stewardship

OPEN = (State.PUBLISHED, State.STALE)


def may_run(user: Any) -> Verdict:
    """Providers and those who keep their entries."""
    if user.is_authenticated and user.has_role(*OFFICIALS):
        return Allowed()
    return Denied(_("Only the policy officials and the service centre can do this."))


def may_keep(user: Any, provider: Provider) -> Verdict:
    """A provider's keepers write its entries; the district helps those who have none."""
    if may_run(user) or Provider.objects.of_keeper(user).filter(pk=provider.pk).exists():
        return Allowed()
    return Denied(_("Only those who keep this provider's entries can do this."))


def may_write(user: Any, resource: Resource) -> Verdict:
    verdict = may_keep(user, resource.provider)
    if verdict and resource.state == State.IN_REVIEW:
        return Denied(_("It is being reviewed: take it back before you change it."))
    return verdict


def may_send(user: Any, resource: Resource) -> Verdict:
    verdict = may_keep(user, resource.provider)
    if verdict and resource.state not in (State.DRAFT, State.WITHDRAWN):
        return Denied(_("Only a draft, or what was taken off, is sent to review."))
    return verdict


def may_take_back(user: Any, resource: Resource) -> Verdict:
    verdict = may_keep(user, resource.provider)
    if verdict and not waits(resource):
        return Denied(_("It is not in review."))
    return verdict


def may_publish(user: Any, resource: Resource) -> Verdict:
    """Somebody of the district, and never one's own words."""
    if not (user.is_authenticated and user.has_role(Role.REVIEWER, Role.ADMIN)):
        return Denied(_("Only a reviewer or the service centre can publish this."))
    if resource.author_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else has to publish it."))
    return Allowed() if waits(resource) else Denied(_("It is not in review."))


def may_confirm(user: Any, resource: Resource) -> Verdict:
    verdict = may_keep(user, resource.provider)
    if verdict and resource.state not in OPEN:
        return Denied(_("Only what was published can be confirmed."))
    return verdict


def may_withdraw(user: Any, resource: Resource) -> Verdict:
    verdict = may_keep(user, resource.provider)
    if verdict and resource.state not in OPEN:
        return Denied(_("Only what was published can be taken off."))
    return verdict


def waits(resource: Resource) -> bool:
    """For a second pair of eyes."""
    return resource.state == State.IN_REVIEW or resource.proposal is not None


def may_act_for(user: Any, enterprise: Enterprise) -> Verdict:
    if membership_of(user, enterprise):
        return Allowed()
    return Denied(_("Only people who act for this enterprise can do this."))


def looks_after(user: Any, stewardship: Stewardship | None) -> bool:
    """Its steward, and the service centre."""
    return user.has_role(Role.ADMIN) or bool(stewardship and stewardship.steward_id == user.pk)


def may_change(user: Any, need: Need) -> Verdict:
    verdict = may_act_for(user, need.enterprise)
    if verdict and need.closed_at is not None:
        return Denied(_("This need was closed."))
    return verdict


def sides(user: Any, viewing: Viewing) -> set[str]:
    """On which side of a viewing somebody stands: of the enterprise, of the provider, of both."""
    found = {"enterprise"} if membership_of(user, viewing.enterprise) else set()
    if Viewing.objects.of_provider(user).filter(pk=viewing.pk).exists():
        found.add("provider")
    return found


def may_propose(side: str, viewing: Viewing) -> Verdict:
    if viewing.state in COMING:
        return Allowed()
    return Denied(_("This viewing is over or was called off."))


def may_agree(side: str, viewing: Viewing) -> Verdict:
    """Whoever did not propose the times chooses one."""
    turn = {ViewingState.ASKED: "provider", ViewingState.OFFERED: "enterprise"}.get(ViewingState(viewing.state))
    if turn == side:
        return Allowed()
    return Denied(_("The other side chooses one of the times.") if turn else _("A time has been agreed already."))


def may_cancel(side: str, viewing: Viewing) -> Verdict:
    return may_propose(side, viewing)


def may_hold(side: str, viewing: Viewing) -> Verdict:
    if viewing.state == ViewingState.AGREED and viewing.is_today_or_over:
        return Allowed()
    return Denied(_("It can be said to have taken place on its day, and after."))
