"""The district's other channels, as the service centre keeps them: endpoints, what arrived, what was given up."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from notices import workflow
from notices.forms import EndpointForm, RulesForm
from notices.models import Delivery, Endpoint, State
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMIN)
def channels(request: SignedInRequest) -> HttpResponse:
    """The endpoints with how they fare, and what people may choose."""
    form = RulesForm(request.POST or None)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds for messages from now on."))
        return redirect("outbox:channels")
    own = Delivery.objects.filter(endpoint=OuterRef("pk"))
    fares = {
        "waiting": _count(own.filter(state=State.QUEUED)),
        "given_up": _count(own.filter(state=State.FAILED)),
        "last": Subquery(own.filter(state=State.SENT).order_by("-pk").values("sent_at")[:1]),
    }
    endpoints = Endpoint.objects.annotate(**fares).order_by("-active", "name", "pk")
    return render(request, "notices/channels.html", {"endpoints": endpoints, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMIN)
def write(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """A new endpoint, or another name or address for one."""
    endpoint = get_object_or_404(Endpoint, pk=pk) if pk else None
    form = EndpointForm(request.POST or None, instance=endpoint)
    if form.is_bound and form.is_valid():
        saved = workflow.keep_endpoint(form.save(commit=False), by=request.user)
        return redirect("outbox:channel", saved.pk)
    return render(request, "notices/channel_write.html", {"form": form, "endpoint": endpoint})


@require_safe
@roles_required(Role.ADMIN)
def channel(request: SignedInRequest, pk: int) -> HttpResponse:
    """One endpoint and its deliveries, newest first; `?show=failed` those that were given up."""
    return _page(request, get_object_or_404(Endpoint, pk=pk))


@require_POST
@never_cache
@roles_required(Role.ADMIN)
def secret(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new secret, shown on this page and never again."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    return _page(request, endpoint, secret=workflow.renew_secret(endpoint, by=request.user))


@require_POST
@roles_required(Role.ADMIN)
def test(request: SignedInRequest, pk: int) -> HttpResponse:
    """A message to oneself by this endpoint."""
    try:
        workflow.send_test(get_object_or_404(Endpoint, pk=pk), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("A test message is on its way to you. The list below shows whether it arrives."))
    return redirect("outbox:channel", pk)


@require_POST
@roles_required(Role.ADMIN)
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that this endpoint was given up for, or the one delivery that `delivery` names."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    named = request.POST.get("delivery", "")
    only = get_object_or_404(endpoint.deliveries, pk=int(named[:18]) if named.isdecimal() else 0) if named else None
    try:
        count = workflow.resend_deliveries(endpoint, by=request.user, only=only)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(count)s message is on its way again.", "%(count)s messages are on their way again.", count)
        messages.success(request, words % {"count": count})
    return redirect("outbox:channel", pk)


def _count(deliveries: Any) -> Coalesce:
    """How many, by an index of just these: a year of arrivals is not read for it."""
    return Coalesce(Subquery(deliveries.order_by().values("endpoint").annotate(n=Count("pk")).values("n")), 0)


def _page(request: SignedInRequest, endpoint: Endpoint, secret: str = "") -> HttpResponse:
    failed = request.GET.get("show") == "failed"
    rows = endpoint.deliveries.select_related("message__recipient").defer("message__body")
    rows = rows.filter(state=State.FAILED) if failed else rows
    page = paginate(rows, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    given_up = endpoint.deliveries.filter(state=State.FAILED).count()
    context = {"endpoint": endpoint, "page": page, "failed": failed, "given_up": given_up, "secret": secret}
    return render(request, "notices/channel.html", context)
