"""Who may do what with a request, each refusal with a reason the person can read.

`may(user, verb, request)` is asked twice: for the buttons of a page, and by the verb itself under the row lock.
Whether the person may see the request at all is the loader's business (HelpRequest.objects.of_member / on_desk_of).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from enterprises.enums import MembershipState
from enterprises.models import Membership
from portal.core.access import Allowed, Denied, Verdict
from stewards.enums import RequestState as S
from stewards.models import HelpRequest
from stewards.timewords import when_words
from stewards.transitions import TRANSITIONS, Verb

MAX_A_DAY = 30  # requests of one person; an agent with many clients stays below it, a script does not

_STATE_REASONS = {
    S.DRAFT: gettext_lazy("This is a draft; it has not been submitted yet."),
    S.SUBMITTED: gettext_lazy("No steward has accepted this request yet."),
    S.ASSIGNED: gettext_lazy("Nobody has accepted this request yet."),
    S.ACCEPTED: gettext_lazy("This request is accepted and not answered yet."),
    S.IN_PROGRESS: gettext_lazy("This request is in progress and not answered yet."),
    S.WAITING: gettext_lazy("This request is waiting for the enterprise."),
    S.ANSWERED: gettext_lazy("This request is already answered."),
    S.RATED: gettext_lazy("This request is already answered and rated."),
    S.CLOSED: gettext_lazy("This request is already closed."),
    S.NOT_ACCEPTED: gettext_lazy("This request was not accepted."),
    S.WITHDRAWN: gettext_lazy("This request was withdrawn by the enterprise."),
}


def may(user: Any, verb: str, request: HelpRequest) -> Verdict:
    """Whether the person may use the verb on the request as it is now."""
    if verb == Verb.ACCEPT and request.handler_id and request.state not in (S.SUBMITTED, S.ASSIGNED):
        return _take_back(user, request)
    if request.state not in TRANSITIONS[Verb(verb)]:
        if verb == Verb.SUBMIT:
            return Denied(_("This request is already submitted."))
        return Denied(str(_STATE_REASONS[S(request.state)]))
    return _WHO[Verb(verb)](user, request)


def verdicts(user: Any, request: HelpRequest, verbs: Iterable[str] = tuple(Verb)) -> dict[str, Verdict]:
    """The verdict on each of the verbs, for the buttons of a page."""
    return {str(verb): may(user, verb, request) for verb in verbs}


def on_asking_side(user: Any, request: HelpRequest) -> bool:
    """The same people as HelpRequest.objects.of_member, asked of one request."""
    if request.enterprise_id is None or request.state == S.DRAFT:
        return request.asker_id == user.pk
    members = Membership.objects.filter(enterprise=request.enterprise_id, state=MembershipState.ACTIVE)
    return members.filter(user=user).exists()


def may_write_for(user: Any, enterprise: Any) -> Verdict:
    """Whether the person may ask on behalf of the enterprise; None stands for “no enterprise yet”."""
    if enterprise is None or enterprise.memberships.filter(user=user, state=MembershipState.ACTIVE).exists():
        return Allowed()
    return Denied(_("You do not act for this enterprise."))


def may_link(user: Any, request: HelpRequest) -> Verdict:
    """Whether the person may say to which enterprise a request belongs that was sent without one."""
    if request.asker_id != user.pk or request.state == S.DRAFT:
        return Denied(_("Only the person who sent the request can link it to an enterprise."))
    if request.enterprise_id is not None:
        return Denied(_("This request is already linked to an enterprise."))
    return Allowed()


def may_send_more(user: Any, now: datetime) -> Verdict:
    """A person sends so many requests in 24 hours and no more: a desk that is flooded serves nobody."""
    sent = HelpRequest.objects.filter(asker=user, submitted_at__gt=now - timedelta(days=1))[:MAX_A_DAY].count()
    if sent < MAX_A_DAY:
        return Allowed()
    words = _("You have sent %(count)s requests in 24 hours. This one is kept as a draft: please send it tomorrow.")
    return Denied(words % {"count": MAX_A_DAY})


def _asker_only(user: Any, request: HelpRequest) -> Verdict:
    if request.asker_id == user.pk:
        return Allowed()
    return Denied(_("Only the person who wrote the draft can submit it."))


def _asking(user: Any, request: HelpRequest) -> Verdict:
    if on_asking_side(user, request):
        return Allowed()
    return Denied(_("Only the enterprise that asked can do this."))


def _in_charge(user: Any, request: HelpRequest) -> Verdict:
    """The steward, who owns it to the end, or the handler who has it now."""
    if user.has_role(Role.STEWARD, Role.HANDLER) and user.pk in (request.steward_id, request.handler_id):
        return Allowed()
    return Denied(_("Only its steward and its handler can do this."))


def _closer(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and user.pk == request.steward_id):
        return Allowed()
    return Denied(_("Only the responsible steward can close it."))


def _decliner(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and request.steward_id in (None, user.pk)):
        return Allowed()
    return Denied(_("Only the responsible steward can decline it."))


def _admin(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre can assign a steward."))


def _on_desk(user: Any, request: HelpRequest) -> Verdict:
    """The same people as HelpRequest.objects.on_desk_of, asked of one request."""
    if user.has_role(Role.ADMIN):
        return Allowed()
    if user.has_role(Role.STEWARD, Role.HANDLER):
        if user.pk in (request.steward_id, request.handler_id):
            return Allowed()
        if user.department_id and user.department_id == request.department_id:
            return Allowed()
        if user.has_role(Role.STEWARD) and request.state == S.SUBMITTED:
            return Allowed()
    return Denied(_("This request is not on your desk."))


def _accepter(user: Any, request: HelpRequest) -> Verdict:
    if request.state == S.SUBMITTED:
        if user.has_role(Role.STEWARD):
            return Allowed()
        return Denied(_("Only a service steward can take a request that nobody is responsible for."))
    if not user.has_role(Role.STEWARD, Role.HANDLER):
        return Denied(_("Only stewards and handlers can accept a request."))
    if user.pk in (request.steward_id, request.handler_id):
        return Allowed()
    if user.department_id and user.department_id == request.department_id:
        return Allowed()
    return Denied(_("This request is assigned to somebody else."))


def _take_back(user: Any, request: HelpRequest) -> Verdict:
    """Somebody has it: only its steward can take it back, and only from another department."""
    if request.handler_id == user.pk:
        return Denied(_("You have already accepted this request."))
    its_steward = user.pk == request.steward_id and user.has_role(Role.STEWARD)
    if request.state in TRANSITIONS[Verb.ACCEPT] and its_steward and request.department_id != user.department_id:
        return Allowed()
    if request.accepted_at is None:
        return Denied(str(_STATE_REASONS[S(request.state)]))
    return Denied(
        _("%(name)s has already accepted this request (%(when)s).")
        % {"name": request.handler.name, "when": when_words(request.accepted_at)}  # type: ignore[union-attr]
    )


_WHO: dict[Verb, Callable[[Any, HelpRequest], Verdict]] = {
    Verb.SUBMIT: _asker_only,
    Verb.ASSIGN: _admin,
    Verb.ACCEPT: _accepter,
    Verb.CONTACT: _in_charge,
    Verb.ASK_BACK: _in_charge,
    Verb.REPLY: _asking,
    Verb.NOTE: _on_desk,
    Verb.REFER: _in_charge,
    Verb.ANSWER: _in_charge,
    Verb.RATE: _asking,
    Verb.CLOSE: _closer,
    Verb.REOPEN: _asking,
    Verb.DECLINE: _decliner,
    Verb.WITHDRAW: _asking,
}
