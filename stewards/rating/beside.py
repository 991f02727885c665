"""What of ratings stands beside a request and a queue: one query at most, none where nothing can be there."""

from typing import Any

from django.db.models import QuerySet

from accounts.enums import Role
from portal.core.calendar import local_day
from stewards.enums import RequestState
from stewards.models import HelpRequest, Rectification

MAY_BE_RATED = (RequestState.RATED, RequestState.CLOSED)


def of_request(request: HelpRequest) -> list[Rectification]:
    """The ratings of a request that were or are put right, the newest first."""
    if request.round == 1 and request.state not in MAY_BE_RATED:
        return []
    return list(request.rectifications.order_by("-pk"))


def on_desk(user: Any, request: HelpRequest) -> dict[str, Any]:
    """For the desk's page of a request; the way to the calls for those who make them."""
    found = of_request(request)
    calls = user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and user.pk == request.steward_id)
    late = any(each.closed_at is None and each.due_on < local_day() for each in found)
    return {"rectifications": found, "rectifies": calls, "rectified_late": late}


def pressing(user: Any) -> QuerySet[Rectification] | None:
    """What the person has to put right: the service centre what is overdue, a steward all of their own."""
    waiting = Rectification.objects.filter(closed_at__isnull=True)
    if user.has_role(Role.STEWARD):
        return waiting.filter(request__steward=user)
    return waiting.filter(due_on__lt=local_day()) if user.has_role(Role.ADMIN) else None
