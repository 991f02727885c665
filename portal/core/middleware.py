"""Language of the page, reads that do not write, and text the database cannot hold."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.views.defaults import bad_request

Handler = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware(LocaleMiddleware):
    """Django's, and the language of the address is remembered in the cookie for the next visit.

    What any cache may keep is the same for everybody: it varies by nothing and carries nobody's cookie.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if "public" in response.headers.get("Cache-Control", ""):
            return response
        response = super().process_response(request, response)
        language = translation.get_language_from_path(request.path_info)
        if language and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != language:
            remember_language(response, language)
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """For the next visit to an address without a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


class WroteOnGet(RuntimeError):
    """A page that only reads tried to write."""


_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b", re.IGNORECASE)
_OWN_BUSINESS = ('"django_session"',)


def _refuse_writes(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    text = str(sql)
    if _WRITE.match(text) and not any(table in text for table in _OWN_BUSINESS):
        raise WroteOnGet(text[:120])
    return execute(sql, params, many, context)


class ReadOnlyGetMiddleware:
    """GET and HEAD never change data; only the session may be written."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)


class BadTextMiddleware:
    """A NUL character in the address can be no text of PostgreSQL's: say 400 instead of failing later."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or any("\x00" in v for values in request.GET.lists() for v in values[1]):
            raise BadRequest("NUL in the address")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The same for what was sent in a form and reached the database past every field's own check."""
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return bad_request(request, exception)
        return None
