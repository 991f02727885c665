"""What the notices about merged, watched and mentioned requests say; called in the receiver's language."""

from django.utils.translation import gettext as _

from notices.workflow import Text
from stewards import timeline
from stewards.enums import EventKind
from stewards.messages import to_asker, to_desk
from stewards.models import HelpRequest, RequestEvent
from stewards.standard import deadlines
from stewards.timewords import day_words


def continues(request: HelpRequest, event: RequestEvent) -> Text:
    """To those who asked the request that was merged: what it continues in, and until when."""
    goal = request.merged_into
    assert goal is not None
    asked = _("You asked for the same thing in %(number)s (%(subject)s). Both are now worked on as one.")
    lost = _("Nothing you wrote is lost: your text and files stand beside the other request.")
    due = _due(goal)
    facts = {"number": request.number, "subject": request.subject}
    return to_asker(_("Your request continues in another one"), asked % facts, lost, due, request=goal)


def _due(request: HelpRequest) -> str:
    """The promised day, or the new one where that promise could not be kept."""
    if request.renewed_due_on:
        return _("The new date is %(day)s.") % {"day": day_words(request.renewed_due_on)}
    assert request.due_on
    return _("Answer due by %(due)s.") % {"due": deadlines.due_words(request.due_on, request.promised_days)}


def no_longer_needed(request: HelpRequest, event: RequestEvent) -> Text:
    """To the others who asked for it, among them those whose request continued in this one."""
    still = _("If you still need it, ask again: we take it up at once.")
    return to_asker(_("A request of your enterprise was withdrawn"), timeline.title(event), still, request=request)


def continues_alone(request: HelpRequest, event: RequestEvent) -> Text:
    back = _("It was worked on together with %(other)s; now it is a request of its own again.")
    due = _due(request)
    subject = _("Your request stands alone again")
    return to_asker(subject, back % {"other": event.data.get("other", "")}, due, request=request)


def rearranged(request: HelpRequest, event: RequestEvent) -> Text:
    """To the steward and the handler of either request."""
    return to_desk(_("Two requests were put together or apart"), timeline.title(event), request=request)


def sorted_anew(request: HelpRequest, event: RequestEvent) -> Text:
    """To those who asked: the request is called something else now, or its answer comes sooner."""
    due = ""
    if "due_on" in event.data and request.due_on is not None:
        sooner = _("The answer comes sooner than promised: by %(due)s.")
        due = sooner % {"due": deadlines.due_words(request.due_on, request.promised_days)}
    wrong = _("If this is not what you meant, please write to us.")
    return to_asker(_("Your request was sorted anew"), timeline.title(event), due, wrong, request=request)


def sorted_for_desk(request: HelpRequest, event: RequestEvent) -> Text:
    due = ""
    if "due_on" in event.data and request.due_on is not None:
        due = _("It is due sooner now: %(day)s.") % {"day": day_words(request.due_on)}
    return to_desk(_("A request of yours was sorted anew"), timeline.title(event), due, request=request)


def watched(request: HelpRequest, event: RequestEvent) -> Text:
    answered = event.kind == EventKind.ANSWERED
    subject = _("A request you watch was answered") if answered else _("A note on a request you watch")
    return to_desk(subject, timeline.title(event), event.text, request=request)


def watched_late(request: HelpRequest) -> Text:
    assert request.due_on is not None
    late = _("It was due on %(day)s and is not answered yet.") % {"day": day_words(request.due_on)}
    return to_desk(_("A request you watch is overdue"), late, request=request)


def mentioned(request: HelpRequest, event: RequestEvent) -> Text:
    asks = _("%(name)s mentioned you in a note:") % {"name": event.actor.name if event.actor else _("The portal")}
    return to_desk(_("You are mentioned in a note"), asks, event.text, request=request)
