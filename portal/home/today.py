"""What waits for those who write, translate, review and approve: room by room, what the person can act on now.

Requests have their own desk with its own counts; here is everything beside them. One query for all rooms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateTimeField, Min, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.enums import PUBLISHING_ROLES, ErasureState, Role
from accounts.http import SignedInRequest
from accounts.models import ErasureRequest, User
from enterprises.enums import RoundState
from enterprises.models import RegistryImport, TierRound
from enterprises.models.registry import ImportState
from insights.models import Report, ReportState
from investment.queries import to_review
from outreach.enums import ObservationState, Publication
from outreach.models import Bulletin, Observation, PackageVersion, Question
from policies.consultation.enums import Stage
from policies.enums import InterpretationState, RevisionState
from policies.models import Consultation, Interpretation, PolicyQuestion, PolicyTask, Revision
from policies.publishing.worklists import lists_for
from policies.questions.enums import QuestionState
from portal.core.access import roles_required
from portal.core.calendar import local_day
from stewards.models import Obstacle, ObstacleState

EDITOR, TRANSLATOR, REVIEWER, ADMIN = Role.EDITOR, Role.TRANSLATOR, Role.REVIEWER, Role.ADMIN
READERS = (*PUBLISHING_ROLES, ADMIN)


@dataclass(frozen=True, slots=True)
class Room:
    """since: the column that says from when a row waits."""

    label: Any
    roles: tuple[Role, ...]
    rows: Callable[[User], QuerySet[Any]]
    since: str
    page: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in a room, and the day from which the longest has waited."""

    label: str
    url: str
    count: int
    since: date | None


def _obstacles_of(user: User) -> QuerySet[Obstacle]:
    """As `stewards.rating.obstacles.keepers` names the owners: the department's editors, else all."""
    kept = User.objects.with_role(EDITOR).filter(department__isnull=False).values("department")
    mine = Q(policy__department=user.department_id) | ~Q(policy__department__in=kept)
    return Obstacle.objects.filter(mine, state=ObstacleState.SENT)


ROOMS: tuple[Room, ...] = (
    Room(
        _("Policies to review"),
        (REVIEWER,),
        lambda user: Revision.objects.filter(state=RevisionState.IN_REVIEW).exclude(author=user),
        "changed_at",
        "publishing:desk",
        "?show=review",
    ),
    Room(
        _("Questions and answers to review"),
        (REVIEWER,),
        lambda user: PolicyQuestion.objects.filter(state=QuestionState.IN_REVIEW).exclude(author=user),
        "changed_at",
        "publishing:questions",
        "?show=review",
    ),
    Room(
        _("Interpretations to review"),
        (REVIEWER,),
        lambda user: Interpretation.objects.filter(state=InterpretationState.IN_REVIEW).exclude(author=user),
        "changed_at",
        "publishing:interpretations",
        "?show=review",
    ),
    Room(
        _("Consultations to review"),
        (REVIEWER,),
        lambda user: Consultation.objects.filter(stage__in=(Stage.IN_REVIEW, Stage.ANSWERS_IN_REVIEW)).exclude(
            author=user
        ),
        "changed_at",
        "publishing:consultations",
    ),
    Room(
        _("Obstacles to publish"),
        (REVIEWER, ADMIN),
        lambda user: Obstacle.objects.filter(state=ObstacleState.ANSWERED).exclude(Q(author=user) | Q(owner=user)),
        "changed_at",
        "rating:obstacles",
    ),
    Room(
        _("Bulletins to review"),
        (REVIEWER, ADMIN),
        lambda user: Bulletin.objects.filter(state=Publication.IN_REVIEW).exclude(author=user),
        "created_at",
        "bulletins:desk",
    ),
    Room(
        _("Packages for partners to review"),
        (REVIEWER, ADMIN),
        lambda user: PackageVersion.objects.filter(state=Publication.IN_REVIEW).exclude(author=user),
        "created_at",
        "packs:desk",
    ),
    Room(
        _("Replies to observers to publish"),
        (REVIEWER, ADMIN),
        lambda user: Observation.objects.filter(state=ObservationState.ANSWERED).exclude(reply_by=user),
        "sent_at",
        "observers:desk",
    ),
    Room(
        _("Investment resources to review"),
        (REVIEWER, ADMIN),
        lambda user: to_review().select_related(None).exclude(author=user),
        "created_at",
        "investment:room",
    ),
    Room(
        _("Monthly reports to approve"),
        (REVIEWER, ADMIN),
        lambda user: Report.objects.filter(state=ReportState.WAITING).exclude(written_by=user),
        "composed_at",
        "insights:report-desks",
    ),
    Room(
        _("Rounds of tiers to decide on"),
        (REVIEWER, ADMIN),
        lambda user: TierRound.objects.filter(state=RoundState.IN_REVIEW).exclude(opened_by=user),
        "sent_at",
        "tiers:list",
    ),
    Room(
        _("Texts to translate"),
        (TRANSLATOR,),
        lambda user: Revision.objects.filter(lists_for(user)["texts"]),
        "changed_at",
        "publishing:desk",
        "?show=texts",
    ),
    Room(
        _("Policies returned to you"),
        (EDITOR, TRANSLATOR),
        lambda user: Revision.objects.filter(state=RevisionState.RETURNED, author=user),
        "changed_at",
        "publishing:desk",
        "?show=mine",
    ),
    Room(
        _("Questions and answers to prepare"),
        (EDITOR, TRANSLATOR),
        lambda user: PolicyQuestion.objects.filter(state__in=(QuestionState.DRAFT, QuestionState.RETURNED)),
        "changed_at",
        "publishing:questions",
        "?show=drafts",
    ),
    Room(
        _("Interpretations returned to you"),
        (EDITOR, TRANSLATOR),
        lambda user: Interpretation.objects.filter(state=InterpretationState.RETURNED, author=user),
        "changed_at",
        "publishing:interpretations",
        "?show=drafts",
    ),
    Room(
        _("Consultations whose last day has passed"),
        (EDITOR,),
        lambda user: Consultation.objects.filter(stage=Stage.RELEASED, closes_on__lt=local_day()),
        "closes_on",
        "publishing:consultations",
    ),
    Room(
        _("Policies that somebody has to decide on"),
        (EDITOR, ADMIN),
        lambda user: PolicyTask.objects.open(),
        "created_at",
        "publishing:tasks",
    ),
    Room(_("Obstacles to answer"), (EDITOR,), _obstacles_of, "changed_at", "rating:obstacles"),
    Room(
        _("Monthly reports to write"),
        (EDITOR, ADMIN),
        lambda user: Report.objects.filter(state=ReportState.DRAFT),
        "composed_at",
        "insights:report-desks",
    ),
    Room(
        _("Questions asked at events"),
        (EDITOR, ADMIN),
        lambda user: Question.objects.filter(answered_at=None, hidden_at=None, request=None),
        "asked_at",
        "events:desk",
    ),
    Room(
        _("Extracts of the business registry to look at"),
        (ADMIN,),
        lambda user: RegistryImport.objects.filter(state=ImportState.READ),
        "created_at",
        "registry:list",
    ),
    Room(
        _("People who wish to be forgotten"),
        (ADMIN,),
        lambda user: ErasureRequest.objects.filter(state=ErasureState.WAITING),
        "asked_at",
        "home:erasures",
    ),
)


def waiting(user: User) -> list[Waiting]:
    """Every room of the person, those with nothing in them included; nobody reviews what is their own. One query."""
    rooms = [room for room in ROOMS if user.has_role(*room.roles)]
    if not rooms:
        return []
    first, *rest = [_counted(place, room.rows(user), room.since) for place, room in enumerate(rooms)]
    found = {place: (count, since) for place, count, since in first.union(*rest, all=True)}
    return [_waiting(room, *found.get(place, (0, None))) for place, room in enumerate(rooms)]


def _counted(place: int, rows: QuerySet[Any], since: str) -> QuerySet[Any]:
    grouped = rows.order_by().annotate(place=Value(place)).values_list("place")
    return grouped.annotate(count=Count("pk"), since=Min(Cast(since, DateTimeField())))


def _waiting(room: Room, count: int, since: datetime | None) -> Waiting:
    day = localtime(since).date() if since else None
    return Waiting(str(room.label), f"{reverse(room.page)}{room.query}", count, day)


@require_safe
@roles_required(*READERS)
def today(request: SignedInRequest) -> HttpResponse:
    rooms = waiting(request.user)
    context = {
        "day": local_day(),
        "rooms": [room for room in rooms if room.count],
        "empty": [room for room in rooms if not room.count],
        "reviews": request.user.has_role(REVIEWER, ADMIN),
    }
    return render(request, "home/today.html", context)
