"""Events for everybody: what is coming, a month's programme, one event, calendar files."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.pace import held_back, status_of
from outreach import registering
from outreach.enums import EventFormat, EventKind, Language, OccasionState, RegistrationState
from outreach.events import inviting, queries, questions
from outreach.events.calendar_file import calendar_of
from outreach.events.forms import QuestionForm
from outreach.explained import videos_on
from outreach.guests.forms import GuestForm
from outreach.models import Occasion
from outreach.rules import READERS
from outreach.timewords import when_plain
from policies.interpretation.naming import title_of
from portal.core.access import Refused
from portal.core.keyset import paginate

CALENDAR = "text/calendar; charset=utf-8"


@login_not_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What is coming, or what is past by month; narrowed by kind, language and format."""
    is_past = request.GET.get("when") == "past"
    found = queries.chosen(request.GET)
    found, order = (queries.past(found), queries.PAST) if is_past else (queries.coming(found), queries.AHEAD)
    page = paginate(found, order=order, cursor=request.GET.get("cursor"))
    choices = (
        ("kind", _("Kind"), EventKind),
        ("language", _("Language"), Language),
        ("format", _("Format"), EventFormat),
    )
    context = {
        "page": page,
        "months": list(queries.by_month(queries.rows(page.rows))),
        "filters": [(name, label, each.choices, request.GET.get(name, "")) for name, label, each in choices],
        "is_past": is_past,
        "programmes": queries.months()[:12],
        "tabs": [
            {"label": _("Coming"), "url": reverse("events:list"), "current": not is_past, "count": None},
            {"label": _("Past"), "url": reverse("events:list") + "?when=past", "current": is_past, "count": None},
        ],
    }
    return render(request, "outreach/events/list.html", context)


@login_not_required
@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The programme of a month, by days; made to be printed too."""
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise Http404
    first = date(year, month, 1)
    days = queries.of_month(first)
    if not days:
        raise Http404
    return render(request, "outreach/events/month.html", {"first": first, "days": days})


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(calendar_of(queries.for_feed()), content_type=CALENDAR)


@login_not_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    row = _shown(slug)
    if row.starts_at is None:
        raise Http404
    response = HttpResponse(calendar_of([row]), content_type=CALENDAR)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _shown(slug, request))


@login_not_required
@require_POST
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """A place, one on the waiting list, or a letter that asks to confirm the address."""
    row = _shown(slug)
    form = GuestForm(request.POST, occasion=row, user=request.user)
    if not form.is_valid() or held_back(request, form, "place"):
        return _page(request, row, form=form)
    try:
        made = registering.register(row, guest=form.guest())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, row, form=form)
    if not request.user.is_authenticated:
        messages.success(request, _("We have sent you a letter: open it and confirm, and the place is reserved."))
    elif made.state == RegistrationState.WAITING:
        messages.success(request, _("You are on the waiting list and move up by yourself."))
    else:
        messages.success(request, _("Your place is reserved."))
    return redirect("events:detail", slug)


@login_not_required
@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    row = _shown(slug)
    form = QuestionForm(request.POST, user=request.user)
    if not form.is_valid() or held_back(request, form, "question"):
        return _page(request, row, asking=form)
    try:
        questions.ask(row, user=request.user if request.user.is_authenticated else None, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, row, asking=form)
    messages.success(request, _("Thank you. The organisers have your question; it is shown once it is answered."))
    return redirect("events:detail", slug)


@require_POST
def decline(request: SignedInRequest, slug: str) -> HttpResponse:
    """No, thank you, of an enterprise that was invited."""
    row = _shown(slug)
    if inviting.of_user(row.event, request.user) is None:
        raise Http404
    inviting.decline(row.event, by=request.user)
    messages.success(request, _("Declined. Nothing else comes of it."))
    return redirect("events:detail", slug)


def _shown(slug: str, request: HttpRequest | None = None) -> Occasion:
    """A published event; staff see their drafts as they will look."""
    user: Any = request.user if request else None
    staff = user is not None and user.is_authenticated and user.has_role(*READERS)
    found = queries.events() if staff else queries.events().shown()
    row: Occasion = get_object_or_404(found.select_related("event", "place", "recording"), event__slug=slug)
    return row


def _page(request: HttpRequest, row: Occasion, *, form: Any = None, asking: Any = None) -> HttpResponse:
    event: Any = row.event
    own = queries.own(row, request.user)
    is_open = queries.is_open(row)
    open_ = is_open and own is None
    takes_questions = row.state == OccasionState.PUBLISHED
    for gone in (None if open_ else form, None if takes_questions else asking):
        for refusal in gone.non_field_errors() if gone else ():
            messages.error(request, refusal)
    policies = list(event.policies.published().defer("search"))
    handouts = [each.material for each in row.handouts.select_related("material") if each.material.withdrawn_at is None]
    context = {
        "occasion": row,
        "event": event,
        "row": queries.rows([row])[0],
        "when": when_plain(row),
        "speakers": [(each, [Language(code).label for code in each.languages]) for each in event.speakers.all()],
        "languages": [Language(code).label for code in row.languages],
        "interpretation": [Language(code).label for code in row.interpretation],
        "policies": policies,
        "videos": [each for each in videos_on(policies) if each["shown"].found.pk != row.recording_id],
        "partners": [each.partner for each in event.partners.select_related("partner")],
        "handouts": handouts,
        "recording": _recording(row),
        "own": own,
        "own_place": own is not None and own.state in (RegistrationState.CONFIRMED, RegistrationState.ATTENDED),
        "is_open": is_open,
        "form": (form or GuestForm(occasion=row, user=request.user)) if open_ else None,
        "asking": (asking or QuestionForm(user=request.user)) if takes_questions else None,
        "answered": row.questions.filter(hidden_at=None, answered_at__isnull=False),
        "invitation": None if row.is_over else inviting.of_user(event, request.user),
        "has_file": row.starts_at is not None,
    }
    sent = form or asking
    return render(request, "outreach/events/detail.html", context, status=status_of(sent) if sent else 200)


def _recording(row: Occasion) -> dict[str, str] | None:
    """The video's page, where it is played with captions."""
    found = row.recording
    if found is None or found.state != "published":
        return None
    link = found.links.select_related("policy").first()
    if link is None:
        return None
    return {"title": title_of(found), "url": reverse("policies:interpretation", args=[link.policy.slug, found.pk])}
