"""The page for what went wrong on our side."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error


def went_wrong(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database is away, so that proxies and people try again."""
    response = server_error(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response.headers["Retry-After"] = "30"
    return response
