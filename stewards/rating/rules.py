"""Who rates where whoever asked has no account: they themselves by a link, or somebody who calls and writes it."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from portal.core.access import Allowed, Denied, Verdict
from stewards.deskwork import callers
from stewards.enums import EventKind
from stewards.models import HelpRequest

WORK = (EventKind.CONTACTED, EventKind.ASKED_BACK, EventKind.ANSWERED, EventKind.PART_ANSWER)


def is_caller(user: Any, request: HelpRequest) -> bool:
    """Whether the account is the one that stands for callers, and one of them asked; only a signed link speaks so."""
    return bool(request.recorded_by_id and request.asker_id == user.pk and user.email == callers.NO_ACCOUNT)


def may_write_down(user: Any, request: HelpRequest) -> Verdict:
    """Somebody of the desk who has no part in what is rated, for callers who cannot rate themselves; once."""
    if not user.has_role(Role.STEWARD, Role.HANDLER, Role.ADMIN):
        return Denied(_("Only people of the request desk write down what a caller says of the answer."))
    if not callers.is_out_of_reach(request):
        return Denied(_("Whoever asked has an account and rates the answer themselves."))
    if request.ratings.filter(round=request.round).exists():
        return Denied(_("This answer has been rated already."))
    if _worked_on(user, request):
        return Denied(_("Your own work is rated: the service centre or an uninvolved colleague asks the caller."))
    return Allowed()


def _worked_on(user: Any, request: HelpRequest) -> bool:
    if user.pk in (request.steward_id, request.handler_id) or request.stand_ins.filter(person=user.pk).exists():
        return True
    return request.events.filter(actor=user.pk, kind__in=WORK).exists()
