"""Who may ask for more time, and who decides on it: never the same person."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from portal.core.access import Allowed, Denied, Verdict
from stewards.models import HelpRequest, LeaderLink, TimeAsk
from stewards.standard import deadlines


def may_ask(user: Any, request: HelpRequest) -> Verdict:
    """Its steward and its handler as long as it is not overdue; the service centre, always."""
    if user.has_role(Role.ADMIN):
        return Allowed()
    if not (user.has_role(Role.STEWARD, Role.HANDLER) and user.pk in (request.steward_id, request.handler_id)):
        return Denied(_("Only its steward, its handler and the service centre can ask for more time."))
    if deadlines.is_overdue(request):
        return Denied(_("It is overdue: only the service centre can still ask for more time."))
    return Allowed()


def may_decide(user: Any, request: HelpRequest) -> Verdict:
    """Whose verb it is at all; on which ask, `may_settle` says."""
    if user.has_role(Role.ADMIN, Role.LEADER):
        return Allowed()
    return Denied(_("Only the service centre and linked leaders decide on more time."))


def may_settle(user: Any, ask: TimeAsk) -> Verdict:
    """Another person than who asked: the service centre, or beyond its limit the linked leader."""
    if user.pk == ask.asked_by_id:
        return Denied(_("You asked for it yourself: another person decides."))
    if not ask.for_leader:
        if user.has_role(Role.ADMIN):
            return Allowed()
        return Denied(_("The service centre decides on this."))
    if user in leaders_of(ask.request):
        return Allowed()
    return Denied(_("It has been extended before: the linked leader decides this time."))


def leaders_of(request: HelpRequest) -> list[User]:
    """The leaders linked to the enterprise; where nobody is linked to it, every leader. Two queries."""
    leaders = list(User.objects.with_role(Role.LEADER).order_by("pk"))
    links = LeaderLink.objects.all().current().select_related("enterprise")
    covering = {link.leader_id for link in links if request.enterprise and _covers(link, request.enterprise)}
    return [leader for leader in leaders if leader.pk in covering] or leaders


def _covers(link: LeaderLink, enterprise: Any) -> bool:
    return bool(
        link.enterprise_id == enterprise.pk
        or (link.tier and link.tier == enterprise.tier)
        or (link.subdistrict_id and link.subdistrict_id == enterprise.subdistrict_id)
    )
