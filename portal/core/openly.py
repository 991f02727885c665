"""Answers that are the same for everybody: no sign-in, no session, no cookie, and any cache may keep them.

Whoever has an answer already asks whether it changed (ETag, Last-Modified) and is told so without it being made again.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, time
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.calendar import local_day
from portal.core.problems import nothing_there, problem

View = Callable[..., HttpResponseBase]
FORM = 2  # raise it when answers change their form, so that nobody keeps old ones
SECONDS = 300  # for as long a cache answers by itself
KEPT = f"public, max-age={SECONDS}"
METHODS = "GET, HEAD, OPTIONS"


def for_everybody(view: View) -> View:
    """Read only, without sign-in, and not kept from staff who have yet to set up a second factor."""
    made: Any = require_safe(view)
    made.login_required = False
    made.for_everybody = True
    return made


def is_for_everybody(view: Callable[..., object]) -> bool:
    return getattr(view, "for_everybody", False)


def kept(last_change: Callable[..., datetime | None]) -> Callable[[View], View]:
    """The view's answers may be kept. last_change: of what is answered, called with the view's arguments; Http404.

    Answers say what holds today, so each is good for its day only.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def conditional(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            day = local_day()
            midnight = timezone.make_aware(datetime.combine(day, time()))
            changed = last_change(*args, **kwargs)
            stamp = int(max(changed or midnight, midnight).timestamp())
            state = f"{FORM}|{request.get_full_path()}|{changed}|{day}"
            etag = f'W/"{hashlib.sha256(state.encode()).hexdigest()[:24]}"'
            response = get_conditional_response(request, etag=etag, last_modified=stamp) or view(
                request, *args, **kwargs
            )
            if response.status_code in (200, 304):
                for name, value in (("ETag", etag), ("Last-Modified", http_date(stamp)), ("Cache-Control", KEPT)):
                    response.headers[name] = value
            return response

        return conditional

    return decorate


def for_programs(view: View) -> View:
    """JSON that scripts of any site may read; what goes wrong is told as a problem object."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        elif request.method not in ("GET", "HEAD"):
            response = problem(405, _("There is nothing here but to be read: ask with GET."))
            response.headers["Allow"] = METHODS
        else:
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                response = nothing_there()
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        return response

    answered.login_required = False  # type: ignore[attr-defined]
    answered.for_everybody = True  # type: ignore[attr-defined]
    answered.csrf_exempt = True  # type: ignore[attr-defined] # a POST is told 405, not that a token is missing
    return answered
