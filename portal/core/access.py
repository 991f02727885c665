"""Verdicts on who may do what: `Allowed()` or `Denied(reason)`, where the reason is a sentence for the person."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Allowed:
    """Yes. Truthy, so that `if verdict:` reads naturally."""

    reason: str = ""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, with the reason the person can read (already translated, or lazily so)."""

    reason: str | Promise

    def __bool__(self) -> bool:
        return False


Verdict = Allowed | Denied


class Refused(Exception):
    """A verb of a workflow was refused; `str(error)` is the sentence to show the person. Nothing was changed."""

    def __init__(self, reason: object) -> None:
        super().__init__(str(reason))
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


def require(verdict: Verdict) -> None:
    """Raise `Refused` with the verdict's reason unless it allows."""
    if not verdict:
        raise Refused(verdict.reason)


View = Callable[..., HttpResponse]


def roles_required(*roles: str) -> Callable[[View], View]:
    """Let through people who hold one of the roles; to everybody else the page does not exist (404)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_role(*roles):  # type: ignore[union-attr]
                raise Http404
            return view(request, *args, **kwargs)

        guarded.required_roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate
