"""The guest's own page, opened by the address in the letter: confirm, cancel, move, say how it was."""

from typing import Any

import pghistory
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.pace import too_often
from outreach import registering
from outreach.enums import OccasionKind, OccasionState, RegistrationState
from outreach.files import give
from outreach.guests import qr
from outreach.guests.feedback import give_feedback, may_tell
from outreach.guests.forms import FeedbackForm
from outreach.models import Occasion, Registration, StoredFile
from outreach.rules import ORGANISERS
from outreach.timewords import when_plain
from policies.opendata.data import address
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from stewards.rating.link_views import shy

S = RegistrationState
TONES = {S.UNVERIFIED: "warn", S.WAITING: "info", S.CONFIRMED: "ok", S.ATTENDED: "ok", S.CANCELLED: "quiet"}
MOST_TIMES = 30


def _loaded(key: Any) -> Registration:
    rows = Registration.objects.select_related("occasion__place", "occasion__event", "topic", "request")
    return get_object_or_404(rows.filter(forgotten_at=None), key=key)


@login_not_required
@never_cache
@require_safe
def guest(request: HttpRequest, key: Any) -> HttpResponse:
    """What holds now, and what the guest can do about it."""
    return _page(request, _loaded(key))


@login_not_required
@never_cache
@require_POST
def act(request: HttpRequest, key: Any, verb: str) -> HttpResponse:
    """confirm, cancel, online or move; the page's address is the permission."""
    registration = _loaded(key)
    if too_often(request, f"guest-{key}"):
        return shy(render(request, "429.html", status=429))
    try:
        with pghistory.context(by_link=True):
            done = _do(request, registration, verb)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return shy(redirect("outreach:guest", key))


def _do(request: HttpRequest, registration: Registration, verb: str) -> str:
    if verb == "confirm":
        done = registering.verify(registration)
        waiting = done.state == S.WAITING
        return _("Thank you. You are on the waiting list.") if waiting else _("Thank you. Your place is reserved.")
    if verb == "cancel":
        registering.cancel(registration)
        booked = registration.occasion.kind == OccasionKind.SITTING
        return _("Your booking is cancelled.") if booked else _("Your registration is cancelled.")
    if verb == "online":
        registering.take_part_online(registration)
        return _("You take part online. The address is on this page.")
    if verb == "move":
        wanted = request.POST.get("to", "")
        to = (
            other_times(registration).filter(pk=int(wanted)).first()
            if wanted.isascii() and wanted.isdecimal() and len(wanted) < 12
            else None
        )
        if to is None:
            raise Refused(_("Choose one of the times that are offered."))
        registering.reschedule(registration, to=to)
        return _("Your booking has been moved.")
    raise Http404


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, key: Any) -> HttpResponse:
    """How it was: once, after it was."""
    registration = _loaded(key)
    if not may_tell(registration):
        raise Http404
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            give_feedback(form.save(commit=False), registration=registration)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you: your word counts, without your name."))
            return shy(redirect("outreach:guest", key))
    context = {"registration": registration, "occasion": registration.occasion, "form": form}
    return shy(render(request, "outreach/feedback.html", context, status=422 if form.errors else 200))


@login_not_required
@require_safe
def code_picture(request: HttpRequest, key: Any) -> HttpResponse:
    """The door's address with the check-in code: for the camera of a phone, or of the door's own page."""
    code = _loaded(key).code
    return shy(qr.picture(address("outreach:scanned", code, language=bilingual.current())))


@roles_required(*ORGANISERS, Role.STEWARD, Role.HANDLER)
@never_cache
@require_safe
def scanned(request: SignedInRequest, code: str) -> HttpResponse:
    """A guest's QR code opened by the phone of somebody at the door: on to that door, in their own language, with the
    code filled in. Who is not of that door finds nothing there; letting in is a press of its button."""
    row = get_object_or_404(Registration.objects.select_related("occasion"), code=code.upper(), forgotten_at=None)
    name = "reception:session" if row.occasion.kind == OccasionKind.SITTING else "events:door"
    with bilingual.speaking(request.user.language):
        return shy(redirect(f"{reverse(name, args=[row.occasion_id])}?code={row.code}#code"))


@login_not_required
@require_safe
def public_file(request: HttpRequest, key: Any) -> Any:
    """A file that everybody may read."""
    return give(get_object_or_404(StoredFile, key=key, public=True))


def other_times(registration: Registration) -> Any:
    """Times of the same kind that can be asked for instead; only sessions of the reception room can be moved."""
    times = Occasion.objects.filter(
        kind=OccasionKind.SITTING, state=OccasionState.PUBLISHED, starts_at__gt=timezone.now()
    )
    if registration.occasion.kind != OccasionKind.SITTING:
        return times.none()
    if registration.topic_id:
        times = times.filter(sitting__topics=registration.topic_id)
    return times.ahead().exclude(pk=registration.occasion_id).select_related("place").order_by("starts_at", "pk")


def _online_url(registration: Registration) -> str:
    """For whoever has a place; where one can choose, for those who take part online."""
    occasion = registration.occasion
    has_place = registration.state in (S.CONFIRMED, S.ATTENDED)
    return occasion.online_url if has_place and (registration.online or not occasion.is_both) else ""


def _page(request: HttpRequest, registration: Registration) -> HttpResponse:
    occasion = registration.occasion
    live = registration.state in registering.LIVE and not occasion.is_over
    times = []
    if live and registration.state != S.UNVERIFIED:
        offered = other_times(registration)[:MOST_TIMES]
        times = [(each.pk, when_plain(each)) for each in offered if registering.free_places(each)]
    context = {
        "registration": registration,
        "occasion": occasion,
        "when": when_plain(occasion),
        "tone": TONES.get(S(registration.state), "quiet"),
        "code": f"{registration.code[:4]}-{registration.code[4:]}",
        "is_live": live,
        "to_confirm": live and registration.state == S.UNVERIFIED,
        "has_place": registration.state in (S.CONFIRMED, S.ATTENDED),
        "online_url": _online_url(registration),
        "may_go_online": registering.may_go_online(registration),
        "may_tell": may_tell(registration) and not hasattr(registration, "feedback"),
        "times": times,
    }
    return shy(render(request, "outreach/guest.html", context))
