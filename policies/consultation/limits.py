"""How often somebody may send comments, without keeping who it was.

People signed in are counted by what they sent. Visitors are counted in Valkey under a fingerprint of their address
that changes every day, cannot be turned back and is forgotten after an hour. While Valkey is away, or where the proxy
does not tell addresses, nobody can be told apart: all visitors of one consultation share a limit for each minute.
"""

from datetime import timedelta
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.pace import address_of
from policies.models import Consultation
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day

PER_HOUR = 30  # of one address, which may be that of a whole office
PER_MINUTE = 20  # of all visitors of a consultation together, who cannot be told apart
HOUR = 3600


def fingerprint(request: HttpRequest) -> str:
    """Of the visitor's address, for one day; nothing where the address is not known."""
    address = address_of(request)
    if not address:
        return ""
    return salted_hmac(f"consultation {local_day()}", address, algorithm="sha256").hexdigest()[:32]


def may_send(consultation: Consultation, by: User | None, visitor: str) -> Verdict:
    """Counts this time too. Call it with the consultation's row locked, so that nobody slips past the count."""
    if by is not None:
        latest = timezone.now() - timedelta(hours=1)
        sent = consultation.submissions.filter(author=by, created_at__gt=latest).count()
        return Allowed() if sent < PER_HOUR else _too_often()
    times = _times(consultation, visitor) if visitor else None
    if times is None:
        minute = timezone.now() - timedelta(minutes=1)
        sent = consultation.submissions.filter(author=None, created_at__gt=minute).count()
        return (
            Allowed() if sent < PER_MINUTE else Denied(_("Many people are commenting just now. Try again in a minute."))
        )
    return Allowed() if times <= PER_HOUR else _too_often()


def _too_often() -> Denied:
    return Denied(_("You have sent comments %(times)s times within an hour. Try again later.") % {"times": PER_HOUR})


def _times(consultation: Consultation, visitor: str) -> int | None:
    """How often within the hour, this time included; None when Valkey does not keep it."""
    key = f"consultation:{consultation.pk}:{sha256(visitor.encode()).hexdigest()[:32]}"
    cache.add(key, 0, HOUR)
    try:
        cache.incr(key)
    except ValueError:  # forgotten between the two
        return None
    kept = cache.get(key)
    return int(kept) if kept is not None else None
