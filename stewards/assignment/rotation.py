"""The service centre lets the rotation choose for a request that waits."""

from typing import Any

from django.db import transaction

from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.acts import lock
from stewards.assignment.finding import kept, take_turn, turn_of
from stewards.assignment.messages import why_nobody
from stewards.models import HelpRequest


def assign_by_turn(request: HelpRequest, *, by: Any, seen: int | None = None) -> HelpRequest:
    """Assign the request to whose turn it is; Refused with the reason where nobody can take it."""
    with transaction.atomic():
        locked = lock(request)
        choice, turn = turn_of(locked, local_day())
        if choice.person is None:
            raise Refused(why_nobody(kept([("nobody-fits", {})] if choice.passed_over else [("nobody", {})], choice)))
        take_turn(choice.person, turn)
        return workflow.assign(locked, steward=choice.person, by=by, seen=seen, why=kept(choice.reasons, choice))
