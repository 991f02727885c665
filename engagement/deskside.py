"""What the pages of visits share: who is let in, how a visit is loaded, how a form's version is read."""

from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.enums import DESK_ROLES
from engagement.enums import AHEAD, Contact
from engagement.models import Visit
from engagement.rules import VISITORS
from portal.core.access import roles_required

readers = roles_required(*DESK_ROLES)
visitors = roles_required(*VISITORS)
OFFER = "engagement.join"
RELATED = ("enterprise__park", "enterprise__subdistrict", "organiser", "department", "occasion", "merged_into")


def my_visit(request: HttpRequest, pk: int) -> Visit:
    """A visit that the member of staff may see, else 404."""
    return get_object_or_404(Visit.objects.readable_by(request.user).select_related(*RELATED), pk=pk)


def offer_of(user: Any, pk: int) -> str:
    """The guard's offer to join a visit that stands in the way, to this person and for a day."""
    return signing.dumps([pk, user.pk], salt=OFFER)


def visit_to_join(request: HttpRequest, pk: int) -> Visit:
    """A visit still to come that the person sees anyway, or that the guard has offered to them; else 404."""
    ahead = Visit.objects.filter(state__in=AHEAD).exclude(asked_by=Contact.ENFORCEMENT)
    try:
        offered = signing.loads(request.POST.get("offer", "")[:200], salt=OFFER, max_age=timedelta(days=1))
    except signing.BadSignature:
        offered = None
    if offered != [pk, request.user.pk]:
        ahead = ahead.readable_by(request.user)
    return get_object_or_404(ahead.select_related("enterprise"), pk=pk)


def own_visit(request: HttpRequest, pk: int) -> Visit:
    """A visit that the person's enterprise knows of, else 404."""
    return get_object_or_404(Visit.objects.of_member(request.user).select_related(*RELATED), pk=pk)


def seen(request: HttpRequest) -> int:
    """The version that the page showed; what is not a number is taken for an old page."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def day_of(text: str | None, default: date) -> date:
    """A day of an address, or the default for what is none."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return default
    return day if 2000 <= day.year <= 2100 else default
