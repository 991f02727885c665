"""What the notices about parts say; each is made for one part and called in the receiver's language."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notices.workflow import Text
from stewards import timeline
from stewards.acts import Act, Say
from stewards.enums import EventKind
from stewards.messages import to_asker, to_desk
from stewards.models import HelpRequest, RequestEvent, RequestPart
from stewards.parts import standing
from stewards.queries import handlers_of
from stewards.timewords import day_words


def at_part(part: RequestPart) -> Iterable[User]:
    """Who in the department should know: whoever accepted the part; before that, or once they have left, all who take
    parts there."""
    there = part.handler is not None and part.handler.is_active
    return [part.handler] if part.handler and there else list(handlers_of(part.department_id))


def tell_over(act: Act) -> None:
    """To the departments that are at work on parts of a request which comes to its end, before it has."""
    for part in standing.live(act.request):
        act.tell(at_part(part), over(part))


def new_part(part: RequestPart) -> Say:
    def say(request: HelpRequest, event: RequestEvent) -> Text:
        stays = ""
        if request.steward is not None:
            stays = _("%(name)s stays responsible for the whole request.") % {"name": request.steward.name}
        return _at_part(part, _("A part of a request for your department"), part.asked, _due(part), stays)

    return say


def at_work(part: RequestPart) -> Say:
    """To the enterprise: which department, until when, and who stays responsible. Never what was said inside."""

    def say(request: HelpRequest, event: RequestEvent) -> Text:
        facts = {"department": part.department.name, "day": day_words(part.due_on)}
        who = _("%(department)s works on a part of your request until %(day)s.") % facts
        stays = ""
        if request.steward is not None:
            stays = _("%(name)s stays responsible; you need not do anything.") % {"name": request.steward.name}
        return to_asker(_("A department works on your request"), who, stays, request=request)

    return say


def taken(part: RequestPart) -> Say:
    return lambda request, event: _at_part(part, _("A department has accepted its part"), timeline.title(event))


def answered(part: RequestPart, left: int) -> Say:
    def say(request: HelpRequest, event: RequestEvent) -> Text:
        if not left:
            subject, next_step = _("All departments have answered"), _("You can answer the enterprise now.")
        else:
            subject = _("A department has answered its part")
            next_step = ngettext("%(count)s part is still open.", "%(count)s parts are still open.", left)
            next_step %= {"count": left}
        return to_desk(subject, timeline.title(event), event.text, next_step, request=request)

    return say


def returned(part: RequestPart) -> Say:
    def say(request: HelpRequest, event: RequestEvent) -> Text:
        if part.is_live:
            next_step = _("It was returned too often: the service centre decides which department takes it.")
        else:
            next_step = _("Please ask another department, or do it yourself.")
        return _at_part(part, _("A department has returned its part"), timeline.title(event), event.text, next_step)

    return say


def to_decide(part: RequestPart) -> Say:
    def say(request: HelpRequest, event: RequestEvent) -> Text:
        ask = _("Please decide which department takes it; that department cannot return it.")
        return _at_part(part, _("A part that no department takes"), timeline.title(event), event.text, ask)

    return say


def passed(part: RequestPart) -> Say:
    return lambda request, event: _at_part(
        part, _("A part was passed on to another department"), timeline.title(event), part.reason
    )


def decided(part: RequestPart) -> Say:
    return lambda request, event: _at_part(
        part, _("The service centre has decided on a part"), timeline.title(event), event.text
    )


def sent_back(part: RequestPart) -> Say:
    return lambda request, event: _at_part(
        part, _("The answer to a part is not enough yet"), timeline.title(event), event.text, _due(part)
    )


def withdrawn(part: RequestPart) -> Say:
    return lambda request, event: _at_part(part, _("A part is no longer needed"), timeline.title(event), event.text)


def moved(part: RequestPart) -> Say:
    return lambda request, event: _at_part(
        part, _("A part has a new due date"), timeline.title(event), event.text, _due(part)
    )


def over(part: RequestPart) -> Say:
    """The whole request came to its end before the part did. What nobody had accepted leaves everybody's desk."""

    def say(request: HelpRequest, event: RequestEvent) -> Text:
        stop, more = _("Your department need not go on with its part."), ""
        if event.kind == EventKind.MERGED:
            more = _("What is still needed is asked of you anew, for %(number)s.") % {"number": event.data["other"]}
        text = to_desk(_("A request is over"), timeline.title(event), stop, more, request=request)
        url = reverse("desk:part", args=[part.pk]) if part.handler else reverse("desk:parts")
        return Text(text.subject, text.body, url)

    return say


def again(part: RequestPart) -> Say:
    """The end of the request was undone, and so was that of its parts."""
    return lambda request, event: _at_part(
        part, _("A part is needed after all"), timeline.title(event), part.asked, _due(part)
    )


def given_back(request: HelpRequest, event: RequestEvent) -> Text:
    again = _("It is yours again: please accept it and see to it.")
    return to_desk(_("A department has returned a request"), timeline.title(event), event.text, again, request=request)


def nobodys(request: HelpRequest, event: RequestEvent) -> Text:
    ask = _("Please decide which department takes it; that department cannot return it.")
    return to_desk(_("A request that no department takes"), timeline.title(event), event.text, ask, request=request)


def _due(part: RequestPart) -> str:
    return _("Due by %(day)s.") % {"day": day_words(part.due_on)}


def _at_part(part: RequestPart, subject: str, *paragraphs: str) -> Text:
    text = to_desk(subject, *paragraphs, request=part.request)
    return Text(text.subject, text.body, reverse("desk:part", args=[part.pk]))
