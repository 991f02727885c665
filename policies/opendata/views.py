"""What leaves the portal besides its pages: feeds, calendars, short links, the list for partners' sites, sitemap."""

from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import segno
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from policies import presenting
from policies.enums import Category
from policies.models import Policy, PolicyQuerySet
from policies.opendata.api_schema import FILTERS
from policies.opendata.api_views import change_of, newest_change
from policies.opendata.calendar_file import calendar_of
from policies.opendata.data import address
from policies.opendata.feeds import atom, audience_of, newest
from policies.opendata.sitemaps import ROBOTS, sitemap_of
from policies.search.queries import MOST, Wanted, ordered, selected, wanted_from
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.openly import KEPT, View, for_everybody, kept

EMBEDDED = 10
KEPT_OVER = timedelta(days=365)  # for as long calendars still show a window that has closed
CALENDAR = "text/calendar; charset=utf-8"


@for_everybody
@kept(newest_change)
def feed(request: HttpRequest) -> HttpResponse:
    """Atom, of one category or of all; for enterprises of an industry or a size, or for all."""
    wanted = wanted_from(request.GET)
    category = request.GET.get("category", "")
    category = category if category in Category.values else ""
    text = atom(newest(category, wanted), category, audience_of(wanted))
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def _windowed(policies: PolicyQuerySet) -> PolicyQuerySet:
    known = Q(window_opens__isnull=False) | Q(window_closes__isnull=False)
    return policies.filter(known).defer("search")


@for_everybody
@kept(newest_change)
def calendar(request: HttpRequest) -> HttpResponse:
    """The application windows of the policies that the list shows with the same filters, the last year's at most."""
    day = local_day()
    recent = Q(window_closes__isnull=True) | Q(window_closes__gte=day - KEPT_OVER)
    found = _windowed(selected(wanted_from(request.GET), day)).filter(recent)
    found = found.order_by(F("window_closes").desc(nulls_last=True), "-pk")[:MOST]
    return HttpResponse(calendar_of(found, day), content_type=CALENDAR)


@for_everybody
@kept(change_of)
def dates(request: HttpRequest, slug: str) -> HttpResponse:
    """One policy's application window."""
    policy = get_object_or_404(_windowed(Policy.objects.published()), slug=slug)
    response = HttpResponse(calendar_of([policy], local_day()), content_type=CALENDAR)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


@for_everybody
def short(request: HttpRequest, number: int) -> HttpResponse:
    """The short link: to the policy's page in the reader's language."""
    policy = get_object_or_404(Policy.objects.published().only("slug"), pk=number)
    with translation.override(translation.get_language_from_request(request)):
        response = redirect("policies:detail", policy.slug)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@for_everybody
def qr_code(request: HttpRequest, number: int) -> HttpResponse:
    """The short link as a picture."""
    if not Policy.objects.published().filter(pk=number).exists():
        raise Http404
    link = address("open:short", number)
    picture = segno.make(link, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", omitsize=True, title=link
    )
    picture = picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": KEPT})


def framed(view: View) -> View:
    """The sites of EMBED_ALLOWED, and no others, may show it within their pages."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.EMBED_ALLOWED:
            return view(request, *args, **kwargs)
        allowed = csp_replace({"frame-ancestors": settings.EMBED_ALLOWED})(view)
        return xframe_options_exempt(allowed)(request, *args, **kwargs)

    return wrapped


@for_everybody
@framed
@kept(newest_change)
def embed(request: HttpRequest) -> HttpResponse:
    """The first policies of the list with the same filters; made without the request, so that no session is opened."""
    day, wanted = local_day(), wanted_from(request.GET)
    context = {
        "rows": presenting.rows_of(ordered(wanted, day)[:EMBEDDED], day),
        "LANG": bilingual.current(),
        "all": _list_with(wanted),
    }
    return HttpResponse(render_to_string("policies/embed.html", context))


def _list_with(wanted: Wanted) -> str:
    query = urlencode({**wanted.values, **({"q": wanted.words} if wanted.words else {})})
    return address("policies:list", language=bilingual.current()) + (f"?{query}" if query else "")


@for_everybody
@kept(newest_change)
def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemap_of(), content_type="application/xml; charset=utf-8")


@for_everybody
def robots(request: HttpRequest) -> HttpResponse:
    text = ROBOTS + f"Sitemap: {address('open:sitemap')}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": KEPT})


@require_safe
@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """What there is, where, and how to use it."""
    language = bilingual.current()
    context = {
        "api": address("open:policies"),
        "document": address("open:document"),
        "filters": ", ".join(("q", *FILTERS)),
        "feed": address("policies:feed", language=language),
        "calendar": address("policies:calendar", language=language),
        "embed": address("policies:embed", language=language),
        "short": f"{settings.SITE_URL}/p/12",
        "sitemap": address("open:sitemap"),
        "categories": Category.choices,
        "embeddable": bool(settings.EMBED_ALLOWED),
    }
    return render(request, "policies/open_data.html", context)
