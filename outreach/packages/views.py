"""What anybody with the link sees: the partner's page, its printable sheet, the list for websites, the QR code."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outreach.enums import Publication
from outreach.guests import qr
from outreach.models import EnterpriseOrigin, ShareLink
from outreach.packages import counting, handing, origin, queries
from policies.opendata.data import address
from policies.opendata.views import framed
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.openly import for_everybody


def _link(code: str) -> ShareLink:
    """Links outlive their version; one to something that was never published does not exist."""
    link = queries.link_of(code)
    if link is None or link.version.state in (Publication.DRAFT, Publication.IN_REVIEW):
        raise Http404
    return link


@for_everybody
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The printed link: to the page in the reader's language."""
    link = _link(code)
    with translation.override(translation.get_language_from_request(request)):
        response = redirect("packs:page", link.code)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@for_everybody
def code_picture(request: HttpRequest, code: str) -> HttpResponse:
    """The printed link as a picture."""
    return qr.picture(address("short:package", _link(code).code))


def _context(link: ShareLink) -> dict[str, Any]:
    version, logo = link.version, link.partner.logo
    lives = version.state == Publication.PUBLISHED
    return {
        "link": link,
        "partner": link.partner,
        "version": version,
        "lives": lives,
        "rows": queries.pieces_of(version) if lives else [],
        "successor": None if lives else handing.successor(link),
        "short": address("short:package", link.code),
        "logo": logo if logo is not None and logo.public else None,
    }


@login_not_required
@never_cache
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The package with the partner's name on it; of one that is over, that it is, and where the new one is."""
    link = _link(code)
    counting.opened(request, link)
    return render(request, "outreach/packages/page.html", _context(link))


@login_not_required
@never_cache
@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """To be printed and put on the wall: the name, the code, what it holds."""
    return render(request, "outreach/packages/sheet.html", _context(_link(code)))


@for_everybody
@framed
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """For the partner's own website: always what holds now. Made without the request, so that no session is opened."""
    link = _link(code)
    shown = link if link.version.state == Publication.PUBLISHED else handing.successor(link)
    context = {**_context(shown or link), "LANG": bilingual.current()}
    context["whole"] = address("packs:page", context["link"].code, language=bilingual.current())
    response = HttpResponse(render_to_string("outreach/packages/embed.html", context))
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def came(request: HttpRequest) -> HttpResponse:
    """“We came by this partner”: remembered in the session; an owner may say it, and take it back."""
    if request.method == "POST":
        return _said(request)
    origin.remember(request, request.GET.get("by", ""))
    enterprise = origin.owned(request.user) if request.user.is_authenticated else None
    said = EnterpriseOrigin.objects.filter(enterprise=enterprise).select_related("partner").first()
    context = {"partner": origin.remembered(request), "enterprise": enterprise, "said": said if enterprise else None}
    return render(request, "outreach/packages/came.html", context)


def _said(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("packs:came")
    partner = origin.remembered(request)
    try:
        if request.POST.get("act") == "take-back":
            origin.take_back(by=request.user)
            messages.success(request, _("Taken back."))
        elif partner is not None:
            origin.say(partner, by=request.user)
            messages.success(request, _("Thank you. You can take it back at any time."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("packs:came")
