"""The request of a view that only signed-in people reach (LoginRequiredMiddleware sees to that)."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """An HttpRequest whose user is a person, for the type checker."""

    user: User
