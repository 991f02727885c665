"""Which rooms a person without an office has of their own: a partner's, an observer's, a keeper's.

Looked up on signing in (portal.home.signing_in), again on arriving at one's start page, and kept in the session, so
that no page pays for it. The rooms themselves ask again: what the session says opens nothing.
"""

from typing import Any

from django.http import HttpRequest

from investment.models import Provider
from outreach.models import PartnerContact
from outreach.rules import observes_now

KEY = "doors"
PARTNER, OBSERVER, KEEPER = "partners:own", "observers:own", "investment:room"


def remember(request: HttpRequest, user: Any) -> list[str]:
    """Look at which rooms are the person's; three queries, after signing in only."""
    doors = [PARTNER] if PartnerContact.objects.active().filter(user=user).exists() else []
    doors += [OBSERVER] if observes_now(user) else []
    doors += [KEEPER] if Provider.objects.of_keeper(user).exists() else []
    if doors or KEY in request.session:
        request.session[KEY] = doors
    return doors


def known(request: HttpRequest) -> list[str]:
    """What was remembered; no query beyond the session's own."""
    session = getattr(request, "session", None)
    return list(session.get(KEY, ())) if session is not None else []
