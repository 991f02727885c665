"""Planning a visit: which enterprise, on which day, and what the guard says to it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from engagement import queries, workflow
from engagement.acts import GuardRefused
from engagement.booking import book_of, books_of
from engagement.deskside import day_of, offer_of, readers, visitors
from engagement.enums import Contact
from engagement.forms import JoinForm, PlanForm
from engagement.guard import Verdict, judge
from engagement.weeks import SHOWN, weeks
from enterprises.models import Enterprise
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate


@require_safe
@visitors
def choose(request: SignedInRequest) -> HttpResponse:
    """Which enterprise."""
    words = request.GET.get("q", "")[:100]
    found = queries.found_enterprises(request.user, words)
    return render(request, "visits/choose.html", {"enterprises": found, "q": words, "most": queries.FOUND})


@require_http_methods(["GET", "HEAD", "POST"])
@visitors
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coming weeks with the guard's reasons, and the form of the visit."""
    enterprise: Enterprise = get_object_or_404(Enterprise.objects.select_related("park"), pk=pk)
    if request.method != "POST":
        return _page(request, enterprise, PlanForm(initial=_initial(request, enterprise), user=request.user))
    form = PlanForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, enterprise, form, status=422)
    try:
        visit = _book(request, enterprise, form)
    except GuardRefused as refusal:
        return _page(request, enterprise, form, verdict=refusal.verdict, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, enterprise, form, status=409)
    messages.success(request, _("The visit is booked."))
    return redirect("visits:detail", visit.pk)


def _book(request: SignedInRequest, enterprise: Enterprise, form: PlanForm) -> Any:
    wanted = form.wanted()
    if form.cleaned_data["kind"] == Contact.ENFORCEMENT:
        return workflow.record_enforcement(enterprise, by=request.user, wanted=wanted)
    return workflow.plan(enterprise, by=request.user, wanted=wanted, ask="ask" in request.POST)


def _initial(request: SignedInRequest, enterprise: Enterprise) -> dict[str, Any]:
    place = enterprise.address or (enterprise.park.name if enterprise.park else "")
    day = day_of(request.GET.get("day"), local_day())
    return {"place": place, "day": day if "day" in request.GET else None, "begins": "10:00"}


def _page(
    request: SignedInRequest, enterprise: Enterprise, form: PlanForm, verdict: Verdict | None = None, status: int = 200
) -> HttpResponse:
    today, book = local_day(), book_of(enterprise)
    start = max(day_of(request.GET.get("from"), today), today)
    step = timedelta(weeks=SHOWN)
    chosen = form.initial.get("day")
    if verdict is None and chosen and not form.is_bound:
        verdict = judge(Contact.GOVERNMENT, chosen, book, today)
    context = {
        "enterprise": enterprise,
        "form": form,
        "verdict": verdict,
        "join_form": _join_form(request, form, verdict),
        "weeks": weeks(book, start, today),
        "before": start - step if start > today else None,
        "after": start + step,
        "people": enterprise.memberships.filter(state="active").exists(),
    }
    return render(request, "visits/plan.html", context, status=status)


def _join_form(request: SignedInRequest, form: PlanForm, verdict: Verdict | None) -> JoinForm:
    offer = offer_of(request.user, verdict.join.key) if verdict is not None and verdict.join else ""
    return JoinForm(initial={"topic": form.data.get("purpose", "")[:200], "offer": offer}, auto_id="join_%s")


@require_safe
@readers
def without_contact(request: SignedInRequest) -> HttpResponse:
    """Key enterprises that nobody has seen or written to for long, and when the guard lets somebody go there."""
    today = local_day()
    found = queries.without_contact(request.user, today)
    page = paginate(found, order=[Order("id")], cursor=request.GET.get("cursor"))
    books = books_of(page.rows)
    rows = [(each, judge(Contact.GOVERNMENT, today, books[each.pk], today)) for each in page.rows]
    context = {"page": page, "rows": rows, "days": queries.contact_days(today)}
    return render(request, "visits/no_contact.html", context)
