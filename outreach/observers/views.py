"""Public observers for everybody: batches, applications, certificates, and what became of observations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.enums import ObservationState
from outreach.files import give
from outreach.guests import qr
from outreach.models import Candidate, ObservationPicture, Observer
from outreach.observers import queries, workflow
from outreach.observers.forms import ApplyForm
from policies.opendata.data import address
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from stewards.rating.link_views import shy


@login_not_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every batch with what is known of it; observers are counted, not named."""
    page = paginate(queries.published(), order=[Order("number", desc=True)], cursor=request.GET.get("cursor"))
    figures, years = queries.figures(page.rows), queries.by_year(page.rows)
    mine = {}
    if request.user.is_authenticated:
        mine = {row.batch_id: row for row in Candidate.objects.filter(user=request.user, batch__in=page.rows)}
    rows = [
        {
            "batch": batch,
            "figures": figures[batch.pk],
            "years": years[batch.pk],
            "open": queries.is_open(batch),
            "mine": mine.get(batch.pk),
        }
        for batch in page.rows
    ]
    context = {"page": page, "rows": rows, "official": getattr(request.user, "is_official", False)}
    return render(request, "outreach/observers/list.html", context)


@login_not_required
@require_safe
def replies(request: HttpRequest) -> HttpResponse:
    """You said, we did: what observers found has its group on the one page of all."""
    return redirect(f"{reverse('rating:public')}?from=observers")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: SignedInRequest, number: int) -> HttpResponse:
    """An application, while the call is open."""
    batch = get_object_or_404(queries.published(), number=number)
    if request.user.is_official or not queries.is_open(batch):
        raise Http404
    post = request.method == "POST"
    form = ApplyForm(request.POST if post else None, initial={"name": request.user.name})
    if post and form.is_valid():
        try:
            workflow.apply(batch, by=request.user, facts=form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your application is with us. You hear from us either way."))
            return redirect("observers:list")
    context = {"batch": batch, "form": form}
    return render(request, "outreach/observers/apply.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Candidate.objects.filter(user=request.user), pk=pk)
    try:
        workflow.withdraw(row, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your application is withdrawn, and what you wrote in it is deleted."))
    return redirect("observers:list")


@login_not_required
@never_cache
@require_safe
def certificate(request: HttpRequest, key: Any) -> HttpResponse:
    """Whoever holds the link sees the name, the batch, the term, and whether it holds today."""
    row = get_object_or_404(Observer.objects.select_related("batch", "candidate"), key=key)
    context = {"observer": row, "batch": row.batch, "holds": queries.holds(row), "today": local_day()}
    return shy(render(request, "outreach/observers/certificate.html", context))


@login_not_required
@require_safe
def certificate_code(request: HttpRequest, key: Any) -> HttpResponse:
    """The certificate's address as a QR code, for its printed page."""
    return shy(qr.picture(address("observers:certificate", get_object_or_404(Observer, key=key).key)))


@login_not_required
@require_safe
def picture(request: HttpRequest, key: Any) -> Any:
    """Everybody's once the reply is published; until then the observer's and the desk's."""
    row = get_object_or_404(ObservationPicture.objects.select_related("file", "observation"), file__key=key)
    seen = row.observation.state == ObservationState.PUBLISHED
    if not seen and request.user.is_authenticated:
        seen = any(
            rows.filter(pk=row.observation_id).exists()
            for rows in (queries.own(request.user), queries.inbox(request.user))
        )
    if not seen:
        raise Http404
    return give(row.file)
