"""Who may do what with a request, each refusal with a reason the person can read.

`may(user, verb, request)` is asked twice: for the buttons of a page, and by the verb itself under the row lock.
Whether the person may see the request at all is the loader's business (HelpRequest.objects.of_member / on_desk_of).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from enterprises.models import Membership
from portal.core.access import Allowed, Denied, Verdict
from stewards.enums import EventKind
from stewards.enums import RequestState as S
from stewards.escalation import rules as escalating
from stewards.models import HelpRequest, RequestEvent
from stewards.parts import standing
from stewards.rating import rules as rating
from stewards.standard import rules as timing
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
    S.MERGED: gettext_lazy("This request continues in another one that it was merged into."),
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
    members = Membership.objects.active().filter(enterprise=request.enterprise_id)
    return members.filter(user=user).exists()


def may_write_for(user: Any, enterprise: Any) -> Verdict:
    """Whether the person may ask on behalf of the enterprise; None stands for “no enterprise yet”."""
    if enterprise is None or Membership.objects.active().filter(enterprise=enterprise, user=user).exists():
        return Allowed()
    return Denied(_("You do not act for this enterprise."))


def may_link(user: Any, request: HelpRequest) -> Verdict:
    """Whether the person may say to which enterprise a request belongs that was sent without one."""
    if request.asker_id != user.pk or request.state == S.DRAFT:
        return Denied(_("Only the person who sent the request can link it to an enterprise."))
    if request.enterprise_id is not None:
        return Denied(_("This request is already linked to an enterprise."))
    if request.merged_into is not None:
        words = _("This request continues in %(number)s: link that one, and this one goes with it.")
        return Denied(words % {"number": request.merged_into.number})
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


def may_record(user: Any) -> Verdict:
    """Whoever works at the desk writes down what is asked by telephone, at the window or on a visit."""
    if user.has_role(Role.STEWARD, Role.HANDLER, Role.ADMIN):
        return Allowed()
    return Denied(_("Only people of the request desk record requests on behalf of others."))


def _recorder(user: Any, request: HelpRequest) -> Verdict:
    if request.recorded_by_id == user.pk:
        return may_record(user)
    return Denied(_("Only the person who took the request down can record it."))


def _undoer(user: Any, request: HelpRequest) -> Verdict:
    """Whoever did the last thing, if it was to say who holds the request, or to close it."""
    last = request.events.filter(data__version=request.lock_version).order_by("pk").first()
    undoable = (EventKind.ACCEPTED, EventKind.ASSIGNED, EventKind.REFERRED, EventKind.CLOSED)
    handed = last is not None and last.kind in undoable
    if handed and last.actor_id == user.pk and user.has_role(Role.STEWARD, Role.HANDLER, Role.ADMIN):  # type: ignore[union-attr]
        return Allowed()
    return Denied(_("Only the person who did this can take it back."))


def _linker(user: Any, request: HelpRequest) -> Verdict:
    """To whom a request belongs that was taken down for somebody unknown: its steward, or the service centre."""
    if request.recorded_by_id is None:
        return Denied(_("Whoever sends a request in the portal says to which enterprise it belongs."))
    if user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and request.steward_id in (None, user.pk)):
        return Allowed()
    return Denied(_("Only the responsible steward and the service centre can do this."))


def _unlinker(user: Any, request: HelpRequest) -> Verdict:
    if not user.has_role(Role.ADMIN):
        return Denied(_("Only the service centre can take this link back."))
    if linked_last(request):
        return Allowed()
    return Denied(_("Nobody at the desk has linked this request to anybody."))


def linked_last(request: HelpRequest) -> RequestEvent | None:
    """The latest link to whoever asked that was not taken back."""
    links: list[RequestEvent] = []
    for event in request.events.filter(kind__in=(EventKind.IDENTIFIED, EventKind.MISTAKEN)).order_by("pk"):
        if event.kind == EventKind.IDENTIFIED:
            links.append(event)
        elif links:
            links.pop()
    return links[-1] if links else None


def _asking(user: Any, request: HelpRequest) -> Verdict:
    if on_asking_side(user, request):
        return Allowed()
    return Denied(_("Only the enterprise that asked can do this."))


def _rater(user: Any, request: HelpRequest) -> Verdict:
    return Allowed() if rating.is_caller(user, request) else _asking(user, request)


def _in_charge(user: Any, request: HelpRequest) -> Verdict:
    """The steward, who owns it to the end, or the handler who has it now."""
    if user.has_role(Role.STEWARD, Role.HANDLER) and user.pk in (request.steward_id, request.handler_id):
        return Allowed()
    return Denied(_("Only its steward and its handler can do this."))


def _answerer(user: Any, request: HelpRequest) -> Verdict:
    """Whoever is in charge, once no department is at work on a part of it."""
    verdict = _in_charge(user, request)
    open_parts = standing.live(request) if verdict else []
    if not open_parts:
        return verdict
    names = ", ".join(str(part.department.name) for part in open_parts)
    words = _("Not answered by everybody yet: %(departments)s. Wait for it, or withdraw the part with a reason.")
    return Denied(words % {"departments": names})


def _responsible(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN) or is_steward(user, request):
        return Allowed()
    return Denied(_("Only the responsible steward and the service centre can do this."))


def _part_taker(user: Any, request: HelpRequest) -> Verdict:
    if standing.theirs(user, request):
        return Allowed()
    return Denied(_("Only the department whose part it is can do this."))


def _centre(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre decides which department takes it."))


def _referred_to(user: Any, request: HelpRequest) -> Verdict:
    """The department that a whole request was referred to; what the service centre has decided stays there."""
    elsewhere = request.department_id is not None and request.department_id != _home(request)
    ours = user.department_id and user.department_id == request.department_id and request.handler_id is None
    takes = user.has_role(Role.STEWARD, Role.HANDLER) and (ours or user.pk == request.handler_id)
    if not (elsewhere and takes):
        return Denied(_("This request was not referred to you or your department."))
    if request.returns >= settings.RETURNS_TO_CENTRE and standing.is_decided(request):
        return Denied(_("The service centre has decided that this is your department's; it cannot be returned again."))
    return Allowed()


def _home(request: HelpRequest) -> int | None:
    """The department of the responsible steward."""
    return request.steward.department_id if request.steward else None


def _undecided(user: Any, request: HelpRequest) -> Verdict:
    verdict = _centre(user, request)
    if not verdict or standing.awaits_decision(request):
        return verdict
    return Denied(_("No decision on the department is needed: the request is in somebody's hands."))


def _closer(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN) or is_steward(user, request):
        return Allowed()
    return Denied(_("Only the responsible steward can close it."))


def _holder_or_centre(user: Any, request: HelpRequest) -> Verdict:
    holds = user.pk == request.handler_id and user.has_role(Role.STEWARD, Role.HANDLER)
    if holds or user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and user.pk == request.steward_id):
        return Allowed()
    return _stood_in_for(user, request)


def _stood_in_for(user: Any, request: HelpRequest) -> Verdict:
    """Whoever is away and has somebody else answer it meanwhile."""
    open_now = request.stand_ins.filter(part__isnull=True, until__isnull=True, leave__person=user.pk)
    if user.has_role(Role.STEWARD, Role.HANDLER) and open_now.exists():
        return Allowed()
    return Denied(_("Only whoever has the request can hand it over to a substitute, and have it back."))


def is_steward(user: Any, request: HelpRequest) -> bool:
    """The responsible steward, or who stands in while that one is away: for everything but another steward."""
    if not user.has_role(Role.STEWARD):
        return False
    return user.pk == request.steward_id or (user.pk == request.handler_id and user.pk == request.stand_in_id)


def _decliner(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and request.steward_id is None):
        return Allowed()
    if is_steward(user, request):
        return Allowed()
    return Denied(_("Only the responsible steward can decline it."))


def _admin(user: Any, request: HelpRequest) -> Verdict:
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre can assign a steward."))


def may_merge(user: Any, request: HelpRequest) -> Verdict:
    """Its steward, any steward as long as nobody is responsible, and the service centre."""
    if user.has_role(Role.ADMIN):
        return Allowed()
    if (user.has_role(Role.STEWARD) and request.steward_id is None) or is_steward(user, request):
        return Allowed()
    words = _("Only the steward of %(number)s and the service centre can merge it or undo the merge.")
    return Denied(words % {"number": request.number})


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
        if request.state != S.DRAFT and (standing.theirs(user, request) or standing.stands_in(user, request)):
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
    if request.state in (S.NOT_ACCEPTED, S.WITHDRAWN, S.MERGED):
        return Denied(str(_STATE_REASONS[S(request.state)]))
    its_steward = user.pk == request.steward_id and user.has_role(Role.STEWARD)
    elsewhere = request.handler_id != user.pk and request.department_id != user.department_id
    if request.state in TRANSITIONS[Verb.ACCEPT] and its_steward and elsewhere:
        return Allowed()
    if request.accepted_at is None and request.handler_id != user.pk:
        return Denied(str(_STATE_REASONS[S(request.state)]))
    return Denied(_accepted_words(user, request))


def _accepted_words(user: Any, request: HelpRequest) -> str:
    """Who did accept it: not who answers instead since, nor who has it back."""
    accepted = request.events.filter(kind=EventKind.ACCEPTED).select_related("actor").order_by("-pk").first()
    who: Any = accepted.actor if accepted and accepted.actor else request.handler
    if who.pk == user.pk or request.accepted_at is None:
        return _("You have already accepted this request.")
    words = {"name": who.name, "when": when_words(request.accepted_at)}
    return _("%(name)s has already accepted this request (%(when)s).") % words


def _in_charge_or_centre(user: Any, request: HelpRequest) -> Verdict:
    return Allowed() if user.has_role(Role.ADMIN) else _in_charge(user, request)


def _both(first: Callable[..., Verdict], then: Callable[..., Verdict]) -> Callable[[Any, HelpRequest], Verdict]:
    """Allowed by the one, and then by the other."""
    return lambda user, request: first(user, request) and then(user, request)


_WHO: dict[Verb, Callable[[Any, HelpRequest], Verdict]] = {
    Verb.SUBMIT: _asker_only,
    Verb.RECORD: _recorder,
    Verb.UNDO: _undoer,
    Verb.ASSIGN: _admin,
    Verb.ACCEPT: _accepter,
    Verb.CONTACT: _in_charge,
    Verb.ASK_BACK: _in_charge,
    Verb.REPLY: _asking,
    Verb.NOTE: _on_desk,
    Verb.REFER: _in_charge,
    Verb.HAND_OVER: _holder_or_centre,
    Verb.HAND_BACK: _stood_in_for,
    Verb.GIVE_BACK: _referred_to,
    Verb.DECIDE: _undecided,
    Verb.ADD_PART: _responsible,
    **dict.fromkeys((Verb.SEND_PART_BACK, Verb.WITHDRAW_PART, Verb.MOVE_PART), _responsible),
    **dict.fromkeys((Verb.ACCEPT_PART, Verb.ANSWER_PART, Verb.RETURN_PART, Verb.TRANSFER_PART), _part_taker),
    Verb.HAND_PART: _part_taker,
    Verb.DECIDE_PART: _centre,
    Verb.ANSWER: _answerer,
    Verb.RATE: _rater,
    Verb.WRITE_RATING: _both(_on_desk, rating.may_write_down),
    Verb.CLOSE: _closer,
    Verb.REOPEN: _asking,
    Verb.DECLINE: _decliner,
    Verb.WITHDRAW: _asking,
    Verb.ASK_TIME: timing.may_ask,
    **dict.fromkeys((Verb.GRANT_TIME, Verb.REFUSE_TIME), timing.may_decide),
    Verb.LINK: _linker,
    Verb.UNLINK: _unlinker,
    Verb.MERGE: may_merge,
    Verb.UNMERGE: may_merge,
    Verb.INSTRUCT: escalating.leads,
    Verb.REPORT: _both(_in_charge_or_centre, escalating.instructed),
    Verb.SUPERVISE: escalating.orders,
    Verb.RELEASE: escalating.releases,
    Verb.RENEW: _both(_in_charge_or_centre, escalating.late_or_nearly),
    Verb.UNHEARD: _both(_asking, escalating.unheard),
    Verb.LASTED: _both(_asking, escalating.not_told_yet),
}
