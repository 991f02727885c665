"""Who gets through: people signed in, whose words are not lost when they no longer are; staff with a second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.errors import words_typed
from portal.core.openly import is_for_everybody


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's; but when a session ends while somebody writes, the page gives the words back.

    Where it is the same for everybody, nobody's session is looked at.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if is_for_everybody(view_func):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        if request.method == "GET" and "HX-Request" in request.headers:  # no page is put into a line of another one
            return HttpResponse(status=401)
        words = words_typed(request)
        if not words:
            return super().handle_no_permission(request, view_func)
        sign_in = f"{reverse('account_login')}?{REDIRECT_FIELD_NAME}={quote(request.get_full_path())}"
        return render(request, "accounts/signed_out.html", {"words": words, "sign_in": sign_in}, status=401)


class StaffMfaMiddleware:
    """Sends staff without a second factor to set one up, when REQUIRE_STAFF_MFA is on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_args: object) -> HttpResponse | None:
        if not settings.REQUIRE_STAFF_MFA or is_for_everybody(view):
            return None
        if not request.user.is_authenticated or not request.user.is_official:
            return None
        if request.path_info.startswith(f"/{request.LANGUAGE_CODE}/accounts/"):
            request.session.pop("second-factor", None)  # it can be taken away there: look again afterwards
            return None
        if request.session.get("second-factor") == request.user.pk:
            return None
        if is_mfa_enabled(request.user):
            request.session["second-factor"] = request.user.pk
            return None
        messages.warning(request, _("Your role needs a second factor: set up an authenticator app or a passkey first."))
        return redirect(reverse("mfa_index"))
