"""Errors for programs: problem objects as JSON (RFC 9457) wherever the open data is asked for, pages elsewhere."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import bad_request

PROGRAMS = "/api/"  # what lies below is read by programs, not by people


def for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(PROGRAMS)


def problem(status: int, detail: str) -> HttpResponse:
    """What is wrong and how to go on, in the reader's language; any site's script may read it."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(
        content,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"},
    )


def nothing_there() -> HttpResponse:
    return problem(404, _("There is nothing published at this address. /api/v1/openapi.json names the addresses."))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: an address that cannot be read; 413: texts that together are longer than a request may be."""
    if for_programs(request):
        return problem(400, _("The address contains characters that cannot be read."))
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return HttpResponse(render_to_string("413.html", {"most": most}), status=413)
    return bad_request(request, exception)
