"""Who may do what with one part of a request; asked for the buttons of a page and again under the lock."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.access import Allowed, Denied, Verdict
from stewards import rules as request_rules
from stewards.models import PartState as P
from stewards.models import RequestPart
from stewards.transitions import Verb

STATES: dict[Verb, tuple[P, ...]] = {
    Verb.ACCEPT_PART: (P.OPEN, P.ACCEPTED),
    Verb.ANSWER_PART: (P.ACCEPTED,),
    Verb.RETURN_PART: (P.OPEN, P.ACCEPTED),
    Verb.TRANSFER_PART: (P.OPEN, P.ACCEPTED),
    Verb.SEND_PART_BACK: (P.ANSWERED,),
    Verb.WITHDRAW_PART: (P.OPEN, P.ACCEPTED, P.CENTRE),
    Verb.DECIDE_PART: (P.CENTRE,),
    Verb.MOVE_PART: (P.OPEN, P.ACCEPTED),
    Verb.HAND_PART: (P.ACCEPTED,),
}
_REASONS = {
    P.OPEN: gettext_lazy("Nobody in the department has accepted this part yet."),
    P.ACCEPTED: gettext_lazy("The department is at work on this part."),
    P.CENTRE: gettext_lazy("The service centre decides which department takes this part."),
    P.ANSWERED: gettext_lazy("This part is done."),
    P.RETURNED: gettext_lazy("The department has returned this part."),
    P.WITHDRAWN: gettext_lazy("This part is no longer needed."),
}


def may(user: Any, verb: Verb, part: RequestPart) -> Verdict:
    """Whether the person may use the verb on the part as it is now, within its request as that is now."""
    if part.state not in STATES[verb]:
        return Denied(str(_REASONS[P(part.state)]))
    verdict = request_rules.may(user, verb, part.request)
    return _MORE[verb](user, part) if verdict and verb in _MORE else verdict


def _of_department(user: Any, part: RequestPart) -> Verdict:
    if user.department_id and user.department_id == part.department_id:
        return Allowed()
    return Denied(_("Only the department whose part it is can do this."))


def _accepter(user: Any, part: RequestPart) -> Verdict:
    """Anybody of the department; what a colleague has accepted, only once that colleague is no longer there."""
    verdict = _of_department(user, part)
    if not verdict or part.state == P.OPEN or _is_gone(part):
        return verdict
    if part.handler_id == user.pk:
        return Denied(_("You have already accepted this part."))
    return Denied(_("%(name)s has already accepted this part.") % {"name": part.handler.name})  # type: ignore[union-attr]


def _is_gone(part: RequestPart) -> bool:
    """Whether its handler no longer works in the department."""
    handler = part.handler
    return handler is not None and not (handler.is_active and handler.department_id == part.department_id)


def _holder(user: Any, part: RequestPart) -> Verdict:
    """Whoever accepted it; before that, anybody of the department."""
    if part.handler_id in (None, user.pk):
        return _of_department(user, part)
    return Denied(_("%(name)s has already accepted this part.") % {"name": part.handler.name})  # type: ignore[union-attr]


def _returner(user: Any, part: RequestPart) -> Verdict:
    if part.final:
        return Denied(_("The service centre has decided that this part is your department's; it stays here."))
    return _holder(user, part)


def _passer(user: Any, part: RequestPart) -> Verdict:
    verdict = _returner(user, part)
    if verdict and part.transfers >= settings.TRANSFERS_OF_PART:
        return Denied(_("This part has been passed on often enough: do it, or return it to the steward."))
    return verdict


_MORE: dict[Verb, Callable[[Any, RequestPart], Verdict]] = {
    Verb.ACCEPT_PART: _accepter,
    Verb.ANSWER_PART: _holder,
    Verb.RETURN_PART: _returner,
    Verb.TRANSFER_PART: _passer,
    Verb.HAND_PART: _of_department,
}
