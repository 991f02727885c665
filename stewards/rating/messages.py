"""What the notices about ratings, call-backs and obstacles say; called in the receiver's language."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import Text
from stewards import messages
from stewards.models import HelpRequest, Obstacle, Rectification, RequestEvent
from stewards.rating import links
from stewards.standard import deadlines
from stewards.timewords import day_words


def answered_to(person: User) -> Callable[[HelpRequest, RequestEvent], Text]:
    """The answer, with this person's own link to rate it."""

    def say(request: HelpRequest, event: RequestEvent) -> Text:
        told = messages.answered(request, event)
        return Text(told.subject, f"{told.body}\n\n{invitation(request, person)}", told.url)

    return say


def invitation(request: links.Round, person: User) -> str:
    """The sentence with the link."""
    words = _("To rate it without signing in, within %(days)s days: %(address)s")
    return words % {"days": links.days(), "address": links.address_of(request, person)}


def to_caller(request: HelpRequest) -> Text:
    """To a caller without an account who left an e-mail address: not the answer, which they are told by telephone."""
    about = _("You asked us: %(subject)s") % {"subject": request.subject}
    told = _("We have answered; whoever looks after your request tells you the answer.")
    title = _("Rate the answer to your request (%(number)s)") % {"number": request.number}
    return Text(title, "\n\n".join([about, told, invitation(request, request.asker)]))


def ask_caller(request: HelpRequest, event: RequestEvent) -> Text:
    """To the service centre: a caller who cannot rate was answered."""
    why = _("Whoever asked has no account and cannot rate the answer.")
    ask = _("Please call in some days, ask how it was, and write the rating down; not whoever worked on the request.")
    return messages.to_desk(_("A caller is to be asked how the answer was"), why, ask, request=request)


def taken_seriously(rectification: Rectification) -> Callable[[HelpRequest, RequestEvent], Text]:
    """To the enterprise, when it has rated badly."""

    def say(request: HelpRequest, event: RequestEvent) -> Text:
        assert request.steward
        facts = {"name": request.steward.name, "day": day_words(rectification.due_on)}
        what = _("%(name)s looks into it, calls you back and puts it right by %(day)s.") % facts
        sees = _("The service centre sees whether it happens. A bad rating never puts an enterprise at a disadvantage.")
        late = deadlines.provisional_words(rectification.due_on) if rectification.due_provisional else ""
        return messages.to_asker(_("Your rating has a consequence"), what, late, sees, request=request)

    return say


def put_right(request: HelpRequest, event: RequestEvent) -> Text:
    """To the enterprise: what came of its rating."""
    again = _("If the matter is not settled, you can open the request again at any time.")
    return messages.to_asker(_("What we did after your rating"), event.text, again, request=request)


def still_discontent(request: HelpRequest, event: RequestEvent) -> Text:
    """To the service centre, which alone can end it then."""
    ask = _("It was called back and is not content yet. Please look into it: only the service centre can close this.")
    return messages.to_desk(_("An enterprise is still dissatisfied"), ask, request=request)


def obstacle_sent(obstacle: Obstacle) -> Text:
    body = _("Several enterprises met this obstacle. Please say, in both languages, what you did or will do about it.")
    return _about(_("An obstacle for you: %(title)s"), obstacle, body)


def obstacle_answered(obstacle: Obstacle) -> Text:
    body = _("The owner has said what was done. Somebody else has to read and publish it.")
    return _about(_("An obstacle was answered: %(title)s"), obstacle, body)


def obstacle_returned(obstacle: Obstacle) -> Text:
    return _about(_("An obstacle came back: %(title)s"), obstacle, obstacle.remark)


def obstacle_published(obstacle: Obstacle) -> Text:
    body = _("It stands on the page “You said, we did”, without the name of any enterprise.")
    return _about(_("An obstacle was made public: %(title)s"), obstacle, body)


def _about(subject: str, obstacle: Obstacle, body: str) -> Text:
    facts = {"title": obstacle.title}
    parts = [obstacle.said, body]
    return Text(subject % facts, "\n\n".join(filter(None, parts)), reverse("rating:obstacle", args=[obstacle.pk]))
