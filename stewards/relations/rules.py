"""Who may put requests together, sort them and keep the lists they are sorted by."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from portal.core.access import Allowed, Denied, Verdict
from stewards import rules
from stewards.enums import OPEN_STATES, RequestType
from stewards.models import HelpRequest
from stewards.parts import standing
from stewards.transitions import Verb

GRAVE = (RequestType.COMPLAINT, RequestType.REPORT)


def may_arrange(user: Any, request: HelpRequest) -> Verdict:
    """Tags, category, links, steps, watching: whoever has it on the desk as a whole, not by a part alone."""
    verdict = rules.may(user, Verb.NOTE, request)
    if not verdict or standing.has_whole(user, request):
        return verdict
    return Denied(_("Only those who have the whole request can do this."))


def may_retype(user: Any, request: HelpRequest, type: str) -> Verdict:
    """A complaint and a report stay what they are called by those who made them, unless the service centre decides."""
    if type not in RequestType.values:
        return Denied(_("There is no such type of requests."))
    if request.type in GRAVE and not user.has_role(Role.ADMIN):
        return Denied(_("Only the service centre can make something else of a complaint or a report."))
    return Allowed()


def may_see(user: Any, request: HelpRequest) -> bool:
    """Whether a member of staff may be told of the request, text and all."""
    return bool(user.is_active and may_arrange(user, request))


def may_keep_lists(user: Any) -> Verdict:
    """Categories, tags and usual steps are the service centre's."""
    return Allowed() if user.has_role(Role.ADMIN) else Denied(_("Only the service centre can do this."))


def of_same_asker(one: HelpRequest, other: HelpRequest) -> bool:
    """Of the same enterprise; of the same person where there is no enterprise yet. All who called without an account
    share one: they are told apart by what was written down of them."""
    if one.enterprise_id or other.enterprise_id:
        return one.enterprise_id == other.enterprise_id
    return (one.asker_id, one.caller) == (other.asker_id, other.caller)


def may_continue_in(user: Any, request: HelpRequest, goal: HelpRequest) -> Verdict:
    """Whether the request may be merged into the goal: who asks, who answers, and how both stand."""
    if request.pk == goal.pk:
        return Denied(_("A request cannot be merged into itself."))
    if not of_same_asker(request, goal):
        return Denied(_("Only requests of the same enterprise can be merged."))
    for each in (request, goal):
        verdict = rules.may_merge(user, each)
        if not verdict:
            return verdict
    verdict = _may_leave(request)
    if not verdict:
        return verdict
    if goal.state not in OPEN_STATES:
        return Denied(_("%(number)s is no longer open: nothing can be merged into it.") % {"number": goal.number})
    if goal.steward_id is None:
        words = _("Nobody is responsible for %(number)s yet: accept it first, or merge the other way round.")
        return Denied(words % {"number": goal.number})
    return Allowed()


def _may_leave(request: HelpRequest) -> Verdict:
    """What goes on for others, or what a leader keeps an eye on, is not folded away."""
    number = {"number": request.number}
    if request.merged.exists():
        return Denied(_("Other requests were merged into %(number)s: merge into it, not out of it.") % number)
    if request.supervised_at or request.attention_at:
        return Denied(_("%(number)s has a leader's attention: it is answered by itself.") % number)
    return Allowed()
