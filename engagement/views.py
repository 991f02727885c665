"""The visits of staff: list, month, day plan, one visit, its acts and its write-up."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from engagement import queries, rules, words, workflow, writing
from engagement.acts import owners_of
from engagement.deskside import day_of, my_visit, readers, seen, visit_to_join, visitors
from engagement.enums import Side, Verb, VisitState
from engagement.feeds import feed_of
from engagement.forms import JoinForm, PromiseForm
from engagement.guard import monday
from engagement.models import Visit
from engagement.offers import STAFF, form_of, offers, perform
from portal.core.access import Refused
from portal.core.calendar import current, local_day
from portal.core.keyset import Order, paginate
from stewards.models import HelpRequest


@require_safe
@readers
def visits(request: SignedInRequest) -> HttpResponse:
    """My visits, and what waits for me."""
    names = _tab_names()
    name = request.GET.get("tab", "")
    name = name if name in names else "mine"
    counts = queries.counts(request.user)
    tabs = [
        {"label": label, "url": f"?tab={key}", "current": key == name, "count": counts.get(key) or None}
        for key, label in names.items()
    ]
    order = [Order("starts_at", desc=name == "past"), Order("id", desc=name == "past")]
    page = paginate(queries.shown(queries.tab(request.user, name)), order=order, cursor=request.GET.get("cursor"))
    context = {
        "tabs": tabs,
        "page": page,
        "rows": _rows(page.rows),
        "may_plan": bool(rules.may_plan(request.user)),
        "feed": feed_of(request.user),
    }
    return render(request, "visits/list.html", context)


def _tab_names() -> dict[str, str]:
    return {
        "mine": _("To come"),
        "answer": _("To answer"),
        "write-up": _("To write up"),
        "past": _("Past"),
        "all": _("All that I see"),
    }


def _rows(visits: list[Visit]) -> list[dict[str, Any]]:
    return [
        {"visit": visit, "when": words.when_of(visit), "tone": words.TONES.get(visit.state, "quiet")}
        for visit in visits
    ]


@require_safe
@readers
def month(request: SignedInRequest) -> HttpResponse:
    """My visits of a month, a week a row."""
    first = day_of(request.GET.get("day"), local_day()).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    begin, end = monday(first), monday(after - timedelta(days=1)) + timedelta(days=6)
    found: dict[date, list[Visit]] = {}
    for visit in queries.between(request.user, begin, end):
        found.setdefault(visit.day, []).append(visit)
    calendar = current()
    days = [
        {"day": day, "own": day.month == first.month, "off": not calendar.is_working(day), "visits": found.get(day, [])}
        for day in (begin + timedelta(days=n) for n in range((end - begin).days + 1))
    ]
    weeks = [days[n : n + 7] for n in range(0, len(days), 7)]
    context = {
        "first": first,
        "weeks": weeks,
        "before": first - timedelta(days=1),
        "after": after,
        "today": local_day(),
    }
    return render(request, "visits/month.html", context)


@require_safe
@readers
def day(request: SignedInRequest) -> HttpResponse:
    """Route and plan of a day, for paper too."""
    chosen = day_of(request.GET.get("day"), local_day())
    step = timedelta(days=1)
    buildings = queries.day_plan(request.user, chosen)
    next_day = None if buildings else queries.next_day(request.user, chosen)
    context = {
        "day": chosen,
        "buildings": buildings,
        "next": next_day,
        "next_url": next_day and f"?day={next_day}",
        "before": chosen - step,
        "after": chosen + step,
    }
    return render(request, "visits/day.html", context)


@require_safe
@readers
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, my_visit(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@visitors
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """One act on a visit; whoever reads the address again is led to the visit."""
    if verb not in STAFF:
        raise Http404
    visit = my_visit(request, pk)
    if request.method != "POST":
        return redirect("visits:detail", pk)
    form = form_of(verb, visit, request.POST)
    if form is not None and not form.is_valid():
        return _page(request, visit, form, verb, status=422)
    try:
        done = perform(verb, visit, form, by=request.user, side=Side.GOVERNMENT, seen=seen(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, my_visit(request, pk), form, verb, status=409)
    messages.success(request, str(STAFF[verb].done))
    return redirect("visits:detail", done.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@visitors
def promise(request: SignedInRequest, pk: int) -> HttpResponse:
    """One more promise of a visit that is written up, a request at once."""
    visit = my_visit(request, pk)
    if request.method != "POST":
        return redirect("visits:detail", pk)
    form = PromiseForm(request.POST, auto_id="late-%s")
    if not form.is_valid():
        return _page(request, visit, promise=form, status=422)
    try:
        made = writing.add_promise(visit, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, my_visit(request, pk), promise=form, status=409)
    messages.success(request, _("The promise is request %(number)s now.") % {"number": made.number})
    return redirect("visits:detail", pk)


@require_POST
@visitors
def join(request: SignedInRequest, pk: int) -> HttpResponse:
    """Come along on a visit that stands in the way of one's own."""
    visit = visit_to_join(request, pk)
    form = JoinForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Say what you come for."))
        workflow.join(visit, by=request.user, topic=form.cleaned_data["topic"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("visits:plan", visit.enterprise_id)
    messages.success(request, _("You come along: the enterprise is visited once, and was asked nothing twice."))
    return redirect("visits:detail", pk)


def _page(
    request: SignedInRequest,
    visit: Visit,
    sent: Any = None,
    verb: str = "",
    promise: PromiseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    open_ = offers(visit, user, Side.GOVERNMENT, sent, verb)
    context = {
        "visit": visit,
        "when": words.when_of(visit),
        "tone": words.TONES.get(visit.state, "quiet"),
        "offers": open_,
        "why_not_ask": _why_not_ask(user, visit),
        "may_write": bool(rules.may(user, Verb.WRITE_UP, visit)),
        "may_promise": visit.state == VisitState.WRITTEN_UP and bool(rules.may(user, Verb.PROMISE, visit)),
        "participants": visit.participants.select_related("person", "department"),
        "promise_form": promise or PromiseForm(auto_id="late-%s"),
        "promises": visit.promises.select_related("request"),
        "timeline": words.timeline(visit),
        "people": owners_of(visit.enterprise),
        "merged": visit.merged.select_related("organiser", "department"),
        "occasion": _occasion(user, visit),
        "crumbs": [(_("Visits"), reverse("visits:list"))],
    }
    return render(request, "visits/detail.html", context, status=status)


def _why_not_ask(user: Any, visit: Visit) -> str:
    """Why a visit that is only planned cannot be asked for now."""
    verdict = rules.may(user, Verb.REQUEST, visit)
    return "" if verdict or visit.state != VisitState.PLANNED else str(verdict.reason)


def _occasion(user: Any, visit: Visit) -> str:
    """The number of the request that led to it, for those who may read it; never who made it."""
    if visit.occasion_id is None:
        return ""
    found = HelpRequest.objects.readable_by(user).filter(pk=visit.occasion_id).values_list("number", flat=True).first()
    return found or ""
