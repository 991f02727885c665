"""What waits to be done in the rooms of outreach: one count each, for the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.enums import CandidateState, MemorandumState, ObservationState, OccasionKind, OccasionState, Publication
from outreach.models import (
    Bulletin,
    Candidate,
    Feedback,
    Memorandum,
    Observation,
    Occasion,
    PackageVersion,
    Question,
)
from outreach.partners.showing import SOON
from outreach.points.queries import to_replace


@dataclass(frozen=True, slots=True)
class Waiting:
    """name: of the address of the room where it is done. rows: what waits on that day."""

    name: str
    label: Any
    rows: Callable[[date], Any]


def _today(kind: OccasionKind) -> Callable[[date], Any]:
    return lambda day: Occasion.objects.filter(kind=kind, state=OccasionState.PUBLISHED, day=day)


WAITING: tuple[Waiting, ...] = (
    Waiting("events:desk", _("Events today"), _today(OccasionKind.EVENT)),
    Waiting("reception:desk", _("Sessions of the reception room today"), _today(OccasionKind.SITTING)),
    Waiting(
        "events:desk",
        _("Questions on events without an answer"),
        lambda day: Question.objects.filter(answered_at=None, hidden_at=None, request=None),
    ),
    Waiting(
        "observers:desk",
        _("Replies to observers to be published"),
        lambda day: Observation.objects.filter(state=ObservationState.ANSWERED),
    ),
    Waiting(
        "observers:desk",
        _("Applications of observers"),
        lambda day: Candidate.objects.filter(state=CandidateState.APPLIED),
    ),
    Waiting(
        "bulletins:desk",
        _("Issues to be reviewed"),
        lambda day: Bulletin.objects.filter(state=Publication.IN_REVIEW),
    ),
    Waiting(
        "packs:desk",
        _("Packages to be reviewed"),
        lambda day: PackageVersion.objects.filter(state=Publication.IN_REVIEW),
    ),
    Waiting("points:desk", _("Guides to be replaced"), lambda day: to_replace()),
    Waiting(
        "points:desk",
        _("Feedback on places"),
        lambda day: Feedback.objects.filter(place__isnull=False, settled_at=None),
    ),
    Waiting(
        "partners:desk",
        _("Memoranda that end soon"),
        lambda day: Memorandum.objects.filter(
            state=MemorandumState.SIGNED, ends_on__range=(day, day + timedelta(days=SOON))
        ),
    ),
)


def waiting(day: date) -> list[dict[str, Any]]:
    """What there is of it, with the room's address; a query each, whatever there is."""
    counted = [(each, each.rows(day).count()) for each in WAITING]
    return [{"url": reverse(each.name), "label": each.label, "count": count} for each, count in counted if count]
