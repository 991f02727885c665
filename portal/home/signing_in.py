"""What the house does when somebody signs in, whatever page they come to next."""

from typing import Any

from django.http import HttpRequest

from accounts.adapter import AccountAdapter
from portal.home import doors


class Adapter(AccountAdapter):
    """Of allauth: every way of signing in ends in `login`."""

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        doors.remember(request, user)
