"""How the parts of one request stand: read from `request.parts`, in one query or in none where they were prefetched."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q

from accounts.enums import Role
from portal.core import bilingual
from stewards.enums import EventKind, RequestState
from stewards.models import HelpRequest, PartState, RequestEvent, RequestPart

WITH_PARTS = Prefetch("parts", RequestPart.objects.select_related("department", "handler"))


def live(request: HelpRequest) -> list[RequestPart]:
    """Those that a department, or the service centre, still has."""
    return [part for part in request.parts.all() if part.is_live]


def done(request: HelpRequest) -> list[RequestPart]:
    """Those that were answered in this round: what the one answer to the enterprise is made of."""
    parts = request.parts.all()
    return [part for part in parts if part.state == PartState.ANSWERED and part.round == request.round]


def combined(request: HelpRequest) -> str:
    """The departments' answers one under the other, each under its name, in the language of the answer."""
    with bilingual.speaking(request.language):
        return "\n\n".join(f"{part.department.name}\n{part.answer}" for part in done(request))


def is_theirs(user: Any, part: RequestPart) -> bool:
    """The same as RequestPart.objects.of_department, asked of one part."""
    if not user.has_role(Role.STEWARD, Role.HANDLER):
        return False
    if part.handler_id == user.pk:
        return True
    return bool(user.department_id) and part.is_live and part.department_id == user.department_id


def theirs(user: Any, request: HelpRequest) -> list[RequestPart]:
    """The parts that bring a request onto the person's desk."""
    return [part for part in request.parts.all() if is_theirs(user, part)]


def has_whole(user: Any, request: HelpRequest) -> bool:
    """Whether the request is the person's, or their department's, as a whole, and not by a part alone."""
    if user.has_role(Role.ADMIN, Role.LEADER) or user.pk in (request.steward_id, request.handler_id):
        return True
    if user.department_id and user.department_id == request.department_id:
        return True
    return not theirs(user, request) or stands_in(user, request)


def stands_in(user: Any, request: HelpRequest) -> bool:
    """For the responsible steward, also once they have referred it on."""
    return user.has_role(Role.STEWARD) and request.stand_ins.for_steward().filter(person=user.pk).exists()


@dataclass(frozen=True)
class Reader:
    """Which entries of the timeline are read by somebody who has nothing but parts of a request: what the enterprise
    reads, what was said about these parts, and what their own department wrote."""

    events: Q
    parts: frozenset[int]


def reader(user: Any, request: HelpRequest) -> Reader | None:
    """None for those who have the whole request."""
    if has_whole(user, request):
        return None
    parts = frozenset(part.pk for part in theirs(user, request))
    own = Q(actor=user)
    if user.department_id:
        own |= Q(actor__department=user.department_id)
    return Reader(Q(internal=False) | own | Q(data__part__in=list(parts)), parts)


def events_of(part: RequestPart) -> list[RequestEvent]:
    """What happened to one part, oldest first."""
    return list(part.request.events.filter(data__part=part.pk).select_related("actor").prefetch_related("attachments"))


def awaits_decision(request: HelpRequest) -> bool:
    """A whole request that departments gave back so often that the service centre decides who takes it."""
    often = request.returns >= settings.RETURNS_TO_CENTRE and request.state == RequestState.ASSIGNED
    return often and request.handler_id is None and request.department_id is None


def is_decided(request: HelpRequest) -> bool:
    """Whether the latest word on whose the whole request is was the service centre's."""
    kinds = (EventKind.ASSIGNED, EventKind.REFERRED, EventKind.GIVEN_BACK, EventKind.DECIDED)
    last = request.events.filter(kind__in=kinds).order_by("-pk").values_list("kind", flat=True).first()
    return last == EventKind.DECIDED
