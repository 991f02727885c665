"""What a partner's contacts see: their packages, the receipt, links and codes to pass on, and their own reach."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.enums import Publication
from outreach.models import HandOver, Partner
from outreach.packages import handing, queries
from outreach.packages.reach import reaches
from policies.opendata.data import address
from policies.publishing.views import attempt
from portal.core import bilingual
from portal.core.keyset import Order, paginate


@require_safe
def packages(request: SignedInRequest) -> HttpResponse:
    """Everything that was handed over to the partners that the person speaks for."""
    if not Partner.objects.of_contact(request.user).exists():
        raise Http404
    order = [Order("at", desc=True), Order("id", desc=True)]
    page = paginate(queries.own(request.user), order=order, cursor=request.GET.get("cursor"))
    rows = [{"handed": handed, "tone": queries.tone(handed.version)} for handed in page]
    return render(request, "outreach/packages/owns.html", {"page": page, "rows": rows})


@require_safe
def package(request: SignedInRequest, pk: int) -> HttpResponse:
    handed = _own(request, pk)
    reach = reaches([handed], for_partner=True)[0]
    version = handed.version
    context = {"handed": handed, "version": version, "tone": queries.tone(version), "reach": reach}
    context["rows"] = queries.pieces_of(version) if version.state == Publication.PUBLISHED else []
    if reach.link is not None:
        context["successor"] = handing.successor(reach.link)
        context["short"] = address("short:package", reach.link.code)
        context["embed"] = address("packs:embed", reach.link.code, language=bilingual.current())
        context["embeddable"] = bool(settings.EMBED_ALLOWED)
    return render(request, "outreach/packages/own.html", context)


@require_POST
def receive(request: SignedInRequest, pk: int) -> HttpResponse:
    handed = _own(request, pk)
    attempt(request, lambda: handing.receive(handed, by=request.user), done=_("Thank you: your receipt is recorded."))
    return redirect("packs:own", pk)


def _own(request: SignedInRequest, pk: int) -> HandOver:
    return get_object_or_404(queries.own(request.user), pk=pk)
