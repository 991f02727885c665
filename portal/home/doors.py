"""Which rooms a person without an office has of their own: a partner's, an observer's.

Looked up on signing in (portal.home.signing_in), again on arriving at one's start page, and kept in the session, so
that no page pays for it. The rooms themselves ask again: what the session says opens nothing.
"""

from typing import Any

from django.http import HttpRequest

from outreach.models import PartnerContact
from outreach.rules import observes_now

KEY = "doors"
PARTNER, OBSERVER = "partners:own", "observers:own"


def remember(request: HttpRequest, user: Any) -> list[str]:
    """Look at which rooms are the person's; two queries, after signing in only."""
    doors = [PARTNER] if PartnerContact.objects.active().filter(user=user).exists() else []
    doors += [OBSERVER] if observes_now(user) else []
    if doors or KEY in request.session:
        request.session[KEY] = doors
    return doors


def known(request: HttpRequest) -> list[str]:
    """What was remembered; no query beyond the session's own."""
    session = getattr(request, "session", None)
    return list(session.get(KEY, ())) if session is not None else []
