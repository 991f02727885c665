"""The reception room for everybody: what it is, when it is open, and a talk booked in three steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pace import held_back, status_of
from outreach.enums import Language, RegistrationState
from outreach.models import Registration
from outreach.reception import queries, workflow
from outreach.reception.forms import BookForm, video_words
from outreach.timewords import when_plain
from portal.core.access import Refused
from stewards.models import HelpRequest
from stewards.timewords import day_words


@login_not_required
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """What it is, its zones, its opening days, what people come about."""
    zones = queries.zones()
    place = zones[0].place if zones else None
    sessions = [each for each in queries.ahead(weeks=3) if place and each.place_id == place.pk]
    videos = [(each, each.recording.policies.all()[0], video_words(each.recording)) for each in queries.studio()]
    context: dict[str, Any] = {
        "place": place,
        "zones": zones,
        "days": queries.opening_days(place, sessions) if place else [],
        "hours_known": bool(place and place.hours.all()),
        "languages": _spoken({code for each in sessions for code in each.languages}),
        "topics": [(topic, queries.lines(topic)) for topic in queries.topics()],
        "videos": videos,
        "figures": queries.figures(),
    }
    return render(request, "outreach/reception/room.html", context)


@login_not_required
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """The first step: what it is about."""
    found = [(topic, len(queries.lines(topic))) for topic in queries.topics()]
    context = {"topics": found, "about": about(request)}
    return render(request, "outreach/reception/topics.html", context)


@login_not_required
@require_safe
def times(request: HttpRequest, topic: int) -> HttpResponse:
    """The second step: when, in a language of one's own."""
    chosen = get_object_or_404(queries.topics(), pk=topic)
    free = queries.bookable(chosen)
    spoken = _spoken({code for each in free for code in each.languages})
    language = request.GET.get("language", "")
    if language not in dict(spoken):
        language = ""
    shown = [each for each in free if not language or language in each.languages]
    days: dict[str, list[Any]] = {}
    for each in shown:
        days.setdefault(day_words(each.day), []).append(each)
        each.spoken = [label for _code, label in _spoken(set(each.languages))]
    context = {
        "topic": chosen,
        "days": days.items(),
        "languages": spoken,
        "language": language,
        "about": about(request),
    }
    return render(request, "outreach/reception/times.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, topic: int, pk: int) -> HttpResponse:
    """The third step: who, and what exactly; then a letter asks to confirm."""
    chosen = get_object_or_404(queries.topics(), pk=topic)
    occasion = get_object_or_404(queries.ahead().filter(sitting__topics=chosen), pk=pk)
    posted = request.method == "POST"
    asked = about(request)
    form = BookForm(request.POST if posted else None, initial={"request": asked}, topic=chosen, user=request.user)
    if posted and form.is_valid() and not held_back(request, form, "sitting"):
        try:
            made = workflow.book(occasion, guest=form.guest(), request=form.cleaned_data.get("request"))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _after(request, made)
    context = {"topic": chosen, "occasion": occasion, "when": when_plain(occasion), "form": form}
    return render(request, "outreach/reception/book.html", context, status=status_of(form))


def about(request: HttpRequest) -> HelpRequest | None:
    """The person's own open request that they came from (?request=number)."""
    number = request.GET.get("request", "")
    if not number or not request.user.is_authenticated:
        return None
    return HelpRequest.objects.of_member(request.user).open().filter(number=number[:40]).first()


def _after(request: HttpRequest, made: Registration) -> HttpResponse:
    """Who is signed in sees the place at once; others have a letter to open, and learn nothing here."""
    if request.user.is_authenticated and made.user_id == request.user.pk:
        if made.state == RegistrationState.CONFIRMED:
            messages.success(request, _("Your place is reserved."))
        return redirect("outreach:guest", made.key)
    return redirect("reception:booked")


@login_not_required
@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """What to do next: the same words for everybody."""
    return render(request, "outreach/reception/booked.html")


def _spoken(codes: set[str]) -> list[tuple[str, Any]]:
    return [(code, label) for code, label in Language.choices if code in codes]
