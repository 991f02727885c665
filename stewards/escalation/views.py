"""Pages: what is under somebody's eye, who leads whom, and the enterprise's two buttons."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from stewards.enums import EventKind
from stewards.escalation import leaders as linking
from stewards.escalation import verbs
from stewards.escalation.forms import EndForm, LeaderForm
from stewards.models import HelpRequest, Instruction, LeaderLink, RequestEvent, Supervision

MOST = 50
LATEST = 20
in_centre = roles_required(Role.ADMIN)


@require_safe
@roles_required(Role.LEADER, Role.ADMIN)
def attention(request: SignedInRequest) -> HttpResponse:
    """Instructions and their reports, what is under supervised handling, and who said that nobody was in touch."""
    mine = Instruction.objects.select_related("request", "leader", "reported_by").defer("request__search")
    if not request.user.has_role(Role.ADMIN):
        mine = mine.filter(leader=request.user)
    readable = HelpRequest.objects.readable_by(request.user).order_by().values("pk")
    context = {
        "waiting": mine.filter(reported_at=None).order_by("pk")[:MOST],
        "reported": mine.filter(reported_at__isnull=False).order_by("-reported_at")[:LATEST],
        "supervised": _supervised().filter(request__in=readable)[:MOST],
        "unheard": _unheard().filter(request__in=readable)[:LATEST],
        "links": LeaderLink.objects.filter(leader=request.user).current().select_related("enterprise", "subdistrict"),
        "today": local_day(),
    }
    return render(request, "escalation/attention.html", context)


@require_safe
@in_centre
def leaders(request: SignedInRequest) -> HttpResponse:
    """Who is linked to what; those that have ended last."""
    links = LeaderLink.objects.select_related("leader", "enterprise", "subdistrict")
    page = paginate(links, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    return render(request, "escalation/leaders.html", {"page": page, "today": local_day()})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def leader_add(request: SignedInRequest) -> HttpResponse:
    form = LeaderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = linking.link(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s is linked from that day on.") % {"name": made.leader.name})
            return redirect("centre:leaders")
    return render(request, "escalation/leader.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def leader_end(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LeaderLink.objects.select_related("leader", "enterprise", "subdistrict"), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"ends_on": local_day()})
    if request.method == "POST" and form.is_valid():
        try:
            linking.end(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The link ends on that day."))
            return redirect("centre:leaders")
    return render(request, "escalation/leader_end.html", {"form": form, "link": found})


@require_POST
def lasted(request: HttpRequest, number: str) -> HttpResponse:
    """“Did it last?”: yes, or no and open again."""
    asked, yes = _asked(request, number), request.POST.get("lasted") == "yes"
    if not yes and request.POST.get("lasted") != "no":
        messages.error(request, _("Please choose yes or no."))
        return redirect("requests:detail", number=number)
    try:
        verbs.lasted(asked, by=request.user, yes=yes, text=request.POST.get("text", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("Thank you. We are glad.") if yes else _("The request is open again; your steward knows at once."),
        )
    return redirect("requests:detail", number=number)


def _asked(request: HttpRequest, number: str) -> HelpRequest:
    return get_object_or_404(HelpRequest.objects.of_member(request.user).submitted(), number=number)


def _supervised() -> QuerySet[Supervision]:
    running = Supervision.objects.filter(ended_at=None).defer("request__search", "request__body")
    return running.select_related("request__steward", "request__enterprise", "ordered_by").order_by("due_on", "pk")


def _unheard() -> Any:
    said = RequestEvent.objects.filter(kind=EventKind.UNHEARD).defer("request__search", "request__body")
    return said.select_related("request__steward", "request__enterprise").order_by("-pk")
