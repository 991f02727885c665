"""Which enterprises a person acts for."""

from typing import Any

from django.http import Http404, HttpRequest

from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Membership


def memberships_of(user: Any) -> list[Membership]:
    """The person's memberships, ended and rejected ones left out, with their enterprises; one query."""
    own = Membership.objects.active() | Membership.objects.filter(state=MembershipState.CLAIMED)
    return list(own.filter(user=user).select_related("enterprise").order_by("created_at", "pk"))


def chosen(request: HttpRequest, memberships: list[Membership]) -> Enterprise | None:
    """The enterprise that `?enterprise=` names among the active ones, or the first; None without any; else 404."""
    active = [m.enterprise for m in memberships if m.state == MembershipState.ACTIVE]
    wanted = request.GET.get("enterprise")
    if not wanted:
        return active[0] if active else None
    for enterprise in active:
        if str(enterprise.pk) == wanted:
            return enterprise
    raise Http404
