"""A session at its door and after: who comes, with what; let in, written down, made a request."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from outreach import registering
from outreach.enums import OccasionState, RegistrationState, ZoneKind
from outreach.models import Occasion, Registration
from outreach.reception import queries, workflow
from outreach.reception.forms import CancelForm, CodeForm, NoteForm, RecordingForm, RequestForm, StaffForm, WalkInForm
from outreach.rules import ORGANISERS
from outreach.timewords import when_plain
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from stewards import rules
from stewards.models import HelpRequest

PEOPLE = (*ORGANISERS, Role.STEWARD, Role.HANDLER)
S = RegistrationState


@roles_required(*PEOPLE)
@never_cache
@require_safe
def session(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who comes, what about, what is ready; what can be done now."""
    return _page(request, _loaded(request, pk))


@roles_required(*PEOPLE)
@never_cache
@require_POST
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """One of the things done with a session; its forms are its verbs."""
    occasion = _loaded(request, pk)
    if verb not in VERBS:
        raise Http404
    make, happen = VERBS[verb]
    form = make(request.POST)
    if not form.is_valid():
        return _page(request, occasion, {verb: form})
    try:
        done = happen(occasion, form, request.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, occasion, {verb: form})
    messages.success(request, done)
    return redirect("reception:session", occasion.pk)


def _let_in(occasion: Occasion, form: Any, by: Any) -> str:
    own = registering.check_in(occasion, form.cleaned_data["code"], by=by)
    return _("%(name)s is checked in.") % {"name": own.name}


def _walk_in(occasion: Occasion, form: Any, by: Any) -> str:
    registering.walk_in(occasion, guest=form.guest(), by=by)
    return _("The walk-in guest is written down.")


def _cancel(occasion: Occasion, form: Any, by: Any) -> str:
    workflow.call_off(occasion, by=by, why=form.why())
    return _("The session is cancelled; everybody concerned is written to.")


def _record(occasion: Occasion, form: Any, by: Any) -> str:
    workflow.keep_recording(occasion, form.cleaned_data["video"], by=by)
    return _("Saved.")


def _staff(occasion: Occasion, form: Any, by: Any) -> str:
    workflow.appoint(occasion, form.cleaned_data["staff"], by=by)
    return _("The session's people are changed; who is concerned is told.")


VERBS: dict[str, tuple[Callable[..., Any], Callable[..., str]]] = {
    "check-in": (CodeForm, _let_in),
    "walk-in": (WalkInForm, _walk_in),
    "cancel": (CancelForm, _cancel),
    "recording": (RecordingForm, _record),
    "staff": (StaffForm, _staff),
}


@roles_required(*PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: SignedInRequest, pk: int) -> HttpResponse:
    """One guest: the note of the talk, or that nobody came."""
    own = _visit(request, pk)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"note": own.note})
    if request.method == "POST" and form.is_valid():
        try:
            if "missed" in request.POST:
                workflow.miss(own, by=request.user)
            else:
                workflow.keep_note(own, form.cleaned_data["note"], by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("reception:visit", pk)
    return _visit_page(request, own, form, _request_form(own))


@roles_required(*PEOPLE)
@never_cache
@require_POST
def to_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the talk left open goes to the request desk."""
    own = _visit(request, pk)
    form = RequestForm(request.POST)
    if form.is_valid():
        try:
            made = workflow.make_request(own, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It is request %(number)s now.") % {"number": made.number})
            return redirect("reception:visit", pk)
    return _visit_page(request, own, NoteForm(initial={"note": own.note}), form)


def _loaded(request: SignedInRequest, pk: int) -> Occasion:
    rows = queries.for_staff(request.user).select_related("place", "sitting__zone", "recording")
    occasion: Occasion = get_object_or_404(rows, pk=pk)
    return occasion


def _visit(request: SignedInRequest, pk: int) -> Registration:
    rows = Registration.objects.exclude(state__in=(S.UNVERIFIED, S.CANCELLED)).filter(forgotten_at=None)
    rows = rows.filter(occasion__in=queries.for_staff(request.user))
    return get_object_or_404(rows.select_related("occasion__place", "topic", "request", "enterprise"), pk=pk)


def _request_form(own: Registration) -> RequestForm:
    about = own.topic.name if own.topic else own.occasion.title
    return RequestForm(initial={"subject": about, "body": own.matter})


def _visit_page(request: SignedInRequest, own: Registration, form: NoteForm, ask: RequestForm) -> HttpResponse:
    here = own.state == S.ATTENDED
    readable = own.request_id and HelpRequest.objects.readable_by(request.user).filter(pk=own.request_id).exists()
    context = {
        "own": own,
        "occasion": own.occasion,
        "when": when_plain(own.occasion),
        "documents": own.documents,
        "form": form,
        "ask": ask,
        "may_note": here,
        "may_miss": own.state == S.CONFIRMED and own.occasion.day <= local_day(),
        "may_ask": here and own.request_id is None and bool(rules.may_record(request.user)),
        "may_read": readable,
    }
    bad = bool(form.errors or ask.errors)
    return render(request, "outreach/reception/visit.html", context, status=422 if bad else 200)


def _page(request: SignedInRequest, occasion: Any, forms: dict[str, Any] | None = None) -> HttpResponse:
    forms = forms or {}
    held = occasion.state == OccasionState.PUBLISHED
    today = held and occasion.is_today
    organiser = request.user.has_role(*ORGANISERS)
    changeable = organiser and held and not occasion.is_over
    staff = [each.person for each in occasion.sitting.present.select_related("person")]
    studio = occasion.sitting.zone.kind == ZoneKind.STUDIO
    context = {
        "occasion": occasion,
        "when": when_plain(occasion),
        "guests": queries.guests(occasion),
        "staff": staff,
        "topics": list(occasion.sitting.topics.all()),
        "is_today": today,
        "check_in": forms.get("check-in", CodeForm(initial={"code": request.GET.get("code", "")[:20]}, auto_id="%s"))
        if today
        else None,
        "walk_in": forms.get("walk-in", WalkInForm()) if today else None,
        "cancel": forms.get("cancel", CancelForm()) if changeable else None,
        "appoint": forms.get("staff", StaffForm(initial={"staff": [each.pk for each in staff]}))
        if changeable
        else None,
        "recording": _recording(occasion, forms) if organiser and held and studio else None,
        "open": next(iter(forms), ""),
    }
    return render(request, "outreach/reception/session.html", context, status=422 if forms else 200)


def _recording(occasion: Occasion, forms: dict[str, Any]) -> Any:
    if not occasion.starts_at or occasion.day > local_day():
        return None
    return forms.get("recording", RecordingForm(initial={"video": occasion.recording_id}))
