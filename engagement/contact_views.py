"""What the enterprise sees of visits: its own contact record, its answers, a visit of its own wish, “not now”."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from engagement import elsewhere, peace, queries, words, workflow
from engagement.booking import book_of, limit_now
from engagement.deskside import own_visit, seen
from engagement.enums import Contact, Limit, Side
from engagement.feeds import feed_of
from engagement.forms import AskForm, NotNowForm
from engagement.models import NotNow, Visit
from engagement.offers import ENTERPRISE, form_of, offers, perform
from engagement.surveys.own import surveys_of
from enterprises.models import Enterprise
from enterprises.queries import chosen, memberships_of
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate

YEAR = timedelta(days=365)


def _own(request: SignedInRequest) -> Enterprise:
    enterprise = chosen(request, memberships_of(request.user))
    if enterprise is None:
        raise Http404
    return enterprise


def _back(enterprise: Enterprise) -> HttpResponse:
    return redirect(f"{reverse('contacts:record')}?enterprise={enterprise.pk}")


@require_safe
def record(request: SignedInRequest) -> HttpResponse:
    """Every contact, counted or not and why."""
    return _record(request, _own(request))


def _record(request: SignedInRequest, enterprise: Enterprise, form: Any = None, status: int = 200) -> HttpResponse:
    today = local_day()
    own = queries.shown(Visit.objects.of_member(request.user).filter(enterprise=enterprise))
    page = paginate(
        own, order=[Order("starts_at", desc=True), Order("id", desc=True)], cursor=request.GET.get("cursor")
    )
    book = book_of(enterprise)
    counted = sum(each.day.year == today.year and each.contact == Contact.GOVERNMENT for each in book.booked)
    quiet = NotNow.objects.filter(enterprise=enterprise, ended_on=None, last__gte=today).first()
    context = {
        "enterprise": enterprise,
        "page": page,
        "rows": [_row(visit) for visit in page.rows],
        "waiting": own.filter(turn=Side.ENTERPRISE, starts_at__gt=timezone.now()).order_by("starts_at"),
        "counted": counted,
        "most": book.limit(Limit.A_YEAR, today),
        "year": today.year,
        "digests": queries.digests_of(enterprise, timezone.now() - YEAR),
        "surveys": surveys_of(enterprise, request.user),
        "elsewhere": elsewhere.entries_of(enterprise),
        "quiet": quiet,
        "form": form or NotNowForm(),
        "longest": limit_now(Limit.NOT_NOW_DAYS),
        "feed": feed_of(request.user, enterprise),
        "crumbs": [(_("Our service package"), f"{reverse('home:package')}?enterprise={enterprise.pk}")],
    }
    return render(request, "contacts/record.html", context, status=status)


def _row(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit,
        "when": words.when_of(visit),
        "tone": words.TONES.get(visit.state, "quiet"),
        "why": words.why_counted(visit),
    }


@require_safe
def visit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, own_visit(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """The enterprise's answer."""
    if verb not in ENTERPRISE:
        raise Http404
    found = own_visit(request, pk)
    if request.method != "POST":
        return redirect("contacts:visit", pk)
    form = form_of(verb, found, request.POST)
    if form is not None and not form.is_valid():
        return _page(request, found, form, verb, status=422)
    try:
        perform(verb, found, form, by=request.user, side=Side.ENTERPRISE, seen=seen(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, own_visit(request, pk), form, verb, status=409)
    messages.success(request, str(ENTERPRISE[verb].done))
    return redirect("contacts:visit", pk)


def _page(request: SignedInRequest, found: Visit, sent: Any = None, verb: str = "", status: int = 200) -> HttpResponse:
    record_url = f"{reverse('contacts:record')}?enterprise={found.enterprise_id}"
    context = {
        **_row(found),
        "offers": offers(found, request.user, Side.ENTERPRISE, sent, verb),
        "participants": found.participants.select_related("person", "department"),
        "promises": found.promises.filter(request__isnull=False).select_related("request"),
        "timeline": words.timeline(found, of_enterprise=True),
        "crumbs": [(_("Visits and contacts"), record_url)],
    }
    return render(request, "contacts/visit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest) -> HttpResponse:
    """A visit that the enterprise wishes for; never counted."""
    enterprise = _own(request)
    initial = {"place": enterprise.address or _("At our enterprise"), "begins": "10:00"}
    form = AskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.ask_for(enterprise, by=request.user, wanted=form.wanted())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your wish was sent. It is not counted as a visit."))
            return redirect("contacts:visit", made.pk)
    context = {"enterprise": enterprise, "form": form}
    return render(request, "contacts/ask.html", context, status=422 if form.is_bound else 200)


@require_POST
def not_now(request: SignedInRequest) -> HttpResponse:
    """Quiet until a day, or no longer."""
    enterprise = _own(request)
    if "end" in request.POST:
        peace.end_not_now(enterprise, by=request.user)
        messages.success(request, _("The quiet time is over; you can be asked for visits again."))
        return _back(enterprise)
    form = NotNowForm(request.POST)
    try:
        if not form.is_valid():
            return _record(request, enterprise, form, status=422)
        peace.say_not_now(enterprise, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("last", str(refusal))
        return _record(request, enterprise, form, status=409)
    messages.success(request, _("Noted: nobody asks you for a visit until then."))
    return _back(enterprise)


@require_POST
def feed(request: SignedInRequest) -> HttpResponse:
    """Make or revoke the calendar address."""
    enterprise = _own(request)
    if "revoke" in request.POST:
        peace.revoke_feed(request.user, enterprise)
    else:
        peace.make_feed(request.user, enterprise)
    return _back(enterprise)
