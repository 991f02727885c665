"""What is kept about people and for how long: said with the very periods by which it is forgotten."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from outreach.bulletins import subscribing
from outreach.guests import upkeep

DAY = 86_400


def rows() -> list[dict[str, str]]:
    """Whom it is about, what is kept, until when."""
    guests = int(upkeep.CONFIRM_WITHIN.total_seconds()) // 3600
    readers = int(subscribing.CONFIRM_WITHIN.total_seconds()) // 3600
    days, settled = settings.GUEST_KEEP_DAYS, settings.CALLER_KEEP_DAYS
    return [
        {
            "whom": _("Guests of events and of the reception room"),
            "what": _("Name, e-mail address, telephone number, what you need, what it is about, notes of the talk."),
            "until": ngettext("Until %(days)s day after the visit.", "Until %(days)s days after the visit.", days)
            % {"days": days},
        },
        {
            "whom": _("Whoever registered and did not confirm the address"),
            "what": _("All of the registration: the address may be somebody else's."),
            "until": _("Deleted after %(hours)s hours.") % {"hours": guests},
        },
        {
            "whom": _("Readers of the bulletin by e-mail"),
            "what": _("The address and its language."),
            "until": _("Forgotten at once when you end it; deleted after %(hours)s hours when you never confirmed it.")
            % {"hours": readers},
        },
        {
            "whom": _("Public observers"),
            "what": _("Your application, and what you observed. Pictures lose the place, time and device they hold."),
            "until": _("What you wrote in the application is deleted when you withdraw it; the rest stays on record."),
        },
        {
            "whom": _("Callers and visitors without an account whose request was recorded for them"),
            "what": _("Name and telephone number, so that the answer reaches you."),
            "until": ngettext(
                "Until %(days)s day after the matter is settled.",
                "Until %(days)s days after the matter is settled.",
                settled,
            )
            % {"days": settled},
        },
        {
            "whom": _("Whoever leaves feedback on a place or an event"),
            "what": _("What you wrote, without a name."),
            "until": _("Nothing to forget."),
        },
        *_with_accounts(),
    ]


def _with_accounts() -> list[dict[str, str]]:
    return [
        {
            "whom": _("Whoever keeps the entries of a provider of investment resources"),
            "what": _("Name and e-mail address."),
            "until": _("The address is forgotten at once when you keep them no longer."),
        },
        {
            "whom": _("People with an account"),
            "what": _("Your settings, your requests with all that was written, and who did what and when."),
            "until": _("Stays on record: it shows that what was promised was done."),
        },
    ]


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"rows": rows(), "session_days": settings.SESSION_COOKIE_AGE // DAY}
    return render(request, "home/privacy.html", context)
