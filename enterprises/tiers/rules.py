"""Who may do what with a round, and in which of its states."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from enterprises.enums import RoundState as S
from enterprises.models import TierRound
from portal.core.access import Allowed, Denied, Verdict

READERS = (Role.ADMIN, Role.REVIEWER, Role.LEADER, Role.AUDITOR)
REVIEWERS = (Role.ADMIN, Role.REVIEWER)
FROM: Mapping[str, tuple[S, ...]] = {
    "rewrite": (S.OPEN,),
    "propose": (S.OPEN,),
    "send": (S.OPEN,),
    "approve": (S.IN_REVIEW,),
    "return": (S.IN_REVIEW, S.APPROVED),
    "drop": (S.OPEN, S.IN_REVIEW),
}


def may_prepare(user: Any) -> Verdict:
    """The service centre prepares rounds."""
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre prepares the re-adjustment of the tiers."))


def may_review(user: Any, row: TierRound) -> Verdict:
    """Four eyes: never the person who opened the round."""
    if not user.has_role(*REVIEWERS):
        return Denied(_("Only a reviewer or the service centre can decide on this."))
    if row.opened_by_id == user.pk:
        return Denied(_("You opened this round yourself: somebody else has to decide on it."))
    return Allowed()


def may(user: Any, verb: str, row: TierRound) -> Verdict:
    """Person and state together."""
    verdict = may_review(user, row) if verb in ("approve", "return") else may_prepare(user)
    if not verdict:
        return verdict
    if row.state not in FROM[verb]:
        return Denied(_("This round is “%(state)s” now.") % {"state": row.get_state_display()})
    if row.state == S.APPROVED and row.proposals.filter(done_at__isnull=False).exists():
        return Denied(_("This round is taking effect already."))
    return Allowed()
