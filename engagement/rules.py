"""Who may do what with a visit, each refusal with a reason the person can read.

Law enforcement is only recorded: no verb of the enterprise's, and none that the guard could refuse.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from engagement.enums import AHEAD, Contact, Side, Verb, VisitState
from engagement.models import NotNow, Participant, Visit
from enterprises.models import Enterprise
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

S = VisitState
VISITORS = (Role.STEWARD, Role.HANDLER, Role.ADMIN)
STATES: dict[str, tuple[str, ...]] = {
    Verb.REQUEST: (S.PLANNED,),
    Verb.CONFIRM: (S.REQUESTED, S.MOVED),
    Verb.DECLINE: (S.REQUESTED, S.MOVED, S.CONFIRMED),
    Verb.MOVE: AHEAD,
    Verb.MERGE: (S.PLANNED, S.REQUESTED, S.MOVED),
    Verb.JOIN: AHEAD,
    Verb.HOLD: (S.CONFIRMED, S.REQUESTED, S.MOVED),  # a yes by telephone that nobody wrote down
    Verb.WRITE_UP: (S.CONFIRMED, S.HELD, S.REQUESTED, S.MOVED),
    Verb.PROMISE: (S.HELD, S.WRITTEN_UP),
    Verb.CANCEL: AHEAD,
}
BOTH = (Verb.CONFIRM, Verb.DECLINE, Verb.MOVE)


def may_plan(user: Any) -> Verdict:
    if user.has_role(*VISITORS):
        return Allowed()
    return Denied(_("Only stewards, handlers and the service centre plan visits."))


def may_set(user: Any) -> Verdict:
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre sets the contact guard."))


def acts_for(user: Any, enterprise: Enterprise) -> bool:
    return enterprise.memberships.active().filter(user=user).exists()


def may_speak_for(user: Any, enterprise: Enterprise) -> Verdict:
    if acts_for(user, enterprise):
        return Allowed()
    return Denied(_("You do not act for this enterprise."))


def is_in_charge(user: Any, visit: Visit) -> bool:
    """Who planned it, colleagues of that department, the service centre."""
    if user.has_role(Role.ADMIN) or user.pk == visit.organiser_id:
        return user.has_role(*VISITORS)
    same = user.department_id is not None and user.department_id == visit.department_id
    return same and user.has_role(Role.STEWARD, Role.HANDLER)


def is_visitor(user: Any, visit: Visit) -> bool:
    """Who is in charge, or comes along."""
    if is_in_charge(user, visit):
        return True
    return user.has_role(*VISITORS) and Participant.objects.filter(visit=visit, person=user).exists()


def may(user: Any, verb: str, visit: Visit, *, side: str = Side.GOVERNMENT) -> Verdict:
    """Whether the person may use the verb on the visit as it is now, speaking for one side."""
    if visit.state not in STATES[Verb(verb)]:
        return Denied(_("This visit is “%(state)s” now.") % {"state": visit.get_state_display()})
    if side == Side.ENTERPRISE:
        return _enterprise(user, verb, visit)
    return _government(user, verb, visit)


def verdicts(
    user: Any, visit: Visit, verbs: Iterable[str] = tuple(STATES), side: str = Side.GOVERNMENT
) -> dict[str, Verdict]:
    return {str(verb): may(user, verb, visit, side=side) for verb in verbs}


def _enterprise(user: Any, verb: str, visit: Visit) -> Verdict:
    if visit.asked_by == Contact.ENFORCEMENT:
        return Denied(_("Law enforcement is only recorded here: it can be neither declined nor moved."))
    if not acts_for(user, visit.enterprise):
        return Denied(_("You do not act for this enterprise."))
    if verb == Verb.CANCEL and visit.asked_by == Contact.ENTERPRISE:
        return Allowed()
    if verb not in BOTH or visit.state == S.PLANNED:
        return Denied(_("Only the people who visit can do this."))
    if verb in (Verb.CONFIRM, Verb.DECLINE) and visit.turn == Side.GOVERNMENT:
        return Denied(_("The government has to answer first."))
    if visit.is_over and (verb == Verb.CONFIRM or visit.state == S.CONFIRMED):
        return _too_late()
    return Allowed()


def _government(user: Any, verb: str, visit: Visit) -> Verdict:
    if visit.asked_by == Contact.ENFORCEMENT and verb in (Verb.MERGE, Verb.JOIN):
        return Denied(_("Law enforcement is kept apart from other visits."))
    if verb == Verb.JOIN:
        return may_plan(user) if not visit.is_over else _too_late()
    along = verb in (Verb.HOLD, Verb.WRITE_UP, Verb.PROMISE) and is_visitor(user, visit)
    if not along and not is_in_charge(user, visit):
        return Denied(_("Only the people who visit can do this."))
    if visit.is_over and verb in (Verb.REQUEST, Verb.CONFIRM):
        return _too_late()
    if verb == Verb.REQUEST:
        return _left_in_peace(visit)
    if verb in (Verb.CONFIRM, Verb.DECLINE) and visit.turn != Side.GOVERNMENT:
        return _for_the_absent(verb, visit)
    if verb in (Verb.HOLD, Verb.WRITE_UP) and not visit.is_over:
        return Denied(_("The visit has not begun yet."))
    return Allowed()


def _left_in_peace(visit: Visit) -> Verdict:
    """While it wants quiet, an enterprise is asked for nothing, for whatever day."""
    wish = NotNow.objects.filter(enterprise=visit.enterprise_id, ended_on=None, last__gte=local_day()).first()
    if wish is None:
        return Allowed()
    words = _("The enterprise has asked for quiet until %(last)s: it can be asked after that day.")
    return Denied(words % {"last": day_plain(wish.last)})


def _too_late() -> Verdict:
    return Denied(_("This time is over."))


def _for_the_absent(verb: str, visit: Visit) -> Verdict:
    """Nobody of the enterprise has an account: what they say on the telephone is written down for them."""
    people = visit.enterprise.memberships.active().filter(user__is_active=True)
    if visit.state in (S.REQUESTED, S.MOVED) and not people.exists():
        return Allowed()
    return Denied(_("The enterprise has to answer first."))
