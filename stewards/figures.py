"""What enterprises asked about a policy, in numbers."""

from dataclasses import dataclass
from statistics import fmean

from django.db.models import Count, Q

from policies.models import Policy
from stewards.enums import DONE_STATES, OPEN_STATES, RequestState
from stewards.models import HelpRequest, Rating

FEW = 5  # of fewer ratings no average is told: each could be recognised


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests about one policy. average: of the oldest so many (`averaged`) ratings of the answers, None for too few.

    It goes on by fives of ratings: from what one more changed in it, that one could be worked back.
    """

    total: int
    open: int
    answered: int
    ratings: int
    averaged: int
    average: float | None


def asked_about(policy: Policy) -> Asked:
    """Two queries."""
    counts = (
        HelpRequest.objects.submitted()
        .filter(policy=policy)
        .exclude(state=RequestState.MERGED)  # asked twice, counted once
        .aggregate(
            total=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
            answered=Count("pk", filter=Q(state__in=DONE_STATES)),
        )
    )
    own = Rating.objects.filter(request__policy=policy, written_by=None)  # nobody of the district had the pen
    scores = list(own.order_by("pk").values_list("score", flat=True))
    told = scores[: len(scores) - len(scores) % FEW]
    return Asked(**counts, ratings=len(scores), averaged=len(told), average=round(fmean(told), 1) if told else None)
