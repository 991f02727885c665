"""What recurs: requests that were not solved, complaints and suggestions, grouped by category and policy.

No more than a GROUP BY: every group says which requests are in it and why.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from policies.models import Policy
from stewards.enums import RequestState, RequestType
from stewards.models import HelpRequest, HelpRequestQuerySet, ObstacleRequest, Rating, RequestCategory

DAYS = (90, 30, 180, 365)  # the first is what is shown unasked
LEAST = 2  # requests that make a group
MOST = 50  # groups on a page
VOICED = (RequestType.COMPLAINT, RequestType.SUGGESTION)
SILENT = (RequestState.NOT_ACCEPTED, RequestState.WITHDRAWN, RequestState.MERGED)


@dataclass(frozen=True, slots=True)
class Group:
    """Requests about the same category and policy that tell of something in the way, and how many of which kind."""

    category: RequestCategory | None
    policy: Policy | None
    requests: int
    enterprises: int
    unsolved: int
    complaints: int
    suggestions: int

    @property
    def query(self) -> str:
        return f"category={self.category.pk if self.category else ''}&policy={self.policy.pk if self.policy else ''}"


def telling(user: Any, days: int) -> HelpRequestQuerySet:
    """Requests of the person's desk, received in so many days, that tell of an obstacle none has been named for yet."""
    last = Rating.objects.filter(request=OuterRef("pk")).order_by("-round").values("solved")[:1]
    named = ObstacleRequest.objects.filter(request=OuterRef("pk"))
    desk = HelpRequest.objects.on_desk_of(user).exclude(state__in=SILENT)
    since = timezone.now() - timedelta(days=days)
    found = desk.filter(~Exists(named), submitted_at__gte=since)
    found = found.annotate(solved_last=Subquery(last, output_field=BooleanField()))
    return found.filter(Q(type__in=VOICED) | Q(solved_last=False)).defer("search", "body")


def groups(user: Any, days: int) -> list[Group]:
    """The largest first; three queries."""
    rows = (
        telling(user, days)
        .filter(Q(category__isnull=False) | Q(policy__isnull=False))
        .order_by()
        .values("category", "policy")
        .annotate(
            requests=Count("pk"),
            enterprises=Count("enterprise", distinct=True),
            unsolved=Count("pk", filter=Q(solved_last=False)),
            complaints=Count("pk", filter=Q(type=RequestType.COMPLAINT)),
            suggestions=Count("pk", filter=Q(type=RequestType.SUGGESTION)),
        )
        .filter(requests__gte=LEAST)
        .order_by("-requests", F("policy").asc(nulls_last=True), F("category").asc(nulls_last=True))[:MOST]
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    categories = RequestCategory.objects.select_related("parent").in_bulk(_keys(found, "category"))
    policies = Policy.objects.defer("search").in_bulk(_keys(found, "policy"))
    return [Group(categories.get(row.pop("category")), policies.get(row.pop("policy")), **row) for row in found]


def of_group(user: Any, days: int, category: int | None, policy: int | None) -> HelpRequestQuerySet:
    """The requests of one group, the newest first."""
    same = telling(user, days).filter(category=category, policy=policy)
    return same.select_related("enterprise").order_by("-pk")


def _keys(rows: list[dict[str, Any]], name: str) -> set[int]:
    return {row[name] for row in rows if row[name]}
