"""What the room's staff are told; guests get the letters of outreach.letters."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notices.workflow import Text, notify
from outreach.models import Occasion
from outreach.timewords import when_plain


def planned(made: list[Occasion], people: Iterable[User], *, by: User) -> None:
    """Once for a series, to each who is to be there."""
    for person in people:
        if person.pk != by.pk:
            notify(
                person,
                key=f"sitting:{made[0].pk}:planned:{person.pk}",
                kind="event.sitting_planned",
                text=lambda: _planned(made),
            )


def appointed(occasion: Occasion, people: Iterable[User], *, by: User) -> None:
    _tell(occasion, people, by, "appointed", lambda: _planned([occasion]))


def released(occasion: Occasion, people: Iterable[User], *, by: User) -> None:
    _tell(occasion, people, by, "released", lambda: _released(occasion))


def _tell(occasion: Occasion, people: Iterable[User], by: User, what: str, text: Callable[[], Text]) -> None:
    """Whoever is appointed, released and appointed again is told each time."""
    for person in people:
        if person.pk != by.pk:
            key = f"sitting:{occasion.pk}:{what}:{occasion.lock_version}:{person.pk}"
            notify(person, key=key, kind="event.sitting_planned", text=text)


def called_off(occasion: Occasion, people: Iterable[User], *, by: User) -> None:
    for person in people:
        if person.pk != by.pk:
            notify(
                person,
                key=f"sitting:{occasion.pk}:called-off:{person.pk}",
                kind="event.sitting_cancelled",
                text=lambda: _called_off(occasion),
            )


def _planned(made: list[Occasion]) -> Text:
    count = ngettext("%(count)s session is planned with you.", "%(count)s sessions are planned with you.", len(made))
    first = _("The first: %(when)s.") % {"when": when_plain(made[0])}
    body = " ".join((count % {"count": len(made)}, first))
    return Text(_("You are in the reception room"), body, reverse("reception:session", args=[made[0].pk]))


def _called_off(occasion: Occasion) -> Text:
    lines = (occasion.title, when_plain(occasion), occasion.cancelled_why)
    url = reverse("reception:session", args=[occasion.pk])
    return Text(_("A session of the reception room is cancelled"), "\n".join(lines), url)


def _released(occasion: Occasion) -> Text:
    lines = (occasion.title, when_plain(occasion), _("Somebody else holds it; you need not come."))
    return Text(_("A session of the reception room is no longer yours"), "\n".join(lines), reverse("reception:desk"))
