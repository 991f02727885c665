"""What is read about observers: terms, assignments, observations, and the figures of a batch."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import ExtractYear, TruncDate

from accounts.enums import Role
from outreach.enums import ObservationState
from outreach.models import Assignment, Observation, Observer, ObserverBatch
from outreach.rules import READERS
from portal.core.calendar import local_day
from stewards.enums import DONE_STATES

DONE = Q(request__state__in=DONE_STATES)
COUNTED = {
    "sent": Count("pk"),
    "answered": Count("pk", filter=DONE),
    "in_time": Count("pk", filter=DONE & Q(request__due_on__gte=TruncDate(F("request__answered_at")))),
    "published": Count("pk", filter=Q(state=ObservationState.PUBLISHED)),
}
FIGURES = ("assignments", *COUNTED)


def published() -> QuerySet[ObserverBatch]:
    return ObserverBatch.objects.exclude(published_at=None)


def is_open(batch: ObserverBatch) -> bool:
    """Whether one can apply today."""
    first, last = batch.apply_from, batch.apply_until
    return bool(batch.published_at and first and last and first <= local_day() <= last)


def holds(observer: Observer) -> bool:
    """Whether the term runs today."""
    day, batch = local_day(), observer.batch
    if not (batch.term_begins and batch.term_ends and batch.term_begins <= day <= batch.term_ends):
        return False
    return observer.ended_on is None or day <= observer.ended_on


def terms_of(user: Any) -> QuerySet[Observer]:
    return Observer.objects.filter(user=user).select_related("batch").order_by("-pk")


def assignments_of(user: Any) -> QuerySet[Assignment]:
    """What the person was asked to look at; what was withdrawn is no longer theirs."""
    rows = Assignment.objects.filter(observer__user=user, withdrawn_at=None)
    return rows.select_related("observer__batch", "department", "policy", "place", "occasion")


def own(user: Any) -> QuerySet[Observation]:
    rows = Observation.objects.filter(assignment__observer__user=user)
    return rows.select_related("assignment__observer__batch", "assignment__department", "request")


def inbox(user: Any) -> QuerySet[Observation]:
    """What was sent in: all of it for those who organise and read, their department's for its handlers."""
    rows = Observation.objects.exclude(state=ObservationState.DRAFT)
    rows = rows.select_related("assignment__department", "assignment__observer__batch", "request")
    if user.has_role(*READERS):
        return rows
    if user.has_role(Role.HANDLER) and user.department_id:
        return rows.filter(assignment__department=user.department_id)
    return rows.none()


def replies() -> QuerySet[Observation]:
    rows = Observation.objects.filter(state=ObservationState.PUBLISHED)
    return rows.select_related("assignment__department", "assignment__observer__batch").prefetch_related(
        "pictures__file"
    )


def figures(batches: Iterable[ObserverBatch]) -> dict[int, dict[str, int]]:
    """Of each batch by its key; nobody is named. Two queries."""
    keys = [batch.pk for batch in batches]
    found = {key: dict.fromkeys(FIGURES, 0) for key in keys}
    given = Assignment.objects.filter(observer__batch__in=keys, withdrawn_at=None).order_by()
    for key, count in given.values_list("observer__batch").annotate(Count("pk")):
        found[key]["assignments"] = count
    row: Any
    for row in _sent(keys).values("assignment__observer__batch").annotate(**COUNTED):
        found[row.pop("assignment__observer__batch")] |= row
    return found


def by_year(batches: Iterable[ObserverBatch]) -> dict[int, list[dict[str, int]]]:
    """The result of each year of a batch, the latest first: what was sent in that year, and what became of it."""
    found: dict[int, list[dict[str, int]]] = {batch.pk: [] for batch in batches}
    years: Any = _sent(list(found)).annotate(year=ExtractYear("sent_at"))
    for row in years.values("assignment__observer__batch", "year").annotate(**COUNTED).order_by("-year"):
        found[row.pop("assignment__observer__batch")].append(row)
    return found


def _sent(batches: list[int]) -> QuerySet[Observation]:
    rows = Observation.objects.filter(assignment__observer__batch__in=batches)
    return rows.exclude(state=ObservationState.DRAFT).order_by()


def is_answered(observation: Observation) -> bool:
    """The department has answered; the public reply may still be missing."""
    request = observation.request
    return request is not None and request.state in DONE_STATES
