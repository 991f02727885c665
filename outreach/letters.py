"""What guests are written about their registration, each in their own language."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.workflow import Text, write_to
from outreach.enums import OccasionKind
from outreach.models import Occasion, Registration
from outreach.timewords import when_plain

Say = Callable[[Registration], Text]


def own_page(registration: Registration) -> str:
    """The guest's own page: its address is the permission, so it is never logged or shown to others."""
    return reverse("outreach:guest", args=[registration.key])


def confirm_address(registration: Registration) -> None:
    """Asks whether the address is theirs; at most once an hour, however often somebody registers with it."""
    _send(registration, f"confirm:{timezone.now():%Y%m%d%H}", _confirm)


def placed(registration: Registration) -> None:
    """A place, or one on the waiting list."""
    _send(registration, f"placed:{registration.state}", _placed)


def moved_up(registration: Registration) -> None:
    _send(registration, "moved-up", _moved_up)


def online_instead(registration: Registration) -> None:
    _send(registration, "online", _online_instead)


def moved(registration: Registration) -> None:
    """Also when it comes back to a time that it had before."""
    _send(registration, f"moved:{registration.occasion_id}:{registration.confirmed_at:%Y%m%d%H%M%S%f}", _moved)


def cancelled(registration: Registration) -> None:
    _send(registration, "cancelled", _cancelled)


def called_off(registration: Registration) -> None:
    """The occasion itself does not take place."""
    _send(registration, "called-off", _called_off)


def changed(registration: Registration) -> None:
    """Another time or place."""
    _send(registration, f"changed:{registration.occasion.sequence}", _changed)


def remind(registration: Registration) -> None:
    """The day before; once for each day that it was moved to."""
    _send(registration, f"remind:{registration.occasion.day}", _remind)


def _send(registration: Registration, what: str, say: Say) -> None:
    if not registration.email:
        return
    write_to(
        registration.email,
        user=registration.user,
        language=registration.language,
        key=f"guest:{registration.pk}:{what}",
        kind="event.registration",
        text=lambda: say(registration),
    )


def facts_of(occasion: Occasion) -> str:
    """Title, time and place, a line each."""
    place = occasion.place
    where = "" if place is None else " · ".join(part for part in (place.name, place.address, occasion.room) if part)
    return "\n".join(line for line in (occasion.title, when_plain(occasion), where) if line)


def _text(registration: Registration, subject: str, *lines: str) -> Text:
    head = subject % {"title": registration.occasion.title}
    return Text(head, "\n\n".join((*lines, facts_of(registration.occasion))), own_page(registration))


def _confirm(registration: Registration) -> Text:
    return _text(
        registration,
        _("Please confirm your registration: %(title)s"),
        _(
            "Somebody, probably you, has registered with this address. Open the page below and confirm, and your place "
            "is reserved. If it was not you, do nothing: no place is taken and the address is forgotten."
        ),
    )


def _placed(registration: Registration) -> Text:
    if registration.state == "waiting":
        return _text(
            registration,
            _("On the waiting list: %(title)s"),
            _(
                "All places are taken. You are on the waiting list and move up by yourself as soon as there is room; "
                "we write to you then."
            ),
            *([_("You can also take part online at once: your page says how.")] if _may_choose(registration) else []),
        )
    if registration.online:
        return _text(registration, _("You take part online: %(title)s"), _way_in(registration))
    return _text(registration, _("Your place is reserved: %(title)s"), _seats(registration), *_ready(registration))


def _moved_up(registration: Registration) -> Text:
    return _text(
        registration,
        _("You have a place now: %(title)s"),
        _("A place has become free and is yours. If you cannot come, please cancel, so that the next one can."),
        _way_in(registration),
    )


def _online_instead(registration: Registration) -> Text:
    return _text(
        registration, _("You take part online: %(title)s"), _("You need no place in the room."), _way_in(registration)
    )


def _moved(registration: Registration) -> Text:
    return _text(registration, _("Your new time: %(title)s"), _("Your booking has been moved."), _way_in(registration))


def _cancelled(registration: Registration) -> Text:
    booked = registration.occasion.kind == OccasionKind.SITTING
    told = (
        _("Your booking is cancelled; nothing more to do.")
        if booked
        else _("Your registration is cancelled; nothing more to do.")
    )
    return _text(registration, _("Cancelled: %(title)s"), told)


def _called_off(registration: Registration) -> Text:
    why = registration.occasion.cancelled_why
    return _text(
        registration,
        _("Does not take place: %(title)s"),
        _("We are sorry: this had to be cancelled."),
        *([why] if why else []),
    )


def _changed(registration: Registration) -> Text:
    return _text(
        registration,
        _("Time or place has changed: %(title)s"),
        _("Below is what holds now. If it does not suit you, please cancel on your page."),
        _way_in(registration),
    )


def _remind(registration: Registration) -> Text:
    return _text(registration, _("Tomorrow: %(title)s"), _("We look forward to seeing you."), *_ready(registration))


def _may_choose(registration: Registration) -> bool:
    return registration.partner_id is None and registration.occasion.is_both


def _seats(registration: Registration) -> str:
    return ngettext(
        "One place is reserved for you.", "%(count)s places are reserved for your group.", registration.seats
    ) % {"count": registration.seats}


def _ready(registration: Registration) -> list[str]:
    """The way in, and what to bring along where the topic names something."""
    lines = [f"· {line}" for line, _ready in registration.documents]
    return [_way_in(registration), *(["\n".join((_("Bring along, as far as you have it:"), *lines))] if lines else [])]


def _way_in(registration: Registration) -> str:
    """Through the door, or online."""
    if registration.online:
        return _("The address for taking part online is on your own page, below.")
    code = f"{registration.code[:4]}-{registration.code[4:]}"
    return _("Your code at the door: %(code)s") % {"code": code}
